package dev.bootpatterns.local.process;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/**
 * Asks a process whether it may be sent requests.
 */
@FunctionalInterface
public interface Readiness {

	/**
	 * Asks once.
	 * @param url the process
	 * @return whether it says yes in time
	 */
	boolean ready(String url);

	/**
	 * {@code GET /readyz}: ready is 200 within the time.
	 * @param timeout for the connection, and again for the answer
	 * @return the probe
	 */
	static Readiness http(Duration timeout) {
		return (url) -> {
			try {
				HttpURLConnection connection = (HttpURLConnection) URI.create(url + "/readyz").toURL().openConnection();
				connection.setConnectTimeout((int) timeout.toMillis());
				connection.setReadTimeout((int) timeout.toMillis());
				try {
					return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
				}
				finally {
					connection.disconnect();
				}
			}
			catch (IOException ex) {
				return false;
			}
		};
	}

}
