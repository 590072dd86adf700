//! What comes from the keyboard and the mouse, whatever library reads it.

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// A letter, a digit or a sign, as it was typed: `X` is a capital.
    Char(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Tab with shift.
    BackTab,
    /// Backspace.
    Backspace,
    /// Up.
    Up,
    /// Down.
    Down,
    /// Left.
    Left,
    /// Right.
    Right,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// The first row.
    Home,
    /// The last row.
    End,
    /// Control and C.
    Break,
}

/// What can be clicked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The name of a view.
    View(super::model::View),
    /// A row of the view's table, by its key.
    Row(String),
}
