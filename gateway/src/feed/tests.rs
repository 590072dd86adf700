use std::sync::Arc;
use std::time::{Duration, Instant};

use clients::book::{Book, Change};
use protocol::server::Message;
use types::{
    Event, Instrument, InstrumentId, Kind, Lots, MarketFact, ProductId, Side, Tenor, TickValue,
    Ticks, Timestamp, TradeId, TradeKind, YearMonth,
};

use super::{Feeds, Subject};
use crate::admission::Encoding;
use crate::link::{Link, Links};
use crate::outbox::{Frame, Take};
use crate::read_model::ReadModel;

const ID: InstrumentId = InstrumentId(0);

/// A venue with one contract, without its threads.
struct Stage {
    model: ReadModel,
    feeds: Feeds,
    seq: u64,
    eseq: u64,
    now: Instant,
}

impl Stage {
    fn new() -> Self {
        let (model, feeds) = (ReadModel::default(), Feeds::new("1".to_owned()));
        let mut stage = Self { model, feeds, seq: 0, eseq: 0, now: Instant::now() };
        let tenor = Tenor::Month(YearMonth::parse("2027-03").expect("a month"));
        stage.happens([MarketFact::Listed(Box::new(Instrument {
            id: ID,
            product: ProductId(0),
            kind: Kind::Outright(tenor),
            start: tenor.start(),
            end: tenor.end(),
            hours: tenor.hours(),
            symbol: "H100-US-2027M03".to_owned(),
            tick_value: TickValue(5952),
            last_trading: Timestamp(0),
            lowest: Ticks(1),
            highest: Ticks(100_000),
            largest_order: Lots(1000),
            reference: Ticks(2400),
        }))]);
        stage
    }

    /// One command with these consequences.
    fn happens(&mut self, facts: impl IntoIterator<Item = MarketFact>) {
        let mut events = Vec::new();
        for fact in facts {
            self.eseq += 1;
            events.push(Event::Market { instrument: ID, eseq: self.eseq, fact });
        }
        self.seq += 1;
        let effects = self.model.apply(self.seq, Timestamp(0), &events);
        self.feeds.publish(&self.model, &effects, self.now);
    }

    fn subscribe(&mut self, subject: Subject, channel: &str) -> Arc<Link> {
        let link = Links::default().open(Encoding::Json);
        self.feeds.subscribe(&self.model, subject, channel, &link);
        link
    }

    fn later(&mut self, time: Duration) {
        self.now += time;
        self.feeds.tick(&self.model, self.now);
    }
}

fn depth(side: Side, price: i64, lots: u64) -> MarketFact {
    MarketFact::Depth { side, price: Ticks(price), lots: Lots(lots) }
}

fn trade(number: u64) -> MarketFact {
    let trade_id = TradeId(number);
    let (aggressor, kind) = (Some(Side::Buy), TradeKind::Book);
    MarketFact::Trade { trade_id, price: Ticks(2400), lots: Lots(1), aggressor, kind }
}

fn heard(link: &Link) -> Vec<clients::Event> {
    let Take::Frames(frames) = link.outbox.take(usize::MAX) else { panic!("closed") };
    let read = |frame: &Frame| {
        let text = std::str::from_utf8(frame.bytes()).expect("text");
        match Message::parse(text).expect("a message") {
            Message::Event(event) => *event,
            Message::Hello(_) | Message::Reply { .. } | Message::Other => panic!("{text}"),
        }
    };
    frames.iter().map(read).collect()
}

fn kinds(link: &Link) -> Vec<String> {
    heard(link).into_iter().map(|event| event.kind).collect()
}

/// Without a gap, and with the right checksum where there is one.
fn follow(book: &mut Book, event: &clients::Event) {
    assert_eq!(book.apply(event).expect("an event of a book"), Change::Applied);
}

/// A small generator, so that the test needs no seed from outside.
fn next_random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

#[test]
fn a_book_from_deltas_is_the_book_of_a_later_snapshot() {
    let mut stage = Stage::new();
    let early = stage.subscribe(Subject::Book(ID), "book.X");
    let mut built = Book::default();
    let mut random = 1;
    for _ in 0..1000 {
        let facts: Vec<_> = (0..1 + next_random(&mut random) % 3)
            .map(|_| {
                let side = Side::BOTH[usize::from(next_random(&mut random).is_multiple_of(2))];
                let offset = i64::try_from(next_random(&mut random) % 40).expect("small");
                let price = 2400 - side.sign() * (1 + offset);
                depth(side, price, next_random(&mut random) % 5)
            })
            .collect();
        stage.happens(facts);
        for event in heard(&early) {
            follow(&mut built, &event);
        }
    }
    let late = stage.subscribe(Subject::Book(ID), "book.X");
    let mut whole = Book::default();
    for event in heard(&late) {
        assert_eq!(event.kind, "snapshot");
        follow(&mut whole, &event);
    }
    for side in Side::BOTH {
        let levels = |book: &Book| book.levels(side).collect::<Vec<_>>();
        assert!(!levels(&whole).is_empty());
        assert_eq!(levels(&built), levels(&whole));
    }
    assert_eq!(built.checksum(), whole.checksum());
}

#[test]
fn a_slow_reader_starts_anew_from_a_snapshot_that_says_so() {
    let mut stage = Stage::new();
    let slow = stage.subscribe(Subject::Book(ID), "book.X");
    let mut sent = 0;
    while slow.outbox.pending_bytes() < 255 << 10 {
        sent += 1;
        stage.happens([depth(Side::Buy, 2000 + sent % 300, 1)]);
    }
    for lots in 2..100 {
        stage.happens([depth(Side::Buy, 2300, lots)]);
    }
    let mut book = Book::default();
    for event in heard(&slow) {
        follow(&mut book, &event);
    }
    stage.later(Duration::from_millis(50));
    let events = heard(&slow);
    let [snapshot] = events.as_slice() else { panic!("one snapshot, not {}", events.len()) };
    assert_eq!(snapshot.reason.as_deref(), Some("lagged"));
    assert!(snapshot.dropped.is_some_and(|dropped| 0 < dropped));
    follow(&mut book, snapshot);
    assert_eq!(book.best(Side::Buy), Some((Ticks(2300), Lots(99))));

    stage.happens([depth(Side::Buy, 2300, 0)]);
    for event in heard(&slow) {
        follow(&mut book, &event);
    }
    assert!(book.best(Side::Buy).is_some_and(|(price, _)| price < Ticks(2300)));
}

#[test]
fn missed_trades_are_told_by_their_numbers() {
    let mut stage = Stage::new();
    let slow = stage.subscribe(Subject::Trades(ID), "trades.X");
    let mut number = 0;
    while slow.outbox.pending_bytes() < 255 << 10 {
        number += 1;
        stage.happens([trade(number)]);
    }
    for more in 1..=10 {
        stage.happens([trade(number + more)]);
    }
    let last = heard(&slow).last().and_then(|event| event.seq).expect("a number");
    stage.later(Duration::from_millis(50));
    let events = heard(&slow);
    assert_eq!(events[0].kind, "gap");
    assert_eq!(events[0].from_seq, Some(last + 1));
    assert_eq!(events[0].to_seq, Some(number + 10));
}

#[test]
fn the_latest_state_is_sent_at_its_own_pace() {
    let mut stage = Stage::new();
    let top = Subject::Top { instrument: ID, depth: 1, interval_ms: 100 };
    let link = stage.subscribe(top, "book.X.1.100ms");
    stage.later(Duration::from_millis(150));
    for lots in 1..=50 {
        stage.happens([depth(Side::Buy, 2300, lots)]);
    }
    assert_eq!(kinds(&link), ["snapshot"]);
    stage.later(Duration::from_millis(1));
    stage.later(Duration::from_millis(50));
    let events = heard(&link);
    let [state] = events.as_slice() else { panic!("one state, not {}", events.len()) };
    assert_eq!(state.data.as_ref().expect("data")["bids"][0][1], "50");
}

#[test]
fn a_silent_channel_says_that_it_lives() {
    let mut stage = Stage::new();
    let link = stage.subscribe(Subject::Book(ID), "book.X");
    stage.happens([depth(Side::Buy, 2300, 1)]);
    assert_eq!(kinds(&link), ["snapshot", "delta"]);
    stage.later(Duration::from_millis(4900));
    assert!(kinds(&link).is_empty());
    stage.later(Duration::from_millis(200));
    let beats = heard(&link);
    assert_eq!((beats[0].kind.as_str(), beats[0].seq), ("heartbeat", Some(1)));
}

#[test]
fn nothing_is_sent_after_an_unsubscribe() {
    let mut stage = Stage::new();
    let link = stage.subscribe(Subject::Trades(ID), "trades.X");
    assert!(stage.feeds.unsubscribe(Subject::Trades(ID), link.no));
    assert!(!stage.feeds.unsubscribe(Subject::Trades(ID), link.no));
    assert_eq!(kinds(&link), ["snapshot"]);
    stage.happens([trade(1)]);
    assert!(kinds(&link).is_empty());
}
