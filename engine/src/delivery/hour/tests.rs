use super::*;

fn reading(node: u32, gpu_hours: u8) -> NodeReading {
    NodeReading { node: NodeId(node), gpu_hours }
}

fn reported() -> Hour {
    let mut hour = Hour::default();
    (1..=3).for_each(|node| hour.report(reading(node, 8)));
    hour
}

#[test]
fn silence_accepts_what_the_seller_says() {
    let outcome = reported().outcome();
    assert_eq!((outcome.delivered, outcome.whole, outcome.claims.len()), (24, 3, 0));
}

#[test]
fn a_claim_holds_only_what_is_disputed() {
    let mut hour = reported();
    hour.dispute(reading(2, 3));
    let outcome = hour.outcome();
    assert_eq!((outcome.delivered, outcome.whole), (19, 2));
    assert_eq!(outcome.claims, [Claim { node: NodeId(2), seller: 8, buyer: 3 }]);
    assert_eq!(outcome.claims[0].disputed(), 5);
}

#[test]
fn a_probe_outranks_both() {
    let mut hour = reported();
    hour.dispute(reading(2, 3));
    hour.probe(reading(2, 6));
    assert_eq!((hour.outcome().delivered, hour.disputed()), (22, 0));
    let claim = Claim { node: NodeId(2), seller: 8, buyer: 3 };
    let counts: Vec<u64> = [0, 3, 6, 8].map(|hours| claim.by_probe(hours)).to_vec();
    assert_eq!(counts, [0, 0, 3, 5]);
}

#[test]
fn a_seller_that_corrects_itself_ends_the_dispute() {
    let mut hour = reported();
    hour.dispute(reading(2, 3));
    hour.report(reading(2, 3));
    assert_eq!((hour.outcome().delivered, hour.disputed()), (19, 0));
}

#[test]
fn a_signed_node_is_neither_corrected_nor_disputed() {
    let mut hour = reported();
    hour.countersign();
    hour.report(reading(1, 0));
    assert!(!hour.is_disputable(reading(1, 0)));
    assert_eq!(hour.outcome().delivered, 24);
    assert!(hour.is_agreed([1, 2, 3].map(NodeId).into_iter()));
    // What the seller reports afterwards is not signed.
    hour.report(reading(4, 8));
    assert!(!hour.is_agreed([1, 2, 3, 4].map(NodeId).into_iter()));
    assert!(hour.is_disputable(reading(4, 0)));
}

#[test]
fn a_claim_may_come_before_the_receipt() {
    let mut hour = Hour::default();
    assert!(hour.is_disputable(reading(1, 0)));
    hour.dispute(reading(1, 0));
    assert_eq!((hour.outcome().delivered, hour.disputed()), (0, 0));
    hour.report(reading(1, 8));
    assert_eq!((hour.outcome().delivered, hour.disputed()), (0, 8));
    assert!(!hour.is_disputable(reading(1, 8)));
}
