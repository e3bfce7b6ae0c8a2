package dev.bootpatterns.benchmarks.load;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Each fault is reported as what it is, and as nothing else. */
class DocumentRequestsTests {

	private final FakeGateway gateway = new FakeGateway();

	private final LoadClient client = new LoadClient(this.gateway.uri(), Duration.ofSeconds(20));

	private final Tally tally = new Tally(InstantSource.system(), (incident) -> {
	});

	private final DocumentRequests requests = new DocumentRequests(new Exchange(this.client, this.tally));

	private final TrackedDocument document = new TrackedDocument("load/test/1", "", 0);

	@AfterEach
	void close() {
		this.client.close();
		this.gateway.close();
	}

	private void write(int times) {
		for (int i = 0; i < times; i++) {
			this.requests.write(this.document, true, System.nanoTime());
		}
	}

	private void read() {
		this.requests.read(this.document, System.nanoTime());
	}

	private void check() {
		this.requests.check(this.document, System.nanoTime());
	}

	@Test
	void rightAnswers_areFine() {
		for (int i = 0; i < 21; i++) {
			write(1);
			read();
		}
		check();
		assertThat(this.tally.findings()).isEmpty();
		assertThat(this.tally.rows()).hasEntrySatisfying("PUT", (row) -> assertThat(row.requests()).isEqualTo(13))
			.hasEntrySatisfying("PUT If-Match", (row) -> assertThat(row.requests()).isEqualTo(6))
			.hasEntrySatisfying("DELETE", (row) -> assertThat(row.requests()).isEqualTo(2))
			.hasEntrySatisfying("GET", (row) -> assertThat(row.requests()).isEqualTo(21));
	}

	@Test
	void readOfAnEarlierRevision_isStale() {
		write(2);
		this.gateway.next("GET", this.gateway.stale(this.document.id()));
		read();
		read();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.STALE, 1L));
		assertThat(this.tally.incidents()).singleElement()
			.satisfies((incident) -> assertThat(incident.detail()).contains("shows revision 0, after revision 1"));
	}

	/** A write that was given up, and had its effect after the next one. */
	@Test
	void lateEffectOfAFailedWrite_isStale_andSaidToBeThat() {
		write(1);
		this.gateway.next("PUT", FakeGateway.answeringAfter(504));
		write(2);
		this.gateway.next("GET", this.gateway.stale(this.document.id()));
		read();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.FAILED, 1L, Finding.STALE, 1L));
		assertThat(this.tally.incidents().getLast().detail())
			.contains("shows revision 1 (which was not acknowledged), after revision 2");
	}

	@Test
	void readThatDoesNotFindWhatIsThere_isStale() {
		write(2);
		this.gateway.next("GET", FakeGateway.answering(404));
		read();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.STALE, 1L));
	}

	@Test
	void readOfADeletedDocument_isStale() {
		write(9);
		write(1);
		this.gateway.next("GET", this.gateway.stale(this.document.id()));
		read();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.STALE, 1L));
	}

	@Test
	void whatAReaderSaw_isNotUnseenByTheNext() {
		write(2);
		this.gateway.nextConditional(FakeGateway.answeringAfter(503));
		write(1);
		read();
		this.gateway.next("GET", this.gateway.stale(this.document.id()));
		read();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.UNKNOWN, 1L, Finding.STALE, 1L));
	}

	@Test
	void acknowledgedWriteThatIsNotThere_isLost() {
		write(1);
		this.gateway.next("PUT", FakeGateway.losing());
		write(1);
		check();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.LOST, 1L));
	}

	@Test
	void documentThatIsNotThere_isLost() {
		write(2);
		this.gateway.drop(this.document.id());
		check();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.LOST, 1L));
	}

	@Test
	void acknowledgedDeleteOfWhatIsStillThere_isLost() {
		write(9);
		this.gateway.next("DELETE", (right) -> FakeGateway.Response.of(204));
		write(1);
		check();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.LOST, 1L));
	}

	@Test
	void contentOfAnotherDocument_isCorrupt() {
		write(1);
		this.gateway.next("GET", (right) -> FakeGateway.Response.of(200,
				"{\"id\": \"load/test/1\", \"body\": \"revision 0 of load/test/2\"}"));
		read();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.CORRUPT, 1L));
	}

	@Test
	void revisionThatNobodyWrote_isCorrupt() {
		write(1);
		this.gateway.next("GET", (right) -> FakeGateway.Response.of(200,
				"{\"id\": \"load/test/1\", \"body\": \"revision 1 of load/test/1\"}"));
		read();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.CORRUPT, 1L));
	}

	@Test
	void answerThatIsNotJson_isCorrupt() {
		write(1);
		this.gateway.next("GET", (right) -> FakeGateway.Response.of(200, "<html>"));
		read();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.CORRUPT, 1L));
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "PUT" })
	void errorStatus_isAFailure_withWhatTheServerSaid(String method) {
		write(1);
		this.gateway.next(method, FakeGateway.answering(500));
		read();
		write(1);
		read();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.FAILED, 1L));
		assertThat(this.tally.incidents()).singleElement().satisfies((incident) -> {
			assertThat(incident.request()).isEqualTo(method + " /documents/load/test/1");
			assertThat(incident.status()).isEqualTo(500);
			assertThat(incident.answer()).contains("as a test wants it");
			assertThat(incident).extracting(Tally.Incident::shard, Tally.Incident::replica, Tally.Incident::epoch)
				.containsExactly("1", "b", "7");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "PUT" })
	void unconditionalRequest_answered503_isAFailure(String method) {
		write(1);
		this.gateway.next(method, FakeGateway.answering(503));
		read();
		write(1);
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.FAILED, 1L));
	}

	@Test
	void deleteAnswered503_isAFailure() {
		write(9);
		this.gateway.next("DELETE", FakeGateway.answering(503));
		write(1);
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.FAILED, 1L));
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "PUT" })
	void noAnswer_isAFailure_notRepeated(String method) {
		write(1);
		int before = this.gateway.requests().size();
		this.gateway.next(method, FakeGateway.resetting());
		if (method.equals("GET")) {
			read();
		}
		else {
			write(1);
		}
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.FAILED, 1L));
		assertThat(this.tally.incidents()).singleElement()
			.satisfies((incident) -> assertThat(incident.status()).isNull());
		assertThat(this.gateway.requests()).hasSize(before + 1);
	}

	@ParameterizedTest
	@ValueSource(ints = { 503, 504 })
	void conditionalWriteWithoutEffect_answered503_isUnknown_andEitherStateIsRight(int status) {
		write(2);
		this.gateway.nextConditional(FakeGateway.answering(status));
		write(1);
		read();
		check();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.UNKNOWN, 1L));
	}

	@ParameterizedTest
	@ValueSource(ints = { 503, 504 })
	void conditionalWriteWithEffect_answered503_isUnknown_andEitherStateIsRight(int status) {
		write(2);
		this.gateway.nextConditional(FakeGateway.answeringAfter(status));
		write(1);
		read();
		check();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.UNKNOWN, 1L));
	}

	@Test
	void nextWrite_settlesAnUnknownOutcome() {
		write(2);
		this.gateway.nextConditional(FakeGateway.answeringAfter(503));
		write(2);
		this.gateway.next("GET", this.gateway.stale(this.document.id()));
		read();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.UNKNOWN, 1L, Finding.STALE, 1L));
	}

	@ParameterizedTest
	@ValueSource(ints = { 412, 500 })
	void conditionalWrite_answeredOtherwise_isAFailure(int status) {
		write(2);
		this.gateway.nextConditional(FakeGateway.answering(status));
		write(1);
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.FAILED, 1L));
	}

	@Test
	void conditionalWriteAfterAFailedOne_hasNoPrecondition() {
		write(1);
		this.gateway.next("PUT", FakeGateway.answering(500));
		write(2);
		assertThat(this.tally.rows()).doesNotContainKey("PUT If-Match");
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.FAILED, 1L));
	}

	@Test
	void deleteOfWhatIsGone_isUnknown() {
		write(9);
		this.gateway.next("DELETE", FakeGateway.answeringAfter(404));
		write(1);
		check();
		write(1);
		check();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.UNKNOWN, 1L));
	}

	@Test
	void onlyTheFirstOfEach_areKept() {
		write(1);
		for (int i = 0; i < Tally.KEPT + 5; i++) {
			this.gateway.next("GET", FakeGateway.answering(500));
			read();
		}
		this.gateway.next("GET", FakeGateway.answering(404));
		read();
		assertThat(this.tally.findings()).isEqualTo(Map.of(Finding.FAILED, Tally.KEPT + 5L, Finding.STALE, 1L));
		assertThat(this.tally.incidents()).hasSize(Tally.KEPT + 1);
	}

}
