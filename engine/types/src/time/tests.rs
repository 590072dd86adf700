use super::*;

#[test]
fn civil_dates_go_there_and_back_for_four_centuries() {
    let mut date = Date::from_civil(1970, 1, 1);
    assert_eq!(date.0, 0);
    while date.civil().0 < 2370 {
        let (year, month, day) = date.civil();
        assert_eq!(Date::from_civil(year, month, day), date);
        assert_eq!(Date::parse(&date.to_string()), Some(date));
        date = date.plus(1);
    }
}

#[test]
fn months_know_their_hours() {
    let month = |text| YearMonth::parse(text).expect("a month");
    assert_eq!(month("2027-02").hours(), 672);
    assert_eq!(month("2028-02").hours(), 696);
    assert_eq!(month("2027-03").hours(), 744);
    assert_eq!(month("2027-04").hours(), 720);
    assert_eq!(month("2027-12").plus(1), month("2028-01"));
    assert_eq!(month("2027-12").quarter(), 4);
}

#[test]
fn weekdays_and_instants_are_of_the_same_calendar() {
    let monday = Date::from_civil(2027, 3, 1);
    assert_eq!(monday.weekday(), 0);
    assert_eq!(monday.start().plus(Timestamp::DAY - 1).date(), monday);
    assert_eq!(monday.start().plus(16 * Timestamp::HOUR).to_string(), "2027-03-01T16:00:00Z");
    assert_eq!(Timestamp(-1).date().to_string(), "1969-12-31");
}

#[test]
fn what_is_not_a_date_is_refused() {
    for text in [
        "2027-02-29",
        "2027-3-01",
        "2027-03-1",
        "2027-13-01",
        "27-01-01",
        "",
        "2027-00-01",
        "2027-01-00",
        "2027-01-+1",
    ] {
        assert_eq!(Date::parse(text), None, "{text}");
    }
}

#[test]
fn an_instant_reads_as_it_is_written() {
    let time = Date::from_civil(2027, 3, 1).start().plus(16 * Timestamp::HOUR + Timestamp::SECOND);
    assert_eq!(time.to_string(), "2027-03-01T16:00:01Z");
    assert_eq!(Timestamp::parse(&time.to_string()), Some(time));
    for text in [
        "2027-03-01T16:00:01",
        "2027-03-01 16:00:01Z",
        "2027-03-01T16:00Z",
        "2027-03-01T24:00:00Z",
        "2027-03-01T16:60:00Z",
        "2027-03-01T16:00:00:00Z",
        "2027-03-01T1:00:00Z",
        "2027-02-29T00:00:00Z",
        "2262-04-11T23:47:16Z",
        "9999-12-31T00:00:00Z",
    ] {
        assert_eq!(Timestamp::parse(text), None, "{text}");
    }
}
