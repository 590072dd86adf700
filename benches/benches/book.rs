//! Order books side by side: the same operations through each, in turns, in one process.
//!
//!     cargo bench -p benches --bench book [-- --quick] [--growth] [--only w1] [--json FILE]
//!     cargo bench -p benches --bench book -- --count w1 --engine naive --operations 100000
//!
//! The second form runs one engine through one part once and prints how many operations that were,
//! for a tool that counts instructions of `timed_window`; the script `growth` uses it.
//!
//! It fails when a scenario's operations are not what it claims or a book of ours trades otherwise
//! than the naive one. A peer that refuses or differs gets the reason instead of a figure.

use std::path::Path;
use std::process::ExitCode;

use benches::peers::{ENGINES, OURS, WHY};
use benches::race::scenarios::{Length, Scenario, TABLE, growth};
use benches::race::table::{self, Outcome, Row};
use benches::race::{Tally, race, record, timed_window};

const FULL: Length = Length { parts: 9, operations: 200_000 };
const QUICK: Length = Length { parts: 3, operations: 20_000 };

/// What was asked for.
struct Asked {
    words: Vec<String>,
}

fn main() -> ExitCode {
    let asked = Asked { words: std::env::args().skip(1).collect() };
    let done = match asked.value("--count") {
        Some(name) => count(&name, &asked),
        None => compare(&asked),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn compare(asked: &Asked) -> Result<(), String> {
    let length = if asked.has("--quick") { QUICK } else { FULL };
    let mut scenarios = TABLE.to_vec();
    if asked.has("--growth") {
        scenarios.extend(growth());
    }
    if asked.has("--quick") {
        // Filling a million orders takes the slowest peer most of a minute.
        scenarios.retain(|scenario| scenario.name != "w3");
    }
    let only = asked.value("--only");
    scenarios.retain(|scenario| only.as_ref().is_none_or(|name| name == scenario.name));
    println!("{}", record::hardware());
    println!("{} parts of {} operations, engines in turns", length.parts, length.operations);
    for Scenario { name, about, .. } in &scenarios {
        println!("  {name}: {about}");
    }
    table::print_head();
    let mut all = Vec::new();
    for scenario in &scenarios {
        let stream = scenario.stream(length);
        let runs = race(&stream, &ENGINES);
        let rows = table::judge(scenario, &stream, &runs, &OURS)?;
        rows.iter().for_each(table::print_row);
        all.extend(rows);
    }
    table::print_growth(&all, "books-");
    table::print_growth(&all, "orders-");
    for (engine, why) in WHY {
        let is_other =
            |row: &Row| row.engine == engine && matches!(row.outcome, Outcome::Differs(_));
        if all.iter().any(is_other) {
            println!("{engine} differs because {why}");
        }
    }
    if let Some(path) = asked.value("--json") {
        record::write(Path::new(&path), &all).map_err(|why| format!("{path}: {why}"))?;
    }
    Ok(())
}

fn count(name: &str, asked: &Asked) -> Result<(), String> {
    let mut scenarios = TABLE.into_iter().chain(growth());
    let scenario = scenarios.find(|scenario| scenario.name == name);
    let scenario = scenario.ok_or(format!("no scenario {name}"))?;
    let engine = asked.value("--engine").ok_or("which --engine?")?;
    let (_, build) = ENGINES.iter().find(|(name, _)| name.starts_with(&engine)).ok_or(engine)?;
    let operations = asked.value("--operations").and_then(|text| text.parse().ok());
    let length = Length { parts: 1, operations: operations.unwrap_or(100_000) };
    let stream = scenario.stream(length);
    let mut engine = build(stream.books, stream.names);
    engine.run(&stream.before, &mut Tally::default());
    let mut tally = Tally::default();
    timed_window(engine.as_mut(), &stream.parts[0], &mut tally);
    scenario.check(&tally, stream.parts[0].len())?;
    println!("{}", stream.parts[0].len());
    Ok(())
}

impl Asked {
    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|other| other == word)
    }

    fn value(&self, word: &str) -> Option<String> {
        let at = self.words.iter().position(|other| other == word)?;
        self.words.get(at + 1).cloned()
    }
}
