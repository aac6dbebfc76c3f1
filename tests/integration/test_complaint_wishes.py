# SPDX-License-Identifier: Apache-2.0
"""Contacts that want complaints in another form: noted, shown before, obeyed, taken back."""
import email
import email.policy
import io
import unittest
import zipfile

import harness
from harness.fake_smtp import FakeSmtp
from harness.report_site import COPY, ReportSite

USUAL = ["text/plain", "message/feedback-report", "text/rfc822-headers", "application/zip"]
DESK, OTHER = "desk@whole.example", "noc@other.example"


class WishesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = ReportSite(90)
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)

    def setUp(self):
        self.site.db.execute("DELETE FROM contactWish; UPDATE complaintRecipient SET state = 'cancelled' WHERE state IN "
                             "('queued', 'deferred')")
        self.smtp = FakeSmtp().__enter__()
        self.addCleanup(self.smtp.__exit__)

    def wish(self, *words, want=0):
        return harness.run("lafayette-admin", "-c", self.site.config, "contacts", "wish", *words, want=want)

    def queue(self, to):
        """A complaint to these addresses, through the preview; its number, its mail and the preview."""
        row = next(row for row in self.site.mails(20) if row["rcptTo"] and row["urls"])
        number = row["emailId"]
        place = self.site.draft([number])
        form = {"emailid": number, "feedbackType": "fraud", f"to{number}": ", ".join(to)}
        page = self.site.anna.post(place, {**form, "submit": "Preview"}).text
        self.site.anna.post(place, {**form, "submit": "Send Reports"})
        complaint = self.site.value(f"SELECT complaintId FROM complaintEmail WHERE emailId = {number}")
        return complaint, row, page

    def sent(self, to):
        """The mail that an address got, its parts, and the zip's content (None: there is none)."""
        mail = next(mail for mail in self.smtp.mails if mail.recipients == [to])
        message = email.message_from_bytes(mail.octets, policy=email.policy.default)
        parts = list(message.iter_parts())
        content = None
        for part in parts:
            if part.get_content_type() == "application/zip":
                with zipfile.ZipFile(io.BytesIO(part.get_payload(decode=True))) as archive:
                    content = archive.read(archive.namelist()[0], pwd=b"infected")
        return message, [part.get_content_type() for part in parts], content

    def test_forms(self):
        cases = [("nothing", [], USUAL), ("no zip", ["zip=no"], USUAL[:3]), ("usual, said", ["zip=redacted", "mail=headers"], USUAL),
                 ("mail", ["mail=rfc822"], [*USUAL[:2], "message/rfc822", USUAL[3]]),
                 ("mail alone", ["mail=rfc822", "zip=no"], [*USUAL[:2], "message/rfc822"]),
                 ("xarf", ["xarf=yes"], [*USUAL, "application/json"]), ("no xarf", ["xarf=no"], USUAL)]
        for label, words, want in cases:
            with self.subTest(label):
                address = f"{label.replace(', ', '-').replace(' ', '-')}@forms.example"
                if words:
                    self.wish(address, *words)
                complaint, row, page = self.queue([address])
                self.assertEqual("wants:" in page, want != USUAL)
                self.assertNotIn("as it came", page)
                self.site.drain(self.smtp.port)
                message, types, content = self.sent(address)
                self.assertEqual((types, message["To"]), (want, address))
                self.assertEqual(self.sent(COPY)[1], USUAL, "the copy is as ever")
                messages = self.site.value(f"SELECT COUNT(*) FROM complaintMessage WHERE complaintId = {complaint}")
                self.assertEqual(messages, "1" if want == USUAL else "2")
                if content is not None:
                    self.assertNotIn(row["rcptTo"].encode(), content)
                self.smtp.mails.clear()

    def test_whole(self):
        """One contact gets the mail as it came, with a warning before; the other one and the copy do not."""
        self.wish("@whole.example", "zip=whole")
        complaint, row, page = self.queue([DESK, OTHER, "desk@below.whole.example"])
        self.assertIn("All that is redacted elsewhere goes there as it came", page)
        self.assertEqual(page.count("the whole, unredacted mail in a zip"), 1)
        self.assertEqual(len(self.site.texts(page)), 2)
        shown = self.site.anna.get(f"/outbox/{complaint}").text
        self.assertIn("The zip holds the whole, unredacted mail", shown)
        self.site.drain(self.smtp.port)
        self.assertEqual(self.site.states(complaint), ["sent"] * 4)
        victim = row["rcptTo"].encode()
        message, types, content = self.sent(DESK)
        self.assertEqual((types, message["To"]), (USUAL, DESK))
        self.assertIn(victim, content)
        self.assertIn("The mail as it was received", " ".join(list(message.iter_parts())[0].get_content().split()))
        for address in (OTHER, COPY, "desk@below.whole.example"):
            self.assertNotIn(victim, self.sent(address)[2])
        self.assertEqual(" ".join(self.sent(OTHER)[0]["To"].split()), f"{OTHER}, desk@below.whole.example")
        self.assertEqual(self.sent(OTHER)[0]["Message-ID"], self.sent(COPY)[0]["Message-ID"])
        self.assertNotEqual(self.sent(DESK)[0]["Message-ID"], self.sent(COPY)[0]["Message-ID"])
        references = {self.sent(address)[0]["X-Lafayette-Complaint"] for address in (DESK, OTHER, COPY)}
        self.assertEqual(len(references), 1)
        self.assertIn(b"Original-Rcpt-To: <redacted-", next(
            mail.octets for mail in self.smtp.mails if mail.recipients == [DESK]), "but for the zip it is redacted")

    def test_taken_back_before_it_went(self):
        for label, written in (("not written", False), ("written", True)):
            with self.subTest(label):
                address = f"{label.replace(' ', '-')}@whole.example"
                self.wish(address, "zip=whole", "xarf=no", "mail=rfc822")
                complaint, row, _ = self.queue([address])
                if written:
                    with FakeSmtp(lambda stage, text, session: "451 later" if stage == "RCPT" else None) as busy:
                        self.site.drain(busy.port)
                    self.assertEqual(self.site.states(complaint), ["deferred", "deferred"])
                    self.site.db.execute("UPDATE complaintRecipient SET nextTry = UTC_TIMESTAMP() WHERE state = 'deferred'")
                self.wish(address, "--remove")
                self.site.drain(self.smtp.port)
                self.assertEqual(self.site.states(complaint), ["sent", "sent"])
                message, types, content = self.sent(address)
                self.assertEqual((types[2], message["To"]), ("message/rfc822", address), "the rest is as it was queued")
                self.assertNotIn(row["rcptTo"].encode(), content)
                self.assertEqual(self.site.row(complaint)["form"], "mail=rfc822")

    def test_pasted_mails_never_go_whole(self):
        self.wish(DESK, "zip=whole", "mail=rfc822")
        pasted = ("Received: from relay.test (relay.test [198.18.3.7]) by mx.desk.example.com; Sun, 22 Nov 2026 08:00:00 +0000\n"
                  "From: Winner <win@prize.test>\nTo: me@desk.example.org\nSubject: You have won\n"
                  "Date: Sun, 22 Nov 2026 07:58:00 +0000\nMessage-ID: <won@prize.test>\n\nDear me@desk.example.org, take it\n")
        self.site.anna.get("/reportspam")
        answer = self.site.anna.post("/reportspam", {"email": pasted, "submit": "Send ARF", "abuseid0": "1",
                                                     "ip0": "198.18.3.7", "abuseemail0": f"{DESK}, {OTHER}"})
        self.assertEqual(answer.status, 303, answer)
        self.site.drain(self.smtp.port)
        for address, part in ((DESK, "message/rfc822"), (OTHER, "text/rfc822-headers")):
            _, types, content = self.sent(address)
            self.assertEqual(types[2:], [part, "application/zip"])
            self.assertNotIn(b"me@desk.example.org", content)

    def test_command(self):
        self.assertEqual(self.wish("Desk@Whole.Example", "zip=whole").stdout, "noted desk@whole.example: zip=whole\n")
        self.assertEqual(self.wish("desk@whole.example", "xarf=yes").stdout, "changed desk@whole.example: zip=whole xarf=yes\n")
        self.assertEqual(self.wish("@whole.example", "mail=rfc822").stdout, "noted @whole.example: mail=rfc822\n")
        both = "wish    desk@whole.example  zip=whole xarf=yes\nwish    @whole.example  mail=rfc822\n"
        self.assertEqual(self.wish().stdout, both)
        self.assertEqual(self.wish(DESK).stdout, both)
        listed = harness.run("lafayette-admin", "-c", self.site.config, "contacts", "list", want=0).stdout
        self.assertIn(both, listed)
        self.assertEqual(self.wish(DESK, "zip=default").stdout, "changed desk@whole.example: xarf=yes\n")
        self.assertEqual(self.wish(DESK, "--remove").stdout, "changed desk@whole.example: as all others\n")
        self.assertEqual(self.wish().stdout, "wish    @whole.example  mail=rfc822\n")
        for words in (["nobody"], ["@nodot", "zip=no"], [DESK, "zip=all"], [DESK, "zip"], [DESK, "zip=no", "x=y"], ["--remove"],
                      [DESK, "zip=no", "--remove"], ["a@b@c.example", "zip=no"], ["whole.example", "zip=no"]):
            with self.subTest(words):
                self.wish(*words, want=64)
        self.assertEqual(self.wish().stdout, "wish    @whole.example  mail=rfc822\n", "nothing by halves")


if __name__ == "__main__":
    unittest.main()
