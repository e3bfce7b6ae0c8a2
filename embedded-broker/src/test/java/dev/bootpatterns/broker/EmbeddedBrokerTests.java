package dev.bootpatterns.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What it does with messages is tested by those who use it. */
class EmbeddedBrokerTests {

	@TempDir
	private Path directory;

	@Test
	void broker_listensUntilItIsClosed_alsoAfterARestart() throws IOException {
		int port;
		try (EmbeddedBroker broker = EmbeddedBroker.onFreePort()) {
			port = broker.port();
			broker.restart();
			assertThat(connects(port)).isTrue();
		}
		assertThatIOException().isThrownBy(() -> connects(port));
	}

	@Test
	void takenPort_isNamed() throws IOException {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				EmbeddedBroker broker = new EmbeddedBroker(taken.getLocalPort(), "u", "p", this.directory)) {
			assertThatIllegalStateException().isThrownBy(broker::start)
				.withMessageContaining(Integer.toString(taken.getLocalPort()));
		}
	}

	private static boolean connects(int port) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			return socket.isConnected();
		}
	}

}
