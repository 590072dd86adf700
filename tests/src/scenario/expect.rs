//! Comparing what happened with what is written.

/// Stands for any lines that the file is not about.
const ANYTHING: &str = "...";

/// Lines of each version that are shown.
const SHOWN: usize = 24;

/// What is wrong, if anything: both versions, a line each, the differing ones marked.
pub(super) fn difference(expected: &[String], actual: &[String]) -> Option<String> {
    if matches(expected, actual) {
        return None;
    }
    let mut text = String::from("something else happened\n");
    text += &listed("  expected", expected, actual);
    text += &listed("  actual  ", actual, expected);
    Some(text.trim_end().to_owned())
}

fn matches(expected: &[String], actual: &[String]) -> bool {
    match expected.split_first() {
        None => actual.is_empty(),
        Some((first, rest)) if first == ANYTHING => {
            (0..=actual.len()).any(|skipped| matches(rest, &actual[skipped..]))
        }
        Some((first, rest)) => {
            actual.split_first().is_some_and(|(found, more)| first == found && matches(rest, more))
        }
    }
}

fn listed(title: &str, lines: &[String], other: &[String]) -> String {
    if lines.is_empty() {
        return format!("{title}   (nothing)\n");
    }
    let mark = |line: &String| if other.contains(line) || line == ANYTHING { ' ' } else { '!' };
    let mut text: String =
        lines.iter().take(SHOWN).map(|line| format!("{title} {} {line}\n", mark(line))).collect();
    if SHOWN < lines.len() {
        text += &format!("{title}   and {} more lines\n", lines.len() - SHOWN);
    }
    text
}

#[cfg(test)]
mod tests;
