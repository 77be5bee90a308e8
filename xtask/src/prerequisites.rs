//! What a machine needs besides Rust. On Debian as root what is missing is installed, elsewhere the exact command is named.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{answer_of, run, say};

/// The oldest Node that the UI's tools run on.
const NODE: (u32, u32) = (20, 19);

/// One thing a machine may lack.
struct Need {
    what: &'static str,
    why: &'static str,
    debian: &'static [&'static str],
    elsewhere: &'static str,
    present: fn() -> bool,
}

const COMPILER: Need = Need {
    what: "clang and a C++ compiler",
    why: "compiles the database's storage engine",
    debian: &["clang", "g++"],
    elsewhere: "Fedora: `dnf install clang gcc-c++`; macOS: `xcode-select --install`; Windows: `winget install LLVM.LLVM`",
    present: || answer_of("clang", "--version").is_some() && (cfg!(windows) || answer_of("c++", "--version").is_some()),
};

const LIBCLANG: Need = Need {
    what: "libclang",
    why: "reads the storage engine's headers",
    debian: &["libclang-dev"],
    elsewhere: "Fedora: `dnf install clang-devel`; macOS: `xcode-select --install`; Windows: `winget install LLVM.LLVM`; \
                anywhere: set LIBCLANG_PATH to the folder that holds it",
    present: || !cfg!(target_os = "linux") || libclang_is_there(),
};

const NODE_JS: Need = Need {
    what: "Node.js 20.19 or newer, with npm",
    why: "builds the user interface",
    debian: &["nodejs", "npm"],
    elsewhere: "get it from https://nodejs.org",
    present: || node_is_new_enough() && npm_is_there(),
};

const CHROMIUM: Need = Need {
    what: "Chromium",
    why: "runs the browser tests",
    debian: &["chromium"],
    elsewhere: "install Chromium or Chrome, or set HEARTH_CHROMIUM to its program",
    present: || chromium().is_some(),
};

const DESKTOP_LIBRARIES: Need = Need {
    what: "the development files of WebKitGTK, the app indicator and librsvg",
    why: "the desktop app draws with them",
    debian: &["pkg-config", "libwebkit2gtk-4.1-dev", "libayatana-appindicator3-dev", "librsvg2-dev"],
    elsewhere: "Fedora: `dnf install webkit2gtk4.1-devel libayatana-appindicator-gtk3-devel librsvg2-devel`; \
                other systems: https://v2.tauri.app/start/prerequisites",
    present: || {
        let libraries = ["webkit2gtk-4.1", "ayatana-appindicator3-0.1", "librsvg-2.0"];
        !cfg!(target_os = "linux") || libraries.iter().all(|library| knows_library(library))
    },
};

const DESKTOP_TESTS: Need = Need {
    what: "a virtual screen, WebKitGTK's driver, a session bus and stand-ins for system services",
    why: "runs the desktop app's tests",
    debian: &[
        "xvfb",
        "openbox",
        "wmctrl",
        "x11-utils",
        "xdotool",
        "webkit2gtk-driver",
        "dbus",
        "imagemagick",
        "python3-dbusmock",
    ],
    elsewhere: "Fedora: `dnf install xorg-x11-server-Xvfb webkit2gtk4.1 dbus-daemon ImageMagick python3-dbusmock`; \
                the tests run on Linux only",
    present: || {
        ["Xvfb", "openbox", "wmctrl", "xprop", "xdotool", "WebKitWebDriver", "dbus-daemon", "import"]
            .iter()
            .all(|name| on_path(name))
            && answer_of("/usr/bin/python3", "-cimport dbusmock").is_some()
    },
};

const PACKAGING_TESTS: Need = Need {
    what: "debootstrap and dpkg",
    why: "makes the clean system that the package is installed in",
    debian: &["debootstrap", "dpkg-dev"],
    elsewhere: "the packages are tested on Debian only",
    present: || ["debootstrap", "dpkg-deb"].iter().all(|name| on_path(name)),
};

const IP: Need = Need {
    what: "ip",
    why: "makes the networks that discovery is tested on",
    debian: &["iproute2"],
    elsewhere: "Fedora: `dnf install iproute`",
    present: || answer_of("ip", "-Version").is_some(),
};

const PNGQUANT: Need = Need {
    what: "pngquant",
    why: "makes the pictures small",
    debian: &["pngquant"],
    elsewhere: "Fedora: `dnf install pngquant`; macOS: `brew install pngquant`; Windows: get it from https://pngquant.org",
    present: || answer_of("pngquant", "--version").is_some(),
};

const EMOJI: Need = Need {
    what: "a font with emoji",
    why: "draws the emoji in the pictures",
    debian: &["fontconfig", "fonts-noto-color-emoji"],
    elsewhere: "Fedora: `dnf install google-noto-color-emoji-fonts`",
    present: || {
        !cfg!(target_os = "linux") || answer_of("fc-list", ":lang=und-zsye").is_some_and(|found| !found.is_empty())
    },
};

/// What building and starting Hearth needs.
pub(crate) fn for_building() -> Result<()> {
    for_interface()?;
    have(&COMPILER)?;
    have(&LIBCLANG)
}

/// What building everything needs, the desktop app among it.
pub(crate) fn for_building_everything() -> Result<()> {
    for_building()?;
    have(&DESKTOP_LIBRARIES)
}

/// What the desktop app's tests need.
pub(crate) fn for_desktop_tests() -> Result<()> {
    for_interface()?;
    have(&DESKTOP_TESTS)
}

/// What testing the packages of Linux needs.
pub(crate) fn for_package_tests() -> Result<()> {
    for_interface()?;
    have(&PACKAGING_TESTS)
}

/// What building the interface needs.
pub(crate) fn for_interface() -> Result<()> {
    have(&NODE_JS)
}

/// What the browser tests need.
pub(crate) fn for_browser_tests() -> Result<()> {
    for_interface()?;
    have(&CHROMIUM)
}

/// What the tests on networks need; false where they cannot run at all.
pub(crate) fn for_networks() -> Result<bool> {
    if !cfg!(target_os = "linux") || !is_root() {
        return Ok(false);
    }
    have(&IP)?;
    Ok(true)
}

/// What the README's pictures need.
pub(crate) fn for_pictures() -> Result<()> {
    for_browser_tests()?;
    have(&PNGQUANT)?;
    have(&EMOJI)
}

/// The browser that the tests drive.
pub(crate) fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("HEARTH_CHROMIUM") {
        return Some(named.into());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
    let by_name = names.iter().flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)));
    let elsewhere = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];
    by_name.chain(elsewhere.map(PathBuf::from)).find(|path| path.is_file())
}

fn have(need: &Need) -> Result<()> {
    if (need.present)() {
        return Ok(());
    }
    let packages = need.debian.join(" ");
    let debian = Path::new("/etc/debian_version").exists();
    if debian && is_root() {
        say(&format!("{} is missing ({}): installing {packages}", need.what, need.why));
        run(&mut apt_get(&["update"]))?;
        let mut install = apt_get(&["install", "--yes", "--no-install-recommends"]);
        run(install.args(need.debian))?;
        if (need.present)() {
            return Ok(());
        }
        bail!("{} is still missing after installing {packages}; {}", need.what, need.elsewhere);
    }
    let how = if debian { format!("run `sudo apt-get install {packages}`") } else { need.elsewhere.to_owned() };
    bail!("{} is missing; it {}. To get it: {how}", need.what, need.why)
}

fn is_root() -> bool {
    answer_of("id", "-u").as_deref() == Some("0")
}

fn apt_get(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.args(["--quiet", "--quiet"]).args(arguments);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn node_is_new_enough() -> bool {
    let Some(version) = answer_of("node", "--version") else {
        return false;
    };
    let mut parts = version.trim_start_matches('v').split('.').map_while(|part| part.parse::<u32>().ok());
    matches!((parts.next(), parts.next()), (Some(major), Some(minor)) if (major, minor) >= NODE)
}

fn knows_library(name: &str) -> bool {
    Command::new("pkg-config").args(["--exists", name]).status().is_ok_and(|status| status.success())
}

fn on_path(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).chain(["/usr/sbin".into()]).any(|folder| folder.join(name).is_file())
}

fn npm_is_there() -> bool {
    answer_of(if cfg!(windows) { "npm.cmd" } else { "npm" }, "--version").is_some()
}

/// Looks where bindgen's loader looks: `LIBCLANG_PATH`, then the library folders of the usual distributions.
fn libclang_is_there() -> bool {
    let named = std::env::var_os("LIBCLANG_PATH").map(PathBuf::from);
    let usual = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];
    let by_version = std::fs::read_dir("/usr/lib")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("llvm")))
        .map(|path| path.join("lib"));
    named
        .into_iter()
        .chain(usual.map(PathBuf::from))
        .chain(by_version)
        .any(|folder| folder.is_file() || holds_libclang(&folder))
}

fn holds_libclang(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libclang.so") || name.starts_with("libclang-") && name.contains(".so")
    })
}
