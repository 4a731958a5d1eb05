//! `controls` for people.

use std::collections::BTreeSet;

use mapcase_engine::controls::Counted;
use mapcase_map::controls::{Carrier, Register};
use mapcase_map::written::day;

use super::{Found, Row, Trace, words};
use crate::context::Context;
use crate::output::{BOLD, DIM, Output};
use crate::text;
use crate::words::all;

/// How many cases are named behind a number, where nobody asked for the control by name.
const MOST_CASES: usize = 6;
/// How many maps that carry a control as a whole are named, where nobody asked for it by name.
const MOST_MAPS: usize = 4;
/// The columns of the labels.
const LABEL: usize = 8;

/// What carries each control, how it is enforced, and how often it held.
pub fn trace(trace: &Trace<'_>, context: &Context) {
    let page = Page { trace, out: &context.out };
    if trace.counted.is_none() {
        let file = context.casebook().display();
        page.out.line(format_args!("no casebook at {file}: what carries each control, not how often it held"));
        page.out.blank();
    }
    let mut register: Option<&Register> = None;
    for row in &trace.rows {
        if register.replace(row.register).is_none_or(|before| before.id != row.register.id) {
            page.register(row.register);
        }
        page.control(row);
    }
    page.summary();
}

/// Which cases are an exception now.
pub fn exceptions(trace: &Trace<'_>, context: &Context) {
    let page = Page { trace, out: &context.out };
    let (mut exceptions, mut controls) = (0, 0);
    for row in &trace.rows {
        let found = trace.exceptions(row);
        if found.is_empty() {
            continue;
        }
        controls += 1;
        page.head(row, false);
        // A step and a report may both tell of the same lateness.
        let mut told = BTreeSet::new();
        let is_new = |found: &&Found<'_>| told.insert((found.case.clone(), found.map.clone(), found.why.clone()));
        for found in found.iter().filter(is_new) {
            exceptions += 1;
            page.exception(found);
        }
        page.out.blank();
    }
    let of = text::count(trace.rows.len(), "control");
    match exceptions {
        0 => page.out.line(format_args!("no exceptions to {of}")),
        _ => page.out.line(format_args!("{} to {controls} of {of}", text::count(exceptions, "exception"))),
    }
}

struct Page<'p> {
    trace: &'p Trace<'p>,
    out: &'p Output,
}

impl Page<'_> {
    fn beside(&self, indent: usize, label: &str, words: &str) {
        let lines = text::beside(indent, label, LABEL - indent + 2, words, self.out.prose_width());
        lines.iter().for_each(|line| self.out.line(line));
    }

    fn register(&self, register: &Register) {
        for line in text::wrap(&register.title, self.out.prose_width()) {
            self.out.line(format_args!("{BOLD}{line}{BOLD:#}"));
        }
        self.out.line(format_args!("{DIM}{}{DIM:#}", register.id));
        self.out.blank();
    }

    fn head(&self, row: &Row<'_>, binds: bool) {
        let binds = if binds { format!(" ({})", row.control.binds.join(", ")) } else { String::new() };
        let words = format!("{}{binds}", row.control.title);
        let indent = text::width(row.id) + 2;
        for (at, line) in text::wrap(&words, self.out.prose_width().saturating_sub(indent)).iter().enumerate() {
            match at {
                0 => self.out.line(format_args!("{BOLD}{}  {line}{BOLD:#}", row.id)),
                _ => self.out.line(format_args!("{BOLD}{:indent$}{line}{BOLD:#}", "")),
            }
        }
    }

    fn control(&self, row: &Row<'_>) {
        self.head(row, true);
        let is_map = |carrier: &&Carrier<'_>| matches!(carrier, Carrier::Map(_));
        let maps: Vec<&Carrier<'_>> = row.carriers.iter().filter(is_map).collect();
        if maps.len() > MOST_MAPS && !self.trace.named {
            self.maps(&maps);
        } else {
            maps.iter().for_each(|carrier| self.carrier(carrier));
        }
        row.carriers.iter().filter(|carrier| !is_map(carrier)).for_each(|carrier| self.carrier(carrier));
        if row.carriers.is_empty() {
            self.beside(2, "-", "nothing carries it (`allow` in its register says why)");
        }
        self.out.blank();
    }

    /// Many whole maps together.
    fn maps(&self, maps: &[&Carrier<'_>]) {
        let of = self.trace.atlas.machines().len();
        let number = if maps.len() == of { format!("all {of}") } else { format!("{} of {of}", maps.len()) };
        self.beside(2, "maps", &number);
        self.beside(4, "how", "each has a revision, an owner and a day by which it is read again");
        let Some(counted) = &self.trace.counted else { return };
        let cases = maps.iter().map(|carrier| counted.held(carrier).done).sum();
        self.beside(4, "held", &text::count(cases, "case"));
        let overdue = maps.iter().filter_map(|carrier| carrier.map()).filter(|map| self.trace.is_overdue(map));
        let overdue: Vec<String> = overdue.map(|map| map.id.clone()).collect();
        if !overdue.is_empty() {
            self.beside(4, "not", &format!("to be read again, and overdue: {}", all(&overdue)));
        }
    }

    fn carrier(&self, carrier: &Carrier<'_>) {
        let id = match carrier {
            Carrier::Step(map, _) | Carrier::Limit(map, ..) | Carrier::Starts(map, ..) => {
                format!("{} in {}", carrier.id(), map.id)
            }
            Carrier::Map(_) | Carrier::Report(_) => carrier.id().to_string(),
        };
        self.beside(2, carrier.kind(), &format!("{id}: {}", carrier.title()));
        self.beside(4, "how", &words::enforced(carrier, self.trace.atlas).join("; "));
        if let Some(counted) = &self.trace.counted {
            self.held(carrier, counted);
        }
    }

    fn held(&self, carrier: &Carrier<'_>, counted: &Counted) {
        let held = counted.held(carrier);
        let most = if self.trace.named { usize::MAX } else { MOST_CASES };
        self.beside(4, "held", &words::held(carrier, &held));
        match carrier {
            Carrier::Map(map) if self.trace.is_overdue(map) => self.beside(4, "not", "overdue to be read again"),
            Carrier::Report(_) => {
                let cases = counted.exceptions(carrier).into_iter().map(|exception| exception.case).collect::<Vec<_>>();
                if let Some(named) = words::named(&cases, most) {
                    self.beside(4, "not", &format!("{}: {named}", text::count(cases.len(), "exception")));
                }
            }
            _ => {
                if let Some(not) = words::not_held(&held, most) {
                    self.beside(4, "not", &not);
                }
            }
        }
        if held.running > 0 {
            self.beside(4, "now", &format!("{} within its time", text::count(held.running, "case")));
        }
    }

    fn exception(&self, found: &Found<'_>) {
        let why = found.why.join(" and ");
        let since = day(found.on);
        let about = found.subject.iter().map(|subject| format!("{subject}, ")).collect::<String>();
        let title = self.trace.atlas.title_of(&found.map);
        let map = if found.case.is_some() { title.to_string() } else { format!("{title} ({})", found.map) };
        let stands = found.stands.iter().map(|step| format!(", at: {step}")).collect::<String>();
        let label = found.case.as_ref().map_or_else(|| "map".to_string(), |(case, _)| case.to_string());
        self.beside(2, &label, &format!("{about}{map}, since {since}: {why}{stands}"));
    }

    fn summary(&self) {
        let rows = &self.trace.rows;
        let carried = rows.iter().filter(|row| !row.carriers.is_empty()).count();
        let all = text::count(rows.len(), "control");
        let mut words = match carried == rows.len() {
            true => format!("{all}, each carried"),
            false => format!("{all}, {carried} carried"),
        };
        if self.trace.counted.is_some() {
            let with = rows.iter().filter(|row| !self.trace.exceptions(row).is_empty()).count();
            words.push_str(&match with {
                0 => "; no exceptions now".to_string(),
                1 => "; 1 has exceptions now (mapcase controls --exceptions)".to_string(),
                _ => format!("; {with} have exceptions now (mapcase controls --exceptions)"),
            });
        }
        self.out.line(words);
    }
}
