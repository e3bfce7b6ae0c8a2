package dev.bootpatterns.owner.web;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

class ProblemAdviceTests {

	static Stream<RuntimeException> mayPass() {
		return Stream.of(new DataAccessResourceFailureException("secret"), new QueryTimeoutException("secret"),
				new CannotCreateTransactionException("secret"), new TransactionSystemException("secret"));
	}

	static Stream<RuntimeException> stays() {
		return Stream.of(new DataIntegrityViolationException("secret"),
				new InvalidDataAccessApiUsageException("secret"),
				new BadSqlGrammarException("secret", "secret", new SQLException()));
	}

	/** The connection may have ended after the commit and before its answer. */
	@ParameterizedTest
	@MethodSource("mayPass")
	void databaseThatIsAway_is503_andDoesNotClaimThatNothingWasChanged(RuntimeException failure) {
		var change = tester(failure).method(HttpMethod.POST).uri("/").exchange();
		assertThat(change).hasStatus(503).hasHeader("Retry-After", "2");
		assertThat(change).bodyJson().extractingPath("$.detail").asString().contains("not known");
		assertThat(tester(failure).get().uri("/").exchange()).bodyJson()
			.extractingPath("$.detail")
			.isEqualTo("The database does not answer.");
	}

	@ParameterizedTest
	@MethodSource("stays")
	void requestThatTheDatabaseRefuses_isNotToBeRepeated(RuntimeException failure) {
		var answer = tester(failure).method(HttpMethod.POST).uri("/").exchange();
		assertThat(answer).hasStatus(500).doesNotContainHeader("Retry-After");
		assertThat(answer).bodyText().doesNotContain("secret");
	}

	private static MockMvcTester tester(RuntimeException failure) {
		return MockMvcTester.of(List.of(new Failing(failure)),
				(mvc) -> mvc.setControllerAdvice(new ProblemAdvice()).build());
	}

	@RestController
	static class Failing {

		private final RuntimeException failure;

		Failing(RuntimeException failure) {
			this.failure = failure;
		}

		@RequestMapping("/")
		void fail() {
			throw this.failure;
		}

	}

}
