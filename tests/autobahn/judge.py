"""Judges a report of the Autobahn testsuite: what failed must be what is on the reviewed list, no more and
no less. Usage: judge.py INDEX.json"""

import collections
import json
import sys

# A message of the venue has at most 64 KiB; one that is larger is closed with 1009, as section 14 of the
# protocol says; who goes on sending may see the connection reset before it reads that. Cases 9.1 to 9.6 send up to 16 MiB, in one frame, in fragments, and in small writes.
SIZES = {"9.1": range(2, 7), "9.2": range(2, 7), "9.3": range(1, 10), "9.4": range(1, 10)}
SIZES |= {"9.5": range(1, 7), "9.6": range(1, 7)}
REVIEWED = {f"{group}.{case}" for group, cases in SIZES.items() for case in cases}

(agent,) = json.load(open(sys.argv[1], encoding="utf-8")).values()
count = collections.Counter(case["behavior"] for case in agent.values())
bad = {"FAILED", "WRONG CODE", "UNCLEAN"}
failed = {name for name, case in agent.items() if bad & {case["behavior"], case["behaviorClose"]}}
print(f"autobahn: {len(agent)} cases, {dict(count)}, {len(REVIEWED)} beyond 64 KiB by design")
if failed != REVIEWED:
    sys.exit(f"failed and not reviewed: {sorted(failed - REVIEWED)}; passed: {sorted(REVIEWED - failed)}")
if codes := {agent[name]["remoteCloseCode"] for name in failed} - {1009, None}:
    sys.exit(f"messages beyond 64 KiB were closed with {codes}")
