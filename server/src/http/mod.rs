//! What every request passes through before a feature sees it: who may address this hub, from
//! which site, how fast, how much, and in which form.

pub mod answer;
pub mod extract;
mod guard;
mod idempotency;
pub mod limits;
mod problem;
mod stream;

pub use guard::{Peer, check_origin, guard, host_label, host_of, own_name};
pub use idempotency::{Idempotency, idempotent};
pub use problem::problems;
pub use stream::pieces;
