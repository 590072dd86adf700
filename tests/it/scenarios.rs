//! Every scenario file holds.

use std::path::{Path, PathBuf};

use tests::scenario;

/// All scenario files, by name.
pub(crate) fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"), &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder of scenarios can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "txt") {
            found.push(path);
        }
    }
}

#[test]
fn every_scenario_holds() {
    let files = files();
    let failures: Vec<String> =
        files.iter().filter_map(|path| scenario::run_file(path).err()).collect();
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), files.len(), failures.join("\n"));
    assert!(90 <= files.len(), "only {} scenarios were found", files.len());
}

#[test]
fn every_scenario_says_which_rule_it_is_about() {
    for path in files() {
        let text = std::fs::read_to_string(&path).expect("a scenario can be read");
        let first = text.lines().next().unwrap_or_default();
        assert!(first.starts_with("# R-"), "{}: the first line names the rule", path.display());
    }
}

#[test]
fn a_broken_promise_is_named_by_line() {
    let text = "list H100-US-2027M03\nfund ann 1000000\n\nann buy 10 @ 2400  accepted 2\n";
    let failure = scenario::run(text).expect_err("the order is called 1");
    assert_eq!(failure.line, 4);
    assert!(failure.message.contains("expected ! accepted 2"), "{failure}");
    assert!(failure.message.contains("actual   ! accepted 1"), "{failure}");
}

#[test]
fn an_unwritten_event_breaks_a_promise() {
    let text = "list H100-US-2027M03\nfund ann 1000000\nann buy 10 @ 2400\n";
    let failure = scenario::run(text).expect_err("an acceptance is not written");
    assert!(failure.message.contains("expected   (nothing)"), "{failure}");
}

#[test]
fn an_order_found_by_machine_can_be_read_back() {
    use tests::agreement::as_scenario;
    use tests::workload::{MARKETS, Workload, market};
    for seed in 0..MARKETS {
        let opening = scenario::log(&market(seed)).expect("a scenario").len();
        let log: Vec<_> = Workload::new(seed).take(opening + 400).collect();
        // The numbers of orders are found in what the exchange has said, so they are left out.
        let is_counted = |c: &types::Sequenced<types::Command>| match &c.value {
            types::Command::AmendOrder(amend) => {
                matches!(amend.order, types::OrderRef::Exchange(_))
            }
            types::Command::CancelOrder { order, .. } => {
                matches!(order, types::OrderRef::Exchange(_))
            }
            types::Command::OpenAccount { .. } => true,
            _ => false,
        };
        let said: Vec<_> = log[opening..].iter().filter(|c| !is_counted(c)).cloned().collect();
        let text: String = as_scenario(seed, &said).lines().map(with_anything).collect();
        let again = scenario::log(&text).expect("what is written can be read");
        let values = |log: &[types::Sequenced<types::Command>]| {
            log.iter().map(|command| (command.time, command.value.clone())).collect::<Vec<_>>()
        };
        assert_eq!(values(&again[opening..]), values(&said));
    }
}

/// A line of a scenario, and whatever it leads to.
fn with_anything(line: &str) -> String {
    let is_stage = ["clock", "terms", "list", "fund", "now-ns", "#"]
        .iter()
        .any(|word| line.starts_with(word) || line.is_empty());
    if is_stage { format!("{line}\n") } else { format!("{line}\n    ...\n") }
}
