//! The exchange survives every command that can be read from a log: whatever the bytes say, it is
//! done or refused. A command is durable before it is applied, so one that is not survived would end
//! every restart.
//!
//! `GIGAHOUR_TOTALITY=100000000` applies that many commands, `GIGAHOUR_SEED=7` begins with that seed.

use std::panic::{self, AssertUnwindSafe};

use engine::Exchange;
use sequencer::{command_bytes, read_command};
use tests::agreement::for_engine;
use tests::prng::Prng;
use tests::view::View;
use tests::workload::{MARKETS, Workload};
use types::{Command, Sequenced, Timestamp};

/// Commands in all.
const COMMANDS: u64 = 1_000_000;

/// Commands of one exchange; the next begins anew, under other terms.
const LENGTH: u64 = 5_000;

/// Numbers at which arithmetic breaks.
const EXTREMES: [u64; 12] = [
    0,
    1,
    u64::MAX,
    i64::MAX as u64,
    i64::MIN as u64,
    1 << 32,
    1 << 62,
    (1 << 31) - 1,
    0x00ff_ffff,
    1 << 50,
    (1 << 53) + 1,
    0xffff_ffff_ffff_0000,
];

#[test]
fn no_command_that_can_be_read_breaks_the_exchange() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().expect(name));
    let count: u64 = number("GIGAHOUR_TOTALITY").unwrap_or(COMMANDS);
    let first: u64 = number("GIGAHOUR_SEED").unwrap_or(0);
    let mut odd = 0;
    for seed in (first..).take(usize::try_from(count.div_ceil(LENGTH)).expect("it fits")) {
        odd += Run::new(seed).go();
    }
    assert!(count / 3 < odd, "only {odd} of {count} commands were odd and could be read");
}

/// One exchange and what happens to it.
struct Run {
    seed: u64,
    prng: Prng,
    exchange: Exchange,
    view: View,
    seq: u64,
    /// Some of the commands before, as bytes to be changed.
    recent: Vec<Vec<u8>>,
}

impl Run {
    fn new(seed: u64) -> Self {
        let (exchange, view) = (Exchange::new(), View::default());
        Self { seed, prng: Prng::new(seed), exchange, view, seq: 0, recent: Vec::new() }
    }

    /// Applies commands of a market and, between them, what becomes of their bytes when they are
    /// changed; says how many of the latter could be read.
    fn go(mut self) -> u64 {
        let mut odd = 0;
        for command in Workload::new(self.seed % MARKETS) {
            let time = command.time;
            let command = for_engine(&command, &self.view);
            self.remember(command_bytes(&command.value));
            if self.seq == 0 && self.prng.chance(700) {
                // A market under terms that nobody would write; if all are refused, the usual ones.
                odd += (0..20).map(|_| u64::from(self.change(time))).sum::<u64>();
            }
            self.apply(time, command.value);
            odd += (0..4).map(|_| u64::from(self.change(time))).sum::<u64>();
            if LENGTH <= self.seq {
                break;
            }
        }
        odd
    }

    fn remember(&mut self, bytes: Vec<u8>) {
        if self.recent.len() < 200 {
            self.recent.push(bytes);
        } else {
            let at = self.below(self.recent.len());
            self.recent[at] = bytes;
        }
    }

    /// Applies a command with changed bytes, if they are one.
    fn change(&mut self, time: Timestamp) -> bool {
        let at = self.below(self.recent.len());
        let mut bytes = self.recent[at].clone();
        for _ in 0..=self.prng.below(3) {
            self.change_bytes(&mut bytes);
        }
        let command = read_command(&bytes);
        if let Ok(command) = &command {
            self.apply(time, command.clone());
        }
        command.is_ok()
    }

    fn change_bytes(&mut self, bytes: &mut [u8]) {
        let at = self.below(bytes.len());
        match self.prng.below(4) {
            0 => bytes[at] ^= 1 << self.prng.below(8),
            1 => bytes[at] = u8::try_from(self.prng.below(256)).expect("below 256"),
            // A small number is a number of another thing that exists.
            2 => bytes[at] = u8::try_from(self.prng.below(6)).expect("below 6"),
            _ => {
                let extreme = EXTREMES[self.below(EXTREMES.len())].to_le_bytes();
                for (byte, new) in bytes[at..].iter_mut().zip(extreme) {
                    *byte = new;
                }
            }
        }
    }

    fn apply(&mut self, time: Timestamp, value: Command) {
        self.seq += 1;
        let command = Sequenced { seq: self.seq, time, value };
        let mut said = Vec::new();
        let applied = panic::catch_unwind(AssertUnwindSafe(|| {
            self.exchange.apply(&command, &mut said);
        }));
        assert!(applied.is_ok(), "seed {}: {command:?} breaks the exchange", self.seed);
        said.iter().for_each(|event| self.view.hear(event));
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.prng.below(limit as u64)).expect("it was an index")
    }
}
