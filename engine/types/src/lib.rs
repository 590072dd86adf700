//! The vocabulary of the exchange: everything that can be said to it and everything it can say.
//!
//! Integers only. A price is [`Ticks`], a quantity is [`Lots`], money is [`Mills`] (a thousandth of
//! a dollar), and the only products between them are the ones the market needs, so wrong units do
//! not compile. [`Command`] is everything that may change the exchange; [`Event`] is everything
//! that can have happened.
//!
//! Knows nothing but serde: no clock, no files, no decimals, no sockets.

#![deny(clippy::float_arithmetic)]

pub mod account;
pub mod attestation;
pub mod block;
pub mod capacity;
pub mod clearing;
pub mod command;
pub mod delivery;
pub mod event;
pub mod ids;
pub mod index;
pub mod instrument;
pub mod money;
pub mod operator;
pub mod order;
pub mod performance;
pub mod price;
pub mod quantity;
pub mod quote;
pub mod reject;
pub mod sequenced;
pub mod side;
pub mod statement;
pub mod terms;
pub mod text;
pub mod time;

pub use account::{
    MarginDetail, MarginReport, PositionReport, Preview, Proof, PublicKey, Transfer, TransferKind,
};
pub use attestation::Attestation;
pub use block::{BlockLeg, BlockTrade};
pub use capacity::{
    CapacityFact, Coverage, FabricName, GpuId, Grade, NodeEntry, NodeTest, PlaceName, Preference,
    Supply, Tender,
};
pub use clearing::{ClearingFact, Layer, Party};
pub use command::Command;
pub use delivery::{
    DeliveryRole, Invoice, NodeReading, ObligationReport, ObligationState, ObligationStep,
};
pub use event::{AccountFact, Event, Indicative, MarketFact, TradeKind, Verdict};
pub use ids::{
    AccountId, InstrumentId, MemberId, NodeId, ObligationId, OrderId, ProductId, SessionId, TradeId,
};
pub use index::{IndexPrint, IndexValue, Micros, Observation, ObservationKind};
pub use instrument::{Instrument, Kind, Leg, Phase, PhaseChange, Tenor};
pub use money::{Mills, TickValue};
pub use operator::{AdminAct, AdminEntry, AdminReport, Standing, TermsChange};
pub use order::{
    AmendOrder, CancelReason, FillReport, LegReport, Liquidity, MassCancel, NewOrder, OrderChange,
    OrderRef, OrderReport, OrderState, OrderType, OrderVerdict, PostOnly, Priority, Qualifiers,
    SelfMatch, TimeInForce,
};
pub use performance::{HourClaim, PerformanceFact, StandbyBid, StandbyFact, StandbyOffer};
pub use price::Ticks;
pub use quantity::{GpuHours, Lots, NetLots};
pub use quote::{MassQuote, Protection, Quote, QuoteGroup, QuoteVerdict, Quoted, TwoSided};
pub use reject::{Detail, Refusal, RejectReason};
pub use sequenced::Sequenced;
pub use side::Side;
pub use statement::{Balances, StatedPosition, StatedPurse, Statement, StatementLine};
pub use terms::{MarketTerms, ProductTerms, Scenario, Settlement};
pub use text::{ClientOrderId, Tag, Text};
pub use time::{Date, Timestamp, YearMonth};
