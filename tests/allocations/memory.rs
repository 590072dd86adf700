//! What a resting order takes of memory, all told: its place in the book, what else is known of it, its
//! request, and its account's share. Lists grow ahead of what they hold, so the most is told of several
//! sizes.

use engine::Exchange;
use tests::market;
use types::{
    AccountId, ClientOrderId, Command, Event, InstrumentId, Lots, Mills, NewOrder, OrderType,
    PublicKey, Qualifiers, Sequenced, SessionId, Side, Ticks, TimeInForce, Timestamp, Verdict,
};

const ACCOUNTS: u64 = 100;

/// 2027-01-12, 00:00 UTC.
const START: Timestamp = Timestamp(1_799_712_000_000_000_000);

/// Orders that rest when the bytes are counted.
const SIZES: [u64; 4] = [20_000, 40_000, 80_000, 160_000];

/// Most bytes an order may take; to be lowered when it takes fewer.
const MOST: i64 = 620;

#[test]
fn a_resting_order_takes_few_bytes() {
    let mut exchange = Exchange::new();
    let mut events: Vec<Event> = Vec::with_capacity(1_000);
    let opening = opening();
    let first = u64::try_from(opening.len()).expect("few");
    for (seq, value) in (1..).zip(opening) {
        events.clear();
        exchange.apply(&Sequenced { seq, time: START, value }, &mut events);
        let last = events.last();
        assert_eq!(last, Some(&Event::Verdict(Verdict::Done)));
    }
    let (mut placed, mut bytes) = (0, 0);
    for size in SIZES {
        let cost = allocation_counter::measure(|| {
            for n in placed..size {
                let command = Sequenced { seq: first + 1 + n, time: START, value: order(n) };
                events.clear();
                exchange.apply(&command, &mut events);
                let last = events.last();
                assert!(matches!(last, Some(Event::Verdict(Verdict::Order(_)))), "{last:?}");
            }
        });
        placed = size;
        bytes += cost.bytes_current;
        let each = bytes / i64::try_from(size).expect("small");
        println!("{size} resting orders: {each} bytes each");
        assert!(each <= MOST, "{size} resting orders take {each} bytes each");
    }
}

fn opening() -> Vec<Command> {
    let mut terms = market::terms(vec![market::product("H100", "US")]);
    terms.open_orders_per_account = 10_000;
    terms.product[0].position_limit_lots = 100_000;
    let mut commands = vec![Command::OpenMarket(Box::new(terms))];
    for account in (1..=ACCOUNTS).map(account) {
        let name = format!("account {}", account.0);
        commands.push(Command::OpenAccount { account, name, key: PublicKey([0; 32]) });
        commands.push(Command::Deposit { account, amount: Mills(1_000_000_000_000) });
    }
    commands
}

fn account(n: u64) -> AccountId {
    AccountId(u32::try_from(n).expect("few"))
}

/// Bids and asks of a lot on 200 prices of three contracts.
fn order(n: u64) -> Command {
    let side = if n.is_multiple_of(2) { Side::Buy } else { Side::Sell };
    let away = 1 + i64::try_from(n % 100).expect("small");
    Command::PlaceOrder(NewOrder {
        account: account(1 + n % ACCOUNTS),
        session: SessionId(0),
        client_order_id: ClientOrderId::new(&format!("o{n}")).expect("a short name"),
        instrument: InstrumentId(u32::try_from(n / 7 % 3).expect("three")),
        side,
        order_type: OrderType::Limit(Ticks(2_400 - side.sign() * away)),
        quantity: Lots(1),
        time_in_force: TimeInForce::Gtc,
        qualifiers: Qualifiers::default(),
        valid_until: None,
        tag: None,
    })
}
