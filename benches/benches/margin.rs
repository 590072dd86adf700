//! What margin costs: the whole engine beside its book alone over the same orders, with and without
//! what margin can depend on beside the scenarios; then with more accounts and more contracts; then a
//! daily settlement of 100,000 positions. Beside each figure stands what the commands did.
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
    for Case { name, size } in cases().iter().filter(|case| is_asked(&case.name)) {
        let is_beside_book = !name.contains('-');
        for _ in 0..if is_beside_book { 3 } else { 1 } {
            let commands = flow_of(1, size.opening() + COMMANDS, size);
            if is_beside_book {
                book_alone(&format!("{name}, book alone"), &commands[size.opening()..]);
            }
            engine(name, &commands, size.opening());
            if *name == "zipf" {
                one_by_one(&commands, size.opening());
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

/// The orders of a flow after its opening, in an engine that has carried out the opening.
fn engine(name: &str, commands: &[Sequenced<Command>], opening: usize) {
    let (mut exchange, orders) = opened(commands, opening);
    let (mut events, mut done) = (Vec::new(), Done::default());
    let mut took = Vec::new();
    for batch in orders.chunks(BATCH) {
        events.clear();
        let start = Instant::now();
        for command in batch {
            exchange.apply(command, &mut events);
        }
        took.push(start.elapsed());
        done.count(&events);
    }
    report(name, typical(took), &done);
}

/// An exchange that has carried out the opening of a flow, and the orders after it.
fn opened(commands: &[Sequenced<Command>], opening: usize) -> (Exchange, &[Sequenced<Command>]) {
    let (opening, orders) = commands.split_at(opening);
    let (mut exchange, mut events) = (Exchange::new(), Vec::new());
    for command in opening {
        events.clear();
        exchange.apply(command, &mut events);
    }
    (exchange, orders)
}

/// How long single commands take, the second half of the flow: the first warms up.
fn one_by_one(commands: &[Sequenced<Command>], opening: usize) {
    let (mut exchange, orders) = opened(commands, opening);
    let mut events = Vec::new();
    let (before, after) = orders.split_at(orders.len() / 2);
    for command in before {
        events.clear();
        exchange.apply(command, &mut events);
    }
    let mut taken = Histogram::<u64>::new_with_bounds(1, 10_000_000_000, 3).expect("three digits");
    for command in after {
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

/// The second half of a flow, so that everything has its size.
fn count(case: &Case) {
    let commands = flow_of(1, case.size.opening() + 2 * COUNTED, &case.size);
    let (mut exchange, after) = opened(&commands, case.size.opening() + COUNTED);
    let done = timed_window(&mut exchange, after);
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

/// The same orders in books without accounts, money or events.
fn book_alone(name: &str, commands: &[Sequenced<Command>]) {
    let mut books: BTreeMap<InstrumentId, Book> = BTreeMap::new();
    let (mut orders, mut names) = (Orders::new(), BTreeMap::new());
    let (mut done, mut took) = (Done::default(), Vec::new());
    for batch in commands.chunks(BATCH) {
        let start = Instant::now();
        for command in batch {
            match &command.value {
                Command::PlaceOrder(order) => {
                    let book = books.entry(order.instrument);
                    let book = book.or_insert_with(|| Book::new(Structure::Ladder));
                    place(book, &mut orders, &mut names, order, &mut done);
                }
                Command::CancelOrder { order: OrderRef::Client(name), .. } => {
                    let found = names.remove(name).filter(|(_, id)| orders.get(*id).is_some());
                    done.refused += u64::from(found.is_none());
                    if let Some((instrument, id)) = found {
                        books.get_mut(&instrument).expect("it rests there").unrest(&mut orders, id);
                        orders.remove(id);
                        done.orders += 1;
                    }
                }
                other => unreachable!("the flow has orders and cancels, not {other:?}"),
            }
        }
        took.push(start.elapsed());
    }
    report(name, typical(took), &done);
}

fn place(
    book: &mut Book,
    orders: &mut Orders,
    names: &mut BTreeMap<ClientOrderId, (InstrumentId, OrderId)>,
    order: &NewOrder,
    done: &mut Done,
) {
    let OrderType::Limit(limit) = order.order_type else { unreachable!("they are limit orders") };
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
