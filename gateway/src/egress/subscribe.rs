//! Which channels there are, and what a client that asks for some of them gets.

use std::sync::Arc;
use std::time::Instant;

use protocol::channels::{BadChannel, Channel, Private, Public};
use protocol::errors::{Code, WireError};
use protocol::server::{ChannelError, DoneResult, SubscribeResult};
use types::{AccountId, MemberId};

use super::private::{self, Goes, Told};
use super::{Asked, Audience, Lever, Publisher, Since, replies};
use crate::account_stream::{AccountStream, Record, TooOld};
use crate::admission::Encoding;
use crate::feed::Subject;
use crate::firm_stream::Copied;
use crate::link::Link;
use crate::read_model::ReadModel;

/// A channel that can be heard.
#[derive(Clone, Copy)]
enum Target {
    Public(Subject),
    Private(AccountId, Private),
    /// The copy of a firm, and the account for which it is heard.
    Firm(MemberId, AccountId),
}

impl Publisher {
    /// The reply first, then the state of each channel, then what happens.
    pub(super) fn subscribe(
        &mut self,
        asked: Asked,
        audience: Audience,
        channels: Vec<String>,
        from: Since,
    ) {
        let mut result = SubscribeResult::default();
        let mut targets = Vec::new();
        for channel in channels {
            let found = target(&self.model, audience, &channel);
            match found.and_then(|target| self.check_resume(target, from)) {
                Ok(target) => {
                    if let (Target::Public(subject), Encoding::Binary) =
                        (target, asked.link.encoding)
                    {
                        let no = self.feeds.number(subject, &channel);
                        result.channel_nos.insert(channel.clone(), no);
                    }
                    targets.push((target, channel.clone()));
                    result.ok.push(channel);
                }
                Err(error) => result.err.push(channel_error(channel, &error)),
            }
        }
        let link = Arc::clone(&asked.link);
        replies::send_result(asked, &result);
        self.start_private(&link, &targets, from.acct_seq);
        for (target, channel) in targets {
            match target {
                Target::Public(subject) => {
                    self.feeds.subscribe(&self.model, subject, &channel, &link);
                }
                Target::Firm(firm, account) => {
                    self.owners.add_reader(firm, account, &link);
                    self.replay_firm(&link, firm, from.firm_seq);
                }
                Target::Private(..) => {}
            }
        }
    }

    /// For readers that cannot be answered: what is no public channel is passed over.
    pub(super) fn watch(&mut self, link: &Arc<Link>, channels: Vec<String>) {
        for channel in channels {
            if let Ok(Target::Public(subject)) = target(&self.model, Audience::Anyone, &channel) {
                self.feeds.subscribe(&self.model, subject, &channel, link);
            }
        }
    }

    pub(super) fn unsubscribe(&mut self, asked: Asked, audience: Audience, channels: Vec<String>) {
        let mut result = SubscribeResult::default();
        for channel in channels {
            let no = asked.link.no;
            let removed = target(&self.model, audience, &channel).and_then(|target| {
                let was_heard = match target {
                    Target::Public(subject) => self.feeds.unsubscribe(subject, no),
                    Target::Private(account, private) => self.owners.remove(account, no, private),
                    Target::Firm(firm, _) => self.owners.remove_reader(firm, no),
                };
                was_heard.then_some(()).ok_or_else(not_subscribed)
            });
            match removed {
                Ok(()) => result.ok.push(channel),
                Err(error) => result.err.push(channel_error(channel, &error)),
            }
        }
        replies::send_result(asked, &result);
    }

    pub(super) fn resync(&mut self, asked: Asked, channel: &str) {
        let audience = match asked.account {
            Some(_) => Audience::Member,
            None => Audience::Anyone,
        };
        let subject = match target(&self.model, audience, channel) {
            Ok(Target::Public(subject)) => subject,
            Ok(Target::Private(..) | Target::Firm(..)) => {
                return replies::send_error(&self.metrics, asked, not_subscribed());
            }
            Err(error) if error.known() == Some(Code::AuthRequired) => {
                return replies::send_error(&self.metrics, asked, not_subscribed());
            }
            Err(error) => return replies::send_error(&self.metrics, asked, error),
        };
        if !self.feeds.is_heard(subject, asked.link.no) {
            return replies::send_error(&self.metrics, asked, not_subscribed());
        }
        let link = Arc::clone(&asked.link);
        replies::send_result(asked, &DoneResult::default());
        self.feeds.resync(&self.model, subject, &link);
    }

    /// A lever of a sandbox, which only works on what its puller hears.
    pub(super) fn pull(&mut self, asked: Asked, lever: &Lever) {
        let no = asked.link.no;
        let was_heard = match lever {
            Lever::Gap { channel, count } => self.feeds.leave_out(channel, no, *count),
            Lever::Epoch => true,
        };
        if !was_heard {
            return replies::send_error(&self.metrics, asked, not_subscribed());
        }
        replies::send_result(asked, &DoneResult::default());
        if *lever == Lever::Epoch {
            self.feeds.begin_epoch(&self.model, no, Instant::now());
        }
    }

    fn check_resume(&self, target: Target, from: Since) -> Result<Target, WireError> {
        if let (Target::Private(account, channel), Some(first)) = (target, from.acct_seq)
            && !matches!(channel, Private::Block | Private::Rfq)
            && let Some(stream) = self.model.stream(account)
            && let Err(TooOld { min_acct_seq }) = stream.since(first).map(drop)
        {
            return Err(WireError::new(Code::ResumeTooOld).with("min_acct_seq", min_acct_seq));
        }
        if let (Target::Firm(firm, _), Some(first)) = (target, from.firm_seq)
            && let Err(old) = self.model.firms.since(firm, first, &self.model.accounts)
        {
            let error = WireError::new(Code::ResumeTooOld);
            return Err(error.with("min_firm_seq", old.min_firm_seq));
        }
        Ok(target)
    }

    /// Events from the number asked for, of all private channels in their one order; without one
    /// the state of each.
    fn start_private(
        &mut self,
        link: &Arc<Link>,
        targets: &[(Target, String)],
        from_acct_seq: Option<u64>,
    ) {
        let mut wanted = Vec::new();
        let mut owner = None;
        for (target, _) in targets {
            if let Target::Private(account, channel) = *target {
                self.owners.add(account, link, channel);
                wanted.push(channel);
                owner = Some(account);
            }
        }
        let Some(account) = owner else { return };
        for channel in &wanted {
            if let Some(state) = self.desk.state(account, *channel) {
                link.outbox.push_private(private::unnumbered(*channel, "snapshot", state));
            }
        }
        match (from_acct_seq, self.model.stream(account)) {
            (Some(first), Some(stream)) => {
                let records = stream.since(first).into_iter().flatten();
                let goes = if wanted.contains(&Private::DropCopy) {
                    Goes::Copy(account)
                } else {
                    Goes::Channel
                };
                let is_wanted = |r: &&Record| {
                    goes != Goes::Channel || wanted.contains(&private::channel_of(&r.fact))
                };
                let records = records.filter(is_wanted);
                let encoding = link.encoding;
                let told =
                    records.map(|r| private::frame(&self.model, r, Told::Again, goes, encoding));
                link.outbox.push_replay(told);
            }
            (Some(_), None) => {}
            (None, stream) => {
                let no_events = AccountStream::default();
                let stream = stream.unwrap_or(&no_events);
                let markets = &self.model.markets;
                for state in
                    wanted.into_iter().filter_map(|c| private::snapshot(markets, stream, c))
                {
                    link.outbox.push_private(state);
                }
            }
        }
    }
}

impl Publisher {
    /// Events of a firm from the number asked for.
    fn replay_firm(&self, link: &Arc<Link>, firm: MemberId, from: Option<u64>) {
        let Some(first) = from else { return };
        let copied = self.model.firms.since(firm, first, &self.model.accounts);
        let copied = copied.expect("it was looked at before the channel was given");
        let told = copied.into_iter().map(|Copied { firm_seq, account, record }| {
            let goes = Goes::Firm(account, firm_seq);
            private::frame(&self.model, record, Told::Again, goes, link.encoding)
        });
        link.outbox.push_replay(told);
    }
}

/// Whose private channel it is, for those who may hear it.
fn owner(audience: Audience, channel: Private) -> Result<AccountId, WireError> {
    match (audience, channel) {
        (Audience::Copy(account) | Audience::Firm(account), Private::DropCopy)
        | (Audience::Firm(account), Private::FirmCopy) => Ok(account),
        (Audience::Copy(_), Private::FirmCopy) => {
            let text = "The copy of the firm takes a key with scope `firm`.";
            Err(WireError::saying(Code::ScopeDenied, text).with("scope", "firm"))
        }
        (Audience::Copy(_) | Audience::Firm(_), _) => {
            let text = "The drop copy is all there is on /v1/drop.";
            Err(WireError::saying(Code::ScopeDenied, text))
        }
        (Audience::Owner(_), Private::DropCopy | Private::FirmCopy) => {
            Err(WireError::saying(Code::ScopeDenied, "The drop copy is on /v1/drop."))
        }
        (Audience::Owner(account), _) => Ok(account),
        (Audience::Anyone | Audience::Member, _) => {
            let text = "Private channels are on /v1/trade, after the login.";
            Err(WireError::saying(Code::AuthRequired, text))
        }
    }
}

/// What a name stands for.
fn target(model: &ReadModel, audience: Audience, channel: &str) -> Result<Target, WireError> {
    let markets = &model.markets;
    let unknown = || WireError::new(Code::UnknownChannel);
    let contract = |symbol: &str| markets.find(symbol).ok_or_else(unknown);
    let product = |symbol: &str| markets.product_named(symbol).ok_or_else(unknown);
    let public = match Channel::parse(channel).map_err(bad_channel)? {
        Channel::Private(Private::FirmCopy) => {
            let account = owner(audience, Private::FirmCopy)?;
            let text = "The account belongs to no firm.";
            let none = || WireError::saying(Code::ScopeDenied, text);
            return Ok(Target::Firm(model.firm(account).ok_or_else(none)?, account));
        }
        Channel::Private(private) => {
            return Ok(Target::Private(owner(audience, private)?, private));
        }
        Channel::Public(_) if matches!(audience, Audience::Copy(_) | Audience::Firm(_)) => {
            let text = "The drop copy is all there is on /v1/drop.";
            return Err(WireError::saying(Code::ScopeDenied, text));
        }
        Channel::Public(Public::OrderByOrder(_)) if audience == Audience::Anyone => {
            let text = "Books order by order are for members: log in first.";
            return Err(WireError::saying(Code::AuthRequired, text));
        }
        Channel::Public(public) => public,
    };
    let subject = match public {
        Public::Instruments => Subject::Instruments,
        Public::System => Subject::System,
        Public::Checkpoint => Subject::Checkpoint,
        Public::Status(symbol) => Subject::Status(contract(&symbol)?),
        Public::Book(symbol) => Subject::Book(contract(&symbol)?),
        Public::TopOfBook { symbol, depth, interval_ms } => {
            Subject::Top { instrument: contract(&symbol)?, depth, interval_ms }
        }
        Public::OrderByOrder(symbol) => Subject::Queue(contract(&symbol)?),
        Public::Candles { symbol, span } => Subject::Candles(contract(&symbol)?, span),
        Public::Mark(symbol) => Subject::Mark(contract(&symbol)?),
        Public::Bbo(symbol) => Subject::BestQuotes(contract(&symbol)?),
        Public::Trades(symbol) => Subject::Trades(contract(&symbol)?),
        Public::Ticker(symbol) => Subject::Ticker(contract(&symbol)?),
        Public::Settlement(None) => Subject::Settlement(None),
        Public::Settlement(Some(symbol)) => Subject::Settlement(Some(contract(&symbol)?)),
        Public::Curve(symbol) => Subject::Curve(product(&symbol)?),
        Public::Index(symbol) => Subject::Index(product(&symbol)?),
        Public::Supply(symbol) => Subject::Supply(product(&symbol)?),
        Public::Delivery(symbol) => Subject::Delivery(contract(&symbol)?),
    };
    Ok(Target::Public(subject))
}

fn bad_channel(bad: BadChannel) -> WireError {
    let error = WireError::new(bad.code);
    match bad.allowed {
        Some(allowed) => error.with("allowed", allowed),
        None => error,
    }
}

fn not_subscribed() -> WireError {
    WireError::new(Code::NotSubscribed)
}

fn channel_error(channel: String, error: &WireError) -> ChannelError {
    ChannelError {
        channel,
        code: error.code,
        message: error.message.clone(),
        allowed: error.data.get("allowed").cloned(),
        min_acct_seq: error.data.get("min_acct_seq").and_then(serde_json::Value::as_u64),
        min_firm_seq: error.data.get("min_firm_seq").and_then(serde_json::Value::as_u64),
    }
}
