use types::Timestamp;

use super::journal::Journal;
use super::sample::Sample;
use super::{dcgm, inventory, nodes::Nodes, trace};

const HOUR: i64 = Timestamp::HOUR;

fn sample(gpus: u8) -> Sample {
    Sample::from([("gpu-01".to_owned(), gpus)])
}

fn at(minute: i64) -> Timestamp {
    Timestamp(1000 * HOUR + minute * Timestamp::MINUTE)
}

/// GPU-hours of the hour, as the journal would post them.
fn counted(journal: &Journal) -> u8 {
    let hours: Vec<_> = journal.over("H100-US-2027M03", at(60)).collect();
    assert_eq!(hours.len(), 1, "one hour is over");
    hours[0].1["gpu-01"].gpu_hours()
}

#[test]
fn a_minute_is_counted_once_also_after_a_crash() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.json");
    let mut journal = Journal::open(&path).expect("a new one");
    for minute in 0..30 {
        journal.count(at(minute), &sample(8)).expect("it is written");
    }
    // It dies after minute 29, comes back within it and looks at it again.
    let mut journal = Journal::open(&path).expect("what was written");
    for minute in 29..60 {
        journal.count(at(minute), &sample(8)).expect("it is written");
        journal.count(at(minute), &sample(8)).expect("it is written");
    }
    assert_eq!(counted(&journal), 8);
}

#[test]
fn what_was_not_looked_at_was_not_delivered() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut journal = Journal::open(&folder.path().join("j")).expect("a new one");
    for minute in 0..57 {
        journal.count(at(minute), &sample(8)).expect("it is written");
    }
    // 456 of 480 GPU-minutes are 7.6 GPU-hours; half an hour of one GPU less are 7.1.
    assert_eq!(counted(&journal), 8);
    let mut journal = Journal::open(&folder.path().join("k")).expect("a new one");
    for minute in 0..57 {
        journal.count(at(minute), &sample(if minute < 30 { 7 } else { 8 })).expect("written");
    }
    assert_eq!(counted(&journal), 7);
}

#[test]
fn an_hour_that_was_posted_is_not_posted_again_by_the_next_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.json");
    let mut journal = Journal::open(&path).expect("a new one");
    journal.count(at(5), &sample(8)).expect("it is written");
    assert_eq!(journal.over("A", at(59)).count(), 0, "it is not over");
    journal.post("A", at(0)).expect("it is written");
    let journal = Journal::open(&path).expect("what was written");
    assert_eq!(journal.over("A", at(60)).count(), 0);
    assert_eq!(journal.over("B", at(60)).count(), 1);
}

#[test]
fn a_file_that_is_no_journal_is_not_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.json");
    std::fs::write(&path, "{\"hours\": [1]}").expect("it is written");
    let fault = Journal::open(&path).expect_err("it is no journal");
    assert!(fault.to_string().contains("journal.json"), "{fault}");
}

#[test]
fn gpus_of_an_inventory_count_once_and_when_they_are_well() {
    let text = r#"{"hosts": [
        {"host": "gpu-01", "gpus": [
            {"uuid": "GPU-1", "name": "NVIDIA H100", "healthy": true},
            {"uuid": "GPU-1", "name": "NVIDIA H100", "healthy": true},
            {"uuid": "GPU-2", "name": "NVIDIA H100", "healthy": false, "xid": 79}]},
        {"host": "gpu-02", "gpus": []}]}"#;
    let read = inventory::read(text).expect("an inventory");
    assert_eq!(read, Sample::from([("gpu-01".to_owned(), 1), ("gpu-02".to_owned(), 0)]));
    let twice = text.replace("gpu-02", "gpu-01");
    assert!(inventory::read(&twice).expect_err("twice").contains("gpu-01"));
    assert!(inventory::read("{}").is_err());
}

#[test]
fn dcgm_tells_of_gpus_that_do_no_work() {
    let text = "\
# HELP DCGM_FI_DEV_GPU_UTIL GPU utilization (in %).
# TYPE DCGM_FI_DEV_GPU_UTIL gauge
DCGM_FI_DEV_GPU_UTIL{gpu=\"0\",UUID=\"GPU-1\",device=\"nvidia0\",Hostname=\"gpu-01\"} 87
DCGM_FI_DEV_GPU_UTIL{gpu=\"1\",UUID=\"GPU-2\",Hostname=\"gpu-01\",pod=\"a,}\\\"b\"} 0 1772323200000
DCGM_FI_DEV_GPU_UTIL{gpu=\"2\",UUID=\"GPU-3\",Hostname=\"gpu-01\"} 12
DCGM_FI_DEV_GPU_UTIL{gpu=\"0\",UUID=\"GPU-4\",Hostname=\"gpu-02\"} 12
DCGM_FI_DEV_XID_ERRORS{gpu=\"0\",UUID=\"GPU-1\",Hostname=\"gpu-01\"} 0
DCGM_FI_DEV_XID_ERRORS{gpu=\"1\",UUID=\"GPU-2\",Hostname=\"gpu-01\"} 31
DCGM_FI_DEV_XID_ERRORS{gpu=\"2\",UUID=\"GPU-3\",Hostname=\"gpu-01\"} 79
DCGM_FI_DEV_ROW_REMAP_FAILURE{gpu=\"0\",UUID=\"GPU-4\",Hostname=\"gpu-02\"} 1
go_goroutines 12
";
    let read = dcgm::read(text).expect("metrics");
    assert_eq!(read, Sample::from([("gpu-01".to_owned(), 2), ("gpu-02".to_owned(), 0)]));
    assert!(dcgm::read("go_goroutines 12\n").expect_err("none").contains("DCGM_FI_DEV_"));
    let nameless = "DCGM_FI_DEV_GPU_UTIL{gpu=\"0\",UUID=\"GPU-1\"} 87";
    assert!(dcgm::read(nameless).expect_err("no host").contains("Hostname"));
    assert!(dcgm::read("DCGM_FI_DEV_GPU_UTIL{gpu=\"0\" 87").is_err());
}

#[test]
fn a_trace_has_whole_hours() {
    let head = "hour,host,gpu_hours\n";
    let read = |rows: &str| trace::read(&format!("{head}{rows}"));
    let hours =
        read("2027-03-01T00:00:00Z,gpu-01,8\n2027-03-01T00:00:00Z,gpu-01,7\n").expect("a trace");
    assert_eq!(hours.values().next().expect("an hour")["gpu-01"], 7);
    for bad in
        ["2027-03-01T00:30:00Z,gpu-01,8", "2027-03-01T00:00:00Z,gpu-01,9", "x,gpu-01,8", "2027"]
    {
        assert!(read(bad).expect_err(bad).contains("line 2"), "{bad}");
    }
    assert!(trace::read("").is_err());
}

#[test]
fn a_machine_is_one_node_of_a_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("nodes.toml");
    let good =
        "[[contract]]\nsymbol = \"H100\"\n[contract.nodes]\n1 = \"gpu-01\"\n2 = \"gpu-02\"\n";
    std::fs::write(&path, good).expect("it is written");
    let nodes = Nodes::load(&path).expect("a file of nodes");
    let contract = nodes.contracts().next().expect("one");
    assert_eq!(contract.nodes[&2], "gpu-02");
    for (bad, word) in
        [(good.replace("gpu-02", "gpu-01"), "two nodes"), (good.replace("2 =", "x ="), "`x`")]
    {
        std::fs::write(&path, bad).expect("it is written");
        let fault = Nodes::load(&path).expect_err(word).to_string();
        assert!(fault.contains(word), "{fault}");
    }
}
