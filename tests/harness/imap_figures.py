#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""imap_figures.py [--mails N] [--keep N] [--round-trip MS] - how fast the IMAP source is, against Dovecot.

Fetches N generated reports (20,000) through a relay of 10 ms round trip, plain and with TLS, and looks at the
flags before anything is settled; then settles them by MOVE. Then N small mails (100,000) stay in place (keep):
the second run must download nothing. Floors: 1,500 mails/s, 2 s. Exit 1 when one is missed.
"""
import argparse
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import harness  # noqa: E402
from harness import imap_driver  # noqa: E402
from harness.delay_relay import DelayRelay  # noqa: E402
from harness.whole_dovecot import WholeDovecot  # noqa: E402

failed = []


def say(what, value, good):
    print(f"{'ok  ' if good else 'MISS'} {what}: {value}", flush=True)
    if not good:
        failed.append(what)


def timed(program, **settings):
    start = time.monotonic()
    got = imap_driver.read(program, quiet=1, **settings)
    if got.code != 0:
        sys.exit(repr(got))
    return got.expected, time.monotonic() - start


def fill(dovecot, user, source):
    """A Maildir as the generator made it becomes the user's."""
    dovecot.deliver(b"", user=user)
    place = dovecot.place("INBOX", user)
    subprocess.run(["rm", "-rf", place / "new"], check=True)
    subprocess.run(["mv", source / "new", place / "new"], check=True)
    subprocess.run(["chown", "-R", f"{dovecot.uid}:{dovecot.gid}", place], check=True)


def fetch(program, dovecot, relays, options):
    with harness.TempFolder("/tmp") as folder:
        subprocess.run([sys.executable, harness.TOOLS / "gen_reports.py", "-n", str(options.mails), "--maildir",
                        folder / "mails"], check=True, capture_output=True)
        octets = sum(one.stat().st_size for one in (folder / "mails/new").iterdir())
        fill(dovecot, "fetch", folder / "mails")
    print(f"     {options.mails} reports, {octets / 1e6:.0f} MB, {options.round_trip} ms round trip")
    for name, relay, more in (("plain, first run", relays[0], {}), ("plain", relays[0], {}),
                              ("TLS", relays[1], {"tls": "tls", "ca_file": dovecot.ca_file})):
        count, seconds = timed(program, port=relay.port, user="fetch", settle="keep", quarantine="Bad", **more)
        say(f"fetched, {name}", f"{count / seconds:.0f} mails/s ({count} in {seconds:.2f} s)",
            count == options.mails and count / seconds >= 1500)
    flags = {flags for flags, _ in dovecot.mails(user="fetch")}
    say("flags after fetching", sorted(flags), flags == {""})
    count, seconds = timed(program, port=relays[0].port, user="fetch", settle="move")
    flags = {flags for flags, _ in dovecot.mails("Done", user="fetch")}
    left = len(dovecot.mails(user="fetch"))
    say("fetched and moved", f"{count / seconds:.0f} mails/s ({count} in {seconds:.2f} s), {left} left, "
        f"flags {sorted(flags)}", left == 0 and flags == {""} and count / seconds >= 1500)


def keep(program, dovecot, relay, options):
    with harness.TempFolder("/tmp") as folder:
        (folder / "mails/new").mkdir(parents=True)
        for n in range(options.keep):
            (folder / f"mails/new/1700000000.M{n:07d}.test").write_bytes(b"Subject: %d\r\n\r\nbody\r\n" % n)
        fill(dovecot, "keep", folder / "mails")
        for run in ("first", "second", "third"):
            before = relay.connections
            count, seconds = timed(program, port=relay.port, user="keep", settle="keep", known=folder / "known")
            good = count == options.keep if run == "first" else count == 0 and seconds <= 2
            say(f"keep, {run} run over {options.keep}", f"{count} downloaded, {seconds:.2f} s, "
                f"{relay.connections - before} connection", good)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mails", type=int, default=20000)
    parser.add_argument("--keep", type=int, default=100000)
    parser.add_argument("--round-trip", type=float, default=10, help="milliseconds")
    options = parser.parse_args()
    program = imap_driver.build()
    with WholeDovecot() as dovecot, DelayRelay(dovecot.port, options.round_trip / 1000) as plain, \
            DelayRelay(dovecot.tls_port, options.round_trip / 1000) as tls:
        fetch(program, dovecot, (plain, tls), options)
        keep(program, dovecot, plain, options)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
