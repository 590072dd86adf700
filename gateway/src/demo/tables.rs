//! Where the demo's prices and outages come from: the figures built in, each file of which names
//! its source, or a folder with the whole of the data they were taken from.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clients::bots::OutageRecord;

use super::Error;

const SPOT: &str = include_str!("../../prices/spot.csv");
const HUBS: &str = include_str!("../../prices/hubs.csv");
const OUTAGES: &str = include_str!("../../prices/outages.csv");

/// Servers and hours of the record of outages, as its source states them.
const RECORD_SERVERS: u32 = 400;
const RECORD_HOURS: i64 = 8_352;

/// The columns of the built-in spot prices, after the day.
const GENERATIONS: [&str; 3] = ["H100", "H200", "B200"];

/// What the offers of the whole data call them.
const OFFERS: [&str; 3] = ["H100_80GB_SXM5", "H200_141GB", "B200_180GB"];

/// Prices and outages.
#[derive(Debug)]
pub(super) struct Tables {
    /// Daily spot prices in ticks, by GPU generation.
    spot: BTreeMap<String, Vec<i64>>,
    /// Price outside the US, in thousandths of the price in the US.
    elsewhere_permille: i64,
    /// Which servers failed when.
    pub(super) outages: OutageRecord,
}

impl Tables {
    /// The figures built in.
    pub(super) fn built_in() -> Result<Self, Error> {
        let mut spot = BTreeMap::<String, Vec<i64>>::new();
        for row in Table::new("spot.csv", SPOT).rows::<4>() {
            let row = row?;
            for (column, generation) in (1..).zip(GENERATIONS) {
                spot.entry(generation.to_owned()).or_default().push(row.ticks(column)?);
            }
        }
        let mut hubs = Vec::new();
        for row in Table::new("hubs.csv", HUBS).rows::<3>() {
            let row = row?;
            hubs.push((row.ticks(1)?, row.ticks(2)?));
        }
        let outages = outages(&Table::new("outages.csv", OUTAGES))?;
        Ok(Self { spot, elsewhere_permille: mean_permille(&hubs), outages })
    }

    /// The whole data in `dir`.
    pub(super) fn read(dir: &Path) -> Result<Self, Error> {
        let quotes = dir.join("gpu_prices_intraday_2025/quotes.csv.zst");
        let prices = dir.join("gpu_price_table/gpu_prices.csv");
        let faults = dir.join("gpu_node_faults_infinitehbd/faults.csv");
        Ok(Self {
            spot: spot(&Table::new(&quotes, &unpacked(&quotes)?))?,
            elsewhere_permille: mean_permille(&hubs(&Table::new(&prices, &text(&prices)?))?),
            outages: outages(&Table::new(&faults, &text(&faults)?))?,
        })
    }

    /// Daily spot prices of a product at a hub; `None` for a generation without figures.
    pub(super) fn spot(&self, generation: &str, hub: &str) -> Option<Vec<i64>> {
        let days = self.spot.get(generation)?;
        let permille = if hub == "US" { 1000 } else { self.elsewhere_permille };
        Some(days.iter().map(|price| price * permille / 1000).collect())
    }
}

/// For each day and generation the median of the offers' medians over the day.
fn spot(quotes: &Table) -> Result<BTreeMap<String, Vec<i64>>, Error> {
    let mut medians = BTreeMap::<(&str, String), Vec<i64>>::new();
    for row in quotes.rows::<6>() {
        let row = row?;
        if let Some(offer) = OFFERS.iter().position(|offer| *offer == row.fields[1]) {
            let day = row.fields[0].split('T').next().unwrap_or_default().to_owned();
            medians.entry((GENERATIONS[offer], day)).or_default().push(row.ticks(5)?);
        }
    }
    let mut spot = BTreeMap::<String, Vec<i64>>::new();
    for ((generation, _), mut stamps) in medians {
        spot.entry(generation.to_owned()).or_default().push(median(&mut stamps));
    }
    Ok(spot)
}

/// Asks for an H100 inside and outside the US, for each day that has both.
fn hubs(prices: &Table) -> Result<Vec<(i64, i64)>, Error> {
    let mut days = BTreeMap::<String, [Option<i64>; 2]>::new();
    for row in prices.rows::<7>() {
        let row = row?;
        let hub = ["US", "non-US"].iter().position(|region| *region == row.fields[4]);
        if let Some(hub) = hub.filter(|_| row.fields[3] == "H100-SXM") {
            days.entry(row.fields[0].to_owned()).or_default()[hub] = Some(row.ticks(6)?);
        }
    }
    Ok(days.into_values().filter_map(|[us, elsewhere]| us.zip(elsewhere)).collect())
}

fn outages(faults: &Table) -> Result<OutageRecord, Error> {
    let mut record = OutageRecord::new(RECORD_SERVERS, RECORD_HOURS);
    for row in faults.rows::<3>() {
        let row = row?;
        record.add(row.number(0)?, row.minutes(1)?, row.minutes(2)?);
    }
    Ok(record)
}

fn median(values: &mut [i64]) -> i64 {
    values.sort_unstable();
    let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
    low.midpoint(high)
}

fn mean_permille(pairs: &[(i64, i64)]) -> i64 {
    let ratios: i64 = pairs.iter().map(|(us, elsewhere)| elsewhere * 1000 / us.max(&1)).sum();
    ratios / i64::try_from(pairs.len()).unwrap_or(1).max(1)
}

fn text(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })
}

fn unpacked(path: &Path) -> Result<String, Error> {
    let fail = |source| Error::Read { path: path.to_owned(), source };
    let bytes = zstd::decode_all(fs::File::open(path).map_err(fail)?).map_err(fail)?;
    String::from_utf8(bytes).map_err(|error| fail(std::io::Error::other(error)))
}

/// A file of comma-separated values with a line of names. Only leading columns are read, none of
/// which is ever quoted.
struct Table<'a> {
    path: PathBuf,
    text: &'a str,
}

/// The first columns of a line.
struct Row<'a, const N: usize> {
    path: &'a Path,
    line: usize,
    fields: [&'a str; N],
}

impl<'a> Table<'a> {
    fn new(path: impl AsRef<Path>, text: &'a str) -> Self {
        Self { path: path.as_ref().to_owned(), text }
    }

    fn rows<const N: usize>(&self) -> impl Iterator<Item = Result<Row<'_, N>, Error>> {
        let lines = (1..).zip(self.text.lines()).filter(|(_, line)| !line.starts_with('#'));
        lines.skip(1).map(|(line, text)| {
            let mut fields = [""; N];
            let mut all = text.split(',');
            for field in &mut fields {
                *field = all.next().ok_or_else(|| self.fault(line, "too few columns"))?;
            }
            Ok(Row { path: &self.path, line, fields })
        })
    }

    fn fault(&self, line: usize, fault: &str) -> Error {
        Error::Table { path: self.path.clone(), line, fault: fault.to_owned() }
    }
}

impl<const N: usize> Row<'_, N> {
    fn number<T: std::str::FromStr>(&self, column: usize) -> Result<T, Error> {
        let field = self.fields[column];
        field.parse().map_err(|_| Error::Table {
            path: self.path.to_owned(),
            line: self.line,
            fault: format!("`{field}` is not a number"),
        })
    }

    /// Dollars as ticks, of which a dollar has a thousand.
    fn ticks(&self, column: usize) -> Result<i64, Error> {
        Ok((self.number::<f64>(column)? * 1000.0).round() as i64)
    }

    /// Hours as minutes.
    fn minutes(&self, column: usize) -> Result<i64, Error> {
        Ok((self.number::<f64>(column)? * 60.0).round() as i64)
    }
}

#[cfg(test)]
mod tests;
