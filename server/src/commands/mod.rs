//! Commands of the composer that programs answer: `/deploy production` asks the program that an admin named for it.
//!
//! Programs that were made for Slack's commands understand what they are asked, and may answer as they did there: at once
//! within three seconds, or for half an hour at an address of their own. What they answer is either for the asker alone,
//! who sees it once, or said in the conversation by the command's bot, by the right of the asker.

mod answers;
pub mod api;
mod ask;
mod manage;
mod store;

pub use answers::Tickets;
pub use ask::Outcome;
pub use manage::CommandView;
pub(crate) use manage::forget_of;
pub(crate) use store::load;
