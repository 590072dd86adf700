use types::YearMonth;

use super::*;

#[test]
fn legs_cover_every_hour_of_the_whole_once() {
    for year in 2026..2040 {
        let january = YearMonth::new(year, 1).expect("a month");
        for whole in [Tenor::Year(january), Tenor::Quarter(january.plus(3))] {
            let hours: u32 = legs(whole).iter().map(|leg| leg.hours()).sum();
            assert_eq!(hours, whole.hours(), "{whole}");
        }
    }
}

#[test]
fn a_year_becomes_three_months_and_three_quarters() {
    let names: Vec<String> =
        legs(Tenor::parse("2028Y").expect("a year")).iter().map(ToString::to_string).collect();
    assert_eq!(names, ["2028M01", "2028M02", "2028M03", "2028Q2", "2028Q3", "2028Q4"]);
}
