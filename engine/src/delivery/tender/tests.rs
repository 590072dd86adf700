use types::{GpuId, ProductId, Text};

use super::*;

fn node(number: u8, fabric: &str, grade: Grade) -> NodeEntry {
    let name = Text::new("east").expect("it is in the grammar");
    NodeEntry {
        node: NodeId(u32::from(number)),
        product: ProductId(0),
        gpus: [GpuId([number; 16]); 8],
        site: name,
        zone: name,
        fabric: Text::new(fabric).expect("it is in the grammar"),
        grade,
        evidence: [0; 32],
    }
}

fn nodes() -> Vec<NodeEntry> {
    let of = |numbers: std::ops::RangeInclusive<u8>, fabric: &'static str, grade| {
        numbers.map(move |number| node(number, fabric, grade))
    };
    of(1..=5, "slow", Grade::NoRdma)
        .chain(of(6..=10, "fast", Grade::Rdma3200))
        .chain(of(11..=20, "large", Grade::NoRdma))
        .collect()
}

fn short(lots: u64) -> Claim {
    Claim { account: AccountId(1), lots: Lots(lots), since: 1 }
}

fn written(parcels: &[Parcel]) -> Vec<(u64, Option<u32>, usize)> {
    parcels.iter().map(|p| (p.lots.0, p.nodes.first().map(|n| n.0), p.nodes.len())).collect()
}

fn tender(fabric: &str, lots: u64) -> Tender {
    Tender { fabric: Text::new(fabric).expect("in the grammar"), lots: Lots(lots), buyer: None }
}

/// who is silent tenders its best grade first, then its largest fabric, in whole blocks.
#[test]
fn the_rule_tenders_for_who_is_silent() {
    let all = parcels(&short(20), &nodes(), &[], Lots(4));
    assert_eq!(written(&all), [(4, Some(6), 4), (8, Some(11), 8), (4, Some(1), 4), (4, None, 0)]);
    let some = parcels(&short(8), &nodes(), &[], Lots(4));
    assert_eq!(written(&some), [(4, Some(6), 4), (4, Some(11), 4)]);
}

/// what was tendered comes first, and the rule tenders the rest.
#[test]
fn tenders_come_before_what_the_rule_adds() {
    let said = [tender("slow", 4), tender("large", 4)];
    let all = parcels(&short(16), &nodes(), &said, Lots(4));
    assert_eq!(
        written(&all),
        [(4, Some(1), 4), (4, Some(11), 4), (4, Some(6), 4), (4, Some(15), 4)]
    );
}

/// nodes that went since the tender cannot be assigned.
#[test]
fn a_tender_is_no_more_than_there_is() {
    let all = parcels(&short(16), &nodes()[..9], &[tender("fast", 8)], Lots(4));
    assert_eq!(written(&all), [(4, Some(6), 4), (4, Some(1), 4), (8, None, 0)]);
}
