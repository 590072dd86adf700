//! Daily statements.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::names::Names;

/// What is in each purse of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BalancesData {
    /// Cash.
    pub cash: String,
    /// Set aside for coming deliveries.
    pub escrow: String,
    /// Contributed to the default fund.
    pub fund: String,
    /// Set aside so that it performs; left out where there is none.
    #[serde(default = "no_money", skip_serializing_if = "is_no_money")]
    pub bond: String,
}

/// All that moved in one purse for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatementLineData {
    /// `cash`, `escrow`, `fund` or `bond`.
    #[schemars(with = "Names<types::StatedPurse>")]
    pub purse: types::StatedPurse,
    /// Why.
    #[schemars(with = "Names<types::TransferKind>")]
    pub reason: types::TransferKind,
    /// How much; negative was paid.
    pub amount: String,
}

/// A position in a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatedPositionData {
    /// Which contract.
    pub symbol: String,
    /// Lots, long or short; `0` when it ended that day.
    pub net_qty: String,
    /// Settlement price.
    pub settle: String,
    /// What it gained since it was settled before.
    pub gain: String,
}

/// A day of an account; `kind` is `statement` on `margin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatementData {
    /// The day of the settlement.
    pub date: String,
    /// As the statement before closed.
    pub opening: BalancesData,
    /// What moved; opening and its lines are closing, purse by purse.
    pub lines: Vec<StatementLineData>,
    /// What it has.
    pub closing: BalancesData,
    /// Positions held, and those that ended.
    pub positions: Vec<StatedPositionData>,
    /// Gains kept back for another's default; negative were losses that it could not pay.
    pub cut: String,
    /// Initial margin.
    pub initial: String,
    /// Maintenance margin.
    pub maintenance: String,
    /// Cash that its initial margin holds.
    pub held: String,
    /// Cash beyond its initial margin; negative lacks.
    pub excess: String,
}

/// `statements.list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatementList {
    /// Those of the days asked for, the oldest first.
    pub statements: Vec<StatementData>,
    /// As of this event of the account.
    pub acct_seq: u64,
}

fn no_money() -> String {
    "0.000".to_owned()
}

fn is_no_money(amount: &str) -> bool {
    amount == "0.000"
}
