#!/usr/bin/env python3
"""Compares two summaries of the deterministic demo: whole lives, no money lost, one digest."""

import json
import sys


def fault(summary):
    if summary["ledger_total_mills"] != 0:
        return "money came or went"
    if summary["trades"] == 0 or summary["obligations"] == 0 or summary["invoices"] == 0:
        return "nothing was traded, assigned or invoiced"
    parts = summary["gpu_hours_delivered"] + summary["gpu_hours_short"]
    if parts != summary["gpu_hours_due"]:
        return f"{summary['gpu_hours_due']} GPU-hours were due, but {parts} are accounted for"
    if summary["gpu_hours_short"] == 0 or summary["damages_mills"] <= 0:
        return "no node failed, or nobody paid for it"
    if summary["nodes_attested"] != summary["nodes_registered"]:
        return "not every registered node was attested"
    if summary["nodes_failed"] == 0 or summary["nodes_failed"] != summary["nodes_replaced"]:
        return "no node failed its test, or one was not replaced"
    if summary["hours_signed"] == 0 or summary["hours_disputed"] == 0:
        return "no hour was signed or disputed"
    if summary["hours_disputed"] != summary["hours_probed"]:
        return "a dispute was not looked into"
    if summary["lots_covered"] == 0 or summary["gpu_hours_by_covers"] == 0:
        return "nothing was covered"
    if summary["penalty_mills"] <= 0:
        return "poor service cost no bond"
    return None


def main():
    summaries = []
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            summaries.append(json.load(file))
    for path, summary in zip(sys.argv[1:], summaries):
        if (why := fault(summary)) is not None:
            sys.exit(f"{path}: {why}: {summary}")
    if any(summary != summaries[0] for summary in summaries):
        sys.exit(f"the summaries differ: {summaries}")
    print(f"{len(summaries)} runs, one digest {summaries[0]['digest']}")


main()
