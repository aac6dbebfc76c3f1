# SPDX-License-Identifier: Apache-2.0
"""A site to ingest into: a database, a configuration, a Maildir, and the questions whether all is well."""
import collections
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys

import harness
from harness.shims import preloaded, shim

FULL = os.environ.get("LAFAYETTE_TEST_FULL") == "1"

TABLES = ["arfEmail", "emailUrl", "emailFile", "emailPattern", "emailRcptTo", "emailReportedDomain", "rawMessage",
          "heldMessage", "lookup", "ledger", "url", "file", "pattern", "domain", "emailLocal", "feedState", "feedRun"]

# Rows that lead nowhere or that nothing leads to: each figure must be 0.
LOOSE_ENDS = {
    "mails without a row in the ledger": "arfEmail a LEFT JOIN ledger o USING (digest) WHERE o.digest IS NULL",
    "held messages without a row in the ledger":
        "heldMessage h LEFT JOIN ledger o USING (digest) WHERE o.digest IS NULL",
    "ledger rows without a mail": "ledger l LEFT JOIN (SELECT digest FROM arfEmail UNION SELECT digest FROM "
                                  "heldMessage) o USING (digest) WHERE o.digest IS NULL",
    "digests stored and held": "heldMessage h JOIN arfEmail a USING (digest)",
    "mails without their octets": "arfEmail a LEFT JOIN rawMessage r USING (rawId) WHERE r.rawId IS NULL",
    "octets of no mail": "rawMessage r LEFT JOIN (SELECT rawId FROM arfEmail UNION SELECT rawId FROM heldMessage) o "
                         "USING (rawId) WHERE o.rawId IS NULL",
    "octets with a gap": "(SELECT rawId FROM rawMessage GROUP BY rawId HAVING MAX(seq) <> COUNT(*)) gaps",
    **{f"{link} of no mail": f"{link} LEFT JOIN arfEmail a USING (emailId) WHERE a.emailId IS NULL"
       for link in ("emailUrl", "emailFile", "emailPattern", "emailRcptTo", "emailReportedDomain", "lookup")},
    **{f"{link} to no {to}": f"{link} x LEFT JOIN {to} o USING ({key}) WHERE o.{key} IS NULL"
       for link, to, key in (("emailUrl", "url", "urlId"), ("emailFile", "file", "fileId"),
                             ("emailPattern", "pattern", "patternId"), ("emailRcptTo", "domain", "domainId"),
                             ("emailRcptTo", "emailLocal", "emailLocalId"),
                             ("emailReportedDomain", "domain", "domainId"))},
    **{f"{column} of no {to}": f"arfEmail a LEFT JOIN {to} o ON o.{to}Id = a.{column} "
                               f"WHERE a.{column} IS NOT NULL AND o.{to}Id IS NULL"
       for column, to in (("originalMailFromLocalId", "emailLocal"), ("originalMailFromDomainId", "domain"),
                          ("originalRcptToLocalId", "emailLocal"), ("originalRcptToDomainId", "domain"),
                          ("reportedDomainID", "domain"), ("originalFromLocalId", "emailLocal"),
                          ("originalFromDomainId", "domain"), ("reporterLocalId", "emailLocal"),
                          ("reporterDomainId", "domain"))},
    "URLs whose host is not there":
        "url u LEFT JOIN domain d ON d.domainId = u.urlDomainId WHERE u.urlDomainId IS NOT NULL AND d.domainId IS NULL",
    **{f"{kind}s without a line to be searched":
           f"{table} t WHERE NOT EXISTS (SELECT 1 FROM searchBlock b WHERE b.kind = '{kind}' AND {dates} AND "
           f"(FIND_IN_SET(t.{key}, b.plainIds) AND LOCATE(CAST(LOWER(t.{kind}) AS BINARY), b.plain) OR "
           f"FIND_IN_SET(t.{key}, b.otherIds) AND LOCATE(REPLACE(t.{kind}, CHAR(10), ' '), b.other)))"
       for kind, table, key, dates in (("subject", "arfEmail", "emailId", "t.arrivalDate BETWEEN b.firstDate AND b.lastDate"),
                                       ("url", "url", "urlId", "b.lastDate IS NULL"))},
}

# A mail with all that hangs on it, so that two databases can be compared. Ids are left out.
WHOLE = """SELECT CONCAT_WS('|', a.reportMessageId, a.part, a.emailType, a.arrivalDate, a.subject, a.octets,
  HEX(a.digest), HEX(a.fingerprint), rf.domain, rt.emailLocal,
  (SELECT GROUP_CONCAT(x.position, MD5(u.url) ORDER BY x.position) FROM emailUrl x JOIN url u USING (urlId)
    WHERE x.emailId = a.emailId),
  (SELECT GROUP_CONCAT(x.position, f.sha256 ORDER BY x.position) FROM emailFile x JOIN file f USING (fileId)
    WHERE x.emailId = a.emailId),
  (SELECT GROUP_CONCAT(p.kind, MD5(p.pattern) ORDER BY p.kind, p.keyHash) FROM emailPattern x
    JOIN pattern p USING (patternId) WHERE x.emailId = a.emailId),
  (SELECT COUNT(*) FROM emailRcptTo x WHERE x.emailId = a.emailId),
  (SELECT MD5(GROUP_CONCAT(MD5(r.body) ORDER BY r.seq)) FROM rawMessage r WHERE r.rawId = a.rawId)) AS whole
FROM arfEmail a LEFT JOIN domain rf ON rf.domainId = a.originalMailFromDomainId
  LEFT JOIN emailLocal rt ON rt.emailLocalId = a.originalRcptToLocalId"""
LOOSE = " UNION ALL ".join(f"SELECT '{what}' AS what, COUNT(*) AS n FROM {where}" for what, where in LOOSE_ENDS.items())


def fate():
    """The shim tests/shim/fate.c, built."""
    return shim("fate")


def generate(folder, count, seed=1):
    """A Maildir of generated reports; returns the message-ids of the reports."""
    truth = pathlib.Path(f"{folder}.truth")
    subprocess.run([sys.executable, harness.TOOLS / "gen_reports.py", "-q", "-n", str(count), "--seed", str(seed),
                    "--maildir", folder, "--truth", truth], check=True)
    with open(truth, encoding="utf-8") as lines:
        return [json.loads(line)["messageId"] for line in lines]


def link_all(from_folder, to_folder):
    """Hard links of all files: what is renamed or removed there stays here."""
    for name in os.listdir(from_folder):
        os.link(from_folder / name, to_folder / name)


class Site:
    """One database of a server, with a feed `mailbox` on a Maildir of its own."""

    def __init__(self, server, folder, name="arf", settle="move", ingest="", feed=""):
        self.server, self.folder, self.name = server, pathlib.Path(folder), name
        self.maildir = self.folder / "Maildir"
        self.state = self.folder / "state"
        self.path = self.folder / "forensic.cfg"
        if name != "arf":
            server.execute(f"CREATE DATABASE IF NOT EXISTS {name}", name=None)
        self.path.write_text(server.config().replace("dbName = arf", f"dbName = {name}")
                             + "[networks]\npublic = 198.18.0.0/15, 2001:db8::/32\n"
                             + f"[ingest]\n{ingest}\n[mailbox]\nsource = maildir:{self.maildir}\n"
                             + f"imapSettle = {settle}\n{feed}\n", encoding="utf-8")
        self.admin("init")
        self.empty_maildir()

    def environment(self, env=None):
        env = env or {}
        return {"LAFAYETTE_STATE": str(self.state), **(preloaded("fate") if "LD_PRELOAD" in env else {}), **env}

    def admin(self, *args):
        return harness.run("lafayette-admin", "-c", self.path, *args, env=self.environment(), want=0)

    def mend(self):
        """After texts were changed by SQL: searches find them as they are now. What doctor says."""
        return harness.run("lafayette-admin", "-c", self.path, "doctor", "--offline", "--repair", env=self.environment(),
                           timeout=300).stdout

    def ingest(self, *args, env=None, **how):
        """Runs the ingester; without arguments over the feed."""
        return harness.run("lafayette-ingest", "-c", self.path, *(args or ("-q", "-f", "mailbox")),
                           env=self.environment(env), **how)

    def start(self, *args, env=None):
        """The same, not waited for."""
        command = [harness.program("lafayette-ingest"), "-c", self.path, *(args or ("-q", "-f", "mailbox"))]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, errors="replace", env={**os.environ, **self.environment(env)})

    def start_held(self, after, *args):
        """The same, held when `after` messages are settled, until go_on(); what is waited for will find it running."""
        self.gate = self.folder / "gate"
        self.gate.unlink(missing_ok=True)
        child = self.start(*args, env={"LD_PRELOAD": str(fate()), "FATE_HOLD": str(after), "FATE_GATE": str(self.gate)})
        harness.wait_for(lambda: len(self.done()) >= after or child.poll() is not None, f"{after} settled mails", 120)
        return child

    def go_on(self, until=""):
        """To the end, or to the next place: when so many are settled."""
        fresh = self.gate.with_suffix(".new")
        fresh.write_text(str(until), encoding="ascii")
        fresh.rename(self.gate)

    def doomed(self, env, *args):
        """Runs the ingester under the shim; returns its Finished."""
        return self.ingest(*args, env={"LD_PRELOAD": str(fate()), **env})

    def empty_maildir(self):
        shutil.rmtree(self.maildir, ignore_errors=True)
        for sub in ("cur", "new", "tmp"):
            (self.maildir / sub).mkdir(parents=True)

    def deliver(self, octets, name):
        path = self.maildir / "new" / name
        path.write_bytes(octets)
        return path

    def refill(self, pool):
        """The database as after init, the Maildir as `pool` has it."""
        self.execute("SET foreign_key_checks = 0;" + "".join(f"DELETE FROM {table};" for table in TABLES))
        self.empty_maildir()
        link_all(pool / "new", self.maildir / "new")

    def execute(self, sql):
        self.server.execute(sql, name=self.name)

    def value(self, sql):
        return self.server.value(sql, name=self.name)

    def column(self, sql):
        return [next(iter(row.values())) for row in self.server.query(sql, name=self.name)]

    def mails(self):
        """Each mail as one line of text, sorted."""
        return self.all_there_is()[0]

    def all_there_is(self):
        """(mails, held messages, loose ends) by one question: quick enough to be asked a thousand times."""
        rows = self.server.query(
            f"SET SESSION group_concat_max_len = 1000000; SELECT 'mail' AS what, whole AS text FROM ({WHOLE}) w "
            "UNION ALL SELECT 'held', CONCAT(kind, ' ', reason) FROM heldMessage "
            f"UNION ALL SELECT what, n FROM ({LOOSE}) l WHERE n > 0", name=self.name)
        mails = sorted(row["text"] for row in rows if row["what"] == "mail")
        held = [row["text"] for row in rows if row["what"] == "held"]
        return mails, held, {row["what"]: row["text"] for row in rows if row["what"] not in ("mail", "held")}

    def unsettled(self):
        return sorted(os.listdir(self.maildir / "new") + os.listdir(self.maildir / "cur"))

    def done(self):
        folder = self.maildir / ".Done" / "cur"
        return sorted(os.listdir(folder)) if folder.is_dir() else []

    def held(self):
        return self.server.query("SELECT kind, reason, place, octets, rawId FROM heldMessage ORDER BY heldId",
                                 name=self.name)

    def loose_ends(self):
        return {row["what"]: int(row["n"]) for row in self.server.query(LOOSE, name=self.name) if row["n"] != "0"}

    def check(self, case, message_ids, held=0, left=0):
        """Fails the test unless each of the reports is stored exactly once and all is settled."""
        found = collections.Counter(self.column("SELECT reportMessageId AS i FROM arfEmail"))
        want = collections.Counter(message_ids)
        case.assertEqual((found - want, want - found), (collections.Counter(),) * 2, "(too many, missing)")
        case.assertEqual(int(self.value("SELECT COUNT(*) FROM heldMessage")), held, self.held())
        case.assertEqual(len(self.unsettled()), left, self.unsettled()[:5])
        case.assertEqual(self.loose_ends(), {})


def counts(finished):
    """(ingested, duplicate, quarantined, failed) of the last line on stdout."""
    words = finished.stdout.split()
    return tuple(int(words[words.index(name) + 1].rstrip(",")) for name in
                 ("ingested", "duplicate", "quarantined", "failed"))


KILLED = -signal.SIGKILL
