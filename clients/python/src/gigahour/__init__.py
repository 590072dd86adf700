"""Gigahour: trade, hedge and hear GPU-hour futures.

`Client` is for scripts and notebooks, `AsyncClient` for programs with an event loop; both come back
by themselves after a loss and then lose and double nothing. Prices are `Decimal`, quantities whole
lots of 8 GPUs. `gigahour.hedge` turns a need into orders.
"""

from gigahour.async_client import AsyncClient
from gigahour.async_stream import AsyncStream
from gigahour.book import Book, BookBuilder, Change
from gigahour.curve import Curve
from gigahour.decimals import TICK, round_to_tick
from gigahour.errors import (
    Disconnected,
    GigahourError,
    KeysError,
    OutcomeUnknown,
    ProtocolError,
    Refused,
    SlowConsumer,
    StreamClosed,
)
from gigahour.events import AccountEvent
from gigahour.keys import Key, Keys, find_keys
from gigahour.records import Level
from gigahour.results import Cod
from gigahour.sync_client import Client
from gigahour.sync_stream import Stream
from gigahour.table import Table

__all__ = [
    "TICK",
    "AccountEvent",
    "AsyncClient",
    "AsyncStream",
    "Book",
    "BookBuilder",
    "Change",
    "Client",
    "Cod",
    "Curve",
    "Disconnected",
    "GigahourError",
    "Key",
    "Keys",
    "KeysError",
    "Level",
    "OutcomeUnknown",
    "ProtocolError",
    "Refused",
    "SlowConsumer",
    "Stream",
    "StreamClosed",
    "Table",
    "find_keys",
    "round_to_tick",
]
