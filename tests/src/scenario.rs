//! Scenario files: a promise of the exchange, told so that a trader can read and check it.
//!
//! A file says which contracts and accounts there are, then one command after another, and behind
//! each command everything that a member would hear of it. What is not written must not happen; a
//! line of three dots stands for lines that the file is not about.
//!
//! ```text
//! # R-3.1  at one price, the earlier order fills first
//! list  H100-US-2027M03
//! fund  ann 1000000   bob 1000000   cat 1000000
//!
//! ann  buy  10 @ 2400          accepted 1
//! bob  buy   5 @ 2400          accepted 2
//! cat  sell 12 @ 2400 ioc      trade 10 @ 2400 with 1
//!                              trade  2 @ 2400 with 2
//! book     bid | price | ask
//!            3 |  2400 |
//! ```
//!
//! The grammar stands in the README beside the files. The ledger and every other conserved sum is
//! checked after each command by the kit, not by the file.

mod blocks;
mod capacity;
mod checks;
mod command;
mod delivery;
mod expect;
mod index;
mod names;
mod operator;
mod outcome;
mod performance;
mod quotes;
mod run;
mod setup;
mod statements;
mod words;
mod write;

use std::fmt;
use std::path::Path;

use types::{Command, Sequenced};

pub use write::write;

/// Where and how a scenario failed.
#[derive(Debug)]
pub struct Failure {
    /// Line of the file, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}

/// A line that says something, and the indented lines under it.
struct Statement<'a> {
    line: usize,
    head: &'a str,
    below: Vec<&'a str>,
}

/// Runs a scenario.
///
/// # Errors
/// The first line that does not hold.
pub fn run(text: &str) -> Result<(), Failure> {
    let run = carry_out(text)?;
    run.finish().map_err(|message| Failure { line: text.lines().count(), message })
}

/// Runs the scenario in a file.
///
/// # Errors
/// The path and the first line that does not hold, as `path:line: what is wrong`.
pub fn run_file(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    run(&text).map_err(|failure| format!("{}:{failure}", path.display()))
}

/// The commands a scenario without failures consists of.
///
/// # Errors
/// The first line that does not hold.
pub fn log(text: &str) -> Result<Vec<Sequenced<Command>>, Failure> {
    carry_out(text).map(run::Run::into_log)
}

/// The rules a scenario cites: every `R-<chapter>.<number>` in its comments.
#[must_use]
pub fn rules_cited(text: &str) -> Vec<String> {
    let comments = text.lines().filter(|line| line.starts_with('#'));
    let words = comments.flat_map(|line| line.split([' ', ',', ';', ':', '(', ')']));
    words.filter(|word| word.starts_with("R-")).map(ToOwned::to_owned).collect()
}

fn carry_out(text: &str) -> Result<run::Run, Failure> {
    let mut run = run::Run::default();
    for statement in statements(text)? {
        let line = statement.line;
        run.statement(&statement).map_err(|message| Failure { line, message })?;
    }
    Ok(run)
}

fn statements(text: &str) -> Result<Vec<Statement<'_>>, Failure> {
    let mut all: Vec<Statement<'_>> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if !line.starts_with(' ') {
            all.push(Statement { line: number + 1, head: line, below: Vec::new() });
            continue;
        }
        let Some(statement) = all.last_mut() else {
            let message = "an indented line belongs to a line before it".to_owned();
            return Err(Failure { line: number + 1, message });
        };
        statement.below.push(line);
    }
    Ok(all)
}
