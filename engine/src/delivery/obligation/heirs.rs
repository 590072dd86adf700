//! Obligations that begin in the middle of a month: what covers another, and what a new buyer holds.
//!

use types::{AccountId, Lots, NodeId, ObligationId, Ticks, Timestamp};

use super::{Acceptance, Covers, Obligation, Part, Window};

impl Obligation {
    /// what another seller delivers from an hour on in place of lots of this one.
    pub(crate) fn covered_by(
        &self,
        id: ObligationId,
        seller: AccountId,
        nodes: Vec<NodeId>,
        from: Timestamp,
        price: Ticks,
    ) -> Self {
        let lots = Lots(nodes.len() as u64);
        let above = Ticks((price.0 - self.invoice_price().0).max(0));
        let covers = Some(Covers { seller: self.seller, above });
        Self { covers, ..self.beginning(id, seller, self.buyer, lots, nodes, from) }
    }

    /// what so many of its lots are for another buyer from an hour on; it ends then.
    pub(crate) fn handed_over(
        &mut self,
        ids: [ObligationId; 2],
        buyer: AccountId,
        lots: Lots,
        from: Timestamp,
    ) -> Vec<Self> {
        let count = usize::try_from(lots.0).expect("a lot count");
        let (given, kept) = self.nodes.split_at(count.min(self.nodes.len()));
        let given = self.beginning(ids[0], self.seller, buyer, lots, given.to_vec(), from);
        let rest = self.lots - lots;
        let kept = self.beginning(ids[1], self.seller, self.buyer, rest, kept.to_vec(), from);
        self.end = from;
        self.is_handed_over = true;
        let acceptance = std::mem::take(&mut self.acceptance);
        let mut written = vec![given, kept];
        for heir in &mut written {
            heir.covers = self.covers;
            heir.dark_hours = self.dark_hours;
            heir.acceptance = acceptance.of_nodes(&heir.nodes);
        }
        written[1].late = self.late;
        written.retain(|obligation| obligation.lots != Lots::ZERO);
        written
    }

    fn beginning(
        &self,
        id: ObligationId,
        seller: AccountId,
        buyer: AccountId,
        lots: Lots,
        nodes: Vec<NodeId>,
        from: Timestamp,
    ) -> Self {
        let window = Window {
            instrument: self.instrument,
            price: self.price,
            start: from,
            end: self.end,
            invoiced: self.invoiced,
        };
        let part = Part {
            seller,
            buyer,
            lots,
            nodes,
            factor_permille: self.factor_permille,
            alternative_until: self.alternative_until,
            acceptance: Acceptance::default(),
        };
        Self { state: self.state, ..Self::assigned(id, window, part) }
    }
}
