//! Block trades: agreed away from the book, signed by both sides, cleared like any other.

use serde::{Deserialize, Serialize};

use crate::{AccountId, InstrumentId, Lots, Proof, Side, Ticks};

/// Most contracts of one block.
pub const MOST_BLOCK_LEGS: usize = 36;

/// A trade that two members have agreed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockTrade {
    /// The two members; the sides of the legs are the first one's.
    pub parties: [AccountId; 2],
    /// What they trade: 1 to [`MOST_BLOCK_LEGS`], each contract once.
    pub legs: Vec<BlockLeg>,
    /// Both signatures, in the order of the parties.
    pub proofs: [Proof; 2],
}

/// One contract of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockLeg {
    /// Which contract; no combination.
    pub instrument: InstrumentId,
    /// Whether the first party buys or sells it.
    pub side: Side,
    /// At which price.
    pub price: Ticks,
    /// How much.
    pub lots: Lots,
}
