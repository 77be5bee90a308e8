//! What those do who keep the hub running.

pub mod audit;
pub mod backup;
pub mod jobs;
pub mod logs;
pub mod metrics;
pub mod overview;
pub mod security;
