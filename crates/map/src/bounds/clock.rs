//! The reckoning of [`crate::time`] as tables, so that thousands of days can be looked at. It answers the same, to the
//! second; a test holds the two against each other.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;

use crate::time::{self, Anchor, Calendar, Duration, Family, Unit, local_date};

/// A day in seconds.
pub(super) const DAY: i64 = 86_400;
/// How much longer or shorter a day can be where the clocks change, in seconds.
pub(super) const CHANGE: i64 = 7_200;
/// How far the tables go beyond the calendar, in days; what lies further is reckoned day by day.
const BEYOND: usize = 800;

/// A zone and a calendar, ready to reckon with. Instants are in seconds since 1970.
#[derive(Debug)]
pub struct Clock {
    zone: Tz,
    calendar: Calendar,
    /// The first instant of each day from `first` on, and of one more.
    starts: Vec<i64>,
    /// How many days of the calendar come before the table's, and how many it covers.
    covered: usize,
    /// How many working days there are up to each covered day, itself among them.
    upto: Vec<usize>,
    /// The place of each working day.
    working: Vec<usize>,
    /// The month of each day, counted from the first, and which day of it, counted from 0.
    months: Vec<(u32, u32)>,
    /// The place of the first day of each of these months.
    month_starts: Vec<usize>,
}

/// How time is reckoned where the tables end.
type Reckon = fn(&Duration, Anchor, Tz, &Calendar) -> Result<time::Due, time::TimeError>;

/// A duration, ready to reckon with. Two that reckon alike are the same, however they were written.
#[derive(Clone, Debug)]
pub struct Gap {
    /// The duration as it was written.
    pub duration: Rc<Duration>,
    /// The number of its calendar.
    pub calendar: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Seconds(i64),
    Dates { months: u32, days: u32 },
    Working(u32),
}

impl PartialEq for Gap {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, self.calendar) == (other.kind, other.calendar)
    }
}

impl Eq for Gap {}

impl Hash for Gap {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.kind, self.calendar).hash(state);
    }
}

impl Gap {
    /// A duration of a map with this calendar.
    pub fn new(duration: &Duration, calendar: usize) -> Self {
        let kind = match duration.family() {
            Family::Elapsed => Kind::Seconds(duration.minutes() * 60),
            Family::Calendar => Kind::Dates { months: duration.months(), days: duration.days() },
            Family::Working => Kind::Working(duration.amount(Unit::WorkingDays)),
        };
        Self { duration: Rc::new(duration.clone()), calendar, kind }
    }

    /// Elapsed seconds, where it is hours or minutes.
    pub fn seconds(&self) -> Option<i64> {
        match self.kind {
            Kind::Seconds(seconds) => Some(seconds),
            _ => None,
        }
    }

    /// How many working days it is, where it is those.
    pub(super) fn working(&self) -> Option<u32> {
        match self.kind {
            Kind::Working(count) => Some(count),
            _ => None,
        }
    }

    /// Seconds that it always lasts.
    pub(super) fn at_least(&self) -> i64 {
        match self.kind {
            Kind::Seconds(seconds) => seconds,
            Kind::Dates { months, days } => (i64::from(months) * 28 + i64::from(days)) * DAY - CHANGE,
            Kind::Working(count) => i64::from(count) * DAY - CHANGE,
        }
    }

    /// Seconds that it never lasts longer than, where so many working days never last longer than `working` says.
    pub(super) fn at_most(&self, working: impl Fn(usize, i64) -> i64) -> i64 {
        match (self.kind, self.amount()) {
            (Kind::Dates { months, days }, None) => longest_days(i64::from(months) * 31 + i64::from(days)),
            (_, Some((family, amount))) => self.in_a_row(family, amount, working),
            (_, None) => i64::MAX,
        }
    }

    /// Seconds that so many seconds, days or working days of its calendar, one after the other, never last longer than.
    pub(super) fn in_a_row(&self, family: Family, amount: i64, working: impl Fn(usize, i64) -> i64) -> i64 {
        match family {
            Family::Elapsed => amount,
            Family::Calendar => longest_days(amount),
            Family::Working => working(self.calendar, amount),
        }
    }

    /// How many seconds, days or working days it is, where so many and so many more are as long as all together. Months are of
    /// different lengths.
    pub(super) fn amount(&self) -> Option<(Family, i64)> {
        match self.kind {
            Kind::Seconds(seconds) => Some((Family::Elapsed, seconds)),
            Kind::Dates { months: 0, days } => Some((Family::Calendar, i64::from(days))),
            Kind::Dates { .. } => None,
            Kind::Working(count) => Some((Family::Working, i64::from(count))),
        }
    }
}

impl Clock {
    /// Tables of a zone and a calendar; none where the calendar covers nothing that can be reckoned with.
    pub fn new(zone: Tz, calendar: &Calendar) -> Option<Self> {
        let first = NaiveDate::from_ymd_opt(calendar.first_year, 1, 1)?;
        let last = NaiveDate::from_ymd_opt(calendar.last_year, 12, 31)?;
        let covered = usize::try_from((last - first).num_days() + 1).ok()?;
        let mut starts: Vec<i64> = Vec::with_capacity(covered + BEYOND);
        let mut working = Vec::new();
        let mut upto = Vec::with_capacity(covered);
        let mut months = Vec::with_capacity(covered + BEYOND);
        let mut month_starts = Vec::new();
        let mut date = first;
        for at in 0..covered + BEYOND {
            starts.push(time::reached(date, zone).ok()?.timestamp());
            if date.day0() == 0 {
                month_starts.push(at);
            }
            // It begins with a year.
            months.push((u32::try_from(month_starts.len()).ok()?.checked_sub(1)?, date.day0()));
            if at < covered {
                if matches!(calendar.skipped(date), Ok(None)) {
                    working.push(at);
                }
                upto.push(working.len());
            }
            date = date.succ_opt()?;
        }
        Some(Self { zone, calendar: calendar.clone(), starts, covered, upto, working, months, month_starts })
    }

    /// How many days the calendar covers.
    pub fn days(&self) -> usize {
        self.covered
    }

    /// The first instant of a covered day, or of the day after the last.
    pub fn start(&self, day: usize) -> i64 {
        self.starts.get(day).copied().unwrap_or(i64::MAX)
    }

    /// The local date of an instant.
    pub fn date(&self, at: i64) -> Option<NaiveDate> {
        local_date(instant(at)?, self.zone).ok()
    }

    /// The local time of an instant.
    pub fn local(&self, at: i64) -> Option<NaiveDateTime> {
        time::local_time(instant(at)?, self.zone)
    }

    /// The place of an instant's day in the tables.
    pub(super) fn day(&self, at: i64) -> Option<usize> {
        let first = *self.starts.first()?;
        if at < first || at >= *self.starts.last()? {
            return None;
        }
        let mut day = usize::try_from((at - first) / DAY).ok()?.min(self.starts.len() - 1);
        while self.starts[day] > at {
            day -= 1;
        }
        while self.starts.get(day + 1).is_some_and(|next| *next <= at) {
            day += 1;
        }
        Some(day)
    }

    /// The first instant that is late by a deadline that counts from `from`; none where the calendar ends.
    pub fn due(&self, gap: &Gap, from: i64) -> Option<i64> {
        self.end(gap, from, 1, time::due)
    }

    /// The instant at which a wait for a time that counts from `from` ends; none where the calendar ends.
    pub fn until(&self, gap: &Gap, from: i64) -> Option<i64> {
        self.end(gap, from, 0, time::until)
    }

    /// By the tables where they reach, as far as days go: `after` is 1 for the end of the last day and 0 for its beginning.
    fn end(&self, gap: &Gap, from: i64, after: usize, reckon: Reckon) -> Option<i64> {
        if from == i64::MAX {
            return Some(from);
        }
        if let Kind::Seconds(seconds) = gap.kind {
            return from.checked_add(seconds);
        }
        if let Some(start) = self.last_day(gap, from).and_then(|day| self.starts.get(day + after)) {
            return Some(*start);
        }
        // Beyond the calendar working days are not known, however they are reckoned.
        if gap.working().is_some() && self.day(from).is_some_and(|day| day + 1 < self.covered) {
            return None;
        }
        let due = reckon(&gap.duration, Anchor::Instant(instant(from)?), self.zone, &self.calendar).ok()?;
        Some(due.due_at.timestamp())
    }

    /// The day in the tables to which days of any kind come.
    fn last_day(&self, gap: &Gap, from: i64) -> Option<usize> {
        let day = self.day(from)?;
        match gap.kind {
            Kind::Seconds(_) => None,
            Kind::Dates { months: 0, days } => day.checked_add(usize::try_from(days).ok()?),
            Kind::Dates { months, days } => {
                let (month, nth) = *self.months.get(day)?;
                let month = usize::try_from(month.checked_add(months)?).ok()?;
                // A month that is shorter ends it sooner.
                let (start, next) = (*self.month_starts.get(month)?, *self.month_starts.get(month + 1)?);
                (start + usize::try_from(nth).ok()?).min(next - 1).checked_add(usize::try_from(days).ok()?)
            }
            Kind::Working(count) => self.working_day(day, count),
        }
    }

    /// The so-manyth working day after a covered day.
    fn working_day(&self, day: usize, count: u32) -> Option<usize> {
        let nth = self.upto.get(day)? + usize::try_from(count).ok()?;
        self.working.get(nth.checked_sub(1)?).copied()
    }
}

/// Seconds that so many working days never last longer than: their weeks, and every holiday that can fall into them.
pub(super) fn longest(calendar: &Calendar, count: i64) -> i64 {
    let free = calendar.weekend.iter().collect::<std::collections::HashSet<_>>().len();
    let working = 7 - i64::try_from(free.min(6)).unwrap_or(6);
    let holidays: Vec<i64> = calendar.holidays.keys().map(|date| i64::from(date.num_days_from_ce())).collect();
    let weeks = |days: i64| (days / working + 1).saturating_mul(7);
    let mut days = weeks(count);
    loop {
        let (mut most, mut first) = (0, 0);
        for (last, holiday) in holidays.iter().enumerate() {
            while holiday - holidays[first] > days {
                first += 1;
            }
            most = most.max(last + 1 - first);
        }
        let longer = weeks(count.saturating_add(i64::try_from(most).unwrap_or(i64::MAX)));
        if longer <= days {
            return longest_days(days);
        }
        days = longer;
    }
}

/// Seconds that so many days never last longer than, from any instant of the first to the end of the last.
fn longest_days(days: i64) -> i64 {
    days.saturating_add(1).saturating_mul(DAY).saturating_add(CHANGE)
}

fn instant(at: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at, 0)
}
