#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How fast lafayette-admin upgrade is, and whether it loses anything when killed.

  PYTHONPATH=tests tests/bench/upgrade_rows.py [--mails N] [--octets N] [--kills N] [-- OPTION...]

Makes a database of the original with N (1,000,000) mails on a private MariaDB, upgrades it while killing
the program at random moments (none unless told), and prints mails a second: of one run, or of the time
that all runs took together. OPTIONs go to mariadbd
(default: a buffer pool and a log of 1 GB). Takes
about 8 GB below build/tmp for a million mails.
"""
import argparse
import os
import random
import signal
import subprocess
import sys
import time

import harness
from harness.original_schema import Rows, create

SERVER = ["--innodb-buffer-pool-size=1G", "--innodb-log-file-size=1G"]


def load(server, mails, octets):
    command = ["mariadb", "--no-defaults", f"--socket={server.socket}", "--user=root",
               "--default-character-set=utf8mb4", "arf"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=True) as client:
        for statement in Rows(mails, octets).statements():
            client.stdin.write(statement)
        client.stdin.close()
    if client.returncode != 0:
        sys.exit("loading failed")


def digest(server, table, columns):
    """A figure of all rows' values that does not depend on their order."""
    return server.query(f"SELECT COUNT(*) AS n, SUM(CRC32(CONCAT_WS('|', {columns}))) AS crc FROM {table}")[0]


def upgrade(server, folder, kills):
    """Seconds that the runs took, each time killed after some tenth of a run; and the number of kills."""
    config = folder / "forensic.cfg"
    config.write_text(server.config(), encoding="utf-8")
    seconds, killed, chance = 0.0, 0, random.Random(kills)
    while True:
        began = time.monotonic()
        with subprocess.Popen([harness.program("lafayette-admin"), "-c", config, "-q", "upgrade"],
                              env={**os.environ, "LAFAYETTE_STATE": str(folder)}) as child:
            if killed < kills:
                try:
                    child.wait(0.05 + 8 * chance.random())
                except subprocess.TimeoutExpired:
                    child.send_signal(signal.SIGKILL)
                    killed += 1
            code = child.wait()
        seconds += time.monotonic() - began
        if code != -signal.SIGKILL:
            if code != 0:
                sys.exit(f"exit {code}")
            return seconds, killed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mails", type=int, default=1_000_000)
    parser.add_argument("--octets", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("server", nargs="*", default=SERVER)
    args = parser.parse_args()
    with harness.PrivateMariadb(*args.server) as server, harness.TempFolder() as folder:
        create(server)
        load(server, args.mails, args.octets)
        kept = "emailId, arrivalDate, messageId, reported, HEX(sourceIp), deliveryResult"
        before = digest(server, "arfEmail", kept)
        texts = server.value("SELECT SUM(OCTET_LENGTH(REPLACE(content, '&#65533;', 'xxx'))) FROM arfEmail")
        seconds, killed = upgrade(server, folder, args.kills)
        same = (before == digest(server, "arfEmail", kept)
                and texts == server.value("SELECT SUM(octets) FROM arfEmail")
                and int(server.value("SELECT COUNT(*) FROM rawMessage WHERE seq = 1")) == args.mails)
        print(f"{args.mails} mails in {seconds:.0f} s: {args.mails / seconds:.0f} a second, killed {killed} times, "
              + ("all there" if same else "NOT THE SAME"))
        sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
