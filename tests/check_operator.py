#!/usr/bin/env python3
"""A venue as its operator runs it: under a service manager, with a certificate that changes.

Usage: tests/check_operator.py GIGAHOUR GHX FOLDER [PROMTOOL]

The programs are built with TLS. A socket of ours plays the service manager: it hears that the venue is
ready, alive and stopping. A certificate authority made with openssl signs what the venue shows; `ghx`
trusts it and nothing else.
"""

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
TRADE, HTTP = 9490, 8490


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, **more)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def authority(folder):
    """A certificate authority."""
    run("openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "2", "-subj", "/CN=authority",
        "-keyout", folder / "ca.key", "-out", folder / "ca.pem")


def certify(folder, serial):
    """A certificate for localhost with a serial number, where the configuration says."""
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    run("openssl", "req", "-newkey", "ed25519", "-nodes", "-subj", "/CN=localhost",
        "-keyout", folder / "key.new", "-out", folder / "request")
    run("openssl", "x509", "-req", "-in", folder / "request", "-days", "1", "-CA", folder / "ca.pem",
        "-CAkey", folder / "ca.key", "-set_serial", str(serial), "-extfile", folder / "names",
        "-out", folder / "chain.new")
    os.replace(folder / "key.new", folder / "key.pem")
    os.replace(folder / "chain.new", folder / "chain.pem")


def serial_shown(folder, port):
    trusting = ssl.create_default_context(cafile=folder / "ca.pem")
    with socket.create_connection(("localhost", port), timeout=5) as tcp:
        with trusting.wrap_socket(tcp, server_hostname="localhost") as tls:
            return int(tls.getpeercert()["serialNumber"], 16)


def get(folder, path):
    return run("curl", "-sS", "--fail-with-body", "--cacert", folder / "ca.pem", f"https://localhost:{HTTP}{path}")


def hear(manager, wanted):
    """What the service manager hears until it hears `wanted`."""
    heard = []
    while wanted not in heard:
        heard += manager.recv(4096).decode().splitlines()
    return heard


def check_unit(gigahour, folder):
    unit = (HERE / "gateway/gigahour.service").read_text()
    unit = unit.replace("/usr/bin/gigahour", str(gigahour.resolve()))
    unit = re.sub("^Documentation=.*$", "", unit, flags=re.M)
    (folder / "gigahour.service").write_text(unit)
    run("systemd-analyze", "verify", folder / "gigahour.service")
    exposure = run("systemd-analyze", "security", "--offline=true", "--no-pager", folder / "gigahour.service")
    level = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", exposure).group(1))
    assert level < 2, f"the unit is open: {level}"
    print(f"unit      accepted by systemd-analyze; exposure {level} of 10")


def configure(ghx, folder):
    made = run(ghx, "keys", "--new", "desk", "--account", "1001", "--keys", folder / "keys.toml")
    public = re.search(r'public = "([^"]+)"', made).group(1)
    key = re.search(r'id = "([^"]+)"', made).group(1)
    keys = (folder / "keys.toml").read_text()
    keys = re.sub(r'"wss?://[^"]*/v1/(\w+)"', rf'"wss://localhost:{TRADE}/v1/\1"', keys)
    keys = re.sub(r'"https?://[^"]*"', f'"https://localhost:{HTTP}"', keys)
    (folder / "keys.toml").write_text(keys)
    (folder / "gigahour.toml").write_text(f"""
data_dir = "data"
market = "{HERE / 'gateway/market/market.toml'}"
env = "prod"
trade = "127.0.0.1:{TRADE}"
http = "127.0.0.1:{HTTP}"
hosts = ["localhost:{TRADE}"]
reserve_mib = 1

[tls]
certificate = "chain.pem"
key = "key.pem"

[[account]]
number = 1001
name = "desk"
deposit_mills = 5000000000

[[account.key]]
id = "{key}"
public = "{public}"
scopes = ["read", "trade"]
""")


def certificate_changes(venue, folder):
    assert (serial_shown(folder, TRADE), serial_shown(folder, HTTP)) == (1001, 1001)
    certify(folder, 1002)
    venue.send_signal(signal.SIGHUP)
    until = time.monotonic() + 3
    while serial_shown(folder, TRADE) != 1002:
        assert time.monotonic() < until, "SIGHUP does not bring the new certificate"
        time.sleep(0.05)
    certify(folder, 1003)
    until = time.monotonic() + 15
    while serial_shown(folder, HTTP) != 1003:
        assert time.monotonic() < until, "a new file is not noticed"
        time.sleep(0.2)
    print("tls       the certificate changes on SIGHUP, and by itself when its file does")


def members_trade(ghx, folder):
    trusting = {**os.environ, "SSL_CERT_FILE": str(folder / "ca.pem")}
    keys = ("--keys", folder / "keys.toml")
    said = run(ghx, *keys, "margin", env=trusting)
    assert "5,000,000" in said, said
    suspicious = subprocess.run([ghx, *keys, "margin"], capture_output=True, text=True, timeout=60)
    assert suspicious.returncode != 0 and "certificate" in suspicious.stderr.lower(), suspicious.stderr
    print("wss       ghx logs in where it trusts the certificate, and nowhere else")


def metrics_are_well_formed(folder, promtool):
    text = get(folder, "/metrics")
    checked = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0 and not checked.stderr.strip(), checked.stderr
    print(f"metrics   {text.count('# TYPE')} families accepted by promtool")


def main():
    gigahour, ghx, folder = (Path(argument) for argument in sys.argv[1:4])
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    check_unit(gigahour, folder)
    authority(folder)
    certify(folder, 1001)
    configure(ghx, folder)
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(str(folder / "notify"))
    manager.settimeout(20)
    environment = {**os.environ, "NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "900000"}
    with (folder / "venue.log").open("w") as log:
        venue = subprocess.Popen(
            [gigahour, "serve", "--config", folder / "gigahour.toml"], env=environment, stderr=log)
    try:
        hear(manager, "READY=1")
        started = time.monotonic()
        for _ in range(4):
            hear(manager, "WATCHDOG=1")
        assert time.monotonic() - started < 4 * 0.9, "signs of life come too late"
        assert get(folder, "/livez") == "ok\n"
        assert f"wss://localhost:{TRADE}/v1/trade" in get(folder, "/v1/venue")
        certificate_changes(venue, folder)
        members_trade(ghx, folder)
        if len(sys.argv) > 4:
            metrics_are_well_formed(folder, sys.argv[4])
        asked = time.monotonic()
        venue.terminate()
        hear(manager, "STOPPING=1")
        assert venue.wait(timeout=5) == 0
        print(f"service   ready, alive, stopped within {time.monotonic() - asked:.2f} s of SIGTERM")
    except BaseException:
        print((folder / "venue.log").read_text()[-3000:])
        raise
    finally:
        if venue.poll() is None:
            venue.kill()
            venue.wait()


main()
