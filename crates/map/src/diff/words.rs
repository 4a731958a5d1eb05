//! A change in words, for a process owner: what a case met and what it meets.

use crate::machine::Transition;

use super::{Aspect, Change, Of, What};

impl Change {
    /// The change in a sentence without a full stop, whose subject is the step, field, limit, … itself.
    pub fn says(&self) -> String {
        match &self.what {
            What::Added => format!("is new: {}", self.title),
            What::Removed => format!("is gone: {}", self.title),
            What::Renamed { from } => format!("was called `{from}`; nothing else of it has changed"),
            What::Changed { aspect, before, after } => self.changed(aspect, before, after),
        }
    }

    fn changed(&self, aspect: &Aspect, before: &[String], after: &[String]) -> String {
        let (old, new) = (before.join(", "), after.join(", "));
        let single = |has: &str, what: &str| match (before, after) {
            ([], _) => format!("now {has} {what} `{new}`"),
            (_, []) => format!("no longer {has} {what} `{old}`"),
            _ => format!("{has} {what} `{new}` instead of `{old}`"),
        };
        let is_now = |what: &str| match (before, after) {
            ([], _) => format!("now {what} {new}"),
            (_, []) => format!("no longer {what} {old}"),
            _ => format!("{what} {new} instead of {old}"),
        };
        match aspect {
            Aspect::Title => format!("is called “{new}” instead of “{old}”"),
            Aspect::Revision => format!("is revision {new}; it was {old}"),
            Aspect::Owner => is_now("is owned by"),
            Aspect::Zone => is_now("counts its days by the clock of"),
            Aspect::Calendar => is_now("counts working days by the calendar"),
            Aspect::Theme => is_now("belongs to the theme"),
            Aspect::ReviewBy => is_now("must be read again by"),
            Aspect::Document => is_now("is taken from the document"),
            Aspect::Reading => is_now("claims to be"),
            Aspect::Kind => is_now("is a"),
            Aspect::Way(transition) => self.way(transition, before, after),
            Aspect::Item(_) => match (before, after) {
                ([], _) => format!("asks for one more tick: {new}"),
                (_, []) => format!("no longer asks for the tick: {old}"),
                _ => format!("words a tick as “{new}” instead of “{old}”"),
            },
            Aspect::Due if self.of == Of::Step => is_now("must be done within"),
            Aspect::Due | Aspect::Within if self.of == Of::Limit => is_now("is"),
            Aspect::Due | Aspect::Within => is_now("waits for"),
            Aspect::Until => is_now("waits until"),
            Aspect::StartsWhenLate => single("starts, when it is late, a case in", "the map"),
            Aspect::SendsTo => is_now("sends to"),
            Aspect::ReceivesFrom => is_now("receives from"),
            Aspect::On => single("is answered by", "the field"),
            Aspect::WaitsFor => format!("calls what it waits for “{new}” instead of “{old}”"),
            Aspect::To => single("leads to", "the map"),
            Aspect::Mode => is_now("is a link of the mode"),
            Aspect::Entry => single("arrives at", "the start"),
            Aspect::Outcome => single("ends with", "the outcome"),
            Aspect::Type => is_now("is of the type"),
            Aspect::Pattern => single("must look like", "the pattern"),
            Aspect::Personal if before.is_empty() => "is now personal: kept apart, and can be erased".to_string(),
            Aspect::Personal => "is no longer personal: it stands in the events for good".to_string(),
            Aspect::LimitFrom => single("begins with", "the doing of"),
            Aspect::LimitTo => single("ends with", "the doing of"),
            Aspect::Covers => is_now("covers the years"),
            Aspect::Holiday(date) => match (before, after) {
                ([], _) => format!("{date} is now a holiday: {new}"),
                (_, []) => format!("{date} is no longer a holiday: {old}"),
                _ => format!("calls the holiday of {date} “{new}” instead of “{old}”"),
            },
            list => list_change(list, before, after),
        }
    }

    fn way(&self, transition: &Transition, before: &[String], after: &[String]) -> String {
        let when = match transition {
            Transition::Done => String::new(),
            Transition::Answered(answer) => format!("for the answer `{answer}`, "),
            Transition::Received => "when what it waits for has come, ".to_string(),
            Transition::Lapsed => "when its time has run out, ".to_string(),
            Transition::Overdue(_) if self.of == Of::Limit => "when it passes, ".to_string(),
            Transition::Overdue(_) => "when its deadline passes, ".to_string(),
            Transition::Returned(outcome) => format!("for the outcome `{outcome}`, "),
        };
        match (before.first(), after.first()) {
            (Some(old), Some(new)) => format!("{when}leads to `{new}` instead of `{old}`"),
            (None, Some(new)) => format!("{when}now leads to `{new}`"),
            (Some(old), None) => format!("{when}no longer leads anywhere; it led to `{old}`"),
            (None, None) => String::new(),
        }
    }
}

/// A list: what was added and what was taken away; the order, where that is all.
fn list_change(aspect: &Aspect, before: &[String], after: &[String]) -> String {
    let (more, less) = match aspect {
        Aspect::Roles => ("may now be done by", "may no longer be done by"),
        Aspect::Needs => ("now needs", "no longer needs"),
        Aspect::Evidence => ("now asks for the evidence", "no longer asks for the evidence"),
        Aspect::NotBy => ("must now be done by another person than", "may be done by the same person as"),
        Aspect::Tell => ("now tells", "no longer tells"),
        Aspect::Sends => ("now sends", "no longer sends"),
        Aspect::Receives => ("now receives", "no longer receives"),
        Aspect::From => ("now takes cases from", "no longer takes cases from"),
        Aspect::Carries => ("now carries", "no longer carries"),
        Aspect::Choices => ("may now be", "may no longer be"),
        Aspect::Controls => ("now carries the control", "no longer carries the control"),
        Aspect::Supervisors => ("lets a supervisor be", "no longer lets a supervisor be"),
        Aspect::Weekend => ("now has a weekend on", "no longer has a weekend on"),
        Aspect::Binds => ("now binds as", "no longer binds as"),
        _ => ("now has", "no longer has"),
    };
    let words = |list: Vec<&String>| list.into_iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let added = words(after.iter().filter(|word| !before.contains(word)).collect());
    let taken = words(before.iter().filter(|word| !after.contains(word)).collect());
    match (added.as_str(), taken.as_str()) {
        ("", "") if *aspect == Aspect::Roles => {
            format!(
                "names its roles in another order, so that the first is `{}`",
                after.first().map_or("", String::as_str)
            )
        }
        ("", "") => format!("names the same in another order: {}", words(after.iter().collect())),
        (added, "") if before.is_empty() && *aspect == Aspect::Roles => {
            format!("may be done by {added} alone, and not by anyone")
        }
        (_, taken) if after.is_empty() && *aspect == Aspect::Roles => {
            format!("may be done by anyone, and not by {taken} alone")
        }
        (added, "") => format!("{more} {added}"),
        ("", taken) => format!("{less} {taken}"),
        (added, taken) => format!("{more} {added}; {less} {taken}"),
    }
}
