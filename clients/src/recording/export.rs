//! A recording in the file formats of others: Parquet and CSV, DBN, hftbacktest.
//!
//! A file is written under another name and renamed when it is whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use protocol::server::{BookData, Message, QueueData, QueueRow, TradeData};
use protocol::{decimal, server};
use serde::de::DeserializeOwned;

use super::journal::{self, Lines};
use crate::Event;

mod dbn;
mod hftbacktest;
mod tables;

pub use tables::Table;

/// Why a recording cannot be exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The recording cannot be read.
    #[error(transparent)]
    Journal(#[from] journal::Error),
    /// The file cannot be written.
    #[error("{}: {fault}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        fault: String,
    },
    /// A message is not what its channel says.
    #[error("a message of {channel} cannot be read: {fault}")]
    Strange {
        /// Which channel.
        channel: String,
        /// What is wrong.
        fault: String,
    },
    /// The format holds one contract, and the recording has several.
    #[error("this format holds one contract; say which of {0}")]
    OneContract(String),
}

/// What a recording is exported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One of the tables, as Parquet.
    Parquet(Table),
    /// One of the tables, as text.
    Csv(Table),
    /// DBN, schema `trades`.
    DbnTrades,
    /// DBN, schema `mbp-10`.
    DbnBook,
    /// An array of hftbacktest, of one contract.
    Hftbacktest,
}

/// Exports what a recording has of one contract, or of all; the number of rows.
///
/// # Errors
/// When the recording cannot be read or the file cannot be written.
pub fn export(
    recording: &Path,
    format: Format,
    symbol: Option<&str>,
    file: &Path,
) -> Result<u64, Error> {
    let reading = Reading { lines: journal::lines(recording)?, symbol: symbol.map(str::to_owned) };
    let temporary = file.with_extension("tmp");
    let target = File::create(&temporary).map_err(|e| fault(&temporary, &e))?;
    let rows = match format {
        Format::Parquet(table) => tables::parquet(reading, table, target),
        Format::Csv(table) => tables::csv(reading, table, target),
        Format::DbnTrades => dbn::trades(reading, target),
        Format::DbnBook => dbn::book(reading, target),
        Format::Hftbacktest => hftbacktest::array(reading, target),
    };
    let renamed = rows.and_then(|rows| {
        let synced = File::open(&temporary).and_then(|written| written.sync_all());
        synced.and_then(|()| fs::rename(&temporary, file)).map_err(|e| fault(file, &e))?;
        Ok(rows)
    });
    if renamed.is_err() {
        fs::remove_file(&temporary).ok();
    }
    renamed
}

fn fault(path: &Path, what: &dyn std::fmt::Display) -> Error {
    Error::File { path: path.to_owned(), fault: what.to_string() }
}

/// A library of others fails at a file that it does not name.
fn unwritten(what: &dyn std::fmt::Display) -> Error {
    fault(Path::new("export"), what)
}

/// The events of a recording that concern one contract, or any.
struct Reading {
    lines: Lines,
    symbol: Option<String>,
}

/// An event, and when it came.
struct Heard {
    recv_ns: i64,
    event: Event,
}

impl Reading {
    fn next(&mut self) -> Result<Option<Heard>, Error> {
        while let Some(line) = self.lines.next_line()? {
            let Ok(Message::Event(event)) = Message::parse(&line.message) else { continue };
            let heard = Heard { recv_ns: line.recv_ns, event: *event };
            if self.symbol.as_deref().is_none_or(|symbol| heard.symbol() == Some(symbol)) {
                return Ok(Some(heard));
            }
        }
        Ok(None)
    }
}

/// A price level, or an order of the queue at one.
struct Rung {
    is_bid: bool,
    mills: i64,
    lots: i64,
    order: Option<(String, u64)>,
}

impl Heard {
    fn kind(&self) -> &str {
        &self.event.kind
    }

    /// The first word of the channel, and what comes after it.
    fn channel(&self) -> (&str, Option<&str>) {
        let channel = self.event.channel.as_str();
        channel.split_once('.').map_or((channel, None), |(kind, rest)| (kind, Some(rest)))
    }

    fn symbol(&self) -> Option<&str> {
        let (_, rest) = self.channel();
        rest.map(|rest| rest.split_once('.').map_or(rest, |(symbol, _)| symbol))
    }

    fn seq(&self) -> u64 {
        self.event.seq.unwrap_or_default()
    }

    /// When the engine came to it; when it was heard if it does not say.
    fn event_ns(&self) -> i64 {
        self.event.eng_ns.as_deref().and_then(|ns| ns.parse().ok()).unwrap_or(self.recv_ns)
    }

    fn data<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let data = self.event.data.clone().unwrap_or_default();
        serde_json::from_value(data).map_err(|error| self.strange(&error))
    }

    fn strange(&self, fault: &dyn std::fmt::Display) -> Error {
        Error::Strange { channel: self.event.channel.clone(), fault: fault.to_string() }
    }

    /// The trades of a trades channel.
    fn trades(&self) -> Result<Vec<TradeData>, Error> {
        if self.kind() == "trades" { self.data() } else { Ok(Vec::new()) }
    }

    /// Whether it is an event of a whole book by price.
    fn is_book(&self) -> bool {
        let (kind, rest) = self.channel();
        let is_whole = rest.is_some_and(|rest| !rest.contains('.'));
        kind == "book" && is_whole && matches!(self.kind(), "snapshot" | "delta")
    }

    /// The levels that changed.
    fn levels(&self) -> Result<Vec<Rung>, Error> {
        let BookData { bids, asks, .. } = self.data()?;
        let rung = |is_bid| {
            move |server::Level(price, lots): &server::Level| {
                Ok(Rung { is_bid, mills: self.mills(price)?, lots: self.lots(lots)?, order: None })
            }
        };
        bids.iter().map(rung(true)).chain(asks.iter().map(rung(false))).collect()
    }

    /// The orders that changed.
    fn orders(&self) -> Result<Vec<Rung>, Error> {
        let QueueData { bids, asks } = self.data()?;
        let rung = |is_bid| {
            move |QueueRow(id, price, lots, place): &QueueRow| {
                let order = Some((id.clone(), *place));
                Ok(Rung { is_bid, mills: self.mills(price)?, lots: self.lots(lots)?, order })
            }
        };
        bids.iter().map(rung(true)).chain(asks.iter().map(rung(false))).collect()
    }

    fn mills(&self, price: &str) -> Result<i64, Error> {
        decimal::parse_price(price).map(|ticks| ticks.0).map_err(|error| self.strange(&error))
    }

    fn lots(&self, lots: &str) -> Result<i64, Error> {
        let lots = decimal::parse_lots(lots).map_err(|error| self.strange(&error))?;
        i64::try_from(lots.0).map_err(|error| self.strange(&error))
    }
}

/// Dollars, for those who count in numbers that are not exact.
fn dollars(mills: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "the exact price stands beside it")]
    let mills = mills as f64;
    mills / 1000.0
}

#[cfg(test)]
mod tests;
