//! What those do who keep the hub running.

pub mod audit;
pub mod backup;
pub mod overview;
