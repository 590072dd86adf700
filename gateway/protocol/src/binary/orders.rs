//! Orders: placed and cancelled, what they came to, and their fills.

use types::{Liquidity, OrderState, Side};

use super::Malformed;
use super::fields::{Reader, Writer};
use crate::client::{OrderKind, Stp, Tif};

/// A `client_order_id`: 36 bytes of ASCII, zeros after its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientId(pub [u8; 36]);

impl ClientId {
    /// The bytes of a text, as far as there is room.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut bytes = [0; 36];
        bytes.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
        Self(bytes)
    }

    /// The text, when it is ASCII and nothing stands after its end.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(self.0.len());
        let (text, rest) = self.0.split_at(end);
        let is_clean = text.is_ascii() && rest.iter().all(|byte| *byte == 0);
        std::str::from_utf8(text).ok().filter(|_| is_clean)
    }
}

const POST_ONLY: u8 = 1;
const REDUCE_ONLY: u8 = 2;
const SLIDE: u8 = 4;
const SAYS_COD: u8 = 8;
const COD: u8 = 16;

/// Template 4, from a client: a limit or market order. What it cannot say goes as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Comes back with the reply; below 2^53.
    pub request_id: u64,
    /// `instrument_no` of the contract.
    pub instrument_no: u32,
    /// The sender's name of the order.
    pub client_order_id: ClientId,
    /// Buy or sell.
    pub side: Side,
    /// 0 limit, 1 market, 2 market to limit.
    pub kind: OrderKind,
    /// In mills; 0 without a limit.
    pub price: i64,
    /// Lots.
    pub qty: u64,
    /// 0 gtc, 1 ioc, 2 fok, 3 day.
    pub tif: Tif,
    /// Bit 1.
    pub post_only: bool,
    /// Bit 2.
    pub reduce_only: bool,
    /// Bit 4.
    pub slide: bool,
    /// Bit 8 says that bit 16 says it.
    pub cod: Option<bool>,
    /// 0 cancel_newest, 1 cancel_oldest, 2 cancel_both, 3 decrement.
    pub stp: Stp,
    /// 0 for never.
    pub valid_until_ns: i64,
}

/// Template 5, from a client: the end of an order by one of its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancel {
    /// Comes back with the reply; below 2^53.
    pub request_id: u64,
    /// The number in `O17`; 0 to name it by the other.
    pub order_id: u64,
    /// Zeros to name it by the other.
    pub client_order_id: ClientId,
}

/// Template 6: where an order stood. Errors are JSON, with the number of the request as their id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderReply {
    /// Of the request.
    pub request_id: u64,
    /// The number in `O17`.
    pub order_id: u64,
    /// The sender's name.
    pub client_order_id: ClientId,
    /// 0 open, 1 filled, 2 canceled, 3 expired.
    pub state: OrderState,
    /// Whether the request had been made before.
    pub dup: bool,
    /// Counts its amendments, from 1.
    pub rev: u32,
    /// Lots in all.
    pub qty: u64,
    /// Lots filled.
    pub cum_qty: u64,
    /// Lots still open.
    pub leaves_qty: u64,
    /// The contract's own sequence number.
    pub eseq: u64,
    /// The account's.
    pub acct_seq: u64,
    /// When the gateway read the request.
    pub in_ns: i64,
    /// When the engine came to it, in market time.
    pub eng_ns: i64,
    /// When the gateway wrote this.
    pub out_ns: i64,
}

/// Template 3: one side of a trade, for its owner; `seq` of the header is the `acct_seq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// The number in `T17`.
    pub trade_id: u64,
    /// The number in `O17`.
    pub order_id: u64,
    /// The sender's name of the order.
    pub client_order_id: ClientId,
    /// `instrument_no` of the contract.
    pub instrument_no: u32,
    /// Bought or sold.
    pub side: Side,
    /// In mills per GPU-hour.
    pub price: i64,
    /// Lots.
    pub qty: u64,
    /// 0 maker, 1 taker, 2 auction, 3 block.
    pub liquidity: Liquidity,
    /// In mills; negative is a rebate.
    pub fee: i64,
    /// Lots filled so far.
    pub cum_qty: u64,
    /// Lots still open.
    pub leaves_qty: u64,
    /// 0 open, 1 filled, 2 canceled, 3 expired.
    pub order_state: OrderState,
    /// The contract's own sequence number.
    pub eseq: u64,
    /// Market time.
    pub eng_ns: i64,
}

impl Place {
    pub(super) fn write(&self, to: &mut Writer) {
        to.u64(self.request_id);
        to.u32(self.instrument_no);
        to.bytes(&self.client_order_id.0);
        to.side(self.side);
        to.u8(match self.kind {
            OrderKind::Limit => 0,
            OrderKind::Market => 1,
            OrderKind::MarketToLimit => 2,
            OrderKind::StopLimit => 3,
            OrderKind::Stop => 4,
        });
        to.i64(self.price);
        to.u64(self.qty);
        to.u8(self.tif as u8);
        let bit = |is_set: bool, bit: u8| if is_set { bit } else { 0 };
        to.u8(bit(self.post_only, POST_ONLY)
            | bit(self.reduce_only, REDUCE_ONLY)
            | bit(self.slide, SLIDE)
            | bit(self.cod.is_some(), SAYS_COD)
            | bit(self.cod == Some(true), COD));
        to.u8(self.stp as u8);
        to.i64(self.valid_until_ns);
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let (request_id, instrument_no) = (from.u64()?, from.u32()?);
        let (client_order_id, side) = (ClientId(from.array()?), from.side()?);
        let kind = match from.u8()? {
            0 => OrderKind::Limit,
            1 => OrderKind::Market,
            2 => OrderKind::MarketToLimit,
            _ => return Err(Malformed::Field("type")),
        };
        let (price, qty) = (from.i64()?, from.u64()?);
        let tif = match from.u8()? {
            0 => Tif::Gtc,
            1 => Tif::Ioc,
            2 => Tif::Fok,
            3 => Tif::Day,
            _ => return Err(Malformed::Field("tif")),
        };
        let bits = from.u8()?;
        let stp = match from.u8()? {
            0 => Stp::CancelNewest,
            1 => Stp::CancelOldest,
            2 => Stp::CancelBoth,
            3 => Stp::Decrement,
            _ => return Err(Malformed::Field("stp")),
        };
        if bits & !(POST_ONLY | REDUCE_ONLY | SLIDE | SAYS_COD | COD) != 0 {
            return Err(Malformed::Field("flags"));
        }
        Ok(Self {
            request_id,
            instrument_no,
            client_order_id,
            side,
            kind,
            price,
            qty,
            tif,
            post_only: bits & POST_ONLY != 0,
            reduce_only: bits & REDUCE_ONLY != 0,
            slide: bits & SLIDE != 0,
            cod: (bits & SAYS_COD != 0).then_some(bits & COD != 0),
            stp,
            valid_until_ns: from.i64()?,
        })
    }
}

impl Cancel {
    pub(super) fn write(&self, to: &mut Writer) {
        to.u64(self.request_id);
        to.u64(self.order_id);
        to.bytes(&self.client_order_id.0);
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            request_id: from.u64()?,
            order_id: from.u64()?,
            client_order_id: ClientId(from.array()?),
        })
    }
}

impl OrderReply {
    pub(super) fn write(&self, to: &mut Writer) {
        to.u64(self.request_id);
        to.u64(self.order_id);
        to.bytes(&self.client_order_id.0);
        to.u8(self.state as u8);
        to.u8(u8::from(self.dup));
        to.u32(self.rev);
        for lots in [self.qty, self.cum_qty, self.leaves_qty, self.eseq, self.acct_seq] {
            to.u64(lots);
        }
        for time in [self.in_ns, self.eng_ns, self.out_ns] {
            to.i64(time);
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            request_id: from.u64()?,
            order_id: from.u64()?,
            client_order_id: ClientId(from.array()?),
            state: state(from.u8()?)?,
            dup: from.u8()? != 0,
            rev: from.u32()?,
            qty: from.u64()?,
            cum_qty: from.u64()?,
            leaves_qty: from.u64()?,
            eseq: from.u64()?,
            acct_seq: from.u64()?,
            in_ns: from.i64()?,
            eng_ns: from.i64()?,
            out_ns: from.i64()?,
        })
    }
}

impl Fill {
    pub(super) fn write(&self, to: &mut Writer) {
        to.u64(self.trade_id);
        to.u64(self.order_id);
        to.bytes(&self.client_order_id.0);
        to.u32(self.instrument_no);
        to.side(self.side);
        to.i64(self.price);
        to.u64(self.qty);
        to.u8(self.liquidity as u8);
        to.i64(self.fee);
        to.u64(self.cum_qty);
        to.u64(self.leaves_qty);
        to.u8(self.order_state as u8);
        to.u64(self.eseq);
        to.i64(self.eng_ns);
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            trade_id: from.u64()?,
            order_id: from.u64()?,
            client_order_id: ClientId(from.array()?),
            instrument_no: from.u32()?,
            side: from.side()?,
            price: from.i64()?,
            qty: from.u64()?,
            liquidity: match from.u8()? {
                0 => Liquidity::Maker,
                1 => Liquidity::Taker,
                2 => Liquidity::Auction,
                3 => Liquidity::Block,
                _ => return Err(Malformed::Field("liquidity")),
            },
            fee: from.i64()?,
            cum_qty: from.u64()?,
            leaves_qty: from.u64()?,
            order_state: state(from.u8()?)?,
            eseq: from.u64()?,
            eng_ns: from.i64()?,
        })
    }
}

fn state(number: u8) -> Result<OrderState, Malformed> {
    match number {
        0 => Ok(OrderState::Open),
        1 => Ok(OrderState::Filled),
        2 => Ok(OrderState::Canceled),
        3 => Ok(OrderState::Expired),
        _ => Err(Malformed::Field("state")),
    }
}
