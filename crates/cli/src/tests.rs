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
    Context::new(Cli::from_arg_matches(&matches).unwrap().everywhere)
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
