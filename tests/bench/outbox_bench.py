#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""outbox_bench.py [--complaints N] [--workers N] [--rounds N] [--octets N] [--pages] - complaints: pages and sending.

A private MariaDB that writes its log at each commit, and Postfix's smtp-sink, on this machine. Each round queues N
complaints that are written already in one call and sends them, with the caps off and with caps on that nothing
reaches. Printed are the seconds to queue and the rate from the first claim to the last answer: time of the whole
sending program, its start included. Asserts that all were sent and taken.

--pages: the pages that queue N mails of tests/tools/gen_reports.py, both ways (from the list with "Send Reports";
draft, preview, send), each by the clock and by the CPU of daemon and server together; then what was queued is written
and sent.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import harness  # noqa: E402
from harness.fake_smtp import SmtpSink  # noqa: E402
from harness.outbox_site import NO_CAPS, OutboxSite, batch  # noqa: E402
from harness.web_site import WebSite  # noqa: E402

SERVER = ("--innodb-buffer-pool-size=256M", "--innodb-log-file-size=96M", "--innodb-flush-log-at-trx-commit=1",
          "--innodb-doublewrite=1", "--innodb-use-native-aio=1")
HIGH_CAPS = "anHour = 1000000\naDay = 1000000\ncontactAnHour = 100000\ncontactADay = 100000\nquietHours = 24\n"
TICKS = os.sysconf("SC_CLK_TCK")


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


def cpu_of(pid):
    """Seconds of CPU that a process has had."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Pages:
    """A daemon that does not send, and N mails to complain about."""

    def __init__(self, site, server, options):
        self.site, self.options = site, options
        self.server = server.value("SELECT @@pid_file", name=None)
        self.figures = {}
        folder = site.folder
        subprocess.run([sys.executable, harness.TOOLS / "gen_reports.py", "-q", "-n", str(options.complaints * 3 // 2),
                        "--days", "2", "--end", "now", "--maildir", folder / "mail", "--networks",
                        folder / "networks.csv"], check=True)
        harness.run("lafayette-ingest", "-q", "-c", site.config, folder / "mail", want=0, timeout=600)
        self.client = site.client("anna")
        rows = self.client.get(f"/api/email?type=normal&limit={options.complaints}").json()["emails"]
        self.ids = [row["emailId"] for row in rows]
        if len(self.ids) != options.complaints:
            raise AssertionError(f"{len(self.ids)} mails only")

    def cpu(self):
        return cpu_of(self.site.child.pid) + cpu_of(pathlib.Path(self.server).read_text(encoding="ascii").strip())

    def ask(self, name, call, want):
        before, started = self.cpu(), time.monotonic()
        answer = call()
        seconds = time.monotonic() - started
        self.figures.setdefault(name, []).append((seconds, self.cpu() - before))
        if answer.status != want:
            raise AssertionError(f"{name}: {answer}")
        return answer

    def clear(self, count):
        found = self.site.db.value("SELECT COUNT(*) FROM complaint")
        if found != str(count):
            raise AssertionError(f"{found} complaints in the outbox")
        self.site.db.execute("DELETE FROM complaintEmail; DELETE FROM complaintRecipient; DELETE FROM complaint")

    def at_once(self):
        self.ask("list: Send Reports", lambda: self.client.post("/reportemail", {
            "emailid": self.ids, "submit": "Send Reports", "feedbackType": "fraud"}), 303)

    def by_draft(self):
        form = {"emailid": self.ids, "feedbackType": "fraud"}
        place = self.ask("list: make a draft", lambda: self.client.post("/reportemail", form), 303).fields["location"]
        self.ask("draft: choose", lambda: self.client.get(place), 200)
        self.ask("draft: Preview", lambda: self.client.post(place, {**form, "submit": "Preview"}), 200)
        self.ask("draft: Send Reports", lambda: self.client.post(place, {**form, "submit": "Send Reports"}), 303)

    def tell(self):
        for name, figures in self.figures.items():
            print(f"{name}, {self.options.complaints} mails: {statistics.median(one[0] for one in figures):.2f} s, CPU "
                  f"{statistics.median(one[1] for one in figures):.2f} s (rounds "
                  f"{', '.join(f'{one[0]:.2f}/{one[1]:.2f}' for one in figures)})", flush=True)


def send_written(pages, port):
    """What is in the outbox is written and sent by a program of its own."""
    site = OutboxSite.__new__(OutboxSite)
    site.driver, site.path = harness.imap_driver.build("tests/unit/complaint/outbox_driver"), pages.site.config
    pages.site.configure(f"reportSender = reports@example.com\nmailSmtp = 127.0.0.1:{port}\nsmtpTls = none\n"
                         f"smtpWorkers = {pages.options.workers}")
    started, before = time.monotonic(), os.times()
    site.drain(timeout=600)
    seconds, after = time.monotonic() - started, os.times()
    states = pages.site.db.query("SELECT state, COUNT(*) n FROM complaintRecipient GROUP BY state")
    print(f"written and sent: {pages.options.complaints / seconds:.0f}/s, {seconds:.2f} s, CPU of the sending program "
          f"{after.children_user + after.children_system - before.children_user - before.children_system:.2f} s; "
          f"{states}", flush=True)


def measure_pages(server, options):
    sections = f"[reports]\n{NO_CAPS}[networks]\nfile = networks.csv\npublic = 198.18.0.0/15, 2001:db8::/32\n"
    with SmtpSink(dump=False) as sink, WebSite("reportSender = reports@example.com\nsmtpWorkers = 0",
                                               sections, server) as site:
        pages = Pages(site, server, options)
        for _ in range(options.rounds):
            pages.at_once()
            pages.clear(options.complaints)
            pages.by_draft()
            pages.clear(options.complaints)
        pages.at_once()
        pages.tell()
        send_written(pages, sink.port)


def measure_sending(server, options):
    for label, caps in (("caps off", NO_CAPS), ("caps on", HIGH_CAPS)):
        rounds = [one_round(server, options, caps) for _ in range(options.rounds)]
        print(f"{label}: {options.complaints} of {options.octets} octets, {options.workers} workers: "
              f"queued in {statistics.median(one[0] for one in rounds):.2f} s, "
              f"{statistics.median(one[1] for one in rounds):.0f}/s (rounds "
              f"{', '.join(f'{one[1]:.0f}' for one in rounds)})", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--complaints", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--octets", type=int, default=8000)
    parser.add_argument("--pages", action="store_true")
    options = parser.parse_args()
    with harness.PrivateMariadb(*SERVER) as server:
        (measure_pages if options.pages else measure_sending)(server, options)


if __name__ == "__main__":
    main()
