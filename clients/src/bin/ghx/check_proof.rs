//! `ghx check-proof`: what a file of a proof proves, checked with nothing but the exchange's public key.

use std::path::Path;

use proof::file::{Fact, File, Proven};
use proof::{Checkpoint, PublicKey};
use serde_json::json;
use types::{Mills, Timestamp};

use crate::args::Common;
use crate::failure::Failure;
use crate::units;

/// Checks a file and says what follows from it.
pub(crate) fn run(common: &Common, path: &Path, key: &str) -> Result<(), Failure> {
    let key = PublicKey::parse(key).map_err(|error| Failure::Usage(error.to_string()))?;
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    let proven = File::check(&text, &key)
        .map_err(|fault| Failure::Unproven(format!("{}: {fault}", path.display())))?;
    if common.json {
        println!("{}", as_json(&proven, &key));
        return Ok(());
    }
    match &proven.fact {
        Fact::State(line) => {
            println!("proved   {}", sentence(line));
            println!("line     {line}");
            println!("as of    record {}, {}", proven.checkpoint.size, when(&proven.checkpoint));
        }
        Fact::Outcome(line, entry) => {
            println!("proved   {}", sentence(line));
            println!("line     {line}");
            println!("came of  record {}, {}", entry.seq, Timestamp(entry.time_ns));
        }
        Fact::Consistency(older) => {
            println!(
                "proved   the log of {} records is the beginning of the log of {}",
                older.size, proven.checkpoint.size
            );
        }
    }
    println!("signed   by {}, over {} records", key.name(), proven.checkpoint.size);
    Ok(())
}

fn when(checkpoint: &Checkpoint) -> Timestamp {
    Timestamp(checkpoint.time_ns)
}

fn as_json(proven: &Proven, key: &PublicKey) -> serde_json::Value {
    let (line, seq) = match &proven.fact {
        Fact::State(line) => (Some(line), None),
        Fact::Outcome(line, entry) => (Some(line), Some(entry.seq)),
        Fact::Consistency(_) => (None, None),
    };
    let older = match &proven.fact {
        Fact::Consistency(older) => Some(older.size),
        Fact::State(_) | Fact::Outcome(..) => None,
    };
    let size = proven.checkpoint.size;
    json!({"signed_by": key.name(), "size": size, "line": line, "seq": seq, "older_size": older})
}

/// A line of a proof, taken apart.
struct Line<'a> {
    kind: &'a str,
    name: &'a str,
    fields: Vec<(&'a str, &'a str)>,
}

impl<'a> Line<'a> {
    fn parse(line: &'a str) -> Self {
        let mut words = line.split(' ');
        let (kind, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        Self { kind, name, fields: words.filter_map(|word| word.split_once('=')).collect() }
    }

    fn get(&self, key: &str) -> &'a str {
        self.fields.iter().find(|(known, _)| *known == key).map_or("?", |(_, value)| *value)
    }

    fn money(&self, key: &str) -> String {
        self.get(key).parse().map_or_else(|_| "?".to_owned(), |mills| units::exact(Mills(mills)))
    }
}

/// What a line says, in words.
fn sentence(line: &str) -> String {
    let line = Line::parse(line);
    match line.kind {
        "balance" => format!(
            "{} has {} in cash and {} in escrow",
            line.name,
            line.money("cash_mills"),
            line.money("escrow_mills"),
        ),
        "position" => {
            let (account, symbol) = line.name.split_once('/').unwrap_or((line.name, "?"));
            let lots = line.get("lots");
            let side = if lots.starts_with('-') { "short" } else { "long" };
            format!("{account} is {side} {} lots of {symbol}", lots.trim_start_matches('-'))
        }
        "order" => order(&line),
        "fill" => format!(
            "{} {} {} lots of {} at {}, fee {}",
            line.get("account"),
            if line.get("side") == "buy" { "bought" } else { "sold" },
            line.get("lots"),
            line.get("contract"),
            line.money("price_mills"),
            line.money("fee_mills"),
        ),
        "obligation" => format!(
            "obligation {} of {}: {} lots at {}, {}; {} of {} GPU-hours delivered, {} short, {} paid",
            line.name,
            line.get("contract"),
            line.get("lots"),
            line.money("price_mills"),
            line.get("state"),
            line.get("delivered_gpu_hours"),
            line.get("due_gpu_hours"),
            line.get("short_gpu_hours"),
            line.money("paid_mills"),
        ),
        "receipt" => {
            let parts: Vec<&str> = line.name.split('/').collect();
            let [account, symbol, hour, node] = parts[..] else { return line.name.to_owned() };
            let hours = line.get("gpu_hours");
            format!(
                "{account} delivered {hours} GPU-hours of node {node} to {symbol} in the hour from {hour}"
            )
        }
        kind => format!("{kind} {}", line.name),
    }
}

fn order(line: &Line<'_>) -> String {
    let state = match line.get("state") {
        "?" => "open",
        state => state,
    };
    format!(
        "order {} of {} to {} {} lots of {} at {} is {state}, {} filled",
        line.name,
        line.get("account"),
        line.get("side"),
        line.get("lots"),
        line.get("contract"),
        line.money("price_mills"),
        line.get("filled"),
    )
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn lines_are_said_in_words() {
        for (line, words) in [
            (
                "balance A-1 cash_mills=-1500 escrow_mills=2000 acct_seq=4 key=00",
                "A-1 has -$1.500 in cash and $2.000 in escrow",
            ),
            (
                "position A-1/H100-US-2027M03 lots=-10 carry_mill_lots=5",
                "A-1 is short 10 lots of H100-US-2027M03",
            ),
            (
                "fill X3b trade=T3 account=A-1 order=O5 client_order_id=x contract=H100-US-2027M03 side=buy price_mills=2400 lots=40 liquidity=taker fee_mills=17",
                "A-1 bought 40 lots of H100-US-2027M03 at $2.400, fee $0.017",
            ),
            (
                "order O5 account=A-1 client_order_id=x contract=H100-US-2027M03 side=sell price_mills=2400 lots=40 filled=1 revision=1",
                "order O5 of A-1 to sell 40 lots of H100-US-2027M03 at $2.400 is open, 1 filled",
            ),
            (
                "receipt A-2/H100-US-2027M03/2027-03-01T05:00:00Z/17 gpu_hours=8",
                "A-2 delivered 8 GPU-hours of node 17 to H100-US-2027M03 in the hour from 2027-03-01T05:00:00Z",
            ),
            (
                "settlement H100-US-2027M03/2027-01-04 price_mills=1 final=no method=vwap",
                "settlement H100-US-2027M03/2027-01-04",
            ),
        ] {
            assert_eq!(sentence(line), words);
        }
    }
}
