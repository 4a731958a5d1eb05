//! Reading a time that somebody typed.

use chrono::{DateTime, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};

use super::{TimeError, shown, start_of_day};

/// Why what somebody typed is not one instant, and what to write instead.
#[derive(Clone, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum WhenError {
    /// Not in any of the forms that are read.
    #[error("`{text}` is not a time: write 2022-10-14 10:00, 2022-10-14 or 2022-10-14T10:00+01:00")]
    NotATime {
        /// What was typed.
        text: String,
    },
    /// A date, a time of day or an offset that there never is, such as 30 February.
    #[error("`{text}` has the form of a time but no such {what} exists: correct the {what}")]
    Impossible {
        /// What was typed.
        text: String,
        /// `date`, `time of day` or `offset`.
        what: &'static str,
    },
    /// A local time that the clocks skip, as on a spring night.
    #[error("{text} never comes in {zone}, where the clocks skip it: write {before} or {after}")]
    Never {
        /// The local time.
        text: String,
        /// The zone's name.
        zone: String,
        /// Read by the clock after the change, which comes to a time before it.
        before: String,
        /// Read by the clock before the change, which comes to a time after it.
        after: String,
    },
    /// A local time that comes twice, as on an autumn night.
    #[error("{text} is twice that night: write {first} or {second}")]
    Twice {
        /// The local time.
        text: String,
        /// The first of the two.
        first: String,
        /// The second.
        second: String,
    },
    /// A date that the zone skipped, or one too far away.
    #[error(transparent)]
    Time(#[from] TimeError),
}

/// Reads a time that somebody typed: RFC 3339 with an offset (`2022-10-14T10:00:00+01:00`, the seconds optional),
/// a local time (`2022-10-14 10:00`, `2022-10-14T10:00:30`), or a date, meaning the start of that local day.
///
/// # Errors
///
/// A local time that comes twice or never is refused, with both instants it might mean.
pub fn parse_when(text: &str, zone: Tz) -> Result<DateTime<Utc>, WhenError> {
    let text = text.trim();
    let typed = Scan { rest: text.as_bytes() }.typed().ok_or_else(|| WhenError::NotATime { text: shown(text) })?;
    let impossible = |what| WhenError::Impossible { text: shown(text), what };

    let (year, month, day) = typed.date;
    let date = NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| impossible("date"))?;
    let Some((hour, minute, second, nano)) = typed.time else {
        return Ok(start_of_day(date, zone)?);
    };
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nano).ok_or_else(|| impossible("time of day"))?;
    let Some((sign, hours, minutes)) = typed.offset else {
        return from_local(date.and_time(time), zone);
    };
    let offset = Some(sign * (hours * 3600 + minutes * 60))
        .filter(|_| minutes < 60)
        .and_then(FixedOffset::east_opt)
        .ok_or_else(|| impossible("offset"))?;
    let utc = date.and_time(time).checked_sub_offset(offset).ok_or(TimeError::OutOfRange)?;
    Ok(utc.and_utc())
}

fn from_local(local: NaiveDateTime, zone: Tz) -> Result<DateTime<Utc>, WhenError> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) => Ok(at.with_timezone(&Utc)),
        LocalResult::Ambiguous(first, second) => {
            Err(WhenError::Twice { text: plain(local), first: exact(first), second: exact(second) })
        }
        LocalResult::None => Err(never(local, zone).unwrap_or(WhenError::Time(TimeError::OutOfRange))),
    }
}

/// The fault for a local time in a gap: read by the clock after the change it falls before it, and the other way.
fn never(local: NaiveDateTime, zone: Tz) -> Option<WhenError> {
    let gap = GapInfo::new(&local, &zone)?;
    let (offset_before, offset_after) = (gap.begin?.1.fix(), gap.end?.offset().fix());
    let read_by = |offset| Some(exact(zone.from_utc_datetime(&local.checked_sub_offset(offset)?)));
    Some(WhenError::Never {
        text: plain(local),
        zone: zone.name().to_owned(),
        before: read_by(offset_after)?,
        after: read_by(offset_before)?,
    })
}

/// Hours and minutes, with whatever of seconds is not nought.
fn clock(time: NaiveTime) -> String {
    let form = if time.signed_duration_since(NaiveTime::MIN).num_milliseconds() % 60_000 == 0 {
        "%H:%M"
    } else {
        "%H:%M:%S%.f"
    };
    time.format(form).to_string()
}

fn plain(local: NaiveDateTime) -> String {
    format!("{} {}", local.date(), clock(local.time()))
}

/// An instant that reads back as itself: with its offset or, where old local mean time makes that no whole number of
/// minutes, in UTC.
fn exact(at: DateTime<Tz>) -> String {
    let offset = at.offset().fix();
    let (local, suffix) = if offset.local_minus_utc() % 60 == 0 {
        (at.naive_local(), offset.to_string())
    } else {
        (at.naive_utc(), "Z".to_owned())
    };
    format!("{}T{}{suffix}", local.date(), clock(local.time()))
}

/// What was typed, before any of it is known to exist.
struct Typed {
    date: (i32, u32, u32),
    /// Hour, minute, second, nanosecond.
    time: Option<(u32, u32, u32, u32)>,
    /// Sign, hours, minutes.
    offset: Option<(i32, i32, i32)>,
}

/// Reads ASCII from the left; each method takes what it names or is `None`.
struct Scan<'a> {
    rest: &'a [u8],
}

impl Scan<'_> {
    fn typed(mut self) -> Option<Typed> {
        let year = i32::try_from(self.number(4)?).ok()?;
        self.one_of(b"-")?;
        let month = self.number(2)?;
        self.one_of(b"-")?;
        let date = (year, month, self.number(2)?);
        let mut typed = Typed { date, time: None, offset: None };
        if self.rest.is_empty() {
            return Some(typed);
        }
        self.one_of(b"Tt ")?;
        typed.time = Some(self.time()?);
        if !self.rest.is_empty() {
            typed.offset = Some(self.offset()?);
        }
        self.rest.is_empty().then_some(typed)
    }

    fn time(&mut self) -> Option<(u32, u32, u32, u32)> {
        let hour = self.number(2)?;
        self.one_of(b":")?;
        let minute = self.number(2)?;
        if self.one_of(b":").is_none() {
            return Some((hour, minute, 0, 0));
        }
        let second = self.number(2)?;
        let nano = if self.one_of(b".").is_some() { self.nanoseconds()? } else { 0 };
        Some((hour, minute, second, nano))
    }

    /// One to nine digits after the point.
    fn nanoseconds(&mut self) -> Option<u32> {
        let digits = self.rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let places = u32::try_from(digits).ok().filter(|places| (1..=9).contains(places))?;
        Some(self.number(digits)? * 10_u32.pow(9 - places))
    }

    fn offset(&mut self) -> Option<(i32, i32, i32)> {
        let sign = match self.one_of(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some((1, 0, 0)),
        };
        let hours = i32::try_from(self.number(2)?).ok()?;
        self.one_of(b":")?;
        Some((sign, hours, i32::try_from(self.number(2)?).ok()?))
    }

    /// Exactly so many digits, nine at most.
    fn number(&mut self, digits: usize) -> Option<u32> {
        let (number, rest) = self.rest.split_at_checked(digits)?;
        let value =
            number.iter().try_fold(0, |value, b| b.is_ascii_digit().then(|| value * 10 + u32::from(b - b'0')))?;
        self.rest = rest;
        Some(value)
    }

    fn one_of(&mut self, wanted: &[u8]) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        if !wanted.contains(first) {
            return None;
        }
        self.rest = rest;
        Some(*first)
    }
}
