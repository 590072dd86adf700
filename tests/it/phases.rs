//! the phases of a contract as tables. Every change in every phase, and every command
//! in every phase.

use std::fmt::Write;

use tests::{golden, scenario};
use types::{Phase, PhaseChange, RejectReason};

const OPENING: &str = "terms months 2\nlist H100-US-2027M02\nfund ann 1000000 bob 1000000\n\
                       ann buy 5 @ 2400  accepted 1\nann buy 5 @ 2390  accepted 2\n\
                       ann sell 3 @ 2350 stop 2360  accepted 3\n\
                       ann quote mm bid 5 @ 2380 as q\n  ...\n";

#[test]
fn the_table_of_changes() {
    let mut table = String::new();
    for phase in Phase::ALL {
        for change in PhaseChange::ALL {
            let after = phase.after(change).map_or("-".to_owned(), |after| format!("{after:?}"));
            writeln!(table, "{:<8} {:<8} {after}", format!("{phase:?}"), format!("{change:?}"))
                .expect("text can be written");
        }
    }
    golden::check("phases.txt", &table);
}

/// What the operator's steps do is what the table of changes says; the last one is the calendar's.
#[test]
fn the_operator_takes_the_steps_of_the_table() {
    for phase in Phase::ALL {
        for change in PhaseChange::ALL {
            let verb = format!("{change:?}").to_lowercase();
            let text = format!("{OPENING}{}{verb} H100-US-2027M02\n", into(phase));
            let told = told(&text);
            let allowed = phase.after(change).filter(|_| change != PhaseChange::Expire);
            let expected = match allowed {
                None => "refused 7006 BAD_PHASE_CHANGE".to_owned(),
                // Without an opening auction the contract is open at once.
                Some(Phase::PreOpen) if change == PhaseChange::Reopen => {
                    "H100-US-2027M02 is open".to_owned()
                }
                Some(after) => format!("H100-US-2027M02 is {}", words(after)),
            };
            assert_eq!(told, expected, "{change:?} in {phase:?}");
        }
    }
}

#[test]
fn the_table_of_commands() {
    let commands = [
        "buy 1 @ 2400",
        "buy 1 @ 2400 ioc",
        "buy 1 @ market",
        "sell 1 @ 2400",
        "sell 1 @ stop 2300",
        "amend 1 to 4",
        "amend 1 to @ 2399",
        "amend 3 to stop 2355",
        "cancel 1",
        "cancel all",
        "quote mm bid 4 @ 2380",
        "quote mm bid 0 @ 2380",
        "kill",
    ];
    let mut table = String::new();
    for phase in Phase::ALL {
        for command in commands {
            let told = told(&format!("{OPENING}{}ann {command}\n", into(phase)));
            writeln!(table, "{:<8} {command:<22} {told}", format!("{phase:?}"))
                .expect("text can be written");
        }
    }
    golden::check("commands.txt", &table);
}

/// The commands that lead from Open to a phase.
fn into(phase: Phase) -> &'static str {
    match phase {
        Phase::PreOpen => "call H100-US-2027M02\n ...\n",
        Phase::NoCancel => "call H100-US-2027M02\n ...\nfreeze H100-US-2027M02\n ...\n",
        Phase::Open => "",
        Phase::Halted => "halt H100-US-2027M02\n ...\n",
        Phase::Closed => "close H100-US-2027M02\n ...\n",
        Phase::Expired => "advance to 2027-01-18 16:00\n ...\n",
    }
}

const fn words(phase: Phase) -> &'static str {
    match phase {
        Phase::PreOpen => "pre open",
        Phase::NoCancel => "no cancel",
        Phase::Open => "open",
        Phase::Halted => "halted",
        Phase::Closed => "closed",
        Phase::Expired => "expired",
    }
}

/// What the last line of a scenario leads to.
fn told(text: &str) -> String {
    let failure = scenario::run(text).expect_err("nothing is expected, something happens");
    let told = failure.message.lines().filter_map(|line| line.strip_prefix("  actual   ! "));
    told.collect::<Vec<_>>().join("; ")
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
