//! An exchange made from a snapshot goes on as the one it was taken of.

use engine::{Exchange, Snapshot, Structure};
use sequencer::Digest;
use tests::agreement::for_engine;
use tests::view::View;
use tests::workload::{MARKETS, Workload};

/// Commands of each market.
const LENGTH: usize = 6_000;

/// A snapshot is taken every so many commands, and the exchange goes on from it.
const EVERY: u64 = 97;

#[test]
fn an_exchange_goes_on_from_any_snapshot() {
    let mut taken = 0;
    for seed in 0..MARKETS {
        let (mut exchange, mut view) = (Exchange::new(), View::default());
        let mut restored = Exchange::new();
        let (mut said, mut said_again) = (Vec::new(), Vec::new());
        for command in Workload::new(seed).take(LENGTH) {
            let command = for_engine(&command, &view);
            said.clear();
            said_again.clear();
            exchange.apply(&command, &mut said);
            restored.apply(&command, &mut said_again);
            assert_eq!(said, said_again, "seed {seed}, command {}", command.seq);
            said.iter().for_each(|event| view.hear(event));
            if command.seq.is_multiple_of(EVERY) {
                restored = again(&exchange, command.seq);
                restored.audit();
                assert_eq!(Digest::of(&restored), Digest::of(&exchange), "seed {seed}");
                taken += 1;
            }
        }
    }
    assert!(400 < taken, "only {taken} snapshots");
}

/// The exchange of the bytes of its snapshot, its books built in either way.
fn again(exchange: &Exchange, seq: u64) -> Exchange {
    let bytes = sequencer::snapshot_bytes(exchange);
    let snapshot: Snapshot<'static> =
        sequencer::read_snapshot(&bytes).expect("what was written can be read");
    let is_even = seq.is_multiple_of(2);
    Exchange::restored(snapshot, if is_even { Structure::Sorted } else { Structure::Ladder })
}
