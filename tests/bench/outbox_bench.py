#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""outbox_bench.py [--complaints N] [--workers N] [--rounds N] [--octets N] - complaints a second to a local server.

A private MariaDB that writes its log at each commit, and Postfix's smtp-sink, on this machine. Each round queues N
complaints in one call and sends them, with the caps off and with caps on that nothing reaches. Printed are the
seconds to queue and the rate from the first claim to the last answer: time of the whole sending program, its start
included. Asserts that all were sent and taken.
"""
import argparse
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import harness  # noqa: E402
from harness.fake_smtp import SmtpSink  # noqa: E402
from harness.outbox_site import NO_CAPS, OutboxSite, batch  # noqa: E402

SERVER = ("--innodb-buffer-pool-size=256M", "--innodb-log-file-size=96M", "--innodb-flush-log-at-trx-commit=1",
          "--innodb-doublewrite=1", "--innodb-use-native-aio=1")
HIGH_CAPS = "anHour = 1000000\naDay = 1000000\ncontactAnHour = 100000\ncontactADay = 100000\nquietHours = 24\n"


def one_round(server, options, caps):
    with harness.TempFolder() as folder, SmtpSink(dump=False) as sink:
        site = OutboxSite(server, folder, "arf_bench")
        site.configure(sink.port, reports=caps, web=f"smtpWorkers = {options.workers}")
        _, queued = site.put([{**one, "octets": options.octets} for one in batch(options.complaints)])
        started = time.monotonic()
        site.drain(timeout=600)
        seconds = time.monotonic() - started
        states = site.states()
        if states != {"sent": options.complaints}:
            raise AssertionError(states)
        return queued, options.complaints / seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--complaints", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--octets", type=int, default=8000)
    options = parser.parse_args()
    with harness.PrivateMariadb(*SERVER) as server:
        for label, caps in (("caps off", NO_CAPS), ("caps on", HIGH_CAPS)):
            rounds = [one_round(server, options, caps) for _ in range(options.rounds)]
            print(f"{label}: {options.complaints} of {options.octets} octets, {options.workers} workers: "
                  f"queued in {statistics.median(one[0] for one in rounds):.2f} s, "
                  f"{statistics.median(one[1] for one in rounds):.0f}/s (rounds "
                  f"{', '.join(f'{one[1]:.0f}' for one in rounds)})", flush=True)


if __name__ == "__main__":
    main()
