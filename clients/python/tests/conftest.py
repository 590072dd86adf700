"""What the tests share: a real venue, which they start and stop."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from proxy import Proxy

from gigahour import Client, Keys, round_to_tick
from gigahour.market import Instrument

REPOSITORY = Path(__file__).parents[3]
GIGAHOUR = Path(os.environ.get("GIGAHOUR", REPOSITORY / "target/release/gigahour")).absolute()


@dataclass(frozen=True)
class Venue:
    """A demonstration that runs."""

    keys: Keys
    keys_file: Path
    pid: int

    @property
    def port(self) -> int:
        return int(self.keys.trade.split(":")[2].split("/")[0])


def started(folder: Path, log: Path) -> tuple[subprocess.Popen[bytes], Keys]:
    assert GIGAHOUR.exists(), f"{GIGAHOUR} is missing: cargo build --release -p gateway"
    arguments = ["demo", "--fresh", "--seed", "1", "--speed", "12000", "--dir", str(folder)]
    ports = ["--trade", "19000", "--http", "18080"]
    with log.open("wb") as out:
        process = subprocess.Popen([GIGAHOUR, *arguments, *ports], stdout=out, stderr=out)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if (folder / "keys.toml").exists():
            return process, Keys.load(folder / "keys.toml")
        time.sleep(0.05)
    process.kill()
    raise RuntimeError(f"the demonstration does not start: {log.read_text()}")


def awaited_quotes(keys: Keys) -> None:
    """Waits until the makers have come."""
    with Client(keys.feed) as client, client.curves("H100-US") as curves:
        for _ in range(300):
            curve = curves.get(timeout=30)
            if sum(point.basis == "quoted" for point in curve.points) >= 10:
                return
    raise RuntimeError("nobody quotes")


def stopped(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=5)


@pytest.fixture(scope="session")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venue]:
    """A market with bots, on a fast clock."""
    folder = tmp_path_factory.mktemp("venue")
    process, keys = started(folder / "demo", folder / "log")
    try:
        awaited_quotes(keys)
        yield Venue(keys, folder / "demo" / "keys.toml", process.pid)
    finally:
        stopped(process)


@pytest.fixture
def desk(venue: Venue) -> Iterator[Client]:
    """The desk of the demonstration, with nothing of its own in the market."""
    with Client(venue.keys.trade, venue.keys["desk"]) as client:
        client.order_cancel_all()
        yield client
        client.order_cancel_all()


@pytest.fixture
def proxy(venue: Venue) -> Iterator[Proxy]:
    """A wire to the venue that can be cut."""
    proxy = Proxy(venue.port)
    try:
        yield proxy
    finally:
        proxy.close()


def month_of(client: Client) -> Instrument:
    """A month that trades, with an offer, and that will not expire while a test runs."""
    for _ in range(100):
        offered = {one.symbol for one in client.curve("H100-US").points if one.ask is not None}
        months = [one for one in client.instruments("H100-US-*M??") if one.tenor == "month"]
        open_months = [one for one in months if one.phase == "open"][3:]
        if found := [one for one in open_months if one.symbol in offered]:
            return found[0]
        time.sleep(0.2)
    raise RuntimeError("no month is offered")


def offered(client: Client) -> Instrument:
    """A month in which an order for two lots would be filled now: no auction is called in it."""
    for _ in range(100):
        one = month_of(client)
        if client.status(one.symbol).phase == "open":
            seen = client.order_preview(
                symbol=one.symbol, side="buy", qty=2, price=one.max_price, tif="ioc"
            )
            if seen.fill_qty == 2:
                return one
        time.sleep(0.2)
    raise RuntimeError("nothing can be bought")


def resting(contract: Instrument) -> Decimal:
    """A bid that is not filled, and stays in the band when a day ends meanwhile."""
    return round_to_tick(contract.settle * Decimal("0.95"), to="down")
