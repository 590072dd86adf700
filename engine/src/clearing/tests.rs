use super::*;

#[test]
fn variation_of_a_round_trip_is_the_difference_of_prices() {
    let mut position = Position::default();
    position.add(NetLots(10), value(NetLots(10), Ticks(2400)), 1);
    position.add(NetLots(-10), value(NetLots(-10), Ticks(2450)), 2);
    assert_eq!(position.net, NetLots::ZERO);
    assert_eq!(position.variation(Ticks(9999), TickValue(5952)), Mills(10 * 50 * 5952));
}

#[test]
fn a_position_is_as_old_as_its_side() {
    let mut position = Position::default();
    position.add(NetLots(5), 0, 3);
    position.add(NetLots(5), 0, 7);
    assert_eq!(position.since, 3, "more of the same is not younger");
    position.add(NetLots(-8), 0, 9);
    assert_eq!(position.since, 3, "what is left is as old as before");
    position.add(NetLots(-8), 0, 11);
    assert_eq!(position.since, 11, "the other side begins anew");
    position.add(NetLots(-1), 0, 2);
    assert_eq!(position.since, 2, "a cascaded lot brings its own age");
}
