//! Where the values of a configuration come from: what a flag says goes before the environment, that
//! before the file, and that before what holds when nobody says anything.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use sequencer::OldRecords;
use toml::{Table, Value};

use super::Config;
use crate::Error;

/// Values that may be said outside the file; the tables of members and admins may not.
const KEYS: [&str; 18] = [
    "data_dir",
    "market",
    "env",
    "trade",
    "http",
    "public",
    "plaintext",
    "hosts",
    "origins",
    "reserve_mib",
    "snapshot_every",
    "keep_log",
    "checkpoint_key",
    "checkpoint_seconds",
    "clock",
    "tls",
    "require_session_signatures",
    "spin_us",
];

/// Who has said a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `--set KEY=VALUE`.
    Flag,
    /// `GIGAHOUR_KEY`.
    Environment,
    /// `gigahour.toml`.
    File,
    /// Nobody.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag => "flag",
            Self::Environment => "environment",
            Self::File => "file",
            Self::Default => "default",
        })
    }
}

/// What is said outside the file.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    said: BTreeMap<&'static str, (Value, Origin)>,
}

impl Settings {
    /// What `flags` say, each `key=value`, before what the environment says.
    ///
    /// # Errors
    /// When a flag is not of this form, or there is no such key.
    pub fn read(
        flags: &[String],
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let mut said = BTreeMap::new();
        for key in KEYS {
            if let Some(text) = environment(&format!("GIGAHOUR_{}", key.to_uppercase())) {
                said.insert(key, (value(&text), Origin::Environment));
            }
        }
        for flag in flags {
            let (name, text) =
                flag.split_once('=').ok_or_else(|| format!("`{flag}` is not KEY=VALUE"))?;
            let known = KEYS.into_iter().find(|key| *key == name);
            let key = known.ok_or_else(|| format!("`{name}` is not one of {}", KEYS.join(", ")))?;
            said.insert(key, (value(text), Origin::Flag));
        }
        Ok(Self { said })
    }

    /// The file with what is said put over it. Without anything it is the file as it stands, so that a
    /// mistake is told with its place.
    pub(super) fn over(&self, text: String) -> String {
        let Ok(mut table) = text.parse::<Table>() else { return text };
        if self.said.is_empty() {
            return text;
        }
        for (key, (value, _)) in &self.said {
            table.insert((*key).to_owned(), value.clone());
        }
        table.to_string()
    }
}

/// A value as TOML has it, or the text itself.
fn value(text: &str) -> Value {
    let table = format!("value = {text}").parse::<Table>().ok();
    table.and_then(|mut table| table.remove("value")).unwrap_or_else(|| Value::from(text))
}

/// A key, its value as TOML, and who has said it.
pub type Line = (&'static str, String, Origin);

/// Every value that holds but the tables of members and admins, when the configuration can be used at
/// all.
///
/// # Errors
/// As [`Config::load`].
pub fn lines(path: &Path, settings: &Settings) -> Result<Vec<Line>, Error> {
    let config = Config::load_with(path, settings)?;
    let text =
        fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let file: Table = text.parse().unwrap_or_default();
    let line = |key: &'static str| match (settings.said.get(key), file.get(key)) {
        (Some((value, origin)), _) => (key, value.to_string(), *origin),
        (None, Some(value)) => (key, value.to_string(), Origin::File),
        (None, None) => (key, usual(&config, key), Origin::Default),
    };
    Ok(KEYS.into_iter().map(line).collect())
}

/// What holds when nobody has said anything.
fn usual(config: &Config, key: &str) -> String {
    let value = match key {
        "trade" => Value::from(config.trade.to_string()),
        "http" => Value::from(config.http.to_string()),
        "reserve_mib" => {
            Value::Integer(i64::try_from(config.reserve_bytes >> 20).unwrap_or(i64::MAX))
        }
        "snapshot_every" => {
            Value::Integer(i64::try_from(config.replication.every.get()).unwrap_or(i64::MAX))
        }
        "keep_log" => Value::Boolean(config.replication.old_records == OldRecords::Keep),
        "public" | "plaintext" => Value::Boolean(false),
        "require_session_signatures" => Value::Boolean(config.wants_signatures),
        "spin_us" => Value::Integer(i64::try_from(config.spin.as_micros()).unwrap_or(i64::MAX)),
        "clock" => Value::from("system"),
        "hosts" | "origins" => Value::Array(Vec::new()),
        _ => return "(none)".to_owned(),
    };
    value.to_string()
}

#[cfg(test)]
mod tests;
