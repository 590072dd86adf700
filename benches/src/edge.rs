//! What the bench of the gateway is made of: a venue on loopback, clients that cost next to nothing, the
//! floors it is held against, and histograms that others can read.

pub mod disk;
pub mod echo;
pub mod fan_out;
pub mod frames;
pub mod latency;
pub mod orders;
pub mod throughput;
pub mod venue;
pub mod wire;
