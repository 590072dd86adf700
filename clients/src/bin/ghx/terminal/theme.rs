//! From inks to colours. Whatever a colour says is also said by a word, a sign or a place.

use ratatui::style::{Color, Modifier, Style};

use super::sheet::Ink;
use crate::args::Theme as Wanted;

/// A set of colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Green bids, red asks.
    Classic,
    /// Blue bids, orange asks.
    ColourSafe,
    /// `NO_COLOR`: bold, dim and reversed alone.
    Bare,
}

impl Theme {
    /// What is wanted, unless the environment wants no colour.
    pub(crate) fn of(wanted: Wanted) -> Self {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        match wanted {
            _ if no_colour => Self::Bare,
            Wanted::Classic => Self::Classic,
            Wanted::ColourSafe => Self::ColourSafe,
        }
    }

    /// How an ink looks.
    pub(crate) fn style(self, ink: Ink) -> Style {
        let style = match (self, ink) {
            (Self::Bare, _) | (_, Ink::Plain | Ink::Bold) => Style::new(),
            (_, Ink::Dim) => Style::new().fg(Color::DarkGray),
            (Self::Classic, Ink::Bid | Ink::Gain) => Style::new().fg(Color::Green),
            (Self::Classic, Ink::Ask | Ink::Loss) => Style::new().fg(Color::Red),
            (Self::ColourSafe, Ink::Bid | Ink::Gain) => Style::new().fg(Color::Indexed(75)),
            (Self::ColourSafe, Ink::Ask | Ink::Loss) => Style::new().fg(Color::Indexed(208)),
            (_, Ink::Own) => Style::new().fg(Color::Cyan),
            (_, Ink::Implied) => Style::new().fg(Color::Magenta),
            (_, Ink::Warning) => Style::new().fg(Color::Yellow),
            (Self::Classic, Ink::Alarm) => Style::new().fg(Color::White).bg(Color::Red),
            (Self::ColourSafe, Ink::Alarm) => Style::new().fg(Color::Black).bg(Color::Indexed(208)),
        };
        match ink {
            Ink::Bold | Ink::Own | Ink::Alarm | Ink::Warning => style.add_modifier(Modifier::BOLD),
            Ink::Dim if self == Self::Bare => style.add_modifier(Modifier::DIM),
            Ink::Dim | Ink::Plain | Ink::Implied => style,
            Ink::Bid | Ink::Ask | Ink::Gain | Ink::Loss => style,
        }
    }

    /// What is picked.
    pub(crate) const fn picked(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// What cannot be trusted any more.
    pub(crate) fn stale(self) -> Style {
        self.style(Ink::Dim)
    }
}
