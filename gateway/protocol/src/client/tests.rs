use super::*;

fn refused(text: &str) -> (Option<RequestId>, i32) {
    let bad = Request::parse(text).expect_err("no request");
    (bad.id, bad.error.code)
}

#[test]
fn requests_of_the_document_read_as_they_are_written() {
    for text in [
        r#"{"jsonrpc":"2.0","id":2,"method":"subscribe","params":{"channels":["book.H100-US-2027M03","trades.H100-US-2027M03"]}}"#,
        r#"{"jsonrpc":"2.0","id":"o-4","method":"order.amend","params":{"client_order_id":"mm1-000017","rev":1,"qty":"100"}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"key_id":"k","alg":"ed25519","client_nonce":"9f2c0d5e7b6a4c1f","ts_ns":"1772323200000000000","sig":"8+Xn","cod":{"mode":"cancel","grace_ms":0},"client":"acme-mm/2.1"}}"#,
        r#"{"jsonrpc":"2.0","id":"o-1","method":"order.place","params":{"symbol":"H100-US-2027M03","client_order_id":"mm1-000017","side":"buy","type":"limit","price":"2.125","qty":"128","tif":"gtc","post_only":true,"reduce_only":false,"stp":"cancel_newest","cod":true,"valid_until_ns":"1772323201500000000","tag":"desk-7"}}"#,
    ] {
        let request = Request::parse(text).expect(text);
        let written: Value = serde_json::from_str(&request.to_text()).expect("it is JSON");
        let original: Value = serde_json::from_str(text).expect("it is JSON");
        assert_eq!(written, original);
    }
}

#[test]
fn each_kind_of_bad_message_has_its_code() {
    assert_eq!(refused("{"), (None, -32700));
    assert_eq!(refused("[]"), (None, -32600));
    assert_eq!(
        refused(r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#),
        (Some(RequestId::Number(1)), -32600)
    );
    assert_eq!(refused(r#"{"jsonrpc":"2.0","method":"ping"}"#), (None, -32600));
    assert_eq!(
        refused(r#"{"jsonrpc":"2.0","id":9007199254740992,"method":"ping"}"#),
        (None, -32600)
    );
    assert_eq!(
        refused(r#"{"jsonrpc":"2.0","id":"a","method":"sing"}"#),
        (Some(RequestId::Text("a".into())), -32601)
    );
    assert_eq!(
        refused(r#"{"jsonrpc":"2.0","id":1,"method":"ping","extra":1}"#),
        (Some(RequestId::Number(1)), -32600)
    );
}

#[test]
fn a_wrong_parameter_is_named_by_its_path() {
    let path = |text: &str| Request::parse(text).expect_err("bad").error.data["path"].clone();
    let place = r#"{"jsonrpc":"2.0","id":1,"method":"order.place","params":{"symbol":"A","client_order_id":"a","side":"up","type":"limit","qty":"1"}}"#;
    assert_eq!(path(place), "side");
    let unknown = r#"{"jsonrpc":"2.0","id":1,"method":"order.cancel","params":{"order":"O1"}}"#;
    assert_eq!(path(unknown), "order");
    let nested = r#"{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"channels":["a",2]}}"#;
    assert_eq!(path(nested), "channels[1]");
}
