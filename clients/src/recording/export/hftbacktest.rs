//! The array of hftbacktest: one contract's book and trades, for tests of a strategy against a past
//! market. Nothing but this file names the library of arrays.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;

use npyz::WriterBuilder;
use types::Side;

use super::{Error, Heard, Reading, dollars, unwritten};

/// Kinds of events, as hftbacktest numbers them.
const DEPTH: u64 = 1;
const TRADE: u64 = 2;
const CLEAR: u64 = 3;
const SNAPSHOT: u64 = 4;
/// Seen by the exchange and by the strategy.
const BOTH: u64 = 1 << 31 | 1 << 30;
const BUY: u64 = 1 << 29;
const SELL: u64 = 1 << 28;
/// An exchange whose clock is farther from the recorder's runs on a clock of its own.
const ONE_CLOCK: i64 = 60_000_000_000;

/// A row, in the order of hftbacktest's `event_dtype`.
#[derive(Clone, Copy, Debug, PartialEq, npyz::Serialize, npyz::AutoSerialize)]
struct Row {
    ev: u64,
    exch_ts: i64,
    local_ts: i64,
    px: f64,
    qty: f64,
    order_id: u64,
    ival: i64,
    fval: f64,
}

/// Writes one contract's events.
pub(super) fn array(mut reading: Reading, file: File) -> Result<u64, Error> {
    let (mut rows, mut symbols) = (Vec::new(), BTreeSet::new());
    while let Some(heard) = reading.next()? {
        let before = rows.len();
        if heard.is_book() {
            book(&heard, &mut rows)?;
        } else {
            trades(&heard, &mut rows)?;
        }
        if before < rows.len() {
            symbols.extend(heard.symbol().map(str::to_owned));
        }
    }
    if 1 < symbols.len() {
        let all = symbols.into_iter().collect::<Vec<_>>().join(", ");
        return Err(Error::OneContract(all));
    }
    write(&rows, file).map_err(|error| unwritten(&error))?;
    Ok(u64::try_from(rows.len()).expect("rows can be counted"))
}

fn book(heard: &Heard, rows: &mut Vec<Row>) -> Result<(), Error> {
    let is_snapshot = heard.kind() == "snapshot";
    if is_snapshot {
        for side in [BUY, SELL] {
            rows.push(row(heard, heard.event_ns(), CLEAR | side, f64::NAN, 0.0));
        }
    }
    let kind = if is_snapshot { SNAPSHOT } else { DEPTH };
    for rung in heard.levels()? {
        let side = if rung.is_bid { BUY } else { SELL };
        let (price, lots) = (dollars(rung.mills), number(rung.lots));
        rows.push(row(heard, heard.event_ns(), kind | side, price, lots));
    }
    Ok(())
}

fn trades(heard: &Heard, rows: &mut Vec<Row>) -> Result<(), Error> {
    for trade in heard.trades()? {
        let event_ns = trade.eng_ns.parse().map_err(|error| heard.strange(&error))?;
        let side = match trade.taker {
            Some(Side::Buy) => BUY,
            Some(Side::Sell) => SELL,
            None => 0,
        };
        let price = dollars(heard.mills(&trade.price)?);
        rows.push(row(heard, event_ns, TRADE | side, price, number(heard.lots(&trade.qty)?)));
    }
    Ok(())
}

/// A strategy hears what happened no earlier than it happened. A demonstration's clock runs faster
/// than ours; then what counts is when it was heard.
fn row(heard: &Heard, event_ns: i64, ev: u64, px: f64, qty: f64) -> Row {
    let local_ts = heard.recv_ns;
    let is_one_clock = (local_ts - event_ns).abs() < ONE_CLOCK;
    let exch_ts = if is_one_clock { event_ns.min(local_ts) } else { local_ts };
    Row { ev: ev | BOTH, exch_ts, local_ts, px, qty, order_id: 0, ival: 0, fval: 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "lots are small")]
fn number(lots: i64) -> f64 {
    lots as f64
}

fn write(rows: &[Row], file: File) -> std::io::Result<()> {
    let mut archive = npyz::npz::NpzWriter::new(BufWriter::new(file));
    let options = npyz::zip::write::FileOptions::default();
    let mut array = archive
        .array("data", options)?
        .default_dtype()
        .shape(&[u64::try_from(rows.len()).expect("rows can be counted")])
        .begin_nd()?;
    array.extend(rows)?;
    array.finish()
}
