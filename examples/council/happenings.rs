//! What happens to children over the year, beside what comes round by itself.

use chrono::{DateTime, Days, Months, NaiveDate, TimeDelta, Utc};

use crate::diary::Diary;
use crate::dice::Dice;

/// A case that somebody opens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Happening {
    pub at: DateTime<Utc>,
    pub map: &'static str,
    pub entry: Option<&'static str>,
    /// The child; none where one is chosen whose payment runs, or where it is about no child.
    pub child: Option<u64>,
}

/// How many of a thousand children that have happens to in a year. Each happens to at least one.
const RATES: [(&str, Option<&str>, u64); 29] = [
    ("change-request-received", None, 300),
    ("cancellations-amendment-request", Some("change-asked-for"), 120),
    ("service-uplift-request", Some("uplift-asked-for"), 90),
    ("no-payment", None, 60),
    ("resource-panel-updated-request", Some("change-asked-for"), 60),
    ("incorrect-payment-made", Some("issue-found"), 50),
    ("service-or-employment-ended", Some("ending-notified"), 40),
    ("re-assessment-of-need", Some("reassessment-asked-for"), 35),
    ("social-care-needs-review", Some("review-due"), 30),
    ("direct-payment-closure", Some("closure-asked-for"), 30),
    ("increase-in-employment-hours", Some("more-hours-wanted"), 30),
    ("reclaim", Some("reclaim-due"), 30),
    ("required-checks-with-payroll", Some("checks-needed"), 25),
    ("escalation-to-dct-csm", Some("advice-needed"), 20),
    ("interim-payment-required", Some("need-arises"), 20),
    ("incorrect-payment-either-account", None, 20),
    ("reduction-in-employment-hours", Some("fewer-hours-wanted"), 20),
    ("audit-preparation", Some("audit-due"), 20),
    ("direct-payment-panel-planned-reviews", Some("review-due"), 15),
    ("transfer-out", Some("notified"), 12),
    ("employment-to-service-provision", Some("change-wanted"), 10),
    ("backdated-payment-ending", Some("payment-owed"), 10),
    ("financial-review-preparation", Some("review-due"), 10),
    ("new-service-provision", Some("service-wanted"), 10),
    ("recruitment-of-employees", Some("employee-wanted"), 8),
    ("write-off", Some("write-off-needed"), 8),
    ("service-uplift-cross-reference", Some("rate-changed"), 5),
    ("day-time-services", Some("decision-received"), 3),
    ("overnight-respite", Some("decision-received"), 3),
];

/// How a child comes that has no payment yet, of a hundred; the first ones in this order.
const ARRIVALS: [((&str, &str), u64); 4] = [
    (("new-assessment-of-need", "referral-received"), 62),
    (("request-to-accept-ola-transfer", "request-received"), 10),
    (("transfer-in", "notified"), 8),
    (("resource-panel-new-request", "request-made"), 20),
];

/// All that is to happen, in the order of time. The first `stock` children have a payment when the year begins; `last` is the last
/// day of the year.
pub fn happenings(
    count: u64,
    stock: u64,
    first: NaiveDate,
    last: NaiveDate,
    diary: &Diary,
    dice: &mut Dice,
) -> Vec<Happening> {
    let mut all = Vec::new();
    let days = (last - first).num_days();
    let on = |day: i64, dice: &mut Dice| {
        let at =
            diary.midnight(first + Days::new(day as u64)) + TimeDelta::seconds(dice.between(9 * 3600, 17 * 3600 - 1));
        diary.in_office(at, dice)
    };
    for child in 0..stock {
        let at = on(dice.between(0, 3), dice);
        all.push(Happening { at, map: "direct-payment-in-force", entry: Some("in-force-already"), child: Some(child) });
    }
    for child in stock..count {
        let first = usize::try_from(child - stock).ok().and_then(|place| ARRIVALS.get(place)).map(|(how, _)| *how);
        let Some((map, entry)) = first.or_else(|| dice.weighted(&ARRIVALS)) else { continue };
        all.push(Happening { at: on(dice.between(0, days - 14), dice), map, entry: Some(entry), child: Some(child) });
    }
    for (map, entry, rate) in RATES {
        for _ in 0..(count * rate).div_ceil(1000) {
            all.push(Happening { at: on(dice.between(14, days - 7), dice), map, entry, child: None });
        }
    }
    for quarter in 0..4 {
        let day = (first + Months::new(quarter * 3) - first).num_days();
        let (map, entry) = ("senior-management-oversight", Some("quarter-begins"));
        all.push(Happening { at: on(day, dice), map, entry, child: None });
    }
    all.sort();
    all
}
