//! A certificate that is shown, changed and kept.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, ServerName};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

use super::super::Gate;
use crate::config::TlsFiles;

/// Writes a new certificate for `localhost` and returns it.
fn certify(files: &TlsFiles) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a name");
    fs::write(&files.certificate, made.cert.pem()).expect("the folder is there");
    fs::write(&files.key, made.signing_key.serialize_pem()).expect("the folder is there");
    made.cert.der().clone()
}

fn files(folder: &Path) -> TlsFiles {
    TlsFiles { certificate: folder.join("chain.pem"), key: folder.join("key.pem") }
}

fn gate() -> (TempDir, TlsFiles, CertificateDer<'static>, Gate) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = files(folder.path());
    let certificate = certify(&files);
    let gate = Gate::of(Some(&files)).expect("both files are good");
    (folder, files, certificate, gate)
}

/// Lets one connection through that trusts `certificate` alone, and says something over it.
async fn greet(gate: &Gate, certificate: &CertificateDer<'static>) -> std::io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let gate = gate.clone();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("somebody connects");
        if let Some(mut stream) = gate.pass(stream).await {
            stream.write_all(b"welcome").await.expect("the client is there");
            stream.shutdown().await.ok();
        }
    });
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).expect("it is a certificate");
    let config = rustls::ClientConfig::builder().with_root_certificates(roots);
    let connector = TlsConnector::from(Arc::new(config.with_no_client_auth()));
    let name = ServerName::try_from("localhost").expect("a name");
    let mut said = String::new();
    let stream = connector.connect(name, TcpStream::connect(address).await?).await;
    let heard = match stream {
        Ok(mut stream) => stream.read_to_string(&mut said).await.map(|_| said),
        Err(error) => Err(error),
    };
    server.await.expect("the gate does not fail");
    heard
}

#[tokio::test]
async fn the_certificate_is_shown_and_what_follows_is_heard() {
    let (_folder, _, certificate, gate) = gate();
    assert!(gate.is_secure());
    assert_eq!(greet(&gate, &certificate).await.expect("it is trusted"), "welcome");
}

#[tokio::test]
async fn a_changed_certificate_is_shown_to_those_who_come_later() {
    let (_folder, files, first, gate) = gate();
    let second = certify(&files);
    assert!(greet(&gate, &second).await.is_err(), "it has not been read yet");
    gate.reload().expect("both files are good");
    assert_eq!(greet(&gate, &second).await.expect("it is the one"), "welcome");
    assert!(greet(&gate, &first).await.is_err(), "the old one is gone");
}

#[tokio::test]
async fn a_mistake_leaves_the_old_certificate() {
    let (_folder, files, first, gate) = gate();
    fs::write(&files.certificate, "nothing of the kind").expect("it can be written");
    let error = gate.reload().expect_err("there is no certificate").to_string();
    assert!(error.contains("chain.pem"), "{error}");
    assert_eq!(greet(&gate, &first).await.expect("it is kept"), "welcome");
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let (_folder, files, _, _) = gate();
    let kept = fs::read(&files.certificate).expect("it is there");
    certify(&files);
    fs::write(&files.certificate, kept).expect("it can be written");
    let error = Gate::of(Some(&files)).err().expect("they do not match").to_string();
    assert!(error.contains("it is not the key of the certificate"), "{error}");
}

#[tokio::test]
async fn a_client_that_does_not_speak_tls_gets_nothing() {
    let (_folder, _, _, gate) = gate();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let mut client = TcpStream::connect(listener.local_addr().expect("bound")).await.expect("open");
    client.write_all(b"GET / HTTP/1.1\r\n\r\n").await.expect("open");
    let (stream, _) = listener.accept().await.expect("it came");
    assert!(gate.pass(stream).await.is_none());
}
