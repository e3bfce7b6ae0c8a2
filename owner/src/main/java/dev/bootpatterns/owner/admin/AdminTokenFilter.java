package dev.bootpatterns.owner.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

import dev.bootpatterns.owner.web.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets requests that may change something through only with the administrator's token:
 * all but GET and HEAD. With no token configured they are forbidden, never open.
 */
@Component
@Order(AdminTokenFilter.ORDER)
class AdminTokenFilter extends OncePerRequestFilter {

	/** Before the body is looked at. */
	static final int ORDER = 0;

	private static final String SCHEME = "Bearer ";

	private final byte[] expected;

	private final ProblemWriter problems;

	AdminTokenFilter(AdminProperties properties, ProblemWriter problems) throws IOException {
		this.expected = properties.resolve().getBytes(StandardCharsets.UTF_8);
		this.problems = problems;
	}

	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (this.expected.length == 0) {
			refuse(HttpStatus.FORBIDDEN, "Changing operations are off: this service has no admin token.", request,
					response);
		}
		else if (!matches(request.getHeader(HttpHeaders.AUTHORIZATION))) {
			response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
			refuse(HttpStatus.UNAUTHORIZED, "This needs the admin token: Authorization: Bearer <token>.", request,
					response);
		}
		else {
			chain.doFilter(request, response);
		}
	}

	/** Takes the same time however many bytes are right. */
	private boolean matches(@Nullable String authorization) {
		return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
				&& MessageDigest.isEqual(
						authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8),
						this.expected);
	}

	private void refuse(HttpStatus status, String detail, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		this.problems.write(ProblemDetail.forStatusAndDetail(status, detail), request, response);
	}

}
