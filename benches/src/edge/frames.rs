//! WebSocket frames, as far as a bench needs them: a client's are masked with zeros, so that they are
//! made once and written as they are, and a server's are found in what was read without being copied.

/// A text frame of a client.
pub const TEXT: u8 = 0x81;
/// A binary frame of a client.
pub const BINARY: u8 = 0x82;
/// The answer to a ping, without payload.
pub const PONG: [u8; 6] = [0x8a, 0x80, 0, 0, 0, 0];
/// First byte of a ping.
const PING: u8 = 0x89;
/// First byte of a close.
const CLOSE: u8 = 0x88;

/// Appends a frame.
pub fn push(kind: u8, payload: &[u8], frames: &mut Vec<u8>) {
    frames.push(kind);
    match u16::try_from(payload.len()).expect("messages of the bench are short") {
        short @ 0..126 => frames.push(0x80 | short as u8),
        long => {
            frames.push(0x80 | 126);
            frames.extend_from_slice(&long.to_be_bytes());
        }
    }
    frames.extend_from_slice(&[0; 4]);
    frames.extend_from_slice(payload);
}

/// What was read and not yet looked at.
#[derive(Debug, Default)]
pub struct Frames {
    bytes: Vec<u8>,
    start: usize,
}

/// The next thing in what was read.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<'a> {
    /// A message.
    Message(&'a [u8]),
    /// The server wants a [`PONG`].
    Ping,
    /// The server closes, with this code.
    Closed(u16),
    /// It is not whole yet.
    More,
}

impl Frames {
    /// Appends what was read.
    pub fn extend(&mut self, read: &[u8]) {
        self.bytes.drain(..self.start);
        self.start = 0;
        self.bytes.extend_from_slice(read);
    }

    /// Takes the next thing out.
    #[expect(clippy::should_implement_trait, reason = "what it gives borrows from what was read")]
    pub fn next(&mut self) -> Next<'_> {
        let bytes = &self.bytes[self.start..];
        let [kind, short, rest @ ..] = bytes else { return Next::More };
        let (head, length) = match (short, rest) {
            (126, [a, b, ..]) => (4, usize::from(u16::from_be_bytes([*a, *b]))),
            (127, rest) if 8 <= rest.len() => {
                let long = u64::from_be_bytes(*rest.first_chunk().expect("there are eight"));
                (10, usize::try_from(long).expect("a frame fits into memory"))
            }
            (126 | 127, _) => return Next::More,
            (short, _) => (2, usize::from(*short)),
        };
        if bytes.len() < head + length {
            return Next::More;
        }
        let payload = self.start + head..self.start + head + length;
        self.start = payload.end;
        let payload = &self.bytes[payload];
        match *kind {
            PING => Next::Ping,
            CLOSE => {
                Next::Closed(payload.first_chunk().map_or(0, |code| u16::from_be_bytes(*code)))
            }
            _ => Next::Message(payload),
        }
    }
}

impl Frames {
    /// The last message again, of this length.
    #[must_use]
    pub fn last(&self, length: usize) -> &[u8] {
        &self.bytes[self.start - length..self.start]
    }
}
