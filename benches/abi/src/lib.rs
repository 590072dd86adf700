//! The book behind the C interface of the public matching-engine benchmark
//! (`flash1-dev/matching-engine-benchmark`, `api/matching_engine_api.h`), so that anybody can run that
//! harness on it. `benches/abi/run HARNESS ENGINE.so ...` builds this crate, runs the interleaved
//! trials and prints the table.
//!
//! What is timed is crate `book` as the exchange uses it: the same slab, levels and matching loop. What
//! stands here is what the interface asks for beside them: the sender's order ids ([`ids`]), the
//! report queue ([`ring`]), and the functions themselves.
//!
//! # What was tried
//!
//! Million messages a second on a shared two-core AMD EPYC virtual machine, seed 23, the best of three
//! to seven trials, which another run moves by a tenth; scenarios `static` and `flash-crash`. Counts
//! are instructions a message of 300,000 messages of `normal`, by callgrind, without the queue.
//!
//! | Tried | static | flash-crash | Instr. | Kept |
//! |---|---|---|---|---|
//! | one flat window of levels that moves with the touch | 32 | 1.4 | 350 | no: rebuilt all the time |
//! | the same, moved after as many misses as it has places | 33 | 14 | 350 | no: half stays in the map |
//! | pages of 64 levels under a directory of bits | 32 | 31 | 294 | yes: no matter how far prices are |
//! | entering and leaving a level in one step each | - | - | 252 | yes |
//! | matching is called only where prices cross | 42 | 37 | 156 | yes |
//! | ids in a table of 16 MiB, a place each | 45 | 35 | 156 | no: 16 and 12 one by one |
//! | ids in open addressing, 512 KiB | 36 | 35 | - | yes: 32 and 31 one by one |
//! | an id's place is looked for once | 35 | 35 | - | yes, though no faster |
//! | sides worked out rather than branched on | 35 | 34 | - | yes, though no faster |
//! | an id's place fetched six messages ahead | 36 | 35 | - | yes: a tenth; twice with the 16 MiB |
//! | a price's level fetched as well | 40 | 30 | - | no: slower where it matters |
//! | no overflow checks | 36 | 35 | - | no: no faster, so they stay |
//!
//! "One by one" is without the batches of the interface, so nothing is fetched ahead. A do-nothing
//! engine reaches 110 with a queue like [`ring`], and 37 with the harness's own.
//!
//! What limits it now is no single thing: about 180 instructions a message with the queue, and one to
//! two branches that nobody can foresee (which kind of message, whether its order is alone at its
//! price). The queue takes about a third of the time.

mod ffi;
pub mod ids;
pub mod matcher;
mod pages;
mod prefetch;
pub mod report;
pub mod ring;

pub use ffi::*;
