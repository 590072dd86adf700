//! `ghx schema`: the messages of the protocol, from the document that its types are tested against.

use protocol::PAGE;
use protocol::client::Method;
use protocol::errors::Code;
use serde_json::{Value, json};

use crate::alias;
use crate::args::Common;
use crate::failure::Failure;

/// Everything by name, or what is documented of one name.
pub(crate) fn run(common: &Common, name: Option<&str>) -> Result<(), Failure> {
    match name {
        None if common.json => println!("{}", all()),
        None => print_all(),
        Some(name) => {
            let lines = about(name).ok_or_else(|| Failure::Usage(unknown(name)))?;
            lines.iter().for_each(|line| println!("{line}"));
        }
    }
    Ok(())
}

/// All names, for machines.
fn all() -> Value {
    let error =
        |code: &Code| json!({ "code": code.number(), "name": code.name(), "text": code.text() });
    json!({
        "methods": Method::NAMES,
        "channels": channels(),
        "errors": Code::ALL.iter().map(error).collect::<Vec<_>>(),
    })
}

fn print_all() {
    println!("methods");
    Method::NAMES.iter().for_each(|name| println!("  {name}"));
    println!("channels");
    channels().iter().for_each(|name| println!("  {name}"));
    println!("errors");
    for code in Code::ALL {
        println!("  {:>6} {:<24} {}", code.number(), code.name(), code.text());
    }
}

/// The channels in the table of the document.
fn channels() -> Vec<String> {
    let rows = PAGE.lines().skip_while(|line| !line.starts_with("| Channel |")).skip(2);
    let table = rows.take_while(|line| line.starts_with('|'));
    let cell = |line: &str| line.split('|').nth(1).unwrap_or_default().to_owned();
    let names = table.map(cell).collect::<String>();
    names
        .split('`')
        .filter(|name| !name.trim_matches([' ', ',']).is_empty())
        .map(str::to_owned)
        .collect()
}

/// The messages of a method or a channel, or the row of an error.
fn about(name: &str) -> Option<Vec<&'static str>> {
    let is_error =
        |code: &&Code| code.number().to_string() == name || code.name().eq_ignore_ascii_case(name);
    if let Some(code) = Code::ALL.iter().find(is_error) {
        let number = format!("| {} | {} |", code.number(), code.name());
        let row = PAGE.lines().find(|line| line.starts_with(&number));
        return Some(vec![code.name(), code.text(), row.unwrap_or_default()]);
    }
    let kind = name.split('.').next().unwrap_or_default();
    let channels = [format!(r#""channel":"{kind}."#), format!(r#""channel":"{kind}""#)];
    let is_of = |line: &str| channels.iter().any(|channel| line.contains(channel));
    let method = format!(r#""method":"{name}""#);
    let mut lines = Vec::new();
    let mut follows = false;
    for line in PAGE.lines() {
        let is_message = line.starts_with(r#"{"jsonrpc""#);
        let is_answer = is_message && follows && !line.contains(r#""method":"#);
        follows = is_message && (is_answer || line.contains(&method));
        if follows || is_message && !Method::NAMES.contains(&name) && is_of(line) {
            lines.push(line);
        }
    }
    (!lines.is_empty()).then_some(lines)
}

fn unknown(name: &str) -> String {
    let codes = Code::ALL.iter().map(|code| code.name());
    match alias::nearest(name, Method::NAMES.iter().copied().chain(codes)) {
        Some(near) => format!("nothing is called {name}; did you mean {near}?"),
        None => format!("nothing is called {name}; `ghx schema` lists all"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_shown_with_its_answers() {
        let lines = about("order.place").expect("it is documented");
        assert!(lines[0].contains(r#""method":"order.place""#));
        assert!(lines.iter().any(|line| line.contains(r#""order_id":"O5001""#)));
        assert!(about("order.plce").is_none());
        assert!(unknown("order.plce").contains("order.place"));
    }

    #[test]
    fn a_channel_and_an_error_are_found_by_name() {
        assert!(about("trades.H100-US-2027M03").expect("a channel")[0].contains("trades."));
        assert_eq!(about("2004").expect("a code")[0], "PRICE_BAND");
        assert_eq!(about("price_band"), about("2004"));
    }

    #[test]
    fn all_channels_of_the_document_are_listed() {
        let all = channels();
        for channel in ["instruments", "book.SYMBOL", "curve.PRODUCT", "orders", "obligations"] {
            assert!(all.iter().any(|name| name == channel), "{channel} is not in {all:?}");
        }
    }
}
