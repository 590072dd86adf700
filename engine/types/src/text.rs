//! Short names of bounded length that a member chooses: printable ASCII of `A-Z a-z 0-9 _ -`.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The sender's name of an order: unique in its account, so it makes a request idempotent.
pub type ClientOrderId = Text<36>;

/// A free label that comes back on every event of an order.
pub type Tag = Text<16>;

/// One to `N` characters of `A-Z a-z 0-9 _ -`, kept in place.
///
/// ```
/// use types::ClientOrderId;
/// assert_eq!(ClientOrderId::new("mm1-000017").unwrap().as_str(), "mm1-000017");
/// assert!(ClientOrderId::new("no spaces").is_none());
/// assert!(ClientOrderId::new("").is_none());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const N: usize>([u8; N]);

impl<const N: usize> Text<N> {
    /// The text, or `None` when it is empty, too long, or has a character outside the grammar.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let legal = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_' || *b == b'-';
        if text.is_empty() || N < text.len() || !text.as_bytes().iter().all(legal) {
            return None;
        }
        let mut bytes = [0; N];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Some(Self(bytes))
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|b| *b == 0).unwrap_or(N);
        std::str::from_utf8(&self.0[..end]).expect("only ASCII is let in")
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<const N: usize> Serialize for Text<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de, const N: usize> Deserialize<'de> for Text<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader<const N: usize>;

        impl<const N: usize> Visitor<'_> for Reader<N> {
            type Value = Text<N>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "1 to {N} characters of A-Z a-z 0-9 _ -")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<N>, E> {
                Text::new(text)
                    .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_str(Reader)
    }
}
