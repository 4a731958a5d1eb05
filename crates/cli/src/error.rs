//! Why a command failed: the one type into which every error of the crates below is mapped, once, to its kind, its help
//! and its exit code.

use std::collections::HashMap;

use mapcase_engine::export::ExportError;
use mapcase_engine::files::FilesError;
use mapcase_engine::rewrite::RewriteError;
use mapcase_map::diagnostic::nearest;
use mapcase_map::time::{DurationFault, TimeError, WhenError};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use crate::exit::Exit;

/// What kind of failure it is. The words are part of the JSON's shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The rules do not allow it.
    Refused,
    /// What was typed cannot be understood.
    Usage,
    /// Nothing has that name.
    NotFound,
    /// It is there, but cannot be read.
    Unreadable,
    /// It could not be written: the answer, a file, or what was to be recorded.
    Unwritable,
    /// The casebook is damaged.
    Damaged,
}

/// A failure, ready to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct CliError {
    /// What kind of failure it is.
    pub kind: Kind,
    /// What is wrong: a fragment without a full stop.
    pub message: String,
    /// What to do next.
    pub help: Option<String>,
    /// Further lines for people: a label and what it says.
    pub lines: Vec<(&'static str, String)>,
    /// More for programs, such as what was missing; shown in the JSON alone.
    pub details: Map<String, Value>,
}

impl CliError {
    /// A failure of some kind.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), help: None, lines: Vec::new(), details: Map::new() }
    }

    /// The rules do not allow it.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(Kind::Refused, message)
    }

    /// What was typed cannot be understood.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Nothing has that name.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, message)
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Names what was perhaps meant by a name that nothing has; where none of the known is like it, helps otherwise.
    #[must_use]
    pub fn or_meant<'a>(self, name: &str, known: impl IntoIterator<Item = &'a str>, otherwise: &str) -> Self {
        match nearest(name, known) {
            Some(best) => self.help(format!("did you mean `{best}`?")).detail("suggestion", best),
            None => self.help(otherwise),
        }
    }

    /// Adds a line for people.
    #[must_use]
    pub fn line(mut self, label: &'static str, text: &str) -> Self {
        self.lines.push((label, text.to_string()));
        self
    }

    /// Adds something for programs.
    #[must_use]
    pub fn detail(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.details.insert(key.to_string(), value.into());
        self
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self.kind {
            Kind::Refused => Exit::Refused,
            Kind::Usage => Exit::Usage,
            Kind::NotFound | Kind::Unreadable | Kind::Unwritable => Exit::Unreadable,
            Kind::Damaged => Exit::Damaged,
        }
    }

    /// The JSON's shape: `{"error":{"kind","message","help",…}}`.
    pub fn json(&self) -> impl Serialize + '_ {
        HashMap::from([("error", Body(self))])
    }

    /// What the reader of the arguments says, in two lines.
    pub fn from_clap(error: &clap::Error) -> Self {
        let text = error.render().to_string();
        let mut paragraphs = text.split("\n\n").map(str::trim);
        let first = paragraphs.next().unwrap_or_default();
        let words: Vec<&str> = first.split_whitespace().collect();
        let message = words.join(" ");
        let tip = paragraphs.find_map(|paragraph| paragraph.strip_prefix("tip: "));
        let help = tip.unwrap_or("`mapcase --help` lists the commands, `mapcase COMMAND --help` what each takes");
        Self::usage(message.strip_prefix("error: ").unwrap_or(&message)).help(help)
    }
}

/// What stands under `error`, in this order.
struct Body<'a>(&'a CliError);

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", &self.0.kind)?;
        map.serialize_entry("message", &self.0.message)?;
        map.serialize_entry("help", &self.0.help)?;
        for (key, value) in &self.0.details {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl From<FilesError> for CliError {
    fn from(error: FilesError) -> Self {
        match error {
            FilesError::Missing { .. } => Self::not_found(error.to_string()),
            FilesError::NotAFolder { .. } | FilesError::Unreadable { .. } => {
                Self::new(Kind::Unreadable, error.to_string())
            }
        }
    }
}

impl From<ExportError> for CliError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Folder { .. } | ExportError::NotOurs { .. } => {
                Self::refused(error.to_string()).help("name another file with `--output FILE`; `-` is standard output")
            }
            ExportError::Unwritable { .. } => Self::new(Kind::Unwritable, error.to_string()),
        }
    }
}

impl From<RewriteError> for CliError {
    fn from(error: RewriteError) -> Self {
        match error {
            RewriteError::Changed { .. } => Self::refused(error.to_string()).help("look at it, then run this again"),
            RewriteError::Unwritable { .. } => Self::new(Kind::Unwritable, error.to_string()),
        }
    }
}

impl From<DurationFault> for CliError {
    fn from(fault: DurationFault) -> Self {
        Self::usage(fault.message).help(fault.help)
    }
}

impl From<WhenError> for CliError {
    fn from(error: WhenError) -> Self {
        match error {
            WhenError::Time(error) => Self::from(error),
            other => {
                let (message, help) = halves(&other.to_string());
                Self { help, ..Self::usage(message) }
            }
        }
    }
}

impl From<TimeError> for CliError {
    fn from(error: TimeError) -> Self {
        let (message, help) = halves(&error.to_string());
        Self { help, ..Self::refused(message) }
    }
}

/// The crates below say what is wrong and, after the last colon, what to do.
fn halves(text: &str) -> (String, Option<String>) {
    match text.rsplit_once(": ") {
        Some((message, help)) => (message.to_string(), Some(help.to_string())),
        None => (text.to_string(), None),
    }
}
