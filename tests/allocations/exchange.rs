//! The exchange: what it allocates for a command about orders. What is left are the maps in which an
//! account's requests are remembered for a day: they grow by a node every few entries.

use engine::Exchange;
use tests::market;
use types::{
    AccountId, ClientOrderId, Command, Event, InstrumentId, Lots, MarketFact, Mills, NewOrder,
    OrderRef, OrderState, OrderType, PublicKey, Qualifiers, Sequenced, SessionId, Side, Ticks,
    TimeInForce, Timestamp, Verdict,
};

const ACCOUNTS: u32 = 4;
const WARM_UP: u64 = 40_000;
const COUNTED: u64 = 20_000;

/// Of a hundred commands at most so many may allocate; to be lowered when fewer do.
const MOST_PERCENT: u64 = 15;

/// What the counted commands came to: a command that does nothing allocates nothing.
#[derive(Debug, Default)]
struct Done {
    commands: u64,
    allocations: u64,
    trades: u64,
    cancels: u64,
    refused: u64,
}

#[test]
fn commands_about_orders_hardly_allocate() {
    let mut exchange = Exchange::new();
    let mut events: Vec<Event> = Vec::with_capacity(1_000);
    let mut done = Done::default();
    let commands = opening().into_iter().chain((0..WARM_UP + COUNTED).flat_map(round));
    for (n, value) in (1..).zip(commands) {
        let time = Timestamp(1_799_712_000_000_000_000 + i64::try_from(n).expect("small"));
        let command = Sequenced { seq: n, time, value };
        events.clear();
        let cost = allocation_counter::measure(|| exchange.apply(&command, &mut events));
        if 4 * WARM_UP < n {
            done.count(cost.count_total, &events);
        }
    }
    println!("{done:?}");
    assert!(COUNTED / 2 < done.trades && COUNTED / 2 < done.cancels, "{done:?}");
    assert!(done.refused < COUNTED / 2, "{done:?}");
    assert!(100 * done.allocations <= MOST_PERCENT * done.commands, "{done:?}");
}

impl Done {
    fn count(&mut self, allocations: u64, events: &[Event]) {
        self.commands += 1;
        self.allocations += allocations;
        for event in events {
            match event {
                Event::Market { fact: MarketFact::Trade { .. }, .. } => self.trades += 1,
                Event::Verdict(Verdict::Refused(_)) => self.refused += 1,
                Event::Verdict(Verdict::Order(verdict)) => {
                    self.cancels += u64::from(verdict.state == OrderState::Canceled);
                }
                _ => {}
            }
        }
    }
}

fn opening() -> Vec<Command> {
    let mut terms = market::terms(vec![market::product("H100", "US")]);
    terms.open_orders_per_account = 10_000;
    let mut commands = vec![Command::OpenMarket(Box::new(terms))];
    for account in (1..=ACCOUNTS).map(AccountId) {
        let name = format!("account {}", account.0);
        commands.push(Command::OpenAccount { account, name, key: PublicKey([0; 32]) });
        commands.push(Command::Deposit { account, amount: Mills(1_000_000_000_000) });
    }
    commands
}

/// Two orders come, one that came a while ago is cancelled, one trades.
fn round(n: u64) -> [Command; 4] {
    // Every account buys as often as it sells, so no position grows.
    let side = if (n / 4).is_multiple_of(2) { Side::Buy } else { Side::Sell };
    let away = 1 + i64::try_from(n % 40).expect("small");
    let rests = |name: &str, side: Side, away: i64| order(name, n, side, away, TimeInForce::Gtc);
    let cancel = Command::CancelOrder {
        account: account(n.saturating_sub(200)),
        order: OrderRef::Client(name("a", n.saturating_sub(200))),
    };
    [
        rests("a", side, away + 10),
        rests("b", side, 1),
        cancel,
        order("c", n + 1, side.opposite(), -1, TimeInForce::Ioc),
    ]
}

fn order(letter: &str, n: u64, side: Side, away: i64, time_in_force: TimeInForce) -> Command {
    Command::PlaceOrder(NewOrder {
        account: account(n),
        session: SessionId(0),
        client_order_id: name(letter, n),
        instrument: InstrumentId(0),
        side,
        order_type: OrderType::Limit(Ticks(2_400 - side.sign() * away)),
        quantity: Lots(1),
        time_in_force,
        qualifiers: Qualifiers::default(),
        valid_until: None,
        tag: None,
    })
}

fn account(n: u64) -> AccountId {
    AccountId(1 + u32::try_from(n % u64::from(ACCOUNTS)).expect("few"))
}

fn name(letter: &str, n: u64) -> ClientOrderId {
    ClientOrderId::new(&format!("{letter}{n}")).expect("a short name")
}
