//! `carried-field-unknown`: a link carries a field that the other map's record does not have, or has with another type.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "carried-field-unknown",
    family: Family::Links,
    severity: Severity::Error,
    about: "A link carries a field that the other map's record does not have, or has with another type.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for link in map.links_out() {
            let (Some(step), Some(target)) = (link.step, atlas.map(&link.to.text)) else { continue };
            for carried in &step.carries {
                let Some(own) = map.draft.record.iter().find(|field| field.id.text == carried.text) else { continue };
                let to = &link.to.text;
                let Some(other) = target.draft.record.iter().find(|field| field.id.text == carried.text) else {
                    let message = format!("`{to}` has no field `{}` to carry this to", carried.text);
                    let help = format!("add the field to the record of `{to}`, or do not carry it");
                    let finding = rules::finding(&RULE, map.place(carried.span), message, help);
                    out.push(finding.related(target.place(target.draft.id.span), format!("the map `{to}`")));
                    continue;
                };
                let (Some(own_kind), Some(other_kind)) = (&own.kind, &other.kind) else { continue };
                if own_kind.text != other_kind.text {
                    let message =
                        format!("`{}` is a {} here and a {} in `{to}`", carried.text, own_kind.text, other_kind.text);
                    let finding =
                        rules::finding(&RULE, map.place(carried.span), message, "give both records the same type");
                    out.push(
                        finding
                            .related(map.place(own_kind.span), "here")
                            .related(target.place(other_kind.span), "there"),
                    );
                }
            }
        }
    }
}
