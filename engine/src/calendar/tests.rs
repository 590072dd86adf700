use types::YearMonth;

use super::*;

fn month(text: &str) -> Tenor {
    Tenor::Month(YearMonth::parse(text).expect("a month"))
}

#[test]
fn last_trading_day_is_the_tenth_business_day_before_delivery() {
    let calendar = Calendar { holidays: &[], settlement_hour: 16 };
    assert_eq!(
        calendar.last_trading(month("2027-02"), Settlement::Physical).to_string(),
        "2027-01-18T16:00:00Z"
    );
    assert_eq!(
        calendar.last_trading(month("2027-03"), Settlement::Physical).to_string(),
        "2027-02-15T16:00:00Z"
    );
}

#[test]
fn a_holiday_moves_it_one_business_day_back() {
    let holidays = [Date::from_civil(2027, 1, 18)];
    let calendar = Calendar { holidays: &holidays, settlement_hour: 16 };
    assert_eq!(
        calendar.last_trading(month("2027-02"), Settlement::Physical).to_string(),
        "2027-01-15T16:00:00Z"
    );
}

#[test]
fn business_days_after_a_friday_begin_on_monday() {
    let calendar = Calendar { holidays: &[], settlement_hour: 16 };
    let friday = Date::from_civil(2027, 1, 15).start();
    assert_eq!(calendar.business_days_after(friday, 2).to_string(), "2027-01-19T16:00:00Z");
    assert_eq!(calendar.business_days_after(friday, 0).to_string(), "2027-01-15T16:00:00Z");
}
