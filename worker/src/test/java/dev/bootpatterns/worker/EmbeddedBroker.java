package dev.bootpatterns.worker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.apache.qpid.server.SystemLauncher;

/**
 * Qpid Broker-J in this JVM, user and password {@code guest}; all in memory.
 */
class EmbeddedBroker implements TestBroker {

	private static final String CONFIGURATION = """
			{"name": "test", "modelVersion": "9.0",
			 "authenticationproviders": [{"name": "plain", "type": "Plain", "secureOnlyMechanisms": [],
			   "users": [{"name": "guest", "type": "managed", "password": "guest"}]}],
			 "ports": [{"name": "amqp", "port": "PORT", "bindingAddress": "127.0.0.1", "protocols": ["AMQP_0_9_1"],
			   "authenticationProvider": "plain", "virtualhostaliases": [{"name": "default", "type": "defaultAlias"}]}],
			 "virtualhostnodes": [{"name": "default", "type": "Memory", "defaultVirtualHostNode": "true",
			   "virtualHostInitialConfiguration": "{\\"type\\": \\"Memory\\"}"}]}
			""";

	private final int port;

	private SystemLauncher launcher = new SystemLauncher();

	EmbeddedBroker() throws Exception {
		this.port = freePort();
		start();
	}

	static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	private void start() throws Exception {
		Path configuration = Files.createTempFile("qpid", ".json");
		try {
			Files.writeString(configuration, CONFIGURATION.replace("PORT", Integer.toString(this.port)));
			this.launcher = new SystemLauncher();
			this.launcher
				.startup(Map.of("type", "Memory", "initialConfigurationLocation", configuration.toUri().toString(),
						"startupLoggedToSystemOut", false, "context", Map.of("queue.behaviourOnUnknownDeclareArgument",
								"IGNORE", "qpid.work_dir", System.getProperty("java.io.tmpdir"))));
		}
		finally {
			Files.delete(configuration);
		}
	}

	@Override
	public int port() {
		return this.port;
	}

	@Override
	public void restart() throws Exception {
		this.launcher.shutdown();
		start();
	}

	@Override
	public boolean durable() {
		return false;
	}

	@Override
	public void close() {
		this.launcher.shutdown();
	}

}
