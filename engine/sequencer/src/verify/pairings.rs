//! Who was assigned to whom, worked out again from the log.

use std::collections::BTreeMap;
use std::fmt;

use engine::Exchange;
use types::{
    AccountFact, AccountId, DeliveryRole, Event, InstrumentId, Lots, ObligationId,
    ObligationReport, ObligationState, Ticks,
};

/// A seller that delivers so many lots to a buyer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// The command that assigned it.
    pub seq: u64,
    /// The obligation.
    pub obligation: ObligationId,
    /// The contract month.
    pub symbol: String,
    /// Who delivers.
    pub seller: AccountId,
    /// Who receives.
    pub buyer: AccountId,
    /// How many lots.
    pub lots: Lots,
    /// How many of them stand on nodes.
    pub nodes: Lots,
    /// What a GPU-hour is invoiced at.
    pub price: Ticks,
}

impl fmt::Display for Pairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "pairing  OB-{} {} A-{} to A-{}: {} lots on {} nodes at {} mills, record {}",
            self.obligation.0,
            self.symbol,
            self.seller.0,
            self.buyer.0,
            self.lots,
            self.nodes,
            self.price,
            self.seq
        )
    }
}

/// Takes note of what the command `seq` assigned.
pub(super) fn note(
    seq: u64,
    events: &[Event],
    exchange: &Exchange,
    pairings: &mut BTreeMap<ObligationId, Pairing>,
) {
    for (account, report) in events.iter().filter_map(assigned) {
        let name = |instrument: InstrumentId| exchange.symbol(instrument).to_owned();
        let pairing = pairings.entry(report.obligation).or_insert_with(|| Pairing {
            seq,
            obligation: report.obligation,
            symbol: name(report.instrument),
            seller: account,
            buyer: account,
            lots: report.lots,
            nodes: report.nodes,
            price: report.invoice_price(),
        });
        if pairing.seq == seq {
            match report.role {
                DeliveryRole::Deliver => pairing.seller = account,
                DeliveryRole::Receive => pairing.buyer = account,
            }
        }
    }
}

/// Both sides hear of an assignment; what they hear of it later is another command's.
fn assigned(event: &Event) -> Option<(AccountId, &ObligationReport)> {
    match event {
        Event::Account { account, fact: AccountFact::Obligation(report), .. }
            if report.state == ObligationState::Assigned =>
        {
            Some((*account, report))
        }
        Event::Account { .. }
        | Event::Market { .. }
        | Event::MarketOpened(_)
        | Event::IndexPublished { .. }
        | Event::IndexPrinted { .. }
        | Event::IndexLapsed { .. }
        | Event::TermsChanged { .. }
        | Event::SupplyChanged { .. }
        | Event::Administered(_)
        | Event::HoursWaived { .. }
        | Event::Verdict(_) => None,
    }
}
