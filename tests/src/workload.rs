//! Seeded streams of commands: what a market of a few accounts sends in a few weeks, and a good deal
//! that it should not send.
//!
//! A stream depends on its seed alone, never on what an exchange answers, so any part of it can be
//! left out when a failure is narrowed down. It never ends.

use std::collections::VecDeque;

use types::{
    AccountId, AmendOrder, CancelReason, ClientOrderId, Command, InstrumentId, Lots, MassCancel,
    Mills, NewOrder, OrderRef, OrderType, PhaseChange, ProductId, PublicKey, Sequenced, SessionId,
    Side, Tag, Text, Ticks, TimeInForce, Timestamp,
};

use crate::prng::Prng;
use crate::scenario;

/// The market of every stream, as a scenario: two products, one of which ends in money outright and
/// one whose blocks are never full; months, and quarters that cascade into them.
pub const MARKET: &str = "\
clock 2027-02-20 10:00
terms months 3 quarters 1 block 1000000 B200-EU.cash 4001 B200-EU.reference 4100
terms scan_before 307 scan_after 223
terms band 80 protection 30 largest_order 100 position_limit 150 open_orders 40
terms maker_fee -2 taker_fee 5
list H100-US-2027M04 H100-US-2027Q2 B200-EU-2027M04
fund ann 3000000 bob 3000000 cat 900000 dan 300000 eve 60000 fay 15000
";

const ACCOUNTS: u32 = 6;
const FIRST_ACCOUNT: u32 = 1001;
const INSTRUMENTS: u64 = 12;
const FIRST_OF_SECOND_PRODUCT: u32 = 4;
/// Where the first, the second and the later contracts begin.
const START: [i64; 3] = [2400, 4100, 2400];
const RECENT: usize = 200;

/// A stream of commands.
#[derive(Clone, Debug)]
pub struct Workload {
    prng: Prng,
    opening: VecDeque<Sequenced<Command>>,
    seq: u64,
    time: Timestamp,
    /// About where each instrument trades.
    middles: Vec<i64>,
    names: u64,
    /// Orders that may still be open, and some that are not.
    recent: VecDeque<NewOrder>,
    halted: Option<InstrumentId>,
}

impl Workload {
    /// The stream of a seed; it begins with opening the market and its accounts.
    ///
    /// # Panics
    /// When [`MARKET`] is no scenario.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let opening = scenario::log(MARKET).expect("the market of the workload is a scenario");
        let middles = (0..12).map(|at| START[at / 4]).collect();
        Self {
            prng: Prng::new(seed),
            time: opening.last().expect("it has commands").time,
            opening: opening.into(),
            seq: 0,
            middles,
            names: 0,
            recent: VecDeque::new(),
            halted: None,
        }
    }

    fn command(&mut self) -> Command {
        match self.prng.below(1000) {
            0..600 => Command::PlaceOrder(self.order()),
            600..710 => Command::AmendOrder(self.amend()),
            710..850 => self.cancel(),
            850..870 => Command::PlaceOrder(self.repeated()),
            870..882 => Command::CancelOrders(self.mass_cancel()),
            882..950 => self.clock(),
            950..970 => self.phase(),
            970..985 => {
                let amount = Mills(self.prng.between(-1000, 2_000_000));
                Command::Deposit { account: self.account(), amount }
            }
            985..995 => {
                let product = ProductId(u16::try_from(self.prng.below(3)).expect("below 3"));
                Command::PublishIndex { product, price: Ticks(self.prng.between(-100, 6000)) }
            }
            _ => Command::OpenAccount {
                account: AccountId(FIRST_ACCOUNT + self.small(ACCOUNTS)),
                name: "again".to_owned(),
                key: PublicKey([0; 32]),
            },
        }
    }

    fn order(&mut self) -> NewOrder {
        let instrument = self.instrument();
        let side = self.prng.pick(&Side::BOTH);
        let is_market = self.prng.chance(60);
        let limit = OrderType::Limit(self.price(instrument, side));
        self.names += 1;
        let order = NewOrder {
            account: self.account(),
            session: SessionId(self.prng.below(3)),
            client_order_id: self.name(self.names),
            instrument,
            side,
            order_type: if is_market { OrderType::Market } else { limit },
            quantity: self.quantity(),
            time_in_force: self.prng.pick(&[
                TimeInForce::Gtc,
                TimeInForce::Gtc,
                TimeInForce::Gtc,
                TimeInForce::Ioc,
            ]),
            post_only: self.prng.chance(150),
            valid_until: self.prng.chance(30).then(|| self.time.plus(self.prng.between(-9, 9))),
            tag: self.tag(),
        };
        self.recent.push_back(order);
        if RECENT < self.recent.len() {
            self.recent.pop_front();
        }
        order
    }

    /// An order that was sent before: as it was, by another session, or with another body.
    fn repeated(&mut self) -> NewOrder {
        let Some(mut order) = self.some_order() else { return self.order() };
        match self.prng.below(3) {
            0 => order.session = SessionId(order.session.0 + 1),
            1 => order.quantity = Lots(order.quantity.0 + 1),
            _ => {}
        }
        order
    }

    fn amend(&mut self) -> AmendOrder {
        let Some(order) = self.some_order() else { return self.stray_amend() };
        let price = match order.order_type {
            OrderType::Limit(price) => price,
            OrderType::Market => self.price(order.instrument, order.side),
        };
        let moved = Ticks(price.0 + self.prng.between(-6, 6));
        AmendOrder {
            account: self.mostly(order.account),
            order: OrderRef::Client(order.client_order_id),
            revision: self.prng.chance(200).then(|| 1 + self.small(3)),
            price: self.prng.chance(500).then_some(moved),
            quantity: self.prng.chance(600).then(|| self.quantity()),
        }
    }

    fn stray_amend(&mut self) -> AmendOrder {
        AmendOrder {
            account: self.account(),
            order: OrderRef::Client(self.name(0)),
            revision: None,
            price: None,
            quantity: Some(Lots(1)),
        }
    }

    fn cancel(&mut self) -> Command {
        let Some(order) = self.some_order() else {
            let order = OrderRef::Client(self.name(0));
            return Command::CancelOrder { account: self.account(), order };
        };
        let account = self.mostly(order.account);
        Command::CancelOrder { account, order: OrderRef::Client(order.client_order_id) }
    }

    fn mass_cancel(&mut self) -> MassCancel {
        MassCancel {
            account: self.account(),
            instrument: self.prng.chance(500).then(|| self.instrument()),
            side: self.prng.chance(300).then(|| self.prng.pick(&Side::BOTH)),
            tag: self.prng.chance(200).then(|| self.tag()).flatten(),
            session: None,
            reason: CancelReason::Requested,
        }
    }

    /// Mostly the time that has passed anyway; now and then a night or a weekend.
    fn clock(&mut self) -> Command {
        if self.prng.chance(15) {
            self.time = self.time.plus(self.prng.between(1, 60) * Timestamp::HOUR);
        }
        Command::ClockAdvanced
    }

    /// Halts are short: the next change resumes. Now and then one that the rulebook does not have.
    fn phase(&mut self) -> Command {
        if let Some(instrument) = self.halted.take() {
            return Command::ChangePhase { instrument, change: PhaseChange::Resume };
        }
        let instrument = self.instrument();
        let change = self.prng.pick(&[PhaseChange::Halt, PhaseChange::Resume, PhaseChange::Expire]);
        if change == PhaseChange::Halt {
            self.halted = Some(instrument);
        }
        Command::ChangePhase { instrument, change }
    }

    fn some_order(&mut self) -> Option<NewOrder> {
        let count = u64::try_from(self.recent.len()).expect("a length");
        if count == 0 {
            return None;
        }
        // The newest are the likeliest to be open.
        let back = self.prng.below(count).min(self.prng.below(count));
        self.recent.iter().rev().nth(usize::try_from(back).expect("below a length")).copied()
    }

    fn account(&mut self) -> AccountId {
        let is_stray = self.prng.chance(3);
        AccountId(FIRST_ACCOUNT + if is_stray { ACCOUNTS } else { self.small(ACCOUNTS) })
    }

    fn mostly(&mut self, account: AccountId) -> AccountId {
        if self.prng.chance(30) { self.account() } else { account }
    }

    /// Three of them make most of the market.
    fn instrument(&mut self) -> InstrumentId {
        let busy = [1, 2, FIRST_OF_SECOND_PRODUCT + 1];
        let all = u32::try_from(INSTRUMENTS).expect("a dozen");
        InstrumentId(if self.prng.chance(700) { self.prng.pick(&busy) } else { self.small(all) })
    }

    /// Around a middle that wanders and now and then jumps; most of all near it; one in thirty anywhere.
    fn price(&mut self, instrument: InstrumentId, side: Side) -> Ticks {
        let at = usize::try_from(instrument.0).expect("a dozen");
        self.middles[at] += self.prng.between(-2, 2);
        if self.prng.chance(1) {
            self.middles[at] += self.prng.between(-250, 250);
        }
        // The market comes back to where it was, slowly.
        self.middles[at] += (START[at / 4] - self.middles[at]) / 400;
        if self.prng.chance(30) {
            return Ticks(self.prng.between(-100, 21_000));
        }
        let distance = self.prng.between(-4, 12).min(self.prng.between(-4, 40));
        Ticks(self.middles[at] - side.sign() * distance)
    }

    fn quantity(&mut self) -> Lots {
        let odd = [0, 100, 101, 1_000_000];
        if self.prng.chance(15) {
            return Lots(self.prng.pick(&odd));
        }
        Lots(1 + self.prng.below(20).min(self.prng.below(20)))
    }

    fn tag(&mut self) -> Option<Tag> {
        self.prng.chance(200).then(|| self.prng.pick(&["mm", "hedge"])).and_then(Text::new)
    }

    fn name(&self, number: u64) -> ClientOrderId {
        Text::new(&format!("w{number}")).expect("letters and digits")
    }

    fn small(&mut self, end: u32) -> u32 {
        u32::try_from(self.prng.below(u64::from(end))).expect("below 32 bits")
    }
}

/// The clock is the first to say that an hour has begun, as it is in a market that runs.
impl Iterator for Workload {
    type Item = Sequenced<Command>;

    fn next(&mut self) -> Option<Sequenced<Command>> {
        self.seq += 1;
        if let Some(command) = self.opening.pop_front() {
            return Some(command);
        }
        let before = self.time.hour_start();
        if self.prng.chance(500) {
            self.time = self.time.plus(self.prng.between(0, 200) * Timestamp::SECOND);
        }
        let mut value = self.command();
        if self.time.hour_start() != before {
            value = Command::ClockAdvanced;
        }
        Some(Sequenced { seq: self.seq, time: self.time, value })
    }
}
