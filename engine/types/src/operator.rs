//! What admins decide about a running market: signed, with a reason, and with what it changed.

use serde::{Deserialize, Serialize};

use crate::terms::FeeTerms;
use crate::{Command, Lots, MemberId, Mills, Phase, ProductId, Proof, PublicKey, Refusal};

/// Most commands of one act: every contract of a market.
pub const MOST_COMMANDS: usize = 1024;

/// Longest reason, in bytes.
pub const LONGEST_REASON: usize = 200;

/// Commands of the operator that one admin, or two, have signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminAct {
    /// What is to be done, in this order; each is carried out or refused by itself.
    pub commands: Vec<Command>,
    /// Why.
    pub reason: String,
    /// Who: the same bytes, signed by each.
    pub signed: Vec<(PublicKey, Proof)>,
}

/// Terms that the operator changes while the market runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermsChange {
    /// Fees, from the end of the trading day.
    Fees(FeeTerms),
    /// Most lots that an account may hold of a contract of a product, at once.
    PositionLimit {
        /// Which product.
        product: ProductId,
        /// How many.
        lots: Lots,
    },
}

/// What an act came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminReport {
    /// Who.
    pub admins: Vec<PublicKey>,
    /// Why.
    pub reason: String,
    /// Command by command.
    pub entries: Vec<AdminEntry>,
}

/// What one command of an act changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminEntry {
    /// The command.
    pub command: Command,
    /// What it is about, before.
    pub before: Standing,
    /// And after.
    pub after: Standing,
    /// How many orders it ended, or why it was refused.
    pub result: Result<u64, Refusal>,
}

/// Where that stands which a command of the operator changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// There is no one thing that it changes, or no such thing.
    None,
    /// The phase of the contract.
    Phase(Phase),
    /// So many of the accounts cannot trade because of a kill switch.
    SwitchedOff(u64),
    /// What the account, or the member, may require in margin.
    Credit(Option<Mills>),
    /// The member that the account belongs to.
    Member(Option<MemberId>),
    /// Lots attested, or needed beyond the limit.
    Lots(Lots),
    /// Whether the account is a market maker of the product.
    IsMaker(bool),
    /// Whether the account is in default.
    IsSuspended(bool),
    /// The fees that hold from the end of the trading day.
    Fees(FeeTerms),
    /// Whether the account is an attestor, a probe, or a reporter of the product.
    IsAppointed(bool),
    /// So many hours have been waived at the hub, each counted once.
    WaivedHours(u64),
}
