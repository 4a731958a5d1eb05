//! A rule as a page of docs/rules, or the list of them. The pages are what these functions write; a test compares.

use std::fmt::Write;

use annotate_snippets::Renderer;
use mapcase_map::Severity;

use super::{File, Page, allowing, families, files};
use crate::findings::human::rendered;

const WRITTEN: &str =
    "<!-- Written from crates/map/src/rules by `UPDATE_RULES=1 cargo test -p mapcase-tests --test rules`. -->\n";
const COLUMNS: usize = 80;

/// The list of rules, by family.
pub fn list() -> String {
    let mut text = format!(
        "{WRITTEN}\n# What the checker finds\n\nEvery rule of `mapcase check`, by family. \
         `mapcase explain RULE` shows the same in a terminal. An *error* stops a map from\n\
         running, but for those that may be allowed; a *warning* says that it runs, but probably not as meant; a *note* is \
         worth knowing.\nHow a finding that is known and stays is allowed, with its reason, stands in \
         [the language](../language.md#what-is-allowed).\n"
    );
    for (word, about, rules) in families() {
        let _ = write!(text, "\n## {word}: {about}\n\n| rule | | finds |\n| --- | --- | --- |\n");
        for rule in rules {
            let _ = writeln!(text, "| [`{0}`]({0}.md) | {1} | {2} |", rule.id, rule.severity.word(), rule.about);
        }
    }
    text
}

/// One rule.
pub fn rule(page: &Page) -> String {
    let rule = page.rule;
    let kind = match rule.severity {
        Severity::Error => "An error",
        Severity::Warning => "A warning",
        Severity::Note => "A note",
    };
    let (family, about) = rule.family.words();
    let mut text = format!("{WRITTEN}\n# `{}`\n\n{}\n\n{}\n\n", rule.id, rule.about, rule.why);
    let _ = writeln!(text, "{kind} of the family *{family}*: {about}. Allowed {}.", allowing(rule));
    text.push_str("\n## Wrong\n");
    files(&rule.bad).iter().for_each(|file| push_file(&mut text, file));
    text.push_str("\nThe checker says:\n\n```text\n");
    let found = page.findings().map(|finding| rendered(finding, &page.report, &Renderer::plain(), COLUMNS));
    text.push_str(&found.collect::<Vec<_>>().join("\n\n"));
    text.push_str("\n```\n\n## Right\n");
    let (changed, gone) = page.remedy();
    for path in gone {
        let _ = write!(text, "\nWithout `{path}`.\n");
    }
    changed.iter().for_each(|file| push_file(&mut text, file));
    text.push_str("\n[All rules](README.md)\n");
    text
}

fn push_file(text: &mut String, file: &File) {
    let _ = write!(text, "\n`{}`", file.path);
    let _ = match (&file.text, file.about) {
        (Some(body), _) => writeln!(text, "\n\n```yaml\n{}\n```", body.trim_end_matches('\n')),
        (None, about) => writeln!(text, ": {}", about.unwrap_or_default()),
    };
}
