//! Commands about the performance of deliveries, each to the part that knows its rules.

use types::{Command, Event, Refusal};

use super::{Done, Exchange};

impl Exchange {
    /// Carries out a command about a delivery on its way.
    pub(super) fn perform(
        &mut self,
        command: &Command,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        match command {
            Command::CountersignHour { account, obligation, hour, proof } => {
                self.countersign(*account, *obligation, *hour, proof, out)
            }
            Command::DisputeHour(claim) => self.dispute(claim, out),
            Command::AppointProbe { account, is_appointed } => {
                self.appoint_probe(*account, *is_appointed, out)
            }
            Command::ProbeHour(claim) => self.probe_hour(claim, out),
            Command::WaiveHours { hub, from, until } => self.waive_hours(hub, *from, *until, out),
            Command::OfferStandby(offer) => self.offer_standby(offer, out),
            Command::BidStandby(bid) => self.bid_standby(bid, out),
            Command::PostBond { account, amount, proof } => {
                self.post_bond(*account, *amount, proof, out)
            }
            Command::ReleaseBond { account, amount, proof } => {
                self.release_bond(*account, *amount, proof, out)
            }
            Command::TransferObligation { account, obligation, to, price, proof } => {
                self.offer_rest(*account, *obligation, *to, *price, proof, out)
            }
            Command::AcceptObligation { account, obligation, proof } => {
                self.accept_rest(*account, *obligation, proof, out)
            }
            _ => unreachable!("the other commands are carried out where they come in"),
        }
    }
}
