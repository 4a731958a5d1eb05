//! What can differ: a map, a step, a field, a limit or a calendar as a list of facts, each an aspect and its value. Every part of a
//! map's meaning is in one of them; a test holds that against the digest.

use crate::machine::{self, Transition};
use crate::model::{Field, FieldType, Flow, Limit, Map, Overdue, Round, Step, StepKind};
use crate::time::Calendar;
use crate::written::written;

use super::Weight;

/// One side of something that can differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// What people read.
    Title,
    /// Who answers for the map.
    Owner,
    /// The number that the owner counts.
    Revision,
    /// By whose clock days begin and end.
    Zone,
    /// Which days are working days.
    Calendar,
    /// Theme.
    Theme,
    /// By when it must be read again.
    ReviewBy,
    /// The document it is taken from.
    Document,
    /// How it was taken from there.
    Reading,
    /// Controls that are carried.
    Controls,
    /// What kind of step it is.
    Kind,
    /// Who may act.
    Roles,
    /// Where the case goes, and why.
    Way(Transition),
    /// Fields that must be set.
    Needs,
    /// References that must be attached.
    Evidence,
    /// An item that must be ticked, by its id; the value is its title.
    Item(String),
    /// Steps whose doer may not do this one.
    NotBy,
    /// A deadline.
    Due,
    /// How long a wait is.
    Within,
    /// To what time a wait holds the case.
    Until,
    /// Who is told when the deadline passes.
    Tell,
    /// The map that is started when the deadline passes.
    StartsWhenLate,
    /// To whom information goes.
    SendsTo,
    /// What goes there.
    Sends,
    /// From whom information comes.
    ReceivesFrom,
    /// What comes.
    Receives,
    /// The maps that lead to a start.
    From,
    /// The field that answers a decision.
    On,
    /// What a wait waits for.
    WaitsFor,
    /// The map to which a link leads.
    To,
    /// What becomes of the case at a link.
    Mode,
    /// Fields that go along.
    Carries,
    /// The start of the other map.
    Entry,
    /// How a case ends.
    Outcome,
    /// The type of a field.
    Type,
    /// What its text looks like.
    Pattern,
    /// Its values.
    Choices,
    /// Whether it is kept apart, to be erased.
    Personal,
    /// The step whose doing starts a limit.
    LimitFrom,
    /// The step whose doing stops a limit.
    LimitTo,
    /// In which map a case is due to start.
    Starts,
    /// When it is due to start.
    At,
    /// The map whose case, when it is over, is the doing of it.
    DoneIn,
    /// The ways in which that case must be over to count.
    DoneWhen,
    /// The date that is set when it was done.
    Sets,
    /// By when it must be done.
    By,
    /// The end of another map's case for which a wait waits.
    ComesFrom,
    /// The field by which the cases of one subject are found.
    Subject,
    /// Who may do what only a supervisor may.
    Supervisors,
    /// Days of the week that are not working days.
    Weekend,
    /// The years whose holidays are listed.
    Covers,
    /// A holiday, by its date; the value is its name.
    Holiday(String),
    /// How a control takes hold.
    Binds,
}

impl Aspect {
    /// The word for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Aspect::Title => "title",
            Aspect::Owner => "owner",
            Aspect::Revision => "revision",
            Aspect::Zone => "time_zone",
            Aspect::Calendar => "calendar",
            Aspect::Theme => "theme",
            Aspect::ReviewBy => "review_by",
            Aspect::Document => "document",
            Aspect::Reading => "reading",
            Aspect::Controls => "controls",
            Aspect::Kind => "kind",
            Aspect::Roles => "role",
            Aspect::Way(_) => "way",
            Aspect::Needs => "needs",
            Aspect::Evidence => "evidence",
            Aspect::Item(_) => "checklist",
            Aspect::NotBy => "not_by",
            Aspect::Due => "due",
            Aspect::Within => "within",
            Aspect::Until => "until",
            Aspect::Tell => "tell",
            Aspect::StartsWhenLate => "overdue_start",
            Aspect::SendsTo => "sends_to",
            Aspect::Sends => "sends",
            Aspect::ReceivesFrom => "receives_from",
            Aspect::Receives => "receives",
            Aspect::From => "from",
            Aspect::On => "on",
            Aspect::WaitsFor => "for",
            Aspect::To => "to",
            Aspect::Mode => "mode",
            Aspect::Carries => "carries",
            Aspect::Entry => "entry",
            Aspect::Outcome => "outcome",
            Aspect::Type => "type",
            Aspect::Pattern => "pattern",
            Aspect::Choices => "choices",
            Aspect::Personal => "personal",
            Aspect::LimitFrom => "limit_from",
            Aspect::LimitTo => "limit_to",
            Aspect::Starts => "starts",
            Aspect::At => "at",
            Aspect::DoneIn => "done",
            Aspect::DoneWhen => "done_when",
            Aspect::Sets => "sets",
            Aspect::By => "by",
            Aspect::ComesFrom => "comes_from",
            Aspect::Subject => "subject",
            Aspect::Supervisors => "supervisors",
            Aspect::Weekend => "weekend",
            Aspect::Covers => "covers",
            Aspect::Holiday(_) => "holiday",
            Aspect::Binds => "binds",
        }
    }

    /// Which one, where there are several: the transition of a way, the item, the date of a holiday.
    pub fn which(&self) -> Option<String> {
        match self {
            Aspect::Way(transition) => Some(match transition {
                Transition::Done => "done".to_string(),
                Transition::Answered(answer) => format!("answered {answer}"),
                Transition::Received => "received".to_string(),
                Transition::Lapsed => "lapsed".to_string(),
                Transition::Overdue(_) => "overdue".to_string(),
                Transition::Returned(outcome) => format!("returned {outcome}"),
            }),
            Aspect::Item(which) | Aspect::Holiday(which) => Some(which.clone()),
            _ => None,
        }
    }

    /// For whom a change of it matters; `other` says that it was and is there, and is otherwise.
    pub(super) fn weight(&self, other: bool) -> Weight {
        match self {
            Aspect::Title | Aspect::Revision | Aspect::WaitsFor => Weight::Wording,
            Aspect::Item(_) | Aspect::Holiday(_) if other => Weight::Wording,
            Aspect::Theme
            | Aspect::ReviewBy
            | Aspect::Document
            | Aspect::Reading
            | Aspect::Controls
            | Aspect::Binds => Weight::About,
            _ => Weight::Runs,
        }
    }
}

/// Aspects with their values; one that is not there has none.
pub(super) type Facts = Vec<(Aspect, Vec<String>)>;

fn one(text: impl ToString) -> Vec<String> {
    vec![text.to_string()]
}

pub(super) fn map_facts(map: &Map) -> Facts {
    let about = &map.about;
    vec![
        (Aspect::Title, one(&map.title)),
        (Aspect::Revision, one(map.revision)),
        (Aspect::Owner, one(&map.owner)),
        (Aspect::Zone, one(map.zone.name())),
        (Aspect::Calendar, one(&map.calendar)),
        (Aspect::Subject, map.subject.iter().cloned().collect()),
        (Aspect::Theme, one(&about.theme)),
        (Aspect::ReviewBy, about.review_by.iter().map(ToString::to_string).collect()),
        (Aspect::Document, one(&about.document)),
        (Aspect::Reading, one(about.reading.word())),
        (Aspect::Controls, about.controls.clone()),
    ]
}

pub(super) fn step_facts(step: &Step) -> Facts {
    let mut facts = vec![
        (Aspect::Kind, one(kind_word(step))),
        (Aspect::Title, one(&step.title)),
        (Aspect::Roles, step.roles.clone()),
    ];
    // Where the case goes when a deadline passes stands with the deadline.
    let ways = machine::ways(step).into_iter().filter(|(why, _)| !matches!(why, Transition::Overdue(_)));
    facts.extend(ways.map(|(why, to)| (Aspect::Way(why), one(to))));
    kind_facts(&step.kind, &mut facts);
    facts.push((Aspect::Needs, step.needs.clone()));
    facts.push((Aspect::Evidence, step.evidence.clone()));
    facts.extend(step.checklist.iter().map(|(item, title)| (Aspect::Item(item.clone()), one(title))));
    facts.push((Aspect::NotBy, step.not_by.clone()));
    if let Some(due) = &step.due {
        facts.push((Aspect::Due, one(due.anchor.within(due.within.as_ref()))));
        overdue_facts(&due.overdue, &mut facts);
    }
    flow_facts(step.sends.as_ref(), Aspect::SendsTo, Aspect::Sends, &mut facts);
    flow_facts(step.receives.as_ref(), Aspect::ReceivesFrom, Aspect::Receives, &mut facts);
    facts.push((Aspect::Controls, step.controls.clone()));
    facts
}

pub(super) fn kind_word(step: &Step) -> &'static str {
    match step.kind {
        StepKind::WaitFor { .. } => "wait for something",
        StepKind::WaitUntil { .. } => "wait for a time",
        _ => step.kind_word(),
    }
}

fn kind_facts(kind: &StepKind, facts: &mut Facts) {
    match kind {
        StepKind::Start { from, .. } => facts.push((Aspect::From, from.clone())),
        StepKind::Step { .. } => {}
        StepKind::Decision { on, .. } => facts.push((Aspect::On, on.iter().cloned().collect())),
        StepKind::WaitFor { what, timeout, comes_from, .. } => {
            if let Some(timeout) = timeout {
                facts.push((Aspect::Within, one(timeout.anchor.within(timeout.within.as_ref()))));
            }
            if let Some(from) = comes_from {
                facts.push((Aspect::ComesFrom, one(format!("{}: {}", from.map, from.outcomes.join(", ")))));
            }
            facts.push((Aspect::WaitsFor, one(what)));
        }
        StepKind::WaitUntil { after, anchor, .. } => {
            facts.push((Aspect::Until, one(anchor.until(after.as_ref()))));
        }
        StepKind::Link { to, carries, entry, mode } => {
            facts.push((Aspect::Mode, one(mode.word())));
            facts.push((Aspect::To, one(to)));
            facts.push((Aspect::Carries, carries.clone()));
            facts.push((Aspect::Entry, entry.iter().cloned().collect()));
        }
        StepKind::End { outcome } => facts.push((Aspect::Outcome, one(outcome))),
    }
}

fn overdue_facts(overdue: &Overdue, facts: &mut Facts) {
    facts.push((Aspect::Tell, overdue.tell.clone()));
    facts.push((Aspect::StartsWhenLate, overdue.start.iter().cloned().collect()));
    facts.push((Aspect::Way(Transition::Overdue(None)), overdue.go.iter().cloned().collect()));
}

fn flow_facts(flow: Option<&Flow>, party: Aspect, what: Aspect, facts: &mut Facts) {
    if let Some(flow) = flow {
        facts.push((party, one(&flow.party)));
        facts.push((what, flow.what.clone()));
    }
}

pub(super) fn field_facts(field: &Field) -> Facts {
    let (word, pattern, choices) = match &field.kind {
        FieldType::Text { pattern } => ("text", pattern.iter().cloned().collect(), Vec::new()),
        FieldType::Number => ("number", Vec::new(), Vec::new()),
        FieldType::Money => ("money", Vec::new(), Vec::new()),
        FieldType::Date => ("date", Vec::new(), Vec::new()),
        FieldType::YesNo => ("yes-no", Vec::new(), Vec::new()),
        FieldType::Choice(choices) => ("choice", Vec::new(), choices.clone()),
    };
    vec![
        (Aspect::Type, one(word)),
        (Aspect::Pattern, pattern),
        (Aspect::Choices, choices),
        (Aspect::Personal, if field.personal { one("yes") } else { Vec::new() }),
        (Aspect::Title, one(&field.title)),
    ]
}

pub(super) fn limit_facts(limit: &Limit) -> Facts {
    let mut facts = vec![
        (Aspect::Title, one(&limit.title)),
        (Aspect::LimitFrom, one(&limit.from)),
        (Aspect::LimitTo, one(&limit.to)),
        (Aspect::Within, one(written(limit.within.as_ref()))),
    ];
    overdue_facts(&limit.overdue, &mut facts);
    facts.push((Aspect::Controls, limit.controls.clone()));
    facts
}

pub(super) fn round_facts(round: &Round) -> Facts {
    let mut facts = vec![
        (Aspect::Title, one(&round.title)),
        (Aspect::Starts, one(&round.map)),
        (Aspect::At, one(round.anchor.until(round.after.as_ref()))),
        (Aspect::Entry, round.entry.iter().cloned().collect()),
        (Aspect::Carries, round.carries.clone()),
        (Aspect::DoneIn, one(&round.done)),
        (Aspect::DoneWhen, round.done_when.clone()),
        (Aspect::Sets, round.sets.iter().cloned().collect()),
    ];
    if let Some(by) = &round.by {
        facts.push((Aspect::By, one(by.anchor.within(by.within.as_ref()))));
        overdue_facts(&by.overdue, &mut facts);
    }
    facts.push((Aspect::Controls, round.controls.clone()));
    facts
}

pub(super) fn calendar_facts(calendar: &Calendar) -> Facts {
    let day = |day: &chrono::Weekday| {
        let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        names.get(day.num_days_from_monday() as usize).unwrap_or(&"").to_string()
    };
    let mut facts = vec![
        (Aspect::Title, one(&calendar.title)),
        (Aspect::Weekend, calendar.weekend.iter().map(day).collect()),
        (Aspect::Covers, one(format!("{}..{}", calendar.first_year, calendar.last_year))),
    ];
    facts.extend(calendar.holidays.iter().map(|(date, name)| (Aspect::Holiday(date.to_string()), one(name))));
    facts
}
