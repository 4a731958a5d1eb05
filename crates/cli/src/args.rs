//! What may be typed before and after every command.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ColorChoice, Parser};

use crate::commands::Command;

/// Process maps as text that is checked, and cases that run on them, keep time and can be replayed
#[derive(Debug, Parser)]
#[command(name = "mapcase", bin_name = "mapcase", version, max_term_width = 100)]
pub struct Cli {
    /// What may be said to every command.
    #[command(flatten)]
    pub everywhere: Everywhere,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

const HEADING: &str = "Everywhere";

/// The casebook where none is named.
pub const USUAL_CASEBOOK: &str = "casebook.db";

/// What may be said to every command.
#[derive(Clone, Debug, clap::Args)]
pub struct Everywhere {
    /// The casebook: the file that holds the cases
    #[arg(long, global = true, help_heading = HEADING, value_name = "FILE", env = "MAPCASE_CASEBOOK",
          default_value = USUAL_CASEBOOK, hide_env_values = true)]
    pub casebook: PathBuf,
    /// The atlas: the folder that holds the maps
    #[arg(long, global = true, help_heading = HEADING, value_name = "DIR", env = "MAPCASE_ATLAS",
          default_value = "processes", hide_env_values = true)]
    pub atlas: PathBuf,
    /// Who acts [default: your login]
    #[arg(long, global = true, help_heading = HEADING, value_name = "LOGIN", env = "MAPCASE_ACTOR",
          hide_env_values = true)]
    pub actor: Option<String>,
    /// The role in which you act, such as ASW
    #[arg(long = "as", global = true, help_heading = HEADING, value_name = "ROLE")]
    pub role: Option<String>,
    /// The time it is to be, in a casebook made with `init --simulated`
    #[arg(long, global = true, help_heading = HEADING, value_name = "WHEN")]
    pub now: Option<String>,
    /// How the answer is written
    #[arg(long, global = true, help_heading = HEADING, value_name = "FORMAT", default_value = "human",
          value_parser = formats(&["human", "json"]))]
    pub format: Format,
    /// Colours; auto: on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, help_heading = HEADING, value_name = "WHEN", default_value = "auto",
          value_parser = PossibleValuesParser::new(COLOURS).try_map(|word| word.parse::<Colour>()))]
    pub color: Colour,
    /// Columns of the answer; otherwise those of the terminal
    #[arg(long, global = true, hide = true, env = "COLUMNS", value_parser = lenient_number)]
    pub width: Option<Columns>,
}

/// How an answer is written. A command that has other formats than `human` and `json` declares its own `--format`, with the
/// same id and this same type, and its value is the one that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// A drawing that every browser shows.
    Svg,
    /// A drawing for Mermaid.
    Mermaid,
    /// A drawing for Graphviz.
    Dot,
    /// Findings for code scanning: SARIF 2.1.0.
    Sarif,
    /// Findings as annotations of a GitHub workflow.
    Github,
    /// What passed and what failed, for CI servers.
    Junit,
    /// A drawing for tools that read BPMN 2.0.
    Bpmn,
    /// A page of a document.
    Markdown,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "human" => Ok(Format::Human),
            "json" => Ok(Format::Json),
            "svg" => Ok(Format::Svg),
            "mermaid" => Ok(Format::Mermaid),
            "dot" => Ok(Format::Dot),
            "sarif" => Ok(Format::Sarif),
            "github" => Ok(Format::Github),
            "junit" => Ok(Format::Junit),
            "bpmn" => Ok(Format::Bpmn),
            "markdown" => Ok(Format::Markdown),
            other => Err(format!("there is no format `{other}`")),
        }
    }
}

/// Reads one of these formats.
pub fn formats(words: &'static [&'static str]) -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(words.iter().copied()).try_map(|word| word.parse::<Format>())
}

/// Whether colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Also into files and pipes.
    Always,
    /// Not at all.
    Never,
}

const COLOURS: [&str; 3] = ["auto", "always", "never"];

impl FromStr for Colour {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "auto" => Ok(Colour::Auto),
            "always" => Ok(Colour::Always),
            "never" => Ok(Colour::Never),
            other => Err(format!("`{other}` is not auto, always or never")),
        }
    }
}

impl From<Colour> for ColorChoice {
    fn from(colour: Colour) -> ColorChoice {
        match colour {
            Colour::Auto => ColorChoice::Auto,
            Colour::Always => ColorChoice::Always,
            Colour::Never => ColorChoice::Never,
        }
    }
}

/// A number of columns; none where what the environment says is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns(pub Option<usize>);

fn lenient_number(text: &str) -> Result<Columns, String> {
    Ok(Columns(text.trim().parse().ok().filter(|columns| *columns > 0)))
}

/// What was typed after an option, for use before the arguments are understood.
pub fn typed(typed: &[OsString], option: &str) -> Option<String> {
    let mut words = typed.iter().map(OsString::as_os_str).filter_map(OsStr::to_str).take_while(|word| *word != "--");
    let mut value = None;
    while let Some(word) = words.next() {
        match word.strip_prefix(option) {
            Some("") => value = words.next(),
            Some(rest) => value = rest.strip_prefix('=').or(value),
            None => {}
        }
    }
    value.map(str::to_string)
}

/// The `--color` that was typed, for use before the arguments are understood.
pub fn colour_typed(words: &[OsString]) -> Colour {
    typed(words, "--color").and_then(|word| word.parse().ok()).unwrap_or_default()
}
