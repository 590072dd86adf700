//! `gigahour doctor`: whether a venue can run here as its configuration says, each check in one line with
//! what to do about it.
//!
//! Changes nothing but a file of a megabyte beside the log, which it writes and takes away again.

use std::fmt;
use std::fs::{self, File};
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::Config;

/// Writes that are timed, of which the middle one counts.
const WRITES: usize = 21;
/// A batch of the log takes one; beyond this each order waits for the disk.
const SLOW_WRITE: Duration = Duration::from_millis(10);
/// Every connection is an open file, and one address may have twenty.
const FILES: u64 = 4_096;

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// As it should be.
    Well,
    /// It works, and is worth a thought.
    Odd,
    /// The venue would not start, or not be safe.
    Bad,
}

/// What was found about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub what: &'static str,
    /// How it is.
    pub state: State,
    /// In words, with what to do.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.state {
            State::Well => "ok",
            State::Odd => "odd",
            State::Bad => "BAD",
        };
        write!(f, "{word:<4} {:<8} {}", self.what, self.text)
    }
}

fn finding(what: &'static str, state: State, text: impl Into<String>) -> Finding {
    Finding { what, state, text: text.into() }
}

/// Looks at everything the configuration in `file` needs.
#[must_use]
pub fn examine(file: &Path) -> Vec<Finding> {
    let config = match Config::load(file) {
        Ok(config) => config,
        Err(error) => return vec![finding("config", State::Bad, error.to_string())],
    };
    let mut findings = vec![finding("config", State::Well, file.display().to_string())];
    findings.push(port("trade", config.trade));
    findings.push(port("http", config.http));
    let folder = nearest(&config.data_dir);
    findings.push(space(&folder, config.reserve_bytes));
    findings.push(speed(&folder));
    findings.push(clock(&config.data_dir));
    findings.push(open_files(&fs::read_to_string("/proc/self/limits").unwrap_or_default()));
    let checkpoint = config.checkpoints.iter().map(|signing| &signing.key);
    let tls = config.tls.iter().map(|files| &files.key);
    findings.extend(checkpoint.chain(tls).map(|path| key(path)));
    findings.extend(config.tls.iter().map(|files| readable("tls", &files.certificate)));
    findings.push(log(&config.data_dir));
    findings
}

fn port(what: &'static str, address: SocketAddr) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) => finding(what, State::Well, format!("{address} is free")),
        Err(error) => {
            let text = format!("{address}: {error}; stop what listens there, or choose another");
            finding(what, State::Bad, text)
        }
    }
}

/// The folder, or the nearest above it that is there.
fn nearest(folder: &Path) -> PathBuf {
    let there = folder.ancestors().find(|folder| folder.is_dir());
    there.unwrap_or(Path::new(".")).to_owned()
}

fn space(folder: &Path, reserve: u64) -> Finding {
    let mib = |bytes: u64| bytes >> 20;
    match fs4::available_space(folder) {
        Ok(free) if free < reserve => {
            let text = format!(
                "{} MiB are free, and below {} no order is taken; make room, or lower reserve_mib",
                mib(free),
                mib(reserve)
            );
            finding("space", State::Bad, text)
        }
        Ok(free) => finding("space", State::Well, format!("{} MiB are free", mib(free))),
        Err(error) => finding("space", State::Bad, format!("{}: {error}", folder.display())),
    }
}

/// How long a small write takes until it is on the disk.
fn speed(folder: &Path) -> Finding {
    let path = folder.join(".gigahour-doctor");
    let measured = timed_writes(&path);
    let removed = fs::remove_file(&path);
    match measured.and_then(|took| removed.map(|()| took)) {
        Ok(took) if SLOW_WRITE < took => {
            let text = format!("a write takes {took:.1?} to be durable; take a faster disk");
            finding("disk", State::Odd, text)
        }
        Ok(took) => finding("disk", State::Well, format!("a write is durable in {took:.1?}")),
        Err(error) => finding("disk", State::Bad, format!("{}: {error}", path.display())),
    }
}

fn timed_writes(path: &Path) -> std::io::Result<Duration> {
    let mut file = File::create(path)?;
    let mut took = Vec::with_capacity(WRITES);
    for _ in 0..WRITES {
        let started = Instant::now();
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        took.push(started.elapsed());
    }
    took.sort();
    Ok(took[WRITES / 2])
}

/// Market time goes on from the log, so a clock behind it would stand still.
fn clock(data_dir: &Path) -> Finding {
    let written = fs::read_dir(data_dir).into_iter().flatten().flatten();
    let latest = written.filter_map(|entry| entry.metadata().ok()?.modified().ok()).max();
    match latest.map(|latest| latest.duration_since(SystemTime::now())) {
        Some(Ok(ahead)) if Duration::from_secs(1) < ahead => {
            let text = format!("the log was written {ahead:.0?} from now; set the clock");
            finding("clock", State::Bad, text)
        }
        _ => finding("clock", State::Well, "it is not behind the log"),
    }
}

/// `limits` is what the system says of a process.
fn open_files(limits: &str) -> Finding {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    match line.and_then(|line| line.split_whitespace().next()) {
        Some("unlimited") => finding("files", State::Well, "any number may be open"),
        Some(text) => match text.parse::<u64>() {
            Ok(most) if most < FILES => {
                let text = format!("{most} may be open; raise LimitNOFILE to {FILES} or more");
                finding("files", State::Odd, text)
            }
            _ => finding("files", State::Well, format!("{text} may be open")),
        },
        None => finding("files", State::Odd, "the system does not say how many may be open"),
    }
}

/// A secret that others can read is none.
fn key(path: &Path) -> Finding {
    let shown = path.display();
    match fs::metadata(path) {
        Ok(file) if file.permissions().mode() & 0o077 != 0 => {
            let mode = file.permissions().mode() & 0o777;
            let text = format!("{shown} has mode {mode:o}, so others can read it; chmod 600 it");
            finding("key", State::Bad, text)
        }
        Ok(_) => readable("key", path),
        Err(error) => finding("key", State::Bad, format!("{shown}: {error}")),
    }
}

fn readable(what: &'static str, path: &Path) -> Finding {
    match fs::read(path) {
        Ok(_) => finding(what, State::Well, format!("{} can be read", path.display())),
        Err(error) => finding(what, State::Bad, format!("{}: {error}", path.display())),
    }
}

/// Replays the log, as the start would.
fn log(data_dir: &Path) -> Finding {
    if !data_dir.is_dir() {
        return finding("log", State::Well, format!("{} is new", data_dir.display()));
    }
    match sequencer::verify(data_dir) {
        Ok(verified) => {
            let text = verified.to_string();
            finding("log", State::Well, text.lines().next().unwrap_or_default())
        }
        Err(fault) => finding("log", State::Bad, fault.to_string()),
    }
}

#[cfg(test)]
mod tests;
