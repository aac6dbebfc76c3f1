# SPDX-License-Identifier: Apache-2.0
"""A database with an outbox, the driver that fills and empties it, and the questions whether all is well."""
import collections
import os
import pathlib
import signal
import subprocess
import time

import harness
from harness import imap_driver

TARGET = "tests/unit/complaint/outbox_driver"
NO_CAPS = "anHour = 0\naDay = 0\ncontactAnHour = 0\ncontactADay = 0\nquietHours = 0\n"


class OutboxSite:
    """One database of a server. put() queues complaints, drain() sends what may be sent now, rows() tells."""

    def __init__(self, server, folder, name="arf"):
        self.server, self.folder, self.name = server, pathlib.Path(folder), name
        self.driver = imap_driver.build(TARGET)
        server.execute(f"DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name}", name=None)
        self.path = self.configure(0)
        harness.run("lafayette-admin", "-c", self.path, "init", want=0)

    def configure(self, port, reports=NO_CAPS, web="", feeds="", file="forensic.cfg"):
        path = self.folder / file
        path.write_text(self.server.config().replace("dbName = arf", f"dbName = {self.name}")
                        + "[web]\nsecret_key = 0123456789abcdef0123\nreportSender = Reports <reports@example.com>\n"
                          f"mailSmtp = 127.0.0.1\nsmtpPort = {port or 25}\nsmtpTls = none\n{web}\n[reports]\n{reports}\n"
                        + feeds, encoding="utf-8")
        self.path = path
        return path

    def put(self, complaints, now=None):
        """complaints: dicts with ref, to, and perhaps ip, asn, host, copies, emails, forced, octets."""
        lines = ["\t".join([one["ref"], one.get("ip", "198.51.100.7"), str(one.get("asn", 0)), one.get("host", ""),
                            ",".join(one["to"]), ",".join(one.get("copies", ())),
                            ",".join(map(str, one.get("emails", ()))), str(int(one.get("forced", False))),
                            str(one.get("octets", 0))]) for one in complaints]
        done = self.run("put", stdin="\n".join(lines) + "\n", now=now, want=0)
        return int(done.stdout.split()[1]), float(done.stdout.split()[3])

    def run(self, *words, now=None, config=None, **how):
        env = {"LAFAYETTE_NOW": str(now)} if now is not None else {}
        return harness.run(self.driver, config or self.path, *words, env=env, **how)

    def drain(self, now=None, config=None, timeout=120):
        """Events as lists of words: event, reference, position, code, text."""
        done = self.run("drain", now=now, config=config, timeout=timeout, want=0)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def start(self, word="send", now=None, config=None):
        env = {**os.environ, **({"LAFAYETTE_NOW": str(now)} if now is not None else {})}
        return subprocess.Popen([self.driver, config or self.path, word], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)

    def stop(self, child, number=signal.SIGTERM, seconds=40):
        child.send_signal(number)
        out = child.communicate(timeout=seconds * harness.PATIENCE)[0]
        return child.returncode, out

    def rows(self):
        """(reference, address) to its row."""
        return {(row["reference"], row["address"]): row for row in self.server.query(
            "SELECT c.reference, r.*, HEX(r.claim) AS claim FROM complaintRecipient r JOIN complaint c "
            "USING (complaintId) ORDER BY complaintId, position", name=self.name)}

    def states(self):
        return dict(collections.Counter(row["state"] for row in self.rows().values()))

    def state(self, reference):
        return [row["state"] for (ref, _), row in self.rows().items() if ref == reference]

    def value(self, sql):
        return self.server.value(sql, name=self.name)

    def execute(self, sql):
        self.server.execute(sql, name=self.name)

    def add_mails(self, ids):
        self.execute("INSERT INTO arfEmail (emailId, arrivalDate, receivedDate) VALUES "
                     + ",".join(f"({one}, UTC_TIMESTAMP(), UTC_TIMESTAMP())" for one in ids))


def batch(count, prefix="LF", contacts=50, first=0):
    """Complaints about addresses of their own, to some contacts in turn."""
    return [{"ref": f"{prefix}-{i}", "to": [f"abuse{i % contacts}@net.example"], "host": f"h{i}.example.org",
             "ip": f"198.51.100.{i % 250}"} for i in range(first, first + count)]


def epoch():
    return int(time.time())
