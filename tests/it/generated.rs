//! Requests that are made of a schema alone, from a seed: every value is one the schema allows, and
//! half of what may be left out is.

use proptest::strategy::{Strategy, ValueTree};
use proptest::string::string_regex;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use tests::prng::Prng;

use crate::venue::SYMBOL;

/// Ends the connection, as it is meant to.
const ENDS: [&str; 1] = ["session.logout"];

/// Makes one request after the other.
pub(crate) struct Requests<'a> {
    schema: &'a Value,
    methods: Vec<&'a str>,
    prng: Prng,
    texts: TestRunner,
    made: u64,
}

impl<'a> Requests<'a> {
    pub(crate) fn new(seed: u64, schema: &'a Value) -> Self {
        let said = schema["definitions"]["FromClient"]["anyOf"].as_array().expect("a list");
        let names = said.iter().filter_map(|one| one["$ref"].as_str()?.rsplit('/').next());
        let bytes = [seed.to_le_bytes(); 4].concat();
        let texts = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        Self {
            schema,
            methods: names.filter(|name| !ENDS.contains(name)).collect(),
            prng: Prng::new(seed),
            texts: TestRunner::new_with_rng(Config::default(), texts),
            made: 0,
        }
    }

    /// The method and the request.
    pub(crate) fn next(&mut self) -> (String, Value) {
        let method = self.prng.pick(&self.methods);
        let mut request = self.value(&self.schema["definitions"][method], "");
        self.made += 1;
        request["id"] = json!(self.made);
        (method.to_owned(), request)
    }

    fn value(&mut self, schema: &'a Value, name: &str) -> Value {
        if let Some(known) = self.known(name) {
            return known;
        }
        if let Some(target) = schema["$ref"].as_str() {
            let target = target.rsplit('/').next().expect("a path has an end");
            return self.value(&self.schema["definitions"][target], name);
        }
        if let Some(only) = schema.get("const") {
            return only.clone();
        }
        for several in ["enum", "anyOf", "oneOf"] {
            if let Some(choices) = schema[several].as_array() {
                let one = &choices[self.below(choices.len())];
                return if several == "enum" { one.clone() } else { self.value(one, name) };
            }
        }
        if let Some(all) = schema["allOf"].as_array() {
            return self.value(&all[0], name);
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::String(kind) => vec![kind],
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => vec!["string"],
        };
        match self.prng.pick(&kinds) {
            "object" => self.object(schema),
            "array" => self.array(schema, name),
            "integer" => json!(self.integer(schema)),
            "boolean" => json!(self.prng.chance(500)),
            "null" => Value::Null,
            _ => json!(self.text(schema)),
        }
    }

    /// Names that stand for something there is, most of the time.
    fn known(&mut self, name: &str) -> Option<Value> {
        let most = self.prng.chance(700);
        match name {
            "symbol" if most => Some(json!(SYMBOL)),
            "channel" | "channels[]" if most => {
                let words = ["book", "trades", "ticker", "bbo", "l3", "mark"];
                Some(json!(format!("{}.{SYMBOL}", self.prng.pick(&words))))
            }
            "price" if most => Some(json!(format!("2.{:03}", self.prng.between(380, 420)))),
            _ => None,
        }
    }

    fn object(&mut self, schema: &'a Value) -> Value {
        let required = schema["required"].as_array();
        let mut members = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let must = required.is_some_and(|names| names.iter().any(|one| one == name));
            if must || self.prng.chance(500) {
                members.insert(name.clone(), self.value(property, name));
            }
        }
        Value::Object(members)
    }

    fn array(&mut self, schema: &'a Value, name: &str) -> Value {
        let inner = format!("{name}[]");
        match &schema["items"] {
            Value::Array(each) => each.iter().map(|one| self.value(one, &inner)).collect(),
            every => (0..self.below(4)).map(|_| self.value(every, &inner)).collect(),
        }
    }

    fn integer(&mut self, schema: &Value) -> i64 {
        let lowest = schema["minimum"].as_i64().unwrap_or(-1_000);
        let highest = schema["maximum"].as_i64().unwrap_or(1 << 31);
        match self.prng.below(4) {
            0 => lowest,
            1 => highest,
            2 => self.prng.between(lowest, highest.min(lowest + 100)),
            _ => self.prng.between(lowest, highest),
        }
    }

    fn text(&mut self, schema: &Value) -> String {
        let pattern = schema["pattern"].as_str().unwrap_or("^.{0,40}$");
        let inside = pattern.trim_start_matches('^').trim_end_matches('$');
        let texts = string_regex(inside).expect("a pattern that can be made");
        texts.new_tree(&mut self.texts).expect("it makes texts").current()
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.prng.below(end as u64)).expect("below a length")
    }
}
