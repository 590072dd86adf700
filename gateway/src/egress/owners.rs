//! Who listens to which account, and to which firm: the private feeds, which lose nothing.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use protocol::channels::Private;
use types::{AccountId, MemberId};

use super::ask::Recipient;
use super::private::{self, Goes, Told};
use crate::account_stream::Record;
use crate::admission::Encoding;
use crate::link::Link;
use crate::outbox::Frame;
use crate::read_model::{Effects, FirmCopy, ReadModel};

/// The connections that listen to each account.
#[derive(Debug, Default)]
pub(super) struct Owners {
    accounts: HashMap<AccountId, Vec<Owner>>,
    /// Those that listen to each firm.
    firms: HashMap<MemberId, Vec<Reader>>,
}

/// Who hears what happens to all accounts of a firm.
#[derive(Debug)]
struct Reader {
    link: Arc<Link>,
    /// The account for which it listens.
    account: AccountId,
}

#[derive(Debug)]
struct Owner {
    link: Arc<Link>,
    channels: Vec<Private>,
}

impl Owners {
    /// Adds a channel of an account to what a connection hears.
    pub(super) fn add(&mut self, account: AccountId, link: &Arc<Link>, channel: Private) {
        let owners = self.accounts.entry(account).or_default();
        match owners.iter_mut().find(|owner| owner.link.no == link.no) {
            Some(owner) if owner.channels.contains(&channel) => {}
            Some(owner) => owner.channels.push(channel),
            None => owners.push(Owner { link: Arc::clone(link), channels: vec![channel] }),
        }
    }

    /// Sends no more of a channel; `false` when the connection did not hear it.
    pub(super) fn remove(&mut self, account: AccountId, no: u64, channel: Private) -> bool {
        let owners = self.accounts.get_mut(&account).into_iter().flatten();
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
                private::frame(model, record, Told::Live, Goes::Channel, encoding)
            });
            self.send_to(*account, Private::DropCopy, |encoding| {
                private::frame(model, record, Told::Live, Goes::Copy(*account), encoding)
            });
        }
    }

    /// A connection hears the copy of a firm, as long as its account belongs to it.
    pub(super) fn add_reader(&mut self, firm: MemberId, account: AccountId, link: &Arc<Link>) {
        let readers = self.firms.entry(firm).or_default();
        if readers.iter().all(|reader| reader.link.no != link.no) {
            readers.push(Reader { link: Arc::clone(link), account });
        }
    }

    /// Sends no more of the copy of a firm; `false` when the connection did not hear it.
    pub(super) fn remove_reader(&mut self, firm: MemberId, no: u64) -> bool {
        let Some(readers) = self.firms.get_mut(&firm) else { return false };
        let before = readers.len();
        readers.retain(|reader| reader.link.no != no);
        readers.len() < before
    }

    /// Sends what happened to accounts of firms to those who listen to the firm and belong to it.
    pub(super) fn send_to_firms(&self, model: &ReadModel, effects: &Effects) {
        for FirmCopy { firm, firm_seq, at } in &effects.copies {
            let readers = self.firms.get(firm).into_iter().flatten();
            let mut readers = readers.filter(|r| model.firm(r.account) == Some(*firm)).peekable();
            if readers.peek().is_none() {
                continue;
            }
            let (account, record) = &effects.records[*at];
            let goes = Goes::Firm(*account, *firm_seq);
            let frame = private::frame(model, record, Told::Live, goes, Encoding::Json);
            readers.for_each(|reader| reader.link.outbox.push_private(frame.clone()));
        }
    }

    /// Sends what is in no log to those who listen to a channel: of one account, or of all but one.
    pub(super) fn tell(&self, to: &Recipient, channel: Private, frame: &Bytes) {
        match to {
            Recipient::One(account) => self.send_to(*account, channel, |_| frame.clone().into()),
            Recipient::Others(but) => {
                let others = self.accounts.keys().filter(|account| *account != but);
                others.for_each(|account| {
                    self.send_to(*account, channel, |_| frame.clone().into());
                });
            }
        }
    }

    /// Each encoding is written once for all who have it.
    fn send_to(&self, account: AccountId, channel: Private, frame: impl Fn(Encoding) -> Frame) {
        let mut written: [Option<Frame>; 2] = [None, None];
        let owners = self.accounts.get(&account).into_iter().flatten();
        for owner in owners.filter(|owner| owner.channels.contains(&channel)) {
            let encoding = owner.link.encoding;
            let frame = written[encoding as usize].get_or_insert_with(|| frame(encoding));
            owner.link.outbox.push_private(frame.clone());
        }
    }

    /// Forgets connections that have ended.
    pub(super) fn sweep(&mut self) {
        self.accounts.retain(|_, owners| {
            owners.retain(|owner| !owner.link.is_gone() && !owner.channels.is_empty());
            !owners.is_empty()
        });
        self.firms.retain(|_, readers| {
            readers.retain(|reader| !reader.link.is_gone());
            !readers.is_empty()
        });
    }
}
