#!/usr/bin/env python3
"""Kills the demo with SIGKILL at random moments while its bots trade, and counts what was lost.

    tests/kill9_demo.py target/release/gigahour [KILLS]

What the venue has shown to be durable just before each kill must be in the log after it; the log must
replay, and the demo must go on from it.
"""

import json
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request


def start(program, folder, is_fresh):
    """The running demo and the address of its page."""
    ports = ["--http", "18080", "--trade", "19000"]
    command = [program, "demo", "--dir", folder, *ports, *(["--fresh"] if is_fresh else [])]
    demo = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in demo.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return demo, found.group()
    sys.exit("the demo does not start")


def status(url):
    with urllib.request.urlopen(f"{url}/statusz", timeout=5) as answer:
        return json.load(answer)


def watch(url, seconds):
    """The last command that was shown to be durable."""
    shown, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        shown = max(shown, status(url)["seq"])
        time.sleep(0.01)
    return shown


def main():
    program = sys.argv[1]
    kills = int(sys.argv[2]) if 2 < len(sys.argv) else 50
    chance = random.Random(kills)
    lost = commands = 0
    with tempfile.TemporaryDirectory() as folder:
        for kill in range(kills):
            demo, url = start(program, folder, is_fresh=kill == 0)
            found = status(url)["seq"]
            if found < commands:
                lost += 1
                print(f"kill {kill}: command {commands} was shown, the log ends with {found}")
            commands = watch(url, 0.5 + 2 * chance.random())
            demo.send_signal(signal.SIGKILL)
            demo.wait()
        demo, url = start(program, folder, is_fresh=False)
        commands = watch(url, 2)
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=60)
        if demo.returncode != 0:
            sys.exit("the demo does not end cleanly after the last kill")
        subprocess.run([program, "verify", folder], check=True)
    print(f"{kills} kills of the demo, {commands} commands shown, {lost} times something shown was lost")
    sys.exit(lost != 0)


main()
