# SPDX-License-Identifier: Apache-2.0
"""lafayette-admin init and forensic.sql: the same schema, exit codes, words for a person."""
import re
import subprocess
import sys
import unittest

from harness import ROOT, TOOLS, PrivateMariadb, run, temp_folder

TABLES = set(re.findall(r"^CREATE TABLE IF NOT EXISTS (\w+)", (ROOT / "forensic.sql").read_text(encoding="utf-8"), re.M))
WRONG_DATES = """SELECT COUNT(*) AS urls, COALESCE(SUM(u.firstSeen <> x.f), 0) AS first,
  COALESCE(SUM(u.lastSeen <> x.l), 0) AS last FROM url u JOIN (SELECT urlId, MIN(d) AS f, MAX(d) AS l FROM
  (SELECT e.urlId, a.arrivalDate AS d FROM emailUrl e JOIN arfEmail a USING (emailId)
   UNION ALL SELECT e.outerUrlId, a.arrivalDate FROM emailUrl e JOIN arfEmail a USING (emailId)
   WHERE e.outerUrlId IS NOT NULL) y GROUP BY urlId) x USING (urlId)"""



class InitTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.db = PrivateMariadb.for_class(cls)

    def setUp(self):
        self.folder = temp_folder(self)
        self.db.execute("DROP DATABASE arf; CREATE DATABASE arf CHARACTER SET latin1")

    def admin(self, *args, want, config=None):
        path = self.folder / "forensic.cfg"
        path.write_text(config or self.db.config(), encoding="utf-8")
        return run("lafayette-admin", "-c", path, *args, want=want)

    def tables(self):
        return {row["TABLE_NAME"] for row in self.db.query(
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'arf'")}

    def shape(self):
        """All that information_schema tells of the columns, keys and tables."""
        return [self.db.query(sql) for sql in (
            "SELECT TABLE_NAME, ENGINE, ROW_FORMAT, TABLE_COLLATION FROM information_schema.TABLES "
            "WHERE TABLE_SCHEMA = 'arf' ORDER BY 1",
            "SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_DEFAULT, IS_NULLABLE, COLUMN_TYPE, "
            "COLLATION_NAME, EXTRA FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'arf' ORDER BY 1, 3",
            "SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, SUB_PART, NON_UNIQUE "
            "FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'arf' ORDER BY 1, 2, 3")]

    def test_init_makes_what_forensic_sql_makes(self):
        self.admin("init", want=0)
        made = self.shape()
        self.assertEqual(self.tables(), TABLES)
        self.db.execute("DROP DATABASE arf; CREATE DATABASE arf")
        self.db.source(ROOT / "forensic.sql")
        self.assertEqual(self.shape(), made)
        for table in made[0]:
            self.assertEqual((table["ENGINE"], table["ROW_FORMAT"], table["TABLE_COLLATION"]),
                             ("InnoDB", "Dynamic", "utf8mb4_unicode_ci"), table)
        keyed = {row["TABLE_NAME"] for row in made[2] if row["INDEX_NAME"] == "PRIMARY"}
        self.assertEqual(keyed, TABLES)  # a cluster wants a primary key in every table

    def test_init_twice_changes_nothing(self):
        self.admin("init", want=0)
        self.db.execute("UPDATE idBlock SET next = 500; INSERT INTO asn VALUES (64496, 'a@example.com')")
        before = self.shape()
        self.admin("init", want=0)
        self.db.source(ROOT / "forensic.sql")
        self.assertEqual(self.shape(), before)
        self.assertEqual(self.db.value("SELECT MIN(next) FROM idBlock"), "500")
        self.assertEqual(self.db.value("SELECT email FROM asn"), "a@example.com")
        self.assertEqual(self.db.value("SELECT COUNT(*) FROM schemaVersion"), "1")

    def test_init_finishes_what_was_begun(self):
        self.admin("init", want=0)
        made = self.shape()
        self.db.execute("DROP TABLE url, schemaVersion, rawMessage")
        self.admin("init", want=0)
        self.assertEqual(self.shape(), made)

    def test_a_database_of_the_original_is_left_alone(self):
        self.db.execute("CREATE TABLE arfEmail (emailId INT PRIMARY KEY, content TEXT)")
        done = self.admin("init", want=78)
        self.assertIn("lafayette-admin upgrade", done.stderr)
        with self.assertRaisesRegex(RuntimeError, "parserVersion"):
            self.db.source(ROOT / "forensic.sql")
        self.assertEqual(self.tables(), {"arfEmail"})

    def test_another_version_is_left_alone(self):
        self.admin("init", want=0)
        self.db.execute("UPDATE schemaVersion SET version = 1000; DROP TABLE url")
        self.assertIn("newer Lafayette", self.admin("init", want=78).stderr)
        self.assertNotIn("url", self.tables())

    def test_a_sites_own_sql_goes_on_working(self):
        self.admin("init", want=0)
        self.db.query("SELECT a.emailId, d.domain, a.arrivalDate, l.emailLocal FROM arfEmail a JOIN domain d "
                      "ON a.sourceDomainId=d.domainId JOIN emailLocal l ON "
                      "a.originalMailFromLocalId=l.emailLocalId WHERE a.feedbackType='auth-failure' "
                      "AND a.emailType='normal' AND a.deliveryResult='none' AND a.reported=0 "
                      "AND a.sourceIp=INET6_ATON('192.0.2.1') ORDER BY a.emailId DESC")
        self.db.query("SELECT u.url, u.firstSeen, u.lastSeen, u.urlIp, u.urlAsn FROM url u, emailUrl e, arfEmail a "
                      "WHERE u.urlId=e.urlId AND e.emailId=a.emailId AND a.subject LIKE '%wire%'")
        self.db.query("SELECT f.hash, f.filename FROM file f, emailFile e WHERE f.fileId=e.fileId")
        self.db.query("SELECT email FROM asn WHERE asn=64496")

    def test_exit_codes(self):
        good = self.db.config()
        cases = [
            ("wrong password", ["init"], good.replace("dbPassword = lafayette", "dbPassword = x"), 78, "dbPassword"),
            ("no database", ["init"], good.replace("dbName = arf", "dbName = arf_none"), 78, "dbName"),
            ("no server", ["init"], good.replace(self.db.socket, "/nonexistent/socket"), 75, "/nonexistent/socket"),
            ("bad config", ["init"], good + "nonsense = 1\n", 78, "nonsense"),
            ("argument", ["init", "x"], good, 64, "one argument too many"),
            ("command", ["destroy"], good, 64, "destroy"),
            ("no command", [], good, 64, "usage"),
            ("option", ["--destroy"], good, 64, "destroy"),
        ]
        for label, args, config, code, says in cases:
            with self.subTest(label):
                done = self.admin(*args, want=code, config=config)
                self.assertIn(says, done.stderr)
                self.assertEqual(done.stdout, "")

    def test_help_of_a_command(self):
        for command in ("init", "upgrade"):
            with self.subTest(command):
                self.assertRegex(self.admin(command, "--help", want=0).stdout, f"^usage: lafayette-admin {command}\n\n.")
        self.assertEqual(self.tables(), set())

    def test_help_and_version(self):
        self.assertIn("init", run("lafayette-admin", "--help", want=0).stdout)
        self.assertRegex(run("lafayette-admin", "--version", want=0).stdout, r"^lafayette-admin \d+\.\d+\.\d+\n$")


class DatesTest(unittest.TestCase):
    def test_first_and_last_seen(self):
        """Two runs that meet the same URLs: what the second one saw is written, too."""
        folder = temp_folder(self)
        with PrivateMariadb() as db:
            path = folder / "forensic.cfg"
            path.write_text(db.config(), encoding="utf-8")
            run("lafayette-admin", "-c", path, "init", want=0)
            for n, end in enumerate(("2026-01-20T00:00:00Z", "2026-01-31T00:00:00Z", "2026-01-10T00:00:00Z")):
                subprocess.run([sys.executable, TOOLS / "gen_reports.py", "-q", "-n", "300", "--days", "5", "--seed", "1",
                                "--end", end, "--maildir", folder / str(n)], check=True)
                run("lafayette-ingest", "-q", "-c", path, "--no-enrich", folder / str(n), want=0,
                    env={"LAFAYETTE_NOW": "1769817600"})
            wrong = db.query(WRONG_DATES)[0]
        self.assertGreater(int(wrong["urls"]), 500)
        self.assertEqual((int(wrong["first"]), int(wrong["last"])), (0, 0))


if __name__ == "__main__":
    unittest.main()
