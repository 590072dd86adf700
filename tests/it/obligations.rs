//! the states of an obligation as tables. Every step in every state, and every command about a
//! delivery in every state.

use std::fmt::Write;

use tests::{golden, scenario};
use types::{ObligationState, ObligationStep};

const OPENING: &str = "terms capacity rulebook spot_month 1000 coverage 1/1\n\
     terms performance 1\n\
     list H100-US-2027M02\n\
     fund N 9000000 lab 9000000 probe 0 spare 9000000 other 9000000\n\
     attestor probe\n ...\n\
     appoint-probe probe\n ...\n\
     spare register 21-28 fabric s1\n ...\n\
     probe attest spare 21-28 until 2027-03-31\n ...\n\
     N register 1-10 fabric f1\n ...\n\
     probe attest N 1-10 until 2027-03-31\n ...\n\
     N pledge 1-10  pledged 10\n\
     N sell 8 @ 2400  accepted 1\n\
     lab buy 8 @ 2400  trade 8 @ 2400 with 1\n";

const COMMANDS: [&str; 25] = [
    "N pledge 9",
    "N retire 9",
    "N tender 8 of f1",
    "lab prefer best",
    "N elect 1",
    "lab elect 1",
    "probe elect 1",
    "lab test 1 1=pass",
    "lab test 1 1=fail",
    "probe test 1 1=fail",
    "N replace 1 1 by 9",
    "N meter 2027-02-01 00:00 1=8",
    "lab countersign 1 2027-02-01 00:00",
    "lab dispute 1 2027-02-01 00:00 1=0",
    "probe probe 1 2027-02-01 00:00 1=8",
    "lab probe 1 2027-02-01 00:00 1=8",
    "waive US 2027-02-05 00:00 2027-02-05 12:00",
    "spare standby 21-22 @ 2500",
    "other bid 8 @ 2300",
    "N bond 5000",
    "N unbond 100",
    "lab transfer 1 to other for 50",
    "N transfer 1 to other for 50",
    "other accept 1",
    "advance 1h",
];

#[test]
fn the_table_of_steps() {
    let mut table = String::new();
    for state in ObligationState::ALL {
        for step in ObligationStep::ALL {
            let after = state.after(step).map_or("-".to_owned(), |after| format!("{after:?}"));
            writeln!(table, "{:<10} {:<8} {after}", format!("{state:?}"), format!("{step:?}"))
                .expect("text can be written");
        }
    }
    golden::check("obligation_steps.txt", &table);
}

#[test]
fn the_table_of_commands() {
    let mut table = String::new();
    for state in ObligationState::ALL {
        for command in COMMANDS {
            let text = format!("{OPENING}{}{command}\n", into(state));
            let told = told(&text);
            writeln!(table, "{:<10} {command:<28} {told}", format!("{state:?}"))
                .expect("text can be written");
        }
    }
    golden::check("obligations.txt", &table);
}

/// What is told of an obligation, and of what serves it, has one of these.
const TELLING: [&str; 13] = [
    "refused",
    "obligation",
    "hears",
    "node",
    "pledged",
    "prefers",
    "tenders",
    "retired",
    "waived",
    "stands by",
    "bids",
    "bond",
    "offers",
];

/// The commands that lead to a state.
const fn into(state: ObligationState) -> &'static str {
    match state {
        ObligationState::Assigned => "advance to 2027-01-20 16:00\n ...\n",
        ObligationState::Accepted => {
            "advance to 2027-01-20 16:00\n ...\nlab test 1 1-8=pass\n ...\n"
        }
        ObligationState::Delivering => "advance to 2027-02-01 01:00\n ...\n",
        ObligationState::Covered => {
            "spare standby 21-28 @ 2500\n ...\nadvance to 2027-02-01 02:00\n ...\n"
        }
        ObligationState::Defaulted => {
            "spare standby 21-24 @ 2500\n ...\nadvance to 2027-02-02 02:00\n ...\n"
        }
        ObligationState::CashedOut => "advance to 2027-02-02 02:00\n ...\n",
        ObligationState::Settled => "advance to 2027-03-03 00:00\n ...\n",
        ObligationState::Released => {
            "advance to 2027-01-20 16:00\n ...\nN elect 1\n ...\nlab elect 1\n ...\n"
        }
    }
}

/// What the last line of a scenario leads to, as far as it is about the obligation.
fn told(text: &str) -> String {
    let silent = format!("{text}obligation 1 x\n");
    let failure = match scenario::run(text) {
        Ok(()) => scenario::run(&silent).expect_err("an obligation is in no state called x"),
        Err(failure) => failure,
    };
    let lines = failure.message.lines().filter_map(|line| line.strip_prefix("  actual   "));
    let lines = lines.map(|line| line.trim_start_matches(['!', ' ']));
    let is_of_it = |line: &&str| TELLING.iter().any(|word| line.contains(word));
    let told: Vec<&str> = lines.filter(is_of_it).collect();
    if told.is_empty() { failure.message.replace('\n', "; ") } else { told.join("; ") }
}
