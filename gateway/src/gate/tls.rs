//! A certificate and its key, which change while the venue runs. The only file that names rustls.

use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::{Duration, SystemTime};

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::Stream;
use crate::Error;
use crate::config::TlsFiles;

/// How long a client may take to agree on keys.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Time between two looks at the files.
const LOOK: Duration = Duration::from_secs(5);

/// What the venue shows to its clients.
#[derive(Clone)]
pub(crate) struct Certificate {
    files: TlsFiles,
    current: Arc<Current>,
    acceptor: TlsAcceptor,
}

/// The certificate that the next handshake gets.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().expect("nobody panics while holding it")))
    }
}

impl Certificate {
    /// Reads certificate and key.
    pub(super) fn read(files: &TlsFiles) -> Result<Self, Error> {
        let current = Arc::new(Current(RwLock::new(load(files)?)));
        let resolver: Arc<dyn ResolvesServerCert> = Arc::<Current>::clone(&current);
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider speaks TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Ok(Self { files: files.clone(), current, acceptor })
    }

    /// Reads both files again; a mistake in them leaves the old certificate in place.
    pub(super) fn reload(&self) -> Result<(), Error> {
        let new = load(&self.files)?;
        *self.current.0.write().expect("nobody panics while holding it") = new;
        Ok(())
    }

    /// Reads both files again whenever one of them has changed. Renewals that write one after the
    /// other are in order at the next look.
    pub(super) async fn watch(self) {
        let mut seen = self.written();
        loop {
            tokio::time::sleep(LOOK).await;
            let written = self.written();
            if written == seen {
                continue;
            }
            match self.reload() {
                Ok(()) => {
                    seen = written;
                    tracing::info!("the certificate has been read again");
                }
                Err(error) => tracing::warn!(%error, "the certificate stays as it was"),
            }
        }
    }

    /// When the files were written last.
    fn written(&self) -> [Option<SystemTime>; 2] {
        [&self.files.certificate, &self.files.key]
            .map(|file| std::fs::metadata(file).and_then(|data| data.modified()).ok())
    }

    /// Agrees on keys with a client; `None` when it will not.
    pub(super) async fn accept(&self, stream: TcpStream) -> Option<Stream> {
        match timeout(HANDSHAKE, self.acceptor.accept(stream)).await.ok()? {
            Ok(stream) => Some(Box::new(stream)),
            Err(error) => {
                tracing::debug!(%error, "a client did not agree on TLS");
                None
            }
        }
    }
}

fn load(files: &TlsFiles) -> Result<Arc<CertifiedKey>, Error> {
    let TlsFiles { certificate, key } = files;
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| fault(certificate, &error))?;
    if chain.is_empty() {
        return Err(fault(certificate, &"there is no certificate in it"));
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| fault(key, &error))?;
    let signer = ring::default_provider();
    let signer = signer.key_provider.load_private_key(secret).map_err(|e| fault(key, &e))?;
    let certified = CertifiedKey::new(chain, signer);
    certified.keys_match().map_err(|_| fault(key, &"it is not the key of the certificate"))?;
    Ok(Arc::new(certified))
}

fn fault(path: &Path, what: &dyn std::fmt::Display) -> Error {
    Error::Config { path: path.to_owned(), fault: what.to_string() }
}

#[cfg(test)]
mod tests;
