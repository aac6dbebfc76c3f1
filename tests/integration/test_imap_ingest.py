# SPDX-License-Identifier: Apache-2.0
"""The ingester on a feed that lies on IMAP: a real Dovecot, a real MariaDB, reports of known contents."""
import os
import random
import signal
import subprocess
import time
import unittest

import harness
from harness import run, truth
from harness.delay_relay import DelayRelay
from harness.shims import preloaded
from harness.mariadb import PrivateMariadb
from harness.whole_dovecot import WholeDovecot

ARRIVED = 1769904000  # 2026-02-01, behind the last of the generated reports
FULL = os.environ.get("LAFAYETTE_TEST_FULL") == "1"
KILLS = 12  # of all calls, but for LAFAYETTE_TEST_FULL
NO_REPORT = b"From: a@example.com\nTo: ruf@example.org\nSubject: lunch?\n\nAt noon?\n"


class ImapIngest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.database = PrivateMariadb.for_class(cls)
        cls.dovecot = WholeDovecot()
        cls.dovecot.__enter__()
        cls.addClassCleanup(cls.dovecot.__exit__)

    def setUp(self):
        self.temp = harness.temp_folder(self)
        self.begin(self.id().rpartition(".")[2])

    def begin(self, user):
        """An account and a database of its own."""
        self.user, self.name = user, "arf_" + user
        self.database.execute(f"CREATE DATABASE {self.name}", name="")
        self.write_config()
        run("lafayette-admin", "-q", "-c", self.config, "init", want=0)

    def write_config(self, *lines, port=None, host="127.0.0.1", section="mailbox"):
        self.config = self.temp / "forensic.cfg"
        (self.temp / "password").write_text(self.dovecot.password + "\n")
        self.config.write_text("\n".join([
            self.database.config().replace("dbName = arf", f"dbName = {self.name}"), f"[{section}]",
            f"imapHost = {host}", f"imapPort = {port or self.dovecot.port}", f"imapUser = {self.user}",
            "imapPasswordFile = password", "imapTls = starttls", f"imapCaFile = {self.dovecot.ca_file}", *lines, ""]))

    def command(self, *options):
        return [str(harness.program("lafayette-ingest")), "-c", str(self.config), "-f", "mailbox", *options]

    def ingest(self, want=0, feed="mailbox", timeout=60):
        return run("lafayette-ingest", "-c", self.config, "-f", feed, want=want, timeout=timeout,
                   env={"LAFAYETTE_STATE": str(self.temp / "state")})

    def deliver(self, count, seed="imap", more=()):
        want = truth.generate(self.temp, count, seed, "--dir", self.temp / "mails")
        for n, path in enumerate(sorted((self.temp / "mails").iterdir())):
            self.dovecot.deliver(path.read_bytes(), when=ARRIVED + n, user=self.user)
        for octets in more:
            self.dovecot.deliver(octets, user=self.user)
        return want

    def lies(self, folder="INBOX"):
        return self.dovecot.mails(folder, self.user)

    def compare(self, want):
        wrong = truth.differences(want, truth.of_database(self.database, name=self.name))
        self.assertEqual(wrong[:5], [], f"{len(wrong)} differences")

    def value(self, sql):
        return self.database.value(sql, name=self.name)

    def test_move(self):
        want = self.deliver(120, more=[NO_REPORT])
        self.assertRegex(self.ingest().stdout, "^ingested 120, duplicate 0, quarantined 1, failed 0 in ")
        self.compare(want)
        self.assertEqual((len(self.lies()), len(self.lies("Done")), len(self.lies("Quarantine"))), (0, 120, 1))
        self.assertEqual({flags for flags, _ in self.lies("Done")}, {""}, "\\Seen was set")
        self.assertIn("not a report", self.value("SELECT reason FROM heldMessage"))
        self.assertRegex(self.ingest().stdout, "^ingested 0, duplicate 0, quarantined 0, failed 0 in ")
        # INTERNALDATE is when it came.
        self.assertEqual(self.value("SELECT MIN(receivedDate) FROM arfEmail"), "2026-02-01 00:00:00")

    def test_delete(self):
        want = self.deliver(30)
        self.write_config("imapSettle = delete")
        self.ingest()
        self.compare(want)
        self.assertEqual((self.lies(), self.lies("Done")), ([], []))

    def test_keyword(self):
        want = self.deliver(30)
        self.write_config("imapSettle = keyword")
        self.assertRegex(self.ingest().stdout, "^ingested 30,")
        self.compare(want)
        self.assertEqual(len(self.lies()), 30)
        self.assertRegex(self.ingest().stdout, "^ingested 0, duplicate 0,", "marked ones are not read again")

    def test_keep_reads_each_mail_once(self):
        want = self.deliver(300)
        self.write_config("imapKeep = yes")
        before = self.lies()
        self.assertRegex(self.ingest().stdout, "^ingested 300,")
        self.compare(want)
        self.assertEqual(self.lies(), before)
        self.dovecot.deliver(NO_REPORT, user=self.user)
        self.assertRegex(self.ingest().stdout, "^ingested 0, duplicate 0, quarantined 1,")
        # Without feedState they are downloaded once more, known by the ledger, and noted.
        self.database.execute("DELETE FROM feedState", name=self.name)
        self.assertRegex(self.ingest().stdout, "^ingested 0, duplicate 301,")
        self.assertRegex(self.ingest().stdout, "^ingested 0, duplicate 0,")

    def test_the_same_mails_through_a_folder_are_known(self):
        self.deliver(40)
        self.assertRegex(run("lafayette-ingest", "-c", self.config, self.temp / "mails", want=0,
                             env={"LAFAYETTE_STATE": str(self.temp / "state")}).stdout, "^ingested 40,")
        self.assertRegex(self.ingest().stdout, "^ingested 0, duplicate 40,")
        self.assertEqual(len(self.lies("Done")), 40)

    def test_spamtrap(self):
        report = truth.generate(self.temp, 3, "trap", "--dir", self.temp / "mails")
        for path in sorted((self.temp / "mails").iterdir()):
            self.dovecot.deliver(path.read_bytes(), user=self.user)
        self.dovecot.deliver(b"Received: from x.test (x.test [198.18.7.7]) by trap.example.org; "
                             b"Mon, 5 Jan 2026 10:00:00 +0000\nReturn-Path: <bot@x.test>\nFrom: b@x.test\n"
                             b"Delivered-To: hidden-trap@example.org\nTo: hidden-trap@example.org\n"
                             b"Message-ID: <1@x.test>\nSubject: buy\n\nhttp://shop.x.test/a\n", user=self.user)
        self.write_config("receivedBy = trap.example.org", section="spamtrap")
        self.assertRegex(self.ingest(feed="spamtrap").stdout, "^ingested 4, duplicate 0, quarantined 0,")
        row, = self.database.query("SELECT feedbackType, ipTrust, HEX(sourceIp) AS ip, originalRcptToLocalId AS rcpt, "
                                   "messageId FROM arfEmail WHERE kind = 'spamtrap'", name=self.name)
        self.assertEqual(row, {"feedbackType": "abuse", "ipTrust": "trusted", "ip": "C6120707", "rcpt": None,
                               "messageId": "<1@x.test>"})
        self.assertEqual(self.value("SELECT COUNT(*) FROM emailLocal WHERE emailLocal = 'hidden-trap'"), "0")
        self.assertEqual({one["feedbackType"] for one in report.values()} | {"abuse"},
                         {row["feedbackType"] for row in self.database.query("SELECT feedbackType FROM arfEmail",
                                                                              name=self.name)})

    def test_wrong_password_and_server_away(self):
        (self.temp / "password").write_text("wrong\n")
        self.assertIn("refused", self.ingest(want=78).stderr)
        self.write_config(port=1)
        self.ingest(want=75)

    def test_first_host_is_away(self):
        want = self.deliver(10)
        self.write_config(host=f"127.0.0.1:1, 127.0.0.1:{self.dovecot.port}")
        self.ingest()
        self.compare(want)

    def test_killed_at_random_moments(self):
        want = self.deliver(600)
        octets = sum(len(mail) for _, mail in self.lies())
        kills = 0
        with DelayRelay(self.dovecot.port, 0.004) as relay:
            self.write_config(port=relay.port)
            for number in range(8):
                # The moment of death is what is tested; the line stands still soon, so that no run is over before.
                relay.stall_after = relay.passed + random.randrange(100 if number % 2 else octets // 8)
                child = subprocess.Popen(self.command("-q"), stdout=subprocess.DEVNULL,
                                         env={**os.environ, "LAFAYETTE_STATE": str(self.temp / "state")})
                harness.wait_for(lambda: relay.stalled.is_set() or child.poll() is not None, "the moment")
                time.sleep(random.uniform(0, 0.2))
                child.send_signal(signal.SIGKILL)
                kills += child.wait() == -signal.SIGKILL
                relay.cut()
                relay.resume()
            self.ingest()
        self.compare(want)
        self.assertEqual(self.value("SELECT COUNT(*) FROM heldMessage"), "0")
        self.assertEqual((len(self.lies()), len(self.lies("Done"))), (0, 600))
        self.assertGreater(kills, 4, "runs ended before they were killed")

    def test_killed_at_its_calls(self):
        """kill -9 before, amid or after the k-th write, send, fsync ..., k spread over a whole run."""
        env = preloaded("fate", LAFAYETTE_STATE=self.temp / "state")
        self.deliver(60)
        done = run("lafayette-ingest", "-c", self.config, "-f", "mailbox", want=0,
                   env={**env, "FATE_COUNT": str(self.temp / "count")})
        self.assertRegex(done.stdout, "^ingested 60,")
        calls, kills = int((self.temp / "count").read_text()), 0
        self.assertGreater(calls, 40)
        moments = [1 + (calls - 1) * i // KILLS for i in range(KILLS)] if not FULL else range(1, calls + 1)
        for k in moments:
            with self.subTest(call=k, of=calls):
                self.begin(f"call_{k}")
                want = self.deliver(60)
                code = run("lafayette-ingest", "-c", self.config, "-f", "mailbox",
                           env={**env, "FATE_AT": str(k), "FATE_WHEN": ("before", "half", "after")[k % 3]}).code
                self.assertIn(code, (-signal.SIGKILL, 0))
                kills += code != 0
                self.ingest()
                self.compare(want)
                self.assertEqual(self.value("SELECT COUNT(*) FROM heldMessage"), "0")
                self.assertEqual((len(self.lies()), len(self.lies("Done"))), (0, 60))
        self.assertGreaterEqual(kills, len(moments) * 0.7)

    def test_line_cut_in_the_middle(self):
        want = self.deliver(200)
        with DelayRelay(self.dovecot.port) as relay:
            relay.cut_after = [150_000]
            self.write_config(port=relay.port)
            self.ingest()
            self.assertEqual(relay.cut_after, [], "the line held")
        self.compare(want)
        self.assertEqual((len(self.lies()), len(self.lies("Done"))), (0, 200))


if __name__ == "__main__":
    unittest.main()
