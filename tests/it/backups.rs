//! A venue is backed up while its members trade; what comes back is the venue as it was.

use std::num::NonZeroU64;
use std::path::PathBuf;

use sequencer::{Backup, Checks};
use serde_json::json;

use crate::venue::{SYMBOL, Venue};

/// Backups of one run.
const BACKUPS: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_venue_is_backed_up_and_comes_back() {
    let venue = Venue::open_with(|config| {
        config.replication.every = NonZeroU64::new(30).expect("it is not zero");
    })
    .await;
    let mut member = venue.member(1001).await;
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let load = tokio::spawn(async move {
        let mut sent = 0;
        while stopped.try_recv().is_err() {
            let order = json!({
                "symbol": SYMBOL, "client_order_id": format!("b{sent}"), "side": "buy",
                "type": "limit", "price": "2.300", "qty": "1", "cod": false,
            });
            let answer = member.ask("order.place", order).await;
            assert!(answer["error"].is_null(), "{answer}");
            let named = json!({ "client_order_id": format!("b{sent}") });
            assert!(member.ask("order.cancel", named).await["error"].is_null());
            sent += 1;
        }
        sent
    });
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut backups: Vec<(PathBuf, Backup)> = Vec::new();
    for number in 0..BACKUPS {
        let since = backups.last().map_or(0, |(_, backup)| backup.head.seq);
        let is_due = || {
            let stats = venue.server.handle.stats();
            // The replica, which yields to everybody, has taken a snapshot before the last one.
            since + 40 <= stats.durable && (number + 1 < BACKUPS || 0 < stats.snapshot)
        };
        while !is_due() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let (from, to) = (venue.data_dir().to_owned(), folder.path().join(number.to_string()));
        let made =
            tokio::task::spawn_blocking(move || Ok((to.clone(), sequencer::backup(&from, &to)?)));
        let made: Result<_, sequencer::Error> = made.await.expect("it does not panic");
        backups.push(made.expect("the venue does not stand in the way"));
    }
    stop.send(()).expect("it listens");
    assert!(0 < load.await.expect("every order was taken"));

    let (data_dir, _kept) = venue.stop().await;
    for (from, backup) in &backups {
        // The venue had this digest after this record.
        let digest_at = Some((backup.head.seq, backup.digest));
        let checks = Checks { digest_at, ..Checks::default() };
        sequencer::verify_with(&data_dir, &checks).expect("the backup is of this venue");
        let back = from.with_extension("back");
        let restored = sequencer::restore_backup(from, &back).expect("it is whole");
        assert_eq!(restored, *backup);
        let verified = sequencer::verify(&back).expect("it is whole");
        assert_eq!((verified.head, verified.digest), (backup.head, backup.digest));
    }
    let snapshots = backups.iter().filter(|(_, backup)| 1 < backup.files).count();
    assert!(0 < snapshots, "no backup had a snapshot in it");

    let last = &backups[BACKUPS - 1];
    let again = Venue::open_on(last.0.with_extension("back")).await;
    assert_eq!(again.server.recovery.head, last.1.head);
    assert!(again.server.recovery.snapshot.is_some());
    again.member(1001).await;
    again.stop().await;
}
