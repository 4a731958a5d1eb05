//! The one place that prints. Answers go to standard output, errors and asides to standard error; colours are taken out
//! where they are not wanted; a reader that has gone away is no fault.

use std::cell::RefCell;
use std::fmt::Display;
use std::io::{self, IsTerminal, Stderr, Stdout, Write};

use anstream::AutoStream;
use clap::builder::styling::{AnsiColor, Effects, Style};
use serde::Serialize;

use crate::args::{Colour, Format};
use crate::error::{CliError, Kind};
use crate::text;

/// Headings and names.
pub const BOLD: Style = Style::new().effects(Effects::BOLD);
/// What is said beside.
pub const DIM: Style = Style::new().effects(Effects::DIMMED);
/// Errors and what is late.
pub const ERROR: Style = AnsiColor::BrightRed.on_default().effects(Effects::BOLD);
/// What to do next.
pub const HELP: Style = AnsiColor::BrightCyan.on_default().effects(Effects::BOLD);
/// Warnings.
pub const WARNING: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
/// All is well.
pub const GOOD: Style = AnsiColor::BrightGreen.on_default().effects(Effects::BOLD);

/// Where answers go.
pub struct Output {
    format: Format,
    width: usize,
    answers: RefCell<Sink<AutoStream<Stdout>>>,
    asides: RefCell<Sink<AutoStream<Stderr>>>,
}

/// What is written in one go.
const CHUNK_BYTES: usize = 16 * 1024;
/// Where nothing says how wide the terminal is.
const USUAL_COLUMNS: usize = 80;
const FEWEST_COLUMNS: usize = 40;
const MOST_COLUMNS_OF_PROSE: usize = 100;

impl Output {
    /// For answers in a format. `columns` is used where standard output is no terminal.
    pub fn new(format: Format, colour: Colour, columns: Option<usize>) -> Self {
        let terminal = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
        Self {
            format,
            width: terminal.filter(|width| *width > 0).or(columns).unwrap_or(USUAL_COLUMNS).max(FEWEST_COLUMNS),
            answers: RefCell::new(Sink::new(stream(io::stdout(), colour))),
            asides: RefCell::new(Sink::new(stream(io::stderr(), colour))),
        }
    }

    /// How many columns a line may have.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many columns a line of prose may have: a longer one is hard to read.
    pub fn prose_width(&self) -> usize {
        self.width.min(MOST_COLUMNS_OF_PROSE)
    }

    /// Writes a line of the answer.
    pub fn line(&self, line: impl Display) {
        self.answers.borrow_mut().push(&text::guarded(&format!("{line}\n")));
    }

    /// Writes an empty line.
    pub fn blank(&self) {
        self.line("");
    }

    /// Writes text that ends its own lines, as it is: a drawing, a document.
    pub fn text(&self, text: &str) {
        self.answers.borrow_mut().push(text);
    }

    /// Writes the answer for programs.
    ///
    /// # Errors
    ///
    /// The answer has no form in JSON, which would be a fault of ours.
    pub fn json(&self, answer: &impl Serialize) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(answer).map_err(|error| {
            CliError::new(Kind::Unwritable, format!("the answer cannot be written as JSON: {error}"))
        })?;
        self.answers.borrow_mut().push(&format!("{}\n", text::plain_json(&text)));
        Ok(())
    }

    /// Writes a long answer for programs, as it is made: the same text as `json`, and never the whole of it in memory.
    ///
    /// # Errors
    ///
    /// What the answer is made of cannot be read back.
    pub fn long_json(&self, answer: &impl Serialize) -> Result<(), CliError> {
        let written = serde_json::to_writer_pretty(Pieces(&self.answers), answer);
        self.blank();
        written
            .map_err(|error| CliError::new(Kind::Unwritable, format!("the answer cannot be written as JSON: {error}")))
    }

    /// Empties the terminal, where the answer goes to one.
    pub fn clear(&self) {
        if io::stdout().is_terminal() {
            self.text("\u{1b}[2J\u{1b}[3J\u{1b}[H");
        }
    }

    /// Writes what was said so far. False where its reader has gone away.
    pub fn flush(&self) -> bool {
        let mut answers = self.answers.borrow_mut();
        answers.flush();
        !answers.closed
    }

    /// Says something beside the answer.
    pub fn aside(&self, label: &str, message: &str) {
        self.labelled(HELP, label, message);
    }

    /// Says why a command failed.
    pub fn error(&self, error: &CliError) {
        if self.format == Format::Json {
            // A failure is made of words: it always has a form in JSON.
            let _ = self.json(&error.json());
            return;
        }
        self.labelled(ERROR, "error", &error.message);
        for (label, text) in &error.lines {
            self.labelled(DIM, label, text);
        }
        if let Some(help) = &error.help {
            self.labelled(HELP, "help", help);
        }
    }

    /// What was said so far is written before anything is said beside it.
    fn labelled(&self, style: Style, label: &str, message: &str) {
        self.answers.borrow_mut().flush();
        let indent = label.len() + 2;
        let lines = text::wrap(message, self.prose_width().saturating_sub(indent));
        let body = lines.join(&format!("\n{:indent$}", ""));
        let mut asides = self.asides.borrow_mut();
        asides.push(&format!("{style}{label}{style:#}: {body}\n"));
        asides.flush();
    }

    /// Writes what is left.
    ///
    /// # Errors
    ///
    /// The answer could not be written, though its reader is still there.
    pub fn finish(&self) -> Result<(), CliError> {
        let mut answers = self.answers.borrow_mut();
        answers.flush();
        match answers.failed.take() {
            None => Ok(()),
            Some(error) => Err(CliError::new(Kind::Unwritable, format!("the answer could not be written: {error}"))
                .help("what the command did stands; only its answer is lost")),
        }
    }
}

impl std::fmt::Debug for Output {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Output").field("format", &self.format).field("width", &self.width).finish_non_exhaustive()
    }
}

fn stream<S: anstream::stream::RawStream>(raw: S, colour: Colour) -> AutoStream<S> {
    let choice = match colour {
        Colour::Auto => AutoStream::choice(&raw),
        Colour::Always => anstream::ColorChoice::Always,
        Colour::Never => anstream::ColorChoice::Never,
    };
    AutoStream::new(raw, choice)
}

/// Text on its way to a stream.
struct Sink<S> {
    stream: S,
    waiting: String,
    /// The reader has gone away, or the stream failed: nothing more is written.
    closed: bool,
    failed: Option<io::Error>,
}

impl<S: Write> Sink<S> {
    fn new(stream: S) -> Self {
        Self { stream, waiting: String::new(), closed: false, failed: None }
    }

    fn push(&mut self, text: &str) {
        if self.closed {
            return;
        }
        self.waiting.push_str(text);
        if self.waiting.len() >= CHUNK_BYTES {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        if self.closed || waiting.is_empty() {
            return;
        }
        if let Err(error) = self.stream.write_all(waiting.as_bytes()).and_then(|()| self.stream.flush()) {
            self.closed = true;
            self.failed = Some(error).filter(|error| error.kind() != io::ErrorKind::BrokenPipe);
        }
    }
}

/// The pieces of an answer, each as it is made. Each is whole text.
struct Pieces<'a, S>(&'a RefCell<Sink<S>>);

impl<S: Write> Write for Pieces<'_, S> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let text = std::str::from_utf8(piece).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        self.0.borrow_mut().push(text);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Full(io::ErrorKind);

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_went_away_is_no_fault_and_a_full_disk_is_one() {
        for (kind, is_fault) in [(io::ErrorKind::BrokenPipe, false), (io::ErrorKind::StorageFull, true)] {
            let mut sink = Sink::new(Full(kind));
            sink.push("x\n");
            sink.flush();
            sink.push("y\n");
            assert_eq!((sink.closed, sink.failed.is_some(), sink.waiting.as_str()), (true, is_fault, ""));
        }
    }
}
