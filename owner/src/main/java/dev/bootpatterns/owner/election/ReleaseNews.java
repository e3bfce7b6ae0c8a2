package dev.bootpatterns.owner.election;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Hears from the database that a lease was released, so that a hand-over need not wait
 * for the candidates' next look, however seldom they look. Costs a connection and no
 * queries. What it does not hear, the next look finds.
 */
class ReleaseNews implements AutoCloseable {

	static final String CHANNEL = "owner_lease_released";

	private static final Log log = LogFactory.getLog(ReleaseNews.class);

	private static final int PATIENCE_MILLIS = 1000;

	private final DataSource database;

	private final Consumer<String> released;

	private final Pause pause = Pause.real();

	private final ElectionProperties times;

	private volatile boolean closed;

	/**
	 * Begins to listen, in a thread of its own.
	 * @param database where leases are released
	 * @param times how often to try again
	 * @param released is told the names of leases
	 */
	ReleaseNews(DataSource database, ElectionProperties times, Consumer<String> released) {
		this.database = database;
		this.times = times;
		this.released = released;
		Thread.ofPlatform().daemon().name("owner-lease-news").start(this::listen);
	}

	private void listen() {
		try {
			while (!this.closed) {
				try (Connection connection = this.database.getConnection()) {
					listen(connection);
				}
				catch (SQLException ex) {
					log.debug("No news of released leases; listening again", ex);
					this.pause.await(this.times.retry());
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void listen(Connection connection) throws SQLException {
		PGConnection news = connection.unwrap(PGConnection.class);
		try (Statement statement = connection.createStatement()) {
			statement.execute("listen " + CHANNEL);
			while (!this.closed) {
				for (PGNotification one : news.getNotifications(PATIENCE_MILLIS)) {
					this.released.accept(one.getParameter());
				}
			}
			statement.execute("unlisten *");
		}
	}

	@Override
	public void close() {
		this.closed = true;
		this.pause.end();
	}

}
