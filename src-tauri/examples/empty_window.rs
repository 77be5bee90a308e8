//! An empty Tauri window: what `cargo xtask figures` compares the app's own start and memory with.

#![expect(clippy::print_stdout, reason = "the measuring test reads it")]

use tauri::{WebviewUrl, WebviewWindowBuilder, http::Response};

/// A page with nothing on it. Says that it is drawn when the second frame begins, as the launcher does.
const PAGE: &str = "<!doctype html><title>empty</title><script>requestAnimationFrame(() => requestAnimationFrame(() => document.title = 'drawn'))</script>";

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .register_uri_scheme_protocol("empty", |_, _| {
            let page = Response::builder().header("content-type", "text/html").body(PAGE.as_bytes());
            page.unwrap_or_default()
        })
        .setup(|app| {
            WebviewWindowBuilder::new(app, "empty", WebviewUrl::CustomProtocol("empty://localhost/".parse()?))
                .inner_size(960.0, 640.0)
                .on_document_title_changed(|_, title| println!("{title}"))
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
