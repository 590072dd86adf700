//! Members of a living market, for demonstrations and load: makers, a lab that hedges its need, a
//! momentum, a noise and a spread trader, providers that run nodes and meter them, and an inspector that
//! attests them. Each is an ordinary client on a connection of its own.
//!
//! A strategy is a function from what a bot sees to what it wants done, and makes no use of clocks,
//! floats or the order in which messages happen to arrive: when the same market steps through the
//! same hours, the same seed gives the same orders.

mod act;
mod bot;
mod cover;
mod crew;
mod deliveries;
mod desk;
mod docket;
mod fleet;
mod heard;
mod inspector;
mod lab;
mod maker;
mod momentum;
mod noise;
mod pacer;
mod prices;
mod provider;
mod pulse;
mod site;
mod spreader;
mod view;
mod watch;
mod wind_down;

pub use cover::{BadSchedule, Schedule};
pub use crew::{Cast, Crew, Free, Script};
pub use fleet::{Fleet, OutageRecord};
pub use prices::PricePath;
pub use pulse::Pulse;
