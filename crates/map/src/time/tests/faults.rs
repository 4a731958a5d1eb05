//! Reading and writing durations: what is taken, and where the fault of the rest is said to be.

use super::duration;
use crate::time::{Duration, DurationFault, Family, Unit};

#[test]
fn durations_are_written_one_way() {
    for (text, want) in [
        ("72 hours", "72 hours"),
        ("1 day", "1 day"),
        ("1 days", "1 day"),
        ("2 day", "2 days"),
        ("6 months 17 years", "17 years 6 months"),
        ("1 day 2 weeks 3 months 4 years", "4 years 3 months 2 weeks 1 day"),
        ("30 minutes 1 hour", "1 hour 30 minutes"),
        ("  45\tworking \n days ", "45 working days"),
        ("1 working day", "1 working day"),
        ("1\u{a0}working\u{2003}days", "1 working day"),
        ("007 days", "7 days"),
        ("100 years", "100 years"),
        ("1200 months", "1200 months"),
        ("36525 days", "36525 days"),
        ("26089 working days", "26089 working days"),
    ] {
        assert_eq!(Duration::parse(text).map(|d| d.to_string()), Ok(want.to_owned()), "{text:?}");
    }
    assert_ne!(duration("1 week"), duration("7 days"), "the unit written is kept");
    assert_eq!(format!("[{:>8}]", duration("1 day")), "[   1 day]");
}

#[test]
fn a_duration_shows_its_parts() {
    let long = duration("6 months 17 years");
    assert_eq!(long.family(), Family::Calendar);
    assert_eq!(long.parts().collect::<Vec<_>>(), [(17, Unit::Years), (6, Unit::Months)]);
    assert_eq!((long.amount(Unit::Years), long.amount(Unit::Days)), (17, 0));
    assert_eq!(duration("2 hours").family(), Family::Elapsed);
    assert_eq!(duration("2 working days").family(), Family::Working);
}

#[test]
fn a_duration_is_kept_as_its_text() {
    let text = serde_json::to_string(&duration("6 months 17 years")).unwrap();
    assert_eq!(text, "\"17 years 6 months\"");
    assert_eq!(serde_json::from_str::<Duration>(&text).unwrap(), duration("17 years 6 months"));
    let fault = serde_json::from_str::<Duration>("\"72 huors\"").unwrap_err();
    assert_eq!(fault.to_string(), "`huors` is not a unit: did you mean `hours`?");
    assert!(serde_json::from_str::<Duration>("72").is_err());
}

const PLAIN: &str = "write a whole number and a unit, as in `72 hours`";
const UNITS: &str = "the units are minutes, hours, days, working days, weeks, months and years";
const MIXING: &str = "years, months, weeks and days go together, and so do hours and minutes; working days stand alone";
const TWICE: &str = "add the two numbers and write the unit once";
const LESS: &str = "write 100 years or less";

/// The text with the faulty word in brackets, what is wrong, what to write.
const FAULTS: &[(&str, &str, &str)] = &[
    ("[]", "the duration is empty", PLAIN),
    ("[]   ", "the duration is empty", PLAIN),
    ("[0] days", "`0` is no time at all", "write a whole number from 1"),
    ("2 weeks [00] days", "`00` is no time at all", "write a whole number from 1"),
    ("[-3] days", "`-3` is negative", PLAIN),
    ("[−3] days", "`−3` is negative", PLAIN),
    ("[1.5] days", "`1.5` is not a whole number", PLAIN),
    ("[1,000] days", "`1,000` is not a whole number", PLAIN),
    ("[+3] days", "`+3` is not a whole number", PLAIN),
    ("[two] weeks", "`two` is not a whole number", PLAIN),
    ("[٣] days", "`٣` is not a whole number", PLAIN),
    ("[TBC]", "`TBC` is not a whole number", PLAIN),
    ("17 years [and] 6 months", "`and` is not a whole number", PLAIN),
    ("[72]", "`72` has no unit", PLAIN),
    ("1 week [3]", "`3` has no unit", PLAIN),
    ("[1] 3 days", "`1` has no unit", PLAIN),
    ("[hours]", "`hours` has no number before it", PLAIN),
    ("72 hours [minutes]", "`minutes` has no number before it", PLAIN),
    ("[working] days", "`working` has no number before it", PLAIN),
    ("[72hours]", "`72hours` has no space between the number and the unit", "write `72 hours`"),
    ("[72h]", "`72h` has no space between the number and the unit", PLAIN),
    ("72 [huors]", "`huors` is not a unit", "did you mean `hours`?"),
    ("1 [huor]", "`huor` is not a unit", "did you mean `hour`?"),
    ("2 [Weeks]", "`Weeks` is not a unit", "did you mean `weeks`?"),
    ("2 [mnths]", "`mnths` is not a unit", "did you mean `months`?"),
    ("2 [mins]", "`mins` is not a unit", "did you mean `minutes`?"),
    ("2 [yrs]", "`yrs` is not a unit", "did you mean `years`?"),
    ("2 [dyas]", "`dyas` is not a unit", "did you mean `days`?"),
    ("5 [workdays]", "`workdays` is not a unit", "did you mean `working days`?"),
    ("5 [business] days", "`business` is not a unit", "did you mean `working days`?"),
    ("5 [wroking] days", "`wroking` is not a unit", "did you mean `working days`?"),
    ("5 [working]", "`working` has no `days` after it", "write `5 working days`"),
    ("1 working [hour]", "`hour` cannot follow `working`", "write `1 working day`"),
    ("2 [m]", "`m` is not a unit", UNITS),
    ("2 [fortnights]", "`fortnights` is not a unit", UNITS),
    ("2 [😀]", "`😀` is not a unit", UNITS),
    ("2 days 3 [days]", "`days` is written twice", TWICE),
    ("2 days 3 weeks 1 [day]", "`day` is written twice", TWICE),
    ("2 working days 1 [working day]", "`working days` is written twice", TWICE),
    ("2 days 3 [hours]", "`hours` cannot be added to `days`", MIXING),
    ("3 minutes 1 [year]", "`years` cannot be added to `minutes`", MIXING),
    ("2 weeks 3 [working  days]", "`working days` cannot be added to `weeks`", MIXING),
    ("2 working days 1 [day]", "`days` cannot be added to `working days`", MIXING),
    ("[101] years", "`101` makes the duration longer than 100 years", LESS),
    ("100 years [1] day", "`1` makes the duration longer than 100 years", LESS),
    ("[876601] hours", "`876601` makes the duration longer than 100 years", LESS),
    ("[26090] working days", "`26090` makes the duration longer than 100 years", LESS),
    ("[99999999999999999999] days", "`99999999999999999999` makes the duration longer than 100 years", LESS),
];

#[test]
fn a_fault_sits_on_the_very_word() {
    for (marked, message, help) in FAULTS {
        let start = marked.find('[').unwrap();
        let end = marked.find(']').unwrap() - 1;
        let text = marked.replace(['[', ']'], "");
        let want = DurationFault { range: start..end, message: (*message).to_owned(), help: (*help).to_owned() };
        assert_eq!(Duration::parse(&text), Err(want), "{marked}");
    }
}

#[test]
fn what_was_written_is_quoted_short_and_harmless() {
    let fault = Duration::parse(&format!("2 \u{1b}[31m{}", "x".repeat(10_000))).unwrap_err();
    assert_eq!(fault.message, format!("`\u{fffd}[31m{}…` is not a unit", "x".repeat(35)));
}
