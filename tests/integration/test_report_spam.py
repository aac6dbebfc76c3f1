# SPDX-License-Identifier: Apache-2.0
"""/reportspam: a mail as a file, octet by octet; and bodies of many parts that no browser sends."""
import base64
import email
import re
import unittest
import zipfile
from io import BytesIO

import harness
from harness.fake_smtp import FakeSmtp
from harness.web_page import WebPage
from harness.web_site import WebSite

MAIL = b"""Received: from relay.test (relay.test [198.18.3.7]) by mx.desk.example.com; Sun, 22 Nov 2026 08:00:00 +0000\r
Delivered-To: me@desk.example.com\r
From: Winner <win@prize.test>\r
To: me@desk.example.com\r
Subject: You have won\r
Date: Sun, 22 Nov 2026 07:58:00 +0000\r
Message-ID: <won@prize.test>\r
Content-Type: text/plain; charset=iso-8859-1\r
Content-Transfer-Encoding: 8bit\r
\r
Gewinn f\xfcr Sie: http://prize.test/take?x=1\r
"""
LARGEST = 25 * 1024 * 1024


class UploadTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.smtp = FakeSmtp().__enter__()
        cls.addClassCleanup(cls.smtp.__exit__, None, None, None)
        cls.site = WebSite(f"reportSender = abuse@desk.example.com\nmailSmtp = 127.0.0.1\nsmtpPort = {cls.smtp.port}\n"
                           "smtpTls = none\nmaskHeaders = Delivered-To\n",
                           "[reports]\narfZip = always\ncontactAnHour = 0\ncontactADay = 0\nquietHours = 0\n"
                           "[networks]\npublic = 198.18.0.0/15\n[dns]\nservers = 127.0.0.1:1\nabuse =\n").__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        cls.client = cls.site.client("anna")

    def analyse(self, octets, form=(), name="mail.eml"):
        return self.client.upload("/reportspam", {"email": "", **dict(form), "submit": "Analyse email"},
                                  [("file", name, octets)])

    def test_a_file_to_a_desk(self):
        answer = self.analyse(MAIL)
        self.assertEqual(answer.status, 200, answer)
        page = WebPage(answer.text)
        self.assertIn("You have won", page.text)
        self.assertEqual(page.inputs["ip0"], "198.18.3.7")
        self.assertEqual(page.inputs["url0"], "http://prize.test/take?x=1")
        self.assertIn("hxxp://prize[.]test/take?x=1", page.text, "shown as everywhere, sent as it is")
        carried = base64.b64decode(page.inputs["octets"])
        self.assertEqual(carried, MAIL.replace(b"Delivered-To: me@desk.example.com\r\n", b""))
        answer = self.client.upload("/reportspam", {**page.inputs, "email": "", "submit": "Send ARF", "abuseid0": "1",
                                                    "abuseemail0": "desk@isp.example.net"}, [("file", "", b"")])
        self.assertEqual(answer.status, 303, answer)
        harness.wait_for(lambda: self.smtp.mails, "the complaint", 60)
        message = email.message_from_bytes(self.smtp.mails[0].octets)
        packed = next(part for part in message.walk() if part.get_content_type() == "application/zip")
        with zipfile.ZipFile(BytesIO(packed.get_payload(decode=True))) as archive:
            sent = archive.read(archive.namelist()[0], pwd=b"infected")
        self.assertIn(b"f=FCr Sie", sent)
        self.assertNotIn(b"Delivered-To", sent)

    def test_nobody_is_told(self):
        before = len(self.client.get("/api/outbox").json()["complaints"])
        answer = self.client.upload("/reportspam", {"email": MAIL.decode("latin-1"), "submit": "Send ARF", "abuseid0": "1",
                                                    "ip0": "198.18.3.7", "abuseemail0": ""}, [])
        self.assertEqual(answer.status, 400)
        self.assertIn("Nothing was sent: no abuse address", answer.text)
        self.assertEqual(len(self.client.get("/api/outbox").json()["complaints"]), before)

    def test_which_of_them(self):
        """A file goes before a text, both before what came along; no file chosen is none."""
        other = "From: b@other.test\nSubject: Pasted\n\nx\n"
        self.assertIn("You have won", self.analyse(MAIL, {"email": other}).text)
        self.assertIn("Subject: <b><bdi>Pasted", self.analyse(b"", {"email": other}, "").text)
        carried = {"octets": base64.b64encode(MAIL).decode()}
        self.assertIn("You have won", self.analyse(b"", carried, "").text)
        self.assertIn("Subject: <b><bdi>Pasted", self.analyse(b"", {**carried, "email": other}, "").text)
        self.assertEqual(self.analyse(b"", {}, "").status, 400)
        self.assertIn("this is no mail", self.analyse(b"\0\1\2 no mail").text)

    def test_who_may(self):
        self.assertEqual(self.client.upload("/reportspam", {"csrf": None}, [("file", "a", MAIL)]).status, 403)
        self.assertEqual(self.client.upload("/reportspam", {"csrf": "0" * 64}, [("file", "a", MAIL)]).status, 403)
        as_file = self.client.upload("/reportspam", {"csrf": None}, [("csrf", "a", self.client.csrf.encode())])
        self.assertEqual(as_file.status, 403, "a file is no field")
        self.assertEqual(self.site.client("vera").upload("/reportspam", {}, [("file", "a", MAIL)]).status, 403)

    def test_large(self):
        line = b"x" * 998 + b"\r\n"
        mail = MAIL + line * ((LARGEST - len(MAIL)) // len(line))
        page = WebPage(self.analyse(mail).text)
        self.assertGreater(len(base64.b64decode(page.inputs["octets"])), LARGEST - 2000)
        self.assertIn("This is its beginning", page.text)
        answer = self.client.upload("/reportspam", {**page.inputs, "submit": "Analyse email"}, [])
        self.assertEqual(answer.status, 200, "and back")
        self.assertIn("larger than 26214400", self.analyse(MAIL + b"x" * LARGEST).text)
        try:
            self.assertEqual(self.analyse(b"x" * (LARGEST // 3 * 4 + 1024 * 1024)).status, 413)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it did not listen to the end

    def test_no_browser_sends_this(self):
        part = 'Content-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
        csrf = "--b\r\n" + part.format("csrf", self.client.csrf)
        cases = {
            "no delimiter": ("multipart/form-data", csrf + "--b--\r\n", 400),
            "an empty one": ("multipart/form-data; boundary=", csrf + "--b--\r\n", 400),
            "an endless one": ("multipart/form-data; boundary=" + "b" * 9000, csrf, 400),
            "another one": ("multipart/form-data; boundary=c", csrf + "--b--\r\n", 400),
            "no end": ("multipart/form-data; boundary=b", csrf, 400),
            "cut in a header": ("multipart/form-data; boundary=b", csrf + "--b\r\nContent-Dis", 400),
            "an endless header": ("multipart/form-data; boundary=b", csrf + "--b\r\nX: " + "x" * 40000 + "\r\n\r\n", 400),
            "nothing": ("multipart/form-data; boundary=b", "", 403),
            "only the end": ("multipart/form-data; boundary=b", "--b--\r\n", 403),
            "no header": ("multipart/form-data; boundary=b", csrf + "--b\r\n\r\nx\r\n--b--\r\n", 400),
            "parts in a part": ("multipart/form-data; boundary=b", csrf + "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n"
                                "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Disposition: file; filename=\"a\""
                                "\r\n\r\nFrom: a@b.test\r\n\r\nx\r\n--i--\r\n--b--\r\n", 400),
            "two files": ("multipart/form-data; boundary=b", csrf + ("--b\r\n" + part.format('f"; filename="x', "A: b")) * 2
                          + "--b--\r\n", 400),
            "5,001 fields": ("multipart/form-data; boundary=b", ("--b\r\n" + part.format("a", "")) * 5001 + csrf + "--b--\r\n", 400),
            "NUL": ("multipart/form-data; boundary=b", csrf + "--b\r\n" + part.format("email", "a\0b") + "--b--\r\n", 400),
            "as one": ("Multipart/Form-Data; boundary=\"b\"", csrf + "--b\r\n" + part.format("email", "From: a@b.test") + "--b--", 200),
        }
        for label, (kind, body, want) in cases.items():
            with self.subTest(label):
                answer = self.client.ask("POST", "/reportspam", body.encode("latin-1"), {"Content-Type": kind})
                self.assertEqual(answer.status, want, answer)
                WebPage(answer.text)
        self.assertEqual(self.client.get("/reportspam").status, 200)

    def test_every_cut(self):
        """A body that ends anywhere, and one that comes in small pieces, do no harm."""
        boundary = "b"
        body = (f'--{boundary}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{self.client.csrf}\r\n--{boundary}\r\n'
                f'Content-Disposition: form-data; name="file"; filename="x"\r\n\r\n').encode() + MAIL + f"\r\n--{boundary}--\r\n".encode()
        fields = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        for end in range(0, len(body) - 4, 7):
            self.assertIn(self.client.ask("POST", "/reportspam", body[:end], fields).status, (400, 403), end)
        pieces = (body[i:i + 3] for i in range(0, len(body), 3))
        answer = self.client.ask("POST", "/reportspam", pieces, fields)
        self.assertEqual(answer.status, 200, answer)
        self.assertIn("You have won", answer.text)
        self.assertIsNone(re.search("fault|internal", answer.text))


if __name__ == "__main__":
    unittest.main()
