use super::super::prices::PricePath;
use super::*;
use types::{Date, Timestamp};

fn months(first: u8, lots: &[i64]) -> BTreeMap<YearMonth, i64> {
    let first = YearMonth::new(2027, first).expect("a month");
    (0..).zip(lots).map(|(n, lots)| (first.plus(n), *lots)).collect()
}

/// What is open of a schedule of H100-US, as `symbol lots` by contract.
fn open(schedule: &Schedule, tenors: &[&str], held: &[(&str, i64)]) -> Vec<String> {
    let now = Date::from_civil(2026, 12, 14).start();
    let contract =
        |tenor: &&str| Contract::new(&format!("H100-US-{tenor}"), now.plus(Timestamp::DAY));
    let contracts: Vec<Contract> = tenors.iter().filter_map(contract).collect();
    let prices = PricePath::new(now.date(), &BTreeMap::new());
    let positions = BTreeMap::new();
    let view = View {
        now,
        contracts: &contracts,
        spreads: &[],
        orders: &[],
        positions: &positions,
        prices: &prices,
    };
    let held: BTreeMap<&str, i64> = held.iter().copied().collect();
    let held = |symbol: &str| held.get(&symbol["H100-US-".len()..]).copied().unwrap_or(0);
    let open = schedule.open(&view, held);
    open.into_iter().map(|(c, lots)| format!("{} {lots}", c.tenor)).collect()
}

fn schedule(first: u8, lots: &[i64]) -> Schedule {
    Schedule(BTreeMap::from([("H100-US".to_owned(), months(first, lots))]))
}

const FULL: [i64; 12] = [48, 48, 56, 64, 64, 72, 80, 80, 88, 96, 96, 96];

#[test]
fn a_schedule_is_a_year_then_quarters_then_months() {
    let tenors = ["2027M01", "2027M02", "2027M03", "2027Q1", "2027Q2", "2027Y"];
    let expected = ["2027Y 24", "2027Q1 8", "2027Q2 16", "2027M01 16", "2027M02 16", "2027M03 24"];
    assert_eq!(open(&schedule(1, &FULL), &tenors, &[]), expected);
}

#[test]
fn what_is_held_is_not_bought_again() {
    let tenors = ["2027M01", "2027Q1", "2027Y"];
    let held = [("2027Y", 24), ("2027Q1", 5), ("2027M01", 16)];
    assert_eq!(open(&schedule(1, &FULL), &tenors, &held), ["2027Q1 3"]);
}

#[test]
fn a_year_that_has_cascaded_counts_in_its_quarters_and_months() {
    let held = [("2027Q2", 24), ("2027M02", 24), ("2027M03", 40)];
    let tenors = ["2027M02", "2027M03", "2027M04", "2027Q2"];
    let expected = ["2027Q2 8", "2027M02 24", "2027M03 16", "2027M04 32"];
    assert_eq!(open(&schedule(1, &FULL), &tenors, &held), expected);
}

#[test]
fn slices_are_even_and_end_a_day_early() {
    assert_eq!(slice(24, 48), 1);
    assert_eq!(slice(48, 48), 2);
    assert_eq!(slice(7, 20), 7);
    assert_eq!(slice(1, 5_000), 1);
}

#[test]
fn a_bad_line_is_named() {
    let fault =
        |line: &str| Schedule::parse(&format!("product,month,gpus\n{line}")).expect_err("bad");
    assert_eq!(fault("H100-US,2027-01").to_string(), "line 2: not product,month,gpus");
    assert_eq!(fault("H100-US,2027-13,8").to_string(), "line 2: a month is written 2027-01");
    assert_eq!(fault("\nH100-US,2027-01,-8").to_string(), "line 3: GPUs are a whole number");
}

#[test]
fn a_part_of_a_schedule_is_an_equal_share_of_every_month() {
    assert_eq!(schedule(1, &[48, 51]).part(2), schedule(1, &[24, 25]));
}

#[test]
fn the_example_needs_whole_blocks_in_its_first_month() {
    let january = YearMonth::new(2027, 1).expect("a month");
    assert_eq!(Schedule::example().lots("H100-US", january) % BLOCK, 0);
    assert_eq!(Schedule::example().lots("H100-US", january), 48);
}
