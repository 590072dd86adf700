//! The builder of a book from its channel: snapshot, then changes, each of which must follow the last.
//!
//! The rule is that of the protocol document. A gap, a wrong checksum or silence make the book
//! stale; it stays so until the next snapshot.

use std::collections::BTreeMap;

use protocol::checksum::checksum;
use protocol::decimal;
use protocol::server::{BookData, ImpliedData, Level};
use types::{Lots, Side, Ticks};

use crate::{Error, Event};

/// One contract's book, as the channel `book.{symbol}` tells it.
///
/// ```
/// use clients::book::{Book, Change};
/// use serde_json::json;
/// let snapshot = serde_json::from_value(json!({
///     "channel": "book.A", "kind": "snapshot", "reason": "subscribe", "epoch": "b-1", "seq": 1,
///     "data": { "bids": [["2.125", "128"]], "asks": [["2.130", "96"]] }
/// })).unwrap();
/// let mut book = Book::default();
/// assert_eq!(book.apply(&snapshot).unwrap(), Change::Applied);
/// assert_eq!(book.best(types::Side::Buy).unwrap().0, types::Ticks(2125));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Book {
    bids: BTreeMap<Ticks, Lots>,
    asks: BTreeMap<Ticks, Lots>,
    /// What other contracts make, as a bid and as an ask.
    implied: [Option<(Ticks, Lots)>; 2],
    epoch: String,
    last: u64,
    is_fresh: bool,
}

/// What an event did to the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a stale book must be asked for again"]
pub enum Change {
    /// The book is what the exchange has.
    Applied,
    /// Heard before, or of another run of the exchange: nothing changed.
    Ignored,
    /// Something was missed: ask for a snapshot with [`Client::resync`](crate::Client::resync).
    Stale(Missed),
}

/// How a book became stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    /// An event does not follow the last one heard.
    Gap,
    /// The checksum is another one.
    Checksum,
}

impl Book {
    /// Takes the next event of the channel.
    ///
    /// # Errors
    /// When it is no event of a book; the book is as it was.
    pub fn apply(&mut self, event: &Event) -> Result<Change, Error> {
        match event.kind.as_str() {
            "snapshot" => self.start(event),
            "delta" => self.follow(event),
            "heartbeat" => Ok(self.compare(event)),
            _ => Ok(Change::Ignored),
        }
    }

    /// Whether it is what the exchange has.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.is_fresh
    }

    /// The best that orders of other contracts together make on a side. It trades after the book's
    /// own orders at the same price.
    #[must_use]
    pub fn implied(&self, side: Side) -> Option<(Ticks, Lots)> {
        self.implied[side as usize]
    }

    /// The prices of a side, best first.
    pub fn levels(&self, side: Side) -> Box<dyn Iterator<Item = (Ticks, Lots)> + '_> {
        match side {
            Side::Buy => Box::new(self.bids.iter().rev().map(|(price, lots)| (*price, *lots))),
            Side::Sell => Box::new(self.asks.iter().map(|(price, lots)| (*price, *lots))),
        }
    }

    /// The best price of a side.
    #[must_use]
    pub fn best(&self, side: Side) -> Option<(Ticks, Lots)> {
        self.levels(side).next()
    }

    /// The checksum of the book as it stands.
    #[must_use]
    pub fn checksum(&self) -> u32 {
        let level = |(price, lots)| Level(decimal::price(price), decimal::lots(lots));
        let side = |side| self.levels(side).take(10).map(level).collect::<Vec<_>>();
        checksum(&side(Side::Buy), &side(Side::Sell))
    }

    /// A snapshot of it as the exchange would send one.
    pub(crate) fn snapshot(&self, channel: &str) -> protocol::server::Event<BookData> {
        let level = |(price, lots)| Level(decimal::price(price), decimal::lots(lots));
        let side = |side| self.levels(side).map(level).collect();
        let implied = ImpliedData {
            bid: self.implied(Side::Buy).map(level),
            ask: self.implied(Side::Sell).map(level),
        };
        let is_implied = implied.bid.is_some() || implied.ask.is_some();
        let (bids, asks) = (side(Side::Buy), side(Side::Sell));
        protocol::server::Event {
            reason: Some("subscribe".to_owned()),
            seq: Some(self.last),
            crc: Some(self.checksum()),
            data: Some(BookData { bids, asks, implied: is_implied.then_some(implied) }),
            ..protocol::server::Event::new(channel, "snapshot", &self.epoch)
        }
    }

    fn start(&mut self, event: &Event) -> Result<Change, Error> {
        let data = data(event)?;
        let (bids, asks) = (levels(&data.bids)?, levels(&data.asks)?);
        self.bids = bids.into_iter().filter(|(_, lots)| *lots != Lots::ZERO).collect();
        self.asks = asks.into_iter().filter(|(_, lots)| *lots != Lots::ZERO).collect();
        self.implied = implied(data.implied.as_ref())?;
        self.epoch.clone_from(&event.epoch);
        self.last = event.seq.unwrap_or(0);
        self.is_fresh = true;
        Ok(self.verified(event))
    }

    fn follow(&mut self, event: &Event) -> Result<Change, Error> {
        let seq = event.seq.unwrap_or(0);
        if event.epoch != self.epoch || !self.is_fresh || seq <= self.last {
            return Ok(Change::Ignored);
        }
        if event.prev_seq != Some(self.last) {
            return Ok(self.stale(Missed::Gap));
        }
        let data = data(event)?;
        let (bids, asks) = (levels(&data.bids)?, levels(&data.asks)?);
        bids.into_iter().for_each(|(price, lots)| set(&mut self.bids, price, lots));
        asks.into_iter().for_each(|(price, lots)| set(&mut self.asks, price, lots));
        if data.implied.is_some() {
            self.implied = implied(data.implied.as_ref())?;
        }
        self.last = seq;
        Ok(self.verified(event))
    }

    fn compare(&mut self, event: &Event) -> Change {
        if event.epoch != self.epoch || !self.is_fresh {
            Change::Ignored
        } else if event.seq == Some(self.last) {
            Change::Applied
        } else {
            self.stale(Missed::Gap)
        }
    }

    fn verified(&mut self, event: &Event) -> Change {
        match event.crc {
            Some(crc) if crc != self.checksum() => self.stale(Missed::Checksum),
            Some(_) | None => Change::Applied,
        }
    }

    fn stale(&mut self, missed: Missed) -> Change {
        self.is_fresh = false;
        Change::Stale(missed)
    }
}

fn set(side: &mut BTreeMap<Ticks, Lots>, price: Ticks, lots: Lots) {
    if lots == Lots::ZERO {
        side.remove(&price);
    } else {
        side.insert(price, lots);
    }
}

fn data(event: &Event) -> Result<BookData, Error> {
    let strange = |what: String| Error::Protocol(format!("{} of {what}", event.channel));
    let data = event.data.clone().ok_or_else(|| strange("nothing".to_owned()))?;
    serde_json::from_value(data).map_err(|error| strange(error.to_string()))
}

fn implied(data: Option<&ImpliedData>) -> Result<[Option<(Ticks, Lots)>; 2], Error> {
    let Some(ImpliedData { bid, ask }) = data else { return Ok([None; 2]) };
    let [bid, ask] = [bid, ask].map(|level| levels(level.as_slice()));
    Ok([bid?.first().copied(), ask?.first().copied()])
}

fn levels(levels: &[Level]) -> Result<Vec<(Ticks, Lots)>, Error> {
    let read = |Level(price, lots): &Level| {
        Some((decimal::parse_price(price).ok()?, decimal::parse_lots(lots).ok()?))
    };
    let bad = || Error::Protocol("a level of a book is not price and lots".to_owned());
    levels.iter().map(|level| read(level).ok_or_else(bad)).collect()
}

#[cfg(test)]
mod tests;
