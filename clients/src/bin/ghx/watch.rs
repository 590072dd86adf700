//! `ghx watch`: events of channels as they come, a line each, until interrupted.

use clients::{Client, Error, Event, keys};
use protocol::channels::Channel;
use protocol::server::{BookData, Level, TradeData, event_text};
use serde_json::Value;

use crate::args::Common;
use crate::catalogue::Catalogue;
use crate::desk;
use crate::failure::Failure;
use crate::trades;

/// Prints them; `--json` prints each message as it came. A loss is survived.
pub(crate) async fn run(
    common: &Common,
    channels: &[String],
    count: Option<u64>,
) -> Result<(), Failure> {
    let channels = resolved(common, channels).await?;
    let mut client = connect(common, &channels).await?;
    let names: Vec<&str> = channels.iter().map(String::as_str).collect();
    let answer = client.subscribe(&names).await?;
    if let Some(bad) = answer.err.first() {
        let allowed = bad.allowed.as_ref().map(|a| format!("; allowed are {a}"));
        let allowed = allowed.unwrap_or_default();
        return Err(Failure::Usage(format!("{}: {}{allowed}", bad.channel, bad.message)));
    }
    let mut left = count.unwrap_or(u64::MAX);
    while 0 < left {
        match client.next_event().await {
            Ok(event) => {
                show(common, &event);
                left -= 1;
            }
            Err(Error::Closed(why)) => {
                eprintln!("ghx: the connection is lost ({why}); connecting again");
                client.resume().await?;
                eprintln!("ghx: it goes on");
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The channels with aliases of contracts resolved.
pub(crate) async fn resolved(common: &Common, channels: &[String]) -> Result<Vec<String>, Failure> {
    if !channels.iter().any(|channel| channel.contains('@')) {
        return Ok(channels.to_vec());
    }
    let mut desk = desk::feed(common).await?;
    let catalogue = Catalogue::load(&mut desk).await?;
    let one = |channel: &String| match channel.split_once('.') {
        Some((kind, alias)) if alias.contains('@') => {
            let (alias, rest) = alias.split_once('.').map_or((alias, None), |(a, r)| (a, Some(r)));
            let symbol = &catalogue.find(alias)?.symbol;
            Ok(rest.map_or(format!("{kind}.{symbol}"), |rest| format!("{kind}.{symbol}.{rest}")))
        }
        Some(_) | None => Ok(channel.clone()),
    };
    channels.iter().map(one).collect()
}

/// To the feed, or with the key when a channel is the account's own.
async fn connect(common: &Common, channels: &[String]) -> Result<Client, Failure> {
    let keys = keys::load(&common.keys)?;
    let is_private = |name: &String| matches!(Channel::parse(name), Ok(Channel::Private(_)));
    if channels.iter().any(is_private) {
        Ok(Client::connect(&keys.trade, Some(keys.of(&common.name)?)).await?)
    } else {
        Ok(Client::connect(&keys.feed, None).await?)
    }
}

fn show(common: &Common, event: &Event) {
    if common.json {
        println!("{}", event_text(event));
    } else {
        println!("{}", line(event));
    }
}

/// Channel, kind, number, and what it says.
fn line(event: &Event) -> String {
    let number = event.seq.or(event.acct_seq).map(|seq| format!(" {seq}")).unwrap_or_default();
    let head = format!("{} {}{number}", event.channel, event.kind);
    let data = event.data.clone().unwrap_or_default();
    let told = match (event.kind.as_str(), data) {
        ("trades", data) => told(&data, |trades: Vec<TradeData>| {
            trades.iter().map(trade).collect::<Vec<_>>().join(", ")
        }),
        ("delta", data) if event.channel.starts_with("book.") => {
            told(&data, |book: BookData| levels(&book))
        }
        ("snapshot", Value::Array(all)) => format!("{} of them", all.len()),
        ("gap", _) => format!("from {:?} to {:?}", event.from_seq, event.to_seq),
        (_, Value::Null) => String::new(),
        (_, data) => data.to_string(),
    };
    format!("{head}  {told}").trim_end().to_owned()
}

/// In words, or as it came when it is not what it should be.
fn told<T: serde::de::DeserializeOwned>(data: &Value, words: impl Fn(T) -> String) -> String {
    serde_json::from_value(data.clone()).map_or_else(|_| data.to_string(), words)
}

fn trade(trade: &TradeData) -> String {
    let flags: String = trade.flags.iter().map(|flag| format!(" {flag}")).collect();
    format!("{} {} @ {}{flags}", trades::taker(trade.taker), trade.qty, trade.price)
}

fn levels(book: &BookData) -> String {
    let side = |name: &str, levels: &[Level]| {
        let level = |Level(price, lots): &Level| format!("{name} {lots} @ {price}");
        levels.iter().map(level).collect::<Vec<_>>()
    };
    let mut all = side("bid", &book.bids);
    all.extend(side("ask", &book.asks));
    if let Some(implied) = &book.implied {
        all.extend(side("implied bid", implied.bid.as_slice()));
        all.extend(side("implied ask", implied.ask.as_slice()));
    }
    all.join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(event: Value) -> Event {
        serde_json::from_value(event).expect("an event")
    }

    #[test]
    fn an_event_is_one_line() {
        let trades = read(json!({
            "channel": "trades.A", "kind": "trades", "epoch": "t-1", "seq": 7,
            "data": [
                { "trade_id": "T1", "price": "2.400", "qty": "5", "taker": "buy", "eseq": 1,
                  "eng_ns": "0", "flags": ["implied"] },
                { "trade_id": "T2", "price": "2.401", "qty": "1", "taker": null, "eseq": 1,
                  "eng_ns": "0", "flags": [] },
            ],
        }));
        assert_eq!(line(&trades), "trades.A trades 7  buy 5 @ 2.400 implied, auction 1 @ 2.401");
        let delta = read(json!({
            "channel": "book.A", "kind": "delta", "epoch": "b-1", "seq": 8,
            "data": { "bids": [["2.400", "0"]], "asks": [["2.402", "9"]],
                      "implied": { "bid": ["2.399", "4"], "ask": null } },
        }));
        assert_eq!(
            line(&delta),
            "book.A delta 8  bid 0 @ 2.400, ask 9 @ 2.402, implied bid 4 @ 2.399"
        );
        let beat = read(json!({
            "channel": "book.A", "kind": "heartbeat", "epoch": "b-1", "seq": 8,
        }));
        assert_eq!(line(&beat), "book.A heartbeat 8");
    }
}
