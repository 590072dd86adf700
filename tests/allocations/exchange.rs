//! The exchange: once it has its size, orders come, are amended, trade and go without a single
//! allocation. It has its size after some days, because requests are remembered for one.

use engine::Exchange;
use tests::market;
use types::{
    AccountId, AmendOrder, ClientOrderId, Command, Event, InstrumentId, Lots, MarketFact, Mills,
    NewOrder, OrderRef, OrderState, OrderType, PublicKey, Qualifiers, Sequenced, SessionId, Side,
    Ticks, TimeInForce, Timestamp, Verdict,
};

const ACCOUNTS: u32 = 4;
const WARM_UP: u64 = 40_000;
const COUNTED: u64 = 20_000;

/// The last month that is listed at first, which does not expire meanwhile.
const FAR: InstrumentId = InstrumentId(2);

/// Five rounds in a minute: as many as are remembered come in 7,200.
const ROUND: i64 = 12_000_000_000;

/// What the counted commands came to: a command that does nothing allocates nothing.
#[derive(Debug, Default)]
struct Done {
    commands: u64,
    allocations: u64,
    trades: u64,
    cancels: u64,
    amends: u64,
    refused: u64,
}

#[test]
fn commands_about_orders_do_not_allocate() {
    let mut exchange = Exchange::new();
    let mut events: Vec<Event> = Vec::with_capacity(1_000);
    let mut done = Done::default();
    let rounds = (0..WARM_UP + COUNTED).flat_map(|n| round(n).map(|value| (n, value)));
    let commands = opening().into_iter().map(|value| (0, value)).chain(rounds);
    for (seq, (n, value)) in (1..).zip(commands) {
        let time = Timestamp(1_799_712_000_000_000_000 + i64::try_from(n).expect("small") * ROUND);
        let command = Sequenced { seq, time, value };
        events.clear();
        let cost = allocation_counter::measure(|| exchange.apply(&command, &mut events));
        // What the clock brings is another matter: settlements, margins of all accounts.
        if WARM_UP <= n && command.value != Command::ClockAdvanced {
            if cost.count_total != 0 {
                println!("{} allocations: {:?}", cost.count_total, command.value);
            }
            done.count(cost.count_total, &events);
        }
    }
    println!("{done:?}");
    assert!(COUNTED / 2 < done.trades && COUNTED / 2 < done.cancels, "{done:?}");
    assert!(done.refused < COUNTED / 2, "{done:?}");
    assert!(COUNTED / 2 < done.amends, "{done:?}");
    assert_eq!(done.allocations, 0, "{done:?}");
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
                    self.amends += u64::from(verdict.priority.is_some());
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

/// Two orders come, one is amended, one that came a while ago is cancelled, one trades.
fn round(n: u64) -> [Command; 6] {
    // Every account buys as often as it sells, so no position grows.
    let side = if (n / 4).is_multiple_of(2) { Side::Buy } else { Side::Sell };
    let away = 1 + i64::try_from(n % 40).expect("small");
    let rests = |name: &str, side: Side, away: i64| order(name, n, side, away, TimeInForce::Gtc);
    let cancel = Command::CancelOrder {
        account: account(n.saturating_sub(200)),
        order: OrderRef::Client(name("a", n.saturating_sub(200))),
    };
    let amend = Command::AmendOrder(AmendOrder {
        account: account(n),
        order: OrderRef::Client(name("a", n)),
        revision: None,
        price: Some(Ticks(2_400 - side.sign() * (away + 11))),
        quantity: None,
        trigger: None,
    });
    [
        Command::ClockAdvanced,
        rests("a", side, away + 10),
        amend,
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
        instrument: FAR,
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
