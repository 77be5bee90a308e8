//! Commands with more to say than fits beside `hearth serve`.

pub(crate) mod backup;
pub(crate) mod demo;
