import base64
from pathlib import Path

import pytest

from gigahour import Key, Keys, KeysError, ed25519, find_keys

SEED = bytes(range(32))
DOCUMENTED = Key("k_01HTEST", SEED)

# RFC 8032, section 7.1: secret, public, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b4"
        "6bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d"
        "8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6"
        "594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_signatures_are_those_of_the_standard(
    seed: str, public: str, message: str, signature: str
) -> None:
    secret, text = bytes.fromhex(seed), bytes.fromhex(message)
    assert ed25519.pure_public_key(secret).hex() == public
    assert ed25519.pure_sign(secret, text).hex() == signature


def test_both_implementations_sign_alike() -> None:
    assert ed25519.HAS_CRYPTOGRAPHY, "the tests install gigahour[crypto]"
    for length in range(0, 200, 13):
        message = bytes(range(length))
        assert ed25519.sign(SEED, message) == ed25519.pure_sign(SEED, message)
    assert ed25519.public_key(SEED) == ed25519.pure_public_key(SEED)


def test_a_login_is_signed_as_the_protocol_documents() -> None:
    assert DOCUMENTED.public_key == "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
    signature = DOCUMENTED.sign_login(
        host="gw.gigahour.example",
        nonce="c3f1b1f0a4e84d3c9a1f6b7d2e5c8a90",
        client_nonce="9f2c0d5e7b6a4c1f",
        ts_ns="1772323200000000000",
    )
    assert signature == (
        "8+XnqbyX4soFIqRVrGOr4me3qATToSPhyau/5/baQ+snKsXRe//wA77MZAIFdv1o9S3N+WuzIs832z2Y0xmTDg=="
    )


def test_the_secret_is_never_shown() -> None:
    assert repr(DOCUMENTED) == "Key(key_id='k_01HTEST', account=None)"


def test_a_file_of_keys_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "keys.toml"
    seed = base64.b64encode(SEED).decode()
    file.write_text(
        'trade = "ws://a:1/v1/trade"\nfeed = "ws://a:1/v1/md"\n[[key]]\nname = "desk"\n'
        f'account = 1001\nkey_id = "k_desk"\nseed = "{seed}"\n'
    )
    monkeypatch.setenv("GHX_KEYS", str(file))
    assert find_keys()["desk"] == Key("k_desk", SEED, 1001)
    with pytest.raises(KeysError, match="there is no key lab; there are desk"):
        find_keys()["lab"]
    file.write_text("trade = 1")
    with pytest.raises(KeysError, match=r"keys\.toml"):
        Keys.load(file)


def test_the_keys_of_a_demonstration_are_found_from_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GHX_KEYS", raising=False)
    below = tmp_path / "one" / "two"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    with pytest.raises(KeysError, match="start `gigahour demo`"):
        find_keys()
    file = tmp_path / "data" / "demo" / "keys.toml"
    file.parent.mkdir(parents=True)
    file.write_text('trade = "ws://a:1/v1/trade"\nfeed = "ws://a:1/v1/md"\nkey = []\n')
    assert find_keys().trade == "ws://a:1/v1/trade"
