package dev.bootpatterns.worker.thumbnail;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

import dev.bootpatterns.worker.RejectedException;
import dev.bootpatterns.worker.TestItems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** On images that are drawn here: the left half red, the right half blue. */
class ThumbnailHandlerTests {

	private static final Map<String, Object> USUAL = Map.of();

	private final ThumbnailHandler handler = new ThumbnailHandler(new ThumbnailProperties(2_000_000));

	@ParameterizedTest
	@ValueSource(strings = { "png", "jpg", "gif", "bmp" })
	void imageOfEachFormat_isAPngOfTheSameProportionsAndColours(String format) throws Exception {
		BufferedImage small = thumbnail(bytes(image(1200, 600, BufferedImage.TYPE_INT_RGB), format), USUAL);
		assertThat(small.getWidth()).isEqualTo(128);
		assertThat(small.getHeight()).isEqualTo(64);
		assertThat(near(small.getRGB(20, 30), Color.RED)).isTrue();
		assertThat(near(small.getRGB(100, 30), Color.BLUE)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "400, 100, 100, 100, 100, 25", "100, 400, 100, 100, 25, 100", "100, 400, 1024, 100, 25, 100",
			"1000, 3, 10, 10, 10, 1", "60, 40, 128, 128, 60, 40", "1000, 1000, 1, 1, 1, 1",
			"255, 255, 128, 128, 128, 128" })
	void thumbnail_fitsTheBox_keepsProportions_andIsNeverLarger(int width, int height, int boxWidth, int boxHeight,
			int expectedWidth, int expectedHeight) throws Exception {
		BufferedImage small = thumbnail(bytes(image(width, height, BufferedImage.TYPE_INT_RGB), "png"),
				Map.of("width", boxWidth, "height", boxHeight));
		assertThat(small.getWidth()).isEqualTo(expectedWidth);
		assertThat(small.getHeight()).isEqualTo(expectedHeight);
	}

	@Test
	void transparency_isKept() throws Exception {
		byte[] png = bytes(new BufferedImage(300, 300, BufferedImage.TYPE_INT_ARGB), "png");
		BufferedImage small = thumbnail(png, USUAL);
		assertThat(small.getColorModel().hasAlpha()).isTrue();
		assertThat(small.getRGB(10, 10) >>> 24).isZero();
	}

	@Test
	void animation_isItsFirstFrame() throws Exception {
		ByteArrayOutputStream gif = new ByteArrayOutputStream();
		ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
		try (ImageOutputStream output = ImageIO.createImageOutputStream(gif)) {
			writer.setOutput(output);
			writer.prepareWriteSequence(null);
			for (BufferedImage frame : new BufferedImage[] { image(300, 300, BufferedImage.TYPE_INT_RGB),
					new BufferedImage(300, 300, BufferedImage.TYPE_INT_RGB) }) {
				writer.writeToSequence(new IIOImage(frame, null, null), null);
			}
			writer.endWriteSequence();
		}
		writer.dispose();
		assertThat(near(thumbnail(gif.toByteArray(), USUAL).getRGB(10, 10), Color.RED)).isTrue();
	}

	@Test
	void sameImage_isTheSameThumbnail_toTheByte() throws Exception {
		byte[] png = bytes(image(500, 400, BufferedImage.TYPE_INT_RGB), "png");
		assertThat(TestItems.output(this.handler.handle(TestItems.item("a", png, USUAL))))
			.isEqualTo(TestItems.output(this.handler.handle(TestItems.item("a", png, USUAL))));
	}

	/** 70 bytes that say they are two and a half billion pixels, or one row of 16 MB. */
	@ParameterizedTest
	@CsvSource({ "50000, 50000, '= 2500000000 pixels, more than the limit of 2000000'",
			"2000000, 1, with a side of more than 65535" })
	void bomb_isRejected_beforeItIsDecoded(int width, int height, String reason) throws Exception {
		byte[] png = bytes(image(10, 10, BufferedImage.TYPE_INT_RGB), "png");
		ByteBuffer.wrap(png).putInt(16, width).putInt(20, height);
		CRC32 sum = new CRC32();
		sum.update(png, 12, 17);
		ByteBuffer.wrap(png).putInt(29, (int) sum.getValue());
		assertRejected(png, USUAL, reason);
	}

	@Test
	void imageOfAsManyPixelsAsAreAllowed_isTaken_andOneOfMoreIsNot() throws Exception {
		assertThat(thumbnail(bytes(image(2000, 1000, BufferedImage.TYPE_BYTE_BINARY), "png"), USUAL).getWidth())
			.isEqualTo(128);
		assertRejected(bytes(image(2001, 1000, BufferedImage.TYPE_BYTE_BINARY), "png"), USUAL, "2001000 pixels");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a text", "GIF89a", "\u0000\u0000" })
	void contentThatIsNoImage_isRejected(String content) throws Exception {
		assertRejected(content.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), USUAL, "image");
	}

	@ParameterizedTest
	@ValueSource(strings = { "png", "gif" })
	void imageThatIsCutOff_isRejected(String format) throws Exception {
		byte[] whole = bytes(image(500, 500, BufferedImage.TYPE_INT_RGB), format);
		assertRejected(Arrays.copyOf(whole, 60), USUAL, "cannot be decoded");
	}

	/** Readers answer what is malformed by exceptions of many kinds. */
	@ParameterizedTest
	@ValueSource(strings = { "png", "jpg", "gif", "bmp" })
	void imageOfWhichBytesAreWrong_isAThumbnail_orRejected(String format) throws Exception {
		int type = format.equals("jpg") ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_BYTE_INDEXED;
		byte[] whole = bytes(image(40, 40, type), format);
		Random random = new Random(4711);
		int rejected = 0;
		for (int i = 0; i < 500; i++) {
			byte[] wrong = whole.clone();
			for (int j = 0; j < 3; j++) {
				wrong[random.nextInt(Math.min(100, wrong.length))] = (byte) random.nextInt();
			}
			try {
				this.handler.handle(TestItems.item("a", wrong, USUAL));
			}
			catch (RejectedException ex) {
				rejected++;
			}
		}
		assertThat(rejected).isBetween(1, 500);
	}

	/** Of 16 columns one is decoded: all that are not are black here. */
	@Test
	void largeImage_isNeverInMemoryAsAWhole() throws Exception {
		BufferedImage stripes = new BufferedImage(2048, 2048, BufferedImage.TYPE_INT_RGB);
		for (int x = 0; x < 2048; x += 16) {
			for (int y = 0; y < 2048; y++) {
				stripes.setRGB(x, y, 0xffffff);
			}
		}
		ThumbnailHandler large = new ThumbnailHandler(new ThumbnailProperties(5_000_000));
		byte[] png = TestItems.output(large.handle(TestItems.item("a", bytes(stripes, "png"), USUAL)));
		assertThat(near(ImageIO.read(new ByteArrayInputStream(png)).getRGB(64, 64), Color.WHITE)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "width, 0", "height, 1025", "width, 12px", "height, 1.5", "widht, 10" })
	void parameterThatIsWrong_isRejected_byItsName(String name, String value) throws Exception {
		Object given = value.matches("[0-9]+") ? (Object) Integer.valueOf(value) : value;
		assertRejected(bytes(image(10, 10, BufferedImage.TYPE_INT_RGB), "png"), Map.of(name, given),
				"parameter '%s'".formatted(name));
	}

	private void assertRejected(byte[] content, Map<String, Object> parameters, String reason) {
		assertThatExceptionOfType(RejectedException.class)
			.isThrownBy(() -> this.handler.handle(TestItems.item("a", content, parameters)))
			.withMessageContaining(reason);
	}

	private BufferedImage thumbnail(byte[] content, Map<String, Object> parameters) throws Exception {
		byte[] png = TestItems.output(this.handler.handle(TestItems.item("a", content, parameters)));
		assertThat(Arrays.copyOf(png, 4)).containsExactly(0x89, 'P', 'N', 'G');
		return ImageIO.read(new ByteArrayInputStream(png));
	}

	private static BufferedImage image(int width, int height, int type) {
		BufferedImage image = new BufferedImage(width, height, type);
		Graphics2D graphics = image.createGraphics();
		graphics.setColor(Color.RED);
		graphics.fillRect(0, 0, width / 2, height);
		graphics.setColor(Color.BLUE);
		graphics.fillRect(width / 2, 0, width - width / 2, height);
		graphics.dispose();
		return image;
	}

	private static byte[] bytes(BufferedImage image, String format) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		assertThat(ImageIO.write(image, format, bytes)).isTrue();
		return bytes.toByteArray();
	}

	private static boolean near(int rgb, Color colour) {
		Color seen = new Color(rgb);
		return Math.abs(seen.getRed() - colour.getRed()) + Math.abs(seen.getGreen() - colour.getGreen())
				+ Math.abs(seen.getBlue() - colour.getBlue()) < 30;
	}

}
