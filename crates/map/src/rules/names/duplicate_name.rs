//! `duplicate-name`: two calendars, two controls or two atlases of one folder have the same name.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::Word;
use crate::rules::{self, Example, Family, Rule};
use crate::text::Source;
use std::collections::HashMap;

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate-name",
    family: Family::Names,
    severity: Severity::Error,
    about: "Two calendars, two controls or two atlases of one folder have the same name.",
    why: "Of two things with one name, only one can be meant. A deadline would be counted by the wrong calendar, or a control ticked off that nobody carries.",
    bad: Example::of(&[
        (
            "audit-2019.yaml",
            r"controls: audit-2019
title: Corporate audit 2018/19
items:
  A3.6: { title: A signed agreement is on file before the first payment, binds: evidence }
",
        ),
        (
            "audit-2023.yaml",
            r"controls: audit-2023
title: Internal audit 2023
items:
  ⟦A3.6⟧: { title: Annual reviews are done on time, binds: deadline }
",
        ),
    ]),
    good: Example::of(&[
        (
            "audit-2019.yaml",
            r"controls: audit-2019
title: Corporate audit 2018/19
items:
  A3.6: { title: A signed agreement is on file before the first payment, binds: evidence }
",
        ),
        (
            "audit-2023.yaml",
            r"controls: audit-2023
title: Internal audit 2023
items:
  B3.6: { title: Annual reviews are done on time, binds: deadline }
",
        ),
    ]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let mut seen = HashMap::new();
    for calendar in &atlas.calendars {
        calendar.id.iter().for_each(|id| report_second(&mut seen, &calendar.source, id, "calendar", out));
    }
    let mut seen = HashMap::new();
    for register in &atlas.controls {
        register.items.iter().for_each(|item| report_second(&mut seen, &register.source, &item.id, "control", out));
    }
    let Some(first) = atlas.atlas.and_then(|top| Some((&top.source, top.id.as_ref()?))) else { return };
    for more in &atlas.more_atlases {
        let Some(id) = &more.id else { continue };
        let finding = rules::finding(
            &RULE,
            more.source.place(id.span),
            "a folder holds one atlas, and this is a second",
            "keep one `atlas.yaml`, at the top",
        );
        out.push(finding.related(first.0.place(first.1.span), "this one was read"));
    }
}

type Seen<'a> = HashMap<&'a str, (&'a Source, &'a Word)>;

fn report_second<'a>(seen: &mut Seen<'a>, source: &'a Source, id: &'a Word, what: &str, out: &mut Vec<Diagnostic>) {
    let Some((first_source, first)) = seen.get(id.text.as_str()).copied() else {
        seen.insert(&id.text, (source, id));
        return;
    };
    let message = format!("there are two {what}s named `{}`", id.text);
    let finding = rules::finding(&RULE, source.place(id.span), message, "rename one of them");
    out.push(finding.related(first_source.place(first.span), "the first is here"));
}
