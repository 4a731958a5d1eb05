//! What the whole command line promises, whatever the command.

use std::ffi::OsString;

use clap::FromArgMatches;

use crate::args::{self, Cli, Colour, Format};
use crate::context::Context;
use crate::help;

fn words(line: &str) -> Vec<OsString> {
    line.split_whitespace().map(OsString::from).collect()
}

fn context(line: &str) -> Context {
    let matches = help::command(Colour::Never).try_get_matches_from(words(line)).unwrap();
    Context::new(Cli::from_arg_matches(&matches).unwrap().everywhere, None)
}

#[test]
fn the_format_that_a_command_declares_is_the_one_that_counts() {
    for (line, format) in [
        ("mapcase map list", Format::Human),
        ("mapcase --format json map list", Format::Json),
        ("mapcase map list --format json", Format::Json),
        ("mapcase map draw m", Format::Svg),
        ("mapcase map draw m --format mermaid", Format::Mermaid),
        ("mapcase map draw m --format dot", Format::Dot),
    ] {
        assert_eq!(context(line).format(), format, "{line}");
    }
}

#[test]
fn the_actor_is_the_one_that_is_said() {
    let context = context("mapcase --actor ann check --as TM --now 2022-10-14 --casebook c.db --atlas maps");
    assert_eq!(context.actor().unwrap(), "ann");
    assert_eq!((context.role(), context.now()), (Some("TM"), Some("2022-10-14")));
    assert_eq!((context.casebook().to_str(), context.atlas_dir().to_str()), (Some("c.db"), Some("maps")));
}

#[test]
fn an_option_is_found_before_the_arguments_are_understood() {
    for (line, found) in [
        ("mapcase --format json chek", Some("json")),
        ("mapcase chek --format=json", Some("json")),
        ("mapcase --format human --format json", Some("json")),
        ("mapcase --formats json", None),
        ("mapcase -- --format json", None),
        ("mapcase --format", None),
    ] {
        assert_eq!(args::typed(&words(line), "--format").as_deref(), found, "{line}");
    }
}

/// An argument of a command that has the id of one of these would take its place.
#[test]
fn what_holds_everywhere_can_be_said_behind_every_command() {
    fn look(command: &clap::Command, everywhere: &[(String, String)], path: &str) {
        for (id, long) in everywhere {
            let of = |arg: &&clap::Arg| arg.get_id().as_str() == id;
            let found = command.get_arguments().find(of);
            let said = found.and_then(clap::Arg::get_long);
            assert_eq!(said, Some(long.as_str()), "`{path}` takes no --{long}");
        }
        for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
            look(below, everywhere, &format!("{path} {}", below.get_name()));
        }
    }
    let mut command = help::command(Colour::Never);
    command.build();
    let global = command.get_arguments().filter(|arg| arg.is_global_set());
    let everywhere: Vec<(String, String)> =
        global.filter_map(|arg| Some((arg.get_id().to_string(), arg.get_long()?.to_string()))).collect();
    assert!(everywhere.iter().any(|(_, long)| long == "as"), "{everywhere:?}");
    look(&command, &everywhere, "mapcase");
}
