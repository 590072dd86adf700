//! `gigahour admin`: what admins do to a running venue, from the command line.
//!
//! An act is signed with one key file or two and posted. Where two admins are needed and do not sit
//! together, the first writes the signed act to a file with `--sign-only`, and the second sends it on with
//! `approve`.

mod args;

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use gateway::admin_key;
use protocol::client::{Act, ActList, ActResult, AdminRequest, AdminSignature, SignedAct};
use protocol::login::command_message;
use serde_json::Value;

pub(crate) use args::AdminCommand;
use args::{Appointed, How, Lots, OnWhose};

/// Signs and sends.
pub(crate) fn run(command: AdminCommand) -> anyhow::Result<()> {
    let (act, how) = match command {
        AdminCommand::New { out } => return new(&out),
        AdminCommand::Approve { file, url, key } => return approve(&file, &url, &key),
        AdminCommand::Halt(on) => {
            let (of, how) = on.split();
            (Act::Halt { of }, how)
        }
        AdminCommand::Resume(on) => {
            let (of, how) = on.split();
            (Act::Resume { of }, how)
        }
        AdminCommand::Kill { whose, session, cancel_only, how } => {
            let of = whose.name();
            let is_switch = session.is_none() && !cancel_only;
            (if is_switch { Act::Kill { of } } else { Act::Cancel { of, session } }, how)
        }
        AdminCommand::Unkill(OnWhose { whose, how }) => (Act::Unkill { of: whose.name() }, how),
        AdminCommand::Reinstate(OnWhose { whose, how }) => {
            (Act::Reinstate { account: whose.name() }, how)
        }
        AdminCommand::Credit { whose, most, how } => (Act::Credit { of: whose.name(), most }, how),
        AdminCommand::Member { account, firm, how } => (Act::Member { account, firm }, how),
        AdminCommand::Band { symbol, permille, how } => (Act::Band { symbol, permille }, how),
        AdminCommand::Fees { maker, taker, delivery, how } => {
            (Act::Fees { maker, taker, delivery }, how)
        }
        AdminCommand::PositionLimit(Lots { product, lots, how }) => {
            (Act::PositionLimit { product, lots }, how)
        }
        AdminCommand::Attest(Lots { product, lots, how }) => (Act::Attest { product, lots }, how),
        AdminCommand::Exempt { account, lots: Lots { product, lots, how } } => {
            (Act::Exempt { account, product, lots }, how)
        }
        AdminCommand::Maker(on) => {
            let (account, product, appointed, how) = on.split();
            (Act::Maker { account, product, appointed }, how)
        }
        AdminCommand::Reporter(on) => {
            let (account, product, appointed, how) = on.split();
            (Act::Reporter { account, product, appointed }, how)
        }
        AdminCommand::Attestor(Appointed { account, dismiss, how }) => {
            (Act::Attestor { account, appointed: !dismiss }, how)
        }
        AdminCommand::Probe(Appointed { account, dismiss, how }) => {
            (Act::Probe { account, appointed: !dismiss }, how)
        }
        AdminCommand::Waive { hub, from, until, how } => {
            let [from_ns, until_ns] = [from, until].map(|time| time.0.to_string());
            (Act::Waive { hub, from_ns, until_ns }, how)
        }
        AdminCommand::Log { last, how } => (Act::Log { last }, how),
    };
    send(act, &how)
}

fn new(out: &Path) -> anyhow::Result<()> {
    println!("[[admin]]\npublic = \"{}\"", admin_key::create(out)?);
    Ok(())
}

fn send(act: Act, how: &How) -> anyhow::Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?;
    let at_ns = now.as_nanos().to_string();
    let request = AdminRequest { act, reason: how.reason.clone(), at_ns };
    let payload = serde_json::to_vec(&request)?;
    // Later acts have larger nonces, and no two the same.
    let nonce = u64::try_from(now.as_micros())?;
    let mut signed = SignedAct { payload: STANDARD.encode(payload), nonce, signatures: Vec::new() };
    for key in &how.key {
        sign(&mut signed, key)?;
    }
    if let Some(file) = &how.sign_only {
        std::fs::write(file, serde_json::to_vec_pretty(&signed)?)
            .with_context(|| format!("cannot write {}", file.display()))?;
        println!("{} waits for: gigahour admin approve {0} --key FILE", file.display());
        return Ok(());
    }
    let answer = post(&how.url, &signed)?;
    if how.json {
        println!("{answer}");
        return Ok(());
    }
    print(answer)
}

fn approve(file: &Path, url: &str, key: &Path) -> anyhow::Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut signed: SignedAct = serde_json::from_slice(&bytes)?;
    println!("{}", String::from_utf8_lossy(&STANDARD.decode(&signed.payload)?));
    sign(&mut signed, key)?;
    print(post(url, &signed)?)
}

fn sign(act: &mut SignedAct, key: &Path) -> anyhow::Result<()> {
    let key = SigningKey::from_bytes(&admin_key::read(key)?);
    let admin = STANDARD.encode(key.verifying_key().as_bytes());
    let payload = STANDARD.decode(&act.payload)?;
    let message = command_message("admin", &admin, act.nonce, &payload);
    let sig = STANDARD.encode(key.sign(&message).to_bytes());
    act.signatures.push(AdminSignature { admin, sig });
    Ok(())
}

fn post(url: &str, act: &SignedAct) -> anyhow::Result<Value> {
    let url = format!("{}/v1/admin", url.trim_end_matches('/'));
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let sent = agent.post(&url).content_type("application/json").send(serde_json::to_string(act)?);
    let mut answer = sent.with_context(|| format!("{url} does not answer"))?;
    let is_good = answer.status().is_success();
    let text = answer.body_mut().read_to_string().context("the answer cannot be read")?;
    let value: Value =
        serde_json::from_str(&text).with_context(|| format!("a strange answer: {text}"))?;
    if is_good {
        return Ok(value);
    }
    let said = value["data"]["text"].as_str().unwrap_or_default();
    bail!("{} {}: {said}", value["code"], value["message"].as_str().unwrap_or_default())
}

fn print(answer: Value) -> anyhow::Result<()> {
    if answer.get("acts").is_none() {
        let ActResult { seq, done, refused, canceled } = serde_json::from_value(answer)?;
        println!("record {seq}: done {done}, refused {refused}, orders ended {canceled}");
        return Ok(());
    }
    let list: ActList = serde_json::from_value(answer)?;
    for act in list.acts {
        println!("record {}  {}  by {}", act.seq, act.reason, act.admins.join(" and "));
        for change in act.changes {
            let [before, after] =
                [change.before, change.after].map(|standing| serde_json::json!(standing));
            let ended = if 0 < change.canceled {
                format!(", {} orders ended", change.canceled)
            } else {
                String::new()
            };
            let refused =
                change.refused.map(|name| format!(", refused {name}")).unwrap_or_default();
            println!("  {} {}: {before} to {after}{ended}{refused}", change.what, change.of);
        }
    }
    Ok(())
}
