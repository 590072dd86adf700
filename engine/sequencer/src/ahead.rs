//! Reading a log ahead of what is done with its records: one thread reads, checks, decodes and links,
//! another one applies. So a start takes as long as the slower of both, not as both.

use std::thread;

use crossbeam::channel::{Receiver, Sender, bounded};

use crate::Error;
use crate::chain::Chain;
use crate::log::{Head, Logged};

/// Records that are handed over at once, and how many such parts may wait. A part fits into the cache
/// that both threads share.
const PART: usize = 256;
const PARTS: usize = 4;

/// A record and the end of the log with it.
type Linked = (Logged, Head);

/// Does something with each record behind `head`, in order, while the next ones are read.
///
/// # Errors
/// The first of a record that cannot be read, or of `each`.
pub(crate) fn read_ahead(
    head: Head,
    records: impl Iterator<Item = Result<Logged, Error>> + Send,
    mut each: impl FnMut(&Logged, Head) -> Result<(), Error>,
) -> Result<(), Error> {
    thread::scope(|scope| {
        let (filled, parts) = bounded(PARTS);
        scope.spawn(move || read(head, records, &filled));
        take(&parts, &mut each)
    })
}

/// Reads until the end, the first error, or until nobody takes what is read.
fn read(
    head: Head,
    records: impl Iterator<Item = Result<Logged, Error>>,
    filled: &Sender<Result<Vec<Linked>, Error>>,
) {
    let mut chain = Chain::behind(head);
    let mut part = Vec::with_capacity(PART);
    for record in records {
        match record {
            Ok(logged) => {
                chain.add(&logged);
                part.push((logged, chain.head()));
            }
            Err(error) => {
                if filled.send(Ok(part)).is_ok() {
                    // Whoever takes no more has an error of its own.
                    filled.send(Err(error)).ok();
                }
                return;
            }
        }
        if part.len() == PART {
            let full = std::mem::replace(&mut part, Vec::with_capacity(PART));
            if filled.send(Ok(full)).is_err() {
                return;
            }
        }
    }
    filled.send(Ok(part)).ok();
}

fn take(
    parts: &Receiver<Result<Vec<Linked>, Error>>,
    each: &mut impl FnMut(&Logged, Head) -> Result<(), Error>,
) -> Result<(), Error> {
    for part in parts {
        for (logged, head) in part? {
            each(&logged, head)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
