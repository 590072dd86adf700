//! Seeded streams of commands: what a market of a few accounts sends in a few weeks, and a good deal
//! that it should not send.
//!
//! A stream depends on its seed alone, never on what an exchange answers, so any part of it can be
//! left out when a failure is narrowed down. It never ends. Orders that it names by the exchange's
//! number it names by the count of all orders that were entered.

mod combined;
mod markets;
mod orders;

use std::collections::VecDeque;

use types::terms::FeeTerms;
use types::{
    AccountId, AdminAct, AmendOrder, CancelReason, ClientOrderId, Command, InstrumentId, Lots,
    MassCancel, MemberId, Mills, NewOrder, OrderId, OrderRef, OrderType, Party, PhaseChange,
    ProductId, Proof, PublicKey, Sequenced, SessionId, Side, TermsChange, Text, Ticks, Timestamp,
};

use crate::prng::Prng;
use crate::scenario;

pub use markets::{MARKETS, market};

const ACCOUNTS: u32 = 6;
const FIRST_ACCOUNT: u32 = 1001;
const INSTRUMENTS: u64 = 12;
const FIRST_OF_SECOND_PRODUCT: u32 = 4;
const RECENT: usize = 200;

/// A stream of commands.
#[derive(Clone, Debug)]
pub struct Workload {
    prng: Prng,
    opening: VecDeque<Sequenced<Command>>,
    seq: u64,
    time: Timestamp,
    /// There are combinations.
    is_combined: bool,
    /// About where each instrument trades.
    middles: Vec<i64>,
    names: u64,
    /// Orders that may still be open, and some that are not.
    recent: VecDeque<NewOrder>,
    /// What takes back what was done: phases, kill switches.
    undo: Vec<Command>,
}

impl Workload {
    /// The stream of a seed; it begins with opening the market and its accounts.
    ///
    /// # Panics
    /// When the market of the seed is no scenario.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let opening = scenario::log(&market(seed)).expect("each market is a scenario");
        let is_combined = markets::has_combinations(seed);
        let middles = (0..combined::INSTRUMENTS).map(|at| start(is_combined, at)).collect();
        Self {
            prng: Prng::new(seed),
            time: opening.last().expect("it has commands").time,
            opening: opening.into(),
            seq: 0,
            is_combined,
            middles,
            names: 0,
            recent: VecDeque::new(),
            undo: Vec::new(),
        }
    }

    fn command(&mut self) -> Command {
        if self.is_combined && self.prng.chance(20) {
            return self.combined();
        }
        match self.prng.below(1000) {
            0..530 => Command::PlaceOrder(self.order()),
            530..630 => Command::AmendOrder(self.amend()),
            630..740 => self.cancel(),
            740..755 => Command::PlaceOrder(self.repeated()),
            755..770 => Command::CancelOrders(self.mass_cancel()),
            770..850 => self.clock(),
            850..935 => Command::QuoteMany(self.quotes()),
            935..945 => Command::ProtectQuotes {
                account: self.maker(),
                group: self.group(),
                protection: self.protection(),
            },
            945..951 => Command::ResetQuotes { account: self.maker(), group: self.group() },
            951..977 => self.disturb(),
            977..987 => self.money(),
            987..992 => {
                let product = ProductId(u16::try_from(self.prng.below(3)).expect("below 3"));
                Command::PublishIndex { product, price: Ticks(self.prng.between(-100, 6000)) }
            }
            992..997 => Command::AppointMaker {
                account: self.account(),
                product: ProductId(u16::try_from(self.prng.below(3)).expect("below 3")),
                is_appointed: self.prng.chance(700),
            },
            _ => Command::OpenAccount {
                account: AccountId(FIRST_ACCOUNT + self.small(ACCOUNTS)),
                name: "again".to_owned(),
                key: PublicKey([0; 32]),
            },
        }
    }

    /// Paid in, or out again.
    fn money(&mut self) -> Command {
        let (account, amount) = (self.account(), Mills(self.prng.between(-1000, 2_000_000)));
        if self.prng.chance(600) {
            return Command::Deposit { account, amount };
        }
        Command::Withdraw { account, amount, proof: self.proof(2) }
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
            OrderType::Limit(price) | OrderType::StopLimit { limit: price, .. } => price,
            OrderType::Market | OrderType::MarketToLimit | OrderType::Stop { .. } => {
                self.price(order.instrument, order.side)
            }
        };
        let trigger = order.order_type.trigger();
        let is_stop = trigger.is_some() || self.prng.chance(20);
        let moved = Ticks(price.0 + self.prng.between(-6, 6));
        let trigger = Ticks(trigger.unwrap_or(price).0 + self.prng.between(-6, 6));
        let reference = OrderRef::Client(order.client_order_id);
        AmendOrder {
            account: self.mostly(order.account),
            order: if self.prng.chance(30) { self.counted() } else { reference },
            revision: self.prng.chance(200).then(|| 1 + self.small(3)),
            price: self.prng.chance(500).then_some(moved),
            quantity: self.prng.chance(600).then(|| self.quantity()),
            trigger: (is_stop && self.prng.chance(500)).then_some(trigger),
        }
    }

    fn stray_amend(&mut self) -> AmendOrder {
        AmendOrder {
            account: self.account(),
            order: OrderRef::Client(self.name(0)),
            revision: None,
            price: None,
            quantity: Some(Lots(1)),
            trigger: None,
        }
    }

    fn cancel(&mut self) -> Command {
        if self.prng.chance(100) {
            return Command::CancelOrder { account: self.maker(), order: self.counted() };
        }
        let Some(order) = self.some_order() else {
            let order = OrderRef::Client(self.name(0));
            return Command::CancelOrder { account: self.account(), order };
        };
        let account = self.mostly(order.account);
        Command::CancelOrder { account, order: OrderRef::Client(order.client_order_id) }
    }

    /// An order by the count of orders that were entered: about half of those that were sent.
    fn counted(&mut self) -> OrderRef {
        let middle = i64::try_from(self.names).expect("a count") * 3 / 5;
        let around = middle + self.prng.between(-150, 150);
        OrderRef::Exchange(OrderId(u64::try_from(around.max(1)).expect("above zero")))
    }

    fn mass_cancel(&mut self) -> MassCancel {
        let session = self.prng.chance(300).then(|| SessionId(1 + self.prng.below(2)));
        let reason = session.map_or(CancelReason::Requested, |_| CancelReason::Disconnected);
        MassCancel {
            account: self.account(),
            instrument: self.prng.chance(500).then(|| self.instrument()),
            side: self.prng.chance(300).then(|| self.prng.pick(&Side::BOTH)),
            tag: self.prng.chance(200).then(|| self.tag()).flatten(),
            session,
            reason,
        }
    }

    /// Mostly the time that has passed anyway; now and then a night or a weekend.
    fn clock(&mut self) -> Command {
        if self.prng.chance(18) {
            self.time = self.time.plus(self.prng.between(1, 60) * Timestamp::HOUR);
        }
        Command::ClockAdvanced
    }

    /// What the operator does to a market, and what it does to undo it; now and then a step that the
    /// rulebook does not have.
    fn disturb(&mut self) -> Command {
        if self.prng.chance(700)
            && let Some(command) = self.undo.pop()
        {
            return command;
        }
        let (account, instrument) = (self.account(), self.instrument());
        let phase = |change| Command::ChangePhase { instrument, change };
        match self.prng.below(17) {
            0 => self.and_then(phase(PhaseChange::Call), phase(PhaseChange::Uncross)),
            1 => self.and_then(phase(PhaseChange::Halt), phase(PhaseChange::Reopen)),
            2 => self.and_then(phase(PhaseChange::Close), phase(PhaseChange::Reopen)),
            3 => {
                self.undo.push(phase(PhaseChange::Uncross));
                self.and_then(phase(PhaseChange::Call), phase(PhaseChange::Freeze))
            }
            4 => phase(self.prng.pick(&PhaseChange::ALL)),
            5..7 => self.and_then(
                Command::ThrowKillSwitch { account, is_thrown: true },
                Command::ThrowKillSwitch { account, is_thrown: false },
            ),
            7 => Command::Restarted,
            8 => {
                let permille = self.prng.pick(&[0, 20, 35, 50, 80, 150, 1001]);
                Command::ChangeBand { instrument, permille }
            }
            14..17 => self.limit(account),
            17..19 => self.sign(account, instrument),
            _ => self.undo.pop().unwrap_or(phase(PhaseChange::Uncross)),
        }
    }

    /// The operator's limits, of members and of an account; mostly wide enough.
    fn limit(&mut self, account: AccountId) -> Command {
        let product = ProductId(u16::try_from(self.prng.below(3)).expect("below 3"));
        let member = MemberId(1 + self.small(3));
        let lots = Lots(self.prng.pick(&[0, 20, 100, 400]));
        match self.prng.below(8) {
            0 => {
                let attest = |lots| Command::AttestCapacity { product, lots: Lots(lots) };
                let lots = self.prng.pick(&[100, 400, 2000]);
                self.and_then(attest(lots), attest(2000))
            }
            1 => Command::ExemptHedger { account, product, lots },
            2..4 => Command::JoinMember { account, member: MemberId(1 + self.small(2)) },
            4 => Command::ChangeTerms(self.terms_change()),
            5 => {
                let is_of_member = self.prng.chance(500);
                let party =
                    if is_of_member { Party::Member(member) } else { Party::Account(account) };
                let most = self.prng.pick(&[None, None, Some(-1), Some(20_000), Some(100_000)]);
                let most = most.map(|dollars| Mills(dollars * 1000));
                let unlimited = Command::LimitCredit { party, most: None };
                self.and_then(Command::LimitCredit { party, most }, unlimited)
            }
            6 => Command::CancelMember(member),
            _ => self.and_then(
                Command::ThrowMemberSwitch { member, is_thrown: true },
                Command::ThrowMemberSwitch { member, is_thrown: false },
            ),
        }
    }

    /// Terms that change, and now and then terms that no market can have.
    fn terms_change(&mut self) -> TermsChange {
        if self.prng.chance(500) {
            let lots = Lots(u64::from(self.prng.pick(&[0u32, 120, 150, 150, 150])));
            return TermsChange::PositionLimit { product: ProductId(0), lots };
        }
        TermsChange::Fees(FeeTerms {
            maker_mills_per_lot: self.prng.pick(&[-10, 0, 10]),
            taker_mills_per_lot: self.prng.pick(&[20, 40]),
            delivery_mills_per_gpu_hour: 1,
        })
    }

    /// The same, by admins; too few of them at times, and with a nonce that was used at times.
    fn sign(&mut self, account: AccountId, instrument: InstrumentId) -> Command {
        let kill = |is_thrown| Command::ThrowKillSwitch { account, is_thrown };
        let halt = Command::ChangePhase { instrument, change: PhaseChange::Halt };
        let reopen = Command::ChangePhase { instrument, change: PhaseChange::Reopen };
        let both = self.signed(vec![kill(false), reopen], 2);
        match self.prng.below(4) {
            0 => {
                let act = self.signed(vec![kill(true), halt], 1);
                self.and_then(act, both)
            }
            1 => {
                let (command, count) = (self.limit(account), 1 + self.small(2));
                self.signed(vec![command], count)
            }
            2 => {
                let count = 1 + self.small(2);
                self.signed(vec![Command::Reinstate { account }], count)
            }
            _ => both,
        }
    }

    fn signed(&mut self, commands: Vec<Command>, count: u32) -> Command {
        let nonce = self.seq + self.prng.below(3);
        let proof = || Proof { payload: Vec::new(), nonce, signature: Vec::new() };
        let key = |admin: u32| PublicKey([u8::try_from(admin).expect("few admins"); 32]);
        let signed = (1..=count).map(|admin| (key(admin), proof())).collect();
        Command::Administer(Box::new(AdminAct { commands, reason: "a test".to_owned(), signed }))
    }

    fn and_then(&mut self, command: Command, undo: Command) -> Command {
        self.undo.push(undo);
        command
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

    /// Two accounts quote more than the others.
    fn maker(&mut self) -> AccountId {
        if self.prng.chance(100) {
            return self.account();
        }
        AccountId(FIRST_ACCOUNT + self.small(2))
    }

    /// Three of them make most of the market.
    fn instrument(&mut self) -> InstrumentId {
        if self.is_combined {
            return self.combined_instrument();
        }
        let busy = [1, 2, FIRST_OF_SECOND_PRODUCT + 1];
        let all = u32::try_from(INSTRUMENTS).expect("a dozen");
        InstrumentId(if self.prng.chance(850) { self.prng.pick(&busy) } else { self.small(all) })
    }

    fn name(&self, number: u64) -> ClientOrderId {
        Text::new(&format!("w{number}")).expect("letters and digits")
    }

    fn small(&mut self, end: u32) -> u32 {
        u32::try_from(self.prng.below(u64::from(end))).expect("below 32 bits")
    }

    /// Half of the commands come at the time of the one before; some come minutes later.
    fn step(&mut self) -> i64 {
        match self.prng.below(1000) {
            0..500 => 0,
            500..900 => self.prng.between(0, 5),
            900..990 => self.prng.between(0, 60),
            _ => self.prng.between(0, 1200),
        }
    }
}

/// Where an instrument begins: the first four, the next four, and later ones.
fn start(is_combined: bool, at: usize) -> i64 {
    match at {
        0..4 => 2400,
        4..8 => 4100,
        8..12 if is_combined => 0,
        _ => 2400,
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
        self.time = self.time.plus(self.step() * Timestamp::SECOND);
        let mut value = self.command();
        if self.time.hour_start() != before {
            value = Command::ClockAdvanced;
        }
        Some(Sequenced { seq: self.seq, time: self.time, value })
    }
}
