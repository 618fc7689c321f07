//! The netpeek command: exit codes, and nothing else.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match netpeek::cli::Cli::try_parse() {
        Ok(cli) => netpeek::run::run(&cli),
        Err(error) => {
            _ = error.print();
            if error.use_stderr() { ExitCode::from(netpeek::run::USAGE) } else { ExitCode::SUCCESS }
        }
    }
}
