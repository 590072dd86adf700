//! A page for each error code: what it means, where it comes from, what to do, and how it looks.

use super::Document;
use crate::PAGE;
use crate::client::RequestId;
use crate::errors::{Code, WireError};
use crate::server::{Message, error_text};

/// The pages, and a list of them.
pub(super) fn pages() -> Vec<Document> {
    let mut all: Vec<Document> =
        Code::ALL.iter().map(|code| Document { path: path(*code), text: page(*code) }).collect();
    all.push(Document { path: "errors/README.md".to_owned(), text: list() });
    all
}

/// Where the page of a code is.
pub(super) fn path(code: Code) -> String {
    format!("errors/{}.md", code.number())
}

fn list() -> String {
    let mut text = "# Error codes\n\nA number means one thing for ever.\n\n| Code | Name | Meaning |\n|---|---|---|\n"
        .to_owned();
    for code in Code::ALL {
        let (number, name) = (code.number(), code.name());
        text.push_str(&format!("| [{number}]({number}.md) | {name} | {} |\n", code.text()));
    }
    text
}

fn page(code: Code) -> String {
    let is_final = if code.is_final() {
        "yes: the request has changed nothing and never will. Correct it before sending it again."
    } else {
        "no: what became of the request is not known. Send it again as it was, or ask `order.get`; \
         both are safe."
    };
    let mut lines = vec![
        format!("# {} {}", code.number(), code.name()),
        String::new(),
        code.text().to_owned(),
        String::new(),
    ];
    if let Some(cure) = row(code, false) {
        lines.push(format!("**Cause and cure.** {cure}"));
        lines.push(String::new());
    }
    lines.push(format!("**Final.** {is_final}"));
    if let Some(rare) = row(code, true) {
        lines.push(String::new());
        lines.push(format!("**When.** {rare}"));
    }
    let example = seen(code).unwrap_or_else(|| bare(code));
    lines.extend([String::new(), "```json".to_owned(), example, "```".to_owned(), String::new()]);
    lines.join("\n")
}

/// What the tables of `PROTOCOL.md` say: what to do, or when a code that no test hears comes.
fn row(code: Code, is_rare: bool) -> Option<&'static str> {
    let start = format!("| {} | {} | ", code.number(), code.name());
    let heading = "| Code | Name | Why no test hears it |";
    let (first, second) = PAGE.split_once(heading).expect("the page has both tables");
    let table = if is_rare { second } else { first };
    table.lines().find_map(|line| line.strip_prefix(&start)).map(|rest| rest.trim_end_matches(" |"))
}

/// The example of the page.
fn seen(code: Code) -> Option<String> {
    let is_it = |line: &&str| match Message::parse(line) {
        Ok(Message::Reply { result: Err(error), .. }) => error.code == code.number(),
        _ => false,
    };
    let mut messages = PAGE.lines().filter(|line| line.starts_with(r#"{"jsonrpc""#));
    messages.find(is_it).map(str::to_owned)
}

/// As it comes when there is nothing to add.
fn bare(code: Code) -> String {
    error_text(Some(&RequestId::Number(1)), &WireError::new(code))
}
