# SPDX-License-Identifier: Apache-2.0
"""lafayette-admin reparse: what is stored is read anew in place, what is held becomes mail, each exactly once."""
import fcntl
import re
import struct
import unittest

import harness
from harness.ingest_site import KILLED, Site, counts, fate, generate

LINE = re.compile(r"^reparsed (\d+), changed (\d+), now reports (\d+), now answers 0, failed (\d+) in \d+\.\d s$")
IDS = "SELECT CONCAT_WS(' ', emailId, rawId, reported, feed, receivedDate, HEX(digest)) AS x FROM arfEmail ORDER BY 1"
LINKS = ("emailUrl", "emailFile", "emailPattern", "emailRcptTo", "emailReportedDomain")


def frame(octets):
    """A zstd frame that stores the octets as they are (at most 128 KB)."""
    return (struct.pack("<IBI", 0xFD2FB528, 0xA0, len(octets))
            + struct.pack("<I", len(octets) << 3 | 1)[:3] + octets)


class ReparseCase(unittest.TestCase):
    count = 80 if harness.SANITIZED else 200

    @classmethod
    def setUpClass(cls):
        cls.server = harness.PrivateMariadb.for_class(cls)
        temp = harness.TempFolder()
        cls.folder = temp.__enter__()
        cls.addClassCleanup(temp.__exit__)
        cls.pool = cls.folder / "pool"
        cls.ids = generate(cls.pool, cls.count)

    def site(self, fill=True, **how):
        folder = self.folder / self.id().rpartition(".")[2]
        folder.mkdir()
        self.server.execute("DROP DATABASE IF EXISTS arf; CREATE DATABASE arf", name=None)
        site = Site(self.server, folder, **how)
        if fill:
            site.refill(self.pool)
            self.assertEqual(counts(site.ingest(want=0))[0], len(self.ids))
        return site

    def reparse(self, site, *args, want=0, env=None):
        """(reparsed, changed, now reports, failed)"""
        done = harness.run("lafayette-admin", "-c", site.path, "reparse", *args, env=site.environment(env), want=want)
        self.last = done
        return tuple(map(int, LINE.match(done.stdout.strip()).groups())) if done.stdout else None

    def hold(self, site, where, kind="unreadable"):
        """Turns stored mails into held messages, as an older parser might have had them."""
        site.execute(
            "INSERT INTO heldMessage (heldId, kind, reason, feed, place, receivedDate, octets, digest, rawId) "
            f"SELECT emailId, '{kind}', 'not understood', feed, 'x', receivedDate, octets, digest, rawId FROM arfEmail "
            f"WHERE {where};"
            + "".join(f"DELETE x FROM {link} x JOIN arfEmail USING (emailId) WHERE {where};" for link in LINKS)
            + f"DELETE FROM arfEmail WHERE {where}")
        return int(site.value("SELECT COUNT(*) FROM heldMessage"))


class StoredTest(ReparseCase):
    def test_what_is_well_does_not_change(self):
        site = self.site()
        before = site.mails(), site.column(IDS)
        self.assertEqual(self.reparse(site), (0, 0, 0, 0))
        self.assertEqual(self.reparse(site, "--all"), (len(self.ids), 0, 0, 0))
        self.assertEqual((site.mails(), site.column(IDS)), before)
        self.assertEqual((site.held(), site.loose_ends()), ([], {}))

    def test_fields_and_links_are_renewed_and_the_rest_stays(self):
        site = self.site()
        site.execute("UPDATE arfEmail SET reported = MOD(emailId, 2), sourceAsn = 64496, countryCode = 'SE'")
        before = site.mails(), site.column(IDS)
        site.execute("UPDATE arfEmail SET subject = 'x', messageId = NULL, originalRcptToLocalId = NULL, "
                     "authenticationResults = NULL, emailType = 'bounce', emailRule = '' WHERE MOD(emailId, 4) = 0;"
                     "DELETE FROM emailUrl WHERE MOD(emailId, 4) = 1; UPDATE emailFile SET position = position + 5;"
                     "DELETE FROM emailPattern WHERE MOD(emailId, 4) = 2; DELETE FROM emailRcptTo;"
                     "UPDATE arfEmail SET sourceIp = INET6_ATON('192.0.2.1') WHERE emailId = 4")
        self.assertNotEqual(site.mails(), before[0])
        seen, changed, released, failed = self.reparse(site, "--all")
        self.assertEqual((seen, released, failed), (len(self.ids), 0, 0), self.last)
        self.assertGreater(changed, len(self.ids) // 2)
        self.assertEqual((site.mails(), site.column(IDS)), before)
        self.assertEqual(site.loose_ends(), {})
        # What was known of an address that was wrong is not known of the right one.
        self.assertEqual(site.column("SELECT emailId FROM arfEmail WHERE sourceAsn IS NULL"), ["4"])
        self.assertEqual(site.value("SELECT COUNT(*) FROM arfEmail WHERE sourceIp = INET6_ATON('192.0.2.1')"), "0")

    def test_an_analysts_word_stays(self):
        site = self.site()
        site.execute("UPDATE arfEmail SET emailTypeOverride = 'auto-replied', emailType = 'auto-replied' "
                     "WHERE MOD(emailId, 2) = 0; UPDATE arfEmail SET subject = ''")
        rules = site.column("SELECT emailRule FROM arfEmail ORDER BY emailId")
        self.reparse(site, "--all")
        self.assertEqual(site.value("SELECT COUNT(*) FROM arfEmail WHERE MOD(emailId, 2) = 0 AND "
                                    "(emailType <> 'auto-replied' OR emailTypeOverride IS NULL)"), "0")
        self.assertEqual(site.column("SELECT emailRule FROM arfEmail ORDER BY emailId"), rules)
        self.assertLess(int(site.value("SELECT COUNT(*) FROM arfEmail WHERE subject = ''")), len(self.ids) // 4)

    def test_a_message_that_gives_more_reports(self):
        site = self.site(fill=False)
        message = harness.CASES / "arf" / "two-feedback-parts.eml"
        site.deliver(message.read_bytes(), "two")
        site.ingest(want=0)
        before = site.mails()
        site.execute("".join(f"DELETE x FROM {link} x JOIN arfEmail USING (emailId) WHERE part = 2;" for link in LINKS)
                     + "DELETE FROM arfEmail WHERE part = 2; UPDATE arfEmail SET part = 0")
        self.assertEqual(self.reparse(site, "--all"), (1, 1, 0, 0))
        self.assertEqual((site.mails(), site.loose_ends()), (before, {}))

    def test_mails_of_the_original(self):
        site = self.site()
        contents = [
            ("new subject, new URL", b"Subject: =?utf-8?q?caf=C3=A9?=\nFrom: a@example.com\n\nhttp://new.example/a.htm\n"),
            ("a subject that lost its letters, no URL", b"Subject: caf&#65533;\nFrom: a@example.com\n\nhello\n"),
            ("no header", b"nothing but text\n"),
        ]
        url = "SELECT MD5(GROUP_CONCAT(urlId ORDER BY position)) FROM emailUrl WHERE emailId = "
        rows = site.column("SELECT emailId FROM arfEmail WHERE emailId IN (SELECT emailId FROM emailUrl) "
                           "AND emailId IN (SELECT emailId FROM emailFile) ORDER BY emailId LIMIT 3")
        self.assertEqual(len(rows), 3)
        before = {}
        for (_, content), row in zip(contents, rows):
            site.execute(f"UPDATE rawMessage SET body = x'{frame(content).hex()}' WHERE seq = 1 AND rawId = "
                         f"(SELECT rawId FROM arfEmail WHERE emailId = {row}); "
                         f"UPDATE arfEmail SET parserVersion = 0, subject = 'old', reported = 1 WHERE emailId = {row}")
            before[row] = site.value(url + row)
        files = site.column("SELECT CONCAT(emailId, fileId) FROM emailFile ORDER BY 1")
        whole = "SELECT CONCAT_WS(' ', HEX(sourceIp), messageId, originalFromDomainId, arrivalDate, emailType) FROM arfEmail"
        rest = site.column(whole)
        self.assertEqual(self.reparse(site), (3, 2, 0, 1))
        subjects = [site.value(f"SELECT subject FROM arfEmail WHERE emailId = {row}") for row in rows]
        self.assertEqual(subjects, ["café", "old", "old"])
        self.assertEqual(site.column(f"SELECT url FROM url JOIN emailUrl USING (urlId) WHERE emailId = {rows[0]}"),
                         ["http://new.example/a.htm"])
        self.assertEqual([site.value(url + row) for row in rows[1:]], [before[row] for row in rows[1:]])
        self.assertEqual(site.column("SELECT CONCAT(emailId, fileId) FROM emailFile ORDER BY 1"), files)
        self.assertEqual(site.column(whole), rest)
        self.assertEqual(site.value("SELECT COUNT(*) FROM arfEmail WHERE parserVersion < 0 AND reported = 1"), "2")
        self.assertEqual(self.reparse(site), (1, 0, 0, 1))
        # Still mails of the original the next time.
        self.assertEqual(self.reparse(site, "--all")[1:], (0, 0, 1))
        self.assertEqual(site.column(whole), rest)

    def test_mails_of_a_spam_trap_keep_their_senders(self):
        site = self.site(fill=False, feed="kind = spamtrap")
        for number in range(6):
            site.deliver(b"Received: from x (x [192.0.2.7]) by mx.example.com; Mon, 3 Aug 2026 10:00:00 +0000\n"
                         b"From: Bad <bad%d@sender.example>\nTo: trap@example.com\nSubject: win now %d\n"
                         b"Message-ID: <%d@sender.example>\n\nhttp://bad.example/%d.htm\n" % ((number,) * 4), str(number))
        self.assertEqual(counts(site.ingest(want=0))[0], 6)
        before = site.mails()
        sender = ("SELECT GROUP_CONCAT(emailLocal ORDER BY emailLocal) FROM emailLocal JOIN arfEmail "
                  "ON emailLocalId = originalFromLocalId")
        self.assertEqual(site.value(sender), "bad0,bad1,bad2,bad3,bad4,bad5")
        self.assertEqual(self.reparse(site, "--all"), (6, 0, 0, 0))
        site.execute("DELETE FROM emailUrl; UPDATE arfEmail SET subject = 'x'")
        self.assertEqual(self.reparse(site, "--all"), (6, 6, 0, 0))
        self.assertEqual((site.mails(), site.loose_ends()), (before, {}))
        self.assertEqual(site.value(sender), "bad0,bad1,bad2,bad3,bad4,bad5")

    def test_damaged_octets_are_told_and_left(self):
        site = self.site()
        before = site.mails()
        site.execute("UPDATE rawMessage SET body = 'x' WHERE rawId = (SELECT MIN(rawId) FROM arfEmail); "
                     "UPDATE rawMessage SET seq = 2 WHERE rawId = (SELECT MAX(rawId) FROM arfEmail)")
        damaged = site.mails()
        self.assertEqual(self.reparse(site, "--all"), (len(self.ids), 0, 0, 2))
        self.assertEqual(self.last.stderr.count("not-reparsed"), 2, self.last)
        self.assertEqual(site.mails(), damaged)
        self.assertNotEqual(before, damaged)

    def test_filters(self):
        site = self.site()
        site.execute("UPDATE arfEmail SET feed = 'other' ORDER BY emailId LIMIT 7; "
                     "UPDATE arfEmail SET receivedDate = '1990-05-05' ORDER BY emailId DESC LIMIT 9")
        self.hold(site, "feed = 'other' AND emailId = (SELECT * FROM (SELECT MIN(emailId) FROM arfEmail) x)")
        everything = len(self.ids)
        for args, want in ((["--all", "-n"], (everything, 0, 1, 0)),
                           (["--all", "--held", "-n"], (1, 0, 1, 0)),
                           (["--all", "--stored"], (everything - 1, 9, 0, 0)),  # their arrivalDate was too far off
                           (["--all", "--feed", "other"], (7, 0, 1, 0)),
                           (["--all", "--since", "1990-05-06"], (everything - 9, 0, 0, 0)),
                           (["--all", "--since", "1990-05-05T00:00:00Z"], (everything, 0, 0, 0))):
            with self.subTest(args):
                self.assertEqual(self.reparse(site, *args), want)
        for args in (["--since", "yesterday"], ["x"], ["--none"]):
            with self.subTest(args):
                self.reparse(site, *args, want=64)
        self.reparse(site, "--feed", "mailbx", want=65)
        self.reparse(site, "--feed", "mailbox", "--held")  # nothing of it is held, and it is there

    def test_one_at_a_time(self):
        site = self.site(fill=False)
        self.reparse(site)
        with open(site.state / "maintenance.lock", "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.reparse(site, want=75)
            self.assertIn("another", self.last.stderr)


class HeldTest(ReparseCase):
    def test_held_messages_become_the_mails_they_are(self):
        site = self.site()
        before = sorted(site.mails())
        ledger = site.value("SELECT COUNT(*) FROM ledger")
        held = self.hold(site, "MOD(emailId, 3) = 0")
        self.assertEqual(self.reparse(site, "--held"), (held, 0, held, 0))
        self.assertEqual((sorted(site.mails()), site.held(), site.loose_ends()), (before, [], {}))
        self.assertEqual(site.value("SELECT COUNT(*) FROM ledger"), ledger)
        self.assertEqual(self.reparse(site), (0, 0, 0, 0))

    def test_what_is_no_report_stays_held(self):
        site = self.site(fill=False)
        site.deliver(b"Subject: hello\n\nno report\n", "junk")
        site.deliver((harness.CASES / "arf" / "aggregate-xml.eml").read_bytes(), "aggregate")
        self.assertEqual(counts(site.ingest(want=0))[2], 2)
        before = site.held()
        self.assertEqual(self.reparse(site), (1, 0, 0, 0))
        self.assertEqual(site.held(), before)
        # An older parser had another reason, and did not know aggregate reports.
        site.execute("UPDATE heldMessage SET kind = 'unreadable', reason = 'old'")
        self.assertEqual(self.reparse(site), (2, 2, 0, 0))
        self.assertEqual(site.held(), before)

    def test_what_the_parser_died_of_is_tried_in_a_process_of_its_own(self):
        site = self.site()
        before = sorted(site.mails())
        row = site.server.query("SELECT emailId, reportMessageId AS id FROM arfEmail ORDER BY emailId LIMIT 1")[0]
        self.hold(site, f"emailId = {row['emailId']}", kind="crash")
        deadly = {"LD_PRELOAD": str(fate()), "FATE_MARK": row["id"].strip("<>")}
        for death in ("abort", "exit"):
            self.assertEqual(self.reparse(site, env={**deadly, "FATE_DEATH": death}), (1, 0, 0, 1))
            self.assertIn("the parser dies of it", self.last.stderr)
        self.assertEqual(site.held()[0]["kind"], "crash")
        self.assertEqual(self.reparse(site), (1, 0, 1, 0))
        self.assertEqual((sorted(site.mails()), site.held(), site.loose_ends()), (before, [], {}))

    def test_a_stored_mail_on_which_it_dies_does_not_stop_it_for_ever(self):
        site = self.site()
        row = site.server.query("SELECT reportMessageId AS id FROM arfEmail ORDER BY emailId LIMIT 1 OFFSET 70")[0]
        deadly = {"LD_PRELOAD": str(fate()), "FATE_MARK": row["id"].strip("<>")}
        done = harness.run("lafayette-admin", "-c", site.path, "reparse", "--all", env=site.environment(deadly))
        self.assertLess(done.code, 0, done)
        self.assertEqual(self.reparse(site, "--all", env=deadly), (len(self.ids), 0, 0, 1))
        self.assertEqual(site.loose_ends(), {})


class KillTest(ReparseCase):
    count = 60 if harness.SANITIZED else 150

    def test_killed_at_any_call(self):
        site = self.site()
        before = sorted(site.mails())
        spoil = ("UPDATE arfEmail SET subject = 'x'; DELETE FROM emailUrl WHERE MOD(emailId, 2) = 0; "
                 "UPDATE idBlock SET next = next + 10000 WHERE name = 'heldMessage'")
        spoilt = {"subjects without a line to be searched": 0}  # SQL changed them, not all are renewed
        site.execute(spoil)
        self.hold(site, "MOD(emailId, 3) = 0")
        count = site.folder / "count"
        self.reparse(site, "--all", env={"LD_PRELOAD": str(fate()), "FATE_COUNT": str(count)})
        self.assertEqual((sorted(site.mails()), site.held(), site.loose_ends()), (before, [], {}))
        calls, killed = int(count.read_text()), 0
        self.assertGreater(calls, 100)
        for k in range(7, calls, max(1, calls // (6 if harness.SANITIZED else 25))):
            with self.subTest(call=k):
                site.execute(spoil)
                self.hold(site, "MOD(emailId, 3) = 0")
                done = harness.run("lafayette-admin", "-c", site.path, "reparse", "--all", env=site.environment(
                    {"LD_PRELOAD": str(fate()), "FATE_AT": str(k), "FATE_WHEN": "after"}))
                killed += done.code == KILLED
                self.assertEqual({**site.loose_ends(), **spoilt}, spoilt)
                self.reparse(site, "--all")
                self.assertEqual((sorted(site.mails()), site.held(), site.loose_ends()), (before, [], {}))
        self.assertGreater(killed, 3)


if __name__ == "__main__":
    unittest.main()
