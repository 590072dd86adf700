//! Commands by name, and contracts by any part of their name.

use super::{Model, Over, View};
use crate::terminal::sheet::Ink;

/// What can be typed after a colon.
const COMMANDS: [(&str, Command); 15] = [
    ("curve", Command::Show(View::Curve)),
    ("ladder", Command::Show(View::Ladder)),
    ("tape", Command::Show(View::Ladder)),
    ("spreads", Command::Show(View::Spreads)),
    ("positions", Command::Show(View::Positions)),
    ("margin", Command::Show(View::Positions)),
    ("orders", Command::Show(View::Orders)),
    ("fills", Command::Show(View::Orders)),
    ("delivery", Command::Show(View::Delivery)),
    ("buy", Command::Key('b')),
    ("sell", Command::Key('s')),
    ("cancel all", Command::Key('X')),
    ("freeze", Command::Key('p')),
    ("help", Command::Key('?')),
    ("quit", Command::Key('q')),
];

#[derive(Clone, Copy)]
enum Command {
    Show(View),
    /// The same as this key.
    Key(char),
}

/// The commands that begin with what was typed.
pub(crate) fn commands(typed: &str) -> Vec<&'static str> {
    let typed = typed.trim().to_ascii_lowercase();
    COMMANDS.iter().map(|(name, _)| *name).filter(|name| name.starts_with(&typed)).collect()
}

impl Model {
    /// The contracts that trade whose names have all the words typed, the shortest names first.
    pub(crate) fn matches(&self, typed: &str) -> Vec<&str> {
        let words: Vec<String> =
            typed.to_ascii_uppercase().split_whitespace().map(str::to_owned).collect();
        let is_match = |symbol: &&str| words.iter().all(|word| symbol.contains(word.as_str()));
        let trading = self.market.contracts.values().filter(|c| c.phase != "expired");
        let mut found: Vec<&str> = trading.map(|c| c.symbol.as_str()).filter(is_match).collect();
        found.sort_by_key(|symbol| symbol.len());
        found
    }

    /// Goes to the first contract that matches; the product's own alias is understood too.
    pub(super) fn search(&mut self, typed: &str) {
        self.over = Over::Nothing;
        let all: Vec<_> = self.market.contracts.values().cloned().collect();
        let resolved = crate::alias::resolve(typed.trim(), &all).unwrap_or_default();
        let exact = self.market.contracts.contains_key(&resolved).then_some(resolved);
        let found = exact.or_else(|| self.matches(typed).first().map(|first| (*first).to_owned()));
        match found {
            Some(symbol) => {
                self.show_contract(&symbol);
                self.view = View::Ladder;
            }
            None => self.say(Ink::Warning, format!("no contract has {typed} in its name")),
        }
    }

    /// Does the one command that is meant; a contract's name goes there.
    pub(super) fn command(&mut self, typed: &str) {
        self.over = Over::Nothing;
        let meant = commands(typed);
        let found = COMMANDS.iter().find(|(name, _)| meant.first() == Some(name));
        match found {
            Some((_, Command::Show(view))) if !typed.trim().is_empty() => self.view = *view,
            Some((_, Command::Key(key))) if !typed.trim().is_empty() => self.shortcut(*key),
            Some(_) => {}
            None => self.search(typed),
        }
    }
}
