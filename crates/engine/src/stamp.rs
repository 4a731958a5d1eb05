//! Times as the casebook writes them: RFC 3339 in UTC, to the second, so that their text sorts as they do.

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, SubsecRound, Timelike, Utc};

use crate::error::Error;

/// Writes a time.
pub fn write(at: DateTime<Utc>) -> String {
    // By hand where it can be: each event has two, each timer two.
    let (day, time) = (at.date_naive(), at.time());
    let Some(year) = u32::try_from(day.year()).ok().filter(|year| *year <= 9999) else {
        return at.to_rfc3339_opts(SecondsFormat::Secs, true);
    };
    let mut text = String::with_capacity(20);
    let mut digits = |number: u32, places: u32, sign: char| {
        for place in (0..places).rev() {
            text.push(char::from(b'0' + (number / 10_u32.pow(place) % 10) as u8));
        }
        text.push(sign);
    };
    digits(year, 4, '-');
    digits(day.month(), 2, '-');
    digits(day.day(), 2, 'T');
    digits(time.hour(), 2, ':');
    digits(time.minute(), 2, ':');
    digits(time.second(), 2, 'Z');
    text
}

/// Reads a time that `write` wrote. Another way to write the same time would not sort as it does, and is none.
pub fn read(text: &str) -> Result<DateTime<Utc>, Error> {
    exactly(text).ok_or_else(|| Error::Damaged(format!("`{text}` is not a time as mapcase writes it")))
}

/// A time of a year with four digits; `sensible` lets no other in. Every event has two: this is much of the time that reading a
/// case takes.
fn exactly(text: &str) -> Option<DateTime<Utc>> {
    let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let signs = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')];
    if signs.iter().any(|(place, sign)| bytes[*place] != *sign) {
        return None;
    }
    let number = |from: usize, to: usize| {
        bytes[from..to]
            .iter()
            .try_fold(0_u32, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0')))
    };
    let day = NaiveDate::from_ymd_opt(i32::try_from(number(0, 4)?).ok()?, number(5, 7)?, number(8, 10)?)?;
    Some(day.and_hms_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?)?.and_utc())
}

/// Cuts a time to the second, and refuses years for which texts would not sort or deadlines run out of the calendar.
pub fn sensible(at: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
    if !(1900..=2200).contains(&at.year()) {
        return Err(Error::Clock(format!("{} is not a time at which a case could happen", at.to_rfc3339())));
    }
    Ok(at.trunc_subsecs(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_only_as_it_is_written() {
        for right in ["2025-04-01T00:00:00Z", "1900-01-01T23:59:59Z", "2200-12-31T12:30:01Z", "0000-02-29T00:00:00Z"] {
            let time = read(right).unwrap();
            assert_eq!(write(time), right);
            assert_eq!(write(time), time.to_rfc3339_opts(SecondsFormat::Secs, true));
        }
        for wrong in [
            "2025-02-29T00:00:00Z",
            "2025-04-01T24:00:00Z",
            "2025-04-01T00:60:00Z",
            "2025-04-01T00:00:60Z",
            "2025-04-01T00:00:00+00:00",
            "2025-04-01t00:00:00z",
            "2025-04-01 00:00:00Z",
            "2025-04-01T00:00:00.0Z",
            "+025-04-01T00:00:00Z",
            "2025-4-001T00:00:00Z",
            "２025-04-01T00:00:0Z",
            "",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
