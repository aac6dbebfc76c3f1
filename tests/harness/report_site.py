# SPDX-License-Identifier: Apache-2.0
"""Pages that queue complaints about generated mails, and programs of their own that write and send them."""
import html
import os
import pathlib
import re
import signal
import subprocess
import sys

import harness
from harness import imap_driver
from harness.outbox_site import NO_CAPS, TARGET
from harness.shims import preloaded
from harness.web_site import WebSite

SENDER = "abuse@desk.example.com"
COPY = "feed@copies.example.com"
NETWORKS = "[networks]\nfile = networks.csv\npublic = 198.18.0.0/15, 2001:db8::/32\n[dns]\nservers = 127.0.0.1:1\nabuse =\n"


class ReportSite(WebSite):
    """The daemon sends nothing; drain() and start() do, through the SMTP server of that port."""

    def __init__(self, count, reports=""):
        super().__init__(f"reportSender = {SENDER}\nsmtpWorkers = 0\n",
                         f"[reports]\nemail = {COPY}\n{NO_CAPS}{reports}\n{NETWORKS}")
        self.count = count

    def __enter__(self):
        super().__enter__()
        try:
            self.driver = imap_driver.build(TARGET)
            subprocess.run([sys.executable, harness.TOOLS / "gen_reports.py", "-q", "-n", str(self.count), "--days", "2",
                            "--end", "now", "--maildir", self.folder / "mail", "--networks",
                            self.folder / "networks.csv"], check=True)
            harness.run("lafayette-ingest", "-q", "-c", self.config, self.folder / "mail", want=0, timeout=120)
            self.anna = self.client("anna")
        except BaseException:
            self.__exit__()
            raise
        return self

    def mails(self, limit):
        """Mails that nobody has reported and that no complaint is about."""
        told = set(self.column("SELECT emailId FROM complaintEmail"))
        rows = self.anna.get("/api/email?type=normal&limit=1000").json()["emails"]
        rows = [row for row in rows if not row["reported"] and str(row["emailId"]) not in told][:limit]
        if len(rows) != limit:
            raise AssertionError(f"{len(rows)} mails are left, not {limit}")
        return rows

    def ids(self, limit):
        return [row["emailId"] for row in self.mails(limit)]

    def queue(self, ids, **form):
        """"Send Reports" of a list; the numbers of the complaints."""
        before = self.value("SELECT COALESCE(MAX(complaintId), 0) FROM complaint")
        answer = self.anna.post("/reportemail", {"emailid": ids, "submit": "Send Reports", "feedbackType": "fraud", **form})
        if (answer.status, answer.fields.get("location")) != (303, "/outbox"):
            raise AssertionError(answer)
        return [int(one) for one in self.column(f"SELECT complaintId FROM complaint WHERE complaintId > {before}")]

    def draft(self, ids):
        return self.anna.post("/reportemail", {"emailid": ids}).fields["location"]

    def sender(self, port, web=""):
        """The configuration of a program that sends there."""
        path = pathlib.Path(self.folder / f"send-{port}.cfg")
        path.write_text(self.config.read_text(encoding="utf-8").replace(
            "smtpWorkers = 0", f"mailSmtp = 127.0.0.1\nsmtpPort = {port}\nsmtpTls = none\n{web or 'smtpWorkers = 2'}"),
            encoding="utf-8")
        path.chmod(0o600)
        return path

    def drain(self, port, web="", env=None, want=0):
        done = harness.run(self.driver, self.sender(port, web), "drain", env=env, want=want, timeout=120)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def send(self, port, web="", env=None, word="send"):
        """A program that goes on until it is told to end, or dies."""
        return subprocess.Popen([self.driver, self.sender(port, web), word], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                env={**os.environ, **(env or {})})

    def expire(self, port, seconds):
        """As if that many seconds had gone by."""
        now = int(self.value("SELECT TIMESTAMPDIFF(SECOND, '1970-01-01', UTC_TIMESTAMP())")) + seconds
        harness.run(self.driver, self.sender(port), "expire", env={"LAFAYETTE_NOW": str(now)}, want=0)
        self.db.execute("UPDATE complaintRecipient SET nextTry = UTC_TIMESTAMP() WHERE nextTry > UTC_TIMESTAMP()")

    def value(self, sql):
        return self.db.value(sql)

    def column(self, sql):
        return [next(iter(row.values())) for row in self.db.query(sql)]

    def states(self, complaint=None):
        """Of the recipients' rows, in their order."""
        where = f" WHERE complaintId = {complaint}" if complaint else ""
        return self.column(f"SELECT state FROM complaintRecipient{where} ORDER BY complaintId, position")

    def row(self, complaint, position=1):
        return self.db.query(f"SELECT * FROM complaintRecipient WHERE complaintId = {complaint} AND position = {position}")[0]

    def texts(self, page):
        """The mails that a page shows, with LF."""
        found = re.findall(r'<pre class="mail-text raw">(.*?)</pre>', page, re.DOTALL)
        return [html.unescape(one).replace("\r\n", "\n") for one in found]



def fated(**words):
    """The environment of a program whose fate is in those words (tests/shim/fate.c)."""
    return preloaded("fate", **{f"FATE_{name}": value for name, value in words.items()})


def end(child, number=signal.SIGKILL):
    """Its exit code."""
    child.send_signal(number)
    child.communicate(timeout=60 * harness.PATIENCE)
    return child.returncode


def without_to(octets):
    """A sent mail as it is stored, with LF."""
    text = octets.decode("ascii").replace("\r\n", "\n")
    return re.sub(r"^To:.*?\n(?=\S)", "", text, count=1, flags=re.DOTALL)
