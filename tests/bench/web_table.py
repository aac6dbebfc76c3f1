#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""web_table.py [-n 1000000] [--days 30] [--rounds 40] [--keep DIR] [--only TEXT] - pages on the wire, from a full database

lafayette-web over the database of select_bench.py, asked by a client that is logged in and keeps its connection: the
newest 50; the list by each filter over two whole days, with a common, a rare and an absent value; searches for a part of a
subject or URL over all days; overview, graphs, map. Of each: cold (the first answer after both servers were restarted),
the least, the 50th and the 95th percentile of --rounds by the clock, and the median of the CPU time of lafayette-web and mariadbd, which
is what the page takes where nothing else runs. All in milliseconds, the whole answer read. Writes build/bench/pages.json.
"""
import argparse
import http.client
import json
import os
import pathlib
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402  pylint: disable=wrong-import-position
import select_bench  # noqa: E402  pylint: disable=wrong-import-position
from harness.bulk_mails import RARE, Bulk  # noqa: E402  pylint: disable=wrong-import-position
from harness.web_site import WebSite  # noqa: E402  pylint: disable=wrong-import-position

LIST_MS, FIGURE_MS, SEARCH_MS = 50, 20, 300
NAME = "arf_bulk"


def filled(db, count, days):
    """The database, made when it is not there; its accounts go, they are made anew."""
    if not db.query(f"SELECT 1 FROM information_schema.schemata WHERE schema_name = '{NAME}'", name=None):
        db.execute(f"CREATE DATABASE {NAME} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", name=None)
        db.source(harness.ROOT / "forensic.sql", name=NAME)
        Bulk(db, NAME, count, days).fill()
    db.execute("DELETE FROM user; DELETE FROM session", name=NAME)
    db.name = NAME


def pages(db, days):
    """[(what, how many ms it may take, path)]"""
    date = lambda back: db.value(f"SELECT DATE(MAX(arrivalDate)) - INTERVAL {back} DAY FROM arfEmail", name=NAME)
    two_days = f"since={date(2)}&until={date(1)}"
    month = f"since={date(days)}&until={date(0)}"
    quote = lambda query: urllib.parse.quote(query, safe="=&%*")
    yield "newest 50", LIST_MS, "/email"
    for name, *values in select_bench.samples(db):
        for kind, value in zip(("common", "rare", "absent"), values):
            if value:
                yield f"{name}, {kind}", LIST_MS, f"/email?{quote(value)}&{two_days}"
    for name, values in (("subject", ("wire transfer", RARE, "nowhere in here", "no*where in here")),
                         ("url", ("mail.htm", RARE, "nowhere-in-here", "no*where-in-here"))):
        for kind, value in zip(("common", "rare", "absent", "absent, a * inside"), values):
            yield f"{name} contains, {days} days, {kind}", SEARCH_MS, f"/email?{name}={quote(value)}&{month}"
    for what, path in (("overview", "/"), ("graph, live", "/email/graph"), ("graph, reported", "/email/graph/reported"),
                       ("map", "/email/map"), ("graph, live, JSON", "/api/graph/live"),
                       ("graph, reported, JSON", "/api/graph/reported"), ("map, JSON", "/api/map")):
        yield what, FIGURE_MS, path


class Browser:
    """One connection, kept."""

    def __init__(self, site):
        client = site.client("ada")
        self.fields = {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
        self.line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)

    def ask(self, path):
        """Milliseconds."""
        begun = time.monotonic()
        self.line.request("GET", path, headers=self.fields)
        answer = self.line.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {text.decode(errors='replace')[-1500:]}")
        return 1000 * (time.monotonic() - begun)


def cpu_ms(pids):
    nanoseconds = 0
    for pid in pids:
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            try:
                nanoseconds += int((task / "schedstat").read_text(encoding="ascii").split()[0])
            except OSError:  # the thread ended meanwhile
                pass
    return nanoseconds / 1e6


def cold_times(db, wanted):
    db.restart()
    with WebSite(database=db) as site:
        browser = Browser(site)
        return {what: browser.ask(path) for what, _, path in wanted}


def warm_rows(db, wanted, rounds, cold):
    db.execute("DELETE FROM user; DELETE FROM session", name=NAME)
    with WebSite(database=db) as site:
        browser = Browser(site)
        pids = [(db.folder / "db" / "pid").read_text(encoding="ascii").strip(), site.child.pid]
        for what, reach, path in wanted:
            times, used = [], []
            for number in range(rounds + 2):
                before = cpu_ms(pids)
                took = browser.ask(path)
                if number >= 2:
                    used.append(cpu_ms(pids) - before)
                    times.append(took)
            times.sort()
            used.sort()
            yield {"what": what, "reach": reach, "cold": cold.get(what), "least": times[0], "p50": times[len(times) // 2],
                   "p95": times[int(len(times) * 0.95)], "cpu": used[len(used) // 2]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--count", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--keep", help="a folder whose server is used, or left there")
    parser.add_argument("--only", default="", help="pages whose name holds this")
    options = parser.parse_args()
    server = select_bench.PrivateMariadb(*select_bench.SERVER)
    with select_bench.Kept(options.keep) if options.keep else server as db:
        filled(db, options.count, options.days)
        wanted = [page for page in pages(db, options.days) if options.only in page[0]]
        cold = cold_times(db, wanted)
        rows = list(warm_rows(db, wanted, options.rounds, cold))
        stored = int(db.value("SELECT COUNT(*) FROM arfEmail", name=NAME))
    print(f"{stored:,} mails; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; ms\n")
    print(f"| {'page':<42} | cold | least | p50 | p95 | CPU | wanted |\n|{'-' * 44}|---|---|---|---|---|---|")
    for row in rows:
        over = " MISSED" if row["p95"] > row["reach"] and row["cpu"] > row["reach"] else ""
        print(f"| {row['what']:<42} | {row['cold']:.1f} | {row['least']:.1f} | {row['p50']:.1f} | {row['p95']:.1f} | {row['cpu']:.1f} | "
              f"{row['reach']}{over} |")
    out = harness.BUILD / "bench"
    out.mkdir(parents=True, exist_ok=True)
    (out / "pages.json").write_text(json.dumps({"mails": stored, "load": os.getloadavg(), "rows": rows}, indent=1),
                                    encoding="utf-8")


if __name__ == "__main__":
    main()
