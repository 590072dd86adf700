//! The bytes that a client signs: to log in, and under a command that moves value.

/// What a login signs, joined by line feeds: the purpose, who is spoken to, and the nonces that bind
/// the signature to one connection.
#[must_use]
pub fn login_message(
    host: &str,
    key_id: &str,
    server_nonce: &str,
    client_nonce: &str,
    ts_ns: &str,
) -> Vec<u8> {
    ["gigahour-login-v1", host, key_id, server_nonce, client_nonce, ts_ns].join("\n").into_bytes()
}

/// What a signed command signs: the purpose, the method, the key, the nonce, and then the payload as
/// the very bytes that are sent.
#[must_use]
pub fn command_message(method: &str, key_id: &str, nonce: u64, payload: &[u8]) -> Vec<u8> {
    let mut message = format!("gigahour-command-v1\n{method}\n{key_id}\n{nonce}\n").into_bytes();
    message.extend_from_slice(payload);
    message
}

#[cfg(test)]
mod tests;
