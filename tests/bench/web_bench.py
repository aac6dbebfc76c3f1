#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Speed of lafayette-web: `make bench-web`. Needs wrk.

  tests/bench/web_bench.py [--mails N] [--seconds S] [--rounds N] [--requests N]

The list page with 50 rows at 8 connections beside tests/bench/http_floor.c (bare libmicrohttpd and the same
query), interleaved, medians; how long the page and /healthz take beside 1,000 clients that send a byte a second and
beside 8 reads of 2 s; memory before, during and after many requests of pages, figures and files. The last line is JSON.
How long each page takes from a full database: tests/bench/web_table.py.
"""
import argparse
import json
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import harness  # noqa: E402  pylint: disable=wrong-import-position
from harness.web_site import WebSite  # noqa: E402  pylint: disable=wrong-import-position


# Two in ten are the list, the rest what costs less.
MIXED = """local p = {"/email", "/healthz", "/static/style.css", "/api/graph/live", "/robots.txt", "/email?type=bounce", "/",
  "/healthz", "/email/map", "/url"}
local i = 0
request = function() i = i + 1; return wrk.format("GET", p[i % #p + 1]) end
"""


def wrk(url, seconds, cookie=None, script=None):
    """Requests a second at 8 connections; all must be 2xx."""
    command = ["wrk", "-t2", "-c8", f"-d{seconds}s", *(["-s", script] if script else []), *(["-H", f"Cookie: {cookie}"] if cookie else []), url]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise RuntimeError(out)
    return float(re.search(r"Requests/sec:\s*([0-9.]+)", out)[1])


def memory(pid):
    """Resident KB."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


class Floor:
    def __init__(self, db):
        self.child = subprocess.Popen([harness.BUILD / "tests/bench/http_floor", db.socket, db.name, db.user,
                                       db.password], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.child.stdout.readline())}/"

    def stop(self):
        self.child.stdin.close()
        self.child.wait()


def longest(client, paths, count=20):
    """The longest of some requests, in seconds."""
    times = []
    for n in range(count):
        started = time.monotonic()
        answer = client.get(paths[n % len(paths)])
        times.append(time.monotonic() - started)
        if answer.status != 200:
            raise RuntimeError(repr(answer))
    return max(times)


def beside_slow_clients(site, client):
    lines = []
    stop = threading.Event()

    def drip():
        while not stop.wait(1):
            for line in lines:
                try:
                    line.send(b"x")
                except OSError:
                    pass
    for _ in range(1000):
        line = socket.create_connection(("127.0.0.1", site.port))
        line.send(b"GET /healthz HTTP/1.1\r\nX: ")
        lines.append(line)
    thread = threading.Thread(target=drip)
    thread.start()
    try:
        return longest(client, ["/email", "/healthz"])
    finally:
        stop.set()
        thread.join()
        for line in lines:
            line.close()


def beside_slow_reads(site, client):
    """Eight reads that hold their workers: a lock on a table that the page of one pattern reads."""
    holder = subprocess.Popen(["mariadb", "-S", site.db.socket, "-uroot", "arf", "-e",
                               "LOCK TABLES emailPattern WRITE; DO SLEEP(2); UNLOCK TABLES"])
    threads = [threading.Thread(target=lambda: site.client("ada").get("/campaign")) for _ in range(8)]
    time.sleep(0.2)  # the lock is taken first
    for thread in threads:
        thread.start()
    try:
        return longest(client, ["/email", "/healthz"], 6)
    finally:
        for thread in threads:
            thread.join()
        holder.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--mails", type=int, default=3000)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=100_000)
    args = parser.parse_args()
    with WebSite() as site:
        subprocess.run([sys.executable, harness.TOOLS / "gen_reports.py", "-q", "-n", str(args.mails), "--days", "3",
                        "--end", "now", "--maildir", site.folder / "mail"], check=True)
        harness.run("lafayette-ingest", "-q", "-c", site.config, "--no-enrich", site.folder / "mail", want=0,
                    timeout=600)
        client = site.client("ada")
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        page = f"http://127.0.0.1:{site.port}/email"
        floor = Floor(site.db)
        pages, floors = [], []
        for _ in range(args.rounds):
            floors.append(wrk(floor.url, args.seconds))
            pages.append(wrk(page, args.seconds, cookie))
        floor.stop()
        curve, done = [(0, memory(site.child.pid))], 0
        script = site.folder / "mixed.lua"
        script.write_text(MIXED, encoding="ascii")
        while done < args.requests:
            done += int(wrk(page, 10, cookie, script) * 10)
            curve.append((done, memory(site.child.pid)))
        figures = {"floor": statistics.median(floors), "page": statistics.median(pages),
                   "ratio": statistics.median(pages) / statistics.median(floors),
                   "slow_clients_s": beside_slow_clients(site, client), "slow_reads_s": beside_slow_reads(site, client),
                   "memory_kb": curve}
    print(f"list page {figures['page']:.0f}/s, floor {figures['floor']:.0f}/s, ratio {figures['ratio']:.2f}")
    print(f"longest request beside 1,000 slow clients {figures['slow_clients_s']:.3f} s, beside 8 slow reads "
          f"{figures['slow_reads_s']:.3f} s")
    print("memory, KB after requests: " + ", ".join(f"{kb} after {count}" for count, kb in curve))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
