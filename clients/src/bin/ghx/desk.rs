//! A connection with a key from the file, and what `--explain` shows of it.

use clients::{Client, Credentials, Error, keys};
use protocol::client::{Method, Request, RequestId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::args::Common;
use crate::failure::Failure;
use crate::paint::{Ink, paint};

/// A connection of one command.
#[derive(Debug)]
pub(crate) struct Desk {
    client: Client,
    explain: bool,
    json: bool,
}

/// Connects to trade.
pub(crate) async fn trade(common: &Common) -> Result<Desk, Failure> {
    let keys = keys::load(&common.keys)?;
    connect(common, &keys.trade, Some(keys.of(&common.name)?)).await
}

/// Connects to look, without a login.
pub(crate) async fn feed(common: &Common) -> Result<Desk, Failure> {
    let keys = keys::load(&common.keys)?;
    connect(common, &keys.feed, None).await
}

async fn connect(
    common: &Common,
    url: &str,
    credentials: Option<&Credentials>,
) -> Result<Desk, Failure> {
    if common.explain {
        eprintln!("{}", paint(Ink::Dim, &format!("connect {url}")));
    }
    let client = Client::connect(url, credentials).await?;
    Ok(Desk { client, explain: common.explain, json: common.json })
}

impl Desk {
    /// The connection itself.
    pub(crate) fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    /// Asks and reads the answer.
    pub(crate) async fn ask<T: DeserializeOwned>(&mut self, method: Method) -> Result<T, Failure> {
        let (_, read) = self.ask_both(method).await?;
        Ok(read)
    }

    /// Asks; with `--json` prints the answer and gives nothing back.
    pub(crate) async fn show<T: DeserializeOwned>(
        &mut self,
        method: Method,
    ) -> Result<Option<T>, Failure> {
        let (value, read) = self.ask_both(method).await?;
        if self.json {
            println!("{value}");
            return Ok(None);
        }
        Ok(Some(read))
    }

    /// With `--json` prints what would be sent, and says so.
    pub(crate) fn show_unsent(&self, params: &impl Serialize) -> bool {
        if self.json {
            println!("{}", serde_json::to_string(params).expect("parameters are JSON"));
        }
        self.json
    }

    async fn ask_both<T: DeserializeOwned>(
        &mut self,
        method: Method,
    ) -> Result<(Value, T), Failure> {
        let name = method.name();
        self.explain_question(&method);
        let value = self.client.call(method).await?;
        if self.explain {
            eprintln!("{}", paint(Ink::Dim, &format!("< {value}")));
        }
        let read = serde_json::from_value(value.clone())
            .map_err(|e| Error::Protocol(format!("the answer to {name} is strange: {e}")))?;
        Ok((value, read))
    }

    fn explain_question(&self, method: &Method) {
        if self.explain {
            let request = Request { id: RequestId::Number(1), method: method.clone() };
            eprintln!("{}", paint(Ink::Dim, &format!("> {}", request.to_text())));
        }
    }

    /// The first event of a channel, which is its state.
    pub(crate) async fn state(&mut self, channel: &str) -> Result<clients::Event, Failure> {
        let wanted = protocol::client::Subscribe {
            channels: vec![channel.to_owned()],
            from_acct_seq: None,
            from_firm_seq: None,
        };
        self.explain_question(&Method::Subscribe(wanted));
        let answer = self.client.subscribe(&[channel]).await?;
        if let Some(bad) = answer.err.first() {
            let text = format!("{} ({}): {}", bad.message, bad.code, bad.channel);
            return Err(Failure::Usage(text));
        }
        loop {
            let event = self.client.next_event().await?;
            if event.channel == channel && event.kind != "heartbeat" {
                self.client.unsubscribe(&[channel]).await?;
                return Ok(event);
            }
        }
    }
}
