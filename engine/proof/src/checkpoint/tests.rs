use super::Checkpoint;
use crate::Hash;

fn sample() -> Checkpoint {
    Checkpoint {
        size: 12,
        root: Hash([1; 32]),
        time_ns: 1_772_323_200_000_000_000,
        chain: Hash([2; 32]),
        state: (3, Hash([4; 32])),
    }
}

const TEXT: &str = "market.example/log
12
AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=
seq 12
time 1772323200000000000
chain AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=
state 3 BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ=
";

#[test]
fn the_text_is_this_one() {
    assert_eq!(sample().text("market.example/log"), TEXT);
    assert_eq!(Checkpoint::parse("market.example/log", TEXT), Some(sample()));
}

#[test]
fn every_other_spelling_is_refused() {
    let spellings = [
        ("\n12\n", "\n012\n"),
        ("\n12\n", "\n+12\n"),
        ("seq 12", "seq 13"),
        ("seq 12", "seq  12"),
        ("time 1", "time +1"),
        ("state 3 ", "state 03 "),
        ("BAQ=\n", "BAR=\n"),
        ("BAQ=\n", "BAQ=\n\n"),
        ("BAQ=\n", "BAQ=\nmore 1\n"),
        ("BAQ=\n", "BAQ="),
        ("\n", "\r\n"),
        ("market", "Market"),
    ];
    for (from, to) in spellings {
        let text = TEXT.replacen(from, to, 1);
        assert_ne!(text, TEXT);
        assert_eq!(Checkpoint::parse("market.example/log", &text), None, "{text}");
    }
}
