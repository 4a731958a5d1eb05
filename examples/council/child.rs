//! The children, and what a record is to hold of them.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use mapcase_case::{CaseState, Kept, Value};
use mapcase_map::Machine;
use mapcase_map::model::{Field, FieldType};

use crate::answers::Answers;
use crate::diary::Diary;
use crate::dice::Dice;

/// A child, as the council knows it beside its cases.
#[derive(Clone, Debug)]
pub struct Child {
    pub number: u64,
    pub born_on: NaiveDate,
    pub account: &'static str,
    /// When its payment began; none where that is not known, or there is none yet.
    pub paid_since: Option<NaiveDate>,
    pub signed_on: Option<NaiveDate>,
    /// Reviews that were held before its cases were kept here.
    pub financial_review: Option<NaiveDate>,
    pub needs_review: Option<NaiveDate>,
    pub audit: Option<NaiveDate>,
}

impl Child {
    /// A child on the day on which the year begins. Of those whose payment runs already, some have gaps in their records.
    pub fn invent(number: u64, today: NaiveDate, is_paid: bool, dice: &mut Dice) -> Child {
        let age = match number % 25 {
            3 => dice.between(206, 213),
            7 => dice.between(187, 196),
            _ => dice.between(24, 204),
        };
        let days = |first, last, dice: &mut Dice| today - Days::new(dice.between(first, last) as u64);
        let born_on = today - Months::new(age as u32) - Days::new(dice.below(28));
        let first_paid = days(120, 365 * 5, dice).max(born_on + Months::new(12));
        let usual = |dice: &mut Dice| if dice.percent(93) { (5, 320) } else { (320, 460) };
        let (first, last) = usual(dice);
        let needs_review = Some(days(first, last, dice));
        let (first, last) = if dice.percent(93) { (5, 200) } else { (200, 330) };
        let financial_review = Some(days(first, last, dice).max(first_paid));
        let (first, last) = usual(dice);
        let audit = Some(days(first, last, dice)).filter(|audit| *audit > first_paid + Months::new(3));
        let account = dice.weighted(&[("family", 60), ("managed", 32), ("unmanaged", 8)]).unwrap_or("family");
        let signed_on = Some(first_paid - Days::new(dice.between(3, 30) as u64)).filter(|_| number % 30 != 11);
        let paid_since = Some(first_paid).filter(|_| number % 80 != 5);
        let gone = |date: Option<NaiveDate>| date.filter(|_| is_paid);
        let (financial_review, needs_review, audit) = (gone(financial_review), gone(needs_review), gone(audit));
        let (paid_since, signed_on) = (gone(paid_since), gone(signed_on));
        Child { number, born_on, account, paid_since, signed_on, financial_review, needs_review, audit }
    }

    /// The number of the child's file.
    pub fn ics(&self) -> String {
        (100_000 + self.number).to_string()
    }

    /// How old it is, in months.
    pub fn months(&self, day: NaiveDate) -> i32 {
        (day.year() - self.born_on.year()) * 12 + day.month() as i32 - self.born_on.month() as i32
    }

    /// What is known of the child of itself.
    fn known(&self, field: &str) -> Option<String> {
        let date = |date: Option<NaiveDate>| date.map(|date| date.to_string());
        match field {
            "ics_number" => Some(self.ics()),
            "child_name" => Some(format!("Child {}", self.number)),
            "date_of_birth" => date(Some(self.born_on)),
            "account_managed_by" => Some(self.account.to_string()),
            "family_managed" => Some(if self.account == "family" { "yes" } else { "no" }.to_string()),
            "handover_on" => date(Some(self.born_on + Months::new(18 * 12))),
            "first_payment_on" => date(self.paid_since),
            "agreement_signed_on" => date(self.signed_on),
            "review_anchor" => date(self.financial_review.or(self.paid_since)),
            "last_needs_review" => date(self.needs_review),
            "last_audit" => date(self.audit),
            _ => None,
        }
    }

    /// What is known when a payment that runs already is entered.
    pub fn in_force(&self) -> BTreeMap<String, String> {
        let fields = [
            "ics_number",
            "date_of_birth",
            "account_managed_by",
            "family_managed",
            "first_payment_on",
            "agreement_signed_on",
            "review_anchor",
            "last_needs_review",
            "last_audit",
        ];
        let known = |field: &str| Some((field.to_string(), self.known(field)?));
        // Nobody counts from what is not known.
        let left_out = |field: &str| field == "review_anchor" && self.paid_since.is_none();
        fields.into_iter().filter(|field| !left_out(field)).filter_map(known).collect()
    }
}

/// The maps that mean the payment which runs.
const COUNT_FROM_FIRST: [&str; 3] = ["direct-payment-in-force", "audit-preparation", "planned-audit"];

/// What somebody knows who fills in a field.
pub struct Filling<'a> {
    pub machine: &'a Machine,
    pub state: Option<&'a CaseState>,
    pub child: Option<&'a Child>,
    pub diary: &'a Diary,
    pub answers: &'a Answers,
    pub now: DateTime<Utc>,
}

impl Filling<'_> {
    /// A value that a field can hold; nothing, where none is known that fits.
    pub fn value(&self, name: &str, dice: &mut Dice) -> Option<String> {
        let field: &Field = self.machine.map().record.get(name)?;
        // Elsewhere these are of the payment that is to begin, not of the one that runs.
        let of_new = match self.state.is_some_and(|state| state.step == "set-dates") {
            true => matches!(name, "first_payment_on" | "agreement_signed_on" | "review_anchor" | "last_needs_review"),
            false => {
                matches!(name, "first_payment_on" | "agreement_signed_on")
                    && !COUNT_FROM_FIRST.contains(&self.machine.map().id.as_str())
            }
        };
        if let Some(known) = self.child.filter(|_| !of_new).and_then(|child| child.known(name)) {
            return Some(known);
        }
        if let Some(first) = self.field("first_payment_on").filter(|_| name == "review_anchor") {
            return Some(first.to_string());
        }
        let text = match &field.kind {
            FieldType::Date => self.date(name, dice).to_string(),
            FieldType::Text { .. } if name == "ola" => format!("Authority {}", dice.between(1, 30)),
            FieldType::Text { .. } => format!("Provider {}", dice.between(1, 120)),
            FieldType::Number => number(name, dice).to_string(),
            FieldType::Money => format!("{}.{:02}", dice.between(20, 1800), dice.below(100)),
            FieldType::YesNo => self.answers.field(name, ["yes", "no"].into_iter(), dice).unwrap_or("yes".to_string()),
            FieldType::Choice(choices) => self.choice(name, choices, dice)?,
        };
        Value::parse(field, &text).is_ok().then_some(text)
    }

    fn choice(&self, name: &str, choices: &[String], dice: &mut Dice) -> Option<String> {
        let today = self.diary.day(self.now);
        if name == "review_kind" && self.machine.map().id == "audit-preparation" {
            let paid_since = self.child.and_then(|child| child.paid_since).or(self.field("first_payment_on"));
            let is_new = paid_since.is_none_or(|date| date + Months::new(7) > today);
            return Some(if is_new { "three-month" } else { "annual" }.to_string());
        }
        let is_young = self.child.is_some_and(|child| child.months(today) < 15 * 12 + 9);
        let fits = |choice: &&str| !(name == "review_outcome" && *choice == "turning-18" && is_young);
        self.answers.field(name, choices.iter().map(String::as_str).filter(fits), dice)
    }

    /// A date of the record.
    pub fn field(&self, name: &str) -> Option<NaiveDate> {
        match self.state?.record.get(name).and_then(Kept::value)? {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }

    fn date(&self, name: &str, dice: &mut Dice) -> NaiveDate {
        let today = self.diary.day(self.now);
        let in_days = |first, last, dice: &mut Dice| today + Days::new(dice.between(first, last) as u64);
        match name {
            "panel_on" => self.diary.panel_after(today),
            "first_payment_on" | "effective_from" | "work_begins_on" => in_days(5, 21, dice),
            "date_ending" | "notice_ends_on" => in_days(21, 56, dice),
            "next_run_on" => today.with_day(1).unwrap_or(today) + Months::new(1),
            "answer_needed_by" | "pay_by" | "action_due_on" | "audit_due_on" => in_days(14, 35, dice),
            "moves_in_on" | "takes_over_on" | "ola_paid_until" => in_days(14, 42, dice),
            "review_on" => in_days(40, 100, dice),
            "next_review_on" => today + Months::new(12),
            "review_due_on" => in_days(20, 40, dice),
            "quarter_ends_on" => {
                let first = today.with_day(1).unwrap_or(today);
                first + Months::new(3) - Days::new(1)
            }
            "support_contract_ends_on" => in_days(60, 330, dice),
            "review_anchor" | "last_needs_review" | "agreement_signed_on" | "seen_on" | "figures_as_at" => {
                today - Days::new(dice.between(0, 14) as u64)
            }
            "employed_since" => today - Days::new(dice.between(60, 1500) as u64),
            "period_from" => today - Days::new(dice.between(60, 90) as u64),
            _ => today - Days::new(dice.between(0, 7) as u64),
        }
    }
}

fn number(name: &str, dice: &mut Dice) -> i64 {
    match name {
        "days_a_stay" => dice.between(1, 5),
        "days_a_year" => dice.between(10, 60),
        "weeks_of_notice" => dice.between(1, 8),
        _ => dice.between(3, 20),
    }
}
