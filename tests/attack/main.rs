//! A venue under attack over loopback: it stays up, its memory stays bounded, and those who behave are
//! answered. A process of its own, because its memory is measured.
//!
//! `GIGAHOUR_ATTACK_SECONDS=10` makes each attack last so long.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crowd::Crowd;
use venue::{Venue, account};
use witness::{Seen, Witness};

mod attacks;
mod crowd;
mod overload;
mod published;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../it/venue.rs"]
mod venue;
mod witness;

/// What the process may grow by while it is attacked, with the attackers in it.
const MOST_GROWTH: u64 = 512 << 20;
/// How long anybody who behaves may wait. The machine may be busy with other things.
const PATIENCE: Duration = Duration::from_secs(5);

static PANICS: AtomicUsize = AtomicUsize::new(0);

fn seconds() -> Duration {
    let given = std::env::var("GIGAHOUR_ATTACK_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(given.unwrap_or(2))
}

/// Memory of this process that is in use, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("this is Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it is there");
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kib << 10
}

fn count_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        usual(panic);
    }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_crowd_hurts_nobody_else() {
    count_panics();
    let venue = Venue::open().await;
    let mut witness = Witness::enter(&venue).await;
    let quiet = witness.watch(seconds()).await;
    println!("{:<24} {quiet}", "nobody");
    for (name, attack) in attacks::ALL {
        let before = resident();
        let crowd = Crowd::gather(venue.server.trade, venue.server.http, attack);
        let seen = witness.watch(seconds()).await;
        let did = crowd.leave().await;
        let growth = resident().saturating_sub(before);
        println!("{name:<24} {seen}, {did} attempts, {} MiB more", growth >> 20);
        assert!(0 < did, "{name} did nothing");
        assert!(growth < MOST_GROWTH, "{name} took {growth} bytes");
        check(name, &seen);
    }
    let after = witness.watch(seconds()).await;
    println!("{:<24} {after}", "nobody");
    check("nobody", &after);
    venue.stop().await;
}

fn check(name: &str, seen: &Seen) {
    assert!(0 < seen.asked, "{name} stopped the witness");
    assert!(seen.longest < PATIENCE, "{name} made the witness wait {:?}", seen.longest);
    assert_eq!(PANICS.load(Ordering::Relaxed), 0, "{name} made the venue panic");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_venue_that_is_asked_too_much_answers_everything_and_cancels_in_time() {
    let venue =
        Venue::open_with(|config| config.accounts = (1001..1033).map(account).collect()).await;
    let mut witness = Witness::enter(&venue).await;
    let before = resident();
    let flood = overload::start(&venue, 1002..1033, seconds()).await;
    let seen = witness.watch(seconds()).await;
    let flood = flood.end().await;
    let growth = resident().saturating_sub(before);
    println!("{:<24} {seen}; {flood}, {} MiB more", "overload", growth >> 20);
    assert_eq!(flood.sent, flood.answered + flood.unread, "what is read is answered");
    assert!(
        0 < flood.shed && flood.shed < flood.answered,
        "it is too much, not all of it: {flood}"
    );
    assert!(growth < MOST_GROWTH, "it took {growth} bytes");
    check("overload", &seen);
    venue.stop().await;
}
