use super::*;

/// 64 GPUs for 672 hours are 43,008 GPU-hours, of which 860 may be missing.
#[test]
fn the_first_two_percent_are_free() {
    let of = |short| damages(GpuHours(43_008), GpuHours(short), Ticks(2400), Ticks(2650), 20);
    assert_eq!(
        of(860),
        Terms { tolerated: GpuHours(860), per_gpu_hour: Mills(250), damages: Mills(0) }
    );
    assert_eq!(of(861).damages, Mills(250));
    assert_eq!(of(1_860).damages, Mills(250_000));
}

/// a buyer who can replace the GPU-hours for less has no damage.
#[test]
fn no_damages_when_the_index_is_below_the_price() {
    let terms = damages(GpuHours(43_008), GpuHours(43_008), Ticks(2400), Ticks(2399), 20);
    assert_eq!(terms.damages, Mills::ZERO);
}

/// 128 GPUs for 100 hours, price 2.400, cover 2.950, index 2.700: the dearer of the two
/// counts, $7,040.
#[test]
fn the_dearer_of_cover_and_index_counts() {
    let reference = Ticks(2700).max(Ticks(2950));
    let terms = damages(GpuHours(12_800), GpuHours(12_800), Ticks(2400), reference, 0);
    assert_eq!((terms.per_gpu_hour, terms.damages), (Mills(550), Mills(7_040_000)));
}
