//! What the exchange promises, each promise a test.
//!
//! Scenarios and the model come first; then what holds for every log; then the real process and the
//! real socket; last, how the sources look.

mod admin;
mod agreement;
mod backups;
mod binary;
mod capacity;
mod channels;
mod codes;
mod conservation;
mod corpus;
mod cpptrader_vectors;
mod determinism;
mod durability;
mod firms;
mod free_market;
mod generated;
mod history;
mod inputs;
mod layering;
mod liquidation;
mod margin;
mod members;
mod metering;
mod mutations;
mod naive_book;
mod obligations;
mod operator;
mod phases;
mod preview;
mod price_history;
mod proofs;
mod properties;
mod published;
mod published_books;
mod published_index;
mod real_faults;
mod real_flow;
mod recordings;
mod replicas;
mod rulebook;
mod sandbox;
mod scenarios;
mod sessions;
mod snapshots;
mod sources;
mod statements;
mod stress;
mod sweep;
mod terms;
mod tidy;
mod totality;
mod venue;
mod wire;
mod worst_day;
