//! What a command led to, in the few words of a scenario: what members hear, without the statements
//! that repeat what the file can ask for with `position`, `cash`, `margin` and `book`.

use types::{
    AccountFact, AccountId, AdminReport, ClearingFact, DeliveryRole, Event, FillReport, GpuHours,
    Indicative, InstrumentId, Invoice, Layer, LegReport, MarketFact, ObligationReport, OrderChange,
    OrderReport, OrderState, OrderVerdict, Party, Priority, QuoteVerdict, Quoted, Side, Standing,
    TermsChange, TradeKind, Transfer, TransferKind, Verdict,
};

use super::{capacity, index, operator, performance, quotes};
use crate::transcript::{kill_switch, refused};
use crate::view::View;

/// The lines of one command's events; `view` has heard them already.
pub(super) fn lines(events: &[Event], view: &View) -> Vec<String> {
    let teller = Teller { events, view };
    events.iter().enumerate().flat_map(|(at, event)| teller.lines(at, event)).collect()
}

struct Teller<'a> {
    events: &'a [Event],
    view: &'a View,
}

impl Teller<'_> {
    fn lines(&self, at: usize, event: &Event) -> Vec<String> {
        if let Event::Verdict(Verdict::Quotes { results, .. }) = event {
            return results.iter().map(|quote| self.quoted(quote)).collect();
        }
        self.line(at, event).into_iter().collect()
    }

    fn line(&self, at: usize, event: &Event) -> Option<String> {
        match event {
            Event::MarketOpened(_) => None,
            Event::IndexPublished { product, price } => {
                Some(format!("index of product {} is {price}", product.0))
            }
            Event::TermsChanged { change, from } => Some(operator::changed(change, *from)),
            Event::HoursWaived { hub, from, until } => Some(format!("waived {hub} {from} {until}")),
            Event::IndexPrinted { product, print } => Some(index::printed(*product, print)),
            Event::IndexLapsed { product } => {
                Some(format!("index of product {} lapsed", product.0))
            }
            Event::Market { instrument, fact, .. } => self.market(at, *instrument, fact),
            Event::Account { account, fact, .. } => self.account(*account, fact),
            Event::Verdict(verdict) => self.verdict(verdict),
            Event::SupplyChanged { product, supply } => Some(capacity::supply(*product, *supply)),
            Event::Administered(report) => Some(administered(report)),
        }
    }

    fn market(&self, at: usize, id: InstrumentId, fact: &MarketFact) -> Option<String> {
        let symbol = self.symbol(id);
        match fact {
            MarketFact::Listed(new) => Some(format!("listed {symbol} at {}", new.reference)),
            MarketFact::Phase(phase) => {
                Some(format!("{symbol} is {}", words(&format!("{phase:?}"))))
            }
            MarketFact::Implied { .. } => None,
            MarketFact::Trade { price, lots, kind: TradeKind::Block, .. } => {
                Some(format!("block {lots} @ {price} on {symbol}"))
            }
            MarketFact::Trade { trade_id, price, lots, kind: TradeKind::Implied, .. } => {
                let of = self.only_fill(at, trade_id.0).client_order_id;
                Some(format!("trade {lots} @ {price} of {of} on {symbol}"))
            }
            MarketFact::Trade { trade_id, price, lots, aggressor, kind: TradeKind::Book } => {
                let of = |side| self.fill(at, trade_id.0, side).client_order_id;
                Some(match aggressor {
                    Some(side) => format!("trade {lots} @ {price} with {}", of(side.opposite())),
                    None => {
                        let (buy, sell) = (of(Side::Buy), of(Side::Sell));
                        format!("trade {lots} @ {price} of {buy} and {sell}")
                    }
                })
            }
            MarketFact::Indicative(Indicative { price, lots, surplus }) => {
                let Some(price) = price else { return Some(format!("indicative {symbol} none")) };
                Some(format!("indicative {symbol} {lots} @ {price} surplus {surplus}"))
            }
            MarketFact::Band { lowest, highest } => {
                Some(format!("band {symbol} {lowest} to {highest}"))
            }
            MarketFact::Depth { .. } => None,
            MarketFact::ScanRange { range, from } => {
                Some(format!("scan range {symbol} {range} from {}", from.date()))
            }
            MarketFact::Settled { price, is_final, method, volume, open_interest, .. } => {
                let word = if *is_final { "final" } else { "settled" };
                let method = format!("{method:?}").to_lowercase();
                Some(format!(
                    "{word} {symbol} {price} {method} volume {volume} open {open_interest}"
                ))
            }
        }
    }

    fn account(&self, id: AccountId, fact: &AccountFact) -> Option<String> {
        let name = &self.view.accounts[&id].name;
        match fact {
            AccountFact::Opened { .. } | AccountFact::Fill(_) => None,
            AccountFact::Position(_) | AccountFact::Margin(_) | AccountFact::Statement(_) => None,
            AccountFact::Leg(LegReport { instrument, side, price, lots, .. }) => {
                let (sign, symbol) = (lots.signed(*side), self.symbol(*instrument));
                Some(format!("{name} leg {:+} @ {price} on {symbol}", sign.0))
            }
            AccountFact::Order(report) => order(report),
            AccountFact::Cash(transfer) => cash(name, transfer),
            AccountFact::ByOperator { reason } => Some(format!("{name} by the operator: {reason}")),
            AccountFact::Reinstated => Some(format!("{name} reinstated")),
            AccountFact::Suspended => Some(format!("{name} suspended")),
            AccountFact::Clearing(fact) => Some(format!("{name} {}", self.clearing(fact))),
            AccountFact::KillSwitch { is_thrown } => {
                Some(format!("{name} {}", kill_switch(*is_thrown)))
            }
            AccountFact::Maker { is_appointed, .. } => {
                let is_maker = if *is_appointed { "appointed" } else { "dismissed" };
                Some(format!("{name} {is_maker}"))
            }
            AccountFact::Reporter { is_appointed, .. } => {
                let is_reporter = if *is_appointed { "reports" } else { "no longer reports" };
                Some(format!("{name} {is_reporter}"))
            }
            AccountFact::QuoteGroup { group, is_frozen, until } => {
                let until = until.map(|time| format!(" until {time}")).unwrap_or_default();
                let state = if *is_frozen { "frozen" } else { "free" };
                Some(format!("{name} quotes {group} {state}{until}"))
            }
            AccountFact::Expired { instrument, cascaded, delivered, cashed, .. } => Some(format!(
                "{name} {} expired: {cascaded} cascaded {delivered} delivered {cashed} cashed",
                self.symbol(*instrument)
            )),
            AccountFact::Pledged { nodes, .. } => Some(format!("pledged {}", nodes.len())),
            AccountFact::Obligation(report) => self.obligation(report),
            AccountFact::Capacity(fact) => {
                Some(format!("{name} {}", capacity::told(fact, |id| self.symbol(id))))
            }
            AccountFact::Invoice(bill) => {
                (bill.role == DeliveryRole::Deliver).then(|| invoice(bill))
            }
            AccountFact::Performance(fact) => performance::told(id, fact, self.view),
            AccountFact::Standby(fact) => Some(performance::stands_by(name, fact)),
        }
    }

    fn clearing(&self, fact: &ClearingFact) -> String {
        let layer = |layer: &Layer| words(&format!("{layer:?}"));
        match fact {
            ClearingFact::Called { amount, until } => format!("called for {amount} until {until}"),
            ClearingFact::CallMet => "call met".to_owned(),
            ClearingFact::Moved { instrument, lots } => {
                format!("taken over {lots:+} on {}", self.symbol(*instrument))
            }
            ClearingFact::Covered { by, amount } => format!("covered {amount} by {}", layer(by)),
            ClearingFact::Charged { by, amount } => format!("charged {amount} as {}", layer(by)),
            ClearingFact::GainCut { due, cut } => format!("gain {due} cut by {cut}"),
            ClearingFact::TornUp { instrument, lots, price } => {
                format!("torn up {lots:+} @ {price} on {}", self.symbol(*instrument))
            }
            ClearingFact::Slice { instrument, lots } => {
                format!("slice {lots} on {}", self.symbol(*instrument))
            }
            ClearingFact::Accountable { instrument, lots, level } => {
                format!("accountable {lots:+} on {} level {level}", self.symbol(*instrument))
            }
            ClearingFact::Exempted { lots, .. } => format!("exempted {lots}"),
            ClearingFact::Joined { member } => format!("joined member-{}", member.0),
            ClearingFact::CreditLimited { party, most } => {
                let most = most.map_or("none".to_owned(), |most| most.to_string());
                match party {
                    Party::Account(_) => format!("credit {most}"),
                    Party::Member(member) => format!("credit of member-{} {most}", member.0),
                }
            }
            ClearingFact::Closed { returned } => format!("default closed returned {returned}"),
        }
    }

    fn obligation(&self, report: &ObligationReport) -> Option<String> {
        if report.role == DeliveryRole::Deliver {
            return None;
        }
        let ObligationReport { obligation, lots, price, state, nodes, .. } = report;
        let ends = &self.view.obligations[obligation];
        let name = |end: Option<(AccountId, ObligationReport)>| {
            self.view.accounts[&end.expect("both ends hear of it").0].name.as_str()
        };
        let state = format!("{state:?}").to_lowercase();
        Some(format!(
            "obligation {} {state}: {} to {} {lots} @ {price} on {nodes} nodes",
            obligation.0,
            name(ends.seller),
            name(ends.buyer)
        ))
    }

    fn verdict(&self, verdict: &Verdict) -> Option<String> {
        match verdict {
            Verdict::Done => None,
            Verdict::Listed(id) => Some(format!("combination {}", self.symbol(*id))),
            Verdict::Canceled { count, .. } => Some(format!("canceled {count} orders")),
            Verdict::Refused(refusal) => Some(refused(refusal)),
            Verdict::Order(verdict) => self.order_verdict(verdict),
            Verdict::Administered { done, refused, canceled } => {
                Some(format!("done {done} refused {refused} canceled {canceled}"))
            }
            Verdict::Quotes { .. } => None,
        }
    }

    /// The answer to a new order that rests, and to one that was asked for again. What else becomes
    /// of orders is told by their reports.
    fn order_verdict(&self, verdict: &OrderVerdict) -> Option<String> {
        let name = verdict.client_order_id;
        if verdict.duplicate {
            return Some(format!("duplicate {name}"));
        }
        if let Some(priority) = verdict.priority {
            let priority = match priority {
                Priority::Kept => "kept",
                Priority::Lost => "lost",
            };
            return Some(format!("amended {name} priority {priority}"));
        }
        let is_new = self.events.iter().any(|event| is_new(event, verdict));
        if !is_new || verdict.state != OrderState::Open {
            return None;
        }
        if verdict.filled == types::Lots::ZERO {
            return Some(format!("accepted {name}"));
        }
        Some(format!("accepted {name} rests {}", verdict.leaves))
    }

    /// The one side of an implied trade.
    fn only_fill(&self, at: usize, trade: u64) -> &FillReport {
        let mut fills = self.events[at..].iter().filter_map(|event| match event {
            Event::Account { fact: AccountFact::Fill(fill), .. } => Some(fill),
            _ => None,
        });
        fills.find(|fill| fill.trade_id.0 == trade).expect("somebody has traded")
    }

    /// One side of a trade that is told next.
    fn fill(&self, at: usize, trade: u64, side: Side) -> &FillReport {
        let fills = self.events[at..].iter().filter_map(|event| match event {
            Event::Account { fact: AccountFact::Fill(fill), .. } => Some(fill),
            _ => None,
        });
        let mut of_trade = fills.filter(|fill| fill.trade_id.0 == trade && fill.side == side);
        of_trade.next().expect("a trade has two sides")
    }

    fn quoted(&self, quote: &QuoteVerdict) -> String {
        let (side, symbol) = (quotes::word(quote.side), self.symbol(quote.instrument));
        match &quote.result {
            Ok(Quoted { filled, rests }) => {
                format!("quoted {side} {symbol} filled {filled} rests {rests}")
            }
            Err(refusal) => format!("quoted {side} {symbol} {}", refused(refusal)),
        }
    }

    /// A leg of a quote may name a contract that there is not.
    fn symbol(&self, id: InstrumentId) -> String {
        let contract = self.view.contracts.get(&id);
        contract.map_or(format!("instrument-{}", id.0), |known| known.instrument.symbol.clone())
    }
}

fn administered(report: &AdminReport) -> String {
    let changes: Vec<String> = report
        .entries
        .iter()
        .map(|e| format!("{} to {}", stands(e.before), stands(e.after)))
        .collect();
    let (count, changes) = (report.admins.len(), changes.join(", "));
    format!("{count} of admins because {}: {changes}", report.reason)
}

fn stands(standing: Standing) -> String {
    match standing {
        Standing::None => "-".to_owned(),
        Standing::Phase(phase) => words(&format!("{phase:?}")),
        Standing::SwitchedOff(count) => format!("{count} off"),
        Standing::Credit(most) => most.map_or("no limit".to_owned(), |most| most.to_string()),
        Standing::Member(member) => {
            member.map_or("no member".to_owned(), |member| format!("member-{}", member.0))
        }
        Standing::Lots(lots) => format!("{lots} lots"),
        Standing::Fees(fees) => operator::change(&TermsChange::Fees(fees)),
        Standing::IsMaker(is_maker) => if is_maker { "maker" } else { "no maker" }.to_owned(),
        Standing::IsAppointed(is_so) => {
            if is_so { "appointed" } else { "not appointed" }.to_owned()
        }
        Standing::WaivedHours(hours) => format!("{hours} hours waived"),
        Standing::IsSuspended(is_so) => if is_so { "in default" } else { "good" }.to_owned(),
    }
}

fn is_new(event: &Event, verdict: &OrderVerdict) -> bool {
    let Event::Account { fact: AccountFact::Order(report), .. } = event else {
        return false;
    };
    report.order_id == verdict.order_id && report.change == OrderChange::New
}

fn order(report: &OrderReport) -> Option<String> {
    let (name, leaves) = (report.client_order_id, report.leaves);
    let word = match report.change {
        OrderChange::New | OrderChange::Amended => return None,
        OrderChange::Elected => return Some(format!("elected {name} {leaves} @ {}", report.price)),
        OrderChange::Restated => "restated",
        OrderChange::Canceled => "canceled",
        OrderChange::Expired => "expired",
    };
    let reason = match report.reason {
        Some(types::CancelReason::Requested | types::CancelReason::Expired) | None => String::new(),
        Some(reason) => format!(" because {}", words(&format!("{reason:?}"))),
    };
    let of = if report.change == OrderChange::Restated { "to" } else { "of" };
    Some(format!("{word} {name} {of} {leaves}{reason}"))
}

fn cash(name: &str, transfer: &Transfer) -> Option<String> {
    let Transfer { kind, amount, .. } = transfer;
    let is_asked_for = matches!(kind, TransferKind::Deposit | TransferKind::Withdrawal);
    (!is_asked_for).then(|| format!("{name} {} {amount}", words(&format!("{kind:?}"))))
}

fn invoice(invoice: &Invoice) -> String {
    let Invoice { obligation, due, delivered, short, tolerated, amount, damages, fee, .. } =
        invoice;
    let (covered, waived) =
        (nonzero("covered", invoice.covered), nonzero("waived", invoice.waived));
    format!(
        "invoice {}: due {due} delivered {delivered} short {short} tolerated {tolerated}{covered}{waived} \
         amount {amount} damages {damages} fee {fee}",
        obligation.0
    )
}

/// GPU-hours, where there are any.
pub(super) fn nonzero(what: &str, hours: GpuHours) -> String {
    if hours == GpuHours(0) { String::new() } else { format!(" {what} {hours}") }
}

/// `SelfTrade` as `self trade`.
pub(super) fn words(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}
