//! Colour, where a terminal shows it and nobody asked for none. It never carries meaning alone.

use std::io::IsTerminal;

/// A colour of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Bids and gains.
    Green,
    /// Asks and losses.
    Red,
    /// What matters less.
    Dim,
    /// What matters most.
    Bold,
}

/// The text in this colour, or plain when output is no terminal or `NO_COLOR` is set.
pub(crate) fn paint(ink: Ink, text: &str) -> String {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if no_color || !std::io::stdout().is_terminal() {
        return text.to_owned();
    }
    let code = match ink {
        Ink::Green => 32,
        Ink::Red => 31,
        Ink::Dim => 2,
        Ink::Bold => 1,
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}
