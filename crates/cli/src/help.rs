//! The help at the top: the commands, grouped by who uses them.

use std::fmt::Write;

use clap::builder::styling::Style;
use clap::{Command, CommandFactory};

use crate::args::{Cli, Colour};
use crate::text::pad;

/// Who uses which commands. A command that is not there yet is passed over; one that is in no group fails a test.
const GROUPS: [(&str, &[&str]); 5] = [
    (
        "Case workers",
        &[
            "open",
            "show",
            "do",
            "answer",
            "receive",
            "set",
            "check-off",
            "attach",
            "note",
            "assign",
            "hold",
            "resume",
            "work",
            "due",
            "list",
            "history",
            "batch",
        ],
    ),
    ("Supervisors", &["withdraw", "extend", "restart", "rewind", "migrate", "people", "report"]),
    ("The clock", &["tick", "deadline"]),
    ("Process owners and CI", &["check", "map", "explain"]),
    ("Auditors and keepers", &["audit", "controls", "init", "casebook", "completions"]),
];

const EXAMPLES: &str = "\
Exit codes:
  0 done, 1 refused or findings, 2 usage, 3 not found or unreadable,
  4 the casebook is damaged

Examples:
  mapcase check                          are the maps sound?
  mapcase map show transfer-out          what does a map say?
  mapcase deadline 45 working days --from 2022-11-24
                                         when is it due, and why then?

`mapcase COMMAND --help` says more of each, with examples.";

/// The whole command line, with its help.
pub fn command(colour: Colour) -> Command {
    let command = Cli::command().color(colour.into()).after_help(EXAMPLES);
    let template = template(&command);
    command.help_template(template)
}

fn template(command: &Command) -> String {
    let styles = command.get_styles();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let mut text = String::from("{about-with-newline}\n{usage-heading} {usage}\n");
    for (group, names) in GROUPS {
        let found: Vec<_> = names.iter().filter_map(|name| command.find_subcommand(name)).collect();
        if !found.is_empty() {
            let _ = write!(text, "\n{header}{group}:{header:#}\n");
            found.iter().for_each(|found| entry(&mut text, found, literal));
        }
    }
    let _ = write!(text, "\n{header}Everywhere:{header:#}\n{{options}}{{after-help}}");
    text
}

fn entry(text: &mut String, command: &Command, literal: &Style) {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let about = about.lines().next().unwrap_or_default();
    let _ = writeln!(text, "  {literal}{}{literal:#} {about}", pad(command.get_name(), 12));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_one_group_has_examples_and_fits_80_columns() {
        let command = command(Colour::Never);
        clap::Command::debug_assert(command.clone());
        let grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        for found in command.get_subcommands() {
            let name = found.get_name();
            assert_eq!(grouped.iter().filter(|other| **other == name).count(), 1, "put `{name}` into one group");
            let about = found.get_about().map(ToString::to_string).unwrap_or_default();
            assert!((1..=64).contains(&about.len()), "say what `{name}` does in 64 letters");
            let leaves: Vec<_> = if found.has_subcommands() { found.get_subcommands().collect() } else { vec![found] };
            for leaf in leaves {
                let examples = leaf.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(examples.contains("mapcase "), "give `{name} {}` examples in `after_help`", leaf.get_name());
                assert!(examples.lines().all(|line| line.len() <= 80), "keep the examples of `{name}` to 80 columns");
            }
        }
    }
}
