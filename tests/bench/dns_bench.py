#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Lookups a second: enrich/resolver beside a bare c-ares loop, at a local nsd and behind a relay 20 ms away.

  tests/bench/dns_bench.py [--rounds N] [--seconds S]

`make bench-dns`. Each name is new to all. Rounds of floor and resolver take turns; the median is shown, all values
lie in build/bench/dns.json. Behind the relay the limit is cap ÷ delay. Asserts nothing.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import harness  # noqa: E402
from harness.nsd import PrivateNsd  # noqa: E402
from harness.resolver_driver import DnsRelay  # noqa: E402

FLOOR, OURS = "ares_floor", "resolver_run"
DELAY = 0.02
# in flight, through the relay, lookups a second to be expected: how many names make a round of a second
RUNS = [(1, False, 25000), (100, False, 100000), (1000, False, 100000), (1, True, 50), (100, True, 4500),
        (200, True, 9000), (1000, True, 25000)]


def lookups(program, server, count, in_flight):
    command = [harness.BUILD / "tests/bench" / program, server, "bench.test", str(count), str(in_flight)]
    words = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    if words[3] != "0":
        print(f"{program}: {words[3]} of {words[1]} lookups had no answer", file=sys.stderr)
    return int(words[1]) / float(words[5])


def measure(nsd, options):
    rates = {}
    for _ in range(options.rounds):
        for in_flight, delayed, rate in RUNS:
            count = int(rate * options.seconds)
            for program in (FLOOR, OURS):
                if delayed:
                    relay = harness.BUILD / "tests/unit/enrich/dns_relay"
                    with DnsRelay(nsd.port, int(DELAY * 1e6), program=relay) as way:
                        one = lookups(program, way.server, count, in_flight)
                else:
                    one = lookups(program, nsd.server, count, in_flight)
                rates.setdefault((in_flight, delayed), {}).setdefault(program, []).append(one)
    return rates


def show(rates):
    print(f"{'in flight':>9}  {'where':<12} {'c-ares/s':>9} {'resolver/s':>10} {'ratio':>6}  of cap / delay")
    for (in_flight, delayed), one in rates.items():
        floor, ours = statistics.median(one[FLOOR]), statistics.median(one[OURS])
        limit = f"{ours / (in_flight / DELAY):.2f}" if delayed else ""
        print(f"{in_flight:>9}  {'20 ms away' if delayed else 'local':<12} {floor:>9,.0f} {ours:>10,.0f} "
              f"{ours / floor:>6.2f}  {limit}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1, help="of each of the 14 parts of a round")
    options = parser.parse_args()
    with PrivateNsd(zones={"bench.test": "* A 192.0.2.1"}) as nsd:
        rates = measure(nsd, options)
    show(rates)
    place = harness.BUILD / "bench"
    place.mkdir(parents=True, exist_ok=True)
    rows = [{"in_flight": in_flight, "delay_ms": DELAY * 1000 if delayed else 0, **one}
            for (in_flight, delayed), one in rates.items()]
    (place / "dns.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
