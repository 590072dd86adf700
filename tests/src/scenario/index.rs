//! The reference index as a reporter writes what it has seen, and as it is printed.

use types::{
    AccountId, Command, Date, IndexPrint, Micros, Observation, ObservationKind, ProductId,
};

use super::delivery;
use super::names::Names;
use super::words::{Problem, Words};

/// `observes H100-US 2027-01-04 1=1735000x8 2-9=1740000x1 10=1800000x8-lease nonce 5`: numbers of
/// observations, millionths of a dollar, GPUs.
pub(super) fn observe(
    account: AccountId,
    words: &mut Words<'_>,
    names: &mut Names,
) -> Result<Command, Problem> {
    let product = names.product(words)?;
    let date = words.next("a date")?;
    let date = Date::parse(date).ok_or_else(|| format!("`{date}` is no date"))?;
    let mut observations = Vec::new();
    while let Some((range, seen)) = words.peek().and_then(|word| word.split_once('=')) {
        words.next("an observation")?;
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let number = |text: &str| text.parse::<u64>().map_err(|_| format!("`{text}` is no number"));
        let wrong = || format!("`{seen}` is not of the form 1735000x8");
        let (price, gpus) = seen.split_once('x').ok_or_else(wrong)?;
        let (gpus, kind) = match gpus.strip_suffix("-lease") {
            Some(gpus) => (gpus, ObservationKind::Lease),
            None => (gpus, ObservationKind::Offer),
        };
        let price = Micros(price.parse().map_err(|_| wrong())?);
        let gpus = gpus.parse().map_err(|_| wrong())?;
        for reference in number(first)?..=number(last)? {
            observations.push(Observation { reference, price, gpus, kind });
        }
    }
    let proof = delivery::proof(words, names)?;
    Ok(Command::ObserveIndex { account, product, date, observations, proof })
}

/// The observations of a command, as [`observe`] reads them.
pub(super) fn written(observations: &[Observation]) -> String {
    let one = |seen: &Observation| {
        let kind = match seen.kind {
            ObservationKind::Offer => "",
            ObservationKind::Lease => "-lease",
        };
        format!("{}={}x{}{kind}", seen.reference, seen.price.0, seen.gpus)
    };
    observations.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// What was printed, in a line.
pub(super) fn printed(product: ProductId, print: &IndexPrint) -> String {
    let IndexPrint { date, revision, used, left_out, days, value, .. } = print;
    let value = value.map_or("nothing".to_owned(), |value| value.to_string());
    let again = if *revision == 0 { String::new() } else { format!(" revision {revision}") };
    format!(
        "printed {date}{again} of product {}: {value} from {used} without {left_out} in {days} days",
        product.0
    )
}
