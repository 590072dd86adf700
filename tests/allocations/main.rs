//! What a command costs in memory once everything has its size. This is a test binary of its own,
//! because counting replaces the allocator of the whole process.

mod book;
mod exchange;
mod memory;
