use std::fs;

use super::*;

fn written(messages: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut journal = Journal::open(folder.path()).expect("it is writable");
    for (at, message) in messages.iter().enumerate() {
        journal.add(at.try_into().expect("a few"), message).expect("the disk works");
    }
    journal.sync().expect("the disk works");
    folder
}

fn read(folder: &Path) -> (Vec<Line>, Vec<Torn>) {
    let mut lines = lines(folder).expect("it is there");
    let mut all = Vec::new();
    while let Some(line) = lines.next_line().expect("it is whole") {
        all.push(line);
    }
    (all, lines.torn)
}

fn segment(folder: &Path) -> PathBuf {
    folder.join("000001.journal")
}

#[test]
fn what_was_written_is_read_in_order_over_all_segments() {
    let folder = written(&["{\"a\":1}", "{}"]);
    let mut again = Journal::open(folder.path()).expect("it goes on");
    again.add(-5, "{\"b\":2}").expect("the disk works");
    again.sync().expect("the disk works");
    let (all, torn) = read(folder.path());
    let messages: Vec<_> = all.iter().map(|line| (line.recv_ns, line.message.as_str())).collect();
    assert_eq!(messages, [(0, "{\"a\":1}"), (1, "{}"), (-5, "{\"b\":2}")]);
    assert_eq!(torn, []);
}

#[test]
fn a_segment_cut_at_any_byte_loses_its_last_line_and_nothing_else() {
    let folder = written(&["{\"a\":1}", "{\"b\":\"}\"}"]);
    let path = segment(folder.path());
    let whole = fs::read(&path).expect("it is there");
    let first = u64::try_from("0 {\"a\":1}\n".len()).expect("short");
    for cut in 0..whole.len() {
        fs::write(&path, &whole[..cut]).expect("it is writable");
        let (all, torn) = read(folder.path());
        let cut = u64::try_from(cut).expect("short");
        let kept = if cut < first { 0 } else { first };
        assert_eq!(all.len(), usize::from(first <= cut), "cut at {cut}");
        assert_eq!(torn.iter().map(|torn| torn.torn).sum::<u64>(), cut - kept, "cut at {cut}");
        repair(folder.path()).expect("it can be cut");
        assert_eq!(fs::metadata(&path).expect("it is there").len(), kept);
        assert_eq!(read(folder.path()), (all, Vec::new()));
    }
}

#[test]
fn zeros_that_a_crash_left_at_the_end_are_torn_too() {
    let folder = written(&["{}"]);
    let path = segment(folder.path());
    let mut bytes = fs::read(&path).expect("it is there");
    bytes.extend([0; 4096]);
    fs::write(&path, bytes).expect("it is writable");
    let (all, torn) = read(folder.path());
    assert_eq!((all.len(), torn[0].torn), (1, 4096));
}

#[test]
fn damage_among_whole_lines_is_named_and_never_repaired() {
    let folder = written(&["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"]);
    let path = segment(folder.path());
    let damaged = fs::read_to_string(&path).expect("text").replace("{\"b\":2}", "\u{7f}\"b\":2}");
    fs::write(&path, &damaged).expect("it is writable");
    let error = repair(folder.path()).expect_err("it is damaged").to_string();
    assert!(error.ends_with("line 2 is damaged, and whole lines follow it"), "{error}");
    assert_eq!(fs::read_to_string(&path).expect("text"), damaged);
}

#[test]
fn an_empty_folder_is_no_recording() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert!(matches!(lines(folder.path()), Err(Error::Nothing(_))));
}
