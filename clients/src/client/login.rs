//! Logging in: the answer to the challenge of the greeting.

use rand::RngCore;
use rand::rngs::OsRng;

use protocol::client::{Login, Method};
use protocol::login::login_message;

use super::Client;
use super::signed::wall_ns;
use crate::Error;

impl Client {
    /// Logs in, if there are credentials; `resume` names the session that was lost.
    pub(super) async fn log_in(&mut self, resume: Option<String>) -> Result<(), Error> {
        let Some(credentials) = self.credentials.clone() else { return Ok(()) };
        let mut client_nonce = [0; 8];
        OsRng.fill_bytes(&mut client_nonce);
        let client_nonce: String = client_nonce.iter().map(|b| format!("{b:02x}")).collect();
        let ts_ns = wall_ns().to_string();
        let host = &self.connection.host;
        let sig = credentials.sign_login(host, &self.hello.nonce, &client_nonce, &ts_ns);
        let nonce = &self.hello.nonce;
        let message = login_message(host, &credentials.key_id, nonce, &client_nonce, &ts_ns);
        let login = Login {
            key_id: credentials.key_id,
            alg: "ed25519".to_owned(),
            client_nonce,
            ts_ns,
            sig,
            ticket: None,
            cod: self.session.as_ref().map(|session| session.cod),
            resume_session: resume,
            sign_every: self.sign_every,
            client: Some(concat!("gigahour-rust/", env!("CARGO_PKG_VERSION")).to_owned()),
        };
        let session = self.ask(Method::Login(login)).await?;
        self.begin_flow(&message, &session);
        self.session = Some(session);
        Ok(())
    }
}
