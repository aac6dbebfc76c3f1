#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""lookup_bench.py [--reports N] [--rounds N] - what looking up who sent the mails adds to a run.

A private MariaDB and nsd on this machine, with the zones of the generated reports. Each round ingests the same
reports three times into the database made empty: cold (nothing is known), warm (the facts of the cold run still
hold), and without looking up, in turns. "adds" is the time of the whole run beside that of the run without, as the
median over the rounds; "of it looking up" is what the program itself counts. Asserts nothing.
"""
import argparse
import os
import pathlib
import re
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


class Bench:
    def __init__(self, options, folder, db, dns):
        self.options, self.folder, self.db = options, folder, db
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
        """(seconds, figures of the lookups or None), after the tables were emptied."""
        self.db.execute("".join(f"TRUNCATE TABLE {table};" for table in empty))
        self.db.execute("FLUSH TABLES")
        begun = time.monotonic()
        done = subprocess.run([harness.program("lafayette-ingest"), "-c", self.config, "-f", "mailbox", *options],
                              capture_output=True, text=True, env=self.env, check=False)
        seconds = time.monotonic() - begun
        if done.returncode != 0 or f"ingested {self.options.reports}," not in done.stdout:
            sys.exit(f"lookup_bench: {done.stdout}{done.stderr}")
        match = LOOKUPS.search(done.stderr)
        return seconds, match and [float(group) for group in match.groups()]

    def round(self):
        cold, told = self.ingest(MAILS + FACTS)
        warm, again = self.ingest(MAILS)
        plain, _ = self.ingest(MAILS + FACTS, "--no-enrich")
        if told is None or told[5] != 0:
            sys.exit(f"lookup_bench: mails were left: {told}")
        print(f"  cold {cold:.2f} s (of it looking up {told[6]}), warm {warm:.2f} s "
              f"({again[6] if again else 0}), without {plain:.2f} s; asked {told[0]:.0f}, then "
              f"{again[0] if again else 0:.0f}", file=sys.stderr, flush=True)
        return cold / plain - 1, warm / plain - 1, told[6] / cold, told[0], again[0] if again else 0, plain


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
    cold, warm, share, asked, again, plain = (statistics.median(column) for column in zip(*rounds))
    print(f"""{options.reports} generated reports, nsd on the same machine, medians of {options.rounds} rounds
without looking up: {plain:.1f} s
cold: adds {cold:.0%} (of the run {share:.0%}), {asked / options.reports:.2f} questions a report
warm: adds {warm:.0%}, {again / options.reports:.2f} questions a report""")


if __name__ == "__main__":
    main()
