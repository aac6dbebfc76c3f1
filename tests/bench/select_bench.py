#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""select_bench.py [-n 1000000] [--days 30] [--rounds 20] [--keep DIR] - how fast pages are read from a full database

A private MariaDB (1 GB buffer pool, the rest as installed) is filled by tests/harness/bulk_mails.py, then asked as the
pages ask, through src/select without HTTP: first page of 50 rows with its total, by each filter over two whole days, with
a common, a rare and an absent value; the newest 50; page 1,000; graphs, map, overview; contains-searches over all days.
Per read: the first answer after a restart of the server (cold), then the 50th and 95th percentile of --rounds, in
milliseconds of the call; and the median of the CPU time that server and reader took, which is what a call takes where
nothing else runs. --keep DIR uses a filled server there, or leaves it.
"""
import argparse
import json
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import harness  # noqa: E402
from harness.bulk_mails import Bulk, RARE  # noqa: E402
from harness.mariadb import PrivateMariadb  # noqa: E402
from harness.select_driver import SelectDriver  # noqa: E402

SERVER = ("--innodb-buffer-pool-size=1G", "--innodb-log-file-size=96M")
TWO_DAYS = "days=1&daysago=1"  # two whole days
LIST_MS, FIGURE_MS, SEARCH_MS = 50, 20, 300


class Kept(PrivateMariadb):
    """A server in a folder that stays."""

    def __init__(self, folder):
        super().__init__(*SERVER)
        self.folder = pathlib.Path(folder)

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.start()
        return self

    def __exit__(self, *exc):
        self.stop()


def samples(db):
    """Values of the filters: [(filter, common, rare, absent)], as query strings."""
    one = lambda sql: db.value(sql, name="arf_bulk")
    names = ("SELECT CONCAT(l.emailLocal, '@', d.domain) FROM arfEmail e JOIN emailLocal l ON l.emailLocalId = e.{0}LocalId "
             "JOIN domain d ON d.domainId = e.{0}DomainId WHERE e.emailId = {1}")
    often = lambda column: one(f"SELECT {column} FROM arfEmail WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY COUNT(*) DESC LIMIT 1")
    seldom = lambda column: one(f"SELECT {column} FROM arfEmail WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY COUNT(*) LIMIT 1")
    host = lambda number: one(f"SELECT domain FROM domain WHERE domainId = {number}")
    last = int(one("SELECT MAX(emailId) FROM arfEmail"))
    ip = lambda how: one(f"SELECT INET6_NTOA(sourceIp) FROM arfEmail GROUP BY sourceIp ORDER BY COUNT(*) {how} LIMIT 1")
    pattern = lambda how: one(f"SELECT patternId FROM emailPattern GROUP BY 1 ORDER BY COUNT(*) {how} LIMIT 1")
    link = lambda how: one(f"SELECT urlId FROM emailUrl GROUP BY 1 ORDER BY COUNT(*) {how} LIMIT 1")
    yield "type", "type=normal", "type=auto-replied", None
    yield "fbtype", "fbtype=auth-failure", "fbtype=virus", "fbtype=fraud"
    yield "delivery", "delivery=none", "delivery=quarantine", None
    yield "reported", "reported=0", "reported=1", None
    yield "genuine", "genuine=0", None, "genuine=1"
    yield "listed", "listed=1", None, None
    yield "ip", f"ip={ip('DESC')}", f"ip={ip('')}", "ip=192.0.2.1"
    yield "ip (CIDR)", "ip=198.18.0.0/15", "ip=198.18.77.0/28", "ip=192.0.2.0/24"
    yield "asn", f"asn={often('sourceAsn')}", f"asn={seldom('sourceAsn')}", "asn=1"
    yield "country", f"country={often('countryCode')}", f"country={seldom('countryCode')}", "country=QQ"
    yield "domain", f"domain={host(often('reportedDomainID'))}", f"domain={host(seldom('reportedDomainID'))}", "domain=no.test"
    yield "domain (*)", "domain=*.test", f"domain={host(seldom('reportedDomainID'))[:-3]}*", "domain=*nobody*"
    yield "source", f"source={host(often('sourceDomainId'))}", f"source={host(seldom('sourceDomainId'))}", "source=no.test"
    yield "source (*)", "source=*.test", "source=*10.example1*", "source=*nobody*"
    writer = one("SELECT MIN(emailId) FROM arfEmail GROUP BY originalFromLocalId, originalFromDomainId ORDER BY COUNT(*) DESC LIMIT 1")
    yield "from", f"from={one(names.format('originalFrom', writer))}", f"from={one(names.format('originalFrom', last // 3))}", "from=x@no.test"
    yield "rcpt", f"rcpt=@{host(often('originalRcptToDomainId'))}", f"rcpt={one(names.format('originalRcptTo', 7))}", "rcpt=x@no.test"
    yield "reporter", f"reporter=@{host(often('reporterDomainId'))}", None, "reporter=@no.test"
    yield "campaign", f"campaign={pattern('DESC')}", f"campaign={pattern('')}", "campaign=999999999"
    yield "urlid", f"urlid={link('DESC')}", f"urlid={link('')}", "urlid=999999999"
    yield "subject", "subject=wire transfer", f"subject={RARE}", "subject=nowhere in here"
    yield "url", "url=mail.htm", f"url={RARE}", "url=nowhere-in-here"
    yield "urllike", "urllike=%25mail.htm", f"urllike=%25{RARE}", "urllike=%25nowhere.htm"
    yield "file", "file=.zip", "file=invoice_123", "file=nowhere"
    yield "q", "q=transfer", f"q={one(names.format('originalFrom', last // 3))}", "q=192.0.2.7"


def reads(db, days):
    """[(what, how it is counted, command, rest)]"""
    yield "newest 50", LIST_MS, "page", ""
    for name, *values in samples(db):
        for kind, value in zip(("common", "rare", "absent"), values):
            if value:
                yield f"{name}, {kind}", LIST_MS, "page", f"{value}&{TWO_DAYS}"
    for name, value in (("common", "wire transfer"), ("rare", RARE), ("absent", "nowhere in here"), ("absent, a * inside", "no*where in here")):
        yield f"subject contains, {days} days, {name}", SEARCH_MS, "page", f"subject={value}&days={days}"
    for name, value in (("common", "mail.htm"), ("rare", RARE), ("absent", "nowhere-in-here")):
        yield f"URL contains, {days} days, {name}", SEARCH_MS, "page", f"url={value}&days={days}"
    for sort in ("subject", "asn", "country"):
        yield f"sorted by {sort}, 2 days", None, "page", f"sort={sort}&{TWO_DAYS}"
    yield "one mail", LIST_MS, "detail", "77"
    yield "URLs, 2 days", LIST_MS, "urls", TWO_DAYS
    yield "URLs, absent, 2 days", LIST_MS, "urls", f"url=nowhere-in-here&{TWO_DAYS}"
    yield "URLs of mails by subject, 2 days", None, "urlsofmails", f"subject=wire transfer&{TWO_DAYS}"
    for what, command, rest in (("graph, live", "live", ""), ("graph, reported", "reported", ""), ("map, reported", "map", "reported"),
                                ("map, all", "map", "all"), ("overview", "overview", ""), ("IPv4 map", "ipv4", ""),
                                ("patterns, 2 days", "campaigns", "subject+sender 2"), ("networks, 7 days", "networks", "asn")):
        yield f"{what}, computed", None, command, rest
    for what in ("live", "reported", "map", "mapall", "overview", "ipv4", "campaigns"):
        yield f"{what}, as the page has it", FIGURE_MS, "figures", what


def deep(driver, pages, rest):
    """The query of page number `pages`, walked there."""
    after = None
    for _ in range(pages - 1):
        answer = driver.ask("page" if after is None else "emails", rest + (f"&after={after}" if after else ""))
        after = answer["next"]
    return f"{rest}&after={after}"


class Cpu:
    """CPU milliseconds that the server and the reader have used."""

    def __init__(self, db, driver):
        self.pids = [(db.folder / "db" / "pid").read_text().strip(), driver.child.pid]

    def now(self):
        nanoseconds = 0
        for pid in self.pids:
            for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                try:
                    nanoseconds += int((task / "schedstat").read_text().split()[0])
                except OSError:  # the thread ended meanwhile
                    pass
        return nanoseconds / 1e6


def measure(driver, rounds, wanted, cold, cpu):
    rows = []
    for what, reach, command, rest in wanted:
        times, used = [], []
        for _ in range(rounds):
            before = cpu.now()
            answer = driver.ask(command, rest)
            used.append(cpu.now() - before)
            times.append(answer["ms"])
            if "error" in answer:
                print(f"  {what}: {answer['error']}", file=sys.stderr)
                break
        times.sort()
        used.sort()
        rows.append({"what": what, "cpu": used[len(used) // 2], "cold": cold.get(what), "p50": times[len(times) // 2],
                     "p95": times[min(len(times) - 1, int(len(times) * 0.95))], "reach": reach,
                     "error": answer.get("error")})
    return rows


def run(db, options):
    if not db.query("SELECT 1 FROM information_schema.schemata WHERE schema_name = 'arf_bulk'", name=None):
        db.execute("CREATE DATABASE arf_bulk CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", name=None)
        db.source(harness.ROOT / "forensic.sql", name="arf_bulk")
        begun = time.monotonic()
        Bulk(db, "arf_bulk", options.count, options.days).fill()
        print(f"filled in {time.monotonic() - begun:.0f} s", file=sys.stderr)
    now = int(db.value("SELECT UNIX_TIMESTAMP(MAX(arrivalDate)) FROM arfEmail", name="arf_bulk"))
    wanted = [read for read in reads(db, options.days) if options.only in read[0]]
    cold = {}
    if options.cold:
        db.restart()
        driver = SelectDriver(db, "arf_bulk", now)
        cold = {what: driver.ask(command, rest)["ms"] for what, _, command, rest in wanted}
        driver.close()
    driver = SelectDriver(db, "arf_bulk", now)
    if not options.only:
        wanted += [("page 1,000 of all", LIST_MS, "emails", deep(driver, min(1000, options.count // 60), "limit=50")),
                   ("page 1,000 of type=normal", LIST_MS, "emails", deep(driver, min(1000, options.count // 80), "type=normal"))]
    cpu = Cpu(db, driver)
    measure(driver, 2, wanted, {}, cpu)
    rows = measure(driver, options.rounds, wanted, cold, cpu)
    driver.close()
    return {"mails": int(db.value("SELECT COUNT(*) FROM arfEmail", name="arf_bulk")), "load": os.getloadavg(), "rows": rows}


def show(result):
    print(f"{result['mails']:,} mails; load {result['load'][0]:.1f} on {os.cpu_count()} cores; ms\n")
    print(f"| {'what':<42} | cold | p50 | p95 | CPU | reach |\n|{'-' * 44}|---|---|---|---|---|")
    for row in result["rows"]:
        mark = "" if row["reach"] is None else f"{row['reach']}{'' if row['p95'] <= row['reach'] else ' MISSED'}"
        cold = "" if row["cold"] is None else f"{row['cold']:.1f}"
        print(f"| {row['what']:<42} | {cold} | {row['p50']:.1f} | {row['p95']:.1f} | {row['cpu']:.1f} | {mark} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--count", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--keep")
    parser.add_argument("--only", default="", help="reads whose name holds this")
    parser.add_argument("--no-cold", dest="cold", action="store_false")
    options = parser.parse_args()
    with Kept(options.keep) if options.keep else PrivateMariadb(*SERVER) as db:
        result = run(db, options)
    show(result)
    out = harness.BUILD / "bench"
    out.mkdir(parents=True, exist_ok=True)
    (out / "select.json").write_text(json.dumps(result, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
