//! An inspector: goes to the providers' sites and attests their nodes, and reads again the hours that a
//! buyer disputes. It has no part in the market.

use types::Timestamp;

use super::act::Act;
use super::docket::{Complaint, Docket};
use super::fleet::Fleet;

/// It attests nodes for so many days.
const ATTESTED_DAYS: i64 = 390;

/// Nodes of one report.
const MOST_NODES: usize = 512;

/// An inspector.
#[derive(Debug)]
pub(super) struct Inspector {
    /// Reports it still has to make: whose nodes, and which.
    to_see: Vec<(String, Vec<u32>)>,
    hour: Option<Timestamp>,
    /// What its probes run on.
    fleets: Vec<Fleet>,
    docket: Docket,
}

impl Inspector {
    /// An inspector of all nodes of these providers, who looks into what is on `docket`.
    #[must_use]
    pub(super) fn new(
        providers: Vec<(String, Vec<u32>)>,
        fleets: Vec<Fleet>,
        docket: Docket,
    ) -> Self {
        let parts = |(provider, nodes): (String, Vec<u32>)| {
            let parts: Vec<_> = nodes.chunks(MOST_NODES).map(<[u32]>::to_vec).collect();
            parts.into_iter().map(move |part| (provider.clone(), part))
        };
        let to_see = providers.into_iter().flat_map(parts).collect();
        Self { to_see, hour: None, fleets, docket }
    }

    /// What to sign now: reports, and what its probes have read.
    pub(super) fn acts(&mut self, now: Timestamp) -> Vec<Act> {
        let mut acts = self.reports(now);
        acts.extend(self.docket.take().iter().flat_map(|complaint| self.reading(complaint)));
        acts
    }

    /// What a probe has read of the node of a complaint.
    fn reading(&self, complaint: &Complaint) -> Option<Act> {
        let Complaint { obligation, fleet, hour, node } = complaint;
        let reading = self.fleets[*fleet].readings(&[*node], *hour).pop()?;
        let (obligation, gpu_hours) = (obligation.clone(), reading.gpu_hours);
        Some(Act::Probe { obligation, hour: *hour, node: node.0, gpu_hours })
    }

    /// The reports to make now: once in each market hour those that were not taken yet, because the
    /// nodes were not registered.
    fn reports(&mut self, now: Timestamp) -> Vec<Act> {
        if self.hour.replace(now.hour_start()) == Some(now.hour_start()) {
            return Vec::new();
        }
        let until = now.plus(ATTESTED_DAYS * Timestamp::DAY).date().to_string();
        let report = |(provider, nodes): &(String, Vec<u32>)| Act::Attest {
            provider: provider.clone(),
            nodes: nodes.clone(),
            until: until.clone(),
        };
        self.to_see.iter().map(report).collect()
    }

    /// A report was taken.
    pub(super) fn taken(&mut self, act: &Act) {
        if let Act::Attest { provider, nodes, .. } = act {
            self.to_see.retain(|(of, seen)| (of, seen) != (provider, nodes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_taken_is_attested_again_an_hour_later() {
        let mut inspector = Inspector::new(
            vec![("A-1".to_owned(), (0..600).collect())],
            Vec::new(),
            Docket::default(),
        );
        let acts = inspector.acts(Timestamp(0));
        assert_eq!(acts.len(), 2);
        assert_eq!(inspector.acts(Timestamp(1)), []);
        inspector.taken(&acts[0]);
        assert_eq!(inspector.acts(Timestamp(Timestamp::HOUR)).len(), 1);
        inspector.taken(&acts[1]);
        assert_eq!(inspector.acts(Timestamp(2 * Timestamp::HOUR)), []);
    }
}
