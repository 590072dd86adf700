//! The cases as they are written: one line of JSON each, a name and steps that do or expect.

use serde_json::Value;
use types::{Lots, Side, Ticks};

pub(super) struct Case {
    pub(super) name: String,
    pub(super) steps: Vec<Step>,
    text: String,
}

#[derive(Debug)]
pub(super) enum Step {
    Add(Add),
    Modify { id: u64, price: Ticks, quantity: Lots },
    Mitigate { id: u64, price: Ticks, quantity: Lots },
    Replace { id: u64, by: Add },
    ReplaceSameSide { id: u64, new_id: u64, price: Ticks, quantity: Lots },
    Delete { id: u64 },
    Expect { count: Count, bid: u64, ask: u64 },
}

#[derive(Debug)]
pub(super) struct Add {
    pub(super) id: u64,
    pub(super) kind: Kind,
    pub(super) lifetime: Lifetime,
    pub(super) side: Side,
    /// Zero where the kind has none.
    pub(super) price: Ticks,
    pub(super) quantity: Lots,
    pub(super) slippage: Option<i64>,
    pub(super) max_visible: Option<Lots>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Limit,
    Market,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lifetime {
    GoodTillCancel,
    ImmediateOrCancel,
    FillOrKill,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    Orders,
    Volume,
    VisibleVolume,
}

impl Case {
    /// A line of the file; of a case that is left out only the name and the words are kept.
    pub(super) fn read(line: &str) -> Self {
        let value: Value = serde_json::from_str(line).expect("JSON");
        let name = value["name"].as_str().expect("a case has a name").to_owned();
        let case = Self { name, steps: Vec::new(), text: line.to_owned() };
        if super::LEFT_OUT.iter().any(|(need, _)| case.needs(need)) {
            return case;
        }
        let steps = value["steps"].as_array().expect("a case has steps");
        Self { steps: steps.iter().filter_map(Step::read).collect(), ..case }
    }

    /// Whether an order type or a qualifier occurs in it. Without automatic matching it is manual.
    pub(super) fn needs(&self, what: &str) -> bool {
        match what {
            "manual" => !self.text.contains("enable_matching"),
            "Trailing" => self.text.contains("\"Trailing"),
            "Stop" => self.text.contains("\"Stop") && !self.needs("Trailing"),
            other => self.text.contains(other),
        }
    }
}

impl Step {
    fn read(step: &Value) -> Option<Self> {
        if let Some(count) = step["expect"].as_str() {
            let (bid, ask) = (number(step, "bid"), number(step, "ask"));
            return Some(Self::Expect { count: count_of(count), bid, ask });
        }
        let id = || number(step, "id");
        let (price, quantity) = (price(step), quantity(step));
        match step["op"].as_str()? {
            "enable_matching" => None,
            "add" => Some(Self::Add(Add::read(step))),
            "modify" => Some(Self::Modify { id: id(), price, quantity }),
            "mitigate" => Some(Self::Mitigate { id: id(), price, quantity }),
            "delete" => Some(Self::Delete { id: id() }),
            "replace" if step["new"].is_object() => {
                Some(Self::Replace { id: number(step, "old_id"), by: Add::read(&step["new"]) })
            }
            "replace" => {
                let (id, new_id) = (number(step, "old_id"), number(step, "new_id"));
                Some(Self::ReplaceSameSide { id, new_id, price, quantity })
            }
            other => panic!("`{other}` is no operation that is replayed"),
        }
    }
}

impl Add {
    pub(super) fn limit(id: u64, side: Side, price: Ticks, quantity: Lots) -> Self {
        let (kind, lifetime) = (Kind::Limit, Lifetime::GoodTillCancel);
        Self { id, kind, lifetime, side, price, quantity, slippage: None, max_visible: None }
    }

    fn read(step: &Value) -> Self {
        let kind = match step["type"].as_str() {
            Some("Limit") => Kind::Limit,
            Some("Market") => Kind::Market,
            other => panic!("{other:?} is no type that is replayed"),
        };
        let lifetime = match step["tif"].as_str() {
            None | Some("GTC") => Lifetime::GoodTillCancel,
            Some("IOC") => Lifetime::ImmediateOrCancel,
            Some("FOK") => Lifetime::FillOrKill,
            Some(other) => panic!("{other} is no lifetime that is replayed"),
        };
        let side = match step["side"].as_str() {
            Some("buy") => Side::Buy,
            Some("sell") => Side::Sell,
            other => panic!("{other:?} is no side"),
        };
        let order = Self::limit(number(step, "id"), side, price(step), quantity(step));
        let max_visible = step["max_visible"].as_u64().map(Lots);
        Self { kind, lifetime, slippage: step["slippage"].as_i64(), max_visible, ..order }
    }
}

fn count_of(word: &str) -> Count {
    match word {
        "orders" => Count::Orders,
        "volume" => Count::Volume,
        "visible_volume" => Count::VisibleVolume,
        other => panic!("`{other}` is nothing that is counted"),
    }
}

fn number(step: &Value, field: &str) -> u64 {
    step[field].as_u64().unwrap_or_else(|| panic!("no {field} in {step}"))
}

fn price(step: &Value) -> Ticks {
    Ticks(step["price"].as_i64().unwrap_or_default())
}

fn quantity(step: &Value) -> Lots {
    Lots(step["qty"].as_u64().unwrap_or_default())
}
