package dev.bootpatterns.owner.sources;

/**
 * An item of a list.
 *
 * @param id its name: 1 to 512 bytes of UTF-8, segments parted by {@code /}
 * @param size in bytes
 */
public record SourceItem(String id, long size) {
}
