//! npm packages and the UI's build, each redone only when what it is made from has changed.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::{npm, root, run, say, scratch};

/// What the UI's build reads. Everything else in its folder is for checking it, or written by tools.
const BUILT_FROM: [&str; 12] = [
    "messages",
    "package-lock.json",
    "project.inlang/settings.json",
    "src",
    "static",
    "svelte.config.js",
    "tsconfig.json",
    "vite.chunks.ts",
    "vite.config.ts",
    "vite.emoji.ts",
    "vite.launcher.config.ts",
    "vite.messages.ts",
];

/// Compiled from `messages` by the build itself.
const COMPILED: &str = "paraglide";

/// Installs a folder's npm packages when its lock file is not the installed one.
pub(crate) fn install(folder: &str) -> Result<()> {
    let lock = root().join(folder).join("package-lock.json");
    let lock = std::fs::read(&lock).with_context(|| format!("reading {}", lock.display()))?;
    let stamp = root().join(folder).join("node_modules/.hearth-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    say(&format!("installing the packages of {folder}"));
    install_locked(folder)?;
    std::fs::write(&stamp, lock).context("noting what was installed")
}

/// `npm ci`, except that npm 11 refuses lock files without the optional packages of other platforms, which npm itself leaves out when a
/// registry does not have them. Then the same versions are installed by `npm install`, which leaves the lock file as it is.
fn install_locked(folder: &str) -> Result<()> {
    let output = npm(folder, &["ci", "--no-audit", "--no-fund"]).output().context("starting npm")?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let lacks_packages = said.lines().any(|line| line.contains("Missing: ") && line.contains(" from lock file"));
    if !lacks_packages || said.contains("Invalid: lock file's") {
        bail!("`npm ci` in {folder} failed ({}):\n{}", output.status, said.trim_end());
    }
    say("npm ci refuses the lock file because it lacks packages of other platforms; installing what it names");
    run(&mut npm(folder, &["install", "--no-save", "--no-audit", "--no-fund"]))
}

/// Builds the UI when its sources are not those of the last build.
pub(crate) fn build_ui() -> Result<()> {
    install("ui")?;
    let sources = fingerprint(BUILT_FROM.map(|part| root().join("ui").join(part)))?;
    let stamp = scratch("ui-build")?;
    let manifest = "ui/.svelte-kit/output/client/.vite/manifest.json";
    let is_built =
        ["ui/build/index.html", "ui/build-launcher/index.html", manifest].iter().all(|made| root().join(made).exists());
    if is_built && std::fs::read_to_string(&stamp).is_ok_and(|built| built == sources) {
        return Ok(());
    }
    say("building the UI");
    run(&mut npm("ui", &["run", "build"]))?;
    std::fs::write(&stamp, sources).context("noting what was built")
}

/// A text that changes when any of these files, or any file in these folders, does: by name or content.
pub(crate) fn fingerprint(paths: impl IntoIterator<Item = PathBuf>) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        add(&path, &mut hasher).with_context(|| format!("reading {}", path.display()))?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn add(path: &Path, hasher: &mut DefaultHasher) -> std::io::Result<()> {
    path.file_name().hash(hasher);
    if !path.is_dir() {
        std::fs::read(path)?.hash(hasher);
        return Ok(());
    }
    let entries = std::fs::read_dir(path)?.collect::<Result<Vec<_>, _>>()?;
    let mut paths: Vec<_> = entries.iter().map(std::fs::DirEntry::path).collect();
    paths.sort();
    paths.retain(|path| path.file_name().is_none_or(|name| name != COMPILED));
    paths.iter().try_for_each(|path| add(path, hasher))
}
