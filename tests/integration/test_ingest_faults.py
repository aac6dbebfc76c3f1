# SPDX-License-Identifier: Apache-2.0
"""Bad input, bad configuration, a full disk, a deadly mail: no run is stopped for ever and no mail is lost."""
import errno
import fcntl
import os
import shutil
import signal
import subprocess
import time
import unittest

import harness
from harness.ingest_site import FULL, Site, counts, fate, generate, link_all

MARK = "x-deadly-mark-of-the-test"
LIMIT = 25 * 1024 * 1024


class FaultCase(unittest.TestCase):
    pool_of = 200 if not harness.SANITIZED else 60
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.server = harness.PrivateMariadb.for_class(cls, *cls.options)
        temp = harness.TempFolder()
        cls.folder = temp.__enter__()
        cls.addClassCleanup(temp.__exit__)
        cls.pool = cls.folder / "pool"
        cls.ids = generate(cls.pool, cls.pool_of)

    def site(self, filled=True, **how):
        folder = self.folder / self.id().rpartition(".")[2]
        folder.mkdir(exist_ok=True)
        self.server.execute("DROP DATABASE IF EXISTS arf; CREATE DATABASE arf", name=None)
        site = Site(self.server, folder, **how)
        if filled:
            site.refill(self.pool)
        return site

    def any_mail(self, n=0):
        return (self.pool / "new" / sorted(os.listdir(self.pool / "new"))[n]).read_bytes()


class ConfigTest(FaultCase):
    pool_of = 5

    def refused(self, site, code, *words, args=(), env=None, cwd=None):
        done = harness.run("lafayette-ingest", *args, env=site.environment(env), want=code, cwd=cwd)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done)
        self.assertEqual(len(site.unsettled()), 5)

    def changed(self, site, old, new):
        path = site.folder / "changed.cfg"
        text = site.path.read_text()
        self.assertIn(old, text)
        path.write_text(text.replace(old, new))
        return "-c", path, "-q", "-f", "mailbox"

    def test_configuration_is_wrong(self):
        site = self.site()
        for old, new, *words in (
                ("[networks]", "[ingest]\nbatsch = 7\n[networks]", "batsch"),
                ("[networks]", "[ingest]\nbatch = many\n[networks]", "batch"),
                ("[networks]", "[ingest]\nbatch = 0\n[networks]", "batch"),
                ("public = 198", "public = 900", "public"),
                ("imapSettle = move", "imapSettle = burn", "imapSettle"),
                ("[networks]", "[networks]\nfile = /nonexistent.csv", "[networks] file = /nonexistent.csv"),
                ("[networks]", "[networks]\nasnDb = /", "[networks] asnDb = /"),
                ("[networks]", "[dns]\nservers = foo\n[networks]", "[dns] servers = foo"),
                ("source = maildir:", "source = carrier-pigeon:", "source"),
                ("[mailbox]", "[mailbox", "changed.cfg"),
                ("dbUser = lafayette", "dbUser: lafayette", "changed.cfg")):
            with self.subTest(new=new):
                self.refused(site, 78, *words, args=self.changed(site, old, new))

    def test_configuration_is_missing(self):
        site = self.site()
        self.refused(site, 78, "nowhere.cfg", args=("-c", "nowhere.cfg", "-f", "mailbox"))
        if not os.path.exists("/etc/lafayette/forensic.cfg"):
            self.refused(site, 78, "forensic.cfg", args=("-f", "mailbox"), cwd=site.maildir,
                         env={"LAFAYETTE_CONFIG": ""})

    def test_feed_is_unknown(self):
        site = self.site(feed="[second]\nsource = dir:/nonexistent")
        self.refused(site, 78, "no feed 'post'", "mailbox", "second", args=("-c", site.path, "-f", "post"))

    def test_feed_is_not_there(self):
        site = self.site(feed="[second]\nsource = dir:/nonexistent")
        self.refused(site, 78, "/nonexistent", args=("-c", site.path, "-q", "-f", "second"))

    def test_options_are_wrong(self):
        site = self.site()
        for args in ((), ("-f",), ("--frob",), ("-c",), ("-c", site.path), ("-c", site.path, "--feed")):
            with self.subTest(args=args):
                done = harness.run("lafayette-ingest", *args, env=site.environment(), want=64)
                self.assertIn("lafayette-ingest --help", done.stderr)

    def test_database_refuses(self):
        site = self.site()
        for code, old, new, *words in (
                (75, "mariadb.sock", "mariadb.gone", "[2002]"),
                (75, f"localhost\ndbSocket = {self.server.socket}", "127.0.0.1\ndbPort = 9", "[2002]"),
                (78, "dbPassword = lafayette", "dbPassword = wrong", "[1045]", "correct dbUser and dbPassword"),
                (78, "dbName = arf", "dbName = arf_gone", "[1049]", "create the database, or correct dbName"),
                (78, "dbName = arf", "dbName = mysql", "grant the user its rights")):
            with self.subTest(new=new):
                self.refused(site, code, *words, args=self.changed(site, old, new))

    def test_database_has_no_schema(self):
        site = self.site()
        self.server.execute("DROP DATABASE IF EXISTS arf_empty; CREATE DATABASE arf_empty", name=None)
        self.refused(site, 78, "lafayette-admin init", args=self.changed(site, "dbName = arf", "dbName = arf_empty"))

    def test_database_is_of_another_version(self):
        site = self.site()
        site.execute("INSERT INTO schemaVersion VALUES (999, NOW())")
        self.refused(site, 78, "999", args=("-c", site.path, "-q", "-f", "mailbox"))


class BadInputTest(FaultCase):
    def test_files_that_are_no_mails(self):
        site = self.site()
        for name, octets in (("empty", b""), ("zeros", bytes(5000)), ("noise", bytes(range(256)) * 40),
                             ("plain", b"Subject: hello\n\nno report\n"), ("cut", self.any_mail()[:700]),
                             ("long", b"A" * 3_000_000)):
            site.deliver(octets, f"1.{name}")
        done = site.ingest(want=0)
        ingested, duplicate, quarantined, failed = counts(done)
        self.assertEqual((ingested, ingested + quarantined, duplicate, failed),
                         (len(self.ids), len(self.ids) + 6, 0, 0))
        site.check(self, self.ids, held=6)
        self.assertEqual({row["kind"] for row in site.held()}, {"unreadable"})

    def test_what_cannot_be_read_stays_and_is_noted_once(self):
        site = self.site()
        os.truncate(site.deliver(b"", "2.large"), LIMIT + 1)
        (site.maildir / "new" / "3.link").symlink_to("/etc/hostname")
        os.mkfifo(site.maildir / "new" / "4.fifo")
        left = ["2.large", "3.link", "4.fifo"]
        if os.getuid() != 0:
            site.deliver(b"Subject: x\n\n", "5.closed").chmod(0)
            left.append("5.closed")
        done = site.ingest(want=0)
        self.assertEqual(counts(done), (len(self.ids), 0, len(left), 0), done)
        self.assertEqual(site.unsettled(), left)
        self.assertEqual({(row["kind"], row["rawId"]) for row in site.held()}, {("left", None)})
        for row, name in zip(sorted(site.held(), key=lambda row: row["place"]), left):
            self.assertTrue(row["place"].endswith(name))
            self.assertIn("it is left in its mailbox", row["reason"])
        again = site.ingest(want=0)
        self.assertEqual(counts(again), (0, len(left), 0, 0), again)
        site.check(self, self.ids, held=len(left), left=len(left))

    def test_what_is_read_after_all_is_noted_no_longer(self):
        """A row of what is left goes with the message of the same place; others stay, and it may come again."""
        site = self.site()
        mail = self.any_mail()
        large = [site.deliver(b"", name) for name in ("2.large", "3.large")]
        for path in large:
            os.truncate(path, LIMIT + 1)
        os.mkfifo(site.maildir / "new" / "4.fifo")
        self.assertEqual(counts(site.ingest(want=0)), (len(self.ids), 0, 3, 0))
        large[0].write_bytes(mail.replace(b"Message-ID: <", b"Message-ID: <after-all.", 1))
        again = site.ingest("-f", "mailbox", want=0)
        self.assertEqual(counts(again), (1, 2, 0, 0), again)
        self.assertRegex(again.stderr, r"read-after-all where=\S+/2\.large")
        self.assertEqual(again.stderr.count("read-after-all"), 1)
        self.assertEqual([row["place"].rpartition("/")[2] for row in site.held()], ["3.large", "4.fifo"])
        self.assertEqual(site.loose_ends(), {})
        large[1].write_bytes(mail)
        self.assertEqual(counts(site.ingest(want=0)), (0, 2, 0, 0), "a duplicate was read, too")
        self.assertEqual([row["place"].rpartition("/")[2] for row in site.held()], ["4.fifo"])
        os.truncate(site.deliver(b"", "3.large"), LIMIT + 1)
        self.assertEqual(counts(site.ingest(want=0)), (0, 1, 1, 0), "noted as if for the first time")
        self.assertEqual((len(site.held()), site.loose_ends()), (2, {}))

    def test_largest_mails(self):
        site = self.site()
        mail = self.any_mail() + b"\n"
        for name, octets in (("24m", 24 * 1024 * 1024), ("limit", LIMIT)):
            # A mail whose octets do not get fewer by compression goes in pieces.
            noise = os.urandom(octets)
            site.deliver((mail + noise.replace(b"\n", b"."))[:octets], f"5.{name}")
        self.assertEqual(int(self.server.value("SELECT @@max_allowed_packet")), 16 * 1024 * 1024)
        done = site.ingest(want=0, timeout=120)
        stored = int(site.value("SELECT COUNT(*) FROM arfEmail")) + len(site.held())
        self.assertEqual((stored, site.unsettled(), site.loose_ends()), (len(self.ids) + 2, [], {}), done)
        rows = self.server.query("SELECT rawId, COUNT(*) n, MAX(LENGTH(body)) most, SUM(LENGTH(body)) octets "
                                 "FROM rawMessage GROUP BY rawId ORDER BY octets DESC LIMIT 2")
        for row, octets in zip(rows, (LIMIT, 24 * 1024 * 1024)):
            self.assertLessEqual(int(row["most"]), 1_000_000)
            self.assertGreater(int(row["octets"]), octets * 0.99)

    def test_paths_that_are_not_there(self):
        site = self.site(filled=False)
        done = site.ingest("-q", "/nonexistent", self.pool, "/dev/null", want=78)
        self.assertIn("/nonexistent", done.stderr)
        self.assertEqual(counts(done), (len(self.ids), 0, 0, 0))
        site.check(self, self.ids)
        self.assertEqual(len(os.listdir(self.pool / "new")), len(self.ids), "files named by hand are left alone")


    def test_what_is_no_file_is_told(self):
        """Symbolic links, dangling ones and FIFOs are not read: one line says how many."""
        site = self.site(filled=False)
        folder = site.folder / "reports"
        (folder / "sub").mkdir(parents=True)
        (folder / "one.eml").write_bytes(self.any_mail())
        (folder / "link.eml").symlink_to("one.eml")
        (folder / "sub" / "nowhere.eml").symlink_to("/nonexistent")
        os.mkfifo(folder / "fifo")
        site.path.write_text(site.path.read_text().replace(f"maildir:{site.maildir}", f"dir:{folder}"))
        done = site.ingest("-f", "mailbox", want=0)
        self.assertEqual(counts(done), (1, 0, 0, 0))
        self.assertEqual(done.stderr.count("left-out"), 1, done)
        self.assertRegex(done.stderr, "left-out names=3 ")
        for program in (["arfdump"], ["lafayette-ingest", "-c", site.path, "--parse-only"]):
            dumped = harness.run(*program, folder, want=0)
            self.assertEqual(len(dumped.stdout.splitlines()), 1, program)
            self.assertEqual(dumped.stderr.count("left-out names=3 "), 1, dumped)

    def test_mailbox_breaks_in_its_middle(self):
        site = self.site(filled=False)
        mbox = site.folder / "all.mbox"
        with open(mbox, "wb") as out:
            for name in sorted(os.listdir(self.pool / "new")):
                octets = (self.pool / "new" / name).read_bytes()
                out.write(b"From a@example.com Tue Feb  3 10:00:00 2026\n" + octets.replace(b"\nFrom ", b"\n>From ") + b"\n")
        site.path.write_text(site.path.read_text().replace(f"maildir:{site.maildir}", f"mbox:{mbox}"))
        env = {"LD_PRELOAD": str(fate()), "FATE_PREAD": "3"}
        # What came before the break is stored, although the break comes each time and the chunk was not full.
        done = site.ingest("-f", "mailbox", env=env, want=75)
        self.assertIn(os.strerror(errno.EIO), done.stderr)
        stored = counts(done)[0]
        self.assertTrue(0 < stored < len(self.ids), done)
        self.assertEqual(counts(site.ingest(env=env, want=75)), (0, stored, 0, 0))
        self.assertTrue(mbox.exists())
        self.assertEqual(counts(site.ingest(want=0)), (len(self.ids) - stored, stored, 0, 0))
        site.check(self, self.ids)
        self.assertFalse(mbox.exists())


class SettlingTest(FaultCase):
    def test_nothing_can_be_settled(self):
        for settle in ("move", "delete"):
            for number in (errno.EROFS, errno.EACCES):
                with self.subTest(settle=settle, number=number):
                    site = self.site(settle=settle)
                    env = {"LD_PRELOAD": str(fate()), "FATE_FAIL": str(number)}
                    done = site.ingest("-f", "mailbox", env=env, want=78)
                    self.assertEqual(counts(done), (len(self.ids), 0, 0, 0))
                    lines = [line for line in done.stderr.splitlines() if "not-settled" in line]
                    self.assertEqual(len(lines), 2, lines)
                    self.assertIn(os.strerror(number), lines[0])
                    self.assertIn(str(len(self.ids)), lines[1])
                    site.check(self, self.ids, left=len(self.ids))
                    again = site.ingest(want=0)
                    self.assertEqual(counts(again), (0, len(self.ids), 0, 0))
                    site.check(self, self.ids)

    @unittest.skipUnless(os.getuid() == 0, "mounting needs root")
    def test_folder_is_read_only(self):
        site = self.site()
        maildir = site.maildir
        if subprocess.run(["mount", "--bind", maildir, maildir], check=False, capture_output=True).returncode != 0:
            self.skipTest("mounting is not allowed here")
        try:
            subprocess.run(["mount", "-o", "remount,bind,ro", maildir], check=True)
            site.ingest(want=78)
        finally:
            subprocess.run(["umount", maildir], check=True)
        site.check(self, self.ids, left=len(self.ids))
        site.ingest(want=0)
        site.check(self, self.ids)


class OutputTest(FaultCase):
    def shell(self, site, line, want):
        """The ingester run by a shell, so that descriptors can be closed. It has something to say."""
        site.deliver(b"Subject: no report\n\n", "1.held")
        done = subprocess.run(["bash", "-c", f'exec "$0" "$@" {line}', harness.program("lafayette-ingest"), "-c",
                               site.path, "-f", "mailbox"], env={**os.environ, **site.environment()},
                              timeout=60 * harness.PATIENCE, check=False, capture_output=True)
        self.assertEqual(done.returncode, want, done)
        site.check(self, self.ids, held=1)
        self.assertEqual(len(site.done()), len(self.ids) + 1)
        # What was printed went into no file of ours: here is a number of a process and nothing else.
        self.assertRegex((site.state / "mailbox.lock").read_text(), r"\A[0-9]+\n\Z")

    def test_nobody_reads_what_it_prints(self):
        for line, want in ((">&-", 75), (">/dev/full", 75), ("2>&-", 0), ("<&- 2>&-", 0), ("<&- >&- 2>&-", 75)):
            with self.subTest(line=line):
                self.shell(self.site(), line, want)

    def test_messages_are_told_where_nobody_listens(self):
        site = self.site()
        site.deliver(b"Subject: no report\n\n", "1.held")
        child = site.start("-f", "mailbox")
        child.stdout.close()
        child.stderr.close()
        self.assertEqual(child.wait(60 * harness.PATIENCE), 75)
        site.check(self, self.ids, held=1)


class StoppingTest(FaultCase):
    pool_of = 3000 if not harness.SANITIZED else 2000

    def test_signals(self):
        # Below nohup a child ignores SIGHUP from its start, as it should: that is not what is asked here.
        self.addCleanup(signal.signal, signal.SIGHUP, signal.signal(signal.SIGHUP, signal.SIG_DFL))
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(number=number):
                site = self.site(ingest="batch = 32")
                child = site.start_held(60, "-f", "mailbox")
                child.send_signal(number)
                site.go_on()
                stdout, stderr = child.communicate(timeout=60 * harness.PATIENCE)
                self.assertEqual(child.returncode, 75, stderr)
                self.assertIn("stopped", stderr)
                stored = int(site.value("SELECT COUNT(*) FROM arfEmail"))
                self.assertLess(stored, len(self.ids))
                # An orderly end: what is stored is settled and told.
                self.assertEqual((len(site.done()), f"ingested {stored}," in stdout), (stored, True), stdout)
                site.ingest(want=0)
                site.check(self, self.ids)

    def test_files_that_may_not_grow(self):
        """ulimit -f: exit 75 and a word, not a signal (75 in a folder that nobody may write to is the same)."""
        site = self.site()
        limited = ["/bin/sh", "-c", 'ulimit -f 0; exec "$@"', "sh", str(harness.program("lafayette-ingest"))]
        done = subprocess.run([*limited, "-c", str(site.path), "-f", "mailbox"], env=site.environment(), capture_output=True,
                              text=True, timeout=60 * harness.PATIENCE, check=False)
        self.assertEqual(done.returncode, 75, done)
        self.assertRegex(done.stderr, "File too large")
        self.assertEqual(len(site.unsettled()), len(self.ids))
        site.ingest("-f", "mailbox", want=0)
        site.check(self, self.ids)

    def test_second_signal_ends_at_once(self):
        site = self.site(ingest="batch = 32")
        child = site.start_held(60)
        child.terminate()
        # Two signals at once may be one.
        harness.wait_for(lambda: child.poll() is not None or child.terminate(), "the end")
        child.communicate()
        self.assertEqual(child.returncode, -signal.SIGTERM)
        site.ingest(want=0)
        site.check(self, self.ids)


class TwoRunsTest(FaultCase):
    pool_of = 1500 if not harness.SANITIZED else 300

    def test_feed_is_in_other_hands(self):
        site = self.site(ingest="stuckAfter = 60")
        site.state.mkdir(exist_ok=True)
        with open(site.state / "mailbox.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = site.ingest("-v", "-f", "mailbox", want=0)
            self.assertEqual((done.stdout, "another-run" in done.stderr), ("", True))
            os.utime(site.state / "mailbox.lock", (time.time() - 61,) * 2)
            done = site.ingest("-f", "mailbox", want=75)
            self.assertIn("stuck", done.stderr)
            self.assertEqual(len(site.unsettled()), len(self.ids))
        site.ingest(want=0)
        site.check(self, self.ids)

    def test_two_runs_of_one_feed(self):
        site = self.site(ingest="batch = 32")
        first = site.start_held(40)
        second = site.ingest(want=0)
        self.assertIsNone(first.poll(), "the first was over too early")
        site.go_on()
        self.assertEqual(second.stdout, "")
        first.communicate(timeout=60 * harness.PATIENCE)
        self.assertEqual(first.returncode, 0)
        site.check(self, self.ids)

    def overlapping(self, *env):
        """Two feeds on two halves and a common part, and the whole named by hand, all at once."""
        site = self.site(filled=False, ingest="batch = 50",
                         feed=f"[second]\nsource = maildir:{self.folder}/second\nimapSettle = delete")
        second = self.folder / "second"
        shutil.rmtree(second, ignore_errors=True)
        for sub in ("cur", "new", "tmp"):
            (second / sub).mkdir(parents=True)
        site.refill(self.pool)
        link_all(self.pool / "new", second / "new")
        for name in sorted(os.listdir(second / "new"))[:len(self.ids) // 3]:
            (second / "new" / name).unlink()
        runs = [site.start("-q", "-f", "mailbox", env=env[0]), site.start("-q", "-f", "second", env=env[1]),
                site.start("-q", self.pool, env=env[0]), site.start("-q", self.pool / "new", env=env[1])]
        ended = []
        for run in runs:
            stdout, stderr = run.communicate(timeout=120 * harness.PATIENCE)
            self.assertEqual(run.returncode, 0, stderr)
            ended.append(counts(harness.Finished([""], 0, stdout, stderr)))
        self.assertEqual([ingested + duplicate for ingested, duplicate, _, _ in ended],
                         [len(self.ids), len(self.ids) - len(self.ids) // 3, len(self.ids), len(self.ids)])
        self.assertEqual([(held, failed) for _, _, held, failed in ended], [(0, 0)] * 4)
        site.check(self, self.ids)
        self.assertEqual(os.listdir(second / "new"), [])

    def test_overlapping_runs(self):
        self.overlapping({}, {})

    def test_overlapping_runs_without_array_binding(self):
        self.overlapping({"LAFAYETTE_NO_BULK": "1"}, {"LAFAYETTE_NO_BULK": "1"})

    def test_overlapping_runs_of_both_kinds(self):
        self.overlapping({}, {"LAFAYETTE_NO_BULK": "1"})

    def test_one_maildir_in_two_feeds(self):
        site = self.site(ingest="batch = 20")
        site.path.write_text(site.path.read_text() + f"\n[twin]\nsource = maildir:{site.maildir}\n")
        runs = [site.start("-q", "-f", name) for name in ("mailbox", "twin")]
        for run in runs:
            _, stderr = run.communicate(timeout=120 * harness.PATIENCE)
            self.assertEqual(run.returncode, 0, stderr)
        site.check(self, self.ids)
        self.assertEqual(len(site.done()), len(self.ids))


class DeadlyMailTest(FaultCase):
    """The parser dies of a mail: abort() within GMime or zstd, exit(), a loop without end."""

    def deadly(self, site, names=("1.deadly",)):
        mail = self.any_mail()
        head, _, body = mail.partition(b"\n\n")
        for n, name in enumerate(names):
            site.deliver(head + f"\nX-Deadly: {MARK}-{n}\n\n".encode() + body, name)
        return {"LD_PRELOAD": str(fate()), "FATE_MARK": MARK, "FATE_POLL_MS": str(1500 * harness.PATIENCE)}

    def run_until_done(self, site, env, runs):
        """Runs with the mail still deadly; returns how the runs ended."""
        ends = [site.ingest(env=env).code for _ in range(runs)]
        self.assertEqual(ends[-1], 0, ends)
        self.assertEqual(ends[0], -signal.SIGABRT)
        return ends

    def check(self, site, ids, reason, held=1):
        rows = site.held()
        self.assertEqual([row["kind"] for row in rows], ["crash"] * held, rows)
        for row in rows:
            self.assertIn(reason, row["reason"])
        # Its octets are there as they came.
        self.assertEqual(int(site.value("SELECT COUNT(*) FROM heldMessage h JOIN rawMessage r USING (rawId) "
                                        f"WHERE r.seq = 1 AND LOCATE('{MARK}', r.body) > 0")), held)
        site.check(self, ids, held=held)

    def test_parser_aborts(self):
        site = self.site()
        env = self.deadly(site)
        self.run_until_done(site, env, 2)
        self.check(site, self.ids, "signal 6")
        self.assertEqual(counts(site.ingest(env=env, want=0)), (0, 0, 0, 0))

    def test_mail_is_deadly_no_more(self):
        site = self.site()
        env = self.deadly(site)
        self.assertEqual(site.ingest(env=env).code, -signal.SIGABRT)
        site.ingest(want=0)
        # Its trial went well: it is a mail like any other, and the same report as another one.
        site.check(self, [*self.ids, self.ids[0]])

    def test_compressor_aborts(self):
        site = self.site()
        self.run_until_done(site, {**self.deadly(site), "FATE_IN_ZSTD": "1"}, 2)
        self.check(site, self.ids, "signal 6")

    def test_parser_exits(self):
        site = self.site()
        env = {**self.deadly(site), "FATE_DEATH": "exit"}
        self.assertEqual(site.ingest(env=env).stdout, "", "the run was to end in its middle")
        site.ingest(env=env, want=0)
        self.check(site, self.ids, "left with status 0")

    def test_parser_hangs(self):
        site = self.site()
        env = {**self.deadly(site), "FATE_DEATH": "hang"}
        told = site.folder / "told"
        child = site.start(env={**env, "FATE_TOLD": str(told)})
        # All others are stored or wait behind it; then somebody has enough.
        harness.wait_for(told.exists, "the mail that hangs")
        self.assertIsNone(child.poll())
        child.kill()
        child.communicate()
        site.ingest(env=env, want=0)
        self.check(site, self.ids, "did not end within 60 s")

    def test_several_deadly_mails(self):
        site = self.site(ingest="batch = 16")
        names = ("1.first", "1769999999.later", "5.last")
        env = self.deadly(site, names)
        self.run_until_done(site, env, len(names) + 1)
        self.check(site, self.ids, "signal 6", held=len(names))

    def test_deadly_file_named_by_hand(self):
        site = self.site(filled=False)
        env = self.deadly(site)
        path = site.maildir / "new" / "1.deadly"
        self.assertEqual(site.ingest("-q", path, env=env).code, -signal.SIGABRT)
        self.assertEqual(counts(site.ingest("-q", path, self.pool, env=env, want=0)), (len(self.ids), 0, 1, 0))
        path.unlink()
        self.check(site, self.ids, "signal 6")

    def test_no_process_to_try_it_in(self):
        site = self.site()
        env = self.deadly(site)
        self.assertEqual(site.ingest(env=env).code, -signal.SIGABRT)
        done = site.ingest("-f", "mailbox", env={**env, "FATE_FORK": "1"}, want=75)
        self.assertIn("no process to try a suspect", done.stderr)
        # The others are stored, but those that were being parsed beside it: they wait as well.
        self.assertIn("1.deadly", site.unsettled())
        self.assertLess(len(site.unsettled()), 1 + 64)
        self.assertEqual(site.held(), [])
        site.ingest(env=env, want=0)
        self.check(site, self.ids, "signal 6")

    def test_no_threads(self):
        site = self.site()
        for n in ("1", "2"):
            with self.subTest(from_the=n):
                done = site.ingest("-f", "mailbox", env={"LD_PRELOAD": str(fate()), "FATE_THREADS": n}, want=75)
                self.assertIn("no threads to parse with", done.stderr)
                self.assertEqual(len(site.unsettled()), len(self.ids))
        done = site.ingest(env={"LD_PRELOAD": str(fate()), "FATE_THREADS": "3"}, want=0)
        site.check(self, self.ids)


class FullDiskTest(FaultCase):
    """The server's disk is full: 75, nothing half done, and the next run with room completes."""
    pool_of = 3000 if not harness.SANITIZED else 2000
    SMALL = ("--innodb-file-per-table=0", "--innodb-data-file-path=ibdata1:12M:autoextend:max:{}M",
             "--innodb-autoextend-increment=1")

    def fill_up(self, site, more_room):
        site.refill(self.pool)
        for _ in range(3 if FULL else 1):  # it stays full, and each run says so
            done = site.ingest("-f", "mailbox", timeout=120)
            self.assertEqual(done.code, 75, done)
            self.assertRegex(done.stderr, r"\[(1114|1021|1026|3)\]")
            self.assertEqual(site.loose_ends(), {})
            self.assertEqual(site.held(), [], "a mail is not to be held for want of room")
            stored = int(site.value("SELECT COUNT(*) FROM arfEmail"))
            self.assertLess(stored, len(self.ids))
            self.assertGreaterEqual(stored, len(site.done()))
        self.assertGreater(len(site.unsettled()), 0)
        more_room()
        site.ingest(want=0, timeout=120)
        site.check(self, self.ids)

    def test_tablespace_is_full(self):
        most = 26 if not harness.SANITIZED else 18
        self.server.script("restart", *(option.format(most) for option in self.SMALL))
        self.addCleanup(lambda: self.server.script("restart", *(option.format(2000) for option in self.SMALL)))
        site = self.site(filled=False)
        self.fill_up(site, lambda: self.server.script("restart", *(option.format(2000) for option in self.SMALL)))

    @unittest.skipUnless(os.getuid() == 0, "mounting needs root")
    def test_disk_is_full(self):
        server = harness.PrivateMariadb()
        temp = harness.temp_folder(self)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m", "none", temp], check=False,
                          capture_output=True).returncode != 0:
            self.skipTest("mounting is not allowed here")
        self.addCleanup(lambda: subprocess.run(["umount", "-l", temp], check=True))
        server.folder = temp
        server.start()
        self.addCleanup(lambda: server.script("kill"))
        folder = self.folder / "disk"
        folder.mkdir()
        site = Site(server, folder)
        used = shutil.disk_usage(temp)
        ballast = temp / "ballast"
        with open(ballast, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, used.free - 6 * 1024 * 1024)
        self.fill_up(site, ballast.unlink)


if __name__ == "__main__":
    unittest.main()
