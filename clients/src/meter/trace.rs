//! A trace of hours that were delivered, as a table: `hour,host,gpu_hours`, the hour as it began in UTC
//! (`2027-03-01T00:00:00Z`) and 0 to 8 GPU-hours. Lines of one hour and machine replace each other, the
//! last counts.

use std::collections::BTreeMap;
use std::path::Path;

use types::Timestamp;

use super::{Fault, text_of};

/// Hours, and what each machine delivered in them.
pub type Hours = BTreeMap<Timestamp, BTreeMap<String, u8>>;

/// Reads the file.
///
/// # Errors
/// When it is not there, or a line is not of its form.
pub fn load(path: &Path) -> Result<Hours, Fault> {
    read(&text_of(path)?).map_err(|why| Fault::form(&path.display(), &why))
}

pub(super) fn read(text: &str) -> Result<Hours, String> {
    let mut lines = text.lines().enumerate();
    if lines.next().is_none_or(|(_, head)| head.trim() != "hour,host,gpu_hours") {
        return Err("the first line is `hour,host,gpu_hours`".to_owned());
    }
    let mut hours = Hours::new();
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let row = || {
            let mut cells = line.split(',').map(str::trim);
            let hour: jiff::Timestamp = cells.next()?.parse().ok()?;
            let (host, gpu_hours) = (cells.next()?.to_owned(), cells.next()?.parse::<u8>().ok()?);
            let hour = Timestamp(i64::try_from(hour.as_nanosecond()).ok()?);
            let is_whole = hour.hour_start() == hour && gpu_hours <= 8 && cells.next().is_none();
            is_whole.then_some((hour, host, gpu_hours))
        };
        let (hour, host, gpu_hours) = row().ok_or_else(|| {
            format!("line {}: not of the form 2027-03-01T00:00:00Z,gpu-01,8", number + 1)
        })?;
        hours.entry(hour).or_default().insert(host, gpu_hours);
    }
    Ok(hours)
}
