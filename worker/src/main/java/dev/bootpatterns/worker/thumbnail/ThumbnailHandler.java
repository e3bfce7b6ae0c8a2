package dev.bootpatterns.worker.thumbnail;

import java.io.IOException;
import java.util.concurrent.Semaphore;

import dev.bootpatterns.worker.Outcome;
import dev.bootpatterns.worker.Parameters;
import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.WorkHandler;
import dev.bootpatterns.worker.WorkItem;

import org.springframework.stereotype.Component;

/**
 * A small PNG of an image, which fits in a box and keeps its proportions; an image that
 * fits already keeps its size.
 * <p>
 * As many at a time as there are processors: more would only need more memory.
 */
@Component
class ThumbnailHandler implements WorkHandler {

	private static final int MOST = 1024;

	private static final int USUAL = 128;

	private final ThumbnailProperties properties;

	private final Semaphore processors = new Semaphore(Runtime.getRuntime().availableProcessors());

	ThumbnailHandler(ThumbnailProperties properties) {
		this.properties = properties;
	}

	@Override
	public String name() {
		return "thumbnail";
	}

	@Override
	public Outcome handle(WorkItem item) throws RejectedException, InterruptedException, IOException {
		Parameters parameters = Parameters.of(item, "width", "height");
		int width = parameters.number("width", USUAL, MOST);
		int height = parameters.number("height", USUAL, MOST);
		byte[] content = item.bytes();
		this.processors.acquire();
		try {
			return Outcome.done(Png.of(SmallImage.read(content, width, height, this.properties.maxPixels())));
		}
		finally {
			this.processors.release();
		}
	}

}
