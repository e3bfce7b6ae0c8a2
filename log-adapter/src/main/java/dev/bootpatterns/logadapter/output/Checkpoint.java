package dev.bootpatterns.logadapter.output;

import java.util.List;

import dev.bootpatterns.logadapter.follow.FilePosition;

/**
 * How far reading and writing got.
 *
 * @param output what of the output the disk has
 * @param files how far the files were read whose entries are in it
 */
record Checkpoint(RotatingFile.Position output, List<FilePosition> files) {

	static final Checkpoint NONE = new Checkpoint(RotatingFile.Position.BEGINNING, List.of());

}
