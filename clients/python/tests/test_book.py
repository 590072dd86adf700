import json
from decimal import Decimal
from typing import Any

from conftest import REPOSITORY

from gigahour import BookBuilder, Change, Level
from gigahour.book import checksum

PROTOCOL = (REPOSITORY / "gateway/protocol/PROTOCOL.md").read_text("utf-8")


def level(price: str, qty: int) -> Level:
    return Level(Decimal(price), qty)


def event(seq: int, bids: Any, asks: Any, **others: Any) -> dict[str, Any]:
    kind = "delta" if "prev_seq" in others else "snapshot"
    data = {"bids": bids, "asks": asks}
    return {"channel": "book.A", "kind": kind, "epoch": "b-1", "seq": seq, "data": data, **others}


def started() -> BookBuilder:
    builder = BookBuilder("A")
    snapshot = event(7, [["2.125", "128"], ["2.120", "64"]], [["2.130", "96"]])
    assert builder.apply(snapshot) is Change.APPLIED
    return builder


def test_the_checksum_is_that_of_the_vectors() -> None:
    asks = [level("2.1300", 96), level("2.1310", 32)]
    bids = [level("2.1250", 128), level("2.1240", 64), level("2.1200", 512)]
    assert checksum(bids, asks) == 2216820431
    quantities = [96, 32, 10, 20, 30, 40, 50, 60, 70, 80]
    asks = [level(f"2.{1300 + 10 * n}", qty) for n, qty in enumerate(quantities)]
    bids += [
        level(price, qty)
        for price, qty in (
            ("2.1190", 5),
            ("2.1180", 7),
            ("2.1170", 9),
            ("2.1160", 11),
            ("2.1150", 13),
            ("2.1140", 15),
            ("2.1130", 17),
        )
    ]
    assert checksum(bids, asks) == 1772272923


def test_the_book_of_the_document_has_its_checksums() -> None:
    lines = [
        line for line in PROTOCOL.splitlines() if '"channel":"book.' in line and '"crc"' in line
    ]
    assert len(lines) == 2
    builder = BookBuilder("H100-US-2027M03")
    for line in lines:
        assert builder.apply(json.loads(line)["params"]) is Change.APPLIED
    assert builder.book().ask == level("2.130", 64)
    assert builder.book().implied.bid == level("2.124", 16)


def test_levels_stay_in_order() -> None:
    builder = started()
    builder.apply(event(8, [["2.122", "5"], ["2.125", "0"]], [["2.128", "1"]], prev_seq=7))
    book = builder.book()
    assert book.bids == (level("2.122", 5), level("2.120", 64))
    assert book.asks == (level("2.128", 1), level("2.130", 96))
    assert (book.bid, book.ask) == (level("2.122", 5), level("2.128", 1))


def test_removing_what_is_not_there_does_nothing() -> None:
    builder = started()
    assert builder.apply(event(8, [["1.000", "0"]], [], prev_seq=7)) is Change.APPLIED
    assert len(builder.book().bids) == 2


def test_a_gap_makes_it_stale_until_the_next_snapshot() -> None:
    builder = started()
    assert builder.apply(event(9, [], [], prev_seq=8)) is Change.GAP
    assert not builder.is_fresh
    assert builder.apply(event(10, [], [], prev_seq=9)) is Change.IGNORED, "it asks once"
    assert builder.apply(event(11, [["2.000", "1"]], [])) is Change.APPLIED
    assert builder.book().bids == (level("2.000", 1),)


def test_what_was_heard_before_is_ignored() -> None:
    builder = started()
    assert builder.apply(event(7, [], [["2.130", "1"]], prev_seq=6)) is Change.IGNORED
    assert builder.book().ask == level("2.130", 96)


def test_another_epoch_is_a_gap() -> None:
    builder = started()
    change = builder.apply({**event(8, [], [], prev_seq=7), "epoch": "b-2"})
    assert change is Change.GAP


def test_a_heartbeat_tells_of_a_gap() -> None:
    builder = started()
    heartbeat = {"channel": "book.A", "kind": "heartbeat", "epoch": "b-1"}
    assert builder.apply({**heartbeat, "seq": 7}) is Change.IGNORED
    assert builder.apply({**heartbeat, "seq": 8}) is Change.GAP


def test_a_wrong_checksum_makes_it_stale() -> None:
    builder = started()
    assert builder.apply(event(8, [], [["2.130", "64"]], prev_seq=7, crc=1)) is Change.CHECKSUM
    assert not builder.is_fresh


def test_a_book_is_shown_with_units() -> None:
    assert repr(started().book()).splitlines() == [
        "A, lots of 8 GPUs, $ per GPU-hour",
        "     128     2.125 | 2.130     96",
        "      64     2.120 |",
    ]
