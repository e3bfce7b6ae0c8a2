package dev.bootpatterns.owner.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.bootpatterns.owner.web.ProblemWriterAccess;
import jakarta.servlet.ServletException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

class AdminTokenFilterTests {

	@TempDir
	private Path directory;

	@Test
	void withoutAConfiguredToken_changingOperationsAreForbidden_neverOpen() throws Exception {
		for (String authorization : new String[] { "Bearer ", "Bearer x", "" }) {
			assertThat(status(new AdminProperties(" ", null), "POST", authorization)).isEqualTo(403);
		}
	}

	@Test
	void reading_needsNoToken() throws Exception {
		assertThat(status(new AdminProperties(null, null), "GET", "")).isEqualTo(200);
		assertThat(status(new AdminProperties(null, null), "HEAD", "")).isEqualTo(200);
	}

	@Test
	void everyOtherMethod_needsTheToken() throws Exception {
		for (String method : new String[] { "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "ANY" }) {
			assertThat(status(new AdminProperties("t", null), method, "")).isEqualTo(401);
			assertThat(status(new AdminProperties("t", null), method, "bearer t")).isEqualTo(200);
		}
	}

	@Test
	void token_mayStandInAFile() throws Exception {
		Path file = Files.writeString(this.directory.resolve("token"), "from-file\n");
		assertThat(status(new AdminProperties("", file), "POST", "Bearer from-file")).isEqualTo(200);
	}

	@Test
	void token_isNotWritten_withTheProperties() {
		assertThat(new AdminProperties("hidden", null)).asString().doesNotContain("hidden");
	}

	private static int status(AdminProperties properties, String method, @Nullable String authorization)
			throws IOException, ServletException {
		MockHttpServletRequest request = new MockHttpServletRequest(method, "/jobs");
		if (authorization != null && !authorization.isEmpty()) {
			request.addHeader("Authorization", authorization);
		}
		MockHttpServletResponse response = new MockHttpServletResponse();
		new AdminTokenFilter(properties, ProblemWriterAccess.writer()).doFilter(request, response,
				new MockFilterChain());
		return response.getStatus();
	}

}
