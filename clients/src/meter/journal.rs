//! The agent's memory: which minutes of which hours it has seen each machine in, and which hours it has
//! posted. One file, written whole after each change, so that a crash loses at most a minute.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use types::Timestamp;

use super::sample::Sample;
use super::{Fault, text_of, write_whole};

/// Minutes of an hour.
const MINUTES: u32 = 60;

/// What the agent must not forget.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    known: Known,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    /// Hours that are not posted everywhere, by their start in nanoseconds.
    hours: BTreeMap<i64, BTreeMap<String, Minutes>>,
    /// For each contract the start of the last hour that was posted.
    posted: BTreeMap<String, i64>,
}

/// What was seen of a machine in an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minutes {
    /// A bit for each minute that was looked at.
    seen: u64,
    /// GPUs that were well, summed over those minutes.
    gpu_minutes: u32,
}

impl Minutes {
    /// Looks at a minute for the first time; a second time changes nothing.
    fn note(&mut self, minute: u32, gpus: u8) {
        let bit = 1 << minute;
        if self.seen & bit == 0 {
            self.seen |= bit;
            self.gpu_minutes += u32::from(gpus);
        }
    }

    /// GPU-hours to the nearest whole one; a minute that was not looked at has delivered nothing.
    #[must_use]
    pub fn gpu_hours(self) -> u8 {
        u8::try_from((2 * self.gpu_minutes + MINUTES) / (2 * MINUTES)).expect("at most eight")
    }
}

impl Journal {
    /// Reads the file, or begins one.
    ///
    /// # Errors
    /// When it cannot be read, or is another file.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        let known = if path.exists() {
            let wrong = |error| Fault::form(&path.display(), &error);
            serde_json::from_str(&text_of(path)?).map_err(wrong)?
        } else {
            Known::default()
        };
        Ok(Self { path: path.to_owned(), known })
    }

    /// Counts a look at `now`, and writes it down.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn count(&mut self, now: Timestamp, sample: &Sample) -> Result<(), Fault> {
        let hour = now.hour_start();
        let minute = u32::try_from((now.0 - hour.0) / Timestamp::MINUTE).expect("below sixty");
        let hosts = self.known.hours.entry(hour.0).or_default();
        for (host, gpus) in sample {
            hosts.entry(host.clone()).or_default().note(minute, *gpus);
        }
        self.save()
    }

    /// What was seen in hours that are over at `now`, after the last that was posted of a contract.
    pub fn over(
        &self,
        symbol: &str,
        now: Timestamp,
    ) -> impl Iterator<Item = (Timestamp, &BTreeMap<String, Minutes>)> {
        let posted = self.posted(symbol);
        let hours = self.known.hours.iter().map(|(hour, hosts)| (Timestamp(*hour), hosts));
        hours.filter(move |(hour, _)| {
            posted.is_none_or(|posted| posted < *hour) && hour.plus(Timestamp::HOUR) <= now
        })
    }

    /// The last hour of a contract that was posted.
    #[must_use]
    pub fn posted(&self, symbol: &str) -> Option<Timestamp> {
        self.known.posted.get(symbol).copied().map(Timestamp)
    }

    /// Writes down that an hour of a contract is posted.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn post(&mut self, symbol: &str, hour: Timestamp) -> Result<(), Fault> {
        self.known.posted.insert(symbol.to_owned(), hour.0);
        self.save()
    }

    /// Forgets hours before `oldest`: their receipts are final.
    pub fn forget(&mut self, oldest: Timestamp) {
        self.known.hours.retain(|hour, _| oldest.0 <= *hour);
    }

    fn save(&self) -> Result<(), Fault> {
        write_whole(
            &self.path,
            &serde_json::to_string(&self.known).expect("numbers and texts are JSON"),
        )
    }
}
