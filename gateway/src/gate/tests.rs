use super::Gate;
use crate::config::TlsFiles;

#[test]
fn a_certificate_needs_a_program_that_can_show_it() {
    let files = TlsFiles { certificate: "chain.pem".into(), key: "key.pem".into() };
    let error = Gate::of(Some(&files)).err().expect("it cannot").to_string();
    assert!(error.contains("--features gateway/tls"), "{error}");
}
