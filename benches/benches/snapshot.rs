//! What a snapshot of a full exchange costs: to take, and to start from. Loading is reading the file,
//! checking its hashes, decoding it and building books and accounts again.
//!
//!     cargo bench -p benches --bench snapshot

use std::num::NonZeroU64;
use std::time::{Duration, Instant};

use benches::flow::{START, Size, opening};
use engine::Exchange;
use sequencer::{
    Batch, CommandLog, Digest, Head, MemoryLog, OldRecords, Quarantine, Recovered, Replica,
    Replication, Snapshots, Written,
};
use types::{
    AccountId, ClientOrderId, Command, Event, InstrumentId, Lots, NewOrder, OrderState, OrderType,
    Qualifiers, Sequenced, SessionId, Side, Ticks, TimeInForce, Verdict,
};

const ORDERS: u64 = 1_000_000;
const LOADS: usize = 5;

fn main() {
    let dir = tempfile::tempdir().expect("a directory for the snapshot");
    let snapshots = Snapshots::of(dir.path());
    let (exchange, mut log, resting) = full();
    assert_eq!(resting, ORDERS, "every order rests");
    let start = Instant::now();
    let Written { head, digest, bytes, .. } =
        snapshots.write(log.head(), &exchange, &()).expect("room on the disk");
    let took = start.elapsed();
    println!("taken   {took:>8.2?}   {bytes} bytes, {resting} orders resting, durable");
    // Only the snapshot is left.
    log.drop_before(head.seq + 1).expect("memory");
    let mut best = Duration::MAX;
    for _ in 0..LOADS {
        let (start, on_core_before) = (Instant::now(), on_core());
        let recovered: Recovered<()> =
            sequencer::restore(&log, &snapshots, &Quarantine::default()).expect("it is whole");
        let took = start.elapsed();
        best = best.min(took);
        assert_eq!(recovered.recovery.snapshot.map(|file| file.seq), Some(head.seq));
        assert_eq!(Digest::of(&recovered.exchange), digest, "it is the same exchange");
        println!(
            "loaded  {took:>8.2?}   {:.2?} on a core; {bytes} bytes, {resting} orders resting, same digest",
            on_core() - on_core_before
        );
    }
    println!("best    {best:>8.2?}   of {LOADS}");
    copied(&log, &snapshots);
}

/// How long this thread has run so far: what a load takes where nobody else wants the core.
fn on_core() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ns = stat.split(' ').next().and_then(|ns| ns.parse().ok());
    Duration::from_nanos(ns.unwrap_or(0))
}

/// The second exchange that a start makes for its replica.
fn copied(log: &MemoryLog, snapshots: &Snapshots) {
    let recovered: Recovered<()> =
        sequencer::restore(log, snapshots, &Quarantine::default()).expect("it is whole");
    let every = NonZeroU64::new(ORDERS).expect("it is not zero");
    let replication = Replication { every, old_records: OldRecords::Keep };
    let start = Instant::now();
    let replica = Replica::of(&recovered, snapshots.clone(), replication, drop);
    println!("copied  {:>8.2?}   for the replica", start.elapsed());
    drop(replica);
}

/// An exchange with all orders resting, the log of it, and how many orders rest.
fn full() -> (Exchange, MemoryLog, u64) {
    let (mut exchange, mut log) = (Exchange::new(), MemoryLog::default());
    let (mut batch, mut events, mut resting) = (Batch::default(), Vec::new(), 0);
    let commands = opening(&Size::default()).into_iter().chain((0..ORDERS).map(order));
    for (seq, value) in (1..).zip(commands) {
        let command = Sequenced { seq, time: START, value };
        if !batch.has_room() {
            append(&mut log, &mut batch);
        }
        batch.push(&command);
        events.clear();
        exchange.apply(&command, &mut events);
        resting += u64::from(rests(&events));
    }
    append(&mut log, &mut batch);
    assert!(Head::default() != log.head());
    (exchange, log, resting)
}

fn append(log: &mut MemoryLog, batch: &mut Batch) {
    log.append(batch).expect("memory");
    batch.clear();
}

fn rests(events: &[Event]) -> bool {
    matches!(events.last(), Some(Event::Verdict(Verdict::Order(order))) if order.state == OrderState::Open)
}

/// Bids below and asks above a middle, over a hundred prices of each contract.
fn order(number: u64) -> Command {
    let of = |limit: u64| number / 2 % limit;
    let small = |number: u64| i64::try_from(number).expect("small");
    let (side, price) = match number % 2 {
        0 => (Side::Buy, 2_399 - small(of(50))),
        _ => (Side::Sell, 2_401 + small(of(50))),
    };
    let account = u32::try_from(number % u64::from(Size::default().accounts)).expect("few");
    let instrument = u32::try_from(number / 7 % Size::default().contracts()).expect("few");
    Command::PlaceOrder(NewOrder {
        account: AccountId(1 + account),
        session: SessionId(0),
        client_order_id: ClientOrderId::new(&format!("b{number}")).expect("a short name"),
        instrument: InstrumentId(instrument),
        side,
        order_type: OrderType::Limit(Ticks(price)),
        quantity: Lots(1),
        time_in_force: TimeInForce::Gtc,
        qualifiers: Qualifiers::default(),
        valid_until: None,
        tag: None,
    })
}
