# SPDX-License-Identifier: Apache-2.0
"""lafayette-admin show: one stored mail or held message for a person, as octets, or as arfdump has it."""
import json
import unittest

import harness
from harness.ingest_site import Site, counts

MAIL = b"""From: reports@example.net
To: us@example.com
Subject: report
Message-ID: <report@example.net>
Date: Mon, 3 Aug 2026 10:05:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

A report.
--b
Content-Type: message/feedback-report

Feedback-Type: auth-failure
User-Agent: test/1.0
Version: 1
Original-Mail-From: <sender@example.org>
Original-Rcpt-To: <first@example.com>
Original-Rcpt-To: <second@example.com>
Source-IP: 192.0.2.7
Reported-Domain: example.com
Delivery-Result: reject

--b
Content-Type: message/rfc822

Received: from bad.example (bad.example [192.0.2.7]) by mx.example.net; Mon, 3 Aug 2026 09:59:59 +0000
From: Bank <bank@example.com>
Subject: =?utf-8?b?""" + __import__("base64").b64encode("pay \u202e\x1b[31m now".encode()) + b"""?=
Message-ID: <original@example.com>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=c

--c
Content-Type: text/html

<a href="http://www.bad.example/a.b/mail.htm">x</a>
--c
Content-Type: application/zip; name="bill.zip"
Content-Transfer-Encoding: base64

AAAA
--c--
--b--
"""


class ShowTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = harness.PrivateMariadb.for_class(cls)
        temp = harness.TempFolder()
        folder = temp.__enter__()
        cls.addClassCleanup(temp.__exit__)
        cls.site = Site(cls.server, folder)
        cls.site.deliver(MAIL, "1")
        cls.site.deliver(b"Subject: no report \x1b[0m\n\nhello\n", "2")
        cls.done = cls.site.ingest(want=0)
        cls.mail = cls.site.value("SELECT emailId FROM arfEmail")
        cls.held = "held:" + cls.site.value("SELECT heldId FROM heldMessage")

    def show(self, *args, want=0):
        return harness.run("lafayette-admin", "-c", self.site.path, "show", *args, env=self.site.environment(),
                           want=want)

    def test_a_mail(self):
        self.assertEqual(counts(self.done), (1, 0, 1, 0))
        text = self.show(self.mail).stdout
        for line in ("subject                 pay \\u{202E}\\u{001B}[31m now\n",
                     "source address          192.0.2.7\n",
                     "from address            bank@example.com\n", "mail from               sender@example.org\n",
                     "rcpt to                 first@example.com\n", "further recipients      second@example.com\n",
                     "delivery                reject\n", "URLs                    hxxp://www[.]bad[.]example/a.b/mail.htm\n",
                     "attachments             bill.zip  3 octets, MD5 693e9af84d3dfcc71e640e005bdc5e2e, SHA-256 ",
                     "reporter                reports@example.net\n", "  kept                  rawMessage ",
                     "arrived                 2026-08-03 09:59:59 UTC  (not stated: from ", "complaint sent          no\n"):
            with self.subTest(line):
                self.assertIn(line, text)
        for hidden in ("\x1b", "\u202e", "http:"):
            self.assertNotIn(hidden, text)

    def test_a_held_message(self):
        text = self.show(self.held).stdout
        self.assertIn("kind                    unreadable\n", text)
        self.assertIn("reason                  ", text)

    def test_the_octets(self):
        self.assertEqual(self.show(self.mail, "--raw").stdout.encode(), MAIL)
        self.assertEqual(self.show(self.held, "--raw").stdout, "Subject: no report \x1b[0m\n\nhello\n")

    def test_json_is_arfdumps(self):
        said = json.loads(self.show("--json", self.mail).stdout)
        dumped = json.loads(harness.run("arfdump", "-", stdin=MAIL, want=0).stdout)
        self.assertEqual((said.pop("file"), dumped.pop("file") != ""), (f"email:{self.mail}", True))
        self.assertEqual(said, dumped)
        self.assertIn("error", json.loads(self.show("--json", self.held).stdout))

    def test_one_part_of_a_message_with_two(self):
        self.site.deliver((harness.CASES / "arf" / "two-feedback-parts.eml").read_bytes(), "3")
        self.site.ingest(want=0)
        for row in self.server.query("SELECT emailId, part FROM arfEmail WHERE part > 0"):
            said = self.show("--json", row["emailId"]).stdout.splitlines()
            self.assertEqual([json.loads(line)["part"] for line in said], [int(row["part"])])
        self.assertNotEqual(self.site.value("SELECT COUNT(*) FROM arfEmail WHERE part > 0"), "0")

    def test_what_is_not_there(self):
        for args, code, says in ((["987654"], 65, "no mail 987654"), (["held:987654"], 65, "no held message 987654"),
                                 (["987654", "--raw"], 65, "no mail"), ([], 64, "show takes"), (["x"], 64, "show takes"),
                                 (["0"], 64, "show takes"), ([self.mail, "--raw", "--json"], 64, "one of"),
                                 (["held:"], 64, "show takes"), ([self.mail, "2"], 64, "show takes")):
            with self.subTest(args):
                done = self.show(*args, want=code)
                self.assertIn(says, done.stderr)
                self.assertEqual(done.stdout, "")
        self.site.execute("UPDATE arfEmail SET rawId = NULL WHERE emailId = " + self.mail)
        self.assertIn("not kept", self.show(self.mail, "--raw", want=65).stderr)
        self.assertIn("purged", self.show(self.mail).stdout)


if __name__ == "__main__":
    unittest.main()
