//! The twin of `mapcase` that the end-to-end tests run.

use std::process::ExitCode;

fn main() -> ExitCode {
    mapcase_cli::run()
}
