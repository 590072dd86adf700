//! What admins ask of a running venue: one act, signed by one of them or by several. `POST /v1/admin`.

use serde::{Deserialize, Serialize};

/// A signed act, as it is posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedAct {
    /// Base64 of the exact JSON bytes of an [`AdminRequest`].
    pub payload: String,
    /// Used once by each admin, and above the lowest of its last hundred.
    pub nonce: u64,
    /// Who signed them.
    pub signatures: Vec<AdminSignature>,
}

/// One admin's signature under a payload and its nonce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdminSignature {
    /// Its public key, in base64, as the configuration names it.
    pub admin: String,
    /// Base64 of the signature; what is signed is that of a command whose method is `admin` and whose
    /// key is the public key.
    pub sig: String,
}

/// The payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdminRequest {
    /// What is to be done.
    pub act: Act,
    /// Why, 1 to 200 bytes; it stands in the log, and the accounts concerned hear it.
    pub reason: String,
    /// When it was signed, nanoseconds since 1970; taken for a day.
    pub at_ns: String,
}

/// What admins may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// Halts contracts: orders can only be cancelled.
    Halt {
        /// One contract, or every contract of a product such as `H100-US`.
        of: String,
    },
    /// Opens halted or closed contracts again, by an auction where the market has one.
    Resume {
        /// One contract, or every contract of a product.
        of: String,
    },
    /// Changes the price band of a contract.
    Band {
        /// The contract.
        symbol: String,
        /// Its reach around the settlement price.
        permille: u32,
    },
    /// Throws the kill switch of an account or of a firm.
    Kill {
        /// `A-1001`, or `M-7` for a firm.
        of: String,
    },
    /// Releases it; two admins sign.
    Unkill {
        /// `A-1001`, or `M-7` for a firm.
        of: String,
    },
    /// Ends orders of an account or of all accounts of a firm, and lets them enter new ones.
    Cancel {
        /// `A-1001`, or `M-7` for a firm.
        of: String,
        /// Of an account, those that were entered on this session alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<String>,
    },
    /// Limits the margin that an account or a firm may require.
    Credit {
        /// `A-1001`, or `M-7` for a firm.
        of: String,
        /// Dollars; no limit when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<String>,
    },
    /// Makes an account one of a firm's.
    Member {
        /// The account.
        account: String,
        /// `M-7`.
        firm: String,
    },
    /// Lets an account hold more of a product in its nearest month.
    Exempt {
        /// The account.
        account: String,
        /// The product.
        product: String,
        /// Lots more; 0 ends it.
        lots: String,
    },
    /// Attests the lots that stand behind a product.
    Attest {
        /// The product.
        product: String,
        /// Lots.
        lots: String,
    },
    /// Appoints a market maker.
    Maker {
        /// The account.
        account: String,
        /// The product.
        product: String,
        /// Appointed or dismissed.
        appointed: bool,
    },
    /// Changes fees, from the end of the trading day.
    Fees {
        /// Dollars that the resting side of a trade pays for a lot; below zero, what it gets.
        maker: String,
        /// Dollars that the other side pays.
        taker: String,
        /// Dollars that a seller pays for a GPU-hour that it delivered.
        delivery: String,
    },
    /// Changes the position limit of a product, at once.
    PositionLimit {
        /// The product.
        product: String,
        /// Most lots of a contract.
        lots: String,
    },
    /// Appoints an attestor of nodes.
    Attestor {
        /// The account.
        account: String,
        /// Appointed or dismissed.
        appointed: bool,
    },
    /// Appoints a probe of deliveries.
    Probe {
        /// The account.
        account: String,
        /// Appointed or dismissed.
        appointed: bool,
    },
    /// Appoints a reporter of the index of a product.
    Reporter {
        /// The account.
        account: String,
        /// The product.
        product: String,
        /// Appointed or dismissed.
        appointed: bool,
    },
    /// Waives hours at a hub by force majeure; two admins sign.
    Waive {
        /// The hub, such as `US`.
        hub: String,
        /// The start of the first hour.
        from_ns: String,
        /// The end of the last.
        until_ns: String,
    },
    /// Ends a default; two admins sign.
    Reinstate {
        /// The account.
        account: String,
    },
    /// Shows what admins have done; changes nothing.
    Log {
        /// The last so many, 1 to 1,000.
        last: u32,
    },
}

/// What an act came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActResult {
    /// Its record in the log.
    pub seq: u64,
    /// Contracts or accounts that were changed.
    pub done: u64,
    /// Those that were not, because the rules say no.
    pub refused: u64,
    /// Orders that ended.
    pub canceled: u64,
}

/// What admins have done, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActList {
    /// One for each act.
    pub acts: Vec<ActData>,
}

/// One act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActData {
    /// Its record in the log.
    pub seq: u64,
    /// Market time of it.
    pub eng_ns: String,
    /// Public keys of who signed it.
    pub admins: Vec<String>,
    /// Why.
    pub reason: String,
    /// What each of its commands changed.
    pub changes: Vec<ChangeData>,
}

/// What one command of an act changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeData {
    /// The command, such as `halt`.
    pub what: String,
    /// A contract, an account, a firm or a product.
    pub of: String,
    /// What stood before.
    pub before: types::Standing,
    /// What stands after.
    pub after: types::Standing,
    /// Orders that it ended.
    pub canceled: u64,
    /// The name of the reason why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}
