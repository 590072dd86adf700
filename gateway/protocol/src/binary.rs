//! The subprotocol `gigahour.v1.bin`: what comes often, as fields of fixed width, little-endian, without
//! padding. Everything else is the same JSON in text frames.
//!
//! A frame is one message or several, each a header of 24 bytes and a body of the length it says. A
//! reader skips bodies to their end and templates it does not know, so fields and templates can be added.
//! `gigahour_v1_bin.ksy` beside this crate is the same for readers of any language, and
//! `golden/binary.txt` has an example of each message.

mod fields;
mod orders;
mod public;

use fields::{Reader, Writer};
pub use orders::{Cancel, ClientId, Fill, OrderReply, Place};
pub use public::{Book, Level, Trade, Trades};

/// The name of the subprotocol.
pub const SUBPROTOCOL: &str = "gigahour.v1.bin";

/// Bytes of a header.
pub const HEADER: usize = 24;

/// It is a whole state, not a change.
pub const SNAPSHOT: u32 = 1;
/// It is sent again because it was asked for.
pub const REPLAY: u32 = 2;
/// The checksum of the book is there.
pub const CHECKSUM: u32 = 8;
/// What other contracts make is there.
pub const IMPLIED: u32 = 16;

/// What stands before each body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// Which message it is.
    pub template: u16,
    /// Counts additions to the messages.
    pub schema_rev: u16,
    /// Bytes of the body.
    pub body_len: u32,
    /// The channel, as the reply to `subscribe` numbers it; 0 for what is on none.
    pub channel_no: u32,
    /// Bits: snapshot 1, replay 2, checksum 8, implied 16.
    pub flags: u32,
    /// `seq` of a public channel, `acct_seq` of the account's.
    pub seq: u64,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A book, or what of it changed.
    Book(Book),
    /// Trades.
    Trades(Trades),
    /// A fill of the account.
    Fill(Fill),
    /// A new order.
    Place(Place),
    /// The end of an order.
    Cancel(Cancel),
    /// What an order or its end came to.
    OrderReply(OrderReply),
}

/// Bytes that are no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// They end before the message does.
    #[error("the frame ends within a message")]
    Short,
    /// A field has a value that none has.
    #[error("the field {0} has a value that is none of its own")]
    Field(&'static str),
}

impl Message {
    /// The number of its kind.
    #[must_use]
    pub const fn template(&self) -> u16 {
        match self {
            Self::Book(_) => 1,
            Self::Trades(_) => 2,
            Self::Fill(_) => 3,
            Self::Place(_) => 4,
            Self::Cancel(_) => 5,
            Self::OrderReply(_) => 6,
        }
    }

    /// Its bytes. Of the header only channel, flags and number count.
    #[must_use]
    pub fn encode(&self, header: Header) -> Vec<u8> {
        let mut body = Writer::default();
        match self {
            Self::Book(book) => book.write(&mut body),
            Self::Trades(trades) => trades.write(&mut body),
            Self::Fill(fill) => fill.write(&mut body),
            Self::Place(place) => place.write(&mut body),
            Self::Cancel(cancel) => cancel.write(&mut body),
            Self::OrderReply(reply) => reply.write(&mut body),
        }
        let mut frame = Writer::default();
        frame.u16(self.template());
        frame.u16(u16::try_from(crate::SCHEMA_REV).unwrap_or(u16::MAX));
        frame.u32(u32::try_from(body.len()).unwrap_or(u32::MAX));
        frame.u32(header.channel_no);
        frame.u32(header.flags);
        frame.u64(header.seq);
        frame.bytes(&body.into_bytes());
        frame.into_bytes()
    }

    /// The first message of a frame and the bytes after it; no message where the template is unknown.
    ///
    /// # Errors
    /// When the bytes end too early, or a field cannot have its value.
    pub fn decode(frame: &[u8]) -> Result<(Header, Option<Self>, &[u8]), Malformed> {
        let mut head = Reader::new(frame);
        let header = Header {
            template: head.u16()?,
            schema_rev: head.u16()?,
            body_len: head.u32()?,
            channel_no: head.u32()?,
            flags: head.u32()?,
            seq: head.u64()?,
        };
        let len = usize::try_from(header.body_len).unwrap_or(usize::MAX);
        let (body, rest) = frame[HEADER..].split_at_checked(len).ok_or(Malformed::Short)?;
        let mut body = Reader::new(body);
        let message = match header.template {
            1 => Some(Self::Book(Book::read(&mut body)?)),
            2 => Some(Self::Trades(Trades::read(&mut body)?)),
            3 => Some(Self::Fill(Fill::read(&mut body)?)),
            4 => Some(Self::Place(Place::read(&mut body)?)),
            5 => Some(Self::Cancel(Cancel::read(&mut body)?)),
            6 => Some(Self::OrderReply(OrderReply::read(&mut body)?)),
            _ => None,
        };
        Ok((header, message, rest))
    }
}

#[cfg(test)]
mod tests;
