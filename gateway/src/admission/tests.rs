use std::borrow::Cow;
use std::net::SocketAddr;

use super::{Admission, Door, Encoding, Endpoint, Refused};

fn door() -> Door {
    let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let hosts = vec!["gw.gigahour.example".to_owned()];
    let origins = vec!["https://gigahour.example".to_owned()];
    Door::new(hosts, origins, local(9000), local(8080))
}

fn admit(path: &str, host: &str, origin: Option<&str>, offered: &[&str]) -> Result<Admission, u16> {
    let offered: Vec<Cow<'_, str>> = offered.iter().map(|name| Cow::from(*name)).collect();
    door().admit(path, Some(host), origin, &offered).map_err(|refused| refused.status)
}

#[test]
fn a_program_on_the_same_machine_is_admitted() {
    for host in ["127.0.0.1:9000", "localhost:9000", "GW.gigahour.example"] {
        let admission = admit("/v1/trade", host, None, &[]).expect("a known host");
        assert_eq!(admission.endpoint, Endpoint::Trade);
        assert_eq!(admission.host, host);
        assert_eq!(admission.subprotocol, None);
    }
}

#[test]
fn a_page_of_ours_is_admitted_and_a_foreign_one_is_not() {
    let from = |origin| admit("/v1/md", "127.0.0.1:9000", Some(origin), &[]);
    assert!(from("http://127.0.0.1:8080").is_ok());
    assert!(from("https://gigahour.example").is_ok());
    assert_eq!(from("https://evil.example").expect_err("foreign"), 403);
    assert_eq!(from("null").expect_err("foreign"), 403);
}

#[test]
fn a_login_relayed_under_another_name_has_no_socket_to_go_through() {
    assert_eq!(admit("/v1/trade", "evil.example", None, &[]).expect_err("not ours"), 421);
    assert_eq!(door().admit("/v1/trade", None, None, &[]).map_err(|r| r.status), Err(421));
}

#[test]
fn the_first_subprotocol_that_is_spoken_is_chosen_in_the_order_of_the_client() {
    for (offered, chosen) in [
        ("gigahour.v1.bin, gigahour.v1.json", Encoding::Binary),
        ("gigahour.v1.json, gigahour.v1.bin", Encoding::Json),
        ("gigahour.v2.bin, gigahour.v1.json", Encoding::Json),
    ] {
        let admission = admit("/v1/md", "localhost:9000", None, &[offered]).expect(offered);
        assert_eq!(admission.encoding, chosen, "{offered}");
        assert_eq!(admission.subprotocol, Some(chosen.name()), "{offered}");
    }
    let silent = admit("/v1/md", "localhost:9000", None, &[]).expect("none need be offered");
    assert_eq!((silent.encoding, silent.subprotocol), (Encoding::Json, None));
}

#[test]
fn unknown_subprotocols_are_refused_with_a_list_of_known_ones() {
    let offered = [Cow::from("gigahour.v9.json")];
    let Err(Refused { status, body }) =
        door().admit("/v1/md", Some("localhost:9000"), None, &offered)
    else {
        panic!("admitted");
    };
    assert_eq!(status, 400);
    assert_eq!(body["supported"], serde_json::json!(["gigahour.v1.json", "gigahour.v1.bin"]));
}

#[test]
fn nobody_enters_a_closing_venue() {
    let door = door();
    door.shut();
    let refused = door.admit("/v1/md", Some("localhost:9000"), None, &[]).expect_err("closing");
    assert_eq!(refused.status, 503);
}
