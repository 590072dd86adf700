//! Short ways to name a contract, and what a slip of the finger may have meant.
//!
//! `H100-US@front` is the nearest month that trades and `H100-US@+3m` three months after it.

use protocol::server::InstrumentData;
use types::{Tenor, YearMonth};

/// The symbol that `text` stands for; what is no alias stands for itself, in capitals.
pub(crate) fn resolve(text: &str, all: &[InstrumentData]) -> Result<String, String> {
    let text = text.to_ascii_uppercase();
    let Some((product, place)) = text.split_once('@') else { return Ok(text) };
    let front = front(product, all).ok_or_else(|| {
        format!("no month of {product} trades; try `ghx curve` for those that do")
    })?;
    let later = match place {
        "FRONT" => 0,
        _ => place
            .strip_prefix('+')
            .and_then(|months| months.strip_suffix('M'))
            .and_then(|months| months.parse::<u8>().ok())
            .ok_or_else(|| {
                format!("after {product}@ comes front, or +3m for three months later")
            })?,
    };
    Ok(format!("{product}-{}", Tenor::Month(front.plus(later.into()))))
}

/// The nearest month that trades.
fn front(product: &str, all: &[InstrumentData]) -> Option<YearMonth> {
    let trading = all.iter().filter(|c| c.product == product && c.phase == "open");
    let months = trading.filter(|c| c.tenor == "month");
    months.filter_map(|c| YearMonth::parse(c.start.get(..7)?)).min()
}

/// The candidate with the fewest slips from `text`, if there are at most three.
pub(crate) fn nearest<'a>(
    text: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let counted = candidates.map(|candidate| (slips(text, candidate), candidate));
    counted.min().filter(|(slips, _)| *slips <= 3).map(|(_, candidate)| candidate)
}

/// Characters to insert, drop or replace to get from one word to the other.
fn slips(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let replaced = corner + usize::from(a != *b);
            corner = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(corner + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests;
