# SPDX-License-Identifier: Apache-2.0
"""What the ingester takes of memory at most: 200 MB, over many mails and over the largest ones.

LAFAYETTE_TEST_FULL=1: 100,000 mails, and 40 mails of 25 MB.
"""
import base64
import random
import unittest

import harness
from harness.ingest_site import FULL, Site, counts, fate, generate

MOST_MB = 200
MANY = 100_000 if FULL else 10_000
LARGE = 40 if FULL else 10
LIMIT = 25 * 1024 * 1024

HEAD = """From: dmarc@receiver.example
To: failures@example.com
Subject: report of a large mail
Message-ID: <large-{n}@receiver.example>
Date: Tue, 3 Feb 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="outer"

--outer
Content-Type: text/plain

This is a report.
--outer
Content-Type: message/feedback-report

Feedback-Type: auth-failure
User-Agent: test/1
Version: 1
Source-IP: 198.18.0.{n}
Auth-Failure: dmarc
Reported-Domain: example.com
Original-Mail-From: <someone@example.com>

--outer
Content-Type: message/rfc822

From: someone@example.com
To: other@example.net
Subject: a large mail
Message-ID: <inner-{n}@example.com>
MIME-Version: 1.0
{inner}
--outer--
"""


def body(header, octets):
    return header + "\n\n" + octets


def noise(rng, octets):
    """Base64 of that many octets of text in all."""
    return base64.encodebytes(rng.randbytes(octets * 54 // 73 - 100)).decode()


def attachment(rng, room):
    return ('Content-Type: multipart/mixed; boundary="inner"\n\n--inner\nContent-Type: text/plain\n\nsee attachment\n'
            + body('--inner\nContent-Type: application/zip; name="a.zip"\nContent-Transfer-Encoding: base64',
                   noise(rng, room)) + "\n--inner--\n")


def attachments(rng, room):
    parts = [body(f'--inner\nContent-Type: application/zip; name="{n}.zip"\nContent-Transfer-Encoding: base64',
                  noise(rng, room // 50 - 200)) for n in range(50)]
    return 'Content-Type: multipart/mixed; boundary="inner"\n\n' + "\n".join(parts) + "\n--inner--\n"


def words(rng, room, line):
    lines = [line(rng) for _ in range(1000)]
    text = "\n".join(lines) + "\n"
    return (text * (room // len(text) + 1))[:room].rpartition("\n")[0]


def plain(rng, room):
    return body("Content-Type: text/plain; charset=utf-8", words(rng, room, lambda rng: "word " * rng.randint(1, 14)))


def latin(rng, room):
    return body("Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable",
                words(rng, room, lambda rng: "w=F6rd " * rng.randint(1, 10)))


def links(rng, room):
    return body("Content-Type: text/plain; charset=us-ascii",
                words(rng, room, lambda rng: f"https://host{rng.randrange(10**6)}.example.com/{rng.randrange(10**9)}"))


def html(rng, room):
    return body("Content-Type: text/html; charset=utf-8",
                words(rng, room, lambda rng: f'<p class="x">text <a href="https://h{rng.randrange(10**6)}.test/">x</a></p>'))


def markup(rng, room):
    return body("Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64",
                base64.encodebytes((b"<div><b><i>" * (room // 11))[:room * 54 // 73 - 100]).decode())


def euro(rng, room):
    """Three times as long in UTF-8."""
    return body("Content-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: 8bit",
                ("\x80" * 70 + "\n") * (room // 71))


def euro_html(rng, room):
    return euro(rng, room).replace("text/plain", "text/html")


KINDS = (attachment, plain, html, links, attachments, latin, markup, euro, euro_html, attachment)


def large_mail(n):
    rng = random.Random(n)
    octets = HEAD.format(n=n, inner=KINDS[n % len(KINDS)](rng, LIMIT - 2000)).encode("latin-1")
    if len(octets) > LIMIT:
        raise AssertionError(f"mail {n} has {len(octets)} octets")
    return octets


@unittest.skipIf(harness.SANITIZED, "a sanitized program takes more")
class MemoryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = harness.PrivateMariadb.for_class(cls)

    def peak_of(self, site):
        """Runs the ingester; returns its Finished and the most memory that it had, in MB."""
        peak = site.folder / "peak"
        done = site.ingest(env={"LD_PRELOAD": str(fate()), "FATE_PEAK": str(peak)}, want=0, timeout=600)
        return done, int(peak.read_text()) / 1024

    def test_many_mails(self):
        folder = harness.temp_folder(self)
        site = Site(self.server, folder)
        ids = generate(folder / "pool", MANY)
        site.refill(folder / "pool")
        done, peak = self.peak_of(site)
        print(f"{MANY} mails: {peak:.0f} MB, {done.stdout.strip()}")
        self.assertLessEqual(peak, MOST_MB)
        site.check(self, ids)

    def test_large_mails(self):
        folder = harness.temp_folder(self)
        site = Site(self.server, folder)
        for table in ("arfEmail", "ledger", "heldMessage", "rawMessage"):
            site.execute(f"DELETE FROM {table}")
        for n in range(LARGE):
            site.deliver(large_mail(n), f"{n:04}.large")
        done, peak = self.peak_of(site)
        print(f"{LARGE} mails of 25 MB: {peak:.0f} MB, {done.stdout.strip()}")
        self.assertEqual(counts(done), (LARGE, 0, 0, 0), site.held())
        self.assertLessEqual(peak, MOST_MB)


if __name__ == "__main__":
    unittest.main()
