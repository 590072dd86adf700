//! Names of things. An id is given once and never given again.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub $inner);
    )*};
}

ids! {
    /// One GPU generation at one hub (`H100-US`): an index into the market terms.
    ProductId(u16);
    /// One contract month, quarter or year of a product, numbered in order of listing.
    InstrumentId(u32);
    /// A trading account; `A-1001` on the wire.
    AccountId(u32);
    /// A firm that trades through one account or more.
    MemberId(u32);
    /// The exchange's name of an order: slab slot in the low half, generation in the high half.
    OrderId(u64);
    /// A trade between two orders, numbered from 1.
    TradeId(u64);
    /// A delivery obligation between one seller and one buyer, numbered from 1.
    ObligationId(u64);
    /// A provider's node of eight GPUs; the provider numbers its own.
    NodeId(u32);
    /// A login session, so that its orders can be cancelled when it ends. 0 belongs to no session.
    SessionId(u64);
}
