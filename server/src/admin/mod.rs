//! What those do who keep the hub running.

pub mod backup;
