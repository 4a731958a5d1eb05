//! The one file that reads the clock.

use chrono::{DateTime, Utc};

/// Where `now` comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock.
    Real,
    /// A time that was said, on a simulated casebook.
    Said(DateTime<Utc>),
}

impl Clock {
    /// What the machine's clock says.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn machine() -> DateTime<Utc> {
        Utc::now()
    }
}
