//! What margin costs: the whole engine beside its book alone over the same orders, with and without
//! what margin can depend on beside the scenarios; then with more accounts and more contracts; then a
//! daily settlement of 100,000 positions. Beside each figure stands what the commands did.
//!
//! Timed is the second half of a flow. Between the halves two days go by, so that requests are forgotten
//! as others come and everything has its size.
//!
//! A machine that others share takes the processor away now and then, so a figure is that of the median
//! batch of fifty commands, and a settlement's that of the quickest of three. What single commands take is
//! counted over 900 books whose activity is Zipf's, with the clock read around each one.
//!
//!     cargo bench -p benches --bench margin [-- --only NAME]
//!     cargo bench -p benches --bench margin -- --count accounts-1000
//!
//! The second form runs one market once and prints how many commands that were, for a tool that counts
//! instructions of `timed_window`; the script `growth` uses it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use benches::flow::{Activity, Size, flow_of};
use benches::{Done, report};
use book::{Book, Order, Orders, Step, Structure, Taker, cross};
use engine::Exchange;
use hdrhistogram::Histogram;
use types::terms::{ConcentrationTerms, InterestTerms, RiskTerms, ScanTerms};
use types::{
    AccountFact, AccountId, ClientOrderId, Command, Event, InstrumentId, Lots, NewOrder, OrderId,
    OrderRef, OrderType, Qualifiers, SelfMatch, Sequenced, SessionId, Side, Ticks, TimeInForce,
    Timestamp,
};

const COMMANDS: usize = 200_000;
const BATCH: usize = 50;
const COUNTED: usize = 50_000;

/// Nine hundred books, traded as Zipf has it.
const ZIPF: Size = Size {
    accounts: 1_000,
    products: 25,
    months: 36,
    risk: ALL,
    resting: 40_000,
    activity: Activity::Zipf,
};

/// Everything that margin can depend on; half of the positions are large beside a day's volume.
const ALL: RiskTerms = RiskTerms {
    concentration: Some(ConcentrationTerms { permille: 500, days: 20, least_volume_lots: 400 }),
    interest: Some(InterestTerms { from_lots: 1_000, to_lots: 100_000 }),
    scan: Some(ScanTerms { floor_permille: 100, most_ticks: 1_500 }),
};

/// A market to measure.
struct Case {
    name: String,
    size: Size,
}

fn case(name: impl Into<String>, size: Size) -> Case {
    Case { name: name.into(), size }
}

fn cases() -> Vec<Case> {
    let all = Size { risk: ALL, ..Size::default() };
    let mut cases = vec![case("scenarios", Size::default()), case("all", all), case("zipf", ZIPF)];
    for accounts in [10, 100, 1_000, 10_000, 100_000] {
        cases.push(case(format!("accounts-{accounts}"), Size { accounts, ..all }));
    }
    for (products, months) in [(1, 10), (9, 11), (28, 36)] {
        let size = Size { products, months, ..all };
        cases.push(case(format!("contracts-{}", size.contracts()), size));
    }
    cases
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let value = |word: &str| {
        let at = words.iter().position(|other| other == word)?;
        words.get(at + 1).cloned()
    };
    if let Some(name) = value("--count") {
        let found = cases().into_iter().find(|case| case.name == name);
        return count(&found.expect("no such market"));
    }
    let only = value("--only");
    let is_asked = |name: &str| only.as_ref().is_none_or(|only| name.starts_with(only));
    println!("an event takes {} bytes", size_of::<Event>());
    let mut smallest: BTreeMap<String, Duration> = BTreeMap::new();
    for case in cases().iter().filter(|case| is_asked(&case.name)) {
        let flow = Flow::of(&case.size, COMMANDS);
        match case.name.split_once('-') {
            None => (0..3).for_each(|_| beside_book(&case.name, &flow)),
            Some((what, _)) => {
                let took = engine(&case.name, &flow);
                let first = smallest.entry(what.to_owned()).or_insert(took);
                let times = took.as_nanos() * 100 / first.as_nanos().max(1);
                println!("{:<28} {:>5}.{:02} times the first", "", times / 100, times % 100);
            }
        }
    }
    if is_asked("settlement") {
        settlements();
    }
}

fn settlements() {
    for (name, risk) in [("scenarios alone", RiskTerms::default()), ("all of margin", ALL)] {
        let days =
            (0..3).map(|_| settle(risk)).reduce(|one, two| [0, 1].map(|n| one[n].min(two[n])));
        for (n, day) in days.expect("three runs").into_iter().enumerate() {
            let (ms, told) = (day.took.as_millis(), day.told);
            println!("settlement {}, {name:<16} {ms:>6} ms   {told:?}", n + 1);
        }
    }
}

/// The whole engine beside its book alone, in one run.
fn beside_book(name: &str, flow: &Flow) {
    let book = book_alone(&format!("{name}, book alone"), flow);
    let whole = engine(name, flow);
    let times = book.as_nanos() * 100 / whole.as_nanos().max(1);
    println!("{:<28} {:>5}.{:02} times as fast as the book alone", "", times / 100, times % 100);
    if name == "zipf" {
        one_by_one(flow);
    }
}

/// Commands to warm up with, and those that are timed.
struct Flow {
    before: Vec<Sequenced<Command>>,
    after: Vec<Sequenced<Command>>,
    /// Where the orders begin.
    opening: usize,
}

impl Flow {
    /// An opening and two halves of so many orders, between which two days go by hour by hour.
    fn of(size: &Size, half: usize) -> Self {
        let mut before = flow_of(1, size.opening() + 2 * half, size);
        let mut after = before.split_off(size.opening() + half);
        let last = before.last().expect("an opening").clone();
        for hour in 1..=48_i64 {
            let seq = last.seq + hour.unsigned_abs();
            let time = last.time.plus(hour * Timestamp::HOUR);
            before.push(Sequenced { seq, time, value: Command::ClockAdvanced });
        }
        for command in &mut after {
            command.seq += 48;
            command.time = command.time.plus(48 * Timestamp::HOUR);
        }
        Self { before, after, opening: size.opening() }
    }

    /// An exchange that has its size.
    fn warmed(&self) -> Exchange {
        let (mut exchange, mut events) = (Exchange::new(), Vec::new());
        for command in &self.before {
            events.clear();
            exchange.apply(command, &mut events);
        }
        exchange
    }
}

/// What the timed orders take the whole engine.
fn engine(name: &str, flow: &Flow) -> Duration {
    let mut exchange = flow.warmed();
    let (mut events, mut done) = (Vec::with_capacity(1_000), Done::default());
    let mut took = Vec::new();
    for batch in flow.after.chunks(BATCH) {
        events.clear();
        let start = Instant::now();
        for command in batch {
            exchange.apply(command, &mut events);
        }
        took.push(start.elapsed());
        done.count(&events);
    }
    let took = typical(took);
    report(name, took, &done);
    took
}

/// How long single commands take.
fn one_by_one(flow: &Flow) {
    let (mut exchange, mut events) = (flow.warmed(), Vec::with_capacity(1_000));
    let mut taken = Histogram::<u64>::new_with_bounds(1, 10_000_000_000, 3).expect("three digits");
    for command in &flow.after {
        events.clear();
        let start = Instant::now();
        exchange.apply(command, &mut events);
        taken.saturating_record(nanoseconds(start.elapsed()));
    }
    let at = |quantile| taken.value_at_quantile(quantile);
    let (p50, p99, p999, most) = (at(0.5), at(0.99), at(0.999), taken.max());
    println!(
        "zipf, one by one             p50 {p50} ns   p99 {p99} ns   p99.9 {p999} ns   most {most} ns   \
         {} commands, of each {} ns are the clock",
        taken.len(),
        clock(),
    );
}

/// What reading the clock twice takes, as the median.
fn clock() -> u64 {
    let mut taken: Vec<u64> = (0..1_001).map(|_| nanoseconds(Instant::now().elapsed())).collect();
    taken.sort_unstable();
    taken[taken.len() / 2]
}

fn nanoseconds(took: Duration) -> u64 {
    u64::try_from(took.as_nanos()).expect("less than 584 years")
}

/// The timed half of a flow, for whoever counts what it takes.
fn count(case: &Case) {
    let flow = Flow::of(&case.size, COUNTED);
    let done = timed_window(&mut flow.warmed(), &flow.after);
    assert!(0 < done.trades && done.refused < done.commands() / 2, "{done:?}");
    println!("{}", done.commands());
}

#[inline(never)]
fn timed_window(exchange: &mut Exchange, commands: &[Sequenced<Command>]) -> Done {
    let (mut events, mut done) = (Vec::with_capacity(1_000), Done::default());
    for command in commands {
        events.clear();
        exchange.apply(command, &mut events);
        done.count(&events);
    }
    done
}

/// What all batches would have taken, had each taken as long as the median one.
fn typical(mut took: Vec<Duration>) -> Duration {
    took.sort_unstable();
    took[took.len() / 2] * u32::try_from(took.len()).expect("few")
}

/// Books without accounts, money or events, and which order has which name.
#[derive(Default)]
struct Alone {
    books: BTreeMap<InstrumentId, Book>,
    orders: Orders,
    names: BTreeMap<ClientOrderId, (InstrumentId, OrderId)>,
    done: Done,
}

/// What the same orders take the books alone.
fn book_alone(name: &str, flow: &Flow) -> Duration {
    let mut alone = Alone::default();
    flow.before[flow.opening..].iter().for_each(|command| alone.apply(&command.value));
    alone.done = Done::default();
    let mut took = Vec::new();
    for batch in flow.after.chunks(BATCH) {
        let start = Instant::now();
        batch.iter().for_each(|command| alone.apply(&command.value));
        took.push(start.elapsed());
    }
    let took = typical(took);
    report(name, took, &alone.done);
    took
}

impl Alone {
    fn apply(&mut self, command: &Command) {
        match command {
            Command::PlaceOrder(order) => self.place(order),
            Command::CancelOrder { order: OrderRef::Client(name), .. } => self.cancel(name),
            Command::ClockAdvanced => {}
            other => unreachable!("the flow has orders and cancels, not {other:?}"),
        }
    }

    fn place(&mut self, order: &NewOrder) {
        let Self { books, orders, names, done } = self;
        let book = books.entry(order.instrument);
        let book = book.or_insert_with(|| Book::new(Structure::Ladder));
        let OrderType::Limit(limit) = order.order_type else {
            unreachable!("they are limit orders")
        };
        let NewOrder { side, quantity: leaves, account, .. } = *order;
        let self_match = SelfMatch::CancelAggressor;
        let mut taker = Taker { side, limit, leaves, account, self_match };
        let stop = cross(book, orders, &mut taker, |step| {
            done.trades += u64::from(matches!(step, Step::Trade { .. }));
        });
        done.orders += 1;
        let rests = order.time_in_force.rests() && stop != book::Stop::SelfMatch;
        if rests && taker.leaves != Lots::ZERO {
            let id = orders.insert(Order::new(side, limit, taker.leaves, account));
            book.rest(orders, id);
            names.insert(order.client_order_id, (order.instrument, id));
        }
    }

    fn cancel(&mut self, name: &ClientOrderId) {
        let found = self.names.remove(name).filter(|(_, id)| self.orders.get(*id).is_some());
        let Some((instrument, id)) = found else {
            self.done.refused += 1;
            return;
        };
        self.books.get_mut(&instrument).expect("it rests there").unrest(&mut self.orders, id);
        self.orders.remove(id);
        self.done.orders += 1;
    }
}

const HOLDERS: u32 = 100_000;

/// What a settlement took, and what it came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Day {
    took: Duration,
    told: Told,
}

/// What accounts were told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    positions: u64,
    payments: u64,
    margins: u64,
}

/// Two settlements of 100,000 accounts with one position each: prices, variation, and margin. At the
/// second hold the scan ranges that the first one announced.
fn settle(risk: RiskTerms) -> [Day; 2] {
    let size = Size { accounts: HOLDERS, risk, ..Size::default() };
    let mut commands = flow_of(1, size.opening(), &size);
    let start = commands.last().expect("the market is opened").time;
    let opened = u64::try_from(commands.len()).expect("a count");
    for account in 1..=HOLDERS {
        let (seq, value) = (opened + u64::from(account), Command::PlaceOrder(order(account)));
        commands.push(Sequenced { seq, time: start, value });
    }
    let (mut exchange, mut events) = (Exchange::new(), Vec::new());
    for command in &commands {
        events.clear();
        exchange.apply(command, &mut events);
    }
    [1, 2].map(|day: i64| {
        let time = start.date().start().plus((day - 1) * Timestamp::DAY + 16 * Timestamp::HOUR);
        let seq = opened + u64::from(HOLDERS) + day.unsigned_abs();
        events.clear();
        let start = Instant::now();
        exchange.apply(&Sequenced { seq, time, value: Command::ClockAdvanced }, &mut events);
        let took = start.elapsed();
        let mut told = Told::default();
        for event in &events {
            match event {
                Event::Account { fact: AccountFact::Position(_), .. } => told.positions += 1,
                Event::Account { fact: AccountFact::Cash(_), .. } => told.payments += 1,
                Event::Account { fact: AccountFact::Margin(_), .. } => told.margins += 1,
                _ => {}
            }
        }
        assert_eq!(told.positions, u64::from(HOLDERS), "each has a position");
        Day { took, told }
    })
}

/// Buyers and sellers by turns, a tick above the last settlement.
fn order(account: u32) -> NewOrder {
    NewOrder {
        account: AccountId(account),
        session: SessionId(0),
        client_order_id: ClientOrderId::new("one").expect("a short name"),
        instrument: InstrumentId(0),
        side: if account % 2 == 1 { Side::Buy } else { Side::Sell },
        order_type: OrderType::Limit(Ticks(2_401)),
        quantity: Lots(1),
        time_in_force: TimeInForce::Gtc,
        qualifiers: Qualifiers::default(),
        valid_until: None,
        tag: None,
    }
}
