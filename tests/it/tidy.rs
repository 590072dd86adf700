//! How the sources look, as far as a machine can say.

use crate::sources::{self, Source};

const PARTS: [&str; 5] = ["engine", "gateway", "clients", "benches", "tests"];

/// Lines of a source that is no test.
const LONGEST_FILE: usize = 400;

/// Columns of a line. Code is formatted to 100; a word of prose may stand out, and a string is one
/// word. So is the row of a table.
const LONGEST_LINE: usize = 110;

fn all() -> Vec<Source> {
    let all: Vec<Source> = PARTS.iter().flat_map(|part| sources::rust_under(part)).collect();
    assert!(100 <= all.len(), "only {} sources were found", all.len());
    all
}

fn check(rule: &str, is_wrong: impl Fn(&Source) -> Option<usize>) {
    let wrong: Vec<String> = all()
        .iter()
        .filter_map(|source| is_wrong(source).map(|line| format!("{}:{line}", source.path)))
        .collect();
    assert!(wrong.is_empty(), "{rule}:\n{}", wrong.join("\n"));
}

fn line_where(source: &Source, is_wrong: impl Fn(&str) -> bool) -> Option<usize> {
    source.text.lines().position(is_wrong).map(|at| at + 1)
}

#[test]
fn files_are_short() {
    check("a file has at most 400 lines", |source| {
        let lines = source.text.lines().count();
        (!source.is_test() && LONGEST_FILE < lines).then_some(lines)
    });
}

#[test]
fn lines_are_short() {
    check("a line has at most 110 columns", |source| {
        let is_whole = |line: &str| line.contains('"') || line.starts_with("//! |");
        line_where(source, |line| LONGEST_LINE < line.chars().count() && !is_whole(line))
    });
}

#[test]
fn sources_are_ascii() {
    check("a source is ASCII", |source| line_where(source, |line| !line.is_ascii()));
}

#[test]
fn modules_are_named_after_their_folder() {
    check("foo.rs and foo/, never mod.rs", |source| source.path.ends_with("/mod.rs").then_some(1));
    let vague =
        ["utils.rs", "util.rs", "common.rs", "helpers.rs", "helper.rs", "manager.rs", "misc.rs"];
    check("a file says what is in it", |source| {
        let name = source.path.rsplit('/').next().unwrap_or_default();
        vague.contains(&name).then_some(1)
    });
}

#[test]
fn every_file_says_what_it_is() {
    check("a source begins with what it is for", |source| {
        let begins_well = source.text.starts_with("//!") || source.path.ends_with("/tests.rs");
        (!begins_well).then_some(1)
    });
}

#[test]
fn nothing_is_left_for_later() {
    let words =
        [["TO", "DO"], ["FIX", "ME"], ["XX", "X:"], ["to", "do!("], ["unimplem", "ented!("]];
    check("what is missing stands in the README", |source| {
        line_where(source, |line| words.iter().any(|word| line.contains(&word.concat())))
    });
    check("a test runs or is not there", |source| {
        let attribute = ["#[ig", "nore"].concat();
        line_where(source, |line| line.contains(&attribute))
    });
}

#[test]
fn exceptions_give_their_reason() {
    check("an exception to a lint says why", |source| {
        let attribute = |line: &str| {
            let line = line.trim_start();
            line.starts_with("#[allow(") || line.starts_with("#[expect(")
        };
        let lines: Vec<&str> = source.text.lines().collect();
        let is_bare = |at: usize| {
            attribute(lines[at])
                && !lines[at..(at + 4).min(lines.len())].concat().contains("reason")
        };
        (0..lines.len()).find(|at| is_bare(*at)).map(|at| at + 1)
    });
}

/// Nothing in the tree knows the machine it was written on.
#[test]
fn no_path_of_a_machine() {
    let paths = [["/ho", "me/"], ["/Us", "ers/"], ["/wo", "rk/"], ["/ro", "ot/"]];
    let is_wrong = |line: &str| paths.iter().any(|path| line.contains(&path.concat()));
    check("a path is relative", |source| line_where(source, is_wrong));
    let endings = [".md", ".toml", ".txt", ".sh", ".py"];
    for part in PARTS {
        for source in endings.iter().flat_map(|ending| sources::files_under(part, ending)) {
            assert!(line_where(&source, is_wrong).is_none(), "{} has a path in it", source.path);
        }
    }
}
