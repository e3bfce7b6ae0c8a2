package dev.bootpatterns.worker.thumbnail;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;

import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

import dev.bootpatterns.worker.RejectedException;

/**
 * Reads an image as small as it is wanted.
 * <p>
 * A few bytes may say that they are a billion pixels (a decompression bomb). So the
 * dimensions are read first, and compared with a limit; and of what is within it, only
 * every n-th pixel of every n-th row is kept while it is decoded, so that no more than
 * twice the wanted width and height is ever in the heap. From there on pixels are
 * averaged.
 */
final class SmallImage {

	/** What people have. TIFF has tags that say how much memory to take. */
	private static final Set<String> FORMATS = Set.of("png", "jpeg", "gif", "bmp");

	/** No JPEG or GIF has more. Decoders hold whole rows. */
	private static final int MAX_SIDE = 65_535;

	private SmallImage() {
	}

	static BufferedImage read(byte[] content, int width, int height, long maxPixels) throws RejectedException {
		try (ImageInputStream input = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
			ImageReader reader = reader(input);
			try {
				reader.setInput(input, true, true);
				return read(reader, width, height, maxPixels);
			}
			finally {
				reader.dispose();
			}
		}
		catch (IOException | RuntimeException ex) {
			// Readers answer what is malformed by whatever it leads to in them.
			throw new RejectedException("the image cannot be decoded: " + ex.getMessage());
		}
	}

	private static ImageReader reader(ImageInputStream input) throws IOException, RejectedException {
		for (Iterator<ImageReader> readers = ImageIO.getImageReaders(input); readers.hasNext();) {
			ImageReader reader = readers.next();
			if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
				return reader;
			}
		}
		throw new RejectedException("the content is not an image: neither PNG, JPEG, GIF nor BMP");
	}

	private static BufferedImage read(ImageReader reader, int maxWidth, int maxHeight, long maxPixels)
			throws IOException, RejectedException {
		int width = reader.getWidth(0);
		int height = reader.getHeight(0);
		if ((long) width * height > maxPixels) {
			throw new RejectedException("image of %d × %d = %d pixels, more than the limit of %d".formatted(width,
					height, (long) width * height, maxPixels));
		}
		if (Math.max(width, height) > MAX_SIDE) {
			throw new RejectedException(
					"image of %d × %d pixels, with a side of more than %d".formatted(width, height, MAX_SIDE));
		}
		double scale = Math.min(1, Math.min((double) maxWidth / width, (double) maxHeight / height));
		int period = Math.max(1, (int) (1 / scale));
		ImageReadParam parameters = reader.getDefaultReadParam();
		parameters.setSourceSubsampling(Math.min(period, width), Math.min(period, height), 0, 0);
		BufferedImage image = reader.read(0, parameters);
		return scaled(image, Math.max(1, (int) Math.round(width * scale)),
				Math.max(1, (int) Math.round(height * scale)));
	}

	private static BufferedImage scaled(BufferedImage image, int width, int height) {
		BufferedImage scaled = new BufferedImage(width, height,
				image.getColorModel().hasAlpha() ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
		Graphics2D graphics = scaled.createGraphics();
		try {
			graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
			graphics.drawImage(image, 0, 0, width, height, null);
		}
		finally {
			graphics.dispose();
		}
		return scaled;
	}

}
