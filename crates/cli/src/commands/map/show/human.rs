//! `map show` for people.

use std::collections::BTreeSet;

use mapcase_map::links::{Why, links};
use mapcase_map::model::{Field, FieldType, Flow, Limit, LinkMode, Map, Round, Step, StepKind};
use mapcase_map::{CheckedAtlas, Machine, Transition};

use super::{LedFrom, led_from, limits_at, ways};
use crate::output::{BOLD, DIM, Output};
use crate::text;
use crate::words;

/// Columns of the labels under a step.
const LABEL: usize = 12;

/// Writes the whole map.
pub fn say(machine: &Machine, atlas: &CheckedAtlas, out: &Output) {
    let page = Page { machine, map: machine.map(), atlas, out };
    page.head();
    page.record();
    page.heading("Steps");
    machine.map().steps.iter().for_each(|step| page.step(step));
    page.limits();
    page.rounds();
    page.links();
    page.roles();
}

struct Page<'a> {
    machine: &'a Machine,
    map: &'a Map,
    atlas: &'a CheckedAtlas,
    out: &'a Output,
}

impl Page<'_> {
    fn heading(&self, heading: &str) {
        self.out.blank();
        self.out.line(format_args!("{BOLD}{heading}{BOLD:#}"));
    }

    fn beside(&self, indent: usize, label: &str, columns: usize, text: &str) {
        text::beside(indent, label, columns, text, self.out.prose_width()).iter().for_each(|line| self.out.line(line));
    }

    fn head(&self) {
        let (map, about) = (self.map, &self.map.about);
        for line in text::wrap(&map.title, self.out.prose_width()) {
            self.out.line(format_args!("{BOLD}{line}{BOLD:#}"));
        }
        self.out.blank();
        let theme = self.atlas.themes().get(&about.theme).unwrap_or(&about.theme);
        let row = |label: &str, text: &str| self.beside(2, label, LABEL, text);
        row("Map", &format!("{}, revision {}", map.id, map.revision));
        row("Theme", &format!("{theme} ({})", about.theme));
        row("Owner", &self.role(&map.owner));
        row("Source", &format!("{} ({})", about.reading.word(), about.document));
        if let Some(date) = about.review_by {
            row("Review by", &words::day(date));
        }
        row("Clock", &format!("{}; working days by the calendar {}", map.zone.name(), map.calendar));
        if !about.controls.is_empty() {
            row("Controls", &about.controls.join(", "));
        }
        row("File", &about.file);
        if !about.notes.is_empty() {
            self.heading("Notes for the process owner");
            about.notes.iter().for_each(|note| self.beside(2, "-", 2, note));
        }
    }

    /// A role with its title.
    fn role(&self, role: &str) -> String {
        match self.atlas.roles().get(role) {
            Some(title) if title != role => format!("{role}, {title}"),
            _ => role.to_string(),
        }
    }

    fn record(&self) {
        if self.map.record.is_empty() {
            return;
        }
        self.heading("Record of a case");
        let widest = self.map.record.keys().map(|id| text::width(id)).max().unwrap_or(0);
        for (id, field) in &self.map.record {
            self.beside(2, id, widest + 2, &format!("{} ({})", field.title, type_words(field)));
        }
    }

    fn step(&self, step: &Step) {
        self.out.blank();
        let roles = match (&step.kind, step.roles.as_slice()) {
            (StepKind::Link { .. } | StepKind::End { .. }, []) => String::new(),
            (_, []) => String::new(),
            (_, roles) => format!(", {}", words::any(roles)),
        };
        let kind = step.kind_word();
        self.out.line(format_args!("  {BOLD}{}{BOLD:#} {DIM}({kind}{roles}){DIM:#}", step.id));
        for line in text::wrap(&step.title, self.out.prose_width().saturating_sub(4)) {
            self.out.line(format_args!("    {line}"));
        }
        self.kind(step);
        self.demands(step);
        let ways: Vec<_> = ways(self.machine, step).into_iter().map(|(way, to)| (way_word(way), &to.id)).collect();
        let columns = ways.iter().map(|(way, _)| text::width(way) + 1).max().unwrap_or(0).max(LABEL);
        ways.iter().for_each(|(way, to)| self.beside(6, way, columns, &format!("-> {to}")));
        self.provenance(step);
    }

    fn row(&self, label: &str, text: &str) {
        self.beside(6, label, LABEL, text);
    }

    /// What must be so before the step is done, and by when.
    fn demands(&self, step: &Step) {
        if !step.needs.is_empty() {
            self.row("needs", &step.needs.join(", "));
        }
        if !step.evidence.is_empty() {
            self.row("evidence", &step.evidence.join(", "));
        }
        for (id, title) in &step.checklist {
            self.row("check", &format!("{title} ({id})"));
        }
        if !step.not_by.is_empty() {
            self.row("not by", &format!("the person who did {}", words::any(&step.not_by)));
        }
        if let Some(due) = &step.due {
            self.row("due", &words::deadline(due));
            words::overdue(&due.overdue).iter().for_each(|what| self.row("if late", what));
        }
        for (id, limit) in limits_at(self.map, &step.id) {
            let does = if limit.from == step.id { "starts" } else { "stops" };
            self.row("limit", &format!("{does} {id} ({})", words::duration(limit.within.as_ref())));
        }
        self.flow("sends", "to", step.sends.as_ref());
        self.flow("receives", "from", step.receives.as_ref());
    }

    fn flow(&self, label: &str, word: &str, flow: Option<&Flow>) {
        if let Some(flow) = flow {
            self.row(label, &format!("{} {word} {}", words::all(&flow.what), flow.party));
        }
    }

    fn kind(&self, step: &Step) {
        match &step.kind {
            StepKind::Start { from, .. } if !from.is_empty() => {
                self.row("from", &format!("the map {}", words::any(from)))
            }
            StepKind::Decision { on: Some(field), .. } => {
                self.row("answer", &format!("taken from {field} in the record"))
            }
            StepKind::WaitFor { what, timeout, comes_from, .. } => {
                self.row("waits for", what);
                if let Some(from) = comes_from {
                    let outcomes = words::any(&from.outcomes);
                    self.row("comes from", &format!("the map {}, when a case of it ends: {outcomes}", from.map));
                }
                if let Some(timeout) = timeout {
                    let within = words::duration(timeout.within.as_ref());
                    self.row("at most", &format!("{within} after {}", words::anchor(&timeout.anchor)));
                }
            }
            StepKind::WaitUntil { after: Some(after), anchor, .. } => {
                self.row("waits", &format!("until {after} after {}", words::anchor(anchor)));
            }
            StepKind::WaitUntil { after: None, anchor, .. } => {
                self.row("waits", &format!("until {}", words::anchor(anchor)));
            }
            StepKind::Link { to, carries, mode, entry } => {
                self.row("goes to", &link_words(to, mode, entry.as_deref()));
                if !carries.is_empty() {
                    self.row("carries", &carries.join(", "));
                }
            }
            StepKind::End { outcome } if step.title.ends_with(outcome.as_str()) => {}
            StepKind::End { outcome } => self.row("outcome", outcome),
            StepKind::Start { .. } | StepKind::Step { .. } | StepKind::Decision { on: None, .. } => {}
        }
    }

    fn provenance(&self, step: &Step) {
        if !step.controls.is_empty() {
            self.row("controls", &step.controls.join(", "));
        }
        step.origin.iter().for_each(|origin| self.row("origin", origin));
        step.quote.iter().for_each(|quote| self.row("source", &format!("\"{quote}\"")));
        step.inferred.iter().for_each(|why| self.row("inferred", why));
        step.note.iter().for_each(|note| self.row("note", note));
    }

    fn limits(&self) {
        if self.map.limits.is_empty() {
            return;
        }
        self.heading("Limits that span steps");
        for (id, limit) in &self.map.limits {
            self.limit(id, limit);
        }
    }

    fn limit(&self, id: &str, limit: &Limit) {
        self.out.blank();
        self.out.line(format_args!("  {BOLD}{id}{BOLD:#}"));
        for line in text::wrap(&limit.title, self.out.prose_width().saturating_sub(4)) {
            self.out.line(format_args!("    {line}"));
        }
        let within = words::duration(limit.within.as_ref());
        self.row("due", &format!("{} done within {within} after {} is done", limit.to, limit.from));
        words::overdue(&limit.overdue).iter().for_each(|what| self.row("if late", what));
        limit.origin.iter().for_each(|origin| self.row("origin", origin));
        limit.quote.iter().for_each(|quote| self.row("source", &format!("\"{quote}\"")));
        if !limit.controls.is_empty() {
            self.row("controls", &limit.controls.join(", "));
        }
    }

    fn rounds(&self) {
        if self.map.rounds.is_empty() {
            return;
        }
        self.heading("What comes round: cases it opens by itself");
        self.map.rounds.iter().for_each(|(id, round)| self.round(id, round));
    }

    fn round(&self, id: &str, round: &Round) {
        self.out.blank();
        self.out.line(format_args!("  {BOLD}{id}{BOLD:#}"));
        for line in text::wrap(&round.title, self.out.prose_width().saturating_sub(4)) {
            self.out.line(format_args!("    {line}"));
        }
        let entry = round.entry.as_ref().map(|entry| format!(", at its start {entry}")).unwrap_or_default();
        self.row("opens", &format!("the map {}{entry}, beside this case", round.map));
        let after = round.after.as_ref().map(|after| format!("{after} after ")).unwrap_or_default();
        self.row("when", &format!("{after}{}", words::anchor(&round.anchor)));
        if !round.carries.is_empty() {
            self.row("carries", &round.carries.join(", "));
        }
        let ways = match round.done_when.as_slice() {
            [] => String::new(),
            ways => format!(": {}", words::any(ways)),
        };
        self.row("done", &format!("when a case of {} is over{ways}", round.done));
        round.sets.iter().for_each(|sets| self.row("sets", &format!("{sets} to the day on which it was done")));
        if let Some(by) = &round.by {
            self.row("by", &words::deadline(by));
            words::overdue(&by.overdue).iter().for_each(|what| self.row("if late", what));
        }
        round.origin.iter().for_each(|origin| self.row("origin", origin));
        round.quote.iter().for_each(|quote| self.row("source", &format!("\"{quote}\"")));
        round.note.iter().for_each(|note| self.row("note", note));
        if !round.controls.is_empty() {
            self.row("controls", &round.controls.join(", "));
        }
    }

    fn links(&self) {
        self.heading("Maps that lead here");
        let led_from = led_from(&self.map.id, self.atlas);
        if led_from.is_empty() {
            self.out.line("  none: its cases are opened by a person");
        }
        let columns = led_from.iter().map(|from| text::width(from.map)).max().unwrap_or(0) + 2;
        led_from.iter().for_each(|from| self.beside(2, from.map, columns, &led_words(from)));
        let leads_to = links(self.map);
        self.heading("Maps it leads to");
        if leads_to.is_empty() {
            self.out.line("  none");
        }
        let columns = leads_to.iter().map(|link| text::width(link.to)).max().unwrap_or(0) + 2;
        for link in leads_to {
            let how = match link.why {
                Why::Step(mode) => format!("at {}: {}", link.at, mode_words(mode)),
                Why::Late => format!("when {} is late: started beside", link.at),
                Why::Round => format!("when {} is due: opened beside by itself", link.at),
            };
            self.beside(2, link.to, columns, &how);
        }
    }

    /// The titles of every role that the map names.
    fn roles(&self) {
        let map = self.map;
        let mut named: BTreeSet<&String> = BTreeSet::from([&map.owner]);
        for step in &map.steps {
            named.extend(&step.roles);
            named.extend(step.due.iter().flat_map(|due| &due.overdue.tell));
        }
        named.extend(map.limits.values().flat_map(|limit| &limit.overdue.tell));
        let by = map.rounds.values().filter_map(|round| round.by.as_ref());
        named.extend(by.flat_map(|by| &by.overdue.tell));
        self.heading("Roles");
        let columns = named.iter().map(|role| text::width(role)).max().unwrap_or(0) + 2;
        for role in named {
            let title = self.atlas.roles().get(role).unwrap_or(role);
            self.beside(2, role, columns, title);
        }
    }
}

fn type_words(field: &Field) -> String {
    let kind = match &field.kind {
        FieldType::Text { pattern: Some(pattern) } => format!("text like {pattern}"),
        FieldType::Text { pattern: None } => "text".to_string(),
        FieldType::Number => "number".to_string(),
        FieldType::Money => "money".to_string(),
        FieldType::Date => "date".to_string(),
        FieldType::YesNo => "yes or no".to_string(),
        FieldType::Choice(values) => format!("one of {}", words::any(values)),
    };
    if field.personal { format!("{kind}; personal") } else { kind }
}

fn way_word(transition: &Transition) -> String {
    match transition {
        Transition::Done => "then".to_string(),
        Transition::Answered(answer) => format!("if {answer}"),
        Transition::Received => "if it comes".to_string(),
        Transition::Lapsed => "if not".to_string(),
        Transition::Overdue(None) => "if late".to_string(),
        Transition::Overdue(Some(limit)) => format!("if {limit} is late"),
        Transition::Returned(outcome) => format!("if {outcome}"),
    }
}

fn link_words(to: &str, mode: &LinkMode, entry: Option<&str>) -> String {
    let entry = entry.map(|entry| format!(", at its start {entry}")).unwrap_or_default();
    format!("the map {to}{entry}: {}", mode_words(mode))
}

fn mode_words(mode: &LinkMode) -> &'static str {
    match mode {
        LinkMode::HandOver => "the case is handed over",
        LinkMode::Call { .. } => "the case waits for its outcome",
        LinkMode::Start { .. } => "started beside, the case goes on",
    }
}

fn led_words(from: &LedFrom<'_>) -> String {
    match from.mode {
        "call" => format!("at {}: it waits for the outcome of this one", from.step),
        "start" => format!("at {}: it starts this one beside", from.step),
        "overdue" => format!("when {} is late: it starts this one beside", from.step),
        "starts" => format!("when {} is due: it opens this one by itself", from.step),
        _ => format!("at {}: it hands over", from.step),
    }
}
