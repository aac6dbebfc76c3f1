# SPDX-License-Identifier: Apache-2.0
"""lafayette-admin purge: what is old goes with all that hangs on it, and nothing else, whatever dies meanwhile."""
import os
import re
import time
import unittest

import harness
from harness.ingest_site import KILLED, Site, counts, fate, generate
from harness.whole_dovecot import WholeDovecot

# Rows of dictionaries that no mail uses: purge leaves none.
UNUSED = {
    "url": "url u WHERE NOT EXISTS (SELECT 1 FROM emailUrl e WHERE e.urlId = u.urlId OR e.outerUrlId = u.urlId)",
    "file": "file f WHERE NOT EXISTS (SELECT 1 FROM emailFile e WHERE e.fileId = f.fileId)",
    "pattern": "pattern p WHERE NOT EXISTS (SELECT 1 FROM emailPattern e WHERE e.patternId = p.patternId)",
    "emailLocal": "emailLocal l WHERE NOT EXISTS (SELECT 1 FROM arfEmail a WHERE l.emailLocalId IN "
                  "(a.originalMailFromLocalId, a.originalRcptToLocalId, a.originalFromLocalId, a.reporterLocalId)) "
                  "AND NOT EXISTS (SELECT 1 FROM emailRcptTo r WHERE r.emailLocalId = l.emailLocalId)",
}
OLD = "'1990-01-01'"  # the generated mails have dates of this century
DAYS = "10000"
PURGED = {"ledger rows without a mail"}
LINE = re.compile(r"^(?:would )?purged? ([a-z ]+?) (\d+), octets (\d+)(?:, urls (\d+), files (\d+), locals (\d+), "
                  r"patterns (\d+), facts (\d+))?(?:, ledger (\d+), done (\d+))? in \d+\.\d s$")


class PurgeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = harness.PrivateMariadb.for_class(cls)
        temp = harness.TempFolder()
        cls.folder = temp.__enter__()
        cls.addClassCleanup(temp.__exit__)
        cls.pool = cls.folder / "pool"
        cls.ids = generate(cls.pool, 120 if harness.SANITIZED else 300)

    def site(self, **how):
        folder = self.folder / self.id().rpartition(".")[2]
        folder.mkdir()
        self.server.execute("DROP DATABASE IF EXISTS arf; CREATE DATABASE arf", name=None)
        site = Site(self.server, folder, **how)
        site.refill(self.pool)
        self.assertEqual(counts(site.ingest(want=0))[0], len(self.ids))
        return site

    def purge(self, site, *args, want=0, env=None):
        done = harness.run("lafayette-admin", "-c", site.path, "purge", *args, env=site.environment(env), want=want)
        match = LINE.match(done.stdout.strip().splitlines()[-1]) if done.stdout else None
        return done, match

    def unused(self, site):
        found = {name: int(site.value(f"SELECT COUNT(*) FROM {what}")) for name, what in UNUSED.items()}
        return {name: n for name, n in found.items() if n}

    def figure(self, site, sql):
        return int(site.value("SELECT COUNT(*) FROM " + sql))

    def age(self, site, where):
        site.execute(f"UPDATE arfEmail SET receivedDate = {OLD} WHERE {where}")
        return self.figure(site, f"arfEmail WHERE {where}")

    def test_old_mails_go_and_the_others_stay_as_they_are(self):
        site = self.site(settle="keep")
        kept_ids = site.column("SELECT emailId FROM arfEmail WHERE MOD(emailId, 3) > 0")
        before = site.mails()
        old = self.age(site, "MOD(emailId, 3) = 0")
        ledger = self.figure(site, "ledger")
        done, match = self.purge(site, "--days", DAYS, "-n")
        self.assertEqual((match[1], int(match[2])), ("mails", old), done)
        self.assertEqual(self.figure(site, "arfEmail"), len(self.ids))
        octets = site.value("SELECT SUM(octets) FROM arfEmail WHERE MOD(emailId, 3) = 0")
        done, match = self.purge(site, "--days", DAYS)
        self.assertEqual((match[1], int(match[2]), match[3]), ("mails", old, octets), done)
        self.assertGreater(min(int(match[k]) for k in (4, 6, 7)), 0, done)
        self.assertEqual(site.column("SELECT emailId FROM arfEmail ORDER BY emailId"), sorted(kept_ids, key=int))
        self.assertLess(set(site.mails()), set(before))
        self.assertEqual(set(site.loose_ends()), PURGED)
        self.assertEqual(self.unused(site), {})
        self.assertEqual(self.figure(site, "ledger"), ledger)
        # The mailbox kept them all: none comes back.
        self.assertEqual(counts(site.ingest(want=0)), (0, len(self.ids), 0, 0))
        done, match = self.purge(site, "--days", DAYS)
        self.assertEqual([int(match[k]) for k in range(2, 10)], [0] * 8, done)

    def test_by_type(self):
        site = self.site()
        self.age(site, "1 = 1")
        bounces = self.figure(site, "arfEmail WHERE emailType = 'bounce'")
        self.assertGreater(bounces, 0)
        _, match = self.purge(site, "--days", DAYS, "--type", "bounce")
        self.assertEqual(int(match[2]), bounces)
        self.assertEqual(self.figure(site, "arfEmail WHERE emailType = 'bounce'"), 0)
        self.assertEqual(self.figure(site, "arfEmail"), len(self.ids) - bounces)
        self.assertEqual(set(site.loose_ends()), PURGED)

    def test_bodies_alone(self):
        site = self.site()
        old = self.age(site, "MOD(emailId, 2) = 0")
        _, match = self.purge(site, "--days", DAYS, "--bodies")
        self.assertEqual((match[1], int(match[2])), ("bodies", old))
        self.assertEqual(self.figure(site, "arfEmail"), len(self.ids))
        self.assertEqual(self.figure(site, "arfEmail WHERE rawId IS NULL"), old)
        self.assertEqual(set(site.loose_ends()), {"mails without their octets"})
        _, match = self.purge(site, "--days", DAYS, "--bodies")
        self.assertEqual(int(match[2]), 0)

    def test_octets_that_two_mails_share(self):
        site = self.site()
        site.execute(f"UPDATE arfEmail SET part = 1, emailType = 'normal', receivedDate = {OLD} "
                     "ORDER BY emailId LIMIT 1")
        row = site.server.query("SELECT emailId, rawId FROM arfEmail ORDER BY emailId LIMIT 1")[0]
        columns = ", ".join(site.column(
            "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'arf' AND TABLE_NAME = "
            "'arfEmail' AND COLUMN_NAME NOT IN ('emailId', 'part', 'emailType')"))
        site.execute(f"INSERT INTO arfEmail (emailId, part, emailType, {columns}) SELECT 999999, 2, 'bounce', "
                     f"{columns} FROM arfEmail WHERE emailId = {row['emailId']}")
        self.purge(site, "--days", DAYS, "--type", "bounce")
        self.assertEqual(self.figure(site, "arfEmail WHERE emailId = 999999"), 0)
        self.assertGreater(self.figure(site, f"rawMessage WHERE rawId = {row['rawId']}"), 0)
        self.purge(site, "--days", DAYS)
        self.assertEqual(self.figure(site, f"rawMessage WHERE rawId = {row['rawId']}"), 0)

    def test_held_messages(self):
        site = self.site()
        for number in range(5):
            site.deliver(b"Subject: no report %d\n\nhello\n" % number, f"{number}.x")
        self.assertEqual(counts(site.ingest(want=0))[2], 5)
        site.execute(f"UPDATE heldMessage SET receivedDate = {OLD} ORDER BY heldId LIMIT 3")
        self.age(site, "1 = 1")
        _, match = self.purge(site, "--days", DAYS, "--held", "--bodies")
        self.assertEqual((match[1], int(match[2])), ("held bodies", 3))
        self.assertEqual(self.figure(site, "heldMessage WHERE rawId IS NULL"), 3)
        _, match = self.purge(site, "--days", DAYS, "--held")
        self.assertEqual((match[1], int(match[2])), ("held", 3))
        self.assertEqual((self.figure(site, "heldMessage"), self.figure(site, "arfEmail")), (2, len(self.ids)))
        self.assertEqual(set(site.loose_ends()), PURGED)

    def test_the_ledger_forgets_only_what_is_gone(self):
        site = self.site(settle="keep")
        self.age(site, "MOD(emailId, 3) = 0")
        site.execute("UPDATE ledger SET seen = UTC_TIMESTAMP() - INTERVAL 50 DAY")
        self.purge(site, "--days", DAYS)
        self.assertEqual(self.figure(site, "ledger"), len(self.ids))
        site.path.write_text(site.path.read_text() + "[retention]\nledger = 60\n")
        _, match = self.purge(site, "--days", DAYS)
        self.assertEqual(int(match[9]), 0)
        site.path.write_text(site.path.read_text().replace("ledger = 60", "ledger = 40"))
        kept = self.figure(site, "arfEmail")
        _, match = self.purge(site, "--days", DAYS, "-n")
        self.assertEqual(int(match[9]), len(self.ids) - kept)
        _, match = self.purge(site, "--days", DAYS)
        self.assertEqual(int(match[9]), len(self.ids) - kept)
        self.assertEqual(self.figure(site, "ledger"), kept)
        self.assertEqual(site.loose_ends(), {})

    def test_the_folder_for_done_messages(self):
        site = self.site(feed="imapDoneDays = 10")
        done = site.maildir / ".Done" / "cur"
        names = sorted(os.listdir(done))
        self.assertEqual(len(names), len(self.ids))
        long_ago = time.time() - 11 * 86400
        for name in names:
            os.utime(done / name)
        for name in names[:7]:
            os.utime(done / name, (long_ago, long_ago))
        self.age(site, "1 = 0")
        _, match = self.purge(site, "--days", DAYS, "-n")
        self.assertEqual((int(match[10]), len(os.listdir(done))), (7, len(names)))
        _, match = self.purge(site, "--days", DAYS, "--bodies")
        self.assertEqual(len(os.listdir(done)), len(names))
        _, match = self.purge(site, "--days", DAYS)
        self.assertEqual((int(match[10]), sorted(os.listdir(done))), (7, names[7:]))

    def test_wrong_use(self):
        site = self.site()
        for args in ([], ["--days", "0"], ["--days", "-3"], ["--days", "x"], ["--days", "9", "--type", "spam"],
                     ["--days", "9", "--held", "--type", "bounce"], ["--days", "9", "more"], ["--day", "9"]):
            with self.subTest(args):
                self.purge(site, *args, want=64)
        self.assertEqual(self.figure(site, "arfEmail"), len(self.ids))

    def test_killed_at_any_call(self):
        site = self.site()
        self.age(site, "MOD(emailId, 3) = 0")
        kept = site.column("SELECT emailId FROM arfEmail WHERE MOD(emailId, 3) > 0 ORDER BY emailId")
        count = site.folder / "count"
        tables = site.column("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'arf'")
        self.server.execute("DROP DATABASE IF EXISTS arf_copy; CREATE DATABASE arf_copy; " + "".join(
            f"CREATE TABLE arf_copy.{t} LIKE arf.{t}; INSERT INTO arf_copy.{t} SELECT * FROM arf.{t};"
            for t in tables), name=None)
        self.purge(site, "--days", DAYS, env={"LD_PRELOAD": str(fate()), "FATE_COUNT": str(count)})
        calls = int(count.read_text())
        self.assertGreater(calls, 40)
        killed = 0
        for k in range(5, calls, max(1, calls // (6 if harness.SANITIZED else 25))):
            with self.subTest(call=k):
                site.execute("".join(f"DELETE FROM {t}; INSERT INTO {t} SELECT * FROM arf_copy.{t};" for t in tables))
                done = harness.run("lafayette-admin", "-c", site.path, "purge", "--days", DAYS, env=site.environment(
                    {"LD_PRELOAD": str(fate()), "FATE_AT": str(k), "FATE_WHEN": "after"}))
                killed += done.code == KILLED
                self.assertLessEqual(set(site.loose_ends()), PURGED)  # whole mails, whatever
                self.purge(site, "--days", DAYS)
                self.assertEqual(site.column("SELECT emailId FROM arfEmail ORDER BY emailId"), kept)
                self.assertEqual((set(site.loose_ends()), self.unused(site)), (PURGED, {}))
        self.assertGreater(killed, 3)

    def test_beside_ingesters_at_work(self):
        """Rows of dictionaries go while writers have their ids in memory: no link may lead nowhere."""
        site = self.site()
        for turn in range(3 if harness.SANITIZED else 6):
            self.age(site, "1 = 1")
            site.execute("DELETE FROM ledger")
            site.empty_maildir()
            for name in os.listdir(self.pool / "new"):
                os.link(self.pool / "new" / name, site.maildir / "new" / name)
            config = site.path.read_text()
            site.path.write_text(config.replace("[ingest]\n", "[ingest]\nbatch = 7\n") if turn == 0 else config)
            writer = site.start()
            while writer.poll() is None:
                self.purge(site, "--days", DAYS)
            out, err = writer.communicate()
            self.assertEqual(writer.returncode, 0, err)
            self.assertIn(f"ingested {len(self.ids)}, duplicate 0, quarantined 0, failed 0", out)
            self.purge(site, "--days", DAYS)
            self.assertLessEqual(set(site.loose_ends()), PURGED)
            self.assertEqual(self.unused(site), {})
            self.assertEqual(self.figure(site, "arfEmail"), len(self.ids))


class ImapTest(unittest.TestCase):
    """The folder for done messages of a feed on IMAP, on a real Dovecot; and what doctor says of the feed."""

    def test_done_messages_go_by_age(self):
        now = int(time.time())
        with harness.PrivateMariadb("--innodb-flush-log-at-trx-commit=1") as server, WholeDovecot() as dovecot:
            folder = harness.temp_folder(self)
            site = Site(server, folder)
            site.path.write_text(
                server.config() + f"[mail]\nimapHost = 127.0.0.1\nimapPort = {dovecot.port}\nimapUser = someone\n"
                f"imapPassword = {dovecot.password}\nimapTls = starttls\nimapCaFile = {dovecot.ca_file}\n"
                "imapDoneDays = 10\n")
            site.path.chmod(0o600)
            for age in (1, 5, 9, 12, 30, 400):
                dovecot.deliver(b"Subject: %d\n\nx\n" % age, folder="Done", when=now - age * 86400, user="someone")
            for age in (3, 300):
                dovecot.deliver(b"Subject: in %d\n\nx\n" % age, when=now - age * 86400, user="someone")
            self.assertIn("ok    feed mail: 2 messages in INBOX", site.admin("doctor", "--offline").stdout)
            self.assertIn(", done 3 in", site.admin("purge", "--days", "30", "-n").stdout)
            self.assertEqual(len(dovecot.mails("Done", "someone")), 6)
            self.assertIn(", done 3 in", site.admin("purge", "--days", "30").stdout)
            self.assertEqual((len(dovecot.mails("Done", "someone")), len(dovecot.mails("INBOX", "someone"))), (3, 2))
            self.assertIn(", done 0 in", site.admin("purge", "--days", "30").stdout)
            site.path.write_text(site.path.read_text().replace(dovecot.password, "wrong"))
            self.assertIn("act   feed mail: ", harness.run("lafayette-admin", "-c", site.path, "doctor", "--offline", want=78,
                                                            env=site.environment()).stdout)


if __name__ == "__main__":
    unittest.main()
