//! What an exchange proves of itself, and how anybody checks it offline with one public key.
//!
//! A [`Tree`] of [`Entry`]s grows with the log, one for each record; a second tree stands for the
//! state. A [`Checkpoint`] names the roots of both and is signed as a note. A [`file`] of a
//! proof holds a checkpoint and the hashes that lead from one line of text to its roots.
//!
//! ```
//! use proof::{Checkpoint, Hash, SigningKey, Tree};
//!
//! let state: Tree = ["balance A-1001 cash_mills=5 escrow_mills=0"].into_iter().collect();
//! let (root, chain) = (Tree::default().root(), Hash([0; 32]));
//! let state = (state.len(), state.root());
//! let checkpoint = Checkpoint { size: 0, root, time_ns: 0, chain, state };
//!
//! let key = SigningKey::generate("market.example/log").expect("it is a name");
//! let note = key.sign(&checkpoint);
//! assert_eq!(key.public().open(&note)?, checkpoint);
//! assert!(key.public().open(&note.replace("time 0", "time 1")).is_err());
//! # Ok::<(), proof::NoteError>(())
//! ```
//!
//! The formats are public ones: RFC 9162 trees, and C2SP tlog-tiles, tlog-checkpoint and signed-note.
//! `PROOFS.md` has every byte. Knows nothing of the market, of commands or of where a log is kept.

mod checkpoint;
mod edge;
mod entry;
pub mod file;
mod note;
mod tree;

pub use checkpoint::Checkpoint;
pub use edge::{Edge, TileData, place};
pub use entry::Entry;
pub use note::{NoteError, PublicKey, SigningKey};
pub use tree::{Hash, Tree, is_included, is_prefix};
