package dev.bootpatterns.worker.thumbnail;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Images as PNG, in memory: what ImageIO does by itself writes temporary files.
 */
final class Png {

	private Png() {
	}

	static byte[] of(BufferedImage image) throws IOException {
		ByteArrayOutputStream png = new ByteArrayOutputStream();
		ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
		try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(png)) {
			writer.setOutput(output);
			writer.write(image);
		}
		finally {
			writer.dispose();
		}
		return png.toByteArray();
	}

}
