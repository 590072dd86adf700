//! Half an hour of a real venue's order flow, replayed: the exchange must make exactly the trades
//! that the venue made.
//!
//! The recording stays outside the tree. It is looked for in `../shared/data` beside the project, or
//! where `GIGAHOUR_DATA` says; without it the test says so and counts as skipped.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use engine::Exchange;
use tests::market;
use tests::view::View;
use types::{
    AccountFact, AccountId, ClientOrderId, Command, Event, InstrumentId, Liquidity, Lots,
    MarketFact, Mills, NewOrder, OrderRef, OrderState, OrderType, ProductTerms, PublicKey,
    Sequenced, SessionId, Settlement, Side, Text, Ticks, TimeInForce, Timestamp, Verdict,
};

const BUYER: AccountId = AccountId(1);
const SELLER: AccountId = AccountId(2);
const INSTRUMENT: InstrumentId = InstrumentId(0);

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
#[derive(Default)]
struct Replay {
    exchange: Exchange,
    seq: u64,
    view: View,
    owners: BTreeMap<ClientOrderId, AccountId>,
    trades: Vec<Told>,
    inputs: u64,
    found: u64,
    residual_as_recorded: u64,
    post_only_refused: u64,
}

#[test]
fn a_real_venues_trades_come_out() {
    let Some(folder) = folder() else {
        println!("skipped: no bitstamp_l3_2026 in ../shared/data or $GIGAHOUR_DATA");
        return;
    };
    let mut replay = Replay::open();
    for line in flow(&folder.join("flow.csv.zst")).skip(1) {
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
    let contract = &replay.view.contracts[&INSTRUMENT];
    let best_bid = contract.bids.keys().next_back().map(|price| price.0);
    let best_ask = contract.asks.keys().next().map(|price| price.0);
    assert_eq!((best_bid, best_ask), (Some(7_835_000), Some(7_835_100)));
    assert_eq!((contract.bids.len(), contract.asks.len()), (1_705, 2_914));
    assert_eq!(replay.view.orders.len(), 6_516);
    replay.exchange.audit();
}

impl Replay {
    /// A market without money, bands or limits, with one account that buys and one that sells.
    fn open() -> Self {
        let mut terms = market::terms(vec![unlimited()]);
        terms.open_orders_per_account = u32::MAX;
        let mut replay = Self::default();
        let start = Timestamp(1_777_689_380_000 * 1_000_000);
        replay.apply(start, Command::OpenMarket(Box::new(terms)));
        for (account, name) in [(BUYER, "buyer"), (SELLER, "seller")] {
            let key = PublicKey([0; 32]);
            replay.apply(start, Command::OpenAccount { account, name: name.to_owned(), key });
            replay.apply(start, Command::Deposit { account, amount: Mills(1) });
        }
        replay
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
            assert!(order.post_only, "only post-only orders were refused there: {refusal:?}");
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
        self.seq += 1;
        let mut events = Vec::new();
        self.exchange.apply(&Sequenced { seq: self.seq, time, value }, &mut events);
        events.iter().for_each(|event| self.view.hear(event));
        self.trades.extend(trades(&events));
        match events.pop() {
            Some(Event::Verdict(verdict)) => verdict,
            other => panic!("the verdict comes last, not {other:?}"),
        }
    }
}

fn unlimited() -> ProductTerms {
    const MOST: u64 = 1 << 59;
    const HIGHEST: i64 = 1 << 50;
    ProductTerms {
        settlement: Settlement::Cash { multiplier_mills: 0 },
        months_listed: 1,
        reference_ticks: 7_835_000,
        highest_ticks: HIGHEST,
        protection_ticks: HIGHEST,
        largest_order_lots: MOST,
        position_limit_lots: MOST,
        scan_before_ticks: 0,
        scan_after_ticks: 0,
        ..market::product("BTC", "USD")
    }
}

/// `L` rests, `P` is post-only, `M` is a market order of which nothing is left behind.
fn order(name: ClientOrderId, side: Side, price: Ticks, quantity: Lots, tif: &str) -> NewOrder {
    let is_market = tif == "M";
    NewOrder {
        account: owner(side),
        session: SessionId(0),
        client_order_id: name,
        instrument: INSTRUMENT,
        side,
        order_type: if is_market { OrderType::Market } else { OrderType::Limit(price) },
        quantity,
        time_in_force: if is_market { TimeInForce::Ioc } else { TimeInForce::Gtc },
        post_only: tif == "P",
        valid_until: None,
        tag: None,
    }
}

const fn owner(side: Side) -> AccountId {
    match side {
        Side::Buy => BUYER,
        Side::Sell => SELLER,
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
    let lines = BufReader::new(File::open(path).expect("the venue's trades")).lines();
    let trade = |line: std::io::Result<String>| {
        let line = line.expect("text");
        let fields: Vec<&str> = line.split(',').collect();
        Told {
            price: fields[2].parse().expect("a price"),
            lots: fields[3].parse().expect("a quantity"),
            buyer: fields[4].to_owned(),
            seller: fields[5].to_owned(),
            aggressor: if fields[6] == "B" { Side::Buy } else { Side::Sell },
        }
    };
    lines.skip(1).map(trade).collect()
}

fn flow(path: &Path) -> impl Iterator<Item = String> {
    let file = File::open(path).expect("the recording");
    let plain = zstd::Decoder::new(file).expect("zstd");
    BufReader::new(plain).lines().map(|line| line.expect("text"))
}

fn folder() -> Option<PathBuf> {
    let data = std::env::var_os("GIGAHOUR_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    let folder = data.join("bitstamp_l3_2026");
    folder.is_dir().then_some(folder)
}
