# SPDX-License-Identifier: Apache-2.0
"""Each mail is stored exactly once, whatever dies: the ingester at any call, at any instant, or the server.

LAFAYETTE_TEST_FULL=1: every call of a run over 300 mails, and 50 kills over 50,000 mails.
"""
import os
import random
import time
import unittest

import harness
from harness.ingest_site import FULL, KILLED, Site, counts, generate

SAMPLE = 10 if harness.SANITIZED else 40  # calls at which a run over 300 mails is killed
ALL_OF_TEN = 5 if harness.SANITIZED else 1  # of a run over 10 mails: each, or each fifth
PLENTY = 50_000 if FULL else 1_000 if harness.SANITIZED else 4_000
KILLS = 50 if FULL else 3 if harness.SANITIZED else 8


class KillCase(unittest.TestCase):
    pool_of = 300
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.server = harness.PrivateMariadb.for_class(cls, *cls.options)
        temp = harness.TempFolder()
        cls.folder = temp.__enter__()
        cls.addClassCleanup(temp.__exit__)
        cls.pool = cls.folder / "pool"
        cls.ids = generate(cls.pool, cls.pool_of)

    def site(self, **how):
        folder = self.folder / self.id().rpartition(".")[2]
        folder.mkdir()
        self.server.execute("DROP DATABASE IF EXISTS arf; CREATE DATABASE arf", name=None)
        return Site(self.server, folder, **how)


class EveryCallTest(KillCase):
    """SIGKILL at the k-th write, send, rename, fsync ..., before it, after it, or in its middle."""

    def calls_of(self, site, pool, env=None):
        """An undisturbed run: how many calls it made, and its mails."""
        site.refill(pool)
        done = site.doomed({"FATE_COUNT": str(site.folder / "count"), **(env or {})})
        self.assertEqual(done.code, 0, done)
        return int((site.folder / "count").read_text()), site.mails()

    def kill_at(self, site, pool, k, when, mails, env=None):
        site.refill(pool)
        killed = site.doomed({"FATE_AT": str(k), "FATE_WHEN": when, **(env or {})})
        # A run may have a call or two less than the first: then it ended by itself.
        self.assertIn(killed.code, (KILLED, 0), killed)
        unsettled = len(site.unsettled())
        again = site.ingest(want=0, env=env)
        ingested, duplicate, quarantined, failed = counts(again)
        self.assertEqual((ingested + duplicate, quarantined, failed), (unsettled, 0, 0), again)
        self.assertEqual(site.all_there_is(), (mails, [], {}))
        self.assertEqual((site.unsettled(), len(site.done())), ([], len(os.listdir(pool / "new"))))
        return killed.code == KILLED

    def kill_all(self, site, pool, moments, mails, env=None):
        killed = 0
        for k, when in moments:
            with self.subTest(call=k, when=when):
                killed += self.kill_at(site, pool, k, when, mails, env)
        # The calls of a run differ by a few, and the last moments lie at its end.
        self.assertGreaterEqual(killed, len(moments) * 0.8)
        return killed

    def small_pool(self, count):
        pool = self.folder / f"pool-{count}"
        if not pool.exists():
            generate(pool, count)
        return pool

    def test_each_call_of_a_run_over_ten_mails(self):
        pool = self.small_pool(10)
        site = self.site(ingest=f"batch = {4 if FULL else 10}")
        calls, mails = self.calls_of(site, pool)
        self.assertGreater(calls, 50)
        whens = ("before", "half", "after")
        moments = [(k, whens[k // ALL_OF_TEN % 3]) for k in range(1, calls + 1, ALL_OF_TEN)]
        self.kill_all(site, pool, moments, mails)

    def test_calls_of_a_run_over_300_mails(self):
        site = self.site(ingest="batch = 32")
        calls, mails = self.calls_of(site, self.pool)
        self.assertGreater(calls, 400)
        if FULL:
            moments = [(k, ("before", "half", "after")[k % 3]) for k in range(1, calls + 1)]
        else:
            moments = [(1 + (calls - 1) * i // (SAMPLE - 1), ("before", "half", "after")[i % 3]) for i in range(SAMPLE)]
        begin = time.monotonic()
        killed = self.kill_all(site, self.pool, moments, mails)
        print(f"{killed} of {len(moments)} runs killed, {calls} calls, {time.monotonic() - begin:.0f} s")

    def test_without_array_binding(self):
        pool = self.small_pool(10)
        site = self.site(ingest="batch = 4")
        env = {"LAFAYETTE_NO_BULK": "1"}
        calls, mails = self.calls_of(site, pool, env)
        self.assertGreater(calls, 200)
        step = 1 if FULL else max(1, calls // 12)
        self.kill_all(site, pool, [(k, "half") for k in range(1, calls + 1, step)], mails, env)

    def test_messages_that_are_deleted(self):
        pool = self.small_pool(10)
        site = self.site(ingest="batch = 4", settle="delete")
        calls, mails = self.calls_of(site, pool)
        for k in range(1, calls + 1, 1 if FULL else 9):
            site.refill(pool)
            site.doomed({"FATE_AT": str(k), "FATE_WHEN": "after"})
            site.ingest(want=0)
            self.assertEqual((*site.all_there_is(), site.unsettled()), (mails, [], {}, []), f"call {k}")


class RandomKillTest(KillCase):
    """SIGKILL at any instant, also between two system calls."""
    pool_of = PLENTY

    def kill_often(self, site, args):
        rng = random.Random(1)
        site.refill(self.pool)
        # How long a run takes tells when to kill.
        begun = time.monotonic()
        site.ingest(*args, want=0, timeout=600)
        seconds, killed, runs = time.monotonic() - begun, 0, 0
        site.refill(self.pool)
        while killed < KILLS:
            runs += 1
            wait = rng.uniform(0.02, 1.5 * seconds / KILLS)
            child = site.start(*args)
            try:
                child.wait(wait)
            except Exception:
                child.kill()
            child.communicate()
            self.assertIn(child.returncode, (KILLED, 0))
            killed += child.returncode == KILLED
            if not site.unsettled() and runs < 10 * KILLS:
                if killed >= KILLS // 2:
                    break
                site.refill(self.pool)  # the machine is quicker than it was: once more
        return killed

    def test_kills_at_any_instant(self):
        site = self.site(ingest="batch = 64")
        killed = self.kill_often(site, ())
        self.assertGreaterEqual(killed, KILLS // 2, "the runs were too quick to be killed")
        site.ingest(want=0, timeout=300)
        site.check(self, self.ids)
        self.assertEqual(len(site.done()), len(self.ids))
        print(f"{killed} kills over {PLENTY} mails")


class ServerKillTest(KillCase):
    """The server dies in the middle and comes back."""
    pool_of = 2000 if not harness.SANITIZED else 600

    def test_server_is_killed_and_comes_back(self):
        for pause in (0, 3):  # the run waits for it, or for the next host to say no
            with self.subTest(pause=pause):
                site = self.site_again()
                site.refill(self.pool)
                child = site.start_held(200)
                site.go_on(len(self.ids) - 100)
                self.server.kill()
                self.assertIsNone(child.poll(), "the run was over before the server died")
                site.go_on()
                time.sleep(pause)
                self.server.start()
                _, stderr = child.communicate(timeout=120 * harness.PATIENCE)
                self.assertIn(child.returncode, (0, 75), stderr)
                site.ingest(want=0)
                site.check(self, self.ids)

    def test_server_stays_away(self):
        site = self.site_again()
        site.refill(self.pool)
        child = site.start_held(200, "-f", "mailbox")
        site.go_on(len(self.ids) - 100)
        self.server.kill()
        site.go_on()
        stdout, stderr = child.communicate(timeout=120 * harness.PATIENCE)
        done = len(site.done())
        self.server.start()
        self.assertEqual(child.returncode, 75, stderr)
        self.assertIn("[2", stderr)
        self.assertGreaterEqual(int(site.value("SELECT COUNT(*) FROM arfEmail")), done)
        self.assertLess(done, len(self.ids), stdout)
        site.ingest(want=0)
        site.check(self, self.ids)

    def test_server_ends_in_order_and_comes_back(self):
        site = self.site_again()
        site.refill(self.pool)
        child = site.start_held(200)
        site.go_on(len(self.ids) - 100)
        self.server.restart()
        site.go_on()
        _, stderr = child.communicate(timeout=120 * harness.PATIENCE)
        self.assertIn(child.returncode, (0, 75), stderr)
        site.ingest(want=0)
        site.check(self, self.ids)

    def site_again(self):
        path = self.folder / "site"
        path.mkdir(exist_ok=True)
        return Site(self.server, path, ingest="batch = 32")


if __name__ == "__main__":
    unittest.main()
