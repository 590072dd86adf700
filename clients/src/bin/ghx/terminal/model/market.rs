//! What everybody may know, as the feed has told it.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use clients::Event;
use clients::book::{Book, Change};
use protocol::channels::{Channel, Public};
use protocol::decimal;
use protocol::server::{
    BboData, BookData, CurveData, DeliveryData, InstrumentData, Level, StatusData, TradeData,
};
use serde::de::DeserializeOwned;
use types::{Lots, Side, Ticks};

use crate::terminal::queue::Queue;

/// Trades that are kept.
const TAPE: usize = 500;

/// The public side of the market.
#[derive(Clone, Debug, Default)]
pub(crate) struct Market {
    /// By symbol.
    pub(crate) contracts: BTreeMap<String, InstrumentData>,
    /// By product.
    pub(crate) curves: BTreeMap<String, CurveData>,
    /// Best quotes of combinations, by symbol.
    pub(crate) quotes: BTreeMap<String, BboData>,
    /// Deliveries, by symbol.
    pub(crate) deliveries: BTreeMap<String, DeliveryData>,
    /// The contract that is looked at closely.
    pub(crate) focus: Focus,
    /// In the order in which they were listed.
    products: Vec<String>,
    /// The latest market time heard.
    pub(crate) market_ns: i64,
}

/// One contract with its book and its trades.
#[derive(Clone, Debug, Default)]
pub(crate) struct Focus {
    /// Which one.
    pub(crate) symbol: String,
    /// Its book.
    pub(crate) book: Book,
    /// Where our orders stand in it.
    pub(crate) queue: Queue,
    /// Its trades, the latest first.
    pub(crate) tape: VecDeque<TradeData>,
    /// Its phase, with what an auction would come to.
    pub(crate) status: Option<StatusData>,
    /// When its book was last heard of.
    pub(crate) heard: Option<Duration>,
}

/// What the feed is to be asked for after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Follow {
    /// Nothing.
    Nothing,
    /// The book has a gap: its state again.
    Resync,
    /// There are contracts that were not known.
    Listed,
}

impl Market {
    /// Takes an event of the feed.
    pub(crate) fn hear(&mut self, event: &Event, now: Duration) -> Follow {
        if let Some(time) = event.eng_ns.as_deref().and_then(|time| time.parse().ok()) {
            self.market_ns = self.market_ns.max(time);
        }
        let Ok(Channel::Public(channel)) = Channel::parse(&event.channel) else {
            return Follow::Nothing;
        };
        match channel {
            Public::Instruments => return self.list(event),
            Public::Book(symbol) if symbol == self.focus.symbol => {
                return self.focus.hear_book(event, now);
            }
            Public::Trades(symbol) if symbol == self.focus.symbol => self.focus.hear_trades(event),
            Public::Status(symbol) if symbol == self.focus.symbol => {
                self.focus.status = read(event).or(self.focus.status.take());
            }
            Public::Curve(product) => keep(&mut self.curves, product, event),
            Public::Bbo(symbol) => keep(&mut self.quotes, symbol, event),
            Public::Delivery(symbol) => keep(&mut self.deliveries, symbol, event),
            Public::Book(_)
            | Public::Trades(_)
            | Public::Status(_)
            | Public::TopOfBook { .. }
            | Public::Ticker(_)
            | Public::Settlement(_)
            | Public::Index(_)
            | Public::Supply(_)
            | Public::OrderByOrder(_)
            | Public::Candles { .. }
            | Public::Mark(_)
            | Public::Checkpoint
            | Public::System => {}
        }
        Follow::Nothing
    }

    fn list(&mut self, event: &Event) -> Follow {
        let all: Vec<InstrumentData> = read(event).unwrap_or_default();
        if event.kind == "snapshot" {
            self.contracts.clear();
        }
        for contract in &all {
            if !self.products.contains(&contract.product) {
                self.products.push(contract.product.clone());
            }
        }
        let is_new = all.iter().any(|contract| !self.contracts.contains_key(&contract.symbol));
        self.contracts.extend(all.into_iter().map(|contract| (contract.symbol.clone(), contract)));
        if is_new { Follow::Listed } else { Follow::Nothing }
    }

    /// The products, in the order in which they were listed.
    pub(crate) fn products(&self) -> &[String] {
        &self.products
    }

    /// Spreads and ramps of a product that trade.
    pub(crate) fn combinations(&self, product: &str) -> Vec<&InstrumentData> {
        let is_one = |c: &&InstrumentData| {
            !c.legs.is_empty() && c.product == product && c.phase != "expired"
        };
        self.contracts.values().filter(is_one).collect()
    }

    /// Contracts whose delivery can be looked at: months that have stopped trading.
    pub(crate) fn delivered(&self) -> Vec<&InstrumentData> {
        let is_one = |c: &&InstrumentData| c.tenor == "month" && c.phase == "expired";
        self.contracts.values().filter(is_one).collect()
    }

    /// Hours of one lot of a contract.
    pub(crate) fn hours(&self, symbol: &str) -> u32 {
        self.contracts.get(symbol).map_or(0, |contract| contract.hours)
    }
}

impl Focus {
    /// Looks at another contract.
    pub(crate) fn on(symbol: &str) -> Self {
        Self { symbol: symbol.to_owned(), ..Self::default() }
    }

    fn hear_book(&mut self, event: &Event, now: Duration) -> Follow {
        self.heard = Some(now);
        let change = self.book.apply(event);
        let eseq = event.eseq.unwrap_or(0);
        match change {
            Ok(Change::Applied) if event.kind == "snapshot" => {
                let side = |side| self.book.levels(side).map(move |(p, lots)| (side, p, lots));
                let all: Vec<_> = side(Side::Buy).chain(side(Side::Sell)).collect();
                self.queue.start(eseq, all.into_iter());
            }
            Ok(Change::Applied) => {
                let data: BookData = read(event).unwrap_or_default();
                for (side, levels) in [(Side::Buy, &data.bids), (Side::Sell, &data.asks)] {
                    for (price, lots) in levels.iter().filter_map(level) {
                        self.queue.change(eseq, side, price, lots);
                    }
                }
            }
            Ok(Change::Ignored) => {}
            Ok(Change::Stale(_)) | Err(_) => return Follow::Resync,
        }
        Follow::Nothing
    }

    fn hear_trades(&mut self, event: &Event) {
        let trades: Vec<TradeData> = read(event).unwrap_or_default();
        if event.kind == "snapshot" {
            self.tape.clear();
        }
        for trade in trades {
            let is_of_book = !trade.flags.iter().any(|flag| flag == "block");
            if is_of_book && event.kind == "trades" {
                let level = Level(trade.price.clone(), trade.qty.clone());
                if let Some((price, lots)) = self::level(&level) {
                    self.queue.trade(trade.eseq, price, lots);
                }
            }
            self.tape.push_front(trade);
        }
        self.tape.truncate(TAPE);
    }

    /// Price and lots of the best of a side.
    pub(crate) fn best(&self, side: Side) -> Option<Ticks> {
        self.book.best(side).map(|(price, _)| price)
    }
}

fn level(Level(price, lots): &Level) -> Option<(Ticks, Lots)> {
    Some((decimal::parse_price(price).ok()?, decimal::parse_lots(lots).ok()?))
}

fn keep<T: DeserializeOwned>(all: &mut BTreeMap<String, T>, name: String, event: &Event) {
    if let Some(data) = read(event) {
        all.insert(name, data);
    }
}

/// The data of an event; a heartbeat has none, and what is strange is passed over.
pub(super) fn read<T: DeserializeOwned>(event: &Event) -> Option<T> {
    serde_json::from_value(event.data.clone()?).ok()
}
