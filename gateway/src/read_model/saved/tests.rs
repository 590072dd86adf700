use protocol::flow::{Running, hexadecimal};
use sequencer::{Batch, CommandLog, Derived, MemoryLog, recover};
use types::{
    AccountId, ClientOrderId, Command, InstrumentId, Lots, Mills, NewOrder, OrderType, PublicKey,
    Qualifiers, Sequenced, SessionId, Side, Ticks, TimeInForce, Timestamp,
};

use crate::config;
use crate::read_model::ReadModel;

#[test]
fn what_another_version_saved_is_refused_in_words() {
    let mut saved = Vec::new();
    ReadModel::default().save(&mut saved).expect("a vector takes every byte");
    assert!(ReadModel::load(ReadModel::VERSION, &saved).is_ok());
    let refused = ReadModel::load(ReadModel::VERSION + 1, &saved).expect_err("another version");
    assert!(refused.starts_with("the read model is of version "), "{refused}");
    saved.push(0);
    let refused = ReadModel::load(ReadModel::VERSION, &saved).expect_err("a byte too many");
    assert_eq!(refused, "1 bytes of the read model are left over");
}

fn bid(account: AccountId, side: Side) -> Command {
    Command::PlaceOrder(NewOrder {
        account,
        session: SessionId(0),
        client_order_id: ClientOrderId::new("a-1").expect("it is in the grammar"),
        instrument: InstrumentId(0),
        side,
        order_type: OrderType::Limit(Ticks(2_200)),
        quantity: Lots(1),
        time_in_force: TimeInForce::Gtc,
        qualifiers: Qualifiers::default(),
        valid_until: None,
        tag: None,
    })
}

/// What a market saves in which two members have traded in the opening auction.
fn sample() -> Vec<u8> {
    let market = concat!(env!("CARGO_MANIFEST_DIR"), "/market/market.toml");
    let terms = config::read_market(market.as_ref()).expect("the market file is good");
    let start = types::Date::from_civil(2027, 1, 11).start();
    let member = |number: u8| {
        let (account, name) = (AccountId(number.into()), format!("member {number}"));
        let key = PublicKey([number; 32]);
        let deposit = Command::Deposit { account, amount: Mills(10_000_000_000) };
        [Command::OpenAccount { account, name, key }, deposit]
    };
    let mut commands = vec![Command::OpenMarket(Box::new(terms))];
    commands.extend([1, 2].into_iter().flat_map(member));
    commands.push(bid(AccountId(1), Side::Buy));
    commands.push(bid(AccountId(2), Side::Sell));
    commands.push(Command::ClockAdvanced);
    let last = commands.len() as u64;
    let mut batch = Batch::default();
    for (seq, value) in (1..).zip(commands) {
        let time = if seq == last { start.plus(Timestamp::HOUR) } else { start };
        batch.push(&Sequenced { seq, time, value });
    }
    let mut log = MemoryLog::default();
    log.append(&batch).expect("memory");
    let mut model = ReadModel::default();
    let follow = |command: &Sequenced<Command>, events: &[types::Event]| {
        model.apply(command.seq, command.time, events);
    };
    recover(&log, follow).expect("it is sound");
    assert_eq!(model.summary().trades, 1);
    let mut saved = Vec::new();
    model.save(&mut saved).expect("a vector takes every byte");
    saved
}

/// The version of the layout and the hash of what the sample saves. A read model of another layout is not
/// read, so a layout is never changed without the version.
const PINNED: (u32, &str) = (5, "28ec795e11bc5e2fc87407a3eeddf69ed25804e46556d335d46e4a1c7e66d504");

#[test]
fn a_read_model_of_another_layout_has_another_version() {
    let hash = hexadecimal(&Running::of_login(&sample()).hash());
    assert_eq!(
        (ReadModel::VERSION, hash.as_str()),
        PINNED,
        "where a field was added, removed or moved, VERSION is raised; where the sample alone gives \
         another market, the hash is renewed"
    );
}
