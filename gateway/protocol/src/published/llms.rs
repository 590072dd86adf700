//! `llms.txt`: what there is to read, and every method, channel and code in a line each, for readers
//! with little room.

use super::carried;
use super::catalogue::{Catalogue, From};
use super::errors::path;
use crate::channels::Private;
use crate::errors::Code;

const START: &str = "# Gigahour

> An exchange for GPU-hour futures. Clients speak JSON-RPC 2.0 over WebSocket, one object a text frame.
> Prices, quantities and money are JSON strings; a price is dollars per GPU-hour with 3 decimals, a
> quantity whole lots of 8 GPUs for every hour of the contract's period.

To trade: connect to `ws://HOST/v1/trade`, take `nonce` and `host` from the `hello`, sign six lines with an
ed25519 key (`session.login`), `subscribe` to channels, then `order.place`. Sending the same
`client_order_id` with the same parameters again is always safe. To listen only: `ws://HOST/v1/md`, no login.

## Documents

- [PROTOCOL.md](PROTOCOL.md): the whole protocol, complete enough to write a client from
- [asyncapi.json](asyncapi.json): every message with examples, AsyncAPI 3
- [schema.json](schema.json): every message by name, JSON Schema
- [errors](errors/README.md): a page for each error code
";

pub(super) fn write(catalogue: &Catalogue) -> String {
    let mut text = START.to_owned();
    text.push_str("\n## Methods\n\n");
    for asked in catalogue.messages.iter().filter(|message| message.from == From::Client) {
        text.push_str(&format!("- `{}`: {}\n", asked.name, asked.summary));
    }
    text.push_str("\n## Channels\n\n");
    for (name, _) in carried::publics() {
        text.push_str(&format!("- `{name}`: {}\n", kinds(catalogue, name)));
    }
    for channel in Private::ALL {
        text.push_str(&format!(
            "- `{}` (private): {}\n",
            channel.name(),
            kinds(catalogue, channel.name())
        ));
    }
    text.push_str("\n## Errors\n\n");
    for code in Code::ALL {
        text.push_str(&format!(
            "- [{} {}]({}): {}\n",
            code.number(),
            code.name(),
            path(*code),
            code.text()
        ));
    }
    text
}

/// The kinds of events a channel has.
fn kinds(catalogue: &Catalogue, channel: &str) -> String {
    let start = carried::event_name(&channel.to_lowercase(), "");
    let of = catalogue.messages.iter().filter_map(|message| message.name.strip_prefix(&start));
    of.filter(|kind| !kind.contains('.')).collect::<Vec<_>>().join(", ")
}
