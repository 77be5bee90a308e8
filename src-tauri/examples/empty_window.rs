//! An empty Tauri window: what `cargo xtask figures` compares the app's own start and memory with.

#![expect(clippy::print_stdout, reason = "the measuring test reads it")]

use tauri::{WebviewUrl, WebviewWindowBuilder};

/// Says that it is drawn when the second frame begins, as the launcher does.
const WHEN_DRAWN: &str = "addEventListener('load', () => requestAnimationFrame(() => requestAnimationFrame(() => document.title = 'drawn')))";

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .setup(|app| {
            WebviewWindowBuilder::new(app, "empty", WebviewUrl::External("about:blank".parse()?))
                .inner_size(960.0, 640.0)
                .initialization_script(WHEN_DRAWN)
                .on_document_title_changed(|_, title| println!("{title}"))
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
