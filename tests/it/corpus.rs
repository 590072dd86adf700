//! Inputs of every kind, chosen by hand: what the parsers meet must do them no harm. A fuzzer begins with
//! them too.

use std::path::Path;

use crate::inputs;

fn replay(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let files = std::fs::read_dir(&folder).expect("there is a corpus of each target");
    let mut count = 0;
    for file in files {
        let path = file.expect("the folder can be read").path();
        check(&std::fs::read(&path).expect("the file can be read"));
        count += 1;
    }
    assert!(0 < count, "nothing is kept for {target}");
}

#[test]
fn requests_that_were_kept_are_read_or_refused() {
    replay("json", inputs::json);
    replay("binary", inputs::binary);
}

#[test]
fn files_that_were_kept_are_read_or_refused() {
    replay("market", inputs::market);
    replay("config", inputs::config);
}

#[test]
fn connections_that_were_kept_end() {
    replay("frames", inputs::frames);
    replay("handshake", inputs::handshake);
    replay("login", inputs::login);
}
