# SPDX-License-Identifier: Apache-2.0
"""The private servers do what the tests that stand on them believe."""
import imaplib
import ssl
import unittest

from harness import PrivateDovecot, PrivateMariadb, TempFolder, run, wait_for


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


class DovecotTest(unittest.TestCase):
    def test_mail_is_there_and_moves(self):
        with PrivateDovecot() as imap:
            imap.deliver(b"Subject: one\n\nbody\n")
            with imaplib.IMAP4("127.0.0.1", imap.port) as client:
                client.login(imap.user, imap.password)
                client.select()
                self.assertEqual(client.uid("SEARCH", "1:10", "UNKEYWORD", "$Ingested")[1], [b"1"])
                client.create("Done")
                self.assertEqual(client.uid("MOVE", "1", "Done")[0], "OK")
            self.assertEqual((imap.mails(), len(imap.mails("Done"))), ([], 1))

    def test_wrong_password(self):
        with PrivateDovecot() as imap, imaplib.IMAP4("127.0.0.1", imap.port) as client:
            with self.assertRaisesRegex(imaplib.IMAP4.error, "AUTHENTICATIONFAILED"):
                client.login(imap.user, "wrong")

    def test_tls(self):
        for kind in ("tls", "starttls"):
            with self.subTest(kind), PrivateDovecot(tls=kind) as imap:
                trust = ssl.create_default_context(cafile=imap.ca_file)
                if kind == "tls":
                    client = imaplib.IMAP4_SSL("localhost", imap.port, ssl_context=trust)
                else:
                    client = imaplib.IMAP4("localhost", imap.port)
                    client.starttls(trust)
                with client:
                    client.login(imap.user, imap.password)
                    self.assertEqual(client.select()[0], "OK")

    def test_the_line_is_cut(self):
        with PrivateDovecot() as imap:
            imap.deliver(b"Subject: long\n\n" + b"x" * 100000)
            imap.cut_after = 5000
            client = imaplib.IMAP4("127.0.0.1", imap.port)
            client.login(imap.user, imap.password)
            client.select()
            with self.assertRaises(imaplib.IMAP4.abort):
                client.uid("FETCH", "1", "(BODY[])")
            client.shutdown()


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
