# SPDX-License-Identifier: Apache-2.0
"""A feed of kind replies: what comes back finds its complaint, once, and what follows from it."""
import email.message
import hmac
import os
import unittest

import harness
from harness.ingest_site import FULL, KILLED
from harness.mariadb import PrivateMariadb
from harness.outbox_site import OutboxSite, epoch
from harness.shims import preloaded
from harness.whole_dovecot import WholeDovecot

SECRET, BASE = "0123456789abcdef0123", "bounces@example.com"
DAY = 86400


def verp(reference, position, secret=SECRET, base=BASE):
    """The address as the sender makes it, by Python's own HMAC."""
    text = f"verp\n{base}\n{reference.lower()}\n{position}"
    local, domain = base.split("@")
    digest = hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()[:16]
    return f"{local}+{reference}-{position}-{digest}@{domain}"


def mail(body="Thank you.", headers=(), **fields):
    made = email.message.EmailMessage()
    for name, value in {"From": "desk@net.example", "To": "reports@example.com", "Subject": "Re: a report",
                        "Message-ID": f"<{os.urandom(8).hex()}@net.example>", **fields}.items():
        if value is not None:
            made[name] = value
    for name, value in headers:
        made[name] = value
    made.set_content(body)
    return made.as_bytes()


def dsn(to, status="5.1.1", action="failed", recipient="abuse@net.example", original_id="<LF-1@example.com>", whole=True):
    returned = f"From: reports@example.com\nMessage-ID: {original_id}\nSubject: Abuse report [LF-1]\n"
    part = (f"--b\nContent-Type: message/rfc822\n\n{returned}Content-Type: multipart/report; "
            "report-type=feedback-report; boundary=c\n\n--c\nContent-Type: message/feedback-report\n\n"
            "Feedback-Type: fraud\nUser-Agent: x/1\nVersion: 1\nSource-IP: 192.0.2.1\n\n--c--\n" if whole else
            f"--b\nContent-Type: text/rfc822-headers\n\n{returned}\n")
    return (f"From: MAILER-DAEMON@mx.net.example\nTo: {to}\nSubject: Undelivered Mail Returned to Sender\n"
            f"Auto-Submitted: auto-replied\nMessage-ID: <{os.urandom(8).hex()}@mx.net.example>\n"
            "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
            "--b\n\nYour mail could not be delivered.\n\n--b\nContent-Type: message/delivery-status\n\n"
            f"Reporting-MTA: dns; mx.net.example\n\nFinal-Recipient: rfc822; {recipient}\nAction: {action}\n"
            f"Status: {status}\n\n{part}--b--\n").encode()


class Replies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = PrivateMariadb.for_class(cls)

    def setUp(self):
        self.folder = harness.temp_folder(self)
        self.site = OutboxSite(self.server, self.folder, "arf_replies")
        self.maildir = self.folder / "replies"
        for part in ("cur", "new", "tmp"):
            (self.maildir / part).mkdir(parents=True)
        self.configure(f"[replies]\nkind = replies\nsource = maildir:{self.maildir}\n")
        self.number = 0
        self.site.put([{"ref": "LF-1", "to": ["abuse@net.example", "noc@net.example"], "copies": ["copies@example.com"]},
                       {"ref": "LF-2", "to": ["abuse@net.example"]}, {"ref": "LF-3", "to": ["other@net.example"]},
                       {"ref": "LF-4", "to": ["abuse@net.example"]},
                       {"ref": "ujvftmfvxnou", "to": ["abuse@net.example"]}])
        self.site.execute("UPDATE complaintRecipient SET state = 'sent', settled = NOW()")

    def configure(self, feeds):
        self.site.configure(25, web=f"bounceAddress = {BASE}", feeds=feeds)

    def deliver(self, octets, when=None):
        self.number += 1
        path = self.maildir / "new" / f"{self.number:05}.test"
        path.write_bytes(octets)
        if when is not None:
            os.utime(path, (when, when))

    def ingest(self, want=0, env=None, now=None):
        env = {"LAFAYETTE_STATE": str(self.folder / "state"), **(env or {})}
        if now is not None:
            env["LAFAYETTE_NOW"] = str(now)
        return harness.run("lafayette-ingest", "-c", self.site.path, "-q", "--no-enrich", "-f", "replies", env=env, want=want)

    def replies(self):
        return self.server.query("SELECT c.reference, r.* FROM complaintReply r JOIN complaint c USING (complaintId) "
                                 "ORDER BY replyId", name=self.site.name)

    def state(self, reference, position=1):
        return self.site.value("SELECT state FROM complaintRecipient JOIN complaint USING (complaintId) WHERE "
                               f"reference = '{reference}' AND position = {position}")

    def held(self):
        return [row["kind"] for row in self.server.query("SELECT kind FROM heldMessage", name=self.site.name)]

    def test_kinds(self):
        ours = verp("LF-1", 1)
        cases = [
            ("human", mail(**{"In-Reply-To": "<LF-1@example.com>", "From": "Ann <noc@net.example>"}), ("human", 2, "", "", 0)),
            ("by References", mail(References="<x@y> <LF-1@example.com>"), ("human", None, "", "", 0)),
            ("by our word in the subject", mail(Subject="AW: Abuse report: fraud [LF-1]"), ("human", None, "", "", 0)),
            ("by VERP, envelope", mail(headers=[("Delivered-To", ours)]), ("human", 1, "", "", 1)),
            ("by VERP in lower case", mail(headers=[("X-Original-To", ours.lower())]), ("human", 1, "", "", 1)),
            ("vacation", mail(Subject="Out of office: Abuse report [LF-1]", headers=[("Auto-Submitted", "auto-replied")]),
             ("auto", None, "", "", 0)),
            ("ticket in the subject", mail(Subject="[net.example #48213] Abuse report [LF-1]",
                                           headers=[("Auto-Submitted", "auto-replied")]), ("ticket", None, "", "48213", 0)),
            ("ticket in the text", mail("Dear sender,\n\nyour Ticket ID: ABC-20261122-7.\n", To=ours,
                                        headers=[("Auto-Submitted", "auto-generated")]), ("ticket", 1, "", "ABC-20261122-7", 1)),
            ("a person writes from the ticket", mail(Subject="Re: [Ticket#2026112210000017] Abuse report [LF-1]"),
             ("human", None, "", "2026112210000017", 0)),
            ("bounce", dsn(ours), ("bounce", 1, "5.1.1", "", 1)),
            ("soft bounce", dsn(ours, "4.2.2"), ("bounce", 1, "4.2.2", "", 1)),
            ("delay", dsn(ours, "4.4.1", "delayed"), ("delay", 1, "4.4.1", "", 1)),
            ("delivered", dsn(ours, "2.0.0", "delivered"), ("auto", 1, "2.0.0", "", 1)),
            ("bounce by what came back, whole", dsn(BASE, recipient="noc@net.example"), ("bounce", 2, "5.1.1", "", 0)),
            ("bounce by what came back, headers", dsn(BASE, recipient="Noc@Net.Example", whole=False),
             ("bounce", 2, "5.1.1", "", 0)),
            ("bounce without MIME", mail("Hi. This is the qmail-send program at mx.net.example.\nI'm afraid I wasn't able to "
                                         "deliver your message.\n\n<abuse@net.example>:\n550 5.1.1 no such user\n\n--- Below "
                                         "this line is a copy of the message.\n\nMessage-ID: <LF-1@example.com>\n",
                                         From="MAILER-DAEMON@mx.net.example", Subject="failure notice"),
             ("bounce", None, "5.1.1", "", 0)),
        ]
        for label, octets, want in cases:
            with self.subTest(label):
                self.site.execute("DELETE FROM complaintReply")
                self.deliver(octets)
                self.ingest()
                rows = self.replies()
                self.assertEqual(len(rows), 1, self.held())
                row = rows[0]
                found = (row["kind"], row["position"] and int(row["position"]), row["status"], row["ticket"], int(row["keyed"]))
                self.assertEqual((row["reference"], *found), ("LF-1", *want))
                self.assertEqual(row["applied"], "1")
        self.assertEqual(self.site.value("SELECT COUNT(*) FROM arfEmail"), "0", "our own complaint was taken for a report")
        self.assertEqual(os.listdir(self.maildir / "new"), [])

    def test_a_reference_without_a_digit(self):
        """One in twenty of those that we make has none."""
        self.deliver(mail(Subject="Re: [EXTERNAL] Abuse report: fraud [ujvftmfvxnou]"))
        self.ingest()
        self.assertEqual([row["reference"] for row in self.replies()], ["ujvftmfvxnou"], self.held())

    def test_no_complaint_of_ours(self):
        for octets in (mail(), mail(Subject="[LF-99]"), dsn(BASE, original_id="<x@y.example>"), dsn(verp("LF-9", 1), original_id="<q>"),
                       dsn(verp("LF-1", 1, secret="another"), original_id="<q>").replace(b"[LF-1]", b""),
                       dsn(verp("LF-1", 7), original_id="<q@x>").replace(b"[LF-1]", b"")):
            self.deliver(octets)
        self.ingest()
        self.assertEqual((self.replies(), self.held()), ([], ["reply"] * 6))
        self.assertEqual(self.site.value("SELECT COUNT(*) FROM arfEmail"), "0")
        self.assertEqual(self.state("LF-1"), "sent")

    def test_without_a_field_of_a_mail(self):
        for octets in (b"Content-Type: text/plain\n\nhello\n", b"no field at all\n", b"\n\nhello\n"):
            self.deliver(octets)
        self.deliver(mail(**{"In-Reply-To": "<LF-1@example.com>"}))
        self.ingest()
        self.assertEqual((len(self.replies()), self.held()), (1, ["unreadable"] * 3))

    def test_a_bounce_marks_its_recipient(self):
        cases = [("hard, keyed", dsn(verp("LF-1", 2)), 2, "bounced"), ("soft", dsn(verp("LF-2", 1), "4.2.2"), 1, "sent"),
                 ("hard, by what came back", dsn(BASE, original_id="<LF-3@example.com>", recipient="other@net.example"), 1,
                  "bounced"),
                 ("a forged key", dsn(verp("LF-4", 1, secret="x"), original_id="<q@x>"), 1, "sent")]
        for i, (label, octets, position, state) in enumerate(cases):
            with self.subTest(label):
                self.deliver(octets)
                self.ingest()
                self.assertEqual(self.state(f"LF-{i + 1}", position), state)
        self.assertEqual(self.state("LF-1", 1), "sent")
        self.assertEqual(self.site.value("SELECT COUNT(*) FROM contactOptOut"), "0")

    def test_a_bounce_is_quicker_than_the_note(self):
        self.site.execute("UPDATE complaintRecipient SET state = 'sending', leaseUntil = NOW()")
        self.deliver(dsn(verp("LF-2", 1)), epoch())
        self.ingest()
        self.assertEqual((self.state("LF-2"), self.replies()[0]["applied"]), ("sending", "0"))
        self.site.execute("UPDATE complaintRecipient SET state = 'sent'")
        self.ingest()
        self.assertEqual((self.state("LF-2"), self.replies()[0]["applied"]), ("bounced", "1"))

    def test_two_bounces_disable(self):
        start = epoch() - 20 * DAY
        hard, soft = "5.1.1", "4.2.2"
        cases = [
            ("one", [("LF-1", 1, hard, 0)], False),
            ("two within a day", [("LF-1", 1, hard, 0), ("LF-2", 1, hard, DAY - 60)], False),
            ("two, a day apart", [("LF-1", 1, hard, 0), ("LF-2", 1, hard, DAY + 60)], True),
            ("the later one is read first", [("LF-1", 1, hard, DAY + 60), ("LF-2", 1, hard, 0)], True),
            ("two, one soft", [("LF-1", 1, hard, 0), ("LF-2", 1, soft, DAY + 60)], False),
            ("of two contacts", [("LF-1", 2, hard, 0), ("LF-2", 1, hard, DAY + 60)], False),
            ("a copy", [("LF-1", 3, hard, 0), ("LF-1", 3, hard, DAY + 60)], False),
            ("two months apart", [("LF-1", 1, hard, -60 * DAY), ("LF-2", 1, hard, 0)], False),
            ("the second without the key", [("LF-1", 1, hard, 0), ("LF-2", 0, hard, DAY + 60)], False),
        ]
        for label, bounces, disabled in cases:
            with self.subTest(label):
                self.site.execute("DELETE FROM complaintReply; DELETE FROM contactOptOut; "
                                  "UPDATE complaintRecipient SET state = 'sent'")
                for reference, position, status, after in bounces:
                    to = verp(reference, position) if position else BASE
                    address = self.site.value("SELECT address FROM complaintRecipient JOIN complaint USING (complaintId) "
                                              f"WHERE reference = '{reference}' AND position = {position or 1}")
                    self.deliver(dsn(to, status, recipient=address, original_id=f"<{reference}@example.com>"), start + after)
                    self.ingest()
                rows = self.server.query("SELECT * FROM contactOptOut", name=self.site.name)
                self.assertEqual([(row["kind"], row["subject"]) for row in rows],
                                 [("address", "abuse@net.example")] if disabled else [])
                if disabled:
                    self.assertRegex(rows[0]["reason"], r"bounced at 20.* \(5\.1\.1\) and at 20.* \(5\.1\.1\)")

    def test_once(self):
        octets = dsn(verp("LF-1", 1))
        for _ in range(3):
            self.deliver(octets)
            self.ingest()
        self.assertEqual(len(self.replies()), 1)
        raw = self.replies()[0]["rawId"]
        self.assertEqual(self.site.value(f"SELECT COUNT(*) FROM rawMessage WHERE rawId = {raw}"), "1")

    def test_once_without_its_row_of_the_ledger(self):
        """[retention] ledger ends, the answer is kept: it is no message that can't be stored."""
        octets = dsn(verp("LF-1", 1))
        self.deliver(octets)
        self.ingest()
        self.site.execute("DELETE FROM ledger")
        self.deliver(octets)
        self.deliver(mail(**{"In-Reply-To": "<LF-2@example.com>"}))
        done = self.ingest()
        self.assertIn("ingested 1, duplicate 1, quarantined 0, failed 0", done.stdout)
        self.assertEqual((len(self.replies()), self.held()), (2, []))
        self.assertEqual(os.listdir(self.maildir / "new"), [])

    def test_killed_anywhere(self):
        """kill -9 at each of the first writes and commits: each reply is there once, and has followed up."""
        shim = preloaded("fate")
        tally, died, call = self.folder / "calls", 0, 0
        while True:
            self.site.execute("DELETE FROM complaintReply; DELETE FROM ledger; UPDATE complaintRecipient SET state = 'sent'")
            for reference in ("LF-1", "LF-2", "LF-3"):
                self.deliver(dsn(verp(reference, 1), original_id=f"<{reference}@example.com>"))
            if call == 0:
                self.ingest(env={**shim, "FATE_COUNT": str(tally)})
                calls = int(tally.read_text())
                step = 1 if FULL else max(1, calls // 12)
            else:
                when = ("before", "after")[call // step % 2]
                died += self.ingest(want=None, env={**shim, "FATE_AT": str(call), "FATE_WHEN": when}).code == KILLED
                self.ingest()
            self.assertEqual(sorted(row["reference"] for row in self.replies()), ["LF-1", "LF-2", "LF-3"])
            self.assertEqual([self.state(f"LF-{i}") for i in (1, 2, 3)], ["bounced"] * 3)
            call += step
            if call > calls:
                break
        self.assertGreater(died, 5)

    def test_imap(self):
        with WholeDovecot() as imap:
            self.configure(f"[replies]\nkind = replies\nimapHost = 127.0.0.1\nimapPort = {imap.port}\nimapTls = none\n"
                           f"imapUser = {imap.user}\nimapPassword = {imap.password}\n")
            imap.deliver(dsn(verp("LF-1", 1)))
            imap.deliver(mail(**{"In-Reply-To": "<LF-2@example.com>"}))
            imap.deliver(mail())
            done = self.ingest()
            self.assertIn("ingested 2, duplicate 0, quarantined 1, failed 0", done.stdout)
            self.assertEqual([(row["reference"], row["kind"]) for row in self.replies()], [("LF-1", "bounce"), ("LF-2", "human")])
            self.assertEqual((imap.mails(), len(imap.mails("Done")) + len(imap.mails("Quarantine"))), ([], 3))
            self.assertEqual(self.state("LF-1"), "bounced")

    def reparse(self, *words):
        return harness.run("lafayette-admin", "-c", self.site.path, "reparse", *words, want=0,
                           env={"LAFAYETTE_STATE": str(self.folder / "state")}).stdout

    def everything(self):
        return (len(self.replies()), sorted(self.held()), int(self.site.value("SELECT COUNT(*) FROM arfEmail")),
                int(self.site.value("SELECT COUNT(DISTINCT rawId) FROM rawMessage WHERE rawId NOT IN (SELECT rawId FROM complaintMessage)")))

    def test_answers_held_before_the_kind_was_set(self):
        """They are read as answers, never as reports: the complaint that a bounce brings back is our own."""
        self.configure(f"[replies]\nsource = maildir:{self.maildir}\n")
        for octets in (mail(**{"In-Reply-To": "<LF-2@example.com>"}), mail(To=verp("LF-3", 1)), mail()):
            self.deliver(octets)
        self.ingest()
        self.assertEqual(self.everything(), (0, ["unreadable"] * 3, 0, 3))
        self.deliver(dsn(verp("LF-1", 1)))  # a bounce that an older parser could not read
        self.configure(f"[replies]\nkind = replies\nsource = maildir:{self.maildir}\n")
        self.ingest()
        self.site.execute("INSERT INTO heldMessage (heldId, kind, reason, feed, place, receivedDate, octets, digest, rawId) "
                          "SELECT 77777, 'unreadable', '', 'replies', 'x', received, 1, digest, rawId FROM complaintReply; "
                          "DELETE FROM complaintReply; UPDATE complaintRecipient SET state = 'sent'")
        before = self.everything()
        self.assertIn("reparsed 4, changed 0, now reports 0, now answers 3, failed 0", self.reparse("--held", "-n"))
        self.assertEqual(self.everything(), before)
        self.assertIn("reparsed 4, changed 1, now reports 0, now answers 3, failed 0", self.reparse("--held"))
        self.assertEqual(self.everything(), (3, ["reply"], 0, 4))
        self.assertEqual(sorted((row["reference"], row["kind"], row["keyed"], row["applied"]) for row in self.replies()),
                         [("LF-1", "bounce", "1", "1"), ("LF-2", "human", "0", "1"), ("LF-3", "human", "1", "1")])
        self.assertEqual(self.state("LF-1"), "bounced", "what follows from it follows")
        self.assertIn("reparsed 1, changed 0, now reports 0, now answers 0, failed 0", self.reparse())

    def test_what_is_held_is_read_again(self):
        self.deliver(mail(**{"In-Reply-To": "<LF-9@example.com>"}))  # about no complaint that is there
        self.deliver(dsn(verp("LF-1", 1)))
        self.ingest()
        self.assertEqual(self.everything(), (1, ["reply"], 0, 2))
        # As it was when an answer whose row of the ledger had ended could not be stored.
        self.site.execute("INSERT INTO rawMessage SELECT 77777, seq, dictionaryId, body FROM rawMessage JOIN complaintReply USING (rawId); "
                          "INSERT INTO heldMessage (heldId, kind, reason, feed, place, receivedDate, octets, digest, rawId) "
                          "SELECT 77777, 'unstorable', '', 'replies', 'x', received, 1, digest, 77777 FROM complaintReply")
        self.site.execute("INSERT INTO rawMessage SELECT 77778, seq, dictionaryId, body FROM rawMessage JOIN heldMessage "
                          "USING (rawId) WHERE kind = 'reply'; INSERT INTO heldMessage (heldId, kind, reason, feed, place, "
                          "receivedDate, octets, digest, rawId) SELECT 77778, kind, '', feed, 'x', receivedDate, 1, digest, "
                          "77778 FROM heldMessage WHERE kind = 'reply'")
        self.site.put([{"ref": "LF-9", "to": ["abuse@net.example"]}])
        self.site.execute("UPDATE heldMessage SET feed = 'gone' WHERE kind = 'reply'")  # an answer all the same
        self.assertIn("reparsed 3, changed 0, now reports 0, now answers 3, failed 0", self.reparse("--held"))
        self.assertEqual(self.everything(), (2, [], 0, 2))
        self.assertEqual(sorted(row["reference"] for row in self.replies()), ["LF-1", "LF-9"])

    def test_kept_by_the_tools(self):
        """doctor, purge and reparse leave what complaints need."""
        self.deliver(dsn(verp("LF-1", 1)))
        self.deliver(mail())
        self.ingest()
        before = self.site.value("SELECT COUNT(*) FROM rawMessage")
        env = {"LAFAYETTE_STATE": str(self.folder / "state")}
        for words in (("doctor", "--repair"), ("reparse",), ("purge", "--days", "0"), ("purge", "--days", "0", "--bodies")):
            harness.run("lafayette-admin", "-c", self.site.path, *words, env=env)
            self.assertEqual(self.site.value("SELECT COUNT(*) FROM rawMessage"), before, words)
            self.assertEqual(len(self.replies()), 1)
            self.assertEqual(self.held(), ["reply"])


if __name__ == "__main__":
    unittest.main()
