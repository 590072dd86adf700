//! Orders in binary frames: the same requests as in JSON, with the same checks and costs. An error is
//! answered in JSON, with the number of the request as its id.

use std::time::Instant;

use protocol::binary::{Cancel, Message, Place};
use protocol::client::RequestId;
use protocol::errors::{Code, WireError};
use sequencer::{Lane, Request};
use types::Command;

use super::conversation::Conversation;
use super::dispatch::Call;
use crate::admission::Encoding;
use crate::config::Scope;
use crate::egress::Requested;
use crate::ingress;
use crate::metrics::Metrics;
use crate::throttle::Bucket;
use crate::venue::wall_ns;

/// Numbers are exact in JSON below this.
const EXACT: u64 = 1 << 53;

impl Conversation {
    /// Takes the messages of one frame.
    pub(super) fn hear_binary(&mut self, frame: &[u8]) {
        let (in_ns, started) = (wall_ns(), Instant::now());
        let mut rest = frame;
        while !rest.is_empty() {
            Metrics::add(&self.venue.metrics.requests, 1);
            let request_id = match Message::decode(rest) {
                Ok((_, message, after)) => {
                    rest = after;
                    match message {
                        Some(Message::Place(place)) => Ok((place.request_id, Order::Place(place))),
                        Some(Message::Cancel(end)) => Ok((end.request_id, Order::Cancel(end))),
                        Some(_) => Err("That is what the exchange says.".to_owned()),
                        None => Err("There is no such template.".to_owned()),
                    }
                }
                Err(malformed) => {
                    rest = &[];
                    Err(format!("No message: {malformed}."))
                }
            };
            match request_id {
                Ok((id, order)) if id < EXACT => {
                    let (id, encoding) = (RequestId::Number(id), Encoding::Binary);
                    let mut call = Call { id, in_ns, started, toll: None, encoding };
                    if let Err(error) = self.order(&mut call, &order) {
                        self.refuse(&call, error);
                    }
                }
                Ok(_) => self.malformed("`request_id` is below 2^53."),
                Err(why) => self.malformed(&why),
            }
        }
    }

    fn malformed(&mut self, why: &str) {
        self.push_failure(None, &WireError::saying(Code::InvalidRequest, why));
        if self.malformed.count(Instant::now()) {
            self.link.outbox.close(4003, "protocol abuse");
        }
    }

    fn order(&mut self, call: &mut Call, order: &Order) -> Result<(), WireError> {
        if self.venue.is_closing() {
            return Err(WireError::new(Code::ShuttingDown));
        }
        match order {
            Order::Place(place) => {
                let sender = self.sender()?;
                self.pay(call, Bucket::Orders, 1)?;
                self.refuse_new_risk()?;
                let order = ingress::binary_order(sender, place)?;
                let requested = Requested::Place(order.session, order.side);
                let request = Request::Command(Command::PlaceOrder(order));
                self.submit(call, requested, Lane::Orders, request)
            }
            Order::Cancel(cancel) => {
                let account = self.sender_for(Scope::Quote)?.account;
                self.pay(call, Bucket::Cancels, 1)?;
                let order = ingress::binary_order_ref(cancel)?;
                let request = Request::Command(Command::CancelOrder { account, order });
                self.submit(call, Requested::Cancel, self.cancel_lane(), request)
            }
        }
    }
}

/// What a client may say in binary.
enum Order {
    Place(Place),
    Cancel(Cancel),
}
