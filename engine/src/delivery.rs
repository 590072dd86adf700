//! Delivery of expired months in GPU-hours. Chapter 9.
//!
//! Says who delivers to whom, keeps the receipts of each hour, and works out what is owed. Moves no
//! money itself.

mod acceptance;
mod assignment;
mod coverage;
mod damages;
mod hour;
mod margin;
mod obligation;
mod penalty;
mod pledges;
mod registry;
mod standby;
mod tender;
mod waivers;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use types::terms::GPUS_PER_LOT;
use types::{
    AccountId, GpuHours, InstrumentId, Lots, Mills, ObligationId, Preference, ProductId, Supply,
    Tender, Ticks, Timestamp,
};

pub(crate) use acceptance::{Acceptance, Tester};
pub(crate) use assignment::{Ask, Claim, pair, place, root, whole_blocks};
pub(crate) use coverage::{Covering, coverage, uncovered_margin, whole};
pub(crate) use damages::{Terms, damages};
pub(crate) use hour::Hour;
pub(crate) use margin::{buyer_margin, seller_margin};
pub(crate) use obligation::{Covers, Obligation, Part, Window};
pub(crate) use penalty::penalty;
pub(crate) use pledges::Pledges;
pub(crate) use registry::{Node, Registry};
pub(crate) use standby::{Bid, Spares, Standby};
pub(crate) use tender::{Parcel, parcels, unregistered};
pub(crate) use waivers::{Waiver, Waivers};

/// An expired month on its way to its obligations.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Expired {
    /// The contract.
    pub(crate) instrument: InstrumentId,
    /// Final settlement price.
    pub(crate) price: Ticks,
    /// When sellers and buyers are paired.
    pub(crate) assignment: Timestamp,
    /// First hour of delivery.
    pub(crate) start: Timestamp,
    /// End of the last hour of delivery.
    pub(crate) end: Timestamp,
    /// When what was delivered is invoiced.
    pub(crate) invoiced: Timestamp,
    /// Whole blocks bought, the oldest first.
    pub(crate) longs: Vec<Claim>,
    /// Whole blocks sold, the oldest first.
    pub(crate) shorts: Vec<Claim>,
    /// When preferences and tenders end.
    pub(crate) tenders_end: Timestamp,
    /// What buyers would like.
    pub(crate) preferences: BTreeMap<AccountId, Preference>,
    /// What sellers offer.
    pub(crate) tenders: BTreeMap<AccountId, Vec<Tender>>,
}

impl Expired {
    /// What its obligations are about.
    pub(crate) const fn window(&self) -> Window {
        let Self { instrument, price, start, end, invoiced, .. } = *self;
        Window { instrument, price, start, end, invoiced }
    }
}

/// Everything that is being delivered or will be.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Deliveries {
    /// Months that have expired and are not yet assigned.
    pub(crate) expired: Vec<Expired>,
    /// Obligations that are not yet settled.
    pub(crate) obligations: BTreeMap<ObligationId, Obligation>,
    /// Nodes that are registered.
    pub(crate) registry: Registry,
    /// Accounts that attest nodes.
    pub(crate) attestors: BTreeSet<AccountId>,
    /// Nodes of each product that ever had one, as was last told.
    pub(crate) supply: BTreeMap<ProductId, Supply>,
    /// Short positions that must stand on nodes.
    pub(crate) coverage: BTreeMap<(InstrumentId, AccountId), Covering>,
    /// Nodes pledged to months.
    pub(crate) pledges: Pledges,
    /// Obligations written so far.
    pub(crate) written: u64,
    /// What stands by for the rest of each month.
    pub(crate) standby: Standby,
    /// Who may read nodes for both sides.
    pub(crate) probes: BTreeSet<AccountId>,
    /// Hours that are neither paid nor penalised when they are missing.
    pub(crate) waivers: Waivers,
    /// The rest of windows, offered to whom and for what.
    pub(crate) warrants: BTreeMap<ObligationId, (AccountId, Mills)>,
}

impl Expired {
    /// GPU-hours of so many lots for the whole month.
    pub(crate) fn gpu_hours(&self, lots: Lots) -> GpuHours {
        let hours = (self.end.0 - self.start.0) / Timestamp::HOUR;
        GpuHours(lots.0 * GPUS_PER_LOT * hours.unsigned_abs())
    }
}
