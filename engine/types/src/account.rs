//! Accounts: keys, money, positions and margin, as their owners hear of them.

use serde::{Deserialize, Serialize};

use crate::terms::SCENARIOS;
use crate::{InstrumentId, Lots, Mills, NetLots, Ticks};

/// An ed25519 public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PublicKey(pub [u8; 32]);

/// The owner's signature under a command that moves value. The edge checks it before the command
/// enters the log; it stays in the log, so anyone can check it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The exact bytes that were signed.
    pub payload: Vec<u8>,
    /// Above the lowest of the last hundred of its account, and unused.
    pub nonce: u64,
    /// 64 bytes of ed25519 over nonce and payload.
    pub signature: Vec<u8>,
}

/// Why money moved to or from an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    /// Paid in.
    Deposit,
    /// Fee or rebate of a trade.
    TradingFee,
    /// Fee of a delivery.
    DeliveryFee,
    /// What a price in ticks leaves over when it stands for several others.
    Rounding,
    /// Gain or loss since the last settlement.
    Variation,
    /// Set aside for coming deliveries.
    EscrowIn,
    /// Given back from what was set aside.
    EscrowOut,
    /// For delivered GPU-hours, from the buyer's escrow to the seller.
    Delivery,
    /// For GPU-hours not delivered.
    Damages,
    /// Others paid what the account could not.
    Shortfall,
    /// Paid out.
    Withdrawal,
    /// Contributed to the default fund.
    FundIn,
    /// Given back by the default fund.
    FundOut,
    /// Paid for another's default, beyond its contribution.
    Assessment,
    /// Its margin, taken by the house with its positions; or what came back of it.
    Default,
    /// Of its contribution to the default fund, what paid for another's default.
    FundCharge,
    /// To the house, for what others paid in its default.
    Repayment,
    /// Paid into its bond.
    BondIn,
    /// Taken out of its bond.
    BondOut,
    /// Of a seller's bond, for GPU-hours that were missing.
    Penalty,
    /// What a cover costs above the price; the seller that missed pays whoever covers.
    Cover,
    /// For the rest of an obligation's window.
    Warrant,
}

/// Money that moved to (positive) or from (negative) the cash of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Why.
    pub kind: TransferKind,
    /// How much.
    pub amount: Mills,
    /// Cash after it.
    pub cash: Mills,
    /// Escrow after it.
    pub escrow: Mills,
}

/// A position after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PositionReport {
    /// The contract.
    pub instrument: InstrumentId,
    /// Long or short.
    pub net: NetLots,
    /// Price times lots at which it is carried since the last settlement.
    pub carry: i128,
    /// The last settlement price.
    pub settlement: Ticks,
    /// Gain or loss since the last settlement, were it settled at that price.
    pub variation: Mills,
}

/// What an account has and what it must have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarginReport {
    /// Cash.
    pub cash: Mills,
    /// Set aside for coming deliveries.
    pub escrow: Mills,
    /// Gain or loss since the last settlement; only a loss counts.
    pub variation: Mills,
    /// Cash that counts: cash, less a loss since the last settlement.
    pub available: Mills,
    /// What positions and open orders require.
    pub initial: Mills,
    /// What positions alone require: four fifths of their initial margin.
    pub maintenance: Mills,
    /// The part of `initial` that deliveries require.
    pub delivery: Mills,
    /// The part of `initial` that large positions add.
    pub concentration: Mills,
    /// The scenario that requires the most, 0 to 15.
    pub binding_scenario: u8,
}

/// What an order would do if it came now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Lots that would trade at once, by implication as well.
    pub fills: Lots,
    /// Sum of price times lots of those.
    pub notional: i128,
    /// The worst price among those.
    pub worst: Option<Ticks>,
    /// Lots that would rest; what neither trades nor rests would be cancelled.
    pub rests: Lots,
    /// Limit price; of a market order its protection limit.
    pub limit: Ticks,
    /// Its fee for what would trade at once.
    pub fee: Mills,
    /// Margin now.
    pub before: MarginReport,
    /// Margin when it has come: what trades at once has traded, and the rest rests.
    pub after: MarginReport,
    /// Were it filled whole, what rests at its limit: the first price of the contract, from the last
    /// settlement price on, at which cash that counts would no longer cover the maintenance margin, when
    /// what the contract is made of moves with it. None where no price does that.
    pub liquidation: Option<Ticks>,
}

/// What an account has and must have, and how it comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarginDetail {
    /// What it has and must have.
    pub report: MarginReport,
    /// What positions and the worst fills of open orders lose in each scenario; a gain is negative.
    pub losses: [Mills; SCENARIOS],
    /// The account's sequence number.
    pub acct_seq: u64,
}
