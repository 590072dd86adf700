use types::{InstrumentId, Lots, Mills, TickValue, Ticks};

use super::{coverage, uncovered_margin};

fn of(short: u64, nodes: u64, permille: u32) -> [u64; 3] {
    let told = coverage(InstrumentId(1), Lots(short), nodes, Lots(8), permille);
    [told.required.0, told.covered.0, told.uncovered.0]
}

#[test]
fn a_part_of_the_blocks_rounded_up_to_a_whole_one() {
    assert_eq!(of(80, 0, 250), [24, 0, 24], "two and a half blocks are three");
    assert_eq!(of(80, 0, 500), [40, 0, 40]);
    assert_eq!(of(80, 0, 1000), [80, 0, 80]);
    assert_eq!(of(80, 0, 0), [0, 0, 0]);
}

#[test]
fn odd_lots_need_no_nodes_and_odd_nodes_cover_nothing() {
    assert_eq!(of(7, 0, 1000), [0, 0, 0]);
    assert_eq!(of(15, 7, 1000), [8, 0, 8]);
    assert_eq!(of(15, 15, 1000), [8, 8, 0]);
    assert_eq!(of(24, 100, 1000), [24, 96, 0]);
}

/// 8 lots x 8 GPUs x 672 hours x $2.400 are $103,219.200; a tenth of that, rounded up to a mill.
#[test]
fn a_part_of_the_value_of_what_is_not_covered() {
    let margin = |permille| uncovered_margin(Lots(8), Ticks(2400), TickValue(5376), permille);
    assert_eq!(margin(100), Mills(10_321_920));
    assert_eq!(margin(0), Mills::ZERO);
    assert_eq!(uncovered_margin(Lots(1), Ticks(1), TickValue(1), 1), Mills(1));
}
