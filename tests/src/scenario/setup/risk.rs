//! What margin depends on beside the scenarios, in the words of a scenario.

use types::MarketTerms;
use types::terms::{ConcentrationTerms, InterestTerms, RiskTerms, ScanTerms};

/// `concentration 500/20/400`, `interest 100/300`, `scan_floor 100/2000`, of every product.
pub(super) fn change(terms: &mut MarketTerms, key: &str, value: &str) -> Option<()> {
    let parts: Option<Vec<u32>> = value.split('/').map(|part| part.parse().ok()).collect();
    let change: Box<dyn Fn(&mut RiskTerms)> = match (key, &parts?[..]) {
        ("concentration", [permille, days, least]) => {
            let (permille, least_volume_lots) = (*permille, u64::from(*least));
            let days = u8::try_from(*days).ok()?;
            let terms = ConcentrationTerms { permille, days, least_volume_lots };
            Box::new(move |risk| risk.concentration = Some(terms))
        }
        ("interest", [from, to]) => {
            let terms = InterestTerms { from_lots: u64::from(*from), to_lots: u64::from(*to) };
            Box::new(move |risk| risk.interest = Some(terms))
        }
        ("scan_floor", [permille, most]) => {
            let terms = ScanTerms { floor_permille: *permille, most_ticks: i64::from(*most) };
            Box::new(move |risk| risk.scan = Some(terms))
        }
        _ => return None,
    };
    terms.product.iter_mut().for_each(|product| change(&mut product.risk));
    Some(())
}
