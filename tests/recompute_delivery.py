#!/usr/bin/env python3
"""What a year of deliveries comes to, worked out from the recorded faults alone.

Reads hourly.csv (hour, nodes contracted, node-hours lost, node-hours delivered) and prints a line for
each month from February 2027 on: GPU-hours due, delivered, missing and tolerated, what the buyer pays,
damages, and what the seller loses of its bond. Money is in mills. Hours after the end of the record
are delivered whole. Rules R-9.6, R-9.7, R-9.12 and R-9.17; shares no code with the exchange.
"""

import csv
import sys
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

GPUS, NODES, PRICE, INDEX = 8, 400, 2400, 2650
BOND = 2_000_000_000


def missing_gpu_hours(path):
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            lost = Decimal(row["node_hours_lost"]) * GPUS
            yield int(lost.quantize(Decimal(1), ROUND_HALF_UP))


def hours_of(year, month):
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date(year, month, 1)).days * 24


def main(path):
    lost = list(missing_gpu_hours(path))
    bond, at = BOND, 0
    for n in range(12):
        year, month = 2027 + (n + 1) // 12, (n + 1) % 12 + 1
        hours = hours_of(year, month)
        due = hours * NODES * GPUS
        short = sum(lost[at : at + hours])
        at += hours
        delivered = due - short
        tolerated = min(short, due * 2 // 100)
        damages = (short - tolerated) * (INDEX - PRICE)
        available = Fraction(delivered, due) / Fraction(98, 100)
        part = min(Fraction(1, 2), max(Fraction(0), 2 * (1 - available)))
        penalty = int(bond * part)
        bond -= penalty
        print(
            f"{year}M{month:02} due {due} delivered {delivered} short {short} tolerated {tolerated} "
            f"paid {delivered * PRICE} damages {damages} penalty {penalty}"
        )


main(sys.argv[1])
