//! Times as the casebook writes them: RFC 3339 in UTC, to the second, so that their text sorts as they do.

use chrono::{DateTime, Datelike, SecondsFormat, SubsecRound, Utc};

use crate::error::Error;

/// Writes a time.
pub fn write(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Reads a time that `write` wrote. Another way to write the same time would not sort as it does, and is none.
pub fn read(text: &str) -> Result<DateTime<Utc>, Error> {
    let time = DateTime::parse_from_rfc3339(text).ok().map(|time| time.with_timezone(&Utc));
    let time = time.filter(|time| write(*time) == text);
    time.ok_or_else(|| Error::Damaged(format!("`{text}` is not a time as mapcase writes it")))
}

/// Cuts a time to the second, and refuses years for which texts would not sort or deadlines run out of the calendar.
pub fn sensible(at: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
    if !(1900..=2200).contains(&at.year()) {
        return Err(Error::Clock(format!("{} is not a time at which a case could happen", at.to_rfc3339())));
    }
    Ok(at.trunc_subsecs(0))
}
