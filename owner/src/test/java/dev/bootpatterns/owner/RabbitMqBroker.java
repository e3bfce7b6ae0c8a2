package dev.bootpatterns.owner;

import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

import com.github.dockerjava.api.DockerClient;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container;
import org.testcontainers.rabbitmq.RabbitMQContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * RabbitMQ in a container, on a port that stays when it is killed and starts again. A
 * restart is that of the broker within its Erlang VM, which takes less time.
 */
class RabbitMqBroker implements TestBroker {

	private final RabbitMQContainer container;

	RabbitMqBroker() throws IOException {
		this.container = new RabbitMQContainer(image());
		this.container.setPortBindings(List.of("127.0.0.1:%d:5672".formatted(freePort())));
		this.container.start();
	}

	static boolean dockerRuns() {
		return DockerClientFactory.instance().isDockerAvailable();
	}

	/** The one that Compose runs; as there, a variable of the shell wins. */
	private static DockerImageName image() throws IOException {
		Properties images = new Properties();
		try (Reader env = Files.newBufferedReader(Path.of("..", ".env"))) {
			images.load(env);
		}
		return DockerImageName
			.parse(System.getenv().getOrDefault("RABBITMQ_IMAGE", images.getProperty("RABBITMQ_IMAGE")))
			.asCompatibleSubstituteFor("rabbitmq");
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	@Override
	public int port() {
		return this.container.getAmqpPort();
	}

	@Override
	public void restart() throws Exception {
		control("stop_app");
		control("start_app");
	}

	private void control(String command) throws IOException, InterruptedException {
		Container.ExecResult result = this.container.execInContainer("rabbitmqctl", command);
		if (result.getExitCode() != 0) {
			throw new IllegalStateException(command + ": " + result);
		}
	}

	/** From now on it takes bytes as far as the kernel does, and answers nothing. */
	void freeze() {
		docker().pauseContainerCmd(this.container.getContainerId()).exec();
	}

	/** SIGKILL, frozen or not; then it starts again with what is on its disk. */
	void kill() {
		docker().killContainerCmd(this.container.getContainerId()).withSignal("KILL").exec();
		docker().waitContainerCmd(this.container.getContainerId()).start().awaitStatusCode();
		docker().startContainerCmd(this.container.getContainerId()).exec();
	}

	private static DockerClient docker() {
		return DockerClientFactory.instance().client();
	}

	@Override
	public void close() {
		this.container.stop();
	}

}
