"""Reads the documents of a delivery as a spreadsheet or a calendar would, and compares them with each
other: check_documents.py FOLDER OBLIGATION."""

import csv
import sys
from decimal import Decimal
from pathlib import Path

from icalendar import Calendar


def calendar(path: Path) -> dict[str, object]:
    """The entries of a calendar by their names, each of which stands once."""
    read = Calendar.from_ical(path.read_bytes())
    entries = {}
    for event in read.walk("VEVENT"):
        uid = str(event["UID"])
        assert uid not in entries, f"{uid} stands twice in {path}"
        assert event["DTSTAMP"] and event["DTSTART"] and event["SUMMARY"], uid
        entries[uid] = event
    return entries


def main(folder: Path, obligation: str) -> None:
    """Fails on the first thing that does not fit."""
    market = calendar(folder / "market.ics")
    kinds = {uid.split("@")[0].rsplit("-", 3)[0] for uid in market}
    assert {"last-trading", "delivery", "invoice", "assignment"} <= kinds, kinds
    for uid, event in market.items():
        if uid.startswith("delivery-"):
            days = (event["DTEND"].dt - event["DTSTART"].dt).days
            assert 28 <= days <= 31, f"{uid} takes {days} days"
    private = calendar(folder / "private.ics")
    assert f"invoice-{obligation}@gigahour" in private, private.keys()

    with (folder / "hours.csv").open(newline="") as file:
        hours = list(csv.DictReader(file))
    assert len(hours) % 24 == 0 and 28 <= len(hours) // 24 <= 31, len(hours)
    told = [row for row in hours if row["delivered"]]
    for row in told:
        assert int(row["due"]) == int(row["delivered"]) + int(row["missing"]), row

    with (folder / "focus.csv").open(newline="") as file:
        lines = [row for row in csv.DictReader(file) if row["ResourceId"] == obligation]
    used = [row for row in lines if row["CapacityReservationStatus"] == "Used"]
    assert len(used) == 1, lines
    if len(told) == len(hours):
        delivered = sum(int(row["delivered"]) for row in told)
        assert Decimal(used[0]["ConsumedQuantity"]) == delivered, (used, delivered)
        amount = sum(Decimal(row["amount_usd"]) for row in told)
        assert Decimal(used[0]["BilledCost"]) == amount, (used, amount)
    page = (folder / "invoice.html").read_text()
    assert f"Invoice {obligation}" in page and "<script" not in page
    print(
        f"{len(market)} days of the market, {len(private)} of the account, {len(told)} of "
        f"{len(hours)} hours and {len(lines)} charges of {obligation} fit together"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
