//! What an order may ask for in which phase, and which conditions contradict each other.,
//!

use types::{
    Detail, Lots, NewOrder, OrderType, Phase, Refusal, RejectReason, TimeInForce, Timestamp,
};

use super::market::Market;

/// An iceberg shows at least a hundredth of itself, so that one order is at most a hundred fills.
const MOST_PEAKS: u64 = 100;

/// Most lots that an iceberg shows at a time; a peak is kept in 32 bits.
const LARGEST_PEAK: u64 = u32::MAX as u64;

/// Whether the phase takes such an order.
pub(super) fn check_phase(market: &Market, request: &NewOrder) -> Result<(), Refusal> {
    let phase = market.state.phase;
    let is_at_once = !request.time_in_force.rests()
        || request.qualifiers.minimum.is_some()
        || matches!(request.order_type, OrderType::Market | OrderType::MarketToLimit);
    if phase.takes_orders() && (phase == Phase::Open || !is_at_once) {
        return Ok(());
    }
    Err(RejectReason::NotTrading.with(Detail::Phase(phase)))
}

pub(super) fn check_quantity(market: &Market, quantity: Lots) -> Result<(), Refusal> {
    let most = market.instrument.largest_order;
    if quantity == Lots::ZERO {
        Err(RejectReason::QuantityTooSmall.into())
    } else if most < quantity {
        Err(RejectReason::QuantityTooLarge.with(Detail::Most(most.0)))
    } else {
        Ok(())
    }
}

/// Whether type, time in force and conditions go together.
pub(super) fn check_kind(
    market: &Market,
    request: &NewOrder,
    now: Timestamp,
) -> Result<(), Refusal> {
    let qualifiers = &request.qualifiers;
    let rests = request.time_in_force.rests();
    let is_limit = matches!(request.order_type, OrderType::Limit(_));
    let is_stop = request.order_type.trigger().is_some();
    let is_over = matches!(request.time_in_force, TimeInForce::Gtd(end) if end <= now);
    let contradicts = is_over
        || (qualifiers.reduce_only && market.instrument.is_combination())
        || (qualifiers.post_only.is_some() && (!rests || !is_limit))
        || (qualifiers.peak.is_some() && (!rests || is_stop))
        || (is_stop && request.time_in_force == TimeInForce::Fok)
        || (is_stop && qualifiers.minimum.is_some());
    if contradicts { Err(RejectReason::BadTimeInForce.into()) } else { Ok(()) }
}

pub(super) fn check_peak(request: &NewOrder) -> Result<(), Refusal> {
    let Some(peak) = request.qualifiers.peak else { return Ok(()) };
    let least = request.quantity.0.div_ceil(MOST_PEAKS);
    if peak.0 < least || LARGEST_PEAK < peak.0 || request.quantity <= peak {
        return Err(RejectReason::BadPeak.into());
    }
    Ok(())
}
