//! Projects and their tasks.
//!
//! Projects are few and held in memory; tasks are rows, found by their project and number. Changes of one project's
//! tasks take turns, so each begins with what the one before it wrote: a task's history is without holes, of each field
//! the last writer's word stands, and where cards stand in their columns is decided by one place for everybody.

pub mod api;
mod boards;
mod change;
mod checklist;
mod columns;
mod comments;
mod create;
mod days;
mod edit;
mod export;
mod feeds;
mod filters;
mod list;
mod members;
mod moves;
mod news;
mod projects;
mod rank;
mod recurring;
mod relations;
mod rule;
mod store;
mod tidy;
mod tree;
mod view;
mod watch;

pub use boards::Boards;
pub(crate) use change::TaskName;
pub(crate) use checklist::{CheckPatch, add as add_check, update as update_check};
pub(crate) use columns::{LabelWish, set_labels};
pub(crate) use comments::add as comment;
pub(crate) use create::{NewTask, create};
pub(crate) use days::run as watch_days;
pub use days::{remind, repeat};
pub(crate) use edit::{TaskPatch, update};
pub use export::ExportFormat;
pub use feeds::Feeds;
pub(crate) use list::seen_by;
pub(crate) use members::{enter as enter_project, leave_everything};
pub(crate) use news::{NewsView, Read as NewsRead, at as news_at, read as read_news};
pub(crate) use projects::{NewProject, create as create_project, list as projects_of};
pub use recurring::Recurrence;
pub(crate) use store::load;
pub use tidy::sweep;
pub use view::{Day, Priority, TaskSource, TaskView};
