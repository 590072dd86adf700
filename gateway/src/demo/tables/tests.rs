use std::path::Path;

use super::*;

#[test]
fn built_in_figures_are_those_of_the_whole_data() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    if !data.exists() {
        println!("skipped: no {}", data.display());
        return;
    }
    let (built_in, whole) =
        (Tables::built_in().expect("it is ours"), Tables::read(&data).expect("read"));
    assert_eq!(built_in.spot, whole.spot);
    assert_eq!(built_in.elsewhere_permille, whole.elsewhere_permille);
}

#[test]
fn every_product_of_the_demo_has_prices() {
    let tables = Tables::built_in().expect("it is ours");
    for (generation, hub, first) in
        [("H100", "US", 1990), ("H200", "US", 3590), ("B200", "US", 5690)]
    {
        let days = tables.spot(generation, hub).expect("a column of the table");
        assert_eq!((days.len(), days[0]), (29, first));
    }
    let (us, eu) = (tables.spot("H100", "US"), tables.spot("H100", "EU"));
    assert!(eu.expect("as H100") < us.expect("a column"));
    assert_eq!(tables.spot("H300", "US"), None);
}

#[test]
fn a_bad_line_is_named() {
    let error = outages(&Table::new("faults.csv", "node,start_h,end_h\n1,2.5,3.5\n1,x,3\n"));
    assert_eq!(error.expect_err("x is no number").to_string(), "faults.csv:3: `x` is not a number");
    let error = outages(&Table::new("faults.csv", "node,start_h,end_h\n1,2.5\n"));
    assert_eq!(
        error.expect_err("a column is missing").to_string(),
        "faults.csv:2: too few columns"
    );
}

#[test]
fn a_median_of_an_even_number_is_the_middle() {
    assert_eq!(median(&mut [4, 1, 3, 2]), 2);
    assert_eq!(median(&mut [3, 1, 2]), 2);
}
