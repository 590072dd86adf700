//! Databento's binary encoding: trades, and the ten best prices after each change. Nothing but this
//! file names its library.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};

use dbn::encode::dbn::Encoder;
use dbn::encode::{DbnEncodable, EncodeRecord};
use dbn::{
    BidAskPair, FlagSet, HasRType, Mbp10Msg, Metadata, RecordHeader, SType, Schema, SymbolMapping,
    TradeMsg, UNDEF_PRICE, rtype,
};
use types::Side;

use super::{Error, Heard, Reading, Rung, unwritten};
use crate::book::{Book, Change};

/// Mills to its unit of a billionth.
const UNITS: i64 = 1_000_000;
/// A publisher that is none of its own.
const PUBLISHER: u16 = 0;
const DATASET: &str = "GIGAHOUR.V1";
const DEPTH: usize = 10;

/// Contracts by the numbers they have in the file, in the order in which they come.
#[derive(Default)]
struct Numbers(BTreeMap<String, u32>);

impl Numbers {
    fn of(&mut self, heard: &Heard) -> u32 {
        let next = u32::try_from(self.0.len()).expect("contracts can be counted") + 1;
        *self.0.entry(heard.symbol().unwrap_or_default().to_owned()).or_insert(next)
    }
}

/// Writes every trade.
pub(super) fn trades(mut reading: Reading, file: File) -> Result<u64, Error> {
    let mut spool = Spool::new(Schema::Trades)?;
    while let Some(heard) = reading.next()? {
        let number = spool.numbers.of(&heard);
        for trade in heard.trades()? {
            let event_ns = trade.eng_ns.parse().map_err(|error| heard.strange(&error))?;
            let record = TradeMsg {
                hd: header::<TradeMsg>(rtype::MBP_0, number, event_ns),
                price: heard.mills(&trade.price)? * UNITS,
                size: size(heard.lots(&trade.qty)?),
                action: letter('T'),
                side: letter(match trade.taker {
                    Some(Side::Buy) => 'B',
                    Some(Side::Sell) => 'A',
                    None => 'N',
                }),
                flags: FlagSet::empty().set_last(),
                depth: 0,
                ts_recv: unsigned(heard.recv_ns),
                ts_in_delta: 0,
                sequence: sequence(&heard),
            };
            spool.put(&record, event_ns)?;
        }
    }
    spool.finish(file)
}

/// Writes the ten best prices of both sides after each change among them.
pub(super) fn book(mut reading: Reading, file: File) -> Result<u64, Error> {
    let mut spool = Spool::new(Schema::Mbp10)?;
    let mut books: BTreeMap<u32, Book> = BTreeMap::new();
    while let Some(heard) = reading.next()? {
        if !heard.is_book() {
            continue;
        }
        let number = spool.numbers.of(&heard);
        let book = books.entry(number).or_default();
        let before = levels(book);
        if !matches!(book.apply(&heard.event), Ok(Change::Applied)) {
            continue;
        }
        let after = levels(book);
        for record in records(&heard, number, &before, &after)? {
            spool.put(&record, heard.event_ns())?;
        }
    }
    spool.finish(file)
}

/// A record for each level of the ten best that a message changed; one that says so for a snapshot.
fn records(
    heard: &Heard,
    number: u32,
    before: &[BidAskPair; DEPTH],
    after: &[BidAskPair; DEPTH],
) -> Result<Vec<Mbp10Msg>, Error> {
    let record = |action, side, price, lots, depth, flags| Mbp10Msg {
        hd: header::<Mbp10Msg>(rtype::MBP_10, number, heard.event_ns()),
        price,
        size: size(lots),
        action: letter(action),
        side: letter(side),
        flags,
        depth,
        ts_recv: unsigned(heard.recv_ns),
        ts_in_delta: 0,
        sequence: sequence(heard),
        levels: after.clone(),
    };
    if heard.kind() == "snapshot" {
        let flags = FlagSet::empty().set_snapshot().set_last();
        return Ok(vec![record('R', 'N', UNDEF_PRICE, 0, 0, flags)]);
    }
    let mut all = Vec::new();
    for Rung { is_bid, mills, lots, .. } in heard.levels()? {
        let price = mills * UNITS;
        let place = |levels: &[BidAskPair; DEPTH]| {
            levels.iter().position(|pair| price == if is_bid { pair.bid_px } else { pair.ask_px })
        };
        let (action, depth) = match (place(before), place(after)) {
            (None, None) => continue,
            (None, Some(depth)) => ('A', depth),
            (Some(depth), None) => ('C', depth),
            (Some(_), Some(depth)) => ('M', depth),
        };
        let depth = u8::try_from(depth).expect("below ten");
        let side = if is_bid { 'B' } else { 'A' };
        all.push(record(action, side, price, lots, depth, FlagSet::empty()));
    }
    if let Some(last) = all.last_mut() {
        last.flags.set_last();
    }
    Ok(all)
}

fn levels(book: &Book) -> [BidAskPair; DEPTH] {
    let mut pairs = [const { EMPTY }; DEPTH];
    for (pair, (price, lots)) in pairs.iter_mut().zip(book.levels(Side::Buy)) {
        (pair.bid_px, pair.bid_sz) = (price.0 * UNITS, u32::try_from(lots.0).unwrap_or(u32::MAX));
    }
    for (pair, (price, lots)) in pairs.iter_mut().zip(book.levels(Side::Sell)) {
        (pair.ask_px, pair.ask_sz) = (price.0 * UNITS, u32::try_from(lots.0).unwrap_or(u32::MAX));
    }
    pairs
}

const EMPTY: BidAskPair = BidAskPair {
    bid_px: UNDEF_PRICE,
    ask_px: UNDEF_PRICE,
    bid_sz: 0,
    ask_sz: 0,
    bid_ct: 0,
    ask_ct: 0,
};

/// Records wait in a file of their own, because the head of the file says what they are of.
struct Spool {
    schema: Schema,
    numbers: Numbers,
    records: BufWriter<File>,
    count: u64,
    span: Option<(i64, i64)>,
}

impl Spool {
    fn new(schema: Schema) -> Result<Self, Error> {
        let records = tempfile::tempfile().map_err(|error| unwritten(&error))?;
        let records = BufWriter::new(records);
        Ok(Self { schema, numbers: Numbers::default(), records, count: 0, span: None })
    }

    fn put<R: DbnEncodable>(&mut self, record: &R, event_ns: i64) -> Result<(), Error> {
        let (first, last) = self.span.unwrap_or((event_ns, event_ns));
        self.span = Some((first.min(event_ns), last.max(event_ns)));
        self.count += 1;
        let mut encoder = dbn::encode::dbn::RecordEncoder::new(&mut self.records);
        encoder.encode_record(record).map_err(|error| unwritten(&error))
    }

    fn finish(self, file: File) -> Result<u64, Error> {
        let Self { schema, numbers, records, count, span } = self;
        let mut file = BufWriter::new(file);
        Encoder::new(&mut file, &metadata(schema, &numbers, span.unwrap_or_default())?)
            .map_err(|error| unwritten(&error))?;
        let mut records = records.into_inner().map_err(|error| unwritten(&error))?;
        let copied = records
            .seek(SeekFrom::Start(0))
            .and_then(|_| std::io::copy(&mut records, &mut file))
            .and_then(|_| file.flush());
        copied.map_err(|error| unwritten(&error))?;
        Ok(count)
    }
}

fn metadata(schema: Schema, numbers: &Numbers, span: (i64, i64)) -> Result<Metadata, Error> {
    let date = |ns: i64| {
        time::OffsetDateTime::from_unix_timestamp_nanos(ns.into()).map(time::OffsetDateTime::date)
    };
    let start_date = date(span.0).map_err(|error| unwritten(&error))?;
    let end_date = date(span.1).map_err(|error| unwritten(&error))?;
    let end_date = end_date.next_day().unwrap_or(end_date);
    let mappings = numbers.0.iter().map(|(symbol, number)| SymbolMapping {
        raw_symbol: symbol.clone(),
        intervals: vec![dbn::MappingInterval { start_date, end_date, symbol: number.to_string() }],
    });
    Ok(Metadata::builder()
        .dataset(DATASET.to_owned())
        .schema(Some(schema))
        .start(unsigned(span.0))
        .end(std::num::NonZeroU64::new(unsigned(span.1)))
        .stype_in(Some(SType::RawSymbol))
        .stype_out(SType::InstrumentId)
        .symbols(numbers.0.keys().cloned().collect())
        .mappings(mappings.collect())
        .build())
}

fn header<R: HasRType>(rtype: u8, number: u32, event_ns: i64) -> RecordHeader {
    RecordHeader::new::<R>(rtype, PUBLISHER, number, unsigned(event_ns))
}

fn letter(letter: char) -> std::ffi::c_char {
    std::ffi::c_char::try_from(u32::from(letter)).expect("it is ASCII")
}

fn size(lots: i64) -> u32 {
    u32::try_from(lots).unwrap_or(u32::MAX)
}

fn unsigned(ns: i64) -> u64 {
    u64::try_from(ns).unwrap_or(0)
}

/// The lower half: its field has no room for more.
fn sequence(heard: &Heard) -> u32 {
    u32::try_from(heard.seq() & u64::from(u32::MAX)).expect("32 bits")
}
