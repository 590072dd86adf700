//! The corpus with changes by chance: bytes flipped, cut out, repeated, or taken from another input.
//! A fuzzer that sees which code it reaches would look further; this runs wherever the tests do.
//!
//! `GIGAHOUR_INPUTS=10000000` tries that many of each kind.

use std::path::Path;

use tests::prng::Prng;

use crate::inputs;

/// Inputs of each kind.
const INPUTS: u64 = 5_000;

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let files = std::fs::read_dir(&folder).expect("there is a corpus of each target");
    let mut paths: Vec<_> = files.map(|file| file.expect("it can be read").path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("the file can be read")).collect()
}

fn mutate(target: &str, check: fn(&[u8])) {
    let given = std::env::var("GIGAHOUR_INPUTS").ok().and_then(|text| text.parse().ok());
    let corpus = corpus(target);
    let mut chance = Prng::new(7);
    let mut below =
        |limit: usize| usize::try_from(chance.below(limit as u64)).expect("it is small");
    for _ in 0..given.unwrap_or(INPUTS) {
        let mut input = corpus[below(corpus.len())].clone();
        for _ in 0..=below(4) {
            let at = below(input.len() + 1);
            let end = (at + below(16)).min(input.len());
            match below(5) {
                0 if at < input.len() => input[at] ^= 1 << below(8),
                1 => drop(input.drain(at..end)),
                2 => input.extend_from_within(at..end),
                3 => input.splice(at..end, b"99999999999999999999".iter().copied()).for_each(drop),
                _ => {
                    let other = &corpus[below(corpus.len())];
                    let from = below(other.len() + 1);
                    let piece = other[from..(from + 16).min(other.len())].to_vec();
                    input.splice(at..end, piece).for_each(drop);
                }
            }
        }
        check(&input);
    }
}

#[test]
fn requests_with_changes_are_read_or_refused() {
    mutate("json", inputs::json);
    mutate("binary", inputs::binary);
}

#[test]
fn files_with_changes_are_read_or_refused() {
    mutate("market", inputs::market);
    mutate("config", inputs::config);
}

#[test]
fn connections_with_changes_end() {
    mutate("frames", inputs::frames);
    mutate("handshake", inputs::handshake);
    mutate("login", inputs::login);
}
