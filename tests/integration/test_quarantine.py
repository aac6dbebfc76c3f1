# SPDX-License-Identifier: Apache-2.0
"""The quarantine's buttons: a held message is read again and becomes a mail, one or those of a kind, or the reader is told."""
import fcntl
import re
import unittest

import harness
from harness.ingest_site import generate
from harness.report_site import fated
from harness.web_page import WebPage
from harness.web_site import WebSite

COUNT = 20
DEADLY = "deadly-mark-7d1"
LINKS = ("emailUrl", "emailFile", "emailPattern", "emailRcptTo", "emailReportedDomain")
PLAIN = "Subject: {}\nFrom: a@example.com\nMessage-ID: <{}@example.com>\n\nno report\n"


class QuarantineTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = WebSite("smtpWorkers = 0\n")
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        cls.state, cls.db = cls.site.folder / "state", cls.site.db
        generate(cls.site.folder / "mail", COUNT)
        plain = cls.site.folder / "plain"
        plain.mkdir()
        for number, word in enumerate(("one", "two", DEADLY)):
            (plain / f"{number}.eml").write_text(PLAIN.format(word, number))
        harness.run("lafayette-ingest", "-q", "-c", cls.site.config, cls.site.folder / "mail", plain, want=0,
                    env={"LAFAYETTE_STATE": str(cls.state)})
        cls.site.stop()
        cls.site.environment = {"LAFAYETTE_STATE": str(cls.state), **fated(MARK=DEADLY)}
        cls.site.start()
        cls.all = cls.figure("arfEmail")

    @classmethod
    def figure(cls, table, where="TRUE"):
        return int(cls.db.value(f"SELECT COUNT(*) FROM {table} WHERE {where}"))

    def setUp(self):
        """Some mails are held, as an older parser might have had them."""
        self.assertGreater(self.all, COUNT - 5)
        some = [row["emailId"] for row in self.db.query("SELECT emailId FROM arfEmail ORDER BY emailId LIMIT 8")]
        where = f"emailId IN ({','.join(some)})"
        self.db.execute(
            "INSERT INTO heldMessage (heldId, kind, reason, feed, place, receivedDate, octets, digest, rawId) "
            "SELECT 100000 + emailId, 'unreadable', 'not understood', feed, 'x', receivedDate, octets, digest, rawId "
            f"FROM arfEmail WHERE {where};"
            + "".join(f"DELETE x FROM {link} x JOIN arfEmail USING (emailId) WHERE {where};" for link in LINKS)
            + f"DELETE FROM arfEmail WHERE {where}")
        self.ids = [int(row["id"]) for row in self.db.query(
            "SELECT heldId AS id FROM heldMessage WHERE reason = 'not understood' ORDER BY heldId")]
        self.assertEqual(len(self.ids), 8)
        self.client = self.site.client("anna")

    def tearDown(self):
        harness.run("lafayette-admin", "-c", self.site.config, "reparse", "--held", want=0,
                    env={"LAFAYETTE_STATE": str(self.state)})
        self.assertEqual((self.figure("arfEmail"), self.figure("heldMessage")), (self.all, 3))

    def held(self, reason_like):
        return int(self.db.value("SELECT heldId FROM heldMessage JOIN rawMessage USING (rawId) WHERE place LIKE "
                                 f"'%{reason_like}%' LIMIT 1"))

    def press(self, path, form=None, client=None):
        """(where it leads, what is told there)"""
        client = client or self.client
        answer = client.post(path, form or {})
        self.assertEqual(answer.status, 303, answer)
        place = answer.fields["location"]
        page = client.get(place)
        self.assertEqual(page.status, 200, page)
        WebPage(page.text)
        return place, re.sub("<[^>]*>", "", re.search('<p class="flash.*?</p>', page.text)[0])

    def test_one_becomes_a_mail(self):
        one = self.ids[0]
        page = self.client.get(f"/quarantine/{one}").text
        self.assertIn(f'action="/quarantine/{one}"', page)
        place, told = self.press(f"/quarantine/{one}")
        self.assertRegex(place, r"^/email/\d+$")
        self.assertIn("it is a mail now", told)
        self.assertEqual(self.figure("heldMessage", f"heldId = {one}"), 0)
        self.assertEqual(self.client.post(f"/quarantine/{one}").status, 404)
        lines = self.db.query("SELECT who, subject FROM audit WHERE action = 'reparse' ORDER BY auditId DESC LIMIT 1")
        self.assertEqual((lines[0]["who"], lines[0]["subject"]), ("anna", f"held {one}"))

    def test_one_that_is_no_report(self):
        one = self.held("0.eml")
        place, told = self.press(f"/quarantine/{one}")
        self.assertEqual(place, f"/quarantine/{one}")
        self.assertIn("is no report", told)

    def test_one_on_which_the_parser_dies(self):
        one = self.held("2.eml")
        place, told = self.press(f"/quarantine/{one}")
        self.assertEqual(place, f"/quarantine/{one}")
        self.assertIn("the parser fails on it", told)
        self.assertEqual(self.client.get("/healthz").status, 200)

    def test_all_of_a_kind(self):
        page = self.client.get("/quarantine?kind=unreadable").text
        self.assertIn("Read all of this kind again", page)
        self.assertNotIn("Read all", self.client.get("/quarantine").text)
        place, told = self.press("/quarantine", {"kind": "unreadable"})
        self.assertEqual(place, "/quarantine?kind=unreadable")
        count = len(self.ids)
        self.assertIn(f"{count + 3} were read again, {count} of them are mails now, the parser fails on 1.", told)

    def test_more_than_fits(self):
        """501 that stay: the first press takes 500 and says what is left, the second the rest."""
        self.db.execute("INSERT INTO heldMessage (heldId, kind, reason, feed, receivedDate, octets, digest, rawId) "
                        "SELECT 200000 + seq, 'unstorable', 'x', '', NOW(), 1, UNHEX(SHA2(seq, 256)), rawId "
                        f"FROM seq_1_to_501, heldMessage WHERE heldId = {self.held('0.eml')}")
        place, told = self.press("/quarantine", {"kind": "unstorable"})
        read, left = (int(re.search(text, told)[1]) for text in (r"(\d+) were read again", r"(\d+) are left"))
        self.assertEqual(read + left, 501)
        self.assertLessEqual(read, 500)
        presses = 1
        while "&behind=" in place:  # a slow machine is stopped by the time before
            form = WebPage(self.client.get(place).text).inputs
            place, told = self.press("/quarantine", {"kind": form["kind"], "behind": form["behind"]})
            read += int(re.search(r"(\d+) were", told)[1])
            presses += 1
        self.assertEqual(read, 501)
        self.assertGreater(presses, 1)
        self.db.execute("DELETE FROM heldMessage WHERE heldId > 200000")

    def test_another_one_is_at_work(self):
        with open(self.state / "maintenance.lock", "ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for path, form in ((f"/quarantine/{self.ids[0]}", {}), ("/quarantine", {"kind": "unreadable"})):
                self.assertIn("another reparse is at work", self.press(path, form)[1])
        self.assertEqual(self.figure("heldMessage", f"heldId = {self.ids[0]}"), 1)

    def test_who_may(self):
        one = self.ids[0]
        for path in (f"/quarantine/{one}", "/quarantine"):
            form = {"kind": "unreadable"}
            self.assertEqual(self.site.client("vera").post(path, form).status, 403)
            self.assertEqual(self.client.post(path, {**form, "csrf": "0" * 64}).status, 403)
        self.assertEqual(self.figure("heldMessage", f"heldId = {one}"), 1)
        self.assertRegex(self.press(f"/quarantine/{one}", client=self.site.client("ada"))[0], "^/email/")

    def test_what_is_not_read_again(self):
        self.db.execute("INSERT INTO heldMessage (heldId, kind, reason, feed, receivedDate, digest) VALUES "
                        "(300000, 'aggregate', 'x', '', NOW(), UNHEX(SHA2('a', 256)))")
        self.assertNotIn("Read again", self.client.get("/quarantine/300000").text)
        self.assertNotIn("Read all", self.client.get("/quarantine?kind=aggregate").text)
        self.assertEqual(self.client.post("/quarantine/300000").status, 404)
        self.assertEqual(self.client.post("/quarantine", {"kind": "aggregate"}).status, 400)
        self.assertEqual(self.client.post("/quarantine", {}).status, 400)
        self.db.execute("DELETE FROM heldMessage WHERE heldId = 300000")


if __name__ == "__main__":
    unittest.main()
