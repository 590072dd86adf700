//! Terms of the registry, in the words of a scenario.

use types::MarketTerms;
use types::terms::CoverageStep;

use crate::market;

/// `capacity rulebook` for those of the rulebook, and changes of them: `coverage 30/250,5/1000`,
/// `uncovered 100`, `pledge_opens 20`.
pub(super) fn change(terms: &mut MarketTerms, key: &str, value: &str) -> Option<()> {
    if key == "capacity" {
        terms.delivery.capacity = (value == "rulebook").then(market::capacity);
        return terms.delivery.capacity.is_some().then_some(());
    }
    let capacity = terms.delivery.capacity.as_mut()?;
    if key == "coverage" {
        let step = |text: &str| {
            let (days, permille) = text.split_once('/')?;
            Some(CoverageStep { days: days.parse().ok()?, permille: permille.parse().ok()? })
        };
        capacity.coverage = value.split(',').map(step).collect::<Option<_>>()?;
        return Some(());
    }
    let small = || value.parse::<u8>().ok();
    match key {
        "uncovered" => capacity.uncovered_permille = value.parse().ok()?,
        "pledge_opens" => capacity.pledge_opens_days = small()?,
        "pledge_closes" => capacity.pledge_closes_days = small()?,
        "tender_days" => capacity.tender_days = small()?,
        "alternative_days" => capacity.alternative_days = small()?,
        "acceptance_days" => capacity.acceptance_days = small()?,
        "replace_hours" => capacity.replace_hours = small()?,
        _ => return None,
    }
    Some(())
}
