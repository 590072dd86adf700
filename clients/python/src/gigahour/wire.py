"""Messages as text: requests out; greeting, replies and events in (protocol, section 1)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from gigahour.errors import ProtocolError

T = TypeVar("T")

SUBPROTOCOL = "gigahour.v1.json"

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request before it has an id, and how its result is read."""

    method: str
    params: Mapping[str, Any]
    read: Callable[[Any], T]
    is_safe_to_repeat: bool = True
    """Whether sending it twice does the same as once."""
    if_lost: str = "ask again"
    """What to do when nobody knows what became of it."""

    def text(self, number: int) -> str:
        """The message; parameters that are `None` are left out."""
        params = {name: value for name, value in self.params.items() if value is not None}
        request = {"jsonrpc": "2.0", "id": number, "method": self.method, "params": params}
        return json.dumps(request, separators=(",", ":"))


def read(text: str | bytes) -> Params:
    """A message of the exchange."""
    try:
        message = json.loads(text)
    except ValueError as error:
        raise ProtocolError(f"no JSON: {error}") from error
    if not isinstance(message, dict):
        raise ProtocolError(f"no message: {message!r}")
    return message
