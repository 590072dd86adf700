//! What a replay says to one client: it hears and it is heard, but nothing can be traded.

use std::collections::BTreeSet;
use std::sync::Arc;

use protocol::channels::Channel;
use protocol::client::{Method, Request, RequestId};
use protocol::errors::{Code, WireError};
use protocol::server::{
    ChannelError, DoneResult, Hello, PingResult, SubscribeResult, error_text, hello_text,
    result_text,
};
use protocol::{MAX_MESSAGE_BYTES, SUBPROTOCOL};
use tokio::sync::mpsc;

use super::{QUEUE, Seat, Stage};
use crate::connection::listening::Guest;

/// Serves one client until either end has had enough.
pub(super) async fn hold(mut guest: Guest, number: u64, stage: &Stage) {
    let (queue, mut heard) = mpsc::channel(QUEUE);
    let now_ns = {
        let mut board = stage.board();
        board.seats.push(Seat { number, channels: BTreeSet::new(), queue });
        board.now_ns
    };
    if guest.say(&hello_text(&hello(number, now_ns))).await.is_some() {
        talk(&mut guest, number, stage, &mut heard).await;
    }
    stage.board().seats.retain(|seat| seat.number != number);
    guest.part().await;
}

async fn talk(
    guest: &mut Guest,
    number: u64,
    stage: &Stage,
    heard: &mut mpsc::Receiver<Arc<str>>,
) -> Option<()> {
    loop {
        tokio::select! {
            biased;
            asked = guest.hear() => {
                for text in answer(&asked?, number, stage) {
                    guest.say(&text).await?;
                }
            }
            text = heard.recv() => guest.say(&text?).await?,
        }
    }
}

fn hello(number: u64, now_ns: i64) -> Hello {
    Hello {
        env: "replay".to_owned(),
        proto: SUBPROTOCOL.to_owned(),
        conn_id: format!("r-{number}"),
        host: "replay".to_owned(),
        nonce: format!("{number:032x}"),
        server_ns: now_ns.to_string(),
        market_ns: now_ns.to_string(),
        login_deadline_ms: 0,
        ping_ms: 15_000,
        idle_close_ms: u32::MAX,
        max_msg_bytes: u32::try_from(MAX_MESSAGE_BYTES).expect("64 KiB"),
        schema_rev: protocol::SCHEMA_REV,
    }
}

/// The answer to a request, and the state of what is subscribed.
fn answer(text: &str, number: u64, stage: &Stage) -> Vec<Arc<str>> {
    match Request::parse(text) {
        Ok(Request { id, method }) => carry_out(&id, method, number, stage),
        Err(bad) => vec![error_text(bad.id.as_ref(), &bad.error).into()],
    }
}

fn carry_out(id: &RequestId, method: Method, number: u64, stage: &Stage) -> Vec<Arc<str>> {
    match method {
        Method::Subscribe(wanted) => subscribe(id, &wanted.channels, number, stage),
        Method::Resync(wanted) => {
            let mut all = vec![result_text(id, &DoneResult::default()).into()];
            all.extend(stage.board().shelf.state(&wanted.channel));
            all
        }
        Method::Unsubscribe(wanted) => {
            let mut board = stage.board();
            for seat in board.seats.iter_mut().filter(|seat| seat.number == number) {
                seat.channels.retain(|channel| !wanted.channels.contains(channel));
            }
            let result = SubscribeResult { ok: wanted.channels, ..SubscribeResult::default() };
            vec![result_text(id, &result).into()]
        }
        Method::Ping(ping) => {
            let now = stage.board().now_ns.to_string();
            let result = PingResult { ns: ping.ns, server_ns: now.clone(), market_ns: now };
            vec![result_text(id, &result).into()]
        }
        other => {
            let text = format!("This is a recording: `{}` changes nothing in it.", other.name());
            vec![error_text(Some(id), &WireError::saying(Code::ScopeDenied, text)).into()]
        }
    }
}

fn subscribe(id: &RequestId, channels: &[String], number: u64, stage: &Stage) -> Vec<Arc<str>> {
    let mut result = SubscribeResult::default();
    let mut states = Vec::new();
    let mut board = stage.board();
    for channel in channels {
        match Channel::parse(channel) {
            Ok(Channel::Public(_)) => {
                states.extend(board.shelf.state(channel));
                result.ok.push(channel.clone());
            }
            Ok(Channel::Private(_)) => result.err.push(refused(channel, Code::UnknownChannel)),
            Err(bad) => result.err.push(refused(channel, bad.code)),
        }
    }
    for seat in board.seats.iter_mut().filter(|seat| seat.number == number) {
        seat.channels.extend(result.ok.iter().cloned());
    }
    stage.is_wanted.send_replace(!result.ok.is_empty() || *stage.is_wanted.borrow());
    let mut all = vec![result_text(id, &result).into()];
    all.extend(states);
    all
}

fn refused(channel: &str, code: Code) -> ChannelError {
    ChannelError {
        channel: channel.to_owned(),
        code: code.number(),
        message: code.name().to_owned(),
        allowed: None,
        min_acct_seq: None,
        min_firm_seq: None,
    }
}
