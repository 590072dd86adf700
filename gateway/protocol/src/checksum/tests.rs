use super::*;

fn levels(rows: &[(&str, &str)]) -> Vec<Level> {
    rows.iter().map(|(p, q)| Level((*p).to_owned(), (*q).to_owned())).collect()
}

#[test]
fn worked_example_of_five_levels() {
    let bids = levels(&[("2.1250", "128"), ("2.1240", "64"), ("2.1200", "512")]);
    let asks = levels(&[("2.1300", "96"), ("2.1310", "32")]);
    assert_eq!(checksum(&bids, &asks), 2_216_820_431);
    let asks = levels(&[("2.1300", "64"), ("2.1310", "32")]);
    assert_eq!(checksum(&bids, &asks), 3_262_056_876);
}

#[test]
fn worked_example_of_ten_levels_a_side() {
    let quantities = ["96", "32", "10", "20", "30", "40", "50", "60", "70", "80"];
    let ask = |(n, q): (usize, &&str)| Level(format!("2.13{n}0"), (**q).to_owned());
    let asks: Vec<Level> = quantities.iter().enumerate().map(ask).collect();
    let bids = levels(&[
        ("2.1250", "128"),
        ("2.1240", "64"),
        ("2.1200", "512"),
        ("2.1190", "5"),
        ("2.1180", "7"),
        ("2.1170", "9"),
        ("2.1160", "11"),
        ("2.1150", "13"),
        ("2.1140", "15"),
        ("2.1130", "17"),
    ]);
    assert_eq!(checksum(&bids, &asks), 1_772_272_923);
}
