# SPDX-License-Identifier: Apache-2.0
"""Many parse threads, a writer and a reader that settles, small chunks: what ThreadSanitizer is to look at.

In a SANITIZE=thread build a race is a finding of tests/run.py and exit code 66 here; in others the result counts.
"""
import signal
import unittest

import harness
from harness.ingest_site import Site, counts, generate, link_all

REPORTS = 600
LARGE_OCTETS = 3 * 1024 * 1024  # over PIPELINE_LARGE: parsed one at a time


def large_mail(number):
    head = (f"From: a@example.com\nTo: b@example.com\nSubject: large {number}\nMessage-ID: <large-{number}@example.com>\n"
            "Date: Tue, 3 Feb 2026 10:00:00 +0000\nContent-Type: text/plain\n\n")
    return (head + "some words of text\n" * (LARGE_OCTETS // 19)).encode()


class ThreadsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = harness.PrivateMariadb.for_class(cls)

    def site(self, name):
        folder = harness.temp_folder(self)
        site = Site(self.server, folder, name=f"arf_{name}", ingest="threads = 4\nbatch = 10")
        return site, generate(site.maildir, REPORTS)

    def test_many_small_chunks(self):
        site, ids = self.site("chunks")
        for number in range(4):
            site.deliver(large_mail(number), f"large-{number}")
        site.deliver(b"no mail at all", "nothing")
        done = site.ingest("-f", "mailbox", want=0, timeout=120)
        self.assertEqual(counts(done), (REPORTS, 0, 5, 0), done)
        site.check(self, ids, held=5)

    def test_all_known(self):
        site, ids = self.site("known")
        pool = harness.temp_folder(self)
        (pool / "new").mkdir()
        link_all(site.maildir / "new", pool / "new")
        site.ingest("-q", "-f", "mailbox", want=0, timeout=120)
        link_all(pool / "new", site.maildir / "new")
        done = site.ingest("-q", "-f", "mailbox", want=0, timeout=120)
        self.assertEqual(counts(done), (0, REPORTS, 0, 0), done)
        site.check(self, ids)

    def test_stopped_at_work(self):
        site, ids = self.site("stopped")
        run = site.start("-f", "mailbox")
        try:
            harness.wait_for(lambda: run.poll() is not None or site.value("SELECT COUNT(*) FROM ledger") != "0",
                             "mails in the ledger", timeout=60)
            run.send_signal(signal.SIGTERM)
            out, err = run.communicate(timeout=120)
        finally:
            run.kill()
            run.wait()
        self.assertIn(run.returncode, (0, 75), out + err)
        site.ingest("-q", "-f", "mailbox", want=0, timeout=120)
        site.check(self, ids)

    def test_a_writer_that_fails(self):
        site, ids = self.site("failing")
        site.execute("RENAME TABLE rawMessage TO hidden")
        done = site.ingest("-q", "-f", "mailbox", timeout=120)
        self.assertIn(done.code, (75, 78), done)
        self.assertEqual(len(site.unsettled()), REPORTS)
        site.execute("RENAME TABLE hidden TO rawMessage")
        site.ingest("-q", "-f", "mailbox", want=0, timeout=120)
        site.check(self, ids)
