//! The messages of `PROTOCOL.md` by the name of what they are an example of.

use std::collections::BTreeMap;

use serde_json::Value;

use super::event_name;
use crate::PAGE;

/// All of them, those of one name in the order of the page.
pub(super) fn of_the_page() -> BTreeMap<String, Vec<Value>> {
    let mut examples: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut asked: BTreeMap<String, String> = BTreeMap::new();
    for line in PAGE.lines().filter(|line| line.starts_with(r#"{"jsonrpc""#)) {
        let message: Value = serde_json::from_str(line).expect("the page has JSON");
        let id = message["id"].to_string();
        let name = match (message["method"].as_str(), message.get("error")) {
            (Some("hello"), _) => "hello".to_owned(),
            (Some("event"), _) => {
                let place = |member: &str| message["params"][member].as_str().unwrap_or_default();
                event_name(place("channel"), place("kind"))
            }
            (Some(method), _) => {
                asked.insert(id, method.to_owned());
                method.to_owned()
            }
            (None, Some(_)) => "error".to_owned(),
            (None, None) => {
                let method = asked.get(&id).expect("an answer follows its question on the page");
                format!("{method}.result")
            }
        };
        examples.entry(name).or_default().push(message);
    }
    examples
}
