#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""lookup_bench.py [--reports N] [--rounds N] - what looking up who sent the mails adds to a run.

A private MariaDB and nsd on this machine, with the zones of the generated reports. Each round ingests the same
reports three times into the database made empty: cold (nothing is known), warm (the facts of the cold run still
hold), and without looking up, in turns. "adds" is the time of the whole run beside that of the run without, as the
median over the rounds, by the clock and by the CPU time of program, MariaDB and nsd (for a machine that has more to
do); "of it looking up" is what the program itself counts. Asserts nothing.
"""
import argparse
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import harness  # noqa: E402
from harness.nsd import PrivateNsd  # noqa: E402

SERVER = ("--innodb-buffer-pool-size=1G", "--innodb-log-file-size=96M", "--innodb-flush-log-at-trx-commit=1",
          "--innodb-doublewrite=1", "--innodb-use-native-aio=1", "--max-allowed-packet=16M")
MAILS = ("arfEmail emailUrl emailFile emailPattern emailRcptTo emailReportedDomain rawMessage heldMessage ledger url "
         "file pattern emailLocal feedRun lookup").split()
FACTS = "ipFact hostFact network asName ipListing hostListing domain".split()
LOOKUPS = re.compile(r"lookups asked=(\d+) found=(\d+) none=(\d+) not-known=(\d+) mails=(\d+) left=(\d+) in=([\d.]+)")


def cpu_of(group):
    """CPU seconds of all processes of a process group, and of this one's children that have ended."""
    total = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = 0
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) in group or int(path.parent.name) in group:
            ticks += int(fields[11]) + int(fields[12])
    return total.ru_utime + total.ru_stime + ticks / os.sysconf("SC_CLK_TCK")


class Bench:
    def __init__(self, options, folder, db, dns):
        self.options, self.folder, self.db = options, folder, db
        self.servers = {int((db.folder / "db/pid").read_text()), dns.master.pid}
        self.config = folder / "forensic.cfg"
        self.config.write_text(f"""{db.config()}
[networks]
public = 198.18.0.0/15, 2001:db8::/32
[dns]
servers = {dns.server}
budget = 120
backfillDays = 30
[dnsbl]
zen = zen.spamhaus.org
dbl = dbl.spamhaus.org
surbl = multi.surbl.org
[mailbox]
source = dir:{folder}/mails
imapSettle = keep
""", encoding="utf-8")
        self.config.chmod(0o600)
        self.env = {**os.environ, "LAFAYETTE_STATE": str(folder / "state")}
        harness.run("lafayette-admin", "-q", "-c", self.config, "init", want=0)

    def ingest(self, empty, *options):
        """(seconds, CPU seconds, figures of the lookups or None), after the tables were emptied."""
        self.db.execute("".join(f"TRUNCATE TABLE {table};" for table in empty))
        self.db.execute("FLUSH TABLES")
        begun, cpu = time.monotonic(), cpu_of(self.servers)
        done = subprocess.run([harness.program("lafayette-ingest"), "-c", self.config, "-f", "mailbox", *options],
                              capture_output=True, text=True, env=self.env, check=False)
        seconds, cpu = time.monotonic() - begun, cpu_of(self.servers) - cpu
        if done.returncode != 0 or f"ingested {self.options.reports}," not in done.stdout:
            sys.exit(f"lookup_bench: {done.stdout}{done.stderr}")
        match = LOOKUPS.search(done.stderr)
        return seconds, cpu, match and [float(group) for group in match.groups()]

    def round(self):
        cold, cold_cpu, told = self.ingest(MAILS + FACTS)
        warm, warm_cpu, again = self.ingest(MAILS)
        plain, plain_cpu, _ = self.ingest(MAILS + FACTS, "--no-enrich")
        if told is None or told[5] != 0:
            sys.exit(f"lookup_bench: mails were left: {told}")
        again = again or [0] * 7
        print(f"  cold {cold:.2f} s (CPU {cold_cpu:.2f}; looking up {told[6]}), warm {warm:.2f} s (CPU {warm_cpu:.2f}; "
              f"{again[6]}), without {plain:.2f} s (CPU {plain_cpu:.2f}); asked {told[0]:.0f}, then {again[0]:.0f}",
              file=sys.stderr, flush=True)
        return {"plain": plain, "cold": cold / plain - 1, "cold_cpu": cold_cpu / plain_cpu - 1, "share": told[6] / cold,
                "warm": warm / plain - 1, "warm_cpu": warm_cpu / plain_cpu - 1, "asked": told[0], "again": again[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--reports", type=int, default=20000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with harness.TempFolder() as folder:
        subprocess.run([sys.executable, harness.TOOLS / "gen_reports.py", "-q", "-n", str(options.reports), "--end", "now",
                        "--dir", folder / "mails", "--zones", folder / "zones"], check=True)
        with harness.PrivateMariadb(*SERVER) as db, PrivateNsd(folder / "zones") as dns:
            bench = Bench(options, folder, db, dns)
            rounds = [bench.round() for _ in range(options.rounds)]
    m = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    print(f"""{options.reports} generated reports, nsd on the same machine, medians of {options.rounds} rounds
without looking up: {m["plain"]:.1f} s
cold: adds {m["cold"]:.0%}, by CPU {m["cold_cpu"]:.0%} (of the run {m["share"]:.0%}), {m["asked"] / options.reports:.2f} questions a report
warm: adds {m["warm"]:.0%}, by CPU {m["warm_cpu"]:.0%}, {m["again"] / options.reports:.2f} questions a report""")


if __name__ == "__main__":
    main()
