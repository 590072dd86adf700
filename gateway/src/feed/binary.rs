//! Books and trades in binary.

use bytes::Bytes;
use protocol::binary::{Book, CHECKSUM, Header, IMPLIED, Level, Message, SNAPSHOT, Trade, Trades};
use types::{Lots, Side, Ticks};

use super::frames;
use super::market::{Change, Market, PublicTrade};
use super::subject::Subject;
use super::topic::Topic;
use crate::read_model::ReadModel;

/// The state of a channel, where it is one that is read in binary.
pub(super) fn state(topic: &Topic, model: &ReadModel) -> Option<Bytes> {
    if !topic.is_read_in_binary() {
        return None;
    }
    let market = topic.subject.instrument().and_then(|id| model.markets.get(id))?;
    match topic.subject {
        Subject::Book(_) => Some(book(topic, market)),
        Subject::Trades(_) => {
            let trades = frames::recent(market).map(trade).collect();
            let message = Message::Trades(Trades { prev_seq: 0, trades });
            Some(frame(topic, SNAPSHOT, &message))
        }
        _ => None,
    }
}

fn book(topic: &Topic, market: &Market) -> Bytes {
    let levels = Side::BOTH.into_iter().flat_map(|side| {
        let best = market.book.best(side, usize::MAX).into_iter();
        best.map(move |(price, lots)| level((side, price, lots)))
    });
    let book = Book {
        prev_seq: 0,
        eseq: market.eseq,
        eng_ns: market.touched.0,
        crc: frames::crc(market),
        implied: implied(market),
        levels: levels.collect(),
    };
    frame(topic, SNAPSHOT | CHECKSUM | IMPLIED, &Message::Book(book))
}

pub(super) fn book_delta(
    topic: &Topic,
    market: &Market,
    change: &Change,
    crc: Option<u32>,
) -> Bytes {
    let mut levels: Vec<Level> = change.levels.iter().copied().map(level).collect();
    levels.sort_by_key(|level| (level.side, -level.side.sign() * level.price));
    let (mut flags, mut book) = (0, Book { levels, ..Book::default() });
    (book.prev_seq, book.eseq, book.eng_ns) = (topic.seq - 1, market.eseq, market.touched.0);
    if let Some(crc) = crc {
        (flags, book.crc) = (flags | CHECKSUM, crc);
    }
    if change.is_implied {
        (flags, book.implied) = (flags | IMPLIED, implied(market));
    }
    frame(topic, flags, &Message::Book(book))
}

pub(super) fn trades(topic: &Topic, trades: &[PublicTrade]) -> Bytes {
    let trades = trades.iter().map(trade).collect();
    frame(topic, 0, &Message::Trades(Trades { prev_seq: topic.seq - 1, trades }))
}

fn level((side, price, lots): (Side, Ticks, Lots)) -> Level {
    Level { side, price: price.0, qty: lots.0 }
}

fn implied(market: &Market) -> [(i64, u64); 2] {
    market.implied.map(|best| best.map_or((0, 0), |(price, lots)| (price.0, lots.0)))
}

fn trade(trade: &PublicTrade) -> Trade {
    Trade {
        trade_id: trade.trade_id.0,
        price: trade.price.0,
        qty: trade.lots.0,
        taker: trade.aggressor,
        kind: trade.kind,
        eseq: trade.eseq,
        eng_ns: trade.time.0,
    }
}

fn frame(topic: &Topic, flags: u32, message: &Message) -> Bytes {
    let header = Header { channel_no: topic.no, flags, seq: topic.seq, ..Header::default() };
    Bytes::from(message.encode(header))
}
