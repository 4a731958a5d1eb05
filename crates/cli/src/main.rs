//! The `mapcase` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    mapcase_cli::run()
}
