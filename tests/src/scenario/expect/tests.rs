use super::*;

fn lines(text: &str) -> Vec<String> {
    text.split(';').filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
}

fn agree(expected: &str, actual: &str) -> bool {
    difference(&lines(expected), &lines(actual)).is_none()
}

#[test]
fn every_line_must_be_there_in_order() {
    assert!(agree("a;b", "a;b"));
    assert!(!agree("a;b", "b;a"));
    assert!(!agree("a", "a;b"), "an unexpected line is wrong");
    assert!(!agree("a;b", "a"), "an unmet line is wrong");
}

#[test]
fn three_dots_stand_for_any_lines() {
    assert!(agree("...", ""));
    assert!(agree("...;c", "a;b;c"));
    assert!(agree("a;...", "a;b;c"));
    assert!(!agree("...;d", "a;b;c"));
}

#[test]
fn a_difference_shows_both_sides() {
    let text = difference(&lines("a;b"), &lines("a;c")).expect("they differ");
    assert!(text.contains("expected ! b"), "{text}");
    assert!(text.contains("actual   ! c"), "{text}");
}
