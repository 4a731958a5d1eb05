//! Times that somebody typed.

use chrono_tz::Tz;

use super::{LONDON, instant};
use crate::time::parse_when;

fn refusal(text: &str, zone: Tz) -> String {
    parse_when(text, zone).unwrap_err().to_string()
}

#[test]
fn times_are_read_in_each_form() {
    for (text, want) in [
        ("2022-10-14T10:00:00+01:00", "2022-10-14T09:00:00Z"),
        ("2022-10-14T10:00+01:00", "2022-10-14T09:00:00Z"),
        ("2022-10-14 10:00:00-05:30", "2022-10-14T15:30:00Z"),
        ("2022-10-14T10:00:00Z", "2022-10-14T10:00:00Z"),
        ("2022-10-14t10:00:00z", "2022-10-14T10:00:00Z"),
        ("2022-10-14T10:00:00.25Z", "2022-10-14T10:00:00.25Z"),
        ("2022-10-14T10:00:00.123456789Z", "2022-10-14T10:00:00.123456789Z"),
        ("2022-10-14 10:00", "2022-10-14T09:00:00Z"),
        ("2022-10-14T10:00", "2022-10-14T09:00:00Z"),
        ("2022-10-14T10:00:30", "2022-10-14T09:00:30Z"),
        ("  2022-12-14 10:00 ", "2022-12-14T10:00:00Z"),
        ("2022-10-14", "2022-10-13T23:00:00Z"),
        ("2022-10-30T01:30+01:00", "2022-10-30T00:30:00Z"),
        ("2022-10-30T01:30+00:00", "2022-10-30T01:30:00Z"),
        ("2022-10-30", "2022-10-29T23:00:00Z"),
    ] {
        assert_eq!(parse_when(text, LONDON), Ok(instant(want)), "{text}");
    }
    let start = parse_when("2017-10-15", chrono_tz::America::Sao_Paulo);
    assert_eq!(start, Ok(instant("2017-10-15T01:00:00-02:00")));
}

#[test]
fn a_time_that_comes_twice_or_never_is_refused_with_both_meanings() {
    assert_eq!(
        refusal("2022-10-30 01:30", LONDON),
        "2022-10-30 01:30 is twice that night: write 2022-10-30T01:30+01:00 or 2022-10-30T01:30+00:00"
    );
    assert_eq!(
        refusal("2026-10-25T01:00:05.5", LONDON),
        "2026-10-25 01:00:05.500 is twice that night: \
         write 2026-10-25T01:00:05.500+01:00 or 2026-10-25T01:00:05.500+00:00"
    );
    assert_eq!(
        refusal("2026-03-29 01:30", LONDON),
        "2026-03-29 01:30 never comes in Europe/London, where the clocks skip it: \
         write 2026-03-29T00:30+00:00 or 2026-03-29T02:30+01:00"
    );
    // The edges of the night are plain.
    for text in ["2026-03-29 00:59", "2026-03-29 02:00", "2026-10-25 00:59", "2026-10-25 02:00"] {
        assert!(parse_when(text, LONDON).is_ok(), "{text}");
    }
    // Monrovia was 44 minutes 30 seconds behind until 1972: no such offset can be written.
    assert_eq!(
        refusal("1972-01-07 00:10", chrono_tz::Africa::Monrovia),
        "1972-01-07 00:10 never comes in Africa/Monrovia, where the clocks skip it: \
         write 1972-01-07T00:10Z or 1972-01-07T00:54:30+00:00"
    );
}

#[test]
fn both_meanings_can_be_typed() {
    for text in ["2022-10-30 01:30", "2026-03-29 01:30", "2026-10-25 01:00:05.5", "2026-03-29 01:00:00.000000001"] {
        let refusal = refusal(text, LONDON);
        let (_, meanings) = refusal.split_once("write ").unwrap();
        let (one, other) = meanings.split_once(" or ").unwrap();
        assert!(parse_when(one, LONDON).unwrap() < parse_when(other, LONDON).unwrap(), "{text}");
    }
}

#[test]
fn what_is_no_time_is_refused() {
    for text in [
        "",
        "today",
        "2022",
        "2022-10",
        "14/10/2022",
        "2022-10-14T",
        "2022-10-14 10",
        "2022-10-14 9:00",
        "2022-10-14 10:00 BST",
        "2022-10-14 10:00+1",
        "2022-10-14 10:00+0100",
        "2022-10-14 10:00:00.",
        "2022-10-14 10:00:00.1234567891",
        "2022-10-14Z",
        "+2022-10-14",
        "２022-10-14",
        "2022-10-14 10:00Zx",
        "22022-10-14",
    ] {
        let refusal = refusal(text, LONDON);
        let want = format!("`{text}` is not a time: write 2022-10-14 10:00, 2022-10-14 or 2022-10-14T10:00+01:00");
        assert_eq!(refusal, want);
    }
    for (text, what) in [
        ("2022-02-30", "date"),
        ("2022-13-01 10:00", "date"),
        ("2022-10-14 24:00", "time of day"),
        ("2022-10-14 10:60Z", "time of day"),
        ("2022-10-14 10:00:60Z", "time of day"),
        ("2022-10-14 10:00+24:00", "offset"),
        ("2022-10-14 10:00+01:60", "offset"),
    ] {
        let want = format!("`{text}` has the form of a time but no such {what} exists: correct the {what}");
        assert_eq!(refusal(text, LONDON), want);
    }
    assert_eq!(
        refusal("2011-12-30", chrono_tz::Pacific::Apia),
        "there was no 2011-12-30 in Pacific/Apia, whose clocks skipped that day: use the day before or after"
    );
}
