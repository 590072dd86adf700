//! Half an hour of a real venue's order flow, replayed: the exchange must make exactly the trades
//! that the venue made.
//!
//! The recording stays outside the tree; without it the test counts as skipped.

use std::collections::BTreeMap;
use std::path::Path;

use types::{
    AccountFact, AccountId, ClientOrderId, Command, Event, Liquidity, Lots, MarketFact, NewOrder,
    OrderRef, OrderState, OrderType, PostOnly, Qualifiers, Side, Text, Ticks, TimeInForce,
    Timestamp, Verdict,
};

use crate::free_market::{FreeMarket, INSTRUMENT, limit};
use crate::recordings;

/// A trade as both the venue and the exchange tell it: price, quantity, who bought, who sold, who
/// came.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    price: i64,
    lots: u64,
    buyer: String,
    seller: String,
    aggressor: Side,
}

/// What became of the inputs.
struct Replay {
    market: FreeMarket,
    owners: BTreeMap<ClientOrderId, AccountId>,
    trades: Vec<Told>,
    inputs: u64,
    found: u64,
    residual_as_recorded: u64,
    post_only_refused: u64,
}

#[test]
fn a_real_venues_trades_come_out() {
    let Some(folder) = recordings::folder("bitstamp_l3_2026") else { return };
    let mut replay = Replay::open();
    for line in recordings::lines(&folder.join("flow.csv.zst")).skip(1) {
        replay.input(&line);
    }
    assert_eq!(replay.inputs, 306_954);
    let expected = expected(&folder.join("trades_expected.csv"));
    for (at, (told, expected)) in replay.trades.iter().zip(&expected).enumerate() {
        assert_eq!(told, expected, "trade {}", at + 1);
    }
    assert_eq!((replay.trades.len(), expected.len()), (284, 284));
    assert_eq!((replay.found, replay.residual_as_recorded), (49_549, 49_549));
    assert_eq!(replay.post_only_refused, 100_518);
    let contract = &replay.market.view.contracts[&INSTRUMENT];
    let best_bid = contract.bids.keys().next_back().map(|price| price.0);
    let best_ask = contract.asks.keys().next().map(|price| price.0);
    assert_eq!((best_bid, best_ask), (Some(7_835_000), Some(7_835_100)));
    assert_eq!((contract.bids.len(), contract.asks.len()), (1_705, 2_914));
    assert_eq!(replay.market.view.orders.len(), 6_516);
    replay.market.exchange.audit();
}

impl Replay {
    fn open() -> Self {
        let start = Timestamp(1_777_689_380_000 * 1_000_000);
        Self {
            market: FreeMarket::open(start, 7_835_000),
            owners: BTreeMap::new(),
            trades: Vec::new(),
            inputs: 0,
            found: 0,
            residual_as_recorded: 0,
            post_only_refused: 0,
        }
    }

    /// One line of the recording: `N,1777689380521,2002347637329922,B,7831800,153453667,L` is new,
    /// `C,1777689383999,2002347660218369,,,7500000,` is a cancel and what it found there.
    fn input(&mut self, line: &str) {
        let fields: Vec<&str> = line.split(',').collect();
        let [kind, ms, id, side, price, lots, tif] = fields[..] else {
            panic!("not a line of the recording: {line}");
        };
        self.inputs += 1;
        let number = |text: &str| text.parse::<i64>().expect("a number");
        let time = Timestamp(number(ms) * 1_000_000);
        let name = Text::new(id).expect("digits");
        let lots = Lots(number(lots).unsigned_abs());
        match kind {
            "N" => {
                let side = if side == "B" { Side::Buy } else { Side::Sell };
                self.place(time, &order(name, side, Ticks(number(price)), lots, tif));
            }
            "C" => self.cancel(time, name, lots),
            other => panic!("`{other}` is no kind of input"),
        }
    }

    fn place(&mut self, time: Timestamp, order: &NewOrder) {
        self.owners.insert(order.client_order_id, order.account);
        if let Verdict::Refused(refusal) = self.apply(time, Command::PlaceOrder(*order)) {
            assert!(
                order.qualifiers.post_only.is_some(),
                "only post-only orders were refused there: {refusal:?}"
            );
            self.post_only_refused += 1;
        }
    }

    fn cancel(&mut self, time: Timestamp, name: ClientOrderId, residual: Lots) {
        let account = self.owners[&name];
        let cancel = Command::CancelOrder { account, order: OrderRef::Client(name) };
        if let Verdict::Order(verdict) = self.apply(time, cancel) {
            assert_eq!(verdict.state, OrderState::Canceled);
            self.found += 1;
            self.residual_as_recorded += u64::from(verdict.leaves == residual);
        }
    }

    fn apply(&mut self, time: Timestamp, value: Command) -> Verdict {
        let verdict = self.market.apply(time, value);
        self.trades.extend(trades(&self.market.events));
        verdict
    }
}

/// `L` rests, `P` is post-only, `M` is a market order of which nothing is left behind.
fn order(name: ClientOrderId, side: Side, price: Ticks, quantity: Lots, tif: &str) -> NewOrder {
    let order = limit(name, side, price, quantity);
    match tif {
        "L" => order,
        "P" => NewOrder {
            qualifiers: Qualifiers { post_only: Some(PostOnly::Reject), ..order.qualifiers },
            ..order
        },
        "M" => NewOrder { order_type: OrderType::Market, time_in_force: TimeInForce::Ioc, ..order },
        other => panic!("`{other}` is no kind of order"),
    }
}

fn trades(events: &[Event]) -> Vec<Told> {
    let mut makers: BTreeMap<u64, String> = BTreeMap::new();
    let mut all = Vec::new();
    for event in events {
        let Event::Account { fact: AccountFact::Fill(fill), .. } = event else { continue };
        let name = fill.client_order_id.to_string();
        if fill.liquidity == Liquidity::Maker {
            makers.insert(fill.trade_id.0, name);
            continue;
        }
        let maker = makers.remove(&fill.trade_id.0).expect("the maker is told first");
        let (buyer, seller) = match fill.side {
            Side::Buy => (name, maker),
            Side::Sell => (maker, name),
        };
        let (price, lots) = (fill.price.0, fill.lots.0);
        all.push(Told { price, lots, buyer, seller, aggressor: fill.side });
    }
    let published = |e: &&Event| matches!(e, Event::Market { fact: MarketFact::Trade { .. }, .. });
    assert_eq!(events.iter().filter(published).count(), all.len(), "every trade is published");
    all
}

fn expected(path: &Path) -> Vec<Told> {
    let trade = |line: String| {
        let fields: Vec<&str> = line.split(',').collect();
        Told {
            price: fields[2].parse().expect("a price"),
            lots: fields[3].parse().expect("a quantity"),
            buyer: fields[4].to_owned(),
            seller: fields[5].to_owned(),
            aggressor: if fields[6] == "B" { Side::Buy } else { Side::Sell },
        }
    };
    recordings::lines(path).skip(1).map(trade).collect()
}
