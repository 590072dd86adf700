"""Where a client connects, and how long it waits before it comes back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import urlsplit

from gigahour.keys import Key, find_keys

PROGRAM = f"gigahour-python/{version('gigahour')}"

SILENCE = 10.0
"""Seconds without any message after which a connection is given up. The exchange says each 5 s
that a channel is silent, and the client always hears one."""

LARGEST = 64 << 20
"""Bytes of a message: the listing of a very large market is far below."""

RESTART = 1012
"""The close code of an exchange that will be back."""

_RESTART_JITTER = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE, _ATTEMPTS = 0.1, 5.0, 20


@dataclass(frozen=True, slots=True)
class Address:
    """A venue's socket. `via` is the host and port to connect to instead, as of a tunnel."""

    url: str
    via: tuple[str, int] | None = None

    @property
    def host(self) -> str:
        """The value of the Host header, which a login signs."""
        parts = urlsplit(self.url)
        plain = {"ws": 80, "wss": 443}.get(parts.scheme)
        if plain is None or parts.hostname is None:
            raise ValueError(f"{self.url} is no ws:// or wss:// address")
        name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return name if parts.port in (None, plain) else f"{name}:{parts.port}"


def demo(key: str | None) -> tuple[str, Key | None]:
    """Where the demonstration of this machine is, and one of its keys."""
    keys = find_keys()
    return (keys.feed, None) if key is None else (keys.trade, keys[key])


def pauses() -> Iterator[float]:
    """Seconds before each attempt to come back; after about a minute there are no more."""
    pause = _FIRST_PAUSE
    for _ in range(_ATTEMPTS):
        yield pause * random.uniform(0.5, 1.0)
        pause = min(pause * 2, _LONGEST_PAUSE)


def restart_pause() -> float:
    """Seconds before coming back to an exchange that restarts: not all clients at once."""
    return random.uniform(0.0, _RESTART_JITTER)
