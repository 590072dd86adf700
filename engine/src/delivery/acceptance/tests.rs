use super::*;

fn two() -> Acceptance {
    Acceptance::of(&[NodeId(1), NodeId(2)], Timestamp(100))
}

#[test]
fn silence_accepts_at_the_deadline_and_not_before() {
    let mut nodes = two();
    assert!(nodes.pass_time(Timestamp(99)).is_empty() && !nodes.is_over());
    assert!(nodes.pass_time(Timestamp(100)).is_empty() && nodes.is_over());
    assert!(!nodes.takes(NodeId(1), Tester::Probe), "who was silent cannot take it back");
}

#[test]
fn a_failed_node_is_replaced_in_time_or_dropped() {
    let mut nodes = two();
    nodes.fail(NodeId(1), Tester::Buyer, Timestamp(50));
    nodes.fail(NodeId(2), Tester::Buyer, Timestamp(60));
    nodes.replace(NodeId(1), NodeId(9), Timestamp(100));
    assert!(!nodes.has_failed(NodeId(1)) && nodes.has_failed(NodeId(2)));
    assert_eq!(nodes.pass_time(Timestamp(60)), [NodeId(2)]);
    assert!(!nodes.is_over());
    nodes.pass_time(Timestamp(100));
    assert!(nodes.is_over());
}

#[test]
fn the_word_of_a_probe_stands_and_a_second_failure_grants_no_more_time() {
    let mut nodes = two();
    assert_eq!(nodes.fail(NodeId(1), Tester::Buyer, Timestamp(50)), Timestamp(50));
    assert_eq!(nodes.fail(NodeId(1), Tester::Buyer, Timestamp(70)), Timestamp(50));
    assert!(nodes.takes(NodeId(1), Tester::Probe));
    nodes.pass(NodeId(1), Tester::Probe);
    assert!(!nodes.takes(NodeId(1), Tester::Buyer));
    assert!(nodes.takes(NodeId(2), Tester::Buyer) && !nodes.takes(NodeId(3), Tester::Probe));
}
