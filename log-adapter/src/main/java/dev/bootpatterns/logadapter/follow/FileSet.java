package dev.bootpatterns.logadapter.follow;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.bootpatterns.logadapter.follow.FollowedFile.Progress;
import dev.bootpatterns.logadapter.format.EntryJoiner;
import dev.bootpatterns.logadapter.format.EntrySink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that are being read. They are known by {@linkplain FileIdentity identity},
 * not by name: a file that is renamed stays the same, and another one under its old name
 * is new. One that has lost its name is read on for a while, because who writes it may
 * not have noticed. Used by one thread.
 */
public final class FileSet implements Closeable {

	private static final Logger log = LoggerFactory.getLogger(FileSet.class);

	private static final int MAX_SIBLINGS = 10_000;

	private final Settings settings;

	private final OwnFiles ownFiles;

	private final BiFunction<Path, FileIdentity, EntryJoiner> joiners;

	private final ReadTally tally;

	private final LongSupplier nanos;

	private final byte[] buffer = new byte[64 * 1024];

	private final Map<FileIdentity, FollowedFile> files = new LinkedHashMap<>();

	/** Where reading goes on when a file is found again. */
	private final Map<FileIdentity, FilePosition> remembered;

	private int turn;

	private boolean scanned;

	private boolean fullReported;

	/**
	 * Creates a set that is empty until the first scan.
	 * @param settings what to look for
	 * @param ownFiles what not to follow
	 * @param joiners makes the joiner of a file
	 * @param tally counts what is read
	 * @param nanos monotonic time
	 * @param positions where reading goes on
	 */
	public FileSet(Settings settings, OwnFiles ownFiles, BiFunction<Path, FileIdentity, EntryJoiner> joiners,
			ReadTally tally, LongSupplier nanos, List<FilePosition> positions) {
		this.settings = settings;
		this.ownFiles = ownFiles;
		this.joiners = joiners;
		this.tally = tally;
		this.nanos = nanos;
		this.remembered = positions.stream()
			.collect(Collectors.toMap((position) -> new FileIdentity(position.id()), Function.identity(),
					(one, other) -> other, LinkedHashMap::new));
	}

	/**
	 * Looks which files there are now.
	 * @param sink gets what is left of a file that nobody writes any more
	 * @return whether the set is another one than before
	 * @throws IOException if a folder cannot be searched
	 */
	public boolean scan(EntrySink sink) throws IOException {
		Map<FileIdentity, Path> found = new LinkedHashMap<>();
		this.settings.globs().find((path, attributes) -> found.putIfAbsent(FileIdentity.of(path, attributes), path));
		if (!this.scanned) {
			this.scanned = true;
			findRenamed(found);
		}
		boolean changed = false;
		for (Map.Entry<FileIdentity, Path> file : found.entrySet()) {
			FollowedFile followed = this.files.get(file.getKey());
			if (followed != null) {
				followed.foundAt(file.getValue());
			}
			else {
				changed |= follow(file.getValue(), file.getKey());
			}
		}
		return closeGone(found, sink) || changed;
	}

	/**
	 * A file that was being read may have been renamed while the adapter was down, to a
	 * name that no glob matches: it still has lines that were not read.
	 */
	private void findRenamed(Map<FileIdentity, Path> found) {
		List<FilePosition> missing = this.remembered.values()
			.stream()
			.filter((position) -> !found.containsKey(new FileIdentity(position.id())))
			.toList();
		missing.stream().map((position) -> Path.of(position.path()).getParent()).distinct().forEach((folder) -> {
			try (Stream<Path> siblings = Files.list(folder)) {
				siblings.limit(MAX_SIBLINGS)
					.filter(Files::isRegularFile)
					.forEach((sibling) -> addIfRemembered(sibling, found));
			}
			catch (IOException | UncheckedIOException ex) {
				log.warn("Cannot look for renamed files in {}: {}", folder, ex.toString());
			}
		});
		missing.stream()
			.filter((position) -> !found.containsKey(new FileIdentity(position.id())))
			.forEach((position) -> {
				log.warn("{} is gone; it had been read up to byte {}", position.path(), position.offset());
				this.remembered.remove(new FileIdentity(position.id()));
			});
	}

	private void addIfRemembered(Path sibling, Map<FileIdentity, Path> found) {
		try {
			FileIdentity identity = FileIdentity.of(sibling);
			FilePosition position = this.remembered.get(identity);
			if (position != null && isUnchanged(sibling, position)) {
				found.putIfAbsent(identity, sibling);
			}
		}
		catch (IOException ex) {
			log.warn("Cannot read {}: {}", sibling, ex.toString());
		}
	}

	private static boolean isUnchanged(Path path, FilePosition position) throws IOException {
		try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
			return channel.size() >= position.offset()
					&& new Fingerprint(position.headLength(), position.headSum()).matches(channel);
		}
	}

	private boolean follow(Path path, FileIdentity identity) {
		if (this.files.size() >= this.settings.maxFiles()) {
			reportFull(path);
			return false;
		}
		try {
			if (this.ownFiles.contains(path, identity)) {
				return false;
			}
			FilePosition from = this.remembered.remove(identity);
			if (from == null || !isUnchanged(path, from)) {
				from = new FilePosition(path.toString(), identity.value(), 0, 0, 0);
			}
			FollowedFile file = new FollowedFile(path, identity, from, this.joiners.apply(path, identity), this.tally,
					this.settings.maxLineBytes());
			if (!FileIdentity.of(path).equals(identity)) {
				// Renamed since it was found: the next scan finds both.
				file.close();
				return false;
			}
			this.files.put(identity, file);
			return true;
		}
		catch (IOException ex) {
			this.tally.readFailed();
			log.debug("Cannot follow {}", path, ex);
			return false;
		}
	}

	private void reportFull(Path path) {
		if (!this.fullReported) {
			this.fullReported = true;
			log.warn("More than {} files: {} and others are not followed", this.settings.maxFiles(), path);
		}
	}

	private boolean closeGone(Map<FileIdentity, Path> found, EntrySink sink) throws IOException {
		boolean closed = false;
		for (Iterator<FollowedFile> all = this.files.values().iterator(); all.hasNext();) {
			FollowedFile file = all.next();
			if (!found.containsKey(file.identity())
					&& file.goneFor(this.nanos.getAsLong()) >= this.settings.goneGrace().toNanos()
					&& file.unreadBytes() == 0) {
				file.finish(sink);
				file.close();
				all.remove();
				closed = true;
			}
		}
		return closed;
	}

	/**
	 * Reads some of what is new in each file, beginning where the last turn stopped, so
	 * that no file waits for ever behind a busy one.
	 * @param sink gets the entries that are complete
	 * @param full whether the sink has enough for now
	 * @return what came of it, over all files
	 * @throws IOException if a file that cannot be read cannot be closed either
	 */
	public Turn read(EntrySink sink, BooleanSupplier full) throws IOException {
		boolean busy = false;
		boolean changed = false;
		List<FollowedFile> all = new ArrayList<>(this.files.values());
		for (int i = 0; i < all.size() && !full.getAsBoolean(); i++) {
			FollowedFile file = all.get(Math.floorMod(this.turn++, all.size()));
			try {
				Progress progress = file.read(this.buffer, sink);
				busy |= progress != Progress.NONE;
				changed |= progress == Progress.TRUNCATED;
			}
			catch (IOException ex) {
				this.tally.readFailed();
				log.warn("Cannot read {}, which is tried again: {}", file.path(), ex.toString());
				this.remembered.put(file.identity(), file.positionOfGiven());
				this.files.remove(file.identity());
				file.close();
			}
		}
		return new Turn(busy, changed);
	}

	/**
	 * How far each file's entries have been given away.
	 * @return the positions
	 */
	public List<FilePosition> positions() {
		return Stream
			.concat(this.files.values().stream().map(FollowedFile::positionOfGiven), this.remembered.values().stream())
			.toList();
	}

	/**
	 * How it stands.
	 * @return numbers of now
	 */
	public State state() {
		long unread = 0;
		for (FollowedFile file : this.files.values()) {
			try {
				unread += file.unreadBytes();
			}
			catch (IOException ex) {
				this.tally.readFailed();
			}
		}
		return new State(this.files.size(), unread,
				this.files.values().stream().mapToInt(FollowedFile::pendingLines).sum());
	}

	@Override
	public void close() throws IOException {
		for (FollowedFile file : this.files.values()) {
			file.close();
		}
		this.files.clear();
	}

	/**
	 * What to look for.
	 *
	 * @param globs which files
	 * @param maxFiles the most files at a time
	 * @param maxLineBytes the most bytes of a line
	 * @param goneGrace how long a file is read on after it has lost its name
	 */
	public record Settings(PathGlobs globs, int maxFiles, int maxLineBytes, Duration goneGrace) {
	}

	/**
	 * What came of reading.
	 *
	 * @param busy whether there was anything new
	 * @param changed whether a file began anew
	 */
	public record Turn(boolean busy, boolean changed) {
	}

	/**
	 * Numbers of now.
	 *
	 * @param files how many files are open
	 * @param unreadBytes how many bytes of them have not been read
	 * @param pendingLines how many lines are held back
	 */
	public record State(int files, long unreadBytes, int pendingLines) {
	}

}
