package dev.bootpatterns.benchmarks.load;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a search may not come to is reported as what it is, and as nothing else. */
class RareWordTests {

	private final FakeGateway gateway = new FakeGateway();

	private final LoadClient client = new LoadClient(this.gateway.uri(), Duration.ofSeconds(20));

	private final Tally tally = new Tally(InstantSource.system(), (incident) -> {
	});

	private final Exchange exchange = new Exchange(this.client, this.tally);

	private final RareWord word = new RareWord("load/test/", "qtest", 12);

	@BeforeEach
	void write() {
		DocumentRequests requests = new DocumentRequests(this.exchange);
		this.word.documents().forEach((document) -> requests.write(document, false, System.nanoTime()));
	}

	@AfterEach
	void close() {
		this.client.close();
		this.gateway.close();
	}

	private Map<Finding, Long> found() {
		this.word.searchAll(this.exchange, System.nanoTime());
		return this.tally.findings();
	}

	@Test
	void rightAnswers_areFine() {
		this.word.searchBest(this.exchange, System.nanoTime());
		assertThat(found()).isEmpty();
	}

	@Test
	void partialAnswer_lacksCoverage() {
		this.gateway.nextSearch(FakeGateway.found((total, hits) -> FakeGateway.found(total, hits, 1)));
		assertThat(found()).isEqualTo(Map.of(Finding.COVERAGE, 1L));
	}

	@Test
	void documentCountedTwice_isAWrongTotal() {
		this.gateway.nextSearch(FakeGateway.found((total, hits) -> FakeGateway.found(total + 1, hits, 2)));
		assertThat(found()).isEqualTo(Map.of(Finding.TOTAL, 1L));
	}

	@Test
	void documentThatIsNotFound_isAWrongTotal() {
		this.gateway.nextSearch(
				FakeGateway.found((total, hits) -> FakeGateway.found(total - 1, hits.subList(1, hits.size()), 2)));
		assertThat(found()).isEqualTo(Map.of(Finding.TOTAL, 1L));
	}

	/** Nothing that the total could show: one is lost, too. */
	@Test
	void hitThatIsThereTwice_isADuplicate() {
		this.gateway
			.nextSearch(FakeGateway.found((total, hits) -> FakeGateway.found(total, FakeGateway.repeated(hits), 2)));
		assertThat(found()).isEqualTo(Map.of(Finding.DUPLICATE, 1L));
	}

	@Test
	void missingHit_isReported() {
		this.gateway
			.nextSearch(FakeGateway.found((total, hits) -> FakeGateway.found(total, hits.subList(1, hits.size()), 2)));
		assertThat(found()).isEqualTo(Map.of(Finding.HITS, 1L));
	}

	@Test
	void foreignHit_isReported() {
		this.gateway.nextSearch(FakeGateway.found((total, hits) -> FakeGateway.found(total,
				Stream.concat(Stream.of("foreign"), hits.stream().skip(1)).toList(), 2)));
		assertThat(found()).isEqualTo(Map.of(Finding.HITS, 1L));
	}

	@ParameterizedTest
	@ValueSource(ints = { 500, 503, 0 })
	void searchWithoutAnswer_isAFailure(int status) {
		this.gateway.nextSearch((status != 0) ? FakeGateway.answering(status) : FakeGateway.resetting());
		assertThat(found()).isEqualTo(Map.of(Finding.FAILED, 1L));
	}

	@Test
	void answerWithoutWhatIsNeeded_isNotFine() {
		this.gateway.nextSearch((right) -> FakeGateway.Response.of(200, "{}"));
		assertThat(found()).isEqualTo(Map.of(Finding.COVERAGE, 1L));
	}

}
