//! What is printed of a race, and what makes it fail.

use super::scenarios::Scenario;
use super::{Run, Stream, Tally, precise};

/// What came of an engine in a scenario.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It made the same trades as the first engine; nanoseconds per operation, middle and best.
    Timed {
        /// Of the middle part.
        middle: f64,
        /// Of the best part.
        best: f64,
    },
    /// It did something else, so its time is the time of something else.
    Differs(String),
}

/// A row of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// In which scenario.
    pub scenario: &'static str,
    /// Which engine.
    pub engine: &'static str,
    /// What came of it.
    pub outcome: Outcome,
    /// What its operations came to.
    pub tally: Tally,
    /// How many operations were timed.
    pub operations: usize,
}

/// Compares the runs of a race with the first of them.
///
/// # Errors
/// When the scenario was not what it claims, or one of `ours` differs.
pub fn judge(
    scenario: &Scenario,
    stream: &Stream,
    runs: &[Run],
    ours: &[&str],
) -> Result<Vec<Row>, String> {
    let operations: usize = stream.parts.iter().map(Vec::len).sum();
    let (first, name) = (&runs[0], scenario.name);
    scenario.check(&first.total(), operations)?;
    let mut rows = Vec::new();
    for run in runs {
        let tally = run.total();
        let outcome = match difference(run, first) {
            None => {
                let (middle, best) = run.nanoseconds(stream.parts[0].len());
                Outcome::Timed { middle, best }
            }
            Some(what) if ours.contains(&run.engine) => {
                return Err(format!("{name}: {}: {what}", run.engine));
            }
            Some(what) => Outcome::Differs(what),
        };
        rows.push(Row { scenario: name, engine: run.engine, outcome, tally, operations });
    }
    Ok(rows)
}

fn difference(run: &Run, first: &Run) -> Option<String> {
    let refused = run.before.refused + run.total().refused;
    if refused != 0 {
        return Some(format!("refused {refused} operations"));
    }
    let tallies = [&run.before].into_iter().chain(&run.tallies);
    let expected = [&first.before].into_iter().chain(&first.tallies);
    for (part, (tally, expected)) in tallies.zip(expected).enumerate() {
        if tally.trades_made() != expected.trades_made() {
            let (trades, lots, _) = tally.trades_made();
            let (other_trades, other_lots, _) = expected.trades_made();
            return Some(format!(
                "part {part}: {trades} trades of {lots} lots, not {other_trades} of {other_lots}, \
                 or at other prices"
            ));
        }
        if (tally.rested, tally.took, tally.found)
            != (expected.rested, expected.took, expected.found)
        {
            return Some(format!("part {part}: {tally:?}, not {expected:?}"));
        }
    }
    None
}

/// The line above the rows.
pub fn print_head() {
    println!(
        "{:<15} {:<20} {:>9} {:>9}   {:>7} {:>7} {:>7} {:>7}   trades/op",
        "scenario", "engine", "ns/op", "best", "rested", "took", "found", "missed"
    );
}

/// Prints a row: the figure, and beside it what share of the operations did what.
pub fn print_row(row: &Row) {
    let share = |count: u64| {
        let count = usize::try_from(count).expect("counts here are small");
        precise(count) / precise(row.operations)
    };
    let percent = |count: u64| format!("{:.1}%", 100.0 * share(count));
    let Row { scenario, engine, tally, .. } = row;
    match &row.outcome {
        Outcome::Timed { middle, best } => println!(
            "{scenario:<15} {engine:<20} {middle:>9.1} {best:>9.1}   {:>7} {:>7} {:>7} {:>7}   {:.3}",
            percent(tally.rested),
            percent(tally.took),
            percent(tally.found),
            percent(tally.missed),
            share(tally.trades),
        ),
        Outcome::Differs(what) => println!("{scenario:<15} {engine:<20} no figure: {what}"),
    }
}

/// Prints how many times slower the last scenario of a series is than the first, engine by engine.
pub fn print_growth(rows: &[Row], series: &str) {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.scenario.starts_with(series)).collect();
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return };
    let of = |scenario: &str, engine: &str| {
        let row = rows.iter().find(|row| row.scenario == scenario && row.engine == engine)?;
        match row.outcome {
            Outcome::Timed { middle, best } => Some((middle, best)),
            Outcome::Differs(_) => None,
        }
    };
    let (first, last) = (first.scenario, last.scenario);
    for row in rows.iter().filter(|row| row.scenario == first) {
        let engine = row.engine;
        if let (Some(few), Some(many)) = (of(first, engine), of(last, engine)) {
            let (middle, best) = (many.0 / few.0, many.1 / few.1);
            println!("{first} to {last}: {engine} takes {middle:.1} times as long, best {best:.1}");
        }
    }
}
