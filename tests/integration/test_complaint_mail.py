# SPDX-License-Identifier: Apache-2.0
"""The mail of a complaint, read by others: Python's email, arfdump, unzip, 7z, and XARF's rules."""
import base64
import email
import email.policy
import io
import json
import re
import shutil
import subprocess
import tempfile
import time
import unittest
import uuid
import zipfile

import harness
from harness import complaint_driver
from harness.complaint_driver import FACTS, parse, readings

RECIPIENT = b"jane.roe@example.com"
TOKEN = re.compile(r"redacted-[0-9a-f]{16}")
HEADER = b"""Received: from host66.example.net (host66.example.net [198.51.100.66]) by mx.example.com with ESMTP id 1
\tfor <jane.roe@example.com>; Sat, 31 Jan 2026 09:26:53 +0000
Delivered-To: jane.roe@example.com
X-Original-To: Jane.Roe@EXAMPLE.com
X-Secret: trap 7
Authentication-Results: mx.example.com; spf=fail smtp.mailfrom=evil.example smtp.rcptto=jane.roe@example.com
X-MS-Exchange-Organization-OriginalEnvelopeRecipients: jane.roe@example.com
List-Unsubscribe: <https://esp.example/u?x=8123>, <mailto:u-8123@esp.example>
Return-Path: <bounce-jane.roe=example.com@evil.example>
From: "Brand" <security@brand.example>
To: "Jane Roe" <jane.roe@example.com>, other@example.org
Subject: Jane Roe, your account
Message-ID: <1@evil.example>
MIME-Version: 1.0
"""


def part_of(kind, coding, body):
    head = f"Content-Type: {kind}\r\n" + (f"Content-Transfer-Encoding: {coding}\r\n" if coding else "")
    return head.encode() + b"\r\n" + body


def mail_of(*parts, header=HEADER):
    """A multipart/mixed of these parts."""
    head = header.replace(b"\n", b"\r\n") + b'Content-Type: multipart/mixed; boundary="bb"\r\n\r\n'
    return head + b"".join(b"--bb\r\n" + part + b"\r\n" for part in parts) + b"--bb--\r\n"


PLAIN = HEADER.replace(b"\n", b"\r\n") + b"\r\nDear Jane Roe,\r\nhttp://evil.example/mail.htm?u=1\r\n"
BODIES = {
    "plain": (b"text/plain", "7bit", b"Hello jane.roe@example.com"),
    "upper case": (b"text/plain", "7bit", b"Hello JANE.ROE@EXAMPLE.COM"),
    "no line ends": (b"text/plain", "8bit", b"x" * 5000 + RECIPIENT + b"\xe4" * 3000),
    "base64": (b"text/html", "base64", base64.encodebytes(b"<p>" + RECIPIENT * 9)),
    "base64 with junk": (b"text/html", "base64", base64.b64encode(b"x" + RECIPIENT).replace(b"a", b"a*!\n")),
    "base64 in two": (b"text/html", "base64", base64.b64encode(b"jane.roe") + base64.b64encode(b"@example.com")),
    "quoted": (b"text/plain", "quoted-printable", b"=6Aane.r=\r\noe=40example.com"),
    "quoted, its own way": (b"text/plain", "Quoted-Printable (x)", b"jane.roe=40exam=  \r\nple.com"),
    "percent": (b"text/plain", "7bit", b"http://evil.example/?u=jane%2Eroe%40example%2ecom&v=jane.roe%2540example.com"),
    "verp": (b"text/plain", "7bit", b"bounce-jane.roe=example.com@evil.example SRS0=AB=CD=example.com=jane.roe@f.example"),
    "base64 in text": (b"text/plain", "7bit", b"u=" + base64.b64encode(b"a" + RECIPIENT) + b"&v=" + base64.b64encode(RECIPIENT)),
    "base64 in base64": (b"text/plain", "base64", base64.encodebytes(base64.b64encode(b"ab" + RECIPIENT))),
    "hex": (b"text/plain", "7bit", b"u=" + RECIPIENT.hex().encode()),
    "entities": (b"text/html", "7bit", b"jane.roe&#64;example.com &#106;ane.roe&#x40;example.com"),
    "utf-16": (b"text/plain; charset=utf-16le", "base64", base64.encodebytes("an jane.roe@example.com".encode("utf-16le"))),
    "attachment": (b'application/octet-stream; name="jane.roe@example.com.bin"', "base64",
                   base64.encodebytes(b"\0\1\2" + RECIPIENT + b"\xff\xfe")),
    "binary": (b"application/octet-stream", "binary", b"\0\1\r\2\n" + RECIPIENT + b"\xff\r"),
    "attached mail": (b"message/rfc822", None, HEADER.replace(b"\n", b"\r\n") + b"\r\nfor jane.roe@example.com"),
    "attached mail in base64": (b"message/rfc822", "base64", base64.encodebytes(
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(RECIPIENT))),
    "another boundary": (b'multipart/mixed; boundary="jane.roe@example.com"', None,
                         b"--jane.roe@example.com\r\n\r\nx\r\n--jane.roe@example.com--"),
    "uuencode": (b"text/plain", "x-uuencode", b"begin 644 x\n4:F%N92YR;V5`97AA;7!L92YC;VT`\n`\nend"),
}


class Base(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.driver = complaint_driver.Driver()

    def check_lines(self, octets):
        self.assertNotRegex(octets, rb"[^\x09\x0d\x0a\x20-\x7e]")
        self.assertNotRegex(octets, rb"(?<!\r)\n|\r(?!\n)")
        self.assertLessEqual(max(map(len, octets.split(b"\r\n"))), 998)

    def check_absent(self, octets, secrets=(RECIPIENT, b"jane.roe=example.com", b"example.com=jane.roe")):
        for text in readings(octets):
            for secret in secrets:
                self.assertNotIn(secret, text)

    def parts(self, octets):
        mail = parse(octets)
        self.assertEqual(mail.get_content_type(), "multipart/report")
        self.assertEqual(mail.get_param("report-type"), "feedback-report")
        return mail, list(mail.iter_parts())


class Redaction(Base):
    def test_no_recipient_survives(self):
        for label, (kind, coding, body) in BODIES.items():
            with self.subTest(label):
                given = mail_of(part_of(kind.decode(), coding, body), part_of("text/plain", None, b"the end"))
                got = self.driver.redact(given)
                self.check_lines(got)
                self.check_absent(got)
                self.assertEqual(self.driver.redact(got), got, "twice is not once")
                self.assertTrue(got.rstrip().endswith(b"the end\r\n--bb--"), got[-300:])

    def test_what_was_not_redacted_stays(self):
        text = "Gr\u00fc\u00dfe, 50 % off = <b>now</b>".encode()
        picture = bytes(range(256)) * 20
        given = mail_of(part_of("text/plain; charset=utf-8", "8bit", text),
                        part_of("image/png", "base64", base64.encodebytes(picture)))
        parts = [part.get_payload(decode=True) for part in parse(self.driver.redact(given)).iter_parts()]
        self.assertEqual(parts, [text, picture])

    def test_header(self):
        got = parse(self.driver.redact(PLAIN))
        token = TOKEN.search(got["Delivered-To"]).group()
        for name in "Delivered-To", "X-Original-To", "X-MS-Exchange-Organization-OriginalEnvelopeRecipients":
            self.assertEqual(got[name], f"{token}@example.com", name)
        self.assertEqual(got["To"].addresses[0].addr_spec, f"{token}@example.com")
        self.assertNotEqual(got["To"].addresses[1].username, token)
        self.assertEqual(got["To"].addresses[1].domain, "example.org")
        self.assertIn(f"for <{token}@example.com>;", got["Received"])
        self.assertIn(f"smtp.rcptto={token}@example.com", got["Authentication-Results"])
        self.assertEqual(got["Return-Path"], f"<bounce-{token}=example.com@evil.example>")
        self.assertNotIn("8123", got["List-Unsubscribe"])
        self.assertIn("https://esp.example/", got["List-Unsubscribe"])
        self.assertNotIn("Jane", got["Subject"] + got.get_content())
        self.assertIsNone(got["X-Secret"])
        self.assertEqual(got["From"].addresses[0].addr_spec, "security@brand.example")
        self.assertIn("[198.51.100.66]", got["Received"])

    def test_encoded_words(self):
        for word in ("=?utf-8?B?" + base64.b64encode(b"x jane.roe@example.com").decode() + "?=",
                     "=?utf-8?Q?jane=2Eroe=40example=2Ecom?=", "=?utf-8?Q?jane.roe?= =?utf-8?B?QGV4YW1wbGUuY29t?="):
            with self.subTest(word):
                got = self.driver.redact(PLAIN.replace(b"Subject: Jane Roe", b"Subject: " + word.encode()))
                self.check_absent(got)
                self.assertRegex(parse(got)["Subject"], TOKEN)

    def test_other_key_other_token(self):
        tokens = {TOKEN.search(self.driver.redact(PLAIN, token_key=key).decode()).group() for key in "abc"}
        self.assertEqual(len(tokens), 3)

    def test_a_name_hides_no_fact(self):
        for name in "198.51.100.66", "host66.example.net", "http://evil.example", "text/plain", "Sat, 31 Jan 2026":
            given = PLAIN.replace(b'"Jane Roe"', f'"{name}"'.encode())
            got = parse(self.driver.redact(given))
            self.assertIn("host66.example.net [198.51.100.66]", got["Received"], name)
            self.assertIn("http://evil.example/mail.htm?u=1", got.get_content(), name)

    def test_many_recipients(self):
        many = b"Cc: " + b",\r\n ".join(b"user%d@example.org" % i for i in range(1500)) + b"\r\n"
        got = self.driver.redact(many + PLAIN + b"user1234@example.org\r\n")
        self.assertNotIn(b"user1234@", got)
        self.assertIn(b"[left out: more recipients", got)

    def test_deep(self):
        given = HEADER.replace(b"\n", b"\r\n")
        for i in range(60):
            given += b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (i, i)
        given += b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(RECIPIENT)
        got = self.driver.redact(given)
        self.check_absent(got)
        self.assertIn(b"[left out: too deep]", got)

    def test_many_parts(self):
        got = self.driver.redact(mail_of(*[part_of("text/plain", None, b"x")] * 5000))
        self.assertIn(b"[left out: too many parts]", got)
        self.assertLess(len(got), 30000)

    def test_odd_lines(self):
        for label, given in {"LF": PLAIN.replace(b"\r\n", b"\n"), "CR": PLAIN.replace(b"\r\n", b"\r"),
                             "mbox": b"From x Sat Jan 31 09:26:53 2026\n" + PLAIN, "NUL": PLAIN + b"\0\0",
                             "empty": b"", "no body": HEADER, "no header": b"\r\njane.roe@example.com"}.items():
            with self.subTest(label):
                got = self.driver.redact(given)
                self.check_lines(got)
                self.check_absent(got)


class Mail(Base):
    def test_fields_of_the_mail(self):
        octets, told = self.driver.mail(original=PLAIN)
        self.check_lines(octets)
        mail, parts = self.parts(octets)
        self.assertEqual(mail["Date"], "Sun, 01 Feb 2026 09:26:53 +0000")
        self.assertEqual(mail["To"], "abuse@example.net")
        self.assertEqual(mail["From"].addresses[0].addr_spec, "desk@example.com")
        self.assertEqual(mail["From"].addresses[0].display_name, "Abuse Desk")
        self.assertEqual(mail["Reply-To"], "desk@example.com")
        self.assertEqual(mail["Subject"], "Abuse report: fraud from 198.51.100.66 [lf-7f3kq2]")
        self.assertEqual(mail["Message-ID"], told["message_id"])
        self.assertRegex(told["message_id"], r"^<lf-7f3kq2\.[a-z0-9]{20,}@example\.com>$")
        self.assertEqual((mail["MIME-Version"], mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]),
                         ("1.0", "auto-generated", "All"))
        self.assertEqual(mail["X-Lafayette-Complaint"], "lf-7f3kq2")
        self.assertEqual([part.get_content_type() for part in parts],
                         ["text/plain", "message/feedback-report", "message/rfc822", "application/zip"])
        self.assertEqual(len(mail.keys()), len({name.lower() for name in mail.keys()}))

    def test_another_message_id_each_time(self):
        ids = {self.driver.mail(original=PLAIN)[1]["message_id"] for _ in range(3)}
        self.assertEqual(len(ids), 3)

    def test_text(self):
        octets, _ = self.driver.mail(original=PLAIN)
        part = self.parts(octets)[1][0]
        self.assertEqual(part["Content-Transfer-Encoding"], "quoted-printable")
        self.assertLessEqual(max(map(len, part.get_payload().splitlines())), 76)
        text = " ".join(part.get_content().split())
        for piece in ("198.51.100.66", "4711", "host66.example.net", "AS64500 Example Net, ZZ", "2026-01-31 09:26:53 UTC",
                      "Your account", "bounce@evil.example", "brand.example", "hxxp://evil[.]example/mail.htm?u=1",
                      "about fraud (phishing)", "sent the mail that is described below",
                      "failed DMARC: it is written in the name of brand.example, and neither SPF nor DKIM",
                      "We are Abuse Desk, desk@example.com, and look after the mail of example.com.",
                      "taken over", "password is: infected", "The same mail is in the attached lf-7f3kq2.zip", "STOP",
                      "desk@example.com", "https://desk.example.com/", "DKIM signatures no longer fit", "mx.example.com"):
            self.assertIn(piece, text)
        self.assertNotIn("http://evil", text)

    def test_types(self):
        for kind, word, others in (0, "fraud", "phishing"), (1, "abuse", "unwanted"), (2, "virus", "malware"):
            octets, told = self.driver.mail(original=PLAIN, type=kind)
            parts = self.parts(octets)[1]
            self.assertIn(f"Feedback-Type: {word}\r\n", parts[1].as_bytes(policy=parts[1].policy.clone(
                linesep="\r\n")).decode())
            self.assertIn(others, parts[0].get_content())
            subject = {0: "fraud", 1: "spam", 2: "malware"}[kind]
            self.assertEqual(told["subject"], f"Abuse report: {subject} from 198.51.100.66 [lf-7f3kq2]")

    def test_what_is_said_of_the_mail(self):
        """Nothing that the report on it did not say, and whose opinion it is."""
        unwanted, fraud, malware = "We take it for unwanted", "We take it for fraud", "We take it for malware"
        cases = [("auth-failure", "dmarc", 0, ["failed DMARC", fraud]), ("auth-failure", "dmarc", 1, ["failed DMARC", unwanted]),
                 ("auth-failure", "spf", 0, ["failed authentication (SPF).", fraud]),
                 ("auth-failure", "signature", 0, ["failed authentication (its DKIM signature is wrong)", fraud]),
                 ("auth-failure", None, 2, ["failed authentication.", malware]),
                 ("auth-failure", "x\r\ny", 0, ["failed authentication.", fraud]),
                 ("abuse", None, 1, ["reported it as unwanted."]), ("abuse", "dmarc", 0, ["reported it as unwanted.", fraud]),
                 ("fraud", None, 0, ["reported it as fraud."]), ("fraud", None, 1, ["reported it as fraud.", unwanted]),
                 ("virus", None, 2, ["reported it as malware."]), ("other", None, 1, ["received it reported it.", unwanted]),
                 (None, None, 1, ["came to a mailbox of ours"]), (None, "dmarc", 0, ["came to a mailbox of ours", fraud])]
        every = {"failed DMARC", "failed authentication", unwanted, fraud, malware, "reported it as", "mailbox of ours"}
        for reported_as, failure, kind, want in cases:
            with self.subTest(reported_as=reported_as, failure=failure, kind=kind):
                octets, _ = self.driver.mail(original=PLAIN, reported_as=reported_as, auth_failure=failure, type=kind)
                text = " ".join(self.parts(octets)[1][0].get_content().split())
                for piece in want:
                    self.assertIn(piece, text)
                for piece in every:
                    self.assertEqual(piece in text, any(piece in one for one in want), piece)

    def test_who_complains(self):
        domains = [f"brand{i}.example" for i in range(1, 13)]
        for label, facts, want in (
                ("no list", {"own_domains": []}, "We are Abuse Desk, desk@example.com, and look after the mail of example.com."),
                ("two", {"own_domains": domains[:2], "contact_text": None},
                 "and look after the mail of brand1.example, brand2.example."),
                ("many", {"own_domains": domains}, "brand10.example and 2 more domains."),
                ("no name", {"sender": "desk@example.com"}, "We are desk@example.com, and look after"),
                ("an address as name", {"sender": "a@b.example <desk@example.com>"}, "We are desk@example.com, and")):
            with self.subTest(label):
                octets, _ = self.driver.mail(original=PLAIN, **facts)
                self.assertIn(want, " ".join(self.parts(octets)[1][0].get_content().split()))

    def test_what_the_zip_holds(self):
        for facts, want in (({}, "The same mail is in"), ({"headers_part": True}, "The whole mail, made unreadable in the same"),
                            ({"original": HEADER, "headers_only": True}, "The same header is in"),
                            ({"whole_in_zip": True}, "The mail as it was received is in")):
            octets, _ = self.driver.mail(**{"original": PLAIN, **facts})
            self.assertIn(want, " ".join(self.parts(octets)[1][0].get_content().split()))

    def test_feedback_fields(self):
        facts = {"incidents": 3, "recipients": ["jane.roe@example.com"],
                 "uris": ["http://evil.example/?u=jane.roe%40example.com", "www.evil.example/x", "http://evil.example/\u00e4",
                          "http://evil.example/" + "y" * 3000, "javascript:alert(1)"]}
        octets, _ = self.driver.mail(original=PLAIN, **facts)
        raw = octets.split(b"message/feedback-report\r\n\r\n")[1].split(b"\r\n\r\n")[0].decode()
        lines = raw.split("\r\n")
        fields = [line.split(": ", 1) for line in lines]
        names = [name for name, _ in fields]
        repeatable = {"Original-Rcpt-To", "Authentication-Results", "Reported-Domain", "Reported-URI"}
        for name in set(names) - repeatable:
            self.assertEqual(names.count(name), 1, name)
        value = dict(reversed(fields))
        self.assertEqual(value["Version"], "1")
        self.assertEqual(value["Source-IP"], "198.51.100.66")
        self.assertEqual(value["Source-Port"], "4711")
        self.assertEqual(value["Incidents"], "3")
        self.assertEqual(value["Arrival-Date"], "Sat, 31 Jan 2026 09:26:53 +0000")
        self.assertEqual(value["Original-Mail-From"], "<bounce@evil.example>")
        self.assertEqual(value["Reporting-MTA"], "dns; mx.example.com")
        self.assertEqual([line for line in lines if line.startswith("Auth")],
                         ["Authentication-Results: mx.example.com; spf=fail smtp.mailfrom=evil.example",
                          "Authentication-Results: mx.example.com; dkim=none",
                          "Authentication-Results: mx.example.com; dmarc=fail header.from=brand.example"])
        uris = [text for name, text in fields if name == "Reported-URI"]
        self.assertRegex(uris[0], r"^http://evil\.example/\?u=redacted-[0-9a-f]{16}%40example\.com$")
        self.assertEqual(uris[1:3], ["http://www.evil.example/x", "http://evil.example/%C3%A4"])
        self.assertEqual(len(uris), 4)
        self.check_absent(octets)

    def test_arfdump_reads_what_was_put_in(self):
        octets, _ = self.driver.mail(original=PLAIN, incidents=7, mail_from="")
        with tempfile.NamedTemporaryFile(suffix=".eml") as file:
            file.write(octets)
            file.flush()
            done = harness.run(harness.program("arfdump"), file.name)
        self.assertEqual(done.code, 0, done)
        got = json.loads(done.stdout)
        want = {"kind": "arf", "feedback_type": "fraud", "version": "1", "source_ip": "198.51.100.66",
                "source_port": 4711, "arrival_date": "2026-01-31T09:26:53Z", "original_mail_from": "",
                "reported_domain": ["brand.example"], "reported_uri": FACTS["uris"], "incidents": 7,
                "message_id": "<1@evil.example>", "from_address": "security@brand.example",
                "urls": ["http://evil.example/mail.htm?u=1"]}
        self.assertEqual({key: got.get(key) for key in want}, want)
        self.assertEqual(len(got["authentication_results"]), 3)

    def test_header_alone(self):
        for label, facts in {"style": {"original": PLAIN, "headers_part": True},
                             "only a header": {"original": HEADER, "headers_only": True},
                             "nothing": {}}.items():
            with self.subTest(label):
                octets, told = self.driver.mail(**facts)
                part = self.parts(octets)[1][2]
                self.assertEqual(part.get_content_type(), "text/rfc822-headers")
                self.check_absent(octets)
                self.assertEqual(told["zipped"], label != "nothing")
                if label != "nothing":
                    self.assertIn("198.51.100.66", part.get_content())
                else:
                    self.assertIn("Message-ID: <1@evil.example>", part.get_content())

    def test_series(self):
        times = [{"arrival": FACTS["arrival"] + 60 * i, "message_id": f"<{i}@evil.example>"} for i in range(1, 51)]
        octets, _ = self.driver.mail(original=PLAIN, incidents=80, times=times)
        text = self.parts(octets)[1][0].get_content()
        self.assertIn("2026-01-31 09:27:53 UTC  <1@evil.example>", text)
        self.assertIn("<50@evil.example>", text)
        self.assertIn("and 29 more", text)

    def test_hostile_texts(self):
        evil = "x\r\nBcc: victim@example.org\r\n\r\n--b\0\x1b[31m\u0085\u2028\u2029\u202e end"
        for key in ("subject", "mail_from", "message_id", "source_domain", "as_name", "country_code", "reporting_mta",
                    "contact_text", "zip_password", "reported_as", "auth_failure"):
            with self.subTest(key):
                value = evil.replace("\0", "") if key == "zip_password" else evil
                self.check_hostile(self.driver.mail(original=PLAIN, **{key: value.replace("\0", "")})[0])
        for key in "uris", "reported_domains", "authentication_results", "recipients", "own_domains":
            with self.subTest(key):
                value = [evil.replace("\0", ""), "http://evil.example/\r\nBcc: x", "mx; spf=fail\r\nBcc: x smtp.x=\"\r\nBcc: y\""]
                self.check_hostile(self.driver.mail(original=PLAIN, **{key: value})[0])
        for name in b"From", b"Subject", b"Content-Type", b"X-Y":
            self.check_hostile(self.driver.mail(original=name + b": " + evil.encode() + b"\r\n" + PLAIN)[0])

    def check_hostile(self, octets):
        self.check_lines(octets)
        mail = self.parts(octets)[0]
        self.assertNotIn("Bcc", mail)
        self.assertEqual([part.get_content_type() for part in mail.iter_parts()][:2],
                         ["text/plain", "message/feedback-report"])
        part = octets.split(b"message/feedback-report\r\n\r\n")[1].split(b"\r\n\r\n")[0]
        for line in part.split(b"\r\n"):
            self.assertRegex(line, rb"^(Feedback-Type|User-Agent|Version|Original-Mail-From|Original-Rcpt-To|Arrival-Date|"
                                   rb"Reporting-MTA|Source-IP|Source-Port|Incidents|Authentication-Results|Reported-Domain|"
                                   rb"Reported-URI): ")
        self.assertEqual(part.count(b"Source-IP:"), 1)

    def test_subject(self):
        """The mail's own stands in the text, and in the part that stands for a mail that is gone."""
        for subject in ("\u00dcberweisung f\u00e4llig", "=?utf-8?Q?x?="):
            octets, told = self.driver.mail(subject=subject)
            self.assertEqual(parse(octets)["Subject"], "Abuse report: fraud from 198.51.100.66 [lf-7f3kq2]")
            self.assertEqual(told["subject"], parse(octets)["Subject"])
            text, _, header = [part.get_content() for part in self.parts(octets)[1]][:3]
            self.assertIn(subject, text)
            self.assertEqual(email.message_from_string(header, policy=email.policy.default)["Subject"], subject)

    def test_refusals(self):
        dsn = b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x--\r\n"
        for label, facts in {
                "no source": {"source_ip": ""}, "reference": {"reference": "a b"}, "sender": {"sender": "x"},
                "sender with a break": {"sender": "desk@example.com\r\nBcc: x@example.org"}, "key": {"token_key": ""},
                "to": {"to": "a@example.net\r\nBcc: b@example.net"}, "to, empty": {"to": ""},
                "to, quoted": {"to": '"a b"@example.net'}, "to, literal": {"to": "a@[192.0.2.1]"},
                "to, no dot": {"to": "a@localhost"}, "to, one bad": {"to": "a@example.net, b@"},
                "a report": {"original": dsn}, "ours": {"original": b"X-Lafayette-Complaint: 1\r\n\r\n"},
                "answer": {"original": b"Auto-Submitted: auto-replied (vacation)\r\n\r\n"}}.items():
            with self.subTest(label):
                self.assertIn("refused: ", self.driver.refusal(**facts))
        self.driver.mail(original=dsn, forced=True)

    def test_large(self):
        blob = base64.encodebytes(bytes(range(256)) * 73000)
        given = mail_of(part_of("text/plain", "8bit", RECIPIENT + b" \xe4\r\n" * 100000),
                        part_of("application/octet-stream", "base64", blob))
        self.assertGreater(len(given), 24 << 20)
        began = time.monotonic()
        octets, told = self.driver.mail(megabytes=600, original=given, xarf=True)
        self.assertLess(time.monotonic() - began, 60 * harness.PATIENCE)
        self.assertLess(len(octets), 12 << 20)
        self.check_lines(octets)
        self.assertEqual(self.parts(octets)[1][2].get_content_type(), "text/rfc822-headers")
        self.assertTrue(told["zipped"])


class Zip(Base):
    def zip_of(self, **facts):
        parts = self.parts(self.driver.mail(original=PLAIN, **facts)[0])[1]
        self.assertEqual(parts[3].get_filename(), "lf-7f3kq2.zip")
        return parts[3].get_content()

    def unpack(self, command, octets):
        with tempfile.NamedTemporaryFile(suffix=".zip") as file:
            file.write(octets)
            file.flush()
            done = subprocess.run([*command, file.name], capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done)
        return done.stdout

    def test_opens(self):
        redacted = self.driver.redact(PLAIN)
        octets = self.zip_of()
        self.assertEqual(self.unpack(["unzip", "-p", "-P", "infected"], octets), redacted)
        self.assertEqual(self.unpack(["7z", "x", "-so", "-pinfected"], octets), redacted)
        self.assertEqual(zipfile.ZipFile(io.BytesIO(octets)).namelist(), ["lf-7f3kq2.eml"])
        aes = self.zip_of(zip_aes256=True)
        self.assertEqual(self.unpack(["7z", "x", "-so", "-pinfected"], aes), redacted)
        self.assertEqual(self.unpack(["unzip", "-p", "-P", "infected"], self.zip_of(whole_in_zip=True)), PLAIN)

    def test_when(self):
        for zip_wish, attachments, want in (0, True, False), (1, False, False), (1, True, True), (2, False, True):
            told = self.driver.mail(original=PLAIN, zip=zip_wish, has_attachments=attachments)[1]
            self.assertEqual(told["zipped"], want, (zip_wish, attachments))

    def test_needs(self):
        self.assertTrue(shutil.which("unzip") and shutil.which("7z"))


class Xarf(Base):
    def xarf_of(self, **facts):
        octets, told = self.driver.mail(original=PLAIN, xarf=True, **facts)
        parts = self.parts(octets)[1]
        found = [part for part in parts if part.get_content_type() == "application/json"]
        self.assertEqual(bool(found), told["xarf"])
        if not found:
            return None
        self.assertEqual(found[0]["Content-Transfer-Encoding"], "base64")
        self.assertEqual(found[0].get_filename(), "xarf.json")
        return json.loads(found[0].get_content())

    def test_schema(self):
        for kind, name in (0, "phishing"), (2, "malware"):
            self.check(self.xarf_of(type=kind), name)

    def check(self, report, name):
        self.assertLessEqual(set(report), {"xarf_version", "report_id", "timestamp", "reporter", "sender",
                                           "source_identifier", "source_port", "category", "type", "url", "evidence",
                                           "description"})
        self.assertRegex(report["xarf_version"], r"^4\.\d+\.\d+$")
        self.assertEqual(uuid.UUID(report["report_id"]).version, 4)
        self.assertEqual(report["timestamp"], "2026-01-31T09:26:53Z")
        for who in report["reporter"], report["sender"]:
            self.assertEqual(who, {"org": "example.com", "contact": "desk@example.com", "domain": "example.com"})
        self.assertEqual((report["category"], report["type"]), ("content", name))
        self.assertEqual(report["source_identifier"], "198.51.100.66")
        self.assertEqual(report["source_port"], 4711)
        self.assertEqual(report["url"], FACTS["uris"][0])
        self.assertLessEqual(len(report["description"]), 1000)
        self.assertLessEqual(len(report["evidence"]), 50)
        for evidence in report["evidence"]:
            payload = base64.b64decode(evidence["payload"], validate=True)
            self.assertEqual(len(payload), evidence["size"])
            self.assertRegex(evidence["hash"], r"^sha256:[0-9a-f]{64}$")
            self.assertLessEqual(len(evidence["description"]), 500)
            self.check_absent(payload)

    def test_none(self):
        self.assertIsNone(self.xarf_of(uris=[]))
        self.assertIsNone(self.xarf_of(type=1))
        self.assertFalse(self.driver.mail(original=PLAIN)[1]["xarf"])


class Pasted(Base):
    def test_seen(self):
        given = b"\r\n" + b"".join(b"Received: from a (b [%s]) by c; Sat, 31 Jan 2026 09:26:53 +0000\r\n" % ip for ip in (
            b"10.1.2.3", b"8.8.4.4", b"IPv6:2600::1", b"192.168.0.1", b"::1", b"fe80::1", b"8.8.8.8", b"8.8.4.4",
            b"127.0.0.1", b"192.0.2.1")) + (
            b"From: Brand <security@brand.example>\r\nX-Secret: trap\r\n more of it\r\nDate: Sat, 31 Jan 2026 09:26:53 +0000\r\n"
            b"Subject: =?utf-8?Q?=C3=A4?=\r\n\r\nhttp://evil.example/a http://evil.example/a http://evil.example/i.gif "
            b"http://evil.example/b.PNG?x http://www.ours.example/x www.evil.example/y [7.7.7.7]\r\nX-Secret: body\r\n")
        got = self.driver.pasted(given, own_domains=["ours.example"])
        self.assertEqual(got["subject"], "\u00e4")
        self.assertEqual(got["ips"], ["8.8.4.4", "2600::1", "8.8.8.8"])
        self.assertEqual(got["uris"], ["http://evil.example/a", "www.evil.example/y"])
        self.assertEqual((got["from"], got["date"], got["headers_only"]), ("security@brand.example", 1769851613, False))
        shown = base64.b64decode(got["shown"])
        self.assertEqual(shown, given[2:].replace(b"X-Secret: trap\r\n more of it\r\n", b""))

    def test_no_mail(self):
        for given in b"", b"\r\n\r\n", b"just a text\r\nof two lines", b"\0" * 100:
            self.assertIn("refused: ", self.driver.pasted(given))

    def test_header_alone(self):
        self.assertTrue(self.driver.pasted(HEADER)["headers_only"])


if __name__ == "__main__":
    unittest.main()
