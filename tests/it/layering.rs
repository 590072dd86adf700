//! Inside the engine each part names only the parts below it: exchange -> {settlement, delivery, index,
//! risk, auction, breaker, stops, waterfall} -> clearing -> {ledger, calendar} -> {by_account, chunks}.
//! Never sideways, never up. The book is a crate of its own.

use std::collections::BTreeSet;

use crate::sources::{self, Source};

/// The layers, from the top. What stands in one line knows nothing of its neighbours.
const LAYERS: [&[&str]; 5] = [
    &["exchange"],
    &["settlement", "delivery", "index", "risk", "auction", "breaker", "stops", "waterfall"],
    &["clearing"],
    &["ledger", "calendar"],
    &["by_account", "chunks"],
];

#[test]
fn parts_of_the_engine_name_only_parts_below_them() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for source in sources::rust_under("engine/src") {
        let part = part_of(&source);
        if part == "lib" {
            continue;
        }
        let mine = layer(&part).unwrap_or_else(|| panic!("{} has no layer", source.path));
        for other in parts_named(&source.text).into_iter().filter(|other| *other != part) {
            let below = layer(&other).unwrap_or_else(|| panic!("{other} has no layer"));
            if below <= mine {
                wrong.push(format!("{} names {other}", source.path));
            }
            seen.insert((part.clone(), other));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(6 <= seen.len(), "only {} connections were found", seen.len());
}

fn layer(part: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&part))
}

/// `engine/src/book/levels.rs` belongs to `book`.
fn part_of(source: &Source) -> String {
    let inside = source.path.strip_prefix("engine/src/").expect("it was looked for there");
    inside.split(['/', '.']).next().expect("a path has a first part").to_owned()
}

/// Every `crate::part`, also in `use crate::{a, b::C}`.
fn parts_named(text: &str) -> BTreeSet<String> {
    let mut parts = BTreeSet::new();
    for after in text.split("crate::").skip(1) {
        if let Some(list) = after.strip_prefix('{') {
            let list = list.split('}').next().unwrap_or_default();
            parts.extend(list.split(',').filter_map(first_word));
        } else {
            parts.extend(first_word(after));
        }
    }
    parts
}

/// The module at the start of a path; a name in capitals is an item of the crate page.
fn first_word(path: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let word: String = path.trim().chars().take_while(|c| is_part(*c)).collect();
    word.starts_with(|c: char| c.is_ascii_lowercase()).then_some(word)
}

/// What each crate of the workspace may name of the others. A test may use all.
const CRATES: [(&str, &[&str]); 8] = [
    ("engine/types", &[]),
    ("engine/book", &["types"]),
    ("engine", &["book", "types"]),
    ("engine/proof", &[]),
    ("engine/sequencer", &["engine", "proof", "types"]),
    ("gateway/protocol", &["types"]),
    ("gateway", &["protocol", "sequencer", "types", "clients", "proof"]),
    ("clients", &["protocol", "types", "proof"]),
];

#[test]
fn crates_name_only_what_they_may_know() {
    let members = [
        "types",
        "book",
        "engine",
        "proof",
        "sequencer",
        "protocol",
        "gateway",
        "clients",
        "benches",
        "tests",
    ];
    for (folder, allowed) in CRATES {
        let manifest = sources::read(&format!("{folder}/Cargo.toml"));
        for name in dependencies(&manifest).filter(|name| members.contains(name)) {
            assert!(allowed.contains(&name), "{folder} may not know {name}");
        }
    }
}

/// The bots of the demo are all that the gateway takes from the clients.
#[test]
fn the_gateway_names_clients_in_its_demo_only() {
    for source in sources::rust_under("gateway/src") {
        let may = source.path.contains("/demo") || source.is_test();
        assert!(may || !source.text.contains("clients::"), "{} names clients", source.path);
    }
}

/// The engine is pure: what could make it answer differently the second time is not in it.
#[test]
fn the_engine_has_no_clock_no_files_no_chance_and_no_floats() {
    let forbidden = [
        "HashMap",
        "HashSet",
        "Instant",
        "SystemTime",
        "std::time",
        "std::fs",
        "std::net",
        "std::thread",
        "std::env",
        "f64",
        "f32",
        "println!",
        "eprintln!",
        "rand::",
        "tracing::",
        "unsafe ",
    ];
    let mut sources = sources::rust_under("engine/src");
    sources.extend(sources::rust_under("engine/types/src"));
    sources.extend(sources::rust_under("engine/book/src"));
    assert!(30 <= sources.len(), "only {} sources were found", sources.len());
    for source in sources {
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        for line in source.text.lines().filter(is_code) {
            let named = forbidden.iter().find(|word| line.contains(**word));
            assert!(named.is_none(), "{} names {named:?}: {line}", source.path);
        }
    }
}

/// A package is named in one file of a crate, or in one folder, so replacing it means editing that.
#[test]
fn a_package_is_named_in_one_place() {
    let alone = [
        ("engine/sequencer/src", "bincode::"),
        ("engine/sequencer/src", "crc32c::"),
        ("engine/sequencer/src", "rustix::"),
        ("gateway/src", "bincode::"),
        ("engine/proof/src", "signed_note::"),
        ("engine/proof/src", "ed25519_dalek::"),
        ("engine/proof/src", "sha2::"),
        ("gateway/protocol/src", "rust_decimal::"),
        ("gateway/protocol/src", "crc32fast::"),
        ("gateway/src", "tokio_tungstenite::"),
        ("gateway/src", "axum::"),
        ("gateway/src", "rust_embed"),
        ("clients/src", "tokio_tungstenite::"),
        ("clients/src", "ed25519_dalek::"),
        ("clients/src/bin/ghx", "ratatui::"),
        ("clients/src/bin/ghx/terminal", "crossterm::"),
    ];
    let mut wrong = Vec::new();
    for (folder, package) in alone {
        let sources = sources::rust_under(folder);
        let users = sources.iter().filter(|s| !s.is_test() && s.text.contains(package));
        let place = |source: &Source| {
            let inside = &source.path[folder.len() + 1..];
            inside.split(['/', '.']).next().expect("a path has a first part").to_owned()
        };
        let places: BTreeSet<String> = users.map(place).collect();
        if 1 < places.len() {
            wrong.push(format!("{folder} names {package} in {places:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Packages under `[dependencies]`, not those of tests.
fn dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    let section = manifest.split("[dependencies]").nth(1).unwrap_or_default();
    let lines = section.lines().skip(1).take_while(|line| !line.starts_with('['));
    lines.filter_map(|line| line.split(['.', ' ', '=']).next()).filter(|name| !name.is_empty())
}
