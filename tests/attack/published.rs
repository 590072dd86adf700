//! What the venue of other tests does with what it hears, left out: here memory and time are measured, and
//! both are to be the venue's.

use serde_json::Value;

pub(crate) fn answered(_method: &str, _answer: &Value) {}

pub(crate) fn heard(_message: &Value) {}
