package dev.bootpatterns.owner.sources;

import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Keeps JGit from reading the machine's and the user's git configuration, for which it
 * would run the {@code git} command: reading a commit needs none of it.
 */
final class IsolatedGit extends SystemReader.Delegate {

	private static final IsolatedGit INSTANCE = new IsolatedGit(SystemReader.getInstance());

	private IsolatedGit(SystemReader system) {
		super(system);
	}

	static void install() {
		if (SystemReader.getInstance() != INSTANCE) {
			SystemReader.setInstance(INSTANCE);
		}
	}

	@Override
	public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
		return new EmptyConfig(parent, fs);
	}

	@Override
	public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
		return new EmptyConfig(parent, fs);
	}

	@Override
	public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
		return new EmptyConfig(parent, fs);
	}

	private static final class EmptyConfig extends FileBasedConfig {

		EmptyConfig(@Nullable Config parent, FS fs) {
			super(parent, null, fs);
		}

		@Override
		public void load() {
			// There is nothing to read.
		}

		@Override
		public boolean isOutdated() {
			return false;
		}

	}

}
