//! When people act: on working days, in office hours, most in time and some late.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use mapcase_map::time::{Calendar, local_date, start_of_day};

use crate::dice::Dice;

/// The office opens at nine and closes at five.
const OPENS: TimeDelta = TimeDelta::hours(9);
const CLOSES: TimeDelta = TimeDelta::hours(17);

/// The days on which the office is open.
#[derive(Debug)]
pub struct Diary {
    pub zone: Tz,
    calendar: Arc<Calendar>,
}

impl Diary {
    pub fn new(zone: Tz, calendar: Arc<Calendar>) -> Self {
        Self { zone, calendar }
    }

    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        local_date(at, self.zone).unwrap_or(at.date_naive())
    }

    /// Midnight of a day.
    pub fn midnight(&self, day: NaiveDate) -> DateTime<Utc> {
        start_of_day(day, self.zone).unwrap_or(day.and_time(chrono::NaiveTime::MIN).and_utc())
    }

    /// A time at which the office is open: this one, or one of the next such day.
    pub fn in_office(&self, at: DateTime<Utc>, dice: &mut Dice) -> DateTime<Utc> {
        let mut day = self.day(at);
        let opens = self.midnight(day) + OPENS;
        if self.is_open(day) && at >= opens && at < self.midnight(day) + CLOSES {
            return at;
        }
        if at >= opens {
            day = day + Days::new(1);
        }
        while !self.is_open(day) {
            day = day + Days::new(1);
        }
        let seconds = dice.below((CLOSES - OPENS).num_seconds() as u64) as i64;
        self.midnight(day) + OPENS + TimeDelta::seconds(seconds)
    }

    fn is_open(&self, day: NaiveDate) -> bool {
        self.calendar.skipped(day).is_ok_and(|why| why.is_none())
    }

    /// The first day after this one on which the panel sits: every second Wednesday.
    pub fn panel_after(&self, day: NaiveDate) -> NaiveDate {
        let mut next = day + Days::new(3);
        while next.weekday() != Weekday::Wed || !next.iso_week().week().is_multiple_of(2) || !self.is_open(next) {
            next = next + Days::new(1);
        }
        next
    }

    /// When somebody does what is due at a time, if at one: most in time, some late, a few very late.
    pub fn does(&self, now: DateTime<Utc>, due: Option<DateTime<Utc>>, dice: &mut Dice) -> DateTime<Utc> {
        let due = due.filter(|due| *due > now).unwrap_or(now + TimeDelta::days(5));
        // Nobody thinks of what is due in a quarter before the next month.
        let ahead = (due - now).min(TimeDelta::days(30));
        let at = match dice.below(100) {
            0..90 => now + ahead * dice.between(5, 80) as i32 / 100,
            90..98 => due + TimeDelta::hours(dice.between(1, 24 * 8)),
            _ => due + TimeDelta::days(dice.between(8, 45)),
        };
        self.in_office(at, dice)
    }

    /// When something comes that is waited for until a time, if until one; it may come after it, when nobody waits any more.
    pub fn comes(&self, now: DateTime<Utc>, until: Option<DateTime<Utc>>, dice: &mut Dice) -> DateTime<Utc> {
        let ahead = until.filter(|until| *until > now).map_or(TimeDelta::days(20), |until| until - now);
        let at = match dice.below(100) {
            0..76 => now + ahead * dice.between(15, 95) as i32 / 100,
            _ => now + ahead + TimeDelta::days(dice.between(2, 40)),
        };
        self.in_office(at, dice)
    }
}
