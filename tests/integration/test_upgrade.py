# SPDX-License-Identifier: Apache-2.0
"""lafayette-admin upgrade: a database of the original becomes the newest schema, whatever dies meanwhile.

LAFAYETTE_TEST_FULL=1: 20 kills of the program and 10 of the server over 20,000 mails.
"""
import ctypes
import os
import random
import signal
import subprocess
import time
import unittest

import harness
from harness import original_schema
from harness.original_schema import insert
from harness.shims import preloaded

FULL = os.environ.get("LAFAYETTE_TEST_FULL") == "1"
PLENTY = 20_000 if FULL or not harness.SANITIZED else 4_000
KILLS = 20 if FULL else 3 if harness.SANITIZED else 8
SERVER_KILLS = 10 if FULL else 1 if harness.SANITIZED else 2

SHAPE = (
    "SELECT TABLE_NAME, ENGINE, ROW_FORMAT, TABLE_COLLATION FROM information_schema.TABLES "
    "WHERE TABLE_SCHEMA = 'arf' ORDER BY 1",
    "SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_DEFAULT, IS_NULLABLE, COLUMN_TYPE, CHARACTER_SET_NAME, "
    "COLLATION_NAME, EXTRA, COLUMN_COMMENT FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'arf' ORDER BY 1, 3",
    "SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, SUB_PART, NON_UNIQUE, INDEX_TYPE "
    "FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'arf' ORDER BY 1, 2, 3",
    "SELECT TABLE_NAME, CONSTRAINT_NAME, CONSTRAINT_TYPE FROM information_schema.TABLE_CONSTRAINTS "
    "WHERE TABLE_SCHEMA = 'arf' ORDER BY 1, 2",
    "SELECT version FROM schemaVersion")

# What a site's own SQL may ask; the answers are the same before and after, but for what is mended on purpose.
QUESTIONS = {
    "mails by type": "SELECT emailType, deliveryResult, reported, COUNT(*) AS n FROM arfEmail GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    "by id": "SELECT emailId, arrivalDate, messageId, authenticationResults, HEX(sourceIp) AS ip FROM arfEmail ORDER BY 1",
    "countries": "SELECT countryCode, sourceAsn, COUNT(*) AS n FROM arfEmail WHERE sourceAsn > 0 GROUP BY 1, 2 ORDER BY 1, 2",
    "names": "SELECT a.emailId, l.emailLocal, d.domain, s.domain AS source, r.domain AS reported FROM arfEmail a "
             "JOIN emailLocal l ON l.emailLocalId = a.originalMailFromLocalId "
             "JOIN domain d ON d.domainId = a.originalMailFromDomainId JOIN domain s ON s.domainId = a.sourceDomainId "
             "LEFT JOIN domain r ON r.domainId = a.reportedDomainID ORDER BY 1",
    "URLs": "SELECT DISTINCT a.emailId, LOWER(REPLACE(u.url, ':80', '')) AS url FROM arfEmail a "
            "JOIN emailUrl x ON x.emailId = a.emailId JOIN url u ON u.urlId = x.urlId ORDER BY 1, 2",
    "files": "SELECT DISTINCT a.emailId, f.hash, f.filename FROM arfEmail a JOIN emailFile x ON x.emailId = a.emailId "
             "JOIN file f ON f.fileId = x.fileId ORDER BY 1, 2",
    "abuse desks": "SELECT n.email, COUNT(*) AS n FROM arfEmail a JOIN asn n ON n.asn = a.sourceAsn GROUP BY 1 ORDER BY 1",
    "contacts": "SELECT asn, email FROM asn ORDER BY 1",
}
LOST = "&#65533;"


def decompressed(frame):
    zstd = ctypes.CDLL("libzstd.so.1")
    zstd.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
    zstd.ZSTD_decompress.restype = ctypes.c_size_t
    zstd.ZSTD_decompress.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
    size = zstd.ZSTD_getFrameContentSize(frame, ctypes.c_size_t(len(frame)))
    out = ctypes.create_string_buffer(size)
    if zstd.ZSTD_decompress(out, size, frame, len(frame)) != size:
        raise AssertionError("no whole zstd frame")
    return out.raw


def answers(server):
    found = {name: server.query(sql) for name, sql in QUESTIONS.items()}
    for row in found["names"]:  # the marks that the upgrade takes off
        row["emailLocal"] = row["emailLocal"].rpartition("<")[2]
        row.update({name: row[name].partition(">")[0] for name in ("domain", "source", "reported") if row[name]})
    return found


class UpgradeCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = harness.PrivateMariadb.for_class(cls)
        cls.server.execute("DROP DATABASE arf; CREATE DATABASE arf", name=None)
        with harness.TempFolder() as folder:
            cls.run_admin(folder, "init")
        cls.shape = [cls.server.query(sql) for sql in SHAPE]

    @classmethod
    def run_admin(cls, folder, *args, want=0, env=None):
        return harness.run("lafayette-admin", "-c", cls.config(folder), *args, want=want, timeout=300,
                           env={"LAFAYETTE_STATE": str(folder), **(env or {})})

    @classmethod
    def config(cls, folder):
        path = folder / "forensic.cfg"
        path.write_text(cls.server.config() + "[networks]\npublic = 198.18.0.0/15\n", encoding="utf-8")
        return path

    def setUp(self):
        self.folder = harness.temp_folder(self)
        original_schema.create(self.server)

    def upgrade(self, *args, want=0):
        return self.run_admin(self.folder, "upgrade", *args, want=want)

    def load(self, table, rows):
        self.server.execute("SET sql_mode = '';" + "".join(insert(table, rows)))

    def rows(self, sql):
        return [tuple(row.values()) for row in self.server.query(sql)]

    def content(self, email):
        """The stored text of a mail, decompressed."""
        frame = bytes.fromhex(self.server.value(
            "SET SESSION group_concat_max_len = 10000000; SELECT GROUP_CONCAT(HEX(r.body) ORDER BY r.seq SEPARATOR '') FROM rawMessage r JOIN arfEmail a "
            f"USING (rawId) WHERE a.emailId = {email}"))
        return decompressed(frame).decode()

    def assert_whole(self):
        self.assertEqual([self.server.query(sql) for sql in SHAPE], self.shape)


def mail(number, **columns):
    """A row of arfEmail."""
    names = ("emailId feedbackType emailType reported mail_from_local mail_from_domain rcpt_local rcpt_domain arrivalDate "
             "messageId authenticationResults sourceIp sourceDomainId sourceAsn countryCode deliveryResult authFailure "
             "reportedDomainID from_local from_domain subject content").split()
    row = dict.fromkeys(names) | {
        "emailId": number, "feedbackType": "auth-failure", "emailType": "normal", "reported": 0,
        "arrivalDate": f"2014-03-01 00:00:{number % 60:02}", "subject": "", "content": "Subject: x\n\nbody\n",
        "deliveryResult": "none"}
    return tuple((row | columns)[name] for name in names)


class OddityTest(UpgradeCase):
    """Each oddity of the original as a row, and what becomes of it."""

    def column(self, column, sql="emailId"):
        return [row[0] for row in self.rows(f"SELECT {column} FROM arfEmail ORDER BY {sql}")]

    def test_mails(self):
        v4, v6 = bytes((192, 0, 2, 1)), bytes.fromhex("20010db8000000000000000000000001")
        self.load("domain", [(1, ""), (2, "example.com")])
        self.load("emailLocal", [(1, ""), (2, "bob")])
        self.load("arfEmail", [
            mail(3, feedbackType="", sourceIp=v4, sourceAsn=0, countryCode="ZZ", reportedDomainID=2, sourceDomainId=1),
            mail(7, feedbackType="abuse", sourceIp=v6, sourceAsn=64496, countryCode="US", reported=1, mail_from_local=2,
                 mail_from_domain=2, deliveryResult="reject", authenticationResults="x" * 255),
            mail(9, feedbackType=None, emailType="bounce", sourceIp=bytes(10) + b"\xff\xff" + v4, reportedDomainID=99,
                 deliveryResult="quarantine", authFailure="dmarc", arrivalDate=None, messageId="<a@example.com>"),
            mail(12, emailType="auto-replied", sourceIp=b"", deliveryResult=None, mail_from_local=1, mail_from_domain=1),
            mail(13, sourceIp=b"3221225985", arrivalDate="0000-00-00 00:00:00", rcpt_local=0, rcpt_domain=500),
        ])
        done = self.upgrade()
        for words in ("upgraded 5 mails", "rawMessage", "ledger", "reparse", "none also meant"):
            self.assertIn(words, done.stdout)
        self.assert_whole()
        self.assertEqual(self.column("emailId"), ["3", "7", "9", "12", "13"])
        self.assertEqual(self.column("feedbackType"), ["other", "abuse", None, "auth-failure", "auth-failure"])
        self.assertEqual(self.column("feedbackTypeRaw"), ["", "abuse", None, "auth-failure", "auth-failure"])
        self.assertEqual(self.column("emailType"), ["normal", "normal", "bounce", "auto-replied", "normal"])
        self.assertEqual(self.column("reported"), ["0", "1", "0", "0", "0"])
        self.assertEqual(self.column("HEX(sourceIp)"), ["C0000201", v6.hex().upper(), "C0000201", None, "C0000201"])
        self.assertEqual(self.column("ipTrust"), ["stated", "stated", "stated", "none", "stated"])
        self.assertEqual(self.column("sourceSpecial"), ["1", "1", "1", "0", "1"])
        self.assertEqual(self.column("sourceAsn"), [None, "64496", None, None, None])
        self.assertEqual(self.column("countryCode"), [None, "US", None, None, None])
        self.assertEqual(self.column("deliveryResult"), ["none", "reject", "quarantine", None, "none"])
        self.assertEqual(self.column("authFailure"), [None, None, "dmarc", None, None])
        self.assertEqual(self.column("arrivalDate"), ["2014-03-01 00:00:03"] + ["2014-03-01 00:00:07"] * 2
                         + ["2014-03-01 00:00:12"] * 2)
        self.assertEqual(self.column("receivedDate = arrivalDate"), ["1"] * 5)
        self.assertEqual(self.column("originalMailFromLocalId"), [None, "2", None, "1", None])
        self.assertEqual(self.column("originalRcptToDomainId"), [None] * 5)
        self.assertEqual(self.column("reportedDomainID"), ["2", None, None, None, None])  # 99 was never there
        self.assertEqual(self.column("sourceDomainId"), ["1", None, None, None, None])
        self.assertEqual(self.column("feed"), ["mailbox", "spamtrap", "mailbox", "spamtrap", "spamtrap"])
        self.assertEqual(self.column("CONCAT(kind, part, parserVersion, emailRule)"), ["arf00original"] * 5)
        self.assertEqual(self.column("LENGTH(authenticationResults)"), [None, "255", None, None, None])
        self.assertEqual(self.column("messageId"), [None, None, "<a@example.com>", None, None])
        self.assertEqual(self.server.value("SELECT COUNT(*) FROM ledger"), "0")
        self.assertEqual(self.rows("SELECT name, next FROM idBlock WHERE name IN ('arfEmail', 'rawMessage', 'domain')"),
                         [("arfEmail", "14"), ("domain", "3"), ("rawMessage", "14")])

    def test_no_threads(self):
        self.load("arfEmail", [mail(number) for number in range(1, 60)])
        done = self.run_admin(self.folder, "upgrade", want=0, env=preloaded("fate", FATE_THREADS=1))
        self.assertIn("upgraded 59 mails", done.stdout)
        self.assertEqual(self.column("emailId"), [str(number) for number in range(1, 60)])

    def test_texts(self):
        subjects = [
            ("=?utf-8?B?w7xiZXI=?=\n =?utf-8?Q?_all?=", "über all"),
            ("folded\r\n\tonce", "folded once"),
            ("a&#252;b &#8364; &#65533; &#12; &#x41; &#55296; &amp; &#9999999999; &#25", 
             "aüb € \ufffd &#12; &#x41; &#55296; &amp; &#9999999999; &#25"),
            ("=?utf-8?Q?=26=23252=3B?=", "&#252;"),
            ("=?utf-8?Q?cut=20of", "=?utf-8?Q?cut=20of"),
            ("plain", "plain"), ("", ""), (None, ""),
            ("&#8364;" * 36, "€" * 36),
        ]
        self.load("arfEmail", [mail(n, subject=stored) for n, (stored, _) in enumerate(subjects, 1)])
        contents = [
            (20, f"From: {LOST}{LOST}\n\n{LOST}x&#252;&#8217;\\n\n", "From: \ufffd\ufffd\n\n\ufffdx&#252;&#8217;\\n\n", 0),
            (21, "Subject: only a header\nTo: x\n", "Subject: only a header\nTo: x\n", 1),
            (22, "Subject: x\r\n\r\nbody", "Subject: x\r\n\r\nbody", 0),
            (23, "Subject: x\n\n \n", "Subject: x\n\n \n", 1),
            (24, f"Subject: large\n\n{'0123456789abcde' * 200_000}", None, 0),
        ]
        self.load("arfEmail", [mail(n, content=stored) for n, stored, _, _ in contents])
        noise = "Subject: x\n\n" + random.Random(5).randbytes(1_300_000).hex()
        self.load("arfEmail", [mail(30, content=""), mail(31, content=None), mail(32, content=noise)])
        self.upgrade()
        self.assert_whole()
        self.assertEqual(self.column("subject")[:len(subjects)], [want for _, want in subjects])
        for number, stored, want, headers_only in contents:
            with self.subTest(number):
                self.assertEqual(self.content(number), want or stored)
                self.assertEqual(self.rows(f"SELECT octets, headersOnly FROM arfEmail WHERE emailId = {number}"),
                                 [(str(len((want or stored).encode())), str(headers_only))])
        self.assertEqual(self.rows("SELECT rawId, octets FROM arfEmail WHERE emailId IN (30, 31)"), [(None, "0")] * 2)
        self.assertEqual(self.content(32), noise)
        self.assertEqual(self.server.value("SELECT COUNT(*) FROM rawMessage WHERE rawId = 32"), "2")

    def test_names(self):
        self.load("domain", [(1, ""), (2, "example.com>"), (3, "example.com"), (4, "stray.example.com>"),
                             (5, "b\u00fccher.example"), (6, "stray.example.com> (x)")])
        self.load("emailLocal", [(1, "<bob"), (2, ""), (3, "bob"), (4, "<only"), (5, "a bank <alerts"),
                                 (6, '"a<b"'), (7, "alerts"), (8, "j\u00fcrgen")])
        self.load("arfEmail", [mail(n, mail_from_local=n, mail_from_domain=min(n, 6), rcpt_local=9 - n, from_local=n,
                                    rcpt_domain=7 - min(n, 6), from_domain=2, sourceDomainId=6,
                                    reportedDomainID=2) for n in range(1, 9)])
        done = self.upgrade()
        self.assertIn("4 names", done.stdout)
        self.assert_whole()
        self.assertEqual(self.rows("SELECT domainId, domain, HEX(keyHash) = SHA2(domain, 256) FROM domain ORDER BY 1"),
                         [("1", "", "1"), ("3", "example.com", "1"), ("4", "stray.example.com", "1"),
                          ("5", "b\u00fccher.example", "1")])
        self.assertEqual(self.rows("SELECT emailLocalId, emailLocal, HEX(keyHash) = SHA2(emailLocal, 256) FROM emailLocal "
                                   "ORDER BY 1"),
                         [("2", "", "1"), ("3", "bob", "1"), ("4", "only", "1"), ("6", '"a<b"', "1"),
                          ("7", "alerts", "1"), ("8", "j\u00fcrgen", "1")])
        self.assertEqual(self.column("originalMailFromLocalId"), ["3", "2", "3", "4", "7", "6", "7", "8"])
        self.assertEqual(self.column("originalRcptToLocalId"), ["8", "7", "6", "7", "4", "3", "2", "3"])
        self.assertEqual(self.column("originalFromLocalId"), ["3", "2", "3", "4", "7", "6", "7", "8"])
        self.assertEqual(self.column("originalMailFromDomainId"), ["1", "3", "3", "4", "5", "4", "4", "4"])
        self.assertEqual(self.column("originalRcptToDomainId"), ["4", "5", "4", "3", "3", "1", "1", "1"])
        self.assertEqual(self.column("CONCAT(originalFromDomainId, reportedDomainID, sourceDomainId)"), ["334"] * 8)

    def test_urls_and_files(self):
        long = "http://www.example.com/" + "a" * 976
        self.load("domain", [(1, "www.example.com"), (2, "www.example.com>")])
        day = "2014-02-{:02} 00:00:00".format
        self.load("url", [
            (1, day(5), day(6), bytes((192, 0, 2, 9)), 2, 0, None, "http://www.example.com"),
            (2, day(1), day(2), None, 1, 64500, "ZZ", "HTTP://www.example.com:80/"),
            (3, day(9), day(9), None, None, 0, "DE", "www.example.net/it\\'s/\\\"x\\\"/a\\b"),
            (4, None, None, None, 1, None, None, "http://www.example.com/AbC"),
            (5, None, None, None, 1, None, None, "http://www.example.com/none"),
            (6, day(3), day(4), b"", 0, 0, None, "no url at all"),
            (8, day(3), day(3), None, 1, 0, None, long),
            (9, None, day(7), None, 1, 0, None, "http://www.example.com/%7Ea"),
        ])
        self.load("file", [(4, day(4), day(4), "A" * 32, "a.zip"), (6, None, None, "b" * 32, ""),
                           (7, day(1), day(1), "c" * 32, None)])
        self.load("arfEmail", [mail(n, arrivalDate=day(n)) for n in (1, 2, 10, 20)])
        self.load("emailUrl", [(1, 1, 3), (2, 1, 2), (3, 1, 1), (4, 1, 3), (5, 10, 4), (6, 20, 4), (7, 20, 1),
                               (8, 20, 2), (9, 99, 1), (10, 20, 77), (11, None, 1), (12, 10, 8)])
        self.load("emailFile", [(1, 20, 6), (2, 20, 4), (3, 20, 6), (4, 99, 4), (5, 2, 7)])
        done = self.upgrade()
        self.assertIn("4 links", done.stdout)
        self.assert_whole()
        self.assertEqual(self.rows("SELECT urlId, firstSeen, lastSeen, HEX(urlIp), urlDomainId, urlAsn, urlCountryCode, url "
                                   "FROM url WHERE urlId <> 8 ORDER BY 1"), [
            ("1", day(1), day(20), "C0000209", "1", "64500", None, "http://www.example.com"),
            ("3", day(1), day(9), None, "3", None, "DE", "www.example.net/it's/\"x\"/a\\b"),
            ("4", day(10), day(20), None, "1", None, None, "http://www.example.com/AbC"),
            ("5", "1970-01-01 00:00:00", "1970-01-01 00:00:00", None, "1", None, None, "http://www.example.com/none"),
            ("6", day(3), day(4), None, None, None, None, "no url at all"),
            ("9", day(7), day(7), None, "1", None, None, "http://www.example.com/%7Ea")])
        self.assertEqual(self.rows("SELECT LENGTH(url), LENGTH(tail) FROM url WHERE urlId = 8"), [("999", "255")])
        self.assertEqual(self.rows("SELECT domainId, domain FROM domain ORDER BY 1"),
                         [("1", "www.example.com"), ("3", "www.example.net")])
        for url, key in ((1, "http://www.example.com/"), (9, "http://www.example.com/~a")):
            self.assertEqual(self.server.value(f"SELECT HEX(keyHash) = SHA2('{key}', 256) FROM url WHERE urlId = {url}"), "1")
        self.assertEqual(self.rows("SELECT emailId, urlId, position, flags FROM emailUrl ORDER BY 1, 3"), [
            ("1", "3", "1", "2"), ("1", "1", "2", "0"), ("10", "4", "1", "0"), ("10", "8", "2", "0"),
            ("20", "4", "1", "0"), ("20", "1", "2", "0")])
        self.assertEqual(self.rows("SELECT fileId, firstSeen, lastSeen, hash, filename, sha256, "
                                   "HEX(keyHash) = SHA2(CONCAT('md5:', hash), 256) FROM file ORDER BY 1"), [
            ("4", day(4), day(20), "a" * 32, "a.zip", None, "1"), ("6", day(20), day(20), "b" * 32, "", None, "1"),
            ("7", day(1), day(2), "c" * 32, "", None, "1")])
        self.assertEqual(self.rows("SELECT emailId, fileId, position, filename FROM emailFile ORDER BY 1, 3"), [
            ("2", "7", "1", ""), ("20", "6", "1", ""), ("20", "4", "2", "a.zip")])

    def test_before_2014_addresses_were_numbers(self):
        self.server.execute("ALTER TABLE arfEmail MODIFY sourceIp INT UNSIGNED; ALTER TABLE url MODIFY urlIp BIGINT;"
                            "ALTER TABLE arfEmail DROP COLUMN authFailure; DROP TABLE emailFile, file;"
                            "ALTER TABLE emailUrl DROP KEY emailId")
        rows = [mail(1, sourceIp=3221225985), mail(2, sourceIp=0), mail(3, sourceIp=4294967295), mail(4)]
        self.load("arfEmail", [row[:16] + row[17:] for row in rows])
        self.load("url", [(1, "2014-01-01", "2014-01-01", 16909060, None, 0, None, "http://example.com/x")])
        self.load("emailUrl", [(1, 2, 1)])
        self.upgrade()
        self.assert_whole()
        self.assertEqual(self.column("HEX(sourceIp)"), ["C0000201", None, "FFFFFFFF", None])
        self.assertEqual(self.server.value("SELECT HEX(urlIp) FROM url"), "01020304")

    def test_a_sites_own_columns_are_kept_and_named(self):
        self.server.execute("ALTER TABLE asn ADD COLUMN phone VARCHAR(20); INSERT INTO asn VALUES (1, 'a@example.com', '2');"
                            "CREATE TABLE mine (a INT PRIMARY KEY); INSERT INTO mine VALUES (7)")
        self.load("arfEmail", [mail(1)])
        self.assertIn("original_asn (column phone)", self.upgrade().stdout)
        self.assertEqual(self.rows("SELECT phone FROM original_asn"), [("2",)])
        self.assertEqual(self.rows("SELECT a FROM mine"), [("7",)])
        self.assertEqual(self.rows("SELECT asn, email FROM asn"), [("1", "a@example.com")])

    def test_keep_original(self):
        original_schema.fill(self.server, 300)
        before = self.rows("SELECT MD5(GROUP_CONCAT(MD5(content) ORDER BY emailId)) FROM arfEmail")
        self.upgrade("--keep-original")
        self.assertEqual(self.rows("SELECT MD5(GROUP_CONCAT(MD5(content) ORDER BY emailId)) FROM original_arfEmail"), before)
        self.assertIn("nothing to do", self.upgrade().stdout)
        self.assertNotEqual(self.server.value("SELECT COUNT(*) FROM original_merged"), "0")


class RefuseTest(UpgradeCase):
    """Where there is nothing to upgrade, or something is in the way, nothing changes."""

    def tables(self):
        return self.rows("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'arf' ORDER BY 1")

    def refused(self, word, code=78):
        before = self.tables()
        self.assertIn(word, self.upgrade(want=code).stderr)
        self.assertEqual(self.tables(), before)

    def test_an_empty_database(self):
        self.server.execute("DROP DATABASE arf; CREATE DATABASE arf", name=None)
        self.refused("lafayette-admin init")

    def test_the_newest_schema(self):
        self.server.execute("DROP DATABASE arf; CREATE DATABASE arf", name=None)
        self.run_admin(self.folder, "init")
        self.assertIn("nothing to do", self.upgrade().stdout)
        self.assert_whole()

    def test_a_newer_schema(self):
        self.server.execute("DROP DATABASE arf; CREATE DATABASE arf", name=None)
        self.run_admin(self.folder, "init")
        self.server.execute("UPDATE schemaVersion SET version = 1000")
        self.refused("newer Lafayette")

    def test_another_arfemail(self):
        self.server.execute("DROP DATABASE arf; CREATE DATABASE arf; CREATE TABLE arf.arfEmail (a INT)", name=None)
        self.refused("init")

    def test_tables_in_the_way(self):
        for table in ("ledger", "original_url", "original_merged"):
            with self.subTest(table):
                original_schema.create(self.server)
                self.server.execute(f"CREATE TABLE {table} (a INT)")
                self.refused(f"table {table} is in the way")

    def test_foreign_keys_in_the_way(self):
        """A site's own table that hangs on one of ours would keep the old tables from being dropped at the end."""
        self.load("arfEmail", [mail(1)])
        self.server.execute("CREATE TABLE notes (emailId INT, CONSTRAINT note_of FOREIGN KEY (emailId) "
                            "REFERENCES arfEmail(emailId)); INSERT INTO notes VALUES (1)")
        self.refused("foreign key note_of of arf.notes")
        self.server.execute("ALTER TABLE notes DROP FOREIGN KEY note_of")
        self.assertIn("upgraded 1 mails", self.upgrade().stdout)

    def test_arguments(self):
        self.assertIn("--x", self.upgrade("--x", want=64).stderr)

    def test_without_rows(self):
        self.upgrade()
        self.assert_whole()

    def test_nobody_else_works_while_it_is_broken_off(self):
        self.load("arfEmail", [mail(1)])
        self.server.execute("CREATE TABLE upgradeStep (step VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, part INT, "
                            "next BIGINT, end BIGINT, PRIMARY KEY (step, part))")
        for args in (["init"], ["purge", "--days", "1"]):
            self.assertIn("upgrade", self.run_admin(self.folder, *args, want=78).stderr)
        self.upgrade()
        self.assert_whole()


class KillTest(UpgradeCase):
    """SIGKILL at random moments, of the program and of the server: in the end all is as after one quiet run."""

    def whole(self):
        """All that a mail is, so that two runs can be compared."""
        return answers(self.server) | {"own": self.rows(
            "SELECT a.*, (SELECT GROUP_CONCAT(x.urlId, '/', x.position, '/', x.flags ORDER BY x.position) FROM emailUrl x "
            "WHERE x.emailId = a.emailId) AS urls, (SELECT GROUP_CONCAT(x.fileId ORDER BY x.position) FROM emailFile x "
            "WHERE x.emailId = a.emailId) AS files, (SELECT MD5(GROUP_CONCAT(MD5(r.body))) FROM rawMessage r "
            "WHERE r.rawId = a.rawId) AS raw FROM arfEmail a ORDER BY emailId"),
            "dictionaries": [self.rows(f"SELECT * FROM {table} ORDER BY 1")
                             for table in ("domain", "emailLocal", "url", "file", "asn", "idBlock")],
            "counts": [self.rows(f"SELECT COUNT(*) FROM {table}") for table in ("rawMessage", "emailUrl", "emailFile")]}

    def start(self):
        return subprocess.Popen([harness.program("lafayette-admin"), "-c", self.config(self.folder), "-q", "upgrade"],
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                env={**os.environ, "LAFAYETTE_STATE": str(self.folder)})

    def fill(self):
        original_schema.create(self.server)
        original_schema.fill(self.server, PLENTY)

    def quiet_run(self):
        """Fills, and upgrades undisturbed: seconds it took, and what came of it."""
        self.fill()
        asked = answers(self.server)
        began = time.monotonic()
        self.upgrade()
        seconds = time.monotonic() - began
        self.assertEqual(answers(self.server), asked)
        self.assert_whole()
        return seconds, self.whole()

    def test_killed_program_and_server(self):
        seconds, want = self.quiet_run()
        for victim, kills in (("program", KILLS), ("server", SERVER_KILLS)):
            with self.subTest(victim):
                chance, killed = random.Random(kills), 0
                while killed < kills:
                    self.fill()
                    killed += self.kill_until_done(victim, kills - killed, seconds / kills, chance)
                    self.assert_whole()
                    for name, value in self.whole().items():
                        self.assertEqual(value, want[name], name)
                self.assertIn("nothing to do", self.upgrade().stdout)

    def kill_until_done(self, victim, kills, apart, chance):
        """Kills about `apart` seconds after each start, until the upgrade is done; how often that was."""
        killed = 0
        while True:
            child = self.start()
            if killed < kills:
                time.sleep(apart * 1.6 * chance.random())
                if child.poll() is None:
                    killed += 1
                    if victim == "program":
                        child.send_signal(signal.SIGKILL)
                    else:
                        self.server.kill()
                        self.server.start()
            error = child.communicate(timeout=300 * harness.PATIENCE)[1]
            self.assertIn(child.returncode, (0, 75) if victim == "server" else (0, -signal.SIGKILL), error)
            if child.returncode == 0:
                return killed


if __name__ == "__main__":
    unittest.main()
