use super::{Content, End, HEADER_BYTES, Header, draw, length};
use crate::log::sector::{self, PAGE, SECTOR};
use crate::samples::{deposit, deposits};

fn drawn(note: &[u8], seqs: std::ops::Range<u64>) -> (Vec<u8>, End) {
    let mut content = Vec::new();
    let batch = deposits(seqs);
    let end = draw(&mut content, &End::default(), 2, 1, note, &batch);
    assert_eq!(content.len(), length(note, &batch));
    (content, end)
}

#[test]
fn a_frame_reads_back_what_was_written() {
    let (bytes, end) = drawn(b"note", 1..4);
    let header = Header::read(&bytes).expect("its checksum is good");
    assert_eq!((header.place, header.seq, header.count), (end.place, 1, 3));
    let mut content = Content { bytes, ..Content::default() };
    assert_eq!(content.find_records(&header), Ok(()));
    assert_eq!(content.note(), b"note");
    let times: Vec<_> = content.entries.iter().map(|entry| (entry.seq, entry.time)).collect();
    assert_eq!(times, [1, 2, 3].map(|seq| (seq, deposit(seq).time)));
}

#[test]
fn content_of_any_length_comes_back_from_its_sectors() {
    let bytes: Vec<u8> = (0..20_000_u32).map(|n| u8::try_from(n % 251).expect("small")).collect();
    let (mut image, mut content) = (Vec::new(), Vec::new());
    for length in (HEADER_BYTES..9_000).chain([19_999, 20_000]) {
        sector::pack(&bytes[..length], &mut image);
        assert_eq!(image.len(), sector::extent(length), "{length} bytes");
        assert_eq!(image.len() % PAGE, 0);
        assert!(image.chunks(SECTOR).all(sector::is_written));
        assert_eq!(sector::unpack(&image, length, &mut content), None);
        assert_eq!(content, bytes[..length]);
        assert_eq!(image[sector::place(length - 1)], bytes[length - 1]);
    }
}

#[test]
fn no_payload_can_look_like_the_beginning_of_a_frame() {
    let (frame, _) = drawn(b"", 1..2);
    let mut image = Vec::new();
    sector::pack(&frame, &mut image);
    let forged = image.repeat(8);
    for shift in 0..SECTOR {
        let payload = [&vec![0; shift], forged.as_slice()].concat();
        let mut carried = Vec::new();
        sector::pack(&payload, &mut carried);
        let begins = carried.chunks(SECTOR).skip(1).any(sector::begins_frame);
        assert!(!begins, "shifted by {shift}");
    }
}
