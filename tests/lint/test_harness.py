# SPDX-License-Identifier: Apache-2.0
"""The harness does what the tests that stand on it believe."""
import unittest

from harness import PrivateMariadb, TempFolder, run, wait_for


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

    def test_folder_goes(self):
        with TempFolder() as folder:
            (folder / "x").mkdir()
        self.assertFalse(folder.exists())
