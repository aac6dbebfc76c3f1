#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""bench.py [--reports N] [--rounds N] [--fill N] - how fast Lafayette is, beside what the work costs at least.

Everything is run in turns, --rounds times, on two cores and a private MariaDB (1 GB buffer pool, durable commits);
a ratio is the median of the ratios of the rounds, so that a busy machine counts against both sides. The floors are
the short programs beside this file, which state their work; "all at once" runs them at the same time and takes the
slowest: no program that does all of this work can be quicker. --fill N ingests into a database of N mails too, which
it makes once (build/bench/db) out of copies of ingested ones, raw octets cut to 500. Table on stdout, everything
in build/bench/bench.json. Asserts nothing.
"""
import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import harness  # noqa: E402
from harness.whole_dovecot import WholeDovecot  # noqa: E402

PLACE = harness.BUILD / "bench"
FLOORS = harness.BUILD / "tests" / "bench"
BATCH = 512  # the ingester's default
TICKS = os.sysconf("SC_CLK_TCK")
SERVER = ("--innodb-buffer-pool-size=1G", "--innodb-log-file-size=96M", "--innodb-flush-log-at-trx-commit=1",
          "--innodb-doublewrite=1", "--innodb-use-native-aio=1", "--max-allowed-packet=16M")


class Server(harness.PrivateMariadb):
    """A private server whose data stay from one bench to the next."""

    def __enter__(self):
        self.folder = PLACE
        self.start()
        return self

    def __exit__(self, *exc):
        self.stop()

    def cpu(self):
        fields = pathlib.Path(f"/proc/{(PLACE / 'db/pid').read_text().strip()}/stat").read_text()
        user, system = fields.rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / TICKS

    def fresh(self, name):
        """An empty database with our tables."""
        self.execute(f"DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name} CHARACTER SET utf8mb4 "
                     "COLLATE utf8mb4_unicode_ci", name=None)
        harness.run("lafayette-admin", "-q", "-c", self.settings(name), "init", want=0)

    def settings(self, name, *feed):
        path = PLACE / f"{name}.cfg"
        self.name = name
        path.write_text("\n".join([self.config(), *feed, ""]), encoding="utf-8")
        path.chmod(0o600)
        return path


class Run:
    """One program: wall and CPU seconds, the most memory it held."""

    def __init__(self, *command, core=None, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
        self.command = list(map(str, command))
        env = {**os.environ, "LAFAYETTE_STATE": str(PLACE / "state")}
        pin = (lambda: os.sched_setaffinity(0, {core})) if core is not None else None
        self.begun = time.monotonic()
        self.child = subprocess.Popen(self.command, stdin=stdin, stdout=stdout, env=env, preexec_fn=pin)

    def wait(self):
        output = self.child.stdout.read().decode() if self.child.stdout else ""
        _, status, usage = os.wait4(self.child.pid, 0)
        self.child.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - self.begun
        self.cpu = usage.ru_utime + usage.ru_stime
        self.megabytes = usage.ru_maxrss / 1024
        self.output = output.strip()
        if self.child.returncode != 0:
            sys.exit(f"bench: {' '.join(self.command)}: exit {self.child.returncode}")
        return self


class Bench:
    def __init__(self, options, db):
        self.options, self.db = options, db
        self.values, self.ratios, self.dovecot, self.loads = {}, {}, None, []
        self.core = sorted(os.sched_getaffinity(0))[0]
        self.dir, self.maildir = PLACE / "mails", PLACE / "maildir"

    # ---- what is measured ----

    def note(self, what, wall, cpu, megabytes=None, count=None):
        count = count or self.options.reports
        self.values.setdefault(what, []).append(
            {"per_second": count / wall, "cpu_us": cpu / count * 1e6, "megabytes": megabytes})
        print(f"  {what}: {count / wall:,.0f} mails/s, {cpu / count * 1e6:,.0f} us CPU", file=sys.stderr, flush=True)

    def one_core(self, what, *command):
        run = Run(*command, core=self.core).wait()
        self.note(what, run.wall, run.cpu, run.megabytes)

    def ingest(self, what, config, *arguments, count=None):
        count = count or self.options.reports
        before = self.db.cpu()
        run = Run(harness.program("lafayette-ingest"), "-q", "-c", config, *arguments, stdout=subprocess.PIPE).wait()
        if not run.output.startswith(f"ingested {count}, duplicate 0, quarantined 0, failed 0"):
            sys.exit(f"bench: {what}: {run.output}")
        self.note(what, run.wall, run.cpu + self.db.cpu() - before, run.megabytes, count)

    def insert_ready(self):
        self.db.fresh("arf_floor")
        run = Run(FLOORS / "insert_floor", self.db.socket, "arf_rows", "arf_floor", BATCH,
                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if run.child.stdout.readline() != b"ready\n":
            sys.exit("bench: insert_floor did not come up")
        return run

    def all_at_once(self, what, user=None):
        """The floors together; the slowest one counts."""
        insert = self.insert_ready()
        before, start = self.db.cpu(), time.monotonic()
        runs = [Run(FLOORS / "parse_floor", self.dir)]
        if user:
            runs.append(self.fetch_floor(user))
        insert.child.stdin.write(b"go\n")
        insert.child.stdin.close()
        for run in (*runs, insert):
            run.wait()
        self.note(what, time.monotonic() - start, sum(run.cpu for run in (*runs, insert)) + self.db.cpu() - before)

    def insert(self):
        run = self.insert_ready()
        before = self.db.cpu()
        run.child.stdin.write(b"go\n")
        run.child.stdin.close()
        run.wait()
        self.note("floor: insert", float(run.output.split()[-1]), run.cpu + self.db.cpu() - before)

    # ---- mails ----

    def generate(self):
        """The mails, once, as a folder and as a Maildir of links to the same files."""
        stamp = PLACE / "mails.stamp"
        wanted = f"{self.options.reports}\n"
        if not stamp.exists() or stamp.read_text() != wanted:
            shutil.rmtree(self.dir, ignore_errors=True)
            subprocess.run([sys.executable, harness.TOOLS / "gen_reports.py", "-q", "-n", str(self.options.reports),
                            "--dir", self.dir], check=True)
            stamp.write_text(wanted)

    def fill_maildir(self, path, link=True):
        shutil.rmtree(path, ignore_errors=True)
        for part in ("new", "cur", "tmp"):
            (path / part).mkdir(parents=True)
        for file in os.listdir(self.dir):
            target = path / "new" / f"1700000000.M{file.removesuffix('.eml')}.bench"
            (os.link if link else shutil.copyfile)(self.dir / file, target)

    def fresh_user(self, name):
        """An account of Dovecot with all mails in its INBOX, never looked into."""
        path = self.dovecot.place("INBOX", name)
        self.fill_maildir(path, link=False)
        subprocess.run(["chown", "-R", f"{self.dovecot.uid}:{self.dovecot.gid}", path], check=True)
        return name

    def fetch_floor(self, user):
        return Run(FLOORS / "fetch_floor", self.dovecot.port, user, self.dovecot.password)

    # ---- the order of things ----

    def first(self):
        """The rows that the insert floor writes; not measured."""
        self.db.fresh("arf_rows")
        harness.run("lafayette-ingest", "-q", "-c", self.db.settings("arf_rows"), self.dir, timeout=1800, want=0,
                    env={"LAFAYETTE_STATE": str(PLACE / "state")})

    def local_round(self):
        self.one_core("floor: newlines", FLOORS / "newline_floor", self.dir)
        self.one_core("floor: GMime", FLOORS / "parse_floor", self.dir)
        self.one_core("parser", FLOORS / "parser_run", self.dir)
        self.one_core("parse thread", FLOORS / "examine_run", self.dir)
        self.one_core("arfdump", harness.program("arfdump"), self.dir)
        self.insert()
        self.db.fresh("arf_bench")
        self.ingest("ingest: folder", self.db.settings("arf_bench"), self.dir)
        self.all_at_once("floor: parse + insert")
        self.fill_maildir(self.maildir)
        self.db.fresh("arf_bench")
        self.ingest("ingest: Maildir", self.db.settings("arf_bench", "[feed]", f"source = maildir:{self.maildir}"),
                    "-f", "feed")

    def ingest_imap(self, what, user, settle):
        self.db.fresh("arf_bench")
        feed = ("[feed]", "imapHost = 127.0.0.1", f"imapPort = {self.dovecot.port}", "imapTls = none",
                f"imapUser = {user}", f"imapPassword = {self.dovecot.password}", f"imapSettle = {settle}")
        self.ingest(what, self.db.settings("arf_bench", *feed), "-f", "feed")

    def imap_round(self, number):
        run = self.fetch_floor(self.fresh_user(f"fetch{number}")).wait()
        self.note("floor: IMAP fetch", run.wall, run.cpu, run.megabytes)
        self.ingest_imap("ingest: IMAP, moved", self.fresh_user(f"moved{number}"), "move")
        self.ingest_imap("ingest: IMAP, kept", self.fresh_user(f"kept{number}"), "keep")
        self.all_at_once("floor: parse + insert + fetch", self.fresh_user(f"all{number}"))
        shutil.rmtree(self.dovecot.folder / "mail", ignore_errors=True)

    def filled_round(self, number):
        """The same new mails into an empty database and into one of a million."""
        mails = PLACE / "new"
        shutil.rmtree(mails, ignore_errors=True)
        subprocess.run([sys.executable, harness.TOOLS / "gen_reports.py", "-q", "-n", str(self.options.reports),
                        "--seed", str(time.time_ns()), "--dir", mails], check=True)
        self.db.fresh("arf_bench")
        order = [("ingest: new mails, empty database", "arf_bench"), ("ingest: new mails, filled database", "arf_full")]
        for what, name in order if number % 2 else reversed(order):
            self.ingest(what, self.db.settings(name), mails)

    def run(self):
        self.generate()
        self.first()
        if self.options.fill:
            fill(self.db, self.options.fill)
        for number in range(1, self.options.rounds + 1):
            print(f"round {number} of {self.options.rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
            self.loads.append(os.getloadavg()[0])
            self.local_round()
            if self.dovecot:
                self.imap_round(number)
            if self.options.fill:
                self.filled_round(number)

    def ratio(self, ours, floor, key="per_second"):
        pairs = zip(self.values.get(ours, ()), self.values.get(floor, ()))
        found = [a[key] / b[key] if key == "per_second" else b[key] / a[key] for a, b in pairs]
        return statistics.median(found) if found else None

    def report(self):
        rows = []
        for what, floor, wanted in BESIDE:
            if what in self.values:
                middle = {key: statistics.median(one[key] or 0 for one in self.values[what])
                          for key in ("per_second", "cpu_us", "megabytes")}
                rows.append({"what": what, **middle, "floor": floor, "wanted": wanted,
                             "ratio": self.ratio(what, floor), "cpu_ratio": self.ratio(what, floor, "cpu_us")})
        return {"reports": self.options.reports, "rounds": self.options.rounds, "load": self.loads,
                "cores": len(os.sched_getaffinity(0)), "machine": machine(), "rows": rows, "runs": self.values}


# what, beside which floor, the figure to reach
BESIDE = [
    ("floor: newlines", None, None),
    ("floor: GMime", None, None),
    ("parser", "floor: GMime", 0.75),
    ("parse thread", "floor: GMime", None),  # parser, verdict, patterns, fingerprint, zstd
    ("arfdump", "floor: GMime", None),
    ("floor: insert", None, None),
    ("floor: parse + insert", None, None),
    ("ingest: folder", "floor: parse + insert", 0.6),
    ("ingest: Maildir", "floor: parse + insert", 0.6),
    ("floor: IMAP fetch", None, None),
    ("floor: parse + insert + fetch", None, None),
    ("ingest: IMAP, kept", "floor: parse + insert + fetch", 0.5),
    ("ingest: IMAP, moved", "floor: parse + insert + fetch", 0.5),  # the floor moves nothing
    ("ingest: new mails, empty database", None, None),
    ("ingest: new mails, filled database", "ingest: new mails, empty database", 0.8),
]


def machine():
    names = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
             if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}"


COPIES = """
INSERT INTO domain SELECT domainId + {by}, domain, UNHEX(SHA2(CONCAT(keyHash, '{n}'), 256))
  FROM arf_rows.domain;
INSERT INTO emailLocal SELECT emailLocalId + {by}, emailLocal, UNHEX(SHA2(CONCAT(keyHash, '{n}'), 256))
  FROM arf_rows.emailLocal;
INSERT INTO url SELECT urlId + {by}, firstSeen, lastSeen, urlIp, urlDomainId + {by}, urlAsn, urlCountryCode,
  url, tail, UNHEX(SHA2(CONCAT(keyHash, '{n}'), 256)) FROM arf_rows.url;
INSERT INTO file SELECT fileId + {by}, firstSeen, lastSeen, hash, filename, size, sha256,
  UNHEX(SHA2(CONCAT(keyHash, '{n}'), 256)) FROM arf_rows.file;
INSERT INTO pattern SELECT patternId + {by}, kind, pattern, UNHEX(SHA2(CONCAT(keyHash, '{n}'), 256))
  FROM arf_rows.pattern;
INSERT INTO ledger SELECT UNHEX(SHA2(CONCAT(digest, '{n}'), 256)), seen FROM arf_rows.ledger;
CREATE TEMPORARY TABLE copy AS SELECT * FROM arf_rows.arfEmail;
UPDATE copy SET emailId = emailId + {by}, rawId = rawId + {by}, arrivalDate = arrivalDate - INTERVAL {n} DAY,
  receivedDate = receivedDate - INTERVAL {n} DAY, digest = UNHEX(SHA2(CONCAT(digest, '{n}'), 256)),
  fingerprint = UNHEX(SHA2(CONCAT(fingerprint, '{n}'), 256));
INSERT INTO arfEmail SELECT * FROM copy;
DROP TEMPORARY TABLE copy;
INSERT INTO emailUrl SELECT emailId + {by}, urlId + {by}, position, flags, outerUrlId + {by} FROM arf_rows.emailUrl;
INSERT INTO emailFile SELECT emailId + {by}, fileId + {by}, position, filename FROM arf_rows.emailFile;
INSERT INTO emailPattern SELECT emailId + {by}, patternId + {by} FROM arf_rows.emailPattern;
INSERT INTO rawMessage SELECT rawId + {by}, seq, dictionaryId, LEFT(body, 500) FROM arf_rows.rawMessage;
COMMIT;
"""


def fill(db, wanted):
    """arf_full with that many mails: copies of those of arf_rows, each with rows and names of its own."""
    there = db.query("SELECT 1 FROM information_schema.tables WHERE table_schema = 'arf_full'", name=None)
    count = int(db.value("SELECT COUNT(*) FROM arfEmail", name="arf_full")) if there else 0
    each = int(db.value("SELECT COUNT(*) FROM arfEmail", name="arf_rows"))
    if count >= wanted:
        return
    db.fresh("arf_full")
    step = 1_000_000
    for n in range(1, -(-wanted // each) + 1):
        db.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; SET autocommit = 0;" +
                   COPIES.format(by=n * step, n=n), name="arf_full")
        print(f"filling: {n * each:,} of {wanted:,} mails", file=sys.stderr, flush=True)
    db.execute(f"UPDATE idBlock SET next = {(n + 1) * step}", name="arf_full")


def show(result):
    print(f"\n{result['reports']:,} generated reports, median of {result['rounds']} rounds, {result['cores']} cores "
          f"({result['machine']}), load {min(result['load']):.1f} to {max(result['load']):.1f}\n")
    print(f"{'':36}{'mails/s':>9}{'CPU us':>8}{'MB':>6}{'ratio':>8}{'CPU':>7}{'wanted':>8}")
    for row in result["rows"]:
        cells = [f"{row['per_second']:>9,.0f}", f"{row['cpu_us']:>8,.0f}",
                 f"{row['megabytes']:>6,.0f}" if row["megabytes"] else " " * 6]
        if row["ratio"] is not None:
            cells += [f"{row['ratio']:>8.2f}", f"{row['cpu_ratio']:>7.2f}", f"{row['wanted'] or '':>8}"]
        print(f"{row['what']:36}{''.join(cells)}")
    print("\nCPU us: user and system time a mail, of the program and of MariaDB (not of Dovecot). MB: the most that "
          "the\nprogram held. ratio: mails/s beside the floor above, CPU: the same by CPU time, which a busy machine\n"
          "hardly changes.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=20000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--fill", type=int, default=0)
    parser.add_argument("--cores", type=int, default=2)
    options = parser.parse_args()
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:options.cores]))
    (PLACE / "state").mkdir(parents=True, exist_ok=True)
    with Server(*SERVER) as db:
        bench = Bench(options, db)
        try:
            with WholeDovecot() as bench.dovecot:
                bench.run()
        except unittest.SkipTest as missing:
            print(f"no IMAP: {missing}", file=sys.stderr)
            bench.dovecot = None
            bench.run()
    result = bench.report()
    (PLACE / "bench.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    show(result)


if __name__ == "__main__":
    main()
