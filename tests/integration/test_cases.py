# SPDX-License-Identifier: Apache-2.0
"""arfdump on tests/cases/arf: each NAME.eml gives the objects of NAME.json, and nothing else.

A case's JSON is one object, or a list of them when the mail holds several reports. Messages that show a
limit are large, so they are made here.
"""
import json
import unittest

import harness

CASES = harness.CASES / "arf"


def dump(path, want, stdin=None):
    got = harness.run("arfdump", path, stdin=stdin, want=want)
    objects = [json.loads(line) for line in got.stdout.splitlines()]
    for one in objects:
        del one["file"]
    return objects


class CasesTest(unittest.TestCase):
    maxDiff = None

    def test_each_mail_has_its_expectation(self):
        mails = {path.stem for path in CASES.glob("*.eml")}
        self.assertEqual(mails, {path.stem for path in CASES.glob("*.json")})
        self.assertGreater(len(mails), 60)

    def test_cases(self):
        for path in sorted(CASES.glob("*.json")):
            with self.subTest(case=path.stem):
                expected = json.loads(path.read_text(encoding="utf-8"))
                expected = expected if isinstance(expected, list) else [expected]
                exit_code = 65 if "error" in expected[0] else 0
                self.assertEqual(dump(path.with_suffix(".eml"), exit_code), expected)

    def test_line_ends_change_nothing(self):
        """Every case again with all its line ends turned round: LF to CRLF, CRLF to LF."""
        for path in sorted(CASES.glob("*.json")):
            expected = json.loads(path.read_text(encoding="utf-8"))
            octets = path.with_suffix(".eml").read_bytes()
            turned = octets.replace(b"\r\n", b"\n") if b"\r\n" in octets else octets.replace(b"\n", b"\r\n")
            with self.subTest(case=path.stem):
                expected = expected if isinstance(expected, list) else [expected]
                self.assertEqual(dump("-", 65 if "error" in expected[0] else 0, turned), expected)


FIELDS = "From: a@example.com\nMessage-ID: <limit@example.com>\n"


def report(original, feedback="", outer=""):
    """A report about a mail, as octets."""
    text = (f"From: fbl@reporter.example.net\n{outer}Content-Type: multipart/report; boundary=x\n\n--x\n"
            "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n"
            f"Source-IP: 192.0.2.1\n{feedback}\n--x\nContent-Type: message/rfc822\n\n")
    original = original.encode() if isinstance(original, str) else original
    return text.encode() + original + b"\n--x--\n"


def multipart(parts, boundary="in"):
    between = f"\n--{boundary}\n"
    return f"Content-Type: multipart/mixed; boundary={boundary}\n\n{between}{between.join(parts)}\n--{boundary}--\n"


def url(n):
    return f"http://pay.example.org/{n}"


class LimitsTest(unittest.TestCase):
    """src/base/limits.h, one by one: what fits is kept, the report is marked truncated, the rest is read."""

    def one(self, octets, truncated):
        [got] = dump("-", 0, octets)
        self.assertEqual(got.get("truncated", False), truncated)
        self.assertEqual((got["source_ip"], got["message_id"]), ("192.0.2.1", "<limit@example.com>"))
        return got

    def test_message_octets(self):
        whole = 25 * 1024 * 1024
        rest = whole - len(report(FIELDS + "\n"))
        self.one(report(FIELDS + "\n" + "x" * rest), False)
        [got] = dump("-", 65, report(FIELDS + "\n" + "x" * (rest + 1)))
        self.assertIn("limit of 26214400", got["error"])

    def test_mime_depth(self):
        for deep, truncated in ((17, False), (40, True)):
            mail = "Content-Type: text/plain\n\n" + url("deepest")
            for level in range(deep - 1, 0, -1):
                mail = multipart([f"\n{url(level)}\n", mail], f"b{level}")
            got = self.one(report(FIELDS + mail), truncated)
            self.assertEqual(got["urls"], [url(level) for level in range(1, 17)] + ([] if truncated else [url("deepest")]))

    def test_parts(self):
        # The two parts of the report, the mail's multipart and its texts are all parts.
        for texts, truncated in ((190, False), (1000, True)):
            got = self.one(report(FIELDS + multipart([f"\n{url(n)}\n" for n in range(texts)])), truncated)
            self.assertEqual(got["urls"], [url(n) for n in range(min(texts, 199))])

    def test_header_octets(self):
        for fields, rule, truncated in ((200, "list", False), (300, "direct", True)):
            mail = FIELDS + "Subject: big\n" + f"X-Field: {'y' * 1000}\n" * fields + f"List-Id: <l.example.com>\n\n{url(1)}\n"
            got = self.one(report(mail), truncated)
            self.assertEqual((got["subject"], got["email_rule"], got["urls"]), ("big", rule, [url(1)]))

    def test_header_fields(self):
        for fields, rule, truncated in ((497, "list", False), (498, "direct", True)):
            mail = FIELDS + "X-Field: y\n" * fields + f"List-Id: <l.example.com>\n\n{url(1)}\n"
            got = self.one(report(mail), truncated)
            self.assertEqual((got["email_rule"], got["urls"]), (rule, [url(1)]))

    def test_text_octets(self):
        # In Windows-1252 the octet 0x80 is the euro sign: three octets of UTF-8.
        for size, truncated in ((10, False), (18, True)):
            head = (FIELDS + "Content-Type: multipart/mixed; boundary=in\n\n--in\n"
                    f"Content-Type: text/plain; charset=windows-1252\n\n{url(1)}\n").encode()
            mail = head + b"\x80" * (size * 1024 * 1024) + f"\n--in\n\n{url(2)}\n--in--\n".encode()
            self.assertEqual(self.one(report(mail), truncated)["urls"], [url(1)] if truncated else [url(1), url(2)])

    def test_nested_messages(self):
        for deep, truncated in ((5, False), (8, True)):
            mail = f"\n{url('deepest')}\n"
            for level in range(deep, 0, -1):
                mail = f"Content-Type: message/rfc822\n\nSubject: {level}\n" + mail
            got = self.one(report(FIELDS + mail), truncated)
            self.assertEqual(got["urls"], [] if truncated else [url("deepest")])

    def test_links(self):
        for count, truncated in ((500, False), (501, True)):
            got = self.one(report(FIELDS + "\n" + "\n".join(url(n) for n in range(count))), truncated)
            self.assertEqual(got["urls"], [url(n) for n in range(500)])

    def test_url_octets(self):
        for size, truncated in ((8192, False), (8193, True)):
            long = url("x" * (size - len(url(""))))
            got = self.one(report(FIELDS + f"\n{long} {url(2)}\n"), truncated)
            self.assertEqual(got["urls"], [long[:8192], url(2)])

    def test_subject_characters(self):
        for size, truncated in ((766, False), (767, True)):
            got = self.one(report(FIELDS + f"Subject: {'ü' * size}\n\n{url(1)}\n"), truncated)
            self.assertEqual((got["subject"], got["urls"]), ("ü" * size, [url(1)]))

    def test_attachments(self):
        for count, truncated in ((100, False), (101, True)):
            files = [f"Content-Type: application/x; name=f{n}\n\n{n}" for n in range(count)]
            got = self.one(report(FIELDS + multipart([*files, f"\n{url(1)}\n"])), truncated)
            self.assertEqual([one["filename"] for one in got["attachments"]], [f"f{n}" for n in range(100)])
            self.assertEqual(got["urls"], [url(1)])

    def test_file_name(self):
        for size, truncated in ((255, False), (256, True)):
            name = "=?utf-8?q?" + "=C3=BC" * size + "?="
            file = f'Content-Type: application/x; name="{name}"\n\nx'
            got = self.one(report(FIELDS + multipart([file, f"\n{url(1)}\n"])), truncated)
            self.assertEqual((got["attachments"][0]["filename"], got["urls"]), ("ü" * 255, [url(1)]))

    def test_feedback_fields(self):
        for count, truncated in ((100, False), (101, True)):
            rcpt = [f"u{n}@example.com" for n in range(count)]
            got = self.one(report(FIELDS + "\n", "".join(f"Original-Rcpt-To: {one}\n" for one in rcpt)), truncated)
            self.assertEqual(got["original_rcpt_to"], rcpt[:100])
        got = self.one(report(FIELDS + "\n", "X-Field: y\n" * 600 + "Source-IP: 192.0.2.2\n"), True)
        got = self.one(report(FIELDS + "\n", f"X-Field: {'y' * 300_000}\nSource-IP: 192.0.2.2\n"), True)
        self.assertEqual(got["feedback_type"], "abuse")

    def test_reports_in_one_mail(self):
        one = "--x\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n"
        got = dump("-", 0, ("Content-Type: multipart/mixed; boundary=x\n\n" + one * 300 + "--x--\n").encode())
        self.assertEqual([each["part"] for each in got], list(range(1, 200)))
        self.assertTrue(all(each["truncated"] for each in got))
