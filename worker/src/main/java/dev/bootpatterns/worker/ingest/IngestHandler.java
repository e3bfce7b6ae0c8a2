package dev.bootpatterns.worker.ingest;

import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.WorkHandler;
import dev.bootpatterns.worker.WorkItem;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes a document of an item: its content as UTF-8 text, under the item's id. Doing it
 * again writes the same document under the same id, so it may be done any number of
 * times.
 */
class IngestHandler implements WorkHandler {

	private final PatientCall gateway;

	private final Gateway documents;

	private final JsonMapper json;

	IngestHandler(PatientCall gateway, Gateway documents, JsonMapper json) {
		this.gateway = gateway;
		this.documents = documents;
		this.json = json;
	}

	@Override
	public String name() {
		return "ingest";
	}

	@Override
	public Outcome handle(WorkItem item) throws InterruptedException {
		String path = DocumentPath.of(item.id()).orElse(null);
		if (path == null) {
			return Outcome.rejected("the id has an empty, '.' or '..' segment, which no URL can carry");
		}
		return switch (Utf8.decode(item.content())) {
			case Utf8.Malformed malformed ->
				Outcome.rejected("the content is not UTF-8: malformed at byte %d".formatted(malformed.offset()));
			case Utf8.Text text -> put(path, Document.of(item.id(), text.value()), item.ownerTerm());
		};
	}

	private Outcome put(String path, Document document, long ownerTerm) throws InterruptedException {
		byte[] body = this.json.writeValueAsBytes(document);
		return this.gateway.outcomeOf(() -> this.documents.putDocument(path, body, ownerTerm));
	}

}
