//! Daily statements: what an account had, what moved, and what it has and must have.

use serde::{Deserialize, Serialize};

use crate::{Date, InstrumentId, MarginReport, Mills, NetLots, Ticks, TransferKind};

/// Where money of an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatedPurse {
    /// Cash.
    Cash,
    /// Set aside for coming deliveries.
    Escrow,
    /// Contributed to the default fund.
    Fund,
    /// Set aside so that it performs.
    Bond,
}

/// What is in each purse of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balances {
    /// Cash.
    pub cash: Mills,
    /// Set aside for coming deliveries.
    pub escrow: Mills,
    /// Contributed to the default fund.
    pub fund: Mills,
    /// Set aside so that it performs.
    pub bond: Mills,
}

/// All that moved to (positive) or from (negative) one purse for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StatementLine {
    /// Which purse.
    pub purse: StatedPurse,
    /// Why.
    pub kind: TransferKind,
    /// How much in all.
    pub amount: Mills,
}

/// A position that is held, or was settled that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedPosition {
    /// The contract.
    pub instrument: InstrumentId,
    /// Long or short after the settlement; none when it ended with its contract or was closed.
    pub net: NetLots,
    /// The settlement price.
    pub price: Ticks,
    /// What it gained (or lost) since it was last settled.
    pub gain: Mills,
}

/// One account at one daily settlement. Each purse adds up: opening and its lines are closing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The day of the settlement.
    pub date: Date,
    /// As the statement before closed.
    pub opening: Balances,
    /// What moved since then, by purse and reason.
    pub lines: Vec<StatementLine>,
    /// What it has now.
    pub closing: Balances,
    /// By contract; their gains, less `cut`, are the variation that was paid.
    pub positions: Vec<StatedPosition>,
    /// Gains that were kept back for a default, less losses that it could not pay.
    pub cut: Mills,
    /// What it must have.
    pub margin: MarginReport,
}

impl Balances {
    /// What is in one of them.
    #[must_use]
    pub const fn of(&self, purse: StatedPurse) -> Mills {
        match purse {
            StatedPurse::Cash => self.cash,
            StatedPurse::Escrow => self.escrow,
            StatedPurse::Fund => self.fund,
            StatedPurse::Bond => self.bond,
        }
    }
}

impl StatedPurse {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Cash, Self::Escrow, Self::Fund, Self::Bond];
}

impl Statement {
    /// What moved to or from a purse in all.
    #[must_use]
    pub fn moved(&self, purse: StatedPurse) -> Mills {
        self.lines.iter().filter(|line| line.purse == purse).map(|line| line.amount).sum()
    }

    /// What moved to or from cash for one reason.
    #[must_use]
    pub fn paid(&self, kind: TransferKind) -> Mills {
        let of_cash = |line: &&StatementLine| line.purse == StatedPurse::Cash && line.kind == kind;
        self.lines.iter().filter(of_cash).map(|line| line.amount).sum()
    }

    /// Cash that counts beyond its initial margin; what lacks to it is negative.
    #[must_use]
    pub fn excess(&self) -> Mills {
        self.margin.available - self.margin.initial
    }

    /// Cash that its initial margin holds.
    #[must_use]
    pub fn held(&self) -> Mills {
        self.margin.initial.min(self.closing.cash).max(Mills::ZERO)
    }
}
