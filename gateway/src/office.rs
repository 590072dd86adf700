//! Where admins act on a running venue: their signatures are checked, the act becomes commands, and the
//! exchange decides.
//!
//! What is signed stands in the log with the command, so that anybody can check it again.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crossbeam::channel::Sender;
use ed25519_dalek::{Signature, VerifyingKey};
use protocol::client::{Act, ActResult, AdminRequest, AdminSignature, SignedAct};
use protocol::errors::{Code, WireError, refused};
use protocol::login::command_message;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use types::{AdminAct, Command, Proof, PublicKey, Verdict};

use crate::egress::Ask;
use crate::venue::wall_ns;
use crate::{Operator, ingress};

/// How long a signed act is good for, so that a second admin has time to sign it: a day.
const LIFE_NS: i64 = 86_400_000_000_000;

/// An admin, and its signature.
type Signed = (PublicKey, Proof);

/// The admins of a venue, and what they may use.
#[derive(Clone, Debug)]
pub(crate) struct Office {
    pub(crate) admins: Vec<PublicKey>,
    pub(crate) operator: Operator,
    pub(crate) asks: Sender<Ask>,
}

impl Office {
    /// Carries out a signed act, and says what it came to.
    pub(crate) async fn act(&self, posted: &SignedAct) -> Result<Value, WireError> {
        let (payload, signed) = self.check(posted)?;
        let request: AdminRequest = serde_json::from_slice(&payload)
            .map_err(|error| ingress::invalid("payload", &error.to_string()))?;
        let at = ingress::time("payload.at_ns", &request.at_ns)?;
        if LIFE_NS < wall_ns().saturating_sub(at.0).abs() {
            return Err(ingress::invalid(
                "payload.at_ns",
                "signed more than a day ago, or not yet",
            ));
        }
        if let Act::Log { last } = request.act {
            let (answer, log) = oneshot::channel();
            self.ask(Ask::AdminLog { last, answer })?;
            return log.await.map_err(|_| WireError::new(Code::ShuttingDown));
        }
        let (answer, commands) = oneshot::channel();
        self.ask(Ask::Translate { act: request.act, answer })?;
        let commands = commands.await.map_err(|_| WireError::new(Code::ShuttingDown))??;
        self.submit(AdminAct { commands, reason: request.reason, signed }).await
    }

    async fn submit(&self, act: AdminAct) -> Result<Value, WireError> {
        let command = Command::Administer(Box::new(act));
        let decided = self.operator.decide(command).await;
        let (seq, verdict) = decided.map_err(|_| WireError::new(Code::OutcomeUnknown))?;
        match verdict {
            Verdict::Administered { done, refused, canceled } => {
                Ok(json!(ActResult { seq, done, refused, canceled }))
            }
            Verdict::Refused(refusal) => Err(refused(&refusal, None)),
            Verdict::Done
            | Verdict::Listed(_)
            | Verdict::Order(_)
            | Verdict::Quotes { .. }
            | Verdict::Canceled { .. } => Err(WireError::new(Code::Internal)),
        }
    }

    fn ask(&self, ask: Ask) -> Result<(), WireError> {
        self.asks.try_send(ask).map_err(|_| WireError::new(Code::EngineBusy))
    }

    /// One error stands for every signature that does not hold.
    fn check(&self, posted: &SignedAct) -> Result<(Vec<u8>, Vec<Signed>), WireError> {
        let failed = || WireError::new(Code::AuthFailed);
        let payload = STANDARD.decode(&posted.payload).map_err(|_| failed())?;
        let prove = |signature: &AdminSignature| {
            let AdminSignature { admin, sig } = signature;
            let key = STANDARD.decode(admin).ok().and_then(|key| key.try_into().ok());
            let key = key.map(PublicKey).filter(|key| self.admins.contains(key))?;
            let signed = command_message("admin", admin, posted.nonce, &payload);
            let signature = Signature::from_slice(&STANDARD.decode(sig).ok()?).ok()?;
            let point = VerifyingKey::from_bytes(&key.0).ok()?;
            point.verify_strict(&signed, &signature).ok()?;
            let (nonce, signature) = (posted.nonce, signature.to_vec());
            Some((key, Proof { payload: signed, nonce, signature }))
        };
        let signed: Option<Vec<_>> = posted.signatures.iter().map(prove).collect();
        let signed = signed.filter(|signed| !signed.is_empty()).ok_or_else(failed)?;
        Ok((payload, signed))
    }
}
