use std::fmt::Write;

use super::{HEADER_BYTES, first_in};
use crate::Batch;
use crate::Digest;
use crate::log::sector::{self, PAGE};
use crate::log::{CommandLog, FileLog, Logged, VERSION, frame};
use crate::samples::{name, one_of_each, stamped};

/// The bytes of a log with one record of each command. They may change only with the version of the
/// format: a log that was written must stay readable.
const GOLDEN: &str = include_str!("../golden/version5.txt");

/// Bytes of the fields of a segment's first page; a filler follows.
const SEGMENT_BYTES: usize = 108;

/// The fields of the segment, the header of the frame and then each record, in hexadecimal under its
/// name, 32 bytes a line.
fn drawn(file: &[u8], names: &[&str]) -> String {
    let mut text = String::new();
    let (page, image) = file.split_at(PAGE);
    draw(&mut text, "segment", &page[..SEGMENT_BYTES]);
    assert!(page[SEGMENT_BYTES..].iter().all(|byte| *byte == 0x5f), "the filler");
    let header = frame::Header::read(image).expect("its checksum is good");
    let length = frame::HEADER_BYTES + header.length as usize;
    let mut content = Vec::new();
    let image = &image[..sector::extent(length)];
    assert_eq!(sector::unpack(image, length, &mut content), None);
    let (header, mut rest) = content.split_at(frame::HEADER_BYTES);
    draw(&mut text, "frame", header);
    for (seq, name) in (1..).zip(names) {
        let (_, _, length) = first_in(rest, seq).expect("a whole record");
        let (record, behind) = rest.split_at(length);
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

#[test]
fn the_bytes_of_every_command_stay_as_they_are() {
    let commands = one_of_each();
    let names: Vec<_> = commands.iter().map(name).collect();
    let mut batch = Batch::default();
    for (seq, command) in (1..).zip(commands) {
        batch.push_by(seq % 3, &stamped(seq, command));
    }
    let dir = tempfile::tempdir().expect("a directory");
    let mut log = FileLog::open(dir.path()).expect("it opens");
    log.append(&batch).expect("it takes the batch");
    let file = std::fs::read(dir.path().join("00000000000000000001.log")).expect("it is there");
    let drawn = drawn(&file, &names);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/log/golden/version5.txt");
        std::fs::write(path, &drawn).expect("the source folder takes it");
    } else {
        assert!(drawn == GOLDEN, "renewed by UPDATE_GOLDEN=1, the log now reads\n{drawn}");
    }
}

/// The version of the format, and the hash of the golden records of its first so many commands, but for
/// that with the terms of a market, which has the names of its fields and may say more. The
/// golden bytes are renewed when a command is added behind them; this is not: whoever changes the bytes
/// of a command that is there raises the version.
const SEALED: (u16, usize, &str) =
    (5, 27, "f7ac440c9280357facb7d4e25074f84180a8916fcfb50a267625e3b4d2f6849b");

#[test]
fn the_bytes_of_a_command_never_change_within_a_version() {
    let (version, count, seal) = SEALED;
    assert_eq!(VERSION, version, "a new version is sealed with its golden file");
    let start = GOLDEN.find("ClockAdvanced").expect("it is the second command");
    let mut names = one_of_each().iter().map(name).skip(count).collect::<Vec<_>>().into_iter();
    let end = names.next().and_then(|next| GOLDEN.find(&format!("\n{next}\n")));
    let sealed = &GOLDEN[start..end.unwrap_or(GOLDEN.len())];
    assert_eq!(Digest::over([sealed.as_bytes()]).to_string(), seal, "raise VERSION");
}

/// The golden records as a file, written as LOG.md says.
fn golden_file() -> Vec<u8> {
    let bytes_of = |text: &str| -> Vec<u8> {
        let digits: String = text.split_whitespace().collect();
        let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal");
        (0..digits.len()).step_by(2).map(byte).collect()
    };
    let lines = |from: &str, until: Option<&str>| -> String {
        let rest = &GOLDEN[GOLDEN.find(from).expect("it is there")..];
        let rest = until.map_or(rest, |until| &rest[..rest.find(until).expect("it is there")]);
        rest.lines().filter(|line| line.starts_with(' ')).collect()
    };
    let mut file = bytes_of(&lines("segment", Some("frame")));
    file.resize(PAGE, 0x5f);
    let content = bytes_of(&lines("frame", None));
    let mut image = Vec::new();
    sector::pack(&content, &mut image);
    file.extend_from_slice(&image);
    file.resize(1 << 20, 0);
    file
}

#[test]
fn a_log_of_version_5_is_read_as_it_was_written() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("00000000000000000001.log"), golden_file()).expect("room");
    let log = FileLog::open(dir.path()).expect("it is whole");
    let read = log.records(1).expect("it opens").map(|logged| logged.expect("it is whole"));
    let expected = (1..)
        .zip(one_of_each())
        .map(|(seq, command)| Logged { author: seq % 3, command: stamped(seq, command) });
    assert!(read.eq(expected));
    assert_eq!(log.head().seq, one_of_each().len() as u64);
}

#[test]
fn a_changed_byte_of_a_record_is_noticed_and_so_is_another_number() {
    let mut content = Vec::new();
    let batch = crate::samples::deposits(5..6);
    let record = batch.iter().next().expect("there is one");
    super::write(&mut content, 9, &record);
    let (header, payload, length) = first_in(&content, 5).expect("it is good");
    assert_eq!((header.author, header.time, payload), (9, record.time, record.value));
    assert_eq!(length, HEADER_BYTES + record.value.len());
    assert!(first_in(&content, 6).is_none(), "the checksum covers the number");
    for place in 0..content.len() {
        let mut changed = content.clone();
        changed[place] ^= 1;
        assert!(first_in(&changed, 5).is_none(), "byte {place}");
    }
}
