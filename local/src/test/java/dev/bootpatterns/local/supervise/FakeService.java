package dev.bootpatterns.local.supervise;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;

import com.sun.net.httpserver.HttpServer;

/**
 * A process to supervise: answers {@code /readyz}, halts on {@code /crash}.
 */
final class FakeService {

	private FakeService() {
	}

	public static void main(String[] args) throws IOException {
		String mode = System.getenv().getOrDefault("FAKE_MODE", "");
		if ("crash".equals(mode)) {
			System.err.println("no way to start");
			System.exit(7);
		}
		if ("stubborn".equals(mode)) {
			Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(FakeService::never));
		}
		int port = Integer.parseInt(System.getenv("SERVER_PORT"));
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
		server.createContext("/readyz", (exchange) -> {
			exchange.sendResponseHeaders("unready".equals(mode) ? 503 : 200, -1);
			exchange.close();
		});
		server.createContext("/crash", (exchange) -> Runtime.getRuntime().halt(3));
		server.start();
	}

	private static void never() {
		try {
			new CountDownLatch(1).await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
