//! Every row of the design's table: what a deadline runs to and when a wait ends.

use super::{LONDON, due, on_and_at, until};

/// Duration, anchor, then the last day and the first late instant.
const DEADLINES: &[(&str, &str, &str, &str)] = &[
    // minutes, hours: that many elapsed hours later, across weekends
    ("90 minutes", "2022-10-14T10:00:00+01:00", "2022-10-14", "2022-10-14T10:30Z"),
    ("72 hours", "2022-10-14T16:00:00+01:00", "2022-10-17", "2022-10-17T15:00Z"),
    ("1 hour 30 minutes", "2022-10-14T22:00:00+01:00", "2022-10-14", "2022-10-14T22:30Z"),
    ("2 hours", "2022-10-14T22:30:00+01:00", "2022-10-15", "2022-10-14T23:30Z"),
    ("72 hours", "2022-10-14", "2022-10-17", "2022-10-16T23:00Z"),
    // days, weeks, months, years: the end of the last local day; the anchor's day is day 0
    ("1 day", "2022-10-14T00:00:00+01:00", "2022-10-15", "2022-10-15T23:00Z"),
    ("1 day", "2022-10-14T23:59:59+01:00", "2022-10-15", "2022-10-15T23:00Z"),
    ("1 day", "2022-10-14", "2022-10-15", "2022-10-15T23:00Z"),
    ("1 day", "2022-10-14T23:30:00Z", "2022-10-16", "2022-10-16T23:00Z"),
    ("2 weeks", "2022-10-14T10:00:00+01:00", "2022-10-28", "2022-10-28T23:00Z"),
    ("2 weeks", "2022-10-29T10:00:00+01:00", "2022-11-12", "2022-11-13T00:00Z"),
    ("2 weeks 1 day", "2022-10-14T10:00:00+01:00", "2022-10-29", "2022-10-29T23:00Z"),
    ("45 days", "2022-10-14", "2022-11-28", "2022-11-29T00:00Z"),
    // months clamp to month end, from the original date
    ("6 months", "2022-08-31", "2023-02-28", "2023-03-01T00:00Z"),
    ("6 months", "2023-08-31", "2024-02-29", "2024-03-01T00:00Z"),
    ("1 month", "2022-01-31", "2022-02-28", "2022-03-01T00:00Z"),
    ("2 months", "2022-01-31", "2022-03-31", "2022-03-31T23:00Z"),
    ("6 months", "2022-02-28", "2022-08-28", "2022-08-28T23:00Z"),
    ("1 year", "2024-02-29", "2025-02-28", "2025-03-01T00:00Z"),
    ("4 years", "2024-02-29", "2028-02-29", "2028-03-01T00:00Z"),
    ("1 year 1 month", "2024-01-31", "2025-02-28", "2025-03-01T00:00Z"),
    ("1 month 1 day", "2022-01-31", "2022-03-01", "2022-03-02T00:00Z"),
    ("17 years 6 months", "2005-02-03", "2022-08-03", "2022-08-03T23:00Z"),
    // working days: the end of the N-th working day after the anchor's local date
    ("1 working day", "2022-10-14T10:00:00+01:00", "2022-10-17", "2022-10-17T23:00Z"),
    ("1 working day", "2022-10-15", "2022-10-17", "2022-10-17T23:00Z"),
    ("5 working days", "2022-10-14", "2022-10-21", "2022-10-21T23:00Z"),
    ("1 working day", "2022-06-01", "2022-06-06", "2022-06-06T23:00Z"),
];

/// Duration, anchor, then the local date and the instant at which the wait ends.
const WAITS: &[(&str, &str, &str, &str)] = &[
    // minutes, hours: the same instant as a deadline's
    ("72 hours", "2022-10-14T16:00:00+01:00", "2022-10-17", "2022-10-17T15:00Z"),
    ("2 hours", "2022-10-14T22:30:00+01:00", "2022-10-15", "2022-10-14T23:30Z"),
    ("36 hours", "2022-10-14", "2022-10-15", "2022-10-15T11:00Z"),
    // days and longer: the start of that local day
    ("1 day", "2022-10-14T10:00:00+01:00", "2022-10-15", "2022-10-14T23:00Z"),
    ("2 weeks", "2022-10-14T10:00:00+01:00", "2022-10-28", "2022-10-27T23:00Z"),
    ("6 months", "2022-04-10", "2022-10-10", "2022-10-09T23:00Z"),
    ("6 months", "2022-08-31", "2023-02-28", "2023-02-28T00:00Z"),
    ("1 year", "2024-02-29", "2025-02-28", "2025-02-28T00:00Z"),
    // working days: the start of the N-th
    ("1 working day", "2022-10-14T10:00:00+01:00", "2022-10-17", "2022-10-16T23:00Z"),
    ("1 working day", "2022-12-23", "2022-12-28", "2022-12-28T00:00Z"),
];

#[test]
fn deadlines_run_to_the_end_of_their_last_day() {
    for (text, from, on, at) in DEADLINES {
        let answer = due(text, from, LONDON).unwrap();
        assert_eq!(on_and_at(&answer), ((*on).to_owned(), (*at).to_owned()), "{text} from {from}");
    }
}

#[test]
fn waits_end_at_the_start_of_their_day() {
    for (text, from, on, at) in WAITS {
        let answer = until(text, from, LONDON).unwrap();
        assert_eq!(on_and_at(&answer), ((*on).to_owned(), (*at).to_owned()), "{text} from {from}");
    }
}

#[test]
fn only_working_days_skip_days() {
    for (text, from, ..) in DEADLINES {
        let skipped = due(text, from, LONDON).unwrap().skipped;
        assert_eq!(skipped.is_empty(), !text.contains("working"), "{text} from {from}");
    }
}
