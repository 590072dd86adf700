//! What an operator does to a log by hand, with the real program: back it up, restore it, check it,
//! and try to have a record passed over that breaks nothing.

use std::path::Path;
use std::process::{Command, Output};

use crate::durability::build;
use crate::venue::Venue;

/// What the program says, and whether it was content.
pub(crate) fn run(program: &Path, folder: &Path, arguments: &str) -> (bool, String) {
    let words = arguments.split_whitespace();
    let output = Command::new(program).args(words).current_dir(folder).output();
    let Output { status, stdout, stderr } = output.expect("the program runs");
    let text = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (status.success(), text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_is_backed_up_restored_and_checked_by_hand() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let venue = Venue::open_with(|config| config.data_dir = folder.path().join("log")).await;
    let program = build();
    let check = |arguments: &str, is_good: bool, expected: &str| {
        let (done, said) = run(&program, folder.path(), arguments);
        assert_eq!(done, is_good, "{arguments}: {said}");
        assert!(said.contains(expected), "{arguments}: {said}");
        said
    };
    let saved = check("backup --data log --to saved", true, "digest ");
    let restored = check("restore --from saved --data back", true, "digest ");
    assert_eq!(saved, restored);
    check("verify back", true, saved.lines().last().expect("the digest"));
    check("backup --data log --to saved", false, "saved is not empty");
    check("restore --from saved --data back", false, "back is not empty");
    check("quarantine 2 --data log --key a --key b --reason no", false, "cannot read a");
    venue.stop().await;

    let ann = check("admin new --out ann.key", true, "[[admin]]\npublic = \"");
    let bob = check("admin new --out bob.key", true, "[[admin]]\npublic = \"");
    assert_ne!(ann, bob);
    check("admin new --out bob.key", false, "cannot write bob.key");
    let quarantine = "quarantine 2 --data log --key ann.key --reason no";
    check(quarantine, false, "two admins must sign");
    check(&format!("{quarantine} --key bob.key"), false, "record 2 breaks nothing");
    check("verify log", true, "ledger   0.000 dollars");
}
