//! Logs: readable on the terminal, JSON in the data directory, a file a day for two weeks.

use anyhow::Context;
use std::path::Path;
use tracing_appender::{
    non_blocking::WorkerGuard,
    rolling::{RollingFileAppender, Rotation},
};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts logging. What `HEARTH_LOG` asks for is logged, and `info` of Hearth and `warn` of the
/// rest without it; of TLS only errors, because any stranger's client can make it warn. The log is complete on disk once the guard is dropped.
///
/// # Errors
/// When the log file cannot be made, or this process logs already.
pub fn start(data: &Path) -> anyhow::Result<WorkerGuard> {
    std::fs::create_dir_all(data.join("logs")).context("the log directory cannot be made")?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("hearth")
        .filename_suffix("log")
        .max_log_files(14)
        .build(data.join("logs"))
        .context("the log file cannot be opened")?;
    let (file, guard) = tracing_appender::non_blocking(file);
    let filter = || {
        EnvFilter::try_from_env("HEARTH_LOG")
            .unwrap_or_else(|_| EnvFilter::new("warn,rustls=error,hearth_server=info,hearth_desktop=info"))
    };
    tracing_subscriber::registry()
        .with(tracing_subscriber::fmt::layer().json().with_writer(file).with_filter(filter()))
        .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false).with_filter(filter()))
        .try_init()
        .context("logging cannot start")?;
    Ok(guard)
}
