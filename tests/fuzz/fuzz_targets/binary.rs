//! Fuzzes `binary` of `tests/it/inputs.rs`.
#![no_main]

#[allow(dead_code, reason = "the other targets use the rest")]
#[path = "../../it/inputs.rs"]
mod inputs;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| inputs::binary(bytes));
