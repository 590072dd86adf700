//! Messages of public channels: each is written once for all readers.

use bytes::Bytes;
use protocol::checksum::checksum;
use protocol::server::{
    BookData, CheckpointData, Event, QueueData, SystemData, WaivedData, event_text,
};
use serde::Serialize;
use serde_json::Value;
use types::{Side, Timestamp};

use super::binary;
use super::candles::Candle;
use super::market::{Change, Market, Notice, PublicTrade, Settled};
use super::states::{self, level};
use super::subject::Subject;
use super::topic::{Made, Missed, Topic};
use crate::read_model::ReadModel;

/// Every so many deltas of a book one carries the checksum.
const CHECKSUM_EVERY: u64 = 50;
/// Levels that a checksum covers, on each side.
const CHECKSUM_DEPTH: usize = 10;
/// Trades that a new reader gets first.
const RECENT_TRADES: usize = 50;
/// How long after the announcement connections are closed, and over how long clients spread their
/// return.
const CLOSE_IN_MS: u64 = 1_000;
const RECONNECT_JITTER_MS: u64 = 5_000;

/// Why a state is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It is the first message a reader gets.
    Subscribe,
    /// The reader asked for it.
    Resync,
    /// The reader has missed so many messages.
    Lagged(u64),
    /// Numbers begin anew.
    Epoch,
    /// It has changed.
    Change,
}

impl Why {
    const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Subscribe => Some("subscribe"),
            Self::Resync => Some("resync"),
            Self::Lagged(_) => Some("lagged"),
            Self::Epoch => Some("epoch"),
            Self::Change => None,
        }
    }
}

/// The whole state of a channel.
pub(super) fn state(topic: &Topic, model: &ReadModel, why: Why) -> Made {
    let binary = binary::state(topic, model);
    Made::and(state_text(topic, model, why), binary)
}

fn state_text(topic: &Topic, model: &ReadModel, why: Why) -> Bytes {
    let markets = &model.markets;
    let market = topic.subject.instrument().and_then(|id| markets.get(id));
    let now = model.time();
    match (topic.subject, market) {
        (Subject::Instruments, _) => whole(topic, why, "snapshot", now, states::contracts(markets)),
        (Subject::Settlement(None), _) => {
            whole(topic, why, "snapshot", now, states::settlements(markets))
        }
        (Subject::Curve(product), _) => {
            whole(topic, why, "curve", now, states::curve(markets, product, now))
        }
        (Subject::Index(product), _) => match states::index(markets, product) {
            Some(index) => whole(topic, why, "index", now, index),
            None => heartbeat(topic),
        },
        (Subject::Supply(product), _) => match states::supply(markets, product) {
            Some(supply) => whole(topic, why, "supply", now, supply),
            None => heartbeat(topic),
        },
        (Subject::Checkpoint, _) => match &model.checkpoint {
            Some(note) => {
                whole(topic, why, "checkpoint", now, CheckpointData { note: note.clone() })
            }
            None => heartbeat(topic),
        },
        (Subject::System, _) | (_, None) => heartbeat(topic),
        (Subject::Book(_), Some(market)) => book(topic, why, market, usize::MAX),
        (Subject::Top { depth, .. }, Some(market)) => book(topic, why, market, depth.into()),
        (Subject::Status(_), Some(market)) => {
            whole(topic, why, "status", now, states::status(market))
        }
        (Subject::BestQuotes(_), Some(market)) => {
            whole(topic, why, "bbo", now, states::best_quotes(market))
        }
        (Subject::Trades(_), Some(market)) => {
            let recent: Vec<_> = recent(market).map(states::trade).collect();
            whole(topic, why, "snapshot", now, recent)
        }
        (Subject::Queue(_), Some(market)) => queue(topic, why, market),
        (Subject::Candles(_, span), Some(market)) => match market.candles.of(span).back() {
            Some(last) => whole(topic, why, "candle", now, states::candle(last, now)),
            None => heartbeat(topic),
        },
        (Subject::Mark(_), Some(market)) => {
            whole(topic, why, "mark", now, states::mark(markets, market, now))
        }
        (Subject::Ticker(_), Some(market)) => {
            whole(topic, why, "ticker", now, states::ticker(markets, market, now))
        }
        (Subject::Settlement(Some(_)), Some(market)) => {
            let all: Vec<_> =
                market.settlements.iter().map(|s| states::settlement(market, s)).collect();
            whole(topic, why, "snapshot", now, all)
        }
        (Subject::Delivery(_), Some(market)) => {
            whole(topic, why, "delivery", now, states::delivery(model, market))
        }
    }
}

/// What a reader gets that has caught up: of trades what it has missed, of all else the state.
pub(super) fn catch_up(topic: &Topic, model: &ReadModel, missed: Missed) -> Made {
    if let Subject::Trades(_) = topic.subject {
        let gap = frame(&Event::<Value> {
            from_seq: Some(missed.from_seq),
            to_seq: Some(topic.seq),
            ..numbered(topic, "gap")
        });
        return gap.into();
    }
    state(topic, model, Why::Lagged(missed.count))
}

/// There is nothing new.
pub(super) fn heartbeat(topic: &Topic) -> Bytes {
    frame(&numbered::<Value>(topic, "heartbeat"))
}

/// The levels that one command has changed.
pub(super) fn book_delta(topic: &Topic, market: &Market, change: &Change) -> Made {
    let crc = topic.seq.is_multiple_of(CHECKSUM_EVERY).then(|| crc(market));
    let in_binary = topic.is_read_in_binary();
    let binary = in_binary.then(|| binary::book_delta(topic, market, change, crc));
    Made::and(book_delta_text(topic, market, change, crc), binary)
}

fn book_delta_text(topic: &Topic, market: &Market, change: &Change, crc: Option<u32>) -> Bytes {
    let side = |wanted: Side| {
        let mut levels: Vec<_> =
            change.levels.iter().filter(|(side, ..)| *side == wanted).copied().collect();
        levels.sort_by_key(|(_, price, _)| wanted.sign() * -price.0);
        levels.into_iter().map(|(_, price, lots)| level((price, lots))).collect()
    };
    frame(&Event {
        prev_seq: Some(topic.seq - 1),
        eseq: Some(market.eseq),
        eng_ns: Some(states::time(market.touched)),
        data: Some(BookData {
            bids: side(Side::Buy),
            asks: side(Side::Sell),
            implied: change.is_implied.then(|| states::implied(market)),
        }),
        crc,
        ..numbered(topic, "delta")
    })
}

/// The orders whose place or lots one command has changed.
pub(super) fn queue_delta(topic: &Topic, market: &Market, change: &Change) -> Bytes {
    let side = |wanted: Side| {
        let rows = change.orders.iter().filter(|row| row.side == wanted);
        rows.map(states::queue_row).collect()
    };
    frame(&Event {
        prev_seq: Some(topic.seq - 1),
        eseq: Some(market.eseq),
        eng_ns: Some(states::time(market.touched)),
        data: Some(QueueData { bids: side(Side::Buy), asks: side(Side::Sell) }),
        ..numbered(topic, "delta")
    })
}

/// A candle that is over.
pub(super) fn candle(topic: &Topic, candle: &Candle, now: Timestamp) -> Bytes {
    whole(topic, Why::Change, "candle", now, states::candle(candle, now))
}

/// The trades of one command.
pub(super) fn trades(topic: &Topic, change: &Change) -> Made {
    let in_binary = topic.is_read_in_binary();
    let binary = in_binary.then(|| binary::trades(topic, &change.trades));
    let trades: Vec<_> = change.trades.iter().map(states::trade).collect();
    let prev_seq = Some(topic.seq - 1);
    let text = frame(&Event { prev_seq, data: Some(trades), ..numbered(topic, "trades") });
    Made::and(text, binary)
}

/// A new settlement price.
pub(super) fn settlement(topic: &Topic, market: &Market, settled: &Settled) -> Bytes {
    frame(&Event {
        prev_seq: Some(topic.seq - 1),
        data: Some(states::settlement(market, settled)),
        ..numbered(topic, "settlement")
    })
}

/// A contract that is new, or has changed.
pub(super) fn listed(topic: &Topic, model: &ReadModel, market: &Market) -> Bytes {
    frame(&Event {
        prev_seq: Some(topic.seq - 1),
        eseq: Some(market.eseq),
        data: Some(vec![states::instrument(&model.markets, market)]),
        ..numbered(topic, "delta")
    })
}

/// What the venue has to say.
pub(super) fn announcement(topic: &Topic, data: &SystemData) -> Bytes {
    let prev_seq = Some(topic.seq - 1);
    frame(&Event { prev_seq, data: Some(data), ..numbered(topic, &data.kind) })
}

/// What concerns the whole market.
pub(super) fn notice(topic: &Topic, model: &ReadModel, notice: &Notice) -> Bytes {
    let prev_seq = Some(topic.seq - 1);
    match notice {
        Notice::Terms(change, from) => {
            let data = Some(states::terms(&model.markets, change, *from));
            frame(&Event { prev_seq, data, ..numbered(topic, "terms") })
        }
        Notice::Waived { hub, from, until } => {
            let (from_ns, until_ns) = (states::time(*from), states::time(*until));
            let data = Some(WaivedData { hub: hub.clone(), from_ns, until_ns });
            frame(&Event { prev_seq, data, ..numbered(topic, "waived") })
        }
    }
}

/// The venue closes.
pub(super) fn shutdown() -> SystemData {
    SystemData {
        kind: "shutdown".to_owned(),
        text: None,
        close_in_ms: Some(CLOSE_IN_MS),
        reconnect_jitter_ms: Some(RECONNECT_JITTER_MS),
    }
}

fn queue(topic: &Topic, why: Why, market: &Market) -> Bytes {
    let side = |side| market.queue.rows(side).map(|row| states::queue_row(&row)).collect();
    frame(&Event {
        eseq: Some(market.eseq),
        eng_ns: Some(states::time(market.touched)),
        data: Some(QueueData { bids: side(Side::Buy), asks: side(Side::Sell) }),
        ..explained(topic, why, "snapshot")
    })
}

fn book(topic: &Topic, why: Why, market: &Market, depth: usize) -> Bytes {
    let side = |side| market.book.best(side, depth).into_iter().map(level).collect();
    frame(&Event {
        eseq: Some(market.eseq),
        eng_ns: Some(states::time(market.touched)),
        data: Some(BookData {
            bids: side(Side::Buy),
            asks: side(Side::Sell),
            implied: Some(states::implied(market)),
        }),
        crc: (depth == usize::MAX).then(|| crc(market)),
        ..explained(topic, why, "snapshot")
    })
}

/// What a new reader of trades gets first.
pub(super) fn recent(market: &Market) -> impl Iterator<Item = &PublicTrade> {
    market.trades.iter().skip(market.trades.len().saturating_sub(RECENT_TRADES))
}

pub(super) fn crc(market: &Market) -> u32 {
    let side = |side| -> Vec<_> {
        market.book.best(side, CHECKSUM_DEPTH).into_iter().map(level).collect()
    };
    checksum(&side(Side::Buy), &side(Side::Sell))
}

fn whole(topic: &Topic, why: Why, kind: &str, now: Timestamp, data: impl Serialize) -> Bytes {
    let eng_ns = Some(states::time(now));
    frame(&Event { eng_ns, data: Some(data), ..explained(topic, why, kind) })
}

fn explained<T>(topic: &Topic, why: Why, kind: &str) -> Event<T> {
    let dropped = match why {
        Why::Lagged(count) => Some(count),
        Why::Subscribe | Why::Resync | Why::Epoch | Why::Change => None,
    };
    Event { reason: why.reason().map(str::to_owned), dropped, ..numbered(topic, kind) }
}

fn numbered<T>(topic: &Topic, kind: &str) -> Event<T> {
    Event { seq: Some(topic.seq), ..Event::new(&topic.channel, kind, &topic.epoch) }
}

fn frame<T: Serialize>(event: &Event<T>) -> Bytes {
    Bytes::from(event_text(event))
}
