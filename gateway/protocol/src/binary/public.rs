//! What everybody hears: books and trades.

use types::{Side, TradeKind};

use super::Malformed;
use super::fields::{Reader, Writer};

/// A price and the lots there; none remove it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// Bid or ask.
    pub side: Side,
    /// In mills per GPU-hour.
    pub price: i64,
    /// Lots.
    pub qty: u64,
}

/// Template 1: a whole book (flag 1), or the levels that one command has changed. Bids before asks, each
/// best first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// The number of the message before.
    pub prev_seq: u64,
    /// The contract's own sequence number.
    pub eseq: u64,
    /// Market time.
    pub eng_ns: i64,
    /// With flag 8: the checksum of the book after it.
    pub crc: u32,
    /// With flag 16: what other contracts make, as a bid and as an ask; no lots for nothing.
    pub implied: [(i64, u64); 2],
    /// The levels.
    pub levels: Vec<Level>,
}

/// One trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trade {
    /// The number in `T17`.
    pub trade_id: u64,
    /// In mills per GPU-hour.
    pub price: i64,
    /// Lots.
    pub qty: u64,
    /// The side that came: 0 buy, 1 sell, 2 neither.
    pub taker: Option<Side>,
    /// 0 of the book, 1 implied, 2 a block.
    pub kind: TradeKind,
    /// The contract's own sequence number.
    pub eseq: u64,
    /// Market time.
    pub eng_ns: i64,
}

/// Template 2: the latest trades (flag 1), or those of one command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trades {
    /// The number of the message before.
    pub prev_seq: u64,
    /// The trades, oldest first.
    pub trades: Vec<Trade>,
}

impl Book {
    pub(super) fn write(&self, to: &mut Writer) {
        to.u64(self.prev_seq);
        to.u64(self.eseq);
        to.i64(self.eng_ns);
        to.u32(self.crc);
        for (price, qty) in self.implied {
            to.i64(price);
            to.u64(qty);
        }
        to.count(self.levels.len());
        for level in &self.levels {
            to.side(level.side);
            to.i64(level.price);
            to.u64(level.qty);
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            prev_seq: from.u64()?,
            eseq: from.u64()?,
            eng_ns: from.i64()?,
            crc: from.u32()?,
            implied: [(from.i64()?, from.u64()?), (from.i64()?, from.u64()?)],
            levels: from.items(|from| {
                Ok(Level { side: from.side()?, price: from.i64()?, qty: from.u64()? })
            })?,
        })
    }
}

impl Trades {
    pub(super) fn write(&self, to: &mut Writer) {
        to.u64(self.prev_seq);
        to.count(self.trades.len());
        for trade in &self.trades {
            to.u64(trade.trade_id);
            to.i64(trade.price);
            to.u64(trade.qty);
            to.u8(trade.taker.map_or(2, |side| side as u8));
            to.u8(trade.kind as u8);
            to.u64(trade.eseq);
            to.i64(trade.eng_ns);
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let trade = |from: &mut Reader<'_>| {
            Ok(Trade {
                trade_id: from.u64()?,
                price: from.i64()?,
                qty: from.u64()?,
                taker: match from.u8()? {
                    0 => Some(Side::Buy),
                    1 => Some(Side::Sell),
                    2 => None,
                    _ => return Err(Malformed::Field("taker")),
                },
                kind: match from.u8()? {
                    0 => TradeKind::Book,
                    1 => TradeKind::Implied,
                    2 => TradeKind::Block,
                    _ => return Err(Malformed::Field("kind")),
                },
                eseq: from.u64()?,
                eng_ns: from.i64()?,
            })
        };
        Ok(Self { prev_seq: from.u64()?, trades: from.items(trade)? })
    }
}
