"""Keys and the file they stand in: `keys.toml`, as a venue or `ghx keys` writes it.

Knows what is signed at a login and under a command that moves value (protocol, sections 4 and 11).
Never shows a secret in a `repr`. Knows no sockets.
"""

from __future__ import annotations

import base64
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gigahour import ed25519
from gigahour.errors import KeysError

DEMO_KEYS = Path("data/demo/keys.toml")
"""Where `gigahour demo` writes its keys, from the folder it was started in."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that may log in to an account."""

    key_id: str
    seed: bytes = field(repr=False)
    account: int | None = None

    def __post_init__(self) -> None:
        if len(self.seed) != 32:
            raise KeysError(f"the seed of {self.key_id} is not 32 bytes")

    @property
    def public_key(self) -> str:
        """The half of the key that the venue knows, base64."""
        return base64.b64encode(ed25519.public_key(self.seed)).decode()

    def sign_login(self, *, host: str, nonce: str, client_nonce: str, ts_ns: str) -> str:
        """The signature of a login, base64."""
        lines = ("gigahour-login-v1", host, self.key_id, nonce, client_nonce, ts_ns)
        return self._sign("\n".join(lines).encode())

    def sign_command(self, *, method: str, nonce: int, payload: bytes) -> str:
        """The signature under a command that moves value, base64."""
        head = f"gigahour-command-v1\n{method}\n{self.key_id}\n{nonce}\n"
        return self._sign(head.encode() + payload)

    def _sign(self, message: bytes) -> str:
        return base64.b64encode(ed25519.sign(self.seed, message)).decode()


@dataclass(frozen=True, slots=True)
class Keys:
    """What a file of keys says: where the venue is, and who may log in there."""

    trade: str
    feed: str
    keys: Mapping[str, Key]

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Keys:
        """Reads a file of keys."""
        try:
            text = Path(path).read_text("utf-8")
            return cls._read(tomllib.loads(text))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KeysError(f"{path}: {error!r}") from error

    @classmethod
    def _read(cls, file: dict[str, Any]) -> Keys:
        keys = {
            entry["name"]: Key(
                key_id=entry["key_id"],
                seed=base64.b64decode(entry["seed"], validate=True),
                account=entry["account"],
            )
            for entry in file["key"]
        }
        return cls(trade=file["trade"], feed=file["feed"], keys=keys)

    def __getitem__(self, name: str) -> Key:
        if name not in self.keys:
            raise KeysError(f"there is no key {name}; there are {', '.join(self.keys)}")
        return self.keys[name]


def find_keys() -> Keys:
    """The keys of `GHX_KEYS`, or those of a demonstration in this folder or one above it."""
    if named := os.environ.get("GHX_KEYS"):
        return Keys.load(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / DEMO_KEYS).exists():
            return Keys.load(folder / DEMO_KEYS)
    raise KeysError(f"neither GHX_KEYS nor {DEMO_KEYS}: start `gigahour demo`, or name a file")
