//! Assignment: the sellers of an expired month are paired with its buyers.

use types::{Event, NodeEntry, NodeId, ObligationId, Timestamp};

use super::Exchange;
use crate::delivery::{
    Acceptance, Ask, Claim, Expired, Obligation, Parcel, Part, pair, parcels, unregistered,
};

impl Exchange {
    /// pairs the sellers and buyers of every month whose assignment is due.
    pub(super) fn assign_due(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        let all = std::mem::take(&mut self.deliveries.expired);
        let (due, later) = all.into_iter().partition(|month: &Expired| month.assignment <= at);
        self.deliveries.expired = later;
        for month in &due {
            self.assign(month, out);
        }
        if !due.is_empty() {
            self.review_delivery_margins();
        }
    }

    fn assign(&mut self, month: &Expired, out: &mut Vec<Event>) {
        let parcels = self.parcels_of(month);
        let ask = |long: &Claim| Ask {
            account: long.account,
            lots: long.lots,
            preference: month.preferences.get(&long.account),
        };
        let asks: Vec<Ask<'_>> = month.longs.iter().map(ask).collect();
        let mut nodes: Vec<std::vec::IntoIter<NodeId>> =
            parcels.iter().map(|parcel| parcel.nodes.clone().into_iter()).collect();
        for pair in pair(&parcels, &asks) {
            let parcel = &parcels[pair.parcel];
            let lots = usize::try_from(pair.lots.0).expect("lots fit in an index");
            let mut nodes: Vec<NodeId> = nodes[pair.parcel].by_ref().take(lots).collect();
            nodes.sort_unstable();
            let part = Part {
                seller: parcel.seller,
                buyer: pair.buyer,
                lots: pair.lots,
                factor_permille: self.factor_of(parcel),
                alternative_until: self.alternative_until(month.assignment),
                acceptance: self.acceptance_of(month, &nodes),
                nodes,
            };
            self.deliveries.written += 1;
            let id = ObligationId(self.deliveries.written);
            self.deliveries.obligations.insert(id, Obligation::assigned(id, month.window(), part));
            self.tell_obligation(id, out);
        }
    }

    /// What the sellers bring, in their order.
    fn parcels_of(&self, month: &Expired) -> Vec<Parcel> {
        let (id, delivery_month) = (month.instrument, month.start.date().month());
        let block = self.block_of(id);
        let mut all = Vec::new();
        for short in &month.shorts {
            if self.terms().delivery.capacity.is_none() {
                let nodes = self.pledged_nodes(short.account, delivery_month, id);
                all.push(unregistered(short, nodes));
                continue;
            }
            let nodes: Vec<NodeEntry> = self.deliverable(short.account, delivery_month, id);
            let tenders = month.tenders.get(&short.account).map_or(&[][..], Vec::as_slice);
            all.extend(parcels(short, &nodes, tenders, block));
        }
        all
    }

    /// what a GPU-hour of a parcel is invoiced at; the price itself where no grade is known.
    fn factor_of(&self, parcel: &Parcel) -> u32 {
        let terms = self.terms().delivery.capacity.as_ref();
        let grade = parcel.fabric.map(|(_, grade)| grade);
        terms.zip(grade).and_then(|(terms, grade)| terms.factor.of(grade)).unwrap_or(1000)
    }

    fn acceptance_of(&self, month: &Expired, nodes: &[NodeId]) -> Acceptance {
        match &self.terms().delivery.capacity {
            None => Acceptance::default(),
            Some(terms) => {
                let days = i64::from(terms.acceptance_days) * Timestamp::DAY;
                Acceptance::of(nodes, month.start.plus(-days))
            }
        }
    }
}
