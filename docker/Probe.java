import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The health check of the images: exits with 0 if {@code GET /readyz} on the serving port
 * answers 200 within three seconds, else with 1. For images that have neither curl nor a
 * shell; a plain socket, since an HTTP client would take five times the CPU.
 */
final class Probe {

	private static final int TIMEOUT_MS = 3000;

	private Probe() {
	}

	public static void main(String[] args) throws IOException {
		int port = Integer.parseInt(System.getenv("SERVER_PORT"));
		String path = (args.length > 0) ? args[0] : "/readyz";
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
			socket.setSoTimeout(TIMEOUT_MS);
			socket.getOutputStream()
				.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			String status = new String(socket.getInputStream().readNBytes("HTTP/1.1 200".length()),
					StandardCharsets.US_ASCII);
			System.out.println(status);
			System.exit(status.endsWith(" 200") ? 0 : 1);
		}
		catch (IOException ex) {
			System.out.println(ex.getMessage());
			System.exit(1);
		}
	}

}
