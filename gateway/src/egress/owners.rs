//! Who listens to which account: the private feeds, which lose nothing.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use protocol::channels::Private;
use types::AccountId;

use super::ask::Recipient;
use super::private::{self, Goes, Told};
use crate::account_stream::Record;
use crate::admission::Encoding;
use crate::link::Link;
use crate::outbox::Frame;
use crate::read_model::ReadModel;

/// The connections that listen to each account.
#[derive(Debug, Default)]
pub(super) struct Owners(HashMap<AccountId, Vec<Owner>>);

#[derive(Debug)]
struct Owner {
    link: Arc<Link>,
    channels: Vec<Private>,
}

impl Owners {
    /// Adds a channel of an account to what a connection hears.
    pub(super) fn add(&mut self, account: AccountId, link: &Arc<Link>, channel: Private) {
        let owners = self.0.entry(account).or_default();
        match owners.iter_mut().find(|owner| owner.link.no == link.no) {
            Some(owner) if owner.channels.contains(&channel) => {}
            Some(owner) => owner.channels.push(channel),
            None => owners.push(Owner { link: Arc::clone(link), channels: vec![channel] }),
        }
    }

    /// Sends no more of a channel; `false` when the connection did not hear it.
    pub(super) fn remove(&mut self, account: AccountId, no: u64, channel: Private) -> bool {
        let owners = self.0.get_mut(&account).into_iter().flatten();
        let Some(owner) = owners.into_iter().find(|owner| owner.link.no == no) else {
            return false;
        };
        let before = owner.channels.len();
        owner.channels.retain(|heard| *heard != channel);
        owner.channels.len() < before
    }

    /// Sends what happened to accounts to those who listen, in order.
    pub(super) fn send(&self, model: &ReadModel, records: &[(AccountId, Record)]) {
        for (account, record) in records {
            let channel = private::channel_of(&record.fact);
            self.send_to(*account, channel, |encoding| {
                private::frame(model, record, Told::Live, Goes::ToItsChannel, encoding)
            });
            self.send_to(*account, Private::DropCopy, |encoding| {
                private::frame(model, record, Told::Live, Goes::ToTheCopy(*account), encoding)
            });
        }
    }

    /// Sends what is in no log to those who listen to a channel: of one account, or of all but one.
    pub(super) fn tell(&self, to: &Recipient, channel: Private, frame: &Bytes) {
        match to {
            Recipient::One(account) => self.send_to(*account, channel, |_| frame.clone().into()),
            Recipient::Others(but) => {
                let others = self.0.keys().filter(|account| *account != but);
                others.for_each(|account| {
                    self.send_to(*account, channel, |_| frame.clone().into());
                });
            }
        }
    }

    /// Each encoding is written once for all who have it.
    fn send_to(&self, account: AccountId, channel: Private, frame: impl Fn(Encoding) -> Frame) {
        let mut written: [Option<Frame>; 2] = [None, None];
        let owners = self.0.get(&account).into_iter().flatten();
        for owner in owners.filter(|owner| owner.channels.contains(&channel)) {
            let encoding = owner.link.encoding;
            let frame = written[encoding as usize].get_or_insert_with(|| frame(encoding));
            owner.link.outbox.push_private(frame.clone());
        }
    }

    /// Forgets connections that have ended.
    pub(super) fn sweep(&mut self) {
        self.0.retain(|_, owners| {
            owners.retain(|owner| !owner.link.is_gone() && !owner.channels.is_empty());
            !owners.is_empty()
        });
    }
}
