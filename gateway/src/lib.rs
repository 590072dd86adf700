//! The edge of the exchange: WebSocket sessions, feeds, HTTP.
//!
//! [`server::start`] turns a [`Config`] into a running [`Server`]. Sessions turn what clients say
//! into commands; the sequencer applies them and makes them durable; the publisher turns the
//! outcomes into replies and feeds.
//!
//! Knows the rules of the wire and of the operator, and none of the market's.

mod account_stream;
pub mod admin_key;
mod admin_log;
mod admission;
mod calendar;
pub mod claims;
pub mod config;
mod crowd;
pub mod demo;
mod desk;
mod directory;
pub mod doctor;
pub mod echo;
mod egress;
mod error;
mod feed;
mod firm_stream;
mod flow;
mod gate;
mod http;
mod ingress;
mod link;
mod login;
pub mod metrics;
mod names;
mod offers;
mod office;
mod operator;
mod outbox;
mod pending;
pub mod proving;
mod quote_requests;
mod read_model;
mod recovery;
mod reply;
pub mod said;
pub mod server;
mod session;
mod socket;
mod strangers;
pub mod summary;
mod throttle;
mod tickets;
mod venue;
pub mod webhooks;

pub use config::Config;
pub use error::Error;
pub use operator::Operator;
pub use recovery::quarantine;
pub use server::Server;
