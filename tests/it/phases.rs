//! the phases of a contract as tables. Every change in every phase, and every command
//! in every phase.

use std::fmt::Write;

use tests::{golden, scenario};
use types::{Phase, PhaseChange, RejectReason};

const PHASES: [Phase; 3] = [Phase::Open, Phase::Halted, Phase::Expired];

#[test]
fn the_table_of_changes() {
    let changes = [PhaseChange::Halt, PhaseChange::Resume, PhaseChange::Expire];
    let mut table = String::new();
    for phase in PHASES {
        for change in changes {
            let after = phase.after(change).map_or("-".to_owned(), |after| format!("{after:?}"));
            writeln!(table, "{:<8} {:<8} {after}", format!("{phase:?}"), format!("{change:?}"))
                .expect("text can be written");
        }
    }
    golden::check("phases.txt", &table);
}

#[test]
fn the_table_of_commands() {
    let opening = "terms months 2\nlist H100-US-2027M02\nfund ann 1000000\n\
                   ann buy 5 @ 2400  accepted 1\nann buy 5 @ 2390  accepted 2\n";
    let into = |phase: Phase| match phase {
        Phase::Open => "",
        Phase::Halted => "halt H100-US-2027M02\n ...\n",
        Phase::Expired => "advance to 2027-01-18 16:00\n ...\n",
    };
    let commands = ["buy 1 @ 2400", "amend 1 to 4", "amend 1 to @ 2399", "cancel 1", "cancel all"];
    let mut table = String::new();
    for phase in PHASES {
        for command in commands {
            let text = format!("{opening}{}ann {command}\n", into(phase));
            let failure = scenario::run(&text).expect_err("nothing is expected, something happens");
            let told =
                failure.message.lines().filter_map(|line| line.strip_prefix("  actual   ! "));
            let told = told.collect::<Vec<_>>().join("; ");
            writeln!(table, "{:<8} {command:<18} {told}", format!("{phase:?}"))
                .expect("text can be written");
        }
    }
    golden::check("commands.txt", &table);
}

/// Codes are those of the wire: clients know them by heart, and none is ever given twice.
#[test]
fn the_table_of_refusals() {
    let mut codes: Vec<u16> = RejectReason::ALL.iter().map(|reason| reason.code()).collect();
    let table: String = RejectReason::ALL
        .iter()
        .map(|reason| format!("{} {}\n", reason.code(), reason.name()))
        .collect();
    golden::check("refusals.txt", &table);
    assert!(codes.is_sorted(), "refusals stand in the order of their codes");
    codes.dedup();
    assert_eq!(codes.len(), RejectReason::ALL.len(), "a code means one thing");
}
