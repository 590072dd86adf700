use std::fmt::Write;

use super::{FILE_HEADER, HEADER_BYTES, Header, first_in};
use crate::Batch;
use crate::log::{CommandLog, FileLog};
use crate::samples::{deposits, name, one_of_each, stamped, time_of};

/// The bytes of a log with one record of each command. They may change only with the version of the
/// format: a log that was written must stay readable.
const GOLDEN: &str = include_str!("../golden/records.txt");

/// The file header and then each record, in hexadecimal under its name, 32 bytes a line.
fn drawn(file: &[u8], names: &[&str]) -> String {
    let mut text = String::new();
    let (header, mut rest) = file.split_at(FILE_HEADER.len());
    draw(&mut text, "file header", header);
    for name in names {
        let header = first_in(rest).expect("a whole record");
        let (record, behind) = rest.split_at(HEADER_BYTES + header.length as usize);
        draw(&mut text, name, record);
        rest = behind;
    }
    assert!(rest.is_empty(), "each record has a name");
    text
}

fn draw(text: &mut String, name: &str, bytes: &[u8]) {
    writeln!(text, "{name}").expect("a string takes it");
    for line in bytes.chunks(32) {
        let hex: String = line.iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(text, "  {hex}").expect("a string takes it");
    }
}

fn file_with(batch: &Batch) -> Vec<u8> {
    let dir = tempfile::tempdir().expect("a directory");
    let mut log = FileLog::open(dir.path()).expect("it opens");
    log.append(batch).expect("it takes the batch");
    std::fs::read(dir.path().join("commands.log")).expect("it is there")
}

#[test]
fn the_bytes_of_every_command_stay_as_they_are() {
    let commands = one_of_each();
    let names: Vec<_> = commands.iter().map(name).collect();
    let mut batch = Batch::default();
    for (seq, command) in (1..).zip(commands) {
        batch.push(&stamped(seq, command));
    }
    let drawn = drawn(&file_with(&batch), &names);
    assert_eq!(drawn, GOLDEN, "the log now reads\n{drawn}");
}

#[test]
fn a_header_reads_back_what_was_written() {
    let file = file_with(&deposits(1..3));
    let bytes: &[u8; HEADER_BYTES] = file[FILE_HEADER.len()..].first_chunk().expect("a header");
    let header = Header::read(bytes);
    assert_eq!((header.seq, header.batch), (1, 1));
    assert_eq!(header.time, time_of(1));
}
