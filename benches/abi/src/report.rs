//! What the engine reports, in the layout of the C interface, and packed for the queue.

/// Kinds of report, as the interface numbers them.
pub mod kind {
    /// A new order was accepted.
    pub const ORDER_ACK: u8 = 0;
    /// Two orders traded.
    pub const TRADE: u8 = 1;
    /// An order was cancelled, or the rest of one that may not rest.
    pub const CANCEL_ACK: u8 = 2;
    /// An order was modified.
    pub const MODIFY_ACK: u8 = 3;
    /// There was no such order to cancel.
    pub const CANCEL_REJECT: u8 = 4;
    /// There was no such order to modify.
    pub const MODIFY_REJECT: u8 = 5;
}

/// `me_report_t` of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Report {
    /// One of [`kind`].
    pub kind: u8,
    /// 0 buy, 1 sell.
    pub side: u8,
    /// Unused.
    pub reserved: [u8; 6],
    /// Of the message it answers.
    pub sequence_number: u64,
    /// The order it is about.
    pub order_id: u64,
    /// Of a trade the resting order's price.
    pub price_ticks: i64,
    /// Lots.
    pub quantity: u32,
    /// Unused.
    pub reserved2: u32,
    /// Of a trade the resting order.
    pub maker_order_id: u64,
    /// Of a trade the incoming order.
    pub taker_order_id: u64,
    /// Unused.
    pub reserved3: u64,
}

const _: () = assert!(size_of::<Report>() == 64, "the interface says 64 bytes");

/// A report as it lies in the queue: half a cache line, and a second half for a trade's maker.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(32))]
pub struct Packed {
    /// Kind, side and quantity.
    head: u64,
    sequence_number: u64,
    /// The order, or of a trade the taker.
    order_id: u64,
    price_ticks: i64,
}

impl Packed {
    /// A report about one order.
    #[inline]
    #[must_use]
    pub fn about(
        kind: u8,
        sequence_number: u64,
        order_id: u64,
        side: u8,
        price_ticks: i64,
        quantity: u32,
    ) -> Self {
        let head = u64::from(kind) | u64::from(side) << 8 | u64::from(quantity) << 32;
        Self { head, sequence_number, order_id, price_ticks }
    }

    /// The second half of a trade.
    #[inline]
    #[must_use]
    pub fn maker(order_id: u64) -> Self {
        Self { order_id, ..Self::default() }
    }

    /// Whether a second half follows.
    #[inline]
    #[must_use]
    pub fn is_trade(&self) -> bool {
        self.head as u8 == kind::TRADE
    }

    /// The report of the interface; `maker` is the second half of a trade.
    #[inline]
    #[must_use]
    pub fn unpack(&self, maker: &Self) -> Report {
        let report = Report {
            kind: self.head as u8,
            side: (self.head >> 8) as u8,
            sequence_number: self.sequence_number,
            order_id: self.order_id,
            price_ticks: self.price_ticks,
            quantity: (self.head >> 32) as u32,
            ..Report::default()
        };
        if !self.is_trade() {
            return report;
        }
        Report {
            order_id: 0,
            taker_order_id: self.order_id,
            maker_order_id: maker.order_id,
            ..report
        }
    }
}
