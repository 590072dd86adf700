//! Terms of capacity. Chapter 11.

use serde::{Deserialize, Serialize};

use crate::Grade;

/// The registry of nodes, what must cover short positions, and what comes before a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapacityTerms {
    /// Nodes may be pledged from so many business days before the last trading day; 1 to 60.
    pub pledge_opens_days: u8,
    /// And until so many; less than that.
    pub pledge_closes_days: u8,
    /// What part of a short position must be covered, and from when; the last one ends in a forced
    /// buy-in.
    pub coverage: Vec<CoverageStep>,
    /// What a lot that is not covered adds to the margin, as a part of its value.
    pub uncovered_permille: u32,
    /// Business days from the last trading day for preferences and tenders; less than to the
    /// assignment.
    pub tender_days: u8,
    /// Business days from the assignment in which both sides may do without the house.
    pub alternative_days: u8,
    /// Days before the first hour at which nodes that nobody has tested are accepted.
    pub acceptance_days: u8,
    /// Hours in which a node that failed may be replaced.
    pub replace_hours: u8,
    /// What a GPU-hour of each grade is invoiced at, as a part of the price.
    pub factor: FactorTerms,
}

/// From when what part of a short position must be covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverageStep {
    /// Business days before the last trading day; fewer than those of the step before.
    pub days: u8,
    /// The part; more than that of the step before.
    pub permille: u32,
}

/// Conversion factors of the grades.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorTerms {
    /// RDMA at 3.2 Tbit/s.
    pub rdma_3200_permille: u32,
    /// RDMA at 1.6 Tbit/s.
    pub rdma_1600_permille: u32,
    /// RDMA at 800 Gbit/s.
    pub rdma_800_permille: u32,
    /// No RDMA.
    pub no_rdma_permille: u32,
}

impl FactorTerms {
    /// The factor of a grade; none of what cannot be delivered.
    #[must_use]
    pub const fn of(&self, grade: Grade) -> Option<u32> {
        match grade {
            Grade::Rdma3200 => Some(self.rdma_3200_permille),
            Grade::Rdma1600 => Some(self.rdma_1600_permille),
            Grade::Rdma800 => Some(self.rdma_800_permille),
            Grade::NoRdma => Some(self.no_rdma_permille),
            Grade::Pcie => None,
        }
    }

    fn all(&self) -> [u32; 4] {
        [
            self.rdma_3200_permille,
            self.rdma_1600_permille,
            self.rdma_800_permille,
            self.no_rdma_permille,
        ]
    }
}

impl CapacityTerms {
    /// What is wrong with these terms, if anything.
    pub(super) fn fault(&self, assignment_days: u8) -> Option<&'static str> {
        let is_ramp = |pair: &[CoverageStep]| {
            pair[1].days < pair[0].days && pair[0].permille < pair[1].permille
        };
        if !(1..=60).contains(&self.pledge_opens_days)
            || self.pledge_opens_days <= self.pledge_closes_days
        {
            Some("pledge_opens_days is 1 to 60 and more than pledge_closes_days")
        } else if self.coverage.iter().any(|step| 60 < step.days || 1000 < step.permille)
            || !self.coverage.windows(2).all(is_ramp)
        {
            Some("coverage rises to at most 1000 permille within 60 business days")
        } else if 1000 < self.uncovered_permille {
            Some("uncovered_permille is at most 1000")
        } else if self.tender_days == 0 || assignment_days <= self.tender_days {
            Some("tender_days is at least 1 and less than assignment_business_days")
        } else if 5 < self.alternative_days || 7 < self.acceptance_days || 72 < self.replace_hours {
            Some("alternative_days is at most 5, acceptance_days 7 and replace_hours 72")
        } else if self.factor.all().iter().any(|factor| !(1..=2000).contains(factor)) {
            Some("a factor is 1 to 2000 permille")
        } else {
            None
        }
    }
}
