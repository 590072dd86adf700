//! on 10,000 random positions: a year that ends becomes exactly its parts, lot for lot, carried
//! at the price it was settled at, beside what the accounts held of the parts before.

use std::collections::BTreeMap;

use engine::Exchange;
use tests::market;
use tests::prng::Prng;
use tests::view::View;
use types::event::MarketFact;
use types::{
    AccountId, ClientOrderId, Command, Event, InstrumentId, Lots, Mills, NewOrder, OrderType,
    PublicKey, Qualifiers, Sequenced, SessionId, Side, Tenor, Ticks, TimeInForce, Timestamp,
};

const MARKETS: u64 = 100;
const MEMBERS: u32 = 100;
const DEALER: AccountId = AccountId(1);

/// 2027-12-13 10:00; the year 2028 ends a week later at 16:00.
const START: Timestamp = Timestamp(1_828_692_000_000_000_000);
const END: Timestamp = Timestamp(1_829_318_400_000_000_000);

/// A market with a year, its quarters and three months, and members who only trade with a dealer.
struct Held {
    exchange: Exchange,
    view: View,
    /// The settlement prices of the last settlement, by contract.
    settled: BTreeMap<InstrumentId, Ticks>,
    seq: u64,
}

impl Held {
    fn open() -> Self {
        let product = types::ProductTerms {
            quarters_listed: 5,
            years_listed: 1,
            position_limit_lots: 100_000,
            ..market::product("H100", "US")
        };
        let mut held = Self {
            exchange: Exchange::new(),
            view: View::default(),
            settled: BTreeMap::new(),
            seq: 0,
        };
        held.apply(START, Command::OpenMarket(Box::new(market::terms(vec![product]))));
        for account in (DEALER.0..=DEALER.0 + MEMBERS).map(AccountId) {
            let (name, key) = (format!("member {}", account.0), PublicKey([0; 32]));
            held.apply(START, Command::OpenAccount { account, name, key });
            held.apply(START, Command::Deposit { account, amount: Mills(1 << 45) });
        }
        held
    }

    fn apply(&mut self, time: Timestamp, value: Command) {
        self.seq += 1;
        let mut events = Vec::new();
        self.exchange.apply(&Sequenced { seq: self.seq, time, value }, &mut events);
        for event in &events {
            self.view.hear(event);
            if let Event::Market { instrument, fact: MarketFact::Settled { price, .. }, .. } = event
            {
                self.settled.insert(*instrument, *price);
            }
        }
    }

    fn find(&self, tenor: &str) -> InstrumentId {
        let tenor = Tenor::parse(tenor).expect("a tenor");
        let mut all = self.view.contracts.iter();
        *all.find(|(_, contract)| contract.instrument.tenor() == Some(tenor)).expect("listed").0
    }

    /// The dealer offers, and the member takes.
    fn trade(&mut self, member: AccountId, instrument: InstrumentId, prng: &mut Prng) {
        let side = prng.pick(&Side::BOTH);
        let price = Ticks(prng.between(2_300, 2_500));
        let quantity = Lots(u64::try_from(prng.between(1, 40)).expect("above zero"));
        for (account, side) in [(DEALER, side.opposite()), (member, side)] {
            let name = ClientOrderId::new(&format!("o{}", self.seq)).expect("a short name");
            let order = NewOrder {
                account,
                session: SessionId(0),
                client_order_id: name,
                instrument,
                side,
                order_type: OrderType::Limit(price),
                quantity,
                time_in_force: TimeInForce::Gtc,
                qualifiers: Qualifiers::default(),
                valid_until: None,
                tag: None,
            };
            self.apply(START, Command::PlaceOrder(order));
        }
    }

    fn net(&self, account: AccountId, instrument: InstrumentId) -> i64 {
        let positions = &self.view.accounts[&account].positions;
        positions.get(&instrument).map_or(0, |position| position.net.0)
    }
}

#[test]
fn a_year_becomes_exactly_its_parts() {
    let mut cascaded = 0;
    for seed in 0..MARKETS {
        let (mut held, mut prng) = (Held::open(), Prng::new(seed));
        let year = held.find("2028Y");
        let parts = ["2028M02", "2028M03", "2028Q2", "2028Q3", "2028Q4"].map(|t| held.find(t));
        let members = || (DEALER.0..=DEALER.0 + MEMBERS).map(AccountId);
        for member in members().skip(1) {
            held.trade(member, year, &mut prng);
            let part = prng.pick(&parts);
            held.trade(member, part, &mut prng);
        }
        let before: Vec<(i64, [i64; 5])> = members()
            .map(|account| (held.net(account, year), parts.map(|part| held.net(account, part))))
            .collect();
        held.apply(END, Command::ClockAdvanced);
        for (account, (of_year, of_parts)) in members().zip(before) {
            assert_eq!(held.net(account, year), 0, "seed {seed}: {account:?}");
            for (part, own) in parts.into_iter().zip(of_parts) {
                let position = held.view.accounts[&account].positions.get(&part);
                assert_eq!(held.net(account, part), own + of_year, "seed {seed}: {account:?}");
                let at = |id: InstrumentId| i128::from(held.settled[&id].0);
                let carry = i128::from(own) * at(part) + i128::from(of_year) * at(year);
                let carried = position.map_or(carry, |position| position.carry);
                assert_eq!(carried, carry, "seed {seed}: {account:?} in {part:?}");
            }
            cascaded += u32::from(of_year != 0);
        }
        let hours = |tenor: &str| Tenor::parse(tenor).expect("a tenor").hours();
        let in_parts = ["2028M01", "2028M02", "2028M03", "2028Q2", "2028Q3", "2028Q4"].map(hours);
        assert_eq!(in_parts.iter().sum::<u32>(), hours("2028Y"), "the value is the same");
        held.exchange.audit();
    }
    assert!(10_000 <= cascaded, "{cascaded} positions ended");
}
