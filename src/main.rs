//! The netpeek command: exit codes, and nothing else.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match netpeek::cli::Cli::try_parse() {
        Ok(cli) => netpeek::run::run(&cli),
        Err(error) => {
            _ = error.print();
            ExitCode::from(u8::from(error.use_stderr()))
        }
    }
}
