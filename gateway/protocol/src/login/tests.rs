use super::*;

/// The message of the worked example, whose signature under the seed 00 01 .. 1f is checked where a
/// signature library is at hand.
#[test]
fn login_message_of_the_document() {
    let message = login_message(
        "gw.gigahour.example",
        "k_01HTEST",
        "c3f1b1f0a4e84d3c9a1f6b7d2e5c8a90",
        "9f2c0d5e7b6a4c1f",
        "1772323200000000000",
    );
    let expected = "gigahour-login-v1\ngw.gigahour.example\nk_01HTEST\nc3f1b1f0a4e84d3c9a1f6b7d2e5c8a90\n9f2c0d5e7b6a4c1f\n1772323200000000000";
    assert_eq!(message, expected.as_bytes());
}

#[test]
fn a_signed_command_signs_the_payload_as_it_is_sent() {
    let message = command_message("delivery.pledge", "k_p1", 7, br#"{"symbol": "A"}"#);
    assert_eq!(message, b"gigahour-command-v1\ndelivery.pledge\nk_p1\n7\n{\"symbol\": \"A\"}");
}
