use super::*;

fn network(text: &str) -> Network {
    text.parse().expect(text)
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect(text)
}

#[test]
fn a_network_has_the_addresses_that_agree_in_its_leading_bits() {
    for (net, inside, outside) in [
        ("10.1.0.0/16", "10.1.255.7", "10.2.0.1"),
        ("192.0.2.9", "192.0.2.9", "192.0.2.8"),
        ("192.0.2.9/32", "::ffff:192.0.2.9", "::ffff:192.0.2.8"),
        ("2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"),
        ("0.0.0.0/0", "255.0.0.1", "2001:db8::1"),
        ("::/0", "2001:db8::1", "10.0.0.1"),
    ] {
        assert!(network(net).contains(ip(inside)), "{inside} in {net}");
        assert!(!network(net).contains(ip(outside)), "{outside} not in {net}");
    }
}

#[test]
fn what_is_no_network_is_refused() {
    for text in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/-1", "here"] {
        assert_eq!(text.parse::<Network>(), Err(NoNetwork), "{text}");
    }
}

#[test]
fn a_key_without_networks_may_be_used_from_anywhere() {
    let near = KeyBounds { from: vec![network("10.0.0.0/8")], until: None };
    assert!(near.admit(ip("10.9.9.9")) && !near.admit(ip("11.0.0.1")));
    assert!(KeyBounds::default().admit(ip("11.0.0.1")));
}
