# SPDX-License-Identifier: Apache-2.0
"""What a desk answers is read on the pages of its complaint and of the contact, and who wants no more gets none."""
import email.message
import email.policy
import unittest

import harness
from harness import imap_driver
from harness.outbox_site import TARGET
from harness.web_page import WebPage
from harness.web_site import WebSite

DESK, OTHER = "Abuse@desk.example", "noc@net.example"


def answer(text, subject, sender=f"Ann <{DESK}>", html=None):
    made = email.message.EmailMessage(policy=email.policy.SMTP)
    made["From"], made["To"], made["Subject"], made["Message-ID"] = sender, "reports@example.com", subject, f"<{abs(hash(text))}@x>"
    made.set_content(text, cte="quoted-printable")
    if html is not None:
        made.add_alternative(html, subtype="html")
    return made.as_bytes()


class ReplyPagesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = WebSite("reportSender = reports@example.com\nmailSmtp = 127.0.0.1\nsmtpPort = 1\nsmtpTls = none\nsmtpWorkers = 0\n",
                           "[replies]\nkind = replies\nsource = maildir:replies\n").__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        cls.maildir = cls.site.folder / "replies"
        for part in ("cur", "new", "tmp"):
            (cls.maildir / part).mkdir(parents=True)
        lines = [["aaaabbbbcccc", "198.51.100.7", "0", "", DESK], ["ddddeeeeffff", "198.51.100.8", "0", "", f"{DESK},{OTHER}"]]
        harness.run(imap_driver.build(TARGET), cls.site.config, "put", want=0,
                    stdin="".join("\t".join([*line, "", "", "0", "0"]) + "\n" for line in lines))
        cls.ids = {row["reference"]: int(row["complaintId"]) for row in cls.site.db.query("SELECT * FROM complaint")}
        cls.client = cls.site.client("anna")

    def setUp(self):
        self.site.db.execute("DELETE FROM complaintReply; DELETE FROM contactOptOut")

    def arrive(self, *mails):
        for i, octets in enumerate(mails):
            (self.maildir / "new" / f"{i}.{self.id()}").write_bytes(octets)
        harness.run("lafayette-ingest", "-c", self.site.config, "-q", "--no-enrich", "-f", "replies", want=0,
                    env={"LAFAYETTE_STATE": str(self.site.folder / "state")})

    def page(self, path, who=None):
        found = (who or self.client).get(path)
        self.assertEqual(found.status, 200, found)
        return found.text.replace("\r\n", "\n")

    def test_text_of_an_answer(self):
        self.arrive(answer("Gr\u00fc\u00dfe,\nwe closed <b>it</b>: http://evil.test/x\n" + "y" * 9000, "Re: [aaaabbbbcccc]"),
                    answer("in [ddddeeeeffff]", "Re: [ddddeeeeffff]", OTHER, "<p>in <script>alert(1)</script></p>"))
        text = self.page(f"/outbox/{self.ids['aaaabbbbcccc']}")
        self.assertTrue("Gr\u00fc\u00dfe,\nwe closed &lt;b&gt;it&lt;/b&gt;: hxxp://evil[.]test/x\n" in text)
        self.assertIn("This is its beginning.", text)
        self.assertLess(text.count("y"), 9000)
        self.assertNotIn("wants no more", text)
        other = self.page(f"/outbox/{self.ids['ddddeeeeffff']}")
        self.assertIn(f'value="{OTHER}"', other, "the recipient that it came from")
        self.assertNotIn("<script>alert", other)
        contact = self.page(f"/contact/{DESK}")
        self.assertIn("we closed", contact)
        self.assertNotIn("in [ddddeeeeffff]", contact, "it came from another recipient")
        self.assertIn("in [ddddeeeeffff]", self.page(f"/contact/{OTHER}"))
        WebPage(text)
        WebPage(contact)

    def test_who_wants_no_more(self):
        self.arrive(answer("STOP\n\n> We are reports@example.com\n", "Re: [aaaabbbbcccc]"))
        page = self.page(f"/outbox/{self.ids['aaaabbbbcccc']}")
        self.assertIn("wants no more", page)
        form = {"address": DESK, "what": "disable", "back": self.ids["aaaabbbbcccc"]}
        done = self.client.post("/contact", form)
        self.assertEqual((done.status, done.fields["location"]), (303, f"/outbox/{self.ids['aaaabbbbcccc']}"))
        self.assertIn("abuse@desk.example gets no more complaints", self.page(done.fields["location"]))
        rows = self.site.db.query("SELECT kind, subject, reason FROM contactOptOut")
        self.assertEqual(rows, [{"kind": "address", "subject": DESK.lower(), "reason": "asked for no more, says anna"}])
        self.assertIn("Wants no mail: asked for no more, says anna", self.page(f"/contact/{DESK}"))
        audit = self.site.db.query("SELECT who, action, subject FROM audit WHERE action LIKE 'contact-%'")
        self.assertEqual(audit, [{"who": "anna", "action": "contact-disable", "subject": DESK.lower()}])
        again = self.client.post("/contact", {"address": DESK, "what": "enable"})
        self.assertEqual((again.status, again.fields["location"]), (303, f"/contact/{DESK.lower()}"))
        self.assertEqual(self.site.db.query("SELECT * FROM contactOptOut"), [])
        self.site.db.execute("INSERT INTO contactOptOut VALUES ('domain', 'example', 'by phone', NOW())")
        self.assertIn("Wants no mail: domain example: by phone", self.page(f"/contact/{DESK}"))

    def test_who_may(self):
        form = {"address": DESK, "what": "disable"}
        self.assertEqual(self.client.post("/contact", {**form, "csrf": "0" * 64}).status, 403)
        self.assertEqual(self.site.client("vera").post("/contact", form).status, 403)
        for bad in ({"what": "disable"}, {"address": DESK}, {"address": "net.example", "what": "disable"},
                    {"address": DESK, "what": "else"}, {"address": "a b@c", "what": "disable"}):
            self.assertEqual(self.client.post("/contact", bad).status, 400, bad)
        self.assertEqual(self.site.db.query("SELECT * FROM contactOptOut"), [])

    def test_octets_that_are_gone(self):
        self.arrive(answer("here today", "Re: [aaaabbbbcccc]"))
        self.site.db.execute("UPDATE complaintReply SET rawId = NULL")
        self.assertIn("Its octets were purged.", self.page(f"/outbox/{self.ids['aaaabbbbcccc']}"))


if __name__ == "__main__":
    unittest.main()
