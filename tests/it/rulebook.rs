//! The rulebook and what proves it: every rule is cited by a scenario or a test, and every rule that
//! is cited anywhere is in the rulebook.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources;

#[test]
fn every_rule_is_proved() {
    let rules = rules();
    assert!(40 <= rules.len(), "only {} rules were found", rules.len());
    let mut cited: BTreeSet<String> = BTreeSet::new();
    let mut proofs = sources::files_under("tests/scenarios", ".txt");
    proofs.extend(sources::rust_under("tests/it"));
    for proof in &proofs {
        cited.extend(citations(&proof.text));
    }
    let unproved: Vec<&String> = rules.difference(&cited).collect();
    assert!(unproved.is_empty(), "no scenario or test is about {unproved:?}");
}

#[test]
fn every_citation_is_a_rule() {
    let rules = rules();
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    let parts = ["engine", "gateway", "clients", "tests", "benches"];
    let endings = [".rs", ".txt", ".md", ".toml", ".py"];
    for part in parts {
        for source in endings.iter().flat_map(|ending| sources::files_under(part, ending)) {
            for rule in citations(&source.text) {
                places.insert(rule, source.path.clone());
            }
        }
    }
    let unknown: Vec<_> = places.iter().filter(|(rule, _)| !rules.contains(*rule)).collect();
    assert!(unknown.is_empty(), "not in the rulebook: {unknown:?}");
}

/// `**R-3.1** The best price trades first` defines, once.
fn rules() -> BTreeSet<String> {
    let mut rules = BTreeSet::new();
    for chapter in sources::files_under("engine/rulebook", ".md") {
        let number = chapter.path.rsplit('/').next().and_then(|name| name.split('-').next());
        for line in chapter.text.lines().filter(|line| line.starts_with("**R-")) {
            let rule = line.trim_start_matches('*').split('*').next().expect("a rule is in bold");
            let prefix = format!("R-{}.", number.expect("a chapter begins with its number"));
            assert!(rule.starts_with(&prefix), "{rule} stands in {}", chapter.path);
            assert!(rules.insert(rule.to_owned()), "{rule} stands twice");
        }
    }
    rules
}

/// Every `R-<chapter>.<number>` in a text.
fn citations(text: &str) -> BTreeSet<String> {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
    let mut found = BTreeSet::new();
    for after in text.split("R-").skip(1) {
        let chapter = digits(after);
        let Some(rest) = after[chapter.len()..].strip_prefix('.') else { continue };
        let number = digits(rest);
        if !chapter.is_empty() && !number.is_empty() {
            found.insert(format!("R-{chapter}.{number}"));
        }
    }
    found
}
