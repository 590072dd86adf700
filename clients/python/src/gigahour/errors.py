"""What can go wrong, and what to do about it.

Three kinds: the exchange says no (`Refused`, with the number, whether it is final, and what would
pass), the world says no (`Disconnected`, `OutcomeUnknown`, `KeysError`, `SlowConsumer`), and the
caller is wrong before anything is sent (`TypeError`, `ValueError`). See section 16 of the protocol.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class GigahourError(Exception):
    """Everything this package raises by itself."""


class KeysError(GigahourError):
    """A file of keys cannot be found, read or used."""


class ProtocolError(GigahourError):
    """The other side does not speak `gigahour.v1`."""


class Disconnected(GigahourError):
    """The connection has ended and will not come back by itself."""


class SlowConsumer(GigahourError):
    """A stream was read more slowly than it was filled; it has ended rather than lose something."""


class StreamClosed(GigahourError):
    """A stream was read after it had been closed."""


class Refused(GigahourError):
    """The exchange refused a request."""

    def __init__(self, code: int, name: str, data: Mapping[str, Any]) -> None:
        self.code = code
        """The number of section 16."""
        self.name = name
        """Its name, such as `PRICE_BAND`."""
        self.data = data
        """Everything else it said."""
        text = data.get("text") or name
        super().__init__(f"{code} {name}: {text}" if text != name else f"{code} {name}")

    @classmethod
    def read(cls, error: Mapping[str, Any]) -> Refused:
        """Reads the error of a reply."""
        return cls(error["code"], error.get("message", ""), error.get("data") or {})

    @property
    def final(self) -> bool:
        """Whether the request has changed nothing and never will."""
        return bool(self.data.get("final", self.code not in (-32603, 5001, 5003)))

    @property
    def suggestion(self) -> str:
        """What would pass, or what to do next; empty where the exchange does not say."""
        if hint := self.data.get("hint"):
            return str(hint)
        if suggested := _suggested(self.code, self.data):
            return suggested
        return str(self.data.get("text", ""))


def _suggested(code: int, data: Mapping[str, Any]) -> str:
    match code:
        case 2003 if "tick" in data:
            return f"round_to_tick(price, {data['tick']!r})"
        case 2004 | 2031 if "min" in data and "max" in data:
            return f"a price from {data['min']} to {data['max']}"
        case 2007 | 3008 if "max" in data:
            return f"at most {data['max']} lots"
        case 3001 | 3003 if "required" in data and "available" in data:
            return f"{data['required']} is required and {data['available']} there: fewer lots"
        case 3007 if "required" in data and "available" in data:
            return f"at most {data['available']} less {data['required']}"
        case 4001 if "retry_after_ms" in data:
            return f"wait {data['retry_after_ms']} ms"
        case -32602 if "path" in data:
            return f"look at the parameter {data['path']}"
        case _:
            return ""


class OutcomeUnknown(GigahourError):
    """A request was lost with its connection, and sending it again would not be safe."""

    code = 5001
    final = False

    def __init__(self, method: str, suggestion: str) -> None:
        self.suggestion = suggestion
        super().__init__(f"nobody knows what became of {method}: {suggestion}")
