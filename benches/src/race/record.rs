//! Every figure of a run in a file, beside the machine and the command line that made it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::table::{Outcome, Row};

/// Writes the rows as JSON.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, rows: &[Row]) -> std::io::Result<()> {
    let rows: Vec<Value> = rows.iter().map(row).collect();
    let command: Vec<String> = std::env::args().collect();
    let record = json!({
        "unit": "nanoseconds per operation",
        "clock": "one window per part; middle and best of the parts; engines take turns by part",
        "hardware": hardware(),
        "kernel": first_line("/proc/sys/kernel/osrelease"),
        "processors_allowed": processors_allowed(),
        "rust": env!("CARGO_PKG_RUST_VERSION"),
        "command": command,
        "rows": rows,
    });
    fs::write(path, format!("{record:#}\n"))
}

fn row(row: &Row) -> Value {
    let tally = &row.tally;
    let mut value = json!({
        "scenario": row.scenario,
        "engine": row.engine,
        "operations": row.operations,
        "rested": tally.rested,
        "took": tally.took,
        "found": tally.found,
        "missed": tally.missed,
        "trades": tally.trades,
        "lots": tally.lots,
    });
    match &row.outcome {
        Outcome::Timed { middle, best } => {
            value["middle"] = json!(middle);
            value["best"] = json!(best);
        }
        Outcome::Differs(what) => value["no_figure"] = json!(what),
    }
    value
}

/// Processor, how many of them, and memory.
#[must_use]
pub fn hardware() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("unknown", |text| text.trim_start_matches([' ', '\t', ':']));
    let processors = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let memory = first_line("/proc/meminfo");
    format!("{model}, {processors} processors, {memory}")
}

/// To which processors the process is pinned, if to any.
fn processors_allowed() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    line.unwrap_or("unknown").trim().to_owned()
}

fn first_line(path: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().next().unwrap_or("unknown").split_whitespace().collect::<Vec<_>>().join(" ")
}
