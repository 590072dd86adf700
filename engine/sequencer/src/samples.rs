//! Commands for the tests of this crate. Whether the market would accept them does not matter here.

mod acts;
mod capacity;
mod deliveries;
mod market;
mod names;
mod observations;

use std::io::{self, Write};

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use types::{
    AccountId, AmendOrder, BlockLeg, BlockTrade, CancelReason, ClientOrderId, Command, Event,
    InstrumentId, Leg, Lots, MassCancel, MassQuote, MemberId, Mills, NewOrder, NodeId, NodeReading,
    OrderId, OrderRef, OrderType, Party, PhaseChange, PostOnly, ProductId, Proof, Protection,
    PublicKey, Qualifiers, Quote, QuoteGroup, SelfMatch, Sequenced, SessionId, Side, Tag, Ticks,
    TimeInForce, Timestamp, TwoSided,
};

use self::market::terms;
pub(crate) use self::names::name;

use crate::{Batch, Derived};

/// The stamp of record `seq` in these tests: a second for each.
pub(crate) fn time_of(seq: u64) -> Timestamp {
    Timestamp(i64::try_from(seq).expect("tests are short") * Timestamp::SECOND)
}

/// A command of one record.
pub(crate) fn stamped(seq: u64, value: Command) -> Sequenced<Command> {
    Sequenced { seq, time: time_of(seq), value }
}

/// A deposit that carries the number of its record, so that no two are the same.
pub(crate) fn deposit(seq: u64) -> Sequenced<Command> {
    let amount = Mills(i64::try_from(seq).expect("tests are short"));
    stamped(seq, Command::Deposit { account: AccountId(7), amount })
}

/// A batch of deposits with these numbers.
pub(crate) fn deposits(seqs: impl IntoIterator<Item = u64>) -> Batch {
    let mut batch = Batch::default();
    seqs.into_iter().for_each(|seq| batch.push(&deposit(seq)));
    batch
}

/// Counts commands and events, and adds up what was deposited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) commands: u64,
    pub(crate) events: u64,
    pub(crate) deposited: i64,
}

/// The deposit that a [`Count`] cannot count.
pub(crate) const UNLUCKY: i64 = 13;

impl Derived for Count {
    const VERSION: u32 = 2;

    fn apply(&mut self, command: &Sequenced<Command>, events: &[Event]) {
        self.commands += 1;
        self.events += events.len() as u64;
        if let Command::Deposit { amount, .. } = command.value {
            assert!(amount.0 != UNLUCKY, "a deposit of {amount}");
            self.deposited += amount.0;
        }
    }

    fn save(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(&self.commands.to_le_bytes())?;
        out.write_all(&self.events.to_le_bytes())?;
        out.write_all(&self.deposited.to_le_bytes())
    }

    fn load(version: u32, bytes: &[u8]) -> Result<Self, String> {
        if version != Self::VERSION {
            return Err(format!("it is of version {version}, not {}", Self::VERSION));
        }
        let field = |at: usize| bytes[at..at + 8].try_into().expect("it is 24 bytes");
        let (commands, events) = (u64::from_le_bytes(field(0)), u64::from_le_bytes(field(8)));
        Ok(Self { commands, events, deposited: i64::from_le_bytes(field(16)) })
    }
}

/// An open market, if these are one command of each variant.
pub(crate) fn with_good_terms(mut commands: Vec<Command>) -> Vec<Command> {
    if let Command::OpenMarket(terms) = &mut commands[0] {
        terms.spread.clear();
        terms.scenario = vec![terms.scenario[0].clone(); 16];
        let product = &mut terms.product[0];
        (product.months_listed, product.spreads_listed) = (3, 1);
        (product.quarters_listed, product.years_listed) = (0, 0);
    }
    commands
}

/// One command of each variant.
pub(crate) fn one_of_each() -> Vec<Command> {
    let account = AccountId(0x0102_0304);
    let instrument = InstrumentId(5);
    let client_order_id = ClientOrderId::new("mm1-000017").expect("it is in the grammar");
    let group = QuoteGroup::new("front").expect("it is in the grammar");
    let proof = Proof { payload: b"{\"nodes\":[3]}".to_vec(), nonce: 9, signature: vec![0xab; 64] };
    vec![
        Command::OpenMarket(Box::new(terms())),
        Command::ClockAdvanced,
        Command::OpenAccount { account, name: "lab".to_owned(), key: PublicKey([0x11; 32]) },
        Command::Deposit { account, amount: Mills(1_000_000_000) },
        Command::PlaceOrder(NewOrder {
            account,
            session: SessionId(77),
            client_order_id,
            instrument,
            side: Side::Sell,
            order_type: OrderType::Limit(Ticks(-2_400)),
            quantity: Lots(12),
            time_in_force: TimeInForce::Ioc,
            qualifiers: Qualifiers {
                post_only: Some(PostOnly::Slide),
                reduce_only: true,
                minimum: Some(Lots(3)),
                peak: Some(Lots(4)),
                self_match: SelfMatch::Decrement,
            },
            valid_until: Some(Timestamp(1_772_323_200_000_000_000)),
            tag: Tag::new("hedge"),
        }),
        Command::AmendOrder(AmendOrder {
            account,
            order: OrderRef::Client(client_order_id),
            revision: Some(2),
            price: None,
            quantity: Some(Lots(8)),
            trigger: Some(Ticks(2_500)),
        }),
        Command::CancelOrder { account, order: OrderRef::Exchange(OrderId(5_001)) },
        Command::CancelOrders(MassCancel {
            account,
            instrument: Some(instrument),
            side: Some(Side::Buy),
            tag: None,
            session: Some(SessionId(77)),
            reason: CancelReason::Disconnected,
        }),
        Command::QuoteMany(MassQuote {
            account,
            session: SessionId(77),
            quote_id: client_order_id,
            group,
            quotes: vec![TwoSided {
                instrument,
                bid: Some(Quote { price: Ticks(2_390), quantity: Lots(5) }),
                ask: None,
            }],
        }),
        Command::ProtectQuotes {
            account,
            group,
            protection: Some(Protection {
                window_ms: 1_000,
                lots: Lots(100),
                trades: 10,
                frozen_ms: 5_000,
            }),
        },
        Command::ResetQuotes { account, group },
        Command::ThrowKillSwitch { account, is_thrown: true },
        Command::DefineCombination {
            account,
            legs: vec![
                Leg { instrument, ratio: -1 },
                Leg { instrument: InstrumentId(9), ratio: 1 },
            ],
        },
        Command::TradeBlock(Box::new(BlockTrade {
            parties: [account, AccountId(8)],
            legs: vec![BlockLeg {
                instrument,
                side: Side::Sell,
                price: Ticks(2_410),
                lots: Lots(64),
            }],
            proofs: [proof.clone(), proof.clone()],
        })),
        Command::AppointMaker { account, product: ProductId(1), is_appointed: true },
        Command::ChangePhase { instrument, change: PhaseChange::Halt },
        Command::ChangeBand { instrument, permille: 250 },
        Command::Restarted,
        Command::PublishIndex { product: ProductId(1), price: Ticks(2_125) },
        Command::PledgeNodes {
            account,
            instrument,
            nodes: vec![NodeId(3), NodeId(4)],
            proof: proof.clone(),
        },
        Command::MeterHour {
            account,
            instrument,
            hour: Timestamp(1_772_323_200_000_000_000),
            readings: vec![NodeReading { node: NodeId(3), gpu_hours: 8 }],
            proof: proof.clone(),
        },
        Command::Withdraw { account, amount: Mills(250_000), proof: proof.clone() },
        Command::AttestCapacity { product: ProductId(1), lots: Lots(640) },
        Command::ExemptHedger { account, product: ProductId(1), lots: Lots(80) },
        Command::JoinMember { account, member: MemberId(7) },
        Command::LimitCredit { party: Party::Member(MemberId(7)), most: Some(Mills(9_000)) },
        Command::ThrowMemberSwitch { member: MemberId(7), is_thrown: true },
    ]
    .into_iter()
    .chain(capacity::one_of_each(account, instrument, &proof))
    .chain(acts::one_of_each(account, &proof))
    .chain(deliveries::one_of_each(account, instrument, &proof))
    .chain(observations::one_of_each(account, &proof))
    .chain(acts::later())
    .chain([Command::CancelMember(MemberId(7))])
    .collect()
}

/// Any command, with every kind of field; the terms of a market stand still.
pub(crate) fn any_command() -> impl Strategy<Value = Command> {
    let account = any::<u32>().prop_map(AccountId);
    let instrument = any::<u32>().prop_map(InstrumentId);
    prop_oneof![
        Just(Command::OpenMarket(Box::new(terms()))),
        Just(Command::ClockAdvanced),
        (account, ".{0,64}", any::<[u8; 32]>()).prop_map(|(account, name, key)| {
            Command::OpenAccount { account, name, key: PublicKey(key) }
        }),
        (any::<u32>(), any::<i64>()).prop_map(|(account, amount)| Command::Deposit {
            account: AccountId(account),
            amount: Mills(amount)
        }),
        any_order().prop_map(Command::PlaceOrder),
        any_amendment().prop_map(Command::AmendOrder),
        any_mass_cancel().prop_map(Command::CancelOrders),
        (instrument, vec(any::<u32>(), 0..40), any_proof()).prop_map(
            |(instrument, nodes, proof)| {
                let nodes = nodes.into_iter().map(NodeId).collect();
                Command::PledgeNodes { account: AccountId(1), instrument, nodes, proof }
            }
        ),
        any_receipt(),
    ]
}

fn any_order() -> impl Strategy<Value = NewOrder> {
    let side = prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    let order_type = prop_oneof![
        Just(OrderType::Market),
        Just(OrderType::MarketToLimit),
        any::<i64>().prop_map(|p| OrderType::Limit(Ticks(p))),
        any::<i64>().prop_map(|p| OrderType::Stop { trigger: Ticks(p) }),
        any::<(i64, i64)>()
            .prop_map(|(t, p)| OrderType::StopLimit { trigger: Ticks(t), limit: Ticks(p) }),
    ];
    let time_in_force = prop_oneof![
        Just(TimeInForce::Day),
        Just(TimeInForce::Gtc),
        any::<i64>().prop_map(|end| TimeInForce::Gtd(Timestamp(end))),
        Just(TimeInForce::Ioc),
        Just(TimeInForce::Fok),
    ];
    let valid_until = option::of(any::<i64>().prop_map(Timestamp));
    let tag = option::of("[A-Za-z0-9_-]{1,16}".prop_map(|t| Tag::new(&t).expect("the grammar")));
    let ids = (any::<u32>(), any::<u64>(), any_client_order_id(), any::<u32>());
    let rest = (side, order_type, any::<u64>(), time_in_force, any_qualifiers(), valid_until, tag);
    (ids, rest).prop_map(|((account, session, client_order_id, instrument), rest)| NewOrder {
        account: AccountId(account),
        session: SessionId(session),
        client_order_id,
        instrument: InstrumentId(instrument),
        side: rest.0,
        order_type: rest.1,
        quantity: Lots(rest.2),
        time_in_force: rest.3,
        qualifiers: rest.4,
        valid_until: rest.5,
        tag: rest.6,
    })
}

fn any_qualifiers() -> impl Strategy<Value = Qualifiers> {
    let post_only = option::of(prop_oneof![Just(PostOnly::Reject), Just(PostOnly::Slide)]);
    let self_match = prop_oneof![
        Just(SelfMatch::CancelAggressor),
        Just(SelfMatch::CancelResting),
        Just(SelfMatch::CancelBoth),
        Just(SelfMatch::Decrement),
    ];
    let lots = || option::of(any::<u64>().prop_map(Lots));
    (post_only, any::<bool>(), lots(), lots(), self_match).prop_map(
        |(post_only, reduce_only, minimum, peak, self_match)| Qualifiers {
            post_only,
            reduce_only,
            minimum,
            peak,
            self_match,
        },
    )
}

fn any_client_order_id() -> impl Strategy<Value = ClientOrderId> {
    "[A-Za-z0-9_-]{1,36}".prop_map(|text| ClientOrderId::new(&text).expect("the grammar"))
}

fn any_amendment() -> impl Strategy<Value = AmendOrder> {
    let order = prop_oneof![
        any::<u64>().prop_map(|id| OrderRef::Exchange(OrderId(id))),
        any_client_order_id().prop_map(OrderRef::Client),
    ];
    let price = option::of(any::<i64>().prop_map(Ticks));
    let quantity = option::of(any::<u64>().prop_map(Lots));
    let trigger = option::of(any::<i64>().prop_map(Ticks));
    (any::<u32>(), order, option::of(any::<u32>()), price, quantity, trigger).prop_map(
        |(account, order, revision, price, quantity, trigger)| AmendOrder {
            account: AccountId(account),
            order,
            revision,
            price,
            quantity,
            trigger,
        },
    )
}

fn any_mass_cancel() -> impl Strategy<Value = MassCancel> {
    let side = option::of(prop_oneof![Just(Side::Buy), Just(Side::Sell)]);
    let instrument = option::of(any::<u32>().prop_map(InstrumentId));
    let session = option::of(any::<u64>().prop_map(SessionId));
    let reason = prop_oneof![Just(CancelReason::Requested), Just(CancelReason::Band)];
    (any::<u32>(), instrument, side, session, reason).prop_map(
        |(account, instrument, side, session, reason)| MassCancel {
            account: AccountId(account),
            instrument,
            side,
            tag: None,
            session,
            reason,
        },
    )
}

fn any_proof() -> impl Strategy<Value = Proof> {
    (vec(any::<u8>(), 0..300), any::<u64>(), vec(any::<u8>(), 0..70))
        .prop_map(|(payload, nonce, signature)| Proof { payload, nonce, signature })
}

fn any_receipt() -> impl Strategy<Value = Command> {
    let readings = vec((any::<u32>(), any::<u8>()), 0..40);
    (any::<u32>(), any::<i64>(), readings, any_proof()).prop_map(
        |(account, hour, readings, proof)| Command::MeterHour {
            account: AccountId(account),
            instrument: InstrumentId(2),
            hour: Timestamp(hour),
            readings: readings
                .into_iter()
                .map(|(node, gpu_hours)| NodeReading { node: NodeId(node), gpu_hours })
                .collect(),
            proof,
        },
    )
}
