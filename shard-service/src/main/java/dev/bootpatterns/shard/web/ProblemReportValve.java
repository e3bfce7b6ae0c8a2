package dev.bootpatterns.shard.web;

import java.io.IOException;
import java.io.Writer;

import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * What Tomcat refuses before Spring sees it, such as a path with {@code %00}, as
 * {@code application/problem+json} instead of Tomcat's page. Tomcat makes it by its name.
 */
public final class ProblemReportValve extends ErrorReportValve {

	@Override
	protected void report(Request request, Response response, @Nullable Throwable failure) {
		HttpStatus status = HttpStatus.resolve(response.getStatus());
		if (status == null || !status.isError() || response.getContentWritten() > 0 || !response.setErrorReported()) {
			return;
		}
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		String detail = status.is4xxClientError() ? "The request is not well-formed: its path, a header or its framing"
				: "An unexpected failure; see the log";
		try (Writer writer = response.getReporter()) {
			if (writer != null) {
				writer.write("{\"status\":%d,\"title\":\"%s\",\"detail\":\"%s\"}".formatted(status.value(),
						status.getReasonPhrase(), detail));
			}
		}
		catch (IOException ex) {
			getContainer().getLogger().debug("The client is gone", ex);
		}
	}

}
