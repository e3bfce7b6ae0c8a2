package dev.bootpatterns.shard.web;

import java.io.IOException;

import dev.bootpatterns.shard.ShardProperties;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Bounds the body of a request, whether it states its length or is chunked: past the
 * bound, reading it fails, which {@link ProblemAdvice} answers with 413.
 */
@Component
class RequestSizeFilter extends OncePerRequestFilter {

	private final long limit;

	RequestSizeFilter(ShardProperties properties) {
		this.limit = properties.maxRequestSize().toBytes();
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		chain.doFilter(new BoundedRequest(request, this.limit), response);
	}

	/** The body went past the bound. */
	static class ContentTooLargeException extends IOException {

		ContentTooLargeException(long limit) {
			super("The body is larger than %d bytes".formatted(limit));
		}

	}

	private static final class BoundedRequest extends HttpServletRequestWrapper {

		private final long limit;

		BoundedRequest(HttpServletRequest request, long limit) {
			super(request);
			this.limit = limit;
		}

		@Override
		public ServletInputStream getInputStream() throws IOException {
			if (getContentLengthLong() > this.limit) {
				throw new ContentTooLargeException(this.limit);
			}
			return new BoundedInputStream(super.getInputStream(), this.limit);
		}

	}

	private static final class BoundedInputStream extends ServletInputStream {

		private final ServletInputStream body;

		private final long limit;

		private long count;

		BoundedInputStream(ServletInputStream body, long limit) {
			this.body = body;
			this.limit = limit;
		}

		@Override
		public int read() throws IOException {
			int read = this.body.read();
			count((read < 0) ? 0 : 1);
			return read;
		}

		@Override
		public int read(byte[] buffer, int offset, int length) throws IOException {
			int read = this.body.read(buffer, offset, length);
			count(Math.max(read, 0));
			return read;
		}

		private void count(int read) throws ContentTooLargeException {
			this.count += read;
			if (this.count > this.limit) {
				throw new ContentTooLargeException(this.limit);
			}
		}

		@Override
		public boolean isFinished() {
			return this.body.isFinished();
		}

		@Override
		public boolean isReady() {
			return this.body.isReady();
		}

		@Override
		public void setReadListener(ReadListener listener) {
			this.body.setReadListener(listener);
		}

	}

}
