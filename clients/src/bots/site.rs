//! Where a provider's nodes stand, as it registers them: a site and a zone at each hub, and three
//! fabrics of one grade.

use protocol::client::NodeForm;
use types::{Grade, NodeId};

use super::fleet::Fleet;

/// The sites of a provider.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// Its site and zone in the US, and those elsewhere.
    pub(super) places: [(&'static str, &'static str); 2],
    /// How fast its nodes reach each other.
    pub(super) grade: Grade,
}

impl Site {
    /// The nodes of the `number`-th product, as they are registered.
    pub(super) fn forms(&self, fleet: &Fleet, number: u32, product: &str) -> Vec<NodeForm> {
        let rails = (0..).zip(fleet.rails(number));
        let form = |(rail, nodes): (usize, Vec<NodeId>)| {
            nodes.into_iter().map(move |node| self.form(node, product, rail))
        };
        rails.flat_map(form).collect()
    }

    fn form(&self, node: NodeId, product: &str, rail: usize) -> NodeForm {
        let [us, elsewhere] = self.places;
        let (site, zone) = if product.ends_with("-US") { us } else { elsewhere };
        let gpu = |at: u32| format!("GPU-67696761-686f-7572-8000-{:012x}", node.0 * 8 + at);
        NodeForm {
            node: node.0,
            product: product.to_owned(),
            gpus: (0..8).map(gpu).collect(),
            site: site.to_owned(),
            zone: zone.to_owned(),
            fabric: fabric(product, rail),
            grade: self.grade,
            evidence: format!("{:064x}", node.0),
        }
    }
}

/// The name of a fabric: `h100-us-rail-0`.
pub(super) fn fabric(product: &str, rail: usize) -> String {
    format!("{}-rail-{rail}", product.to_lowercase())
}

#[cfg(test)]
mod tests {
    use types::{GpuId, Timestamp};

    use super::super::fleet::OutageRecord;
    use super::*;

    #[test]
    fn every_gpu_is_another_one_and_names_are_short_enough() {
        let site = Site {
            places: [("ashburn-1", "us-east"), ("frankfurt-1", "eu-central")],
            grade: Grade::Rdma3200,
        };
        let fleet = Fleet::new(OutageRecord::new(400, 1_000), Timestamp(0), 0, 64);
        let forms = [site.forms(&fleet, 0, "H100-US"), site.forms(&fleet, 1, "H100-EU")].concat();
        let mut gpus: Vec<_> =
            forms.iter().flat_map(|form| &form.gpus).map(|g| GpuId::parse(g)).collect();
        gpus.sort_unstable();
        gpus.dedup();
        assert_eq!(gpus.len(), 2 * 64 * 8);
        assert!(gpus.iter().all(Option::is_some));
        assert_eq!((forms[0].zone.as_str(), forms[64].zone.as_str()), ("us-east", "eu-central"));
        assert!(forms.iter().all(|form| form.fabric.len() <= 24 && form.site.len() <= 16));
    }
}
