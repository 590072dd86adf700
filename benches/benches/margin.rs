//! What margin costs: the whole engine beside its book alone over the same orders, with and without
//! what margin can depend on beside the scenarios; then with more accounts and more contracts; then a
//! daily settlement of 100,000 positions. Beside each figure stands what the commands did.
//!
//!     cargo bench -p benches --bench margin

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use benches::flow::{Size, flow_of};
use benches::{Done, report};
use book::{Book, Order, Orders, Step, Structure, Taker, cross};
use engine::Exchange;
use types::terms::{ConcentrationTerms, InterestTerms, RiskTerms, ScanTerms};
use types::{
    AccountFact, AccountId, ClientOrderId, Command, Event, InstrumentId, Lots, NewOrder, OrderId,
    OrderRef, OrderType, Qualifiers, SelfMatch, Sequenced, SessionId, Side, Ticks, TimeInForce,
    Timestamp,
};

const COMMANDS: usize = 200_000;

/// Everything that margin can depend on; half of the positions are large beside a day's volume.
const ALL: RiskTerms = RiskTerms {
    concentration: Some(ConcentrationTerms { permille: 500, days: 20, least_volume_lots: 400 }),
    interest: Some(InterestTerms { from_lots: 1_000, to_lots: 100_000 }),
    scan: Some(ScanTerms { floor_permille: 100, most_ticks: 1_500 }),
};

fn main() {
    for _ in 0..3 {
        let commands = flow_of(1, COMMANDS, &Size::default());
        book_alone(&commands[Size::default().opening()..]);
        engine("engine, scenarios alone", &Size::default());
        engine("engine, all of margin", &Size { risk: ALL, ..Size::default() });
    }
    for accounts in [10, 100, 1_000, 10_000, 100_000] {
        engine(&format!("{accounts} accounts"), &Size { accounts, risk: ALL, ..Size::default() });
    }
    for (products, months) in [(1, 10), (9, 11), (28, 36)] {
        let size = Size { products, months, risk: ALL, ..Size::default() };
        engine(&format!("{} contracts", size.contracts()), &size);
    }
    settle("without what margin adds", RiskTerms::default());
    settle("all margins worked out again", ALL);
}

/// The orders of a flow after its opening, in an engine that has carried out the opening.
fn engine(name: &str, size: &Size) {
    let commands = flow_of(1, size.opening() + COMMANDS, size);
    let (opening, orders) = commands.split_at(size.opening());
    let (mut exchange, mut events, mut done) = (Exchange::new(), Vec::new(), Done::default());
    opening.iter().for_each(|command| exchange.apply(command, &mut events));
    let mut took = Duration::ZERO;
    for batch in orders.chunks(1_000) {
        events.clear();
        let start = Instant::now();
        for command in batch {
            exchange.apply(command, &mut events);
        }
        took += start.elapsed();
        done.count(&events);
    }
    report(name, took, &done);
}

/// The same orders in books without accounts, money or events.
fn book_alone(commands: &[Sequenced<Command>]) {
    let mut books: BTreeMap<InstrumentId, Book> = BTreeMap::new();
    let (mut orders, mut names) = (Orders::new(), BTreeMap::new());
    let mut done = Done::default();
    let start = Instant::now();
    for command in commands {
        match &command.value {
            Command::PlaceOrder(order) => {
                let book =
                    books.entry(order.instrument).or_insert_with(|| Book::new(Structure::Ladder));
                place(book, &mut orders, &mut names, order, &mut done);
            }
            Command::CancelOrder { order: OrderRef::Client(name), .. } => {
                let found = names.remove(name).filter(|(_, id)| orders.get(*id).is_some());
                if let Some((instrument, id)) = found {
                    books.get_mut(&instrument).expect("it rests there").unrest(&mut orders, id);
                    orders.remove(id);
                    done.orders += 1;
                } else {
                    done.refused += 1;
                }
            }
            other => unreachable!("the flow has orders and cancels, not {other:?}"),
        }
    }
    report("book alone", start.elapsed(), &done);
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

/// A day's settlement of 100,000 accounts with one position each: prices, variation, and margin.
fn settle(name: &str, risk: RiskTerms) {
    let size = Size { accounts: HOLDERS, risk, ..Size::default() };
    let mut commands = flow_of(1, size.opening(), &size);
    let start = commands.last().expect("the market is opened").time;
    for account in 1..=HOLDERS {
        let (seq, value) = (commands.len() + 1, Command::PlaceOrder(order(account)));
        let seq = u64::try_from(seq).expect("a count");
        commands.push(Sequenced { seq, time: start, value });
    }
    let (mut exchange, mut events) = (Exchange::new(), Vec::new());
    for command in &commands {
        events.clear();
        exchange.apply(command, &mut events);
    }
    // At the second settlement hold the ranges that the first one announced.
    for day in 0..2 {
        let time = Timestamp(start.0 - start.0.rem_euclid(Timestamp::DAY))
            .plus(day * Timestamp::DAY + 16 * Timestamp::HOUR);
        let seq = u64::try_from(commands.len()).expect("a count") + 1 + day.unsigned_abs();
        events.clear();
        let start = Instant::now();
        exchange.apply(&Sequenced { seq, time, value: Command::ClockAdvanced }, &mut events);
        let took = start.elapsed();
        let count = |is_meant: fn(&AccountFact) -> bool| {
            let facts = events.iter().filter_map(|event| match event {
                Event::Account { fact, .. } => Some(fact),
                _ => None,
            });
            facts.filter(|fact| is_meant(fact)).count()
        };
        let paid = count(|fact| matches!(fact, AccountFact::Cash(_)));
        let marked = count(|fact| matches!(fact, AccountFact::Position(_)));
        let margins = count(|fact| matches!(fact, AccountFact::Margin(_)));
        println!(
            "settlement {}, {name:<30} {:>6} ms   {marked} positions, {paid} payments, \
             {margins} margins told",
            day + 1,
            took.as_millis()
        );
        assert_eq!(marked, usize::try_from(HOLDERS).expect("a count"), "each has a position");
    }
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
