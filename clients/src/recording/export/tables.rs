//! Tables with fixed columns, as Parquet and as text. Nothing but this file names those libraries.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Float64Builder, Int64Builder, RecordBatch, StringBuilder,
    StringDictionaryBuilder, UInt64Builder,
};
use arrow::csv::Writer;
use arrow::datatypes::Int32Type;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::{Error, Heard, Reading, Rung, dollars, unwritten};

/// Rows that are gathered before they are written.
const BATCH: u64 = 65_536;
/// Rows of a group of a Parquet file.
const GROUP: usize = 1 << 20;

/// What a table is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Every trade.
    Trades,
    /// Every change of a price level.
    Book,
    /// Every change of an order.
    Orders,
    /// Every event, with its data as JSON.
    Events,
}

/// Columns that grow row by row. All tables have the same ones, of which each shows its own.
#[derive(Default)]
struct Columns {
    rows: u64,
    ts_event_ns: Int64Builder,
    recv_ns: Int64Builder,
    seq: UInt64Builder,
    symbol: StringDictionaryBuilder<Int32Type>,
    channel: StringDictionaryBuilder<Int32Type>,
    kind: StringDictionaryBuilder<Int32Type>,
    epoch: StringDictionaryBuilder<Int32Type>,
    side: StringDictionaryBuilder<Int32Type>,
    id: StringBuilder,
    price_mills: Int64Builder,
    price: Float64Builder,
    qty: Int64Builder,
    place: UInt64Builder,
    is_last: BooleanBuilder,
    text: StringBuilder,
}

/// Writes a table as Parquet.
pub(super) fn parquet(reading: Reading, table: Table, file: File) -> Result<u64, Error> {
    let facts = [("schema_version", "1"), ("tick", "0.001"), ("lot", "8 GPUs for every hour")];
    let facts =
        facts.map(|(key, value)| KeyValue::new(format!("gigahour.{key}"), value.to_owned()));
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(GROUP))
        .set_key_value_metadata(Some(facts.to_vec()))
        .build();
    let schema = Columns::default().batch(table)?.schema();
    let mut writer =
        ArrowWriter::try_new(file, schema, Some(properties)).map_err(|e| unwritten(&e))?;
    let rows = each_batch(reading, table, |batch| writer.write(batch).map_err(|e| unwritten(&e)))?;
    writer.close().map_err(|e| unwritten(&e))?;
    Ok(rows)
}

/// Writes a table as text.
pub(super) fn csv(reading: Reading, table: Table, file: File) -> Result<u64, Error> {
    let mut writer = Writer::new(file);
    writer.write(&Columns::default().batch(table)?).map_err(|e| unwritten(&e))?;
    each_batch(reading, table, |batch| writer.write(batch).map_err(|e| unwritten(&e)))
}

fn each_batch(
    mut reading: Reading,
    table: Table,
    mut write: impl FnMut(&RecordBatch) -> Result<(), Error>,
) -> Result<u64, Error> {
    let (mut columns, mut rows) = (Columns::default(), 0);
    while let Some(heard) = reading.next()? {
        columns.add(table, &heard)?;
        if BATCH <= columns.rows {
            rows += columns.rows;
            write(&columns.batch(table)?)?;
        }
    }
    rows += columns.rows;
    write(&columns.batch(table)?)?;
    Ok(rows)
}

impl Columns {
    fn add(&mut self, table: Table, heard: &Heard) -> Result<(), Error> {
        let (channel, _) = heard.channel();
        match table {
            Table::Trades if channel == "trades" => self.add_trades(heard),
            Table::Book if heard.is_book() => {
                self.add_rungs(heard, &heard.levels()?);
                Ok(())
            }
            Table::Orders if channel == "l3" && heard.kind() != "heartbeat" => {
                self.add_rungs(heard, &heard.orders()?);
                Ok(())
            }
            Table::Events => {
                self.begin(heard, heard.event_ns());
                self.channel.append_value(&heard.event.channel);
                self.epoch.append_value(&heard.event.epoch);
                let data = heard.event.data.as_ref().map(ToString::to_string);
                self.text.append_option(data);
                Ok(())
            }
            Table::Trades | Table::Book | Table::Orders => Ok(()),
        }
    }

    fn add_trades(&mut self, heard: &Heard) -> Result<(), Error> {
        for trade in heard.trades()? {
            let event_ns = trade.eng_ns.parse().map_err(|error| heard.strange(&error))?;
            self.begin(heard, event_ns);
            self.side.append_option(trade.taker.map(|side| match side {
                types::Side::Buy => "buy",
                types::Side::Sell => "sell",
            }));
            self.id.append_value(&trade.trade_id);
            self.measure(heard.mills(&trade.price)?, heard.lots(&trade.qty)?);
            self.text.append_value(trade.flags.join(","));
        }
        Ok(())
    }

    fn add_rungs(&mut self, heard: &Heard, rungs: &[Rung]) {
        for (at, rung) in rungs.iter().enumerate() {
            self.begin(heard, heard.event_ns());
            self.side.append_value(if rung.is_bid { "bid" } else { "ask" });
            self.measure(rung.mills, rung.lots);
            self.is_last.append_value(at + 1 == rungs.len());
            if let Some((id, place)) = &rung.order {
                self.id.append_value(id);
                self.place.append_value(*place);
            }
        }
    }

    /// What a row of every table has.
    fn begin(&mut self, heard: &Heard, event_ns: i64) {
        self.rows += 1;
        self.ts_event_ns.append_value(event_ns);
        self.recv_ns.append_value(heard.recv_ns);
        self.seq.append_option(heard.event.seq);
        self.symbol.append_option(heard.symbol());
        self.kind.append_value(heard.kind());
    }

    fn measure(&mut self, mills: i64, lots: i64) {
        self.price_mills.append_value(mills);
        self.price.append_value(dollars(mills));
        self.qty.append_value(lots);
    }

    /// What has been gathered, as the columns of a table; nothing is left.
    fn batch(&mut self, table: Table) -> Result<RecordBatch, Error> {
        let Self {
            ts_event_ns,
            recv_ns,
            seq,
            symbol,
            channel,
            kind,
            epoch,
            side,
            id,
            price_mills,
            price,
            qty,
            place,
            is_last,
            text,
            ..
        } = &mut std::mem::take(self);
        let mut columns: Vec<(&str, ArrayRef)> = vec![
            ("ts_event_ns", Arc::new(ts_event_ns.finish())),
            ("recv_ns", Arc::new(recv_ns.finish())),
            ("seq", Arc::new(seq.finish())),
        ];
        if table == Table::Events {
            columns.push(("channel", Arc::new(channel.finish())));
            columns.push(("kind", Arc::new(kind.finish())));
            columns.push(("epoch", Arc::new(epoch.finish())));
            columns.push(("data", Arc::new(text.finish())));
            return finished(columns);
        }
        columns.push(("symbol", Arc::new(symbol.finish())));
        if table != Table::Trades {
            columns.push(("kind", Arc::new(kind.finish())));
        }
        columns.push(("side", Arc::new(side.finish())));
        match table {
            Table::Trades => columns.push(("trade_id", Arc::new(id.finish()))),
            Table::Orders => columns.push(("order_id", Arc::new(id.finish()))),
            Table::Book | Table::Events => {}
        }
        columns.push(("price_mills", Arc::new(price_mills.finish())));
        columns.push(("price", Arc::new(price.finish())));
        columns.push(("qty", Arc::new(qty.finish())));
        match table {
            Table::Trades => columns.push(("flags", Arc::new(text.finish()))),
            Table::Orders => columns.push(("place", Arc::new(place.finish()))),
            Table::Book | Table::Events => {}
        }
        if table != Table::Trades {
            columns.push(("is_last", Arc::new(is_last.finish())));
        }
        finished(columns)
    }
}

fn finished(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch, Error> {
    // Every column may lack a value, so that the schema does not depend on the rows.
    let columns = columns.into_iter().map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(columns).map_err(|error| unwritten(&error))
}
