//! What a connection passes before anything is read from it: TLS where a certificate is configured,
//! nothing otherwise.

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::Error;
use crate::config::TlsFiles;

#[cfg(feature = "tls")]
mod tls;

/// Bytes both ways.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

/// A connection that has passed the gate.
pub(crate) type Stream = Box<dyn Duplex>;

/// How connections come in.
#[derive(Clone)]
pub(crate) enum Gate {
    /// As they are.
    Open,
    /// Encrypted.
    #[cfg(feature = "tls")]
    Tls(tls::Certificate),
}

impl Gate {
    /// The gate that the configuration asks for.
    pub(crate) fn of(files: Option<&TlsFiles>) -> Result<Self, Error> {
        match files {
            None => Ok(Self::Open),
            #[cfg(feature = "tls")]
            Some(files) => Ok(Self::Tls(tls::Certificate::read(files)?)),
            #[cfg(not(feature = "tls"))]
            Some(files) => Err(Error::Config {
                path: files.certificate.clone(),
                fault: "this program was built without TLS: cargo build --features gateway/tls"
                    .to_owned(),
            }),
        }
    }

    /// Whether what passes is encrypted.
    pub(crate) fn is_secure(&self) -> bool {
        !matches!(self, Self::Open)
    }

    /// Lets a connection in; `None` when the client does not agree in time.
    pub(crate) async fn pass(&self, stream: TcpStream) -> Option<Stream> {
        stream.set_nodelay(true).ok()?;
        match self {
            Self::Open => Some(Box::new(stream)),
            #[cfg(feature = "tls")]
            Self::Tls(certificate) => certificate.accept(stream).await,
        }
    }

    /// Reads the certificate again whenever its files have changed, until the task is dropped.
    pub(crate) async fn watch(self) {
        match self {
            Self::Open => {}
            #[cfg(feature = "tls")]
            Self::Tls(certificate) => certificate.watch().await,
        }
    }

    /// Reads the certificate again; connections that are open keep the old one.
    pub(crate) fn reload(&self) -> Result<(), Error> {
        match self {
            Self::Open => Ok(()),
            #[cfg(feature = "tls")]
            Self::Tls(certificate) => certificate.reload(),
        }
    }
}

#[cfg(all(test, not(feature = "tls")))]
mod tests;
