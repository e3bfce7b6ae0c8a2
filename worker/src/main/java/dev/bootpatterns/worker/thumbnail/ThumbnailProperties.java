package dev.bootpatterns.worker.thumbnail;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What images are taken.
 *
 * @param maxPixels an image of more is rejected before it is decoded, 1 to 1,000,000,000:
 * a progressive JPEG takes 3 bytes for each, outside of the heap
 */
@Validated
@ConfigurationProperties("worker.thumbnail")
record ThumbnailProperties(@DefaultValue("25000000") @Min(1) @Max(1_000_000_000) long maxPixels) {
}
