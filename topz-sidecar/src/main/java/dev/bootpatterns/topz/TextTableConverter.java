package dev.bootpatterns.topz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractHttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotReadableException;

/**
 * Writes a {@link Topz} as the table that people read in a terminal.
 */
final class TextTableConverter extends AbstractHttpMessageConverter<Topz> {

	private final InstantSource clock;

	TextTableConverter(InstantSource clock) {
		super(StandardCharsets.UTF_8, MediaType.TEXT_PLAIN);
		this.clock = clock;
	}

	@Override
	protected boolean supports(Class<?> type) {
		return type == Topz.class;
	}

	@Override
	public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
		return false;
	}

	@Override
	protected Topz readInternal(Class<? extends Topz> type, HttpInputMessage message) {
		throw new HttpMessageNotReadableException("a table is only written", message);
	}

	@Override
	protected void writeInternal(Topz topz, HttpOutputMessage message) throws IOException {
		message.getBody().write(TextTable.of(topz, this.clock.instant()).getBytes(StandardCharsets.UTF_8));
	}

}
