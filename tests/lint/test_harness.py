# SPDX-License-Identifier: Apache-2.0
"""The harness does what the tests that stand on it believe."""
import os
import pathlib
import signal
import subprocess
import sys
import unittest

from harness import HARNESS, PrivateMariadb, TempFolder, end_session, lives, run, wait_for


class MariadbTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.db = PrivateMariadb.for_class(cls)

    def test_text_comes_back_as_it_went_in(self):
        row = self.db.query("SELECT 'a\\tb\\n\\\\' AS text, NULL AS nothing, 'é😀' AS letters")[0]
        self.assertEqual(row, {"text": "a\tb\n\\", "nothing": None, "letters": "é😀"})

    def test_rows_survive_a_crash(self):
        self.db.execute("CREATE TABLE kept (n INT) ENGINE=InnoDB; INSERT INTO kept VALUES (1),(2)")
        self.db.kill()
        with self.assertRaises(RuntimeError):
            self.db.query("SELECT 1")
        self.db.start()
        self.assertEqual(self.db.value("SELECT COUNT(*) FROM kept"), "2")

    def test_the_accounts(self):
        account = {"user": "lafayette", "password": "lafayette"}
        self.assertEqual(self.db.value("SELECT DATABASE()", **account), "arf")
        with self.assertRaisesRegex(RuntimeError, "Access denied"):
            self.db.query("SELECT 1", user="lafayette", password="wrong")
        self.assertEqual(self.db.value("SELECT @@character_set_server"), "utf8mb4")
        self.assertEqual(self.db.value("SELECT @@skip_networking"), "1")

    def test_two_at_once(self):
        with PrivateMariadb() as other:
            self.assertNotEqual(other.socket, self.db.socket)
            other.execute("CREATE TABLE mine (n INT)")
            self.assertEqual(self.db.query("SHOW TABLES LIKE 'mine'"), [])


class RunTest(unittest.TestCase):
    def test_a_slow_program_is_ended(self):
        with self.assertRaisesRegex(AssertionError, "longer than"):
            run("/bin/sleep", 30, timeout=0.2)

    def test_exit_codes(self):
        self.assertEqual(run("/bin/sh", "-c", "cat; exit 3", stdin="in", want=3).stdout, "in")
        with self.assertRaisesRegex(AssertionError, "exit 1, not 0"):
            run("/bin/false", want=0)

    def test_waiting(self):
        turns = iter([0, 0, 7])
        self.assertEqual(wait_for(lambda: next(turns)), 7)
        with self.assertRaisesRegex(AssertionError, "did not come true"):
            wait_for(lambda: False, timeout=0.1)

    def test_a_session_that_is_killed(self):
        first = subprocess.Popen(["sh", "-c", "sleep 600 & sleep 600 & echo up; wait"], start_new_session=True,
                                 stdout=subprocess.PIPE)
        with first.stdout:
            self.assertEqual(first.stdout.readline(), b"up\n")
            self.assertTrue(lives(first.pid))
            end_session(first)
        self.assertFalse(lives(first.pid))
        end_session(first)  # once more is no harm

    def test_folder_goes(self):
        with TempFolder() as folder:
            (folder / "x").mkdir()
        self.assertFalse(folder.exists())


class WardenTest(unittest.TestCase):
    """A test program that starts another one, in a session of its own, and tells its pid."""

    WARDEN = HARNESS / "warden.py"

    def is_gone(self, pid):
        try:
            return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            return True

    def start(self, end):
        child = subprocess.Popen([self.WARDEN, "/bin/sh", "-c", f"setsid sleep 1000 & echo $!; {end}"],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(child.communicate)
        self.addCleanup(child.kill)
        return child, int(child.stdout.readline())

    def test_who_is_left_behind_is_killed_and_named(self):
        child, pid = self.start("exit 0")
        err = child.communicate(timeout=120)[1]
        self.assertEqual((child.returncode, self.is_gone(pid)), (1, True))
        self.assertRegex(err, rf"^left behind, and killed: {pid} sleep 1000 \n$")

    def test_a_test_that_dies(self):
        child, pid = self.start("kill -9 $$")
        child.communicate(timeout=120)
        self.assertEqual((child.returncode, self.is_gone(pid)), (128 + signal.SIGKILL, True))

    def test_asked_to_end(self):
        child, pid = self.start("exec sleep 1000")
        child.terminate()
        child.communicate(timeout=120)
        self.assertEqual((child.returncode, self.is_gone(pid)), (128 + signal.SIGTERM, True))

    def test_who_started_it_dies(self):
        """As when all of a run is killed."""
        starter = subprocess.Popen(["/bin/sh", "-c", f"{self.WARDEN} /bin/sh -c 'setsid sleep 1000 & echo $!; wait' & wait"],
                                   stdout=subprocess.PIPE, text=True)
        pid = int(starter.stdout.readline())
        starter.kill()
        starter.communicate(timeout=120)  # to the end of what the warden holds open
        self.assertTrue(self.is_gone(pid))

    def test_who_ends_in_time_is_no_matter(self):
        self.assertEqual(run(self.WARDEN, "/bin/sh", "-c", "setsid sleep 0.3 & exit 0", want=0).stderr, "")
        self.assertEqual(run(self.WARDEN, "/bin/sh", "-c", "exit 3").code, 3)

    def test_a_module_run_by_hand(self):
        """A test that dies leaves no server."""
        with TempFolder() as folder:
            (folder / "test_x.py").write_text(
                "import os, unittest, harness\nclass X(unittest.TestCase):\n    def test_x(self):\n"
                "        db = harness.PrivateMariadb().__enter__()\n"
                "        print(open(db.folder / 'db' / 'pid').read(), flush=True)\n        os.kill(os.getpid(), 9)\n")
            done = subprocess.run([sys.executable, "-m", "unittest", "test_x"], cwd=folder, capture_output=True, text=True,
                                  timeout=240, check=False, env={**os.environ, "PYTHONPATH": str(HARNESS.parent)})
            self.assertEqual(done.returncode, 128 + signal.SIGKILL, done)
            self.assertTrue(self.is_gone(int(done.stdout)))
