# SPDX-License-Identifier: Apache-2.0
"""lafayette-admin doctor: each thing that is wrong gets a line that says what to do, and is mended where it can be."""
import fcntl
import os
import subprocess
import unittest

import harness
from harness import mmdb
from harness.fake_rdap import FakeRdap
from harness.ingest_site import Site, fate, generate
from harness.nsd import PrivateNsd


class DoctorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = harness.PrivateMariadb.for_class(cls, "--innodb-flush-log-at-trx-commit=1")
        temp = harness.TempFolder()
        cls.folder = temp.__enter__()
        cls.addClassCleanup(temp.__exit__)
        cls.pool = cls.folder / "pool"
        cls.ids = generate(cls.pool, 60)

    def setUp(self):
        self.site = self.fresh()

    def fresh(self):
        folder = self.folder / self.id().rpartition(".")[2]
        folder.mkdir()
        self.server.execute("DROP DATABASE IF EXISTS arf; CREATE DATABASE arf", name=None)
        site = Site(self.server, folder)
        site.path.chmod(0o640)
        site.refill(self.pool)
        site.ingest(want=0)
        return site

    def doctor(self, *args, want=0, env=None, network=("--offline",)):
        done = harness.run("lafayette-admin", "-c", self.site.path, "doctor", *network, *args, env=self.site.environment(env),
                           want=want)
        self.assertTrue(all(line[:6] in ("ok    ", "note  ", "later ", "act   ") for line in done.stdout.splitlines()))
        return done.stdout

    def problems(self, *args, want=78):
        return [line for line in self.doctor(*args, want=want).splitlines() if line[:5] in ("later", "act  ")]

    def test_all_is_well(self):
        for args in ([], ["--full"], ["--repair"]):
            text = self.doctor(*args)
            for line in ("ok    config: ", "ok    database: schema version", "ok    feed mailbox: 0 messages in maildir:",
                         "ok    state folder: ", "ok    held: no message is held", "ok    rows: ",
                         "note  feed mailbox: the last run ended "):
                self.assertIn(line, text)

    def test_the_file(self):
        text = self.site.path.read_text()
        cases = [
            ("colon", "[web]\nhost: 127.0.0.1\n", "write \"host = ...\""),
            ("comment behind a value", "[reports]\narfZip = always ; or never\n", "part of arfZip, no comment"),
            ("per cent", "[reports]\nemail = a%%b@example.com\n", "%% in email"),
            ("comment", "; old comment\n", "comments begin with #"),
            ("continued", "[reports]\nemail = a@example.com,\n  b@example.com\n", "goes on from the one before"),
            ("unknown key", "[web]\ncolour = red\n", "colour"),
            ("a file of a password", "[reports]\narfPasswordFile = open.txt\n", "everybody may read"),
        ]
        secret = self.site.folder / "open.txt"
        secret.write_text("x\n")
        secret.chmod(0o644)
        for label, more, says in cases:
            with self.subTest(label):
                self.site.path.write_text(text + more)
                self.assertTrue(any(says in line for line in self.problems()), self.problems())
        self.site.path.write_text(text + "[web]\nsecret_key = ab%%c ;d\n")
        self.assertEqual(self.doctor().count("harmless when it belongs to the password"), 2)
        self.assertNotIn("ab%", self.doctor())
        self.site.path.write_text(text)
        for mode, says in ((0o644, "everybody may read"), (0o660, "others may write"), (0o646, "others may write")):
            self.site.path.chmod(mode)
            self.assertTrue(any(says in line for line in self.problems()))

    def test_the_database(self):
        text = self.site.path.read_text()
        self.site.path.write_text(text.replace(self.server.socket, "/nonexistent/socket"))
        found = self.problems(want=75)
        self.assertTrue(found[0].startswith("later database: "), found)
        self.site.path.write_text(text.replace("dbPassword = lafayette", "dbPassword = wrong"))
        self.assertIn("act   database: ", self.problems()[0])
        self.site.path.write_text(text)
        self.site.execute("UPDATE schemaVersion SET version = 1000")
        self.assertIn("newer Lafayette", "".join(self.problems()))
        self.site.execute("UPDATE schemaVersion SET version = (SELECT 1) ")
        self.server.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 2", name=None)
        try:
            self.assertIn("innodb_flush_log_at_trx_commit is 2", "".join(self.doctor(want=78)))
        finally:
            self.server.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 1", name=None)

    def test_the_clock(self):
        self.assertIn("its clock is", self.doctor(want=78, env={"LAFAYETTE_NOW": "1000000000"}))

    def test_feeds(self):
        text = self.site.path.read_text()
        self.site.path.write_text(text + "[gone]\nsource = maildir:nowhere\n[away]\nimapHost = 127.0.0.1\nimapPort = 1\n"
                                         "imapTls = none\nimapUser = u\nimapPassword = p\n")
        found = self.problems()
        self.assertTrue(any(line.startswith("act   feed gone: ") for line in found), found)
        self.assertTrue(any(line.startswith("later feed away: ") for line in found), found)
        self.assertEqual(self.problems("--feed", "mailbox", want=0), [])
        self.assertNotIn("feed gone", self.doctor("--feed", "mailbox"))
        self.problems("--feed", "away", want=75)
        self.doctor("--feed", "none", want=78)
        self.site.path.write_text(text)
        if os.geteuid() != 0:
            os.chmod(self.site.maildir / "new", 0o500)
            self.assertIn("must be writable", "".join(self.problems()))
            os.chmod(self.site.maildir / "new", 0o700)

    def test_a_run_at_work_and_a_stuck_one(self):
        lock = self.site.state / "mailbox.lock"
        with open(lock, "rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            os.utime(lock)
            self.assertIn("note  feed mailbox: a run has been at work", self.doctor())
            os.utime(lock, (1_700_000_000, 1_700_000_000))
            self.assertIn("look whether it is stuck", "".join(self.problems()))

    def test_a_message_on_which_a_run_died(self):
        self.site.deliver(b"Subject: deadly-mark\n\nx\n", "deadly")
        self.site.ingest(env={"LD_PRELOAD": str(fate()), "FATE_MARK": "deadly-mark"})
        self.assertIn("a run died with 1 messages in work", self.doctor())
        self.assertIn("a run died with 1 messages in work", self.doctor())  # looking does not clear it

    def test_held_messages(self):
        for number in range(3):
            self.site.deliver(b"Subject: no report %d\n\nhello\n" % number, str(number))
        self.site.ingest(want=0)
        self.assertIn("note  held: 3 unreadable: ", self.doctor())
        self.site.execute("UPDATE heldMessage SET reason = 'a\u202e\x1b[0m'")
        self.assertIn("a\\u{202E}\\u{001B}[0m", self.doctor())

    def test_rows_that_do_not_fit_together(self):
        site = self.site
        some = "(SELECT * FROM (SELECT MIN(emailId) FROM arfEmail) x)"
        cases = [
            ("DELETE FROM pattern LIMIT 3", "emailPattern to no pattern", False),
            ("DELETE FROM emailLocal WHERE emailLocalId = (SELECT originalFromLocalId FROM arfEmail LIMIT 1)",
             "originalFromLocalId of no emailLocal", False),
            ("DELETE FROM arfEmail WHERE emailId = " + some, "emailUrl of no mail|emailPattern of no mail", True),
            ("DELETE FROM rawMessage WHERE rawId = (SELECT MIN(rawId) FROM arfEmail)", "octets are gone", True),
            ("UPDATE url SET firstSeen = lastSeen + INTERVAL 1 DAY, lastSeen = lastSeen + INTERVAL 2 DAY",
             "url with wrong firstSeen", True),
            ("UPDATE file SET lastSeen = '1990-01-01'", "file with wrong firstSeen", True),
            ("INSERT INTO rawMessage SELECT 777777, 1, 0, body FROM rawMessage LIMIT 1", "octets of no mail: 1;", True),
        ]
        for sql, says, mends in cases:
            with self.subTest(says):
                site.execute(sql)
                found = " ".join(self.problems("--full"))
                self.assertTrue(any(words in found for words in says.split("|")), found)
                if mends:
                    self.assertIn(", mended", self.doctor("--repair"))
                    self.assertEqual(self.problems("--full", want=0), [])
                else:
                    self.assertIn("reparse --all", " ".join(self.problems("--repair")))
                    site.admin("reparse", "--all")
                    self.assertEqual(self.problems("--full", want=0), [])
        self.assertEqual(set(site.loose_ends()) - {"mails without their octets", "ledger rows without a mail"}, set())

    def test_many_held_messages(self):
        """What is stored and held is found by hashing, not by comparing each row with each."""
        root = {"user": "root", "password": None}
        self.site.execute("INSERT INTO heldMessage (heldId, kind, reason, receivedDate, digest) SELECT seq, 'aggregate', '', "
                          "NOW(), UNHEX(SHA2(seq, 256)) FROM seq_1_to_3000; INSERT INTO heldMessage (heldId, kind, reason, "
                          "receivedDate, digest) SELECT 99999, 'aggregate', '', NOW(), digest FROM arfEmail LIMIT 1")
        self.server.execute("TRUNCATE mysql.general_log; SET GLOBAL log_output = 'TABLE', general_log = 1", **root)
        self.addCleanup(self.server.execute, "SET GLOBAL general_log = 0", **root)
        self.assertIn("messages both stored and held: 1;", " ".join(self.problems("--full")))
        said = [row["argument"] for row in self.server.query(
            "SELECT argument FROM mysql.general_log WHERE command_type IN ('Query', 'Execute') AND thread_id = (SELECT thread_id "
            "FROM mysql.general_log WHERE argument LIKE 'SELECT COUNT%heldMessage h JOIN arfEmail%' LIMIT 1)", **root)]
        join = next(sql for sql in said if "heldMessage h JOIN arfEmail" in sql)
        settings = "".join(f"{sql};" for sql in said if sql.startswith("SET SESSION"))
        plan = self.server.query(f"{settings} EXPLAIN {join}")
        self.assertIn("BNLH", " ".join(row["Extra"] or "" for row in plan))

    def test_a_check_that_loses_its_connection(self):
        """It is told, and the other checks have a new connection."""
        root = {"user": "root", "password": None}
        locker = subprocess.Popen(["mariadb", "--no-defaults", f"--socket={self.server.socket}", "--user=root", "arf"],
                                  stdin=subprocess.PIPE)
        self.addCleanup(locker.wait)
        self.addCleanup(locker.stdin.close)
        self.addCleanup(locker.kill)
        locker.stdin.write(b"LOCK TABLES pattern WRITE; SELECT SLEEP(1000);\n")
        locker.stdin.flush()
        busy = "SELECT id FROM information_schema.PROCESSLIST WHERE "
        holds = busy + "info LIKE '%SLEEP(1000)' AND id <> CONNECTION_ID()"
        harness.wait_for(lambda: self.server.value(holds, **root), "the lock")
        child = subprocess.Popen([harness.program("lafayette-admin"), "-c", self.site.path, "doctor", "--offline", "--full"],
                                 env=self.site.environment(), stdout=subprocess.PIPE, text=True)
        self.addCleanup(child.kill)
        waits = busy + "state LIKE 'Waiting for table%' AND info LIKE '%pattern%' AND id <> CONNECTION_ID()"
        harness.wait_for(lambda: self.server.value(waits, **root), "a check that waits")
        self.server.execute(f"KILL {self.server.value(waits, **root)}", **root)
        self.server.execute(f"KILL {self.server.value(holds, **root)}", **root)
        text = child.communicate(timeout=60 * harness.PATIENCE)[0]
        self.assertRegex(text, "later +emailPattern to no pattern: ")
        self.assertEqual([line for line in text.splitlines() if line.startswith("later")][1:], [], text)
        self.assertIn("held: no message is held", text)

    def test_repair_removes_what_no_mail_uses(self):
        self.site.execute("INSERT INTO emailLocal VALUES (55555, 'somebody', REPEAT('x', 32))")
        self.assertIn("locals 1", self.doctor("--repair"))
        self.assertIsNone(self.site.value("SELECT 1 FROM emailLocal WHERE emailLocalId = 55555"))

    def test_wrong_use(self):
        self.doctor("--none", want=64)
        self.doctor("x", want=64)


class DoctorOfSourcesTest(unittest.TestCase):
    """Resolver, zones, lists, RDAP, files of networks: what is asked is on 127.0.0.1."""
    ZEN = "2.0.0.127 A 127.0.0.2\n2.0.0.127 A 127.0.0.4\n2.0.0.127 A 127.0.0.10"
    SURBL = "test.surbl.org A 127.0.0.254\nsurbl-org-permanent-test-point.com A 127.0.0.254\n"
    ZONES = {"127.in-addr.arpa": "1.0.0 PTR localhost.", "origin.test": "", "origin6.test": "", "asn.test": "",
             "abuse.test": "", "zen.spamhaus.org": ZEN, "list.test": "2.0.0.127 A 127.0.0.2", "multi.surbl.org": SURBL}

    @classmethod
    def setUpClass(cls):
        cls.server = harness.PrivateMariadb.for_class(cls, "--innodb-flush-log-at-trx-commit=1")

    def setUp(self):
        self.dns = self.enterContext(PrivateNsd(zones=self.ZONES))
        self.server.execute("DROP DATABASE IF EXISTS arf; CREATE DATABASE arf", name=None)
        self.site = Site(self.server, harness.temp_folder(self))
        self.site.path.chmod(0o640)
        self.base = self.site.path.read_text()

    def doctor(self, more="", lists=True, servers=None, args=(), want=0):
        lists = "[dnsbl]\nzen = zen.spamhaus.org\nsurbl = multi.surbl.org\nipLists = other:list.test\n" if lists else ""
        self.site.path.write_text(f"{self.base}[dns]\nservers = {servers or self.dns.server}\ntimeout = 2000\n"
                                  "cymru4 = origin.test\ncymru6 = origin6.test\ncymruAsn = asn.test\n"
                                  f"abuse = abuse.test\n{lists}{more}")
        return harness.run("lafayette-admin", "-c", self.site.path, "doctor", *args, env=self.site.environment(),
                           want=want).stdout

    def test_all_is_well(self):
        text = self.doctor()
        for line in (f"ok    DNS: resolver ({self.dns.server}) answers", "ok    DNS zone: origin.test answers",
                     "ok    DNS zone: origin6.test answers", "ok    DNS zone: asn.test answers",
                     "ok    DNS zone: abuse.test answers", "ok    list zen: zen.spamhaus.org answers as it should",
                     "ok    list surbl: multi.surbl.org answers", "ok    list other: list.test answers",
                     "note  RDAP: [rdap] url is empty"):
            self.assertIn(line, text)
        for args in (("--offline",), ("--feed", "mailbox")):
            text = self.doctor(args=args)
            for word in ("resolver", "DNS zone", "list zen"):
                self.assertNotIn(word, text)

    def test_lists(self):
        cases = [
            ("zen.spamhaus.org", "2.0.0.127 A 127.255.255.254", 78, "act   list zen: zen.spamhaus.org: ",
             "ask through a resolver of your own"),
            ("zen.spamhaus.org", "", 78, "act   list zen: ", "does not list its own test point"),
            ("list.test", "* A 127.0.0.2", 78, "act   list other: ", "lists what it must not"),
            ("multi.surbl.org", "* A 127.0.0.1", 78, "act   list surbl: ", "resolver of your own"),
            ("list.test", "2.0.0.127 A 192.0.2.1", 78, "act   list other: ", "does not list its own test point"),
        ]
        for zone, lines, want, begins, says in cases:
            with self.subTest(f"{zone} {lines}"):
                self.dns.zone(zone, lines)
                found = [line for line in self.doctor(want=want).splitlines() if line[:5] in ("later", "act  ")]
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith(begins), found)
                self.assertIn(says, found[0])
                self.dns.zone(zone, self.ZONES[zone])
        text = self.doctor(more="[dnsbl]\nipLists = gone:gone.test\n", want=75)
        self.assertIn("later list gone: gone.test: refused", text)
        self.assertIn("lists", self.doctor(more="[dnsbl]\nipLists = nonsense\n", want=78))

    def test_a_key_is_a_secret(self):
        text = self.doctor(more="[dnsbl]\nzen = 0123456789abcdefghijklmnop.zen.dq.spamhaus.net\n", want=75)
        self.assertIn("list zen: ", text)
        self.assertNotIn("0123456789abcdefghijklmnop", text)

    def test_resolver(self):
        text = self.doctor(servers="127.0.0.1:1", want=75)
        self.assertIn("later DNS: resolver (127.0.0.1:1): ", text)
        self.assertIn("later DNS zone: abuse.test: ", text)
        self.assertIn("later list zen: zen.spamhaus.org: ", text)
        text = self.doctor(more="[dns]\nabuse = elsewhere.test\n", want=75)
        self.assertIn("later DNS zone: elsewhere.test: refused", text)
        self.assertIn("[dns] servers = nonsense", self.doctor(servers="nonsense", want=78))
        for server in ("9.9.9.9", "[2001:4860:4860::8888]:53"):
            both = f"{self.dns.server}, {server}"
            self.assertIn("is a public resolver", self.doctor(servers=both, want=78))
            self.assertNotIn("public resolver", self.doctor(servers=both, lists=False))

    def test_rdap(self):
        rdap = self.enterContext(FakeRdap())
        more = f"[rdap]\nurl = {rdap.url}\ncaFile = {rdap.ca_file}\n"
        for answer in ({"rdapConformance": ["rdap_level_0"]}, 404):
            rdap.answers["/help"] = answer
            self.assertIn(f"ok    RDAP: {rdap.url} answers", self.doctor(more))
        self.assertEqual(rdap.paths, ["/help"] * 2)
        rdap.answers["/help"] = 503
        self.assertIn("HTTP status 503", self.doctor(more, want=75))
        self.assertIn("certificate", self.doctor(f"[rdap]\nurl = {rdap.url}\n", want=75))
        self.assertIn("act   RDAP: [rdap] url = http://rdap.example/: not https",
                      self.doctor("[rdap]\nurl = http://rdap.example/\n", args=("--offline",), want=78))
        for line in ("zen = https://zen.example", "ipLists = zen.example"):  # what no run would get past
            self.assertIn("act   lists: [dnsbl] ", self.doctor(f"[dnsbl]\n{line}\n", args=("--offline",), want=78))
        rdap.answers["/ipv4.json"] = {"services": [[["198.18.0.0/15"], ["https://rdap.example/"]]]}
        lists = f"[rdap]\nurl = bootstrap\nbootstrap = {rdap.url}\ncaFile = {rdap.ca_file}\n"
        self.assertIn("ok    RDAP: bootstrap answers", self.doctor(lists))
        for copy in self.site.state.glob("rdap-*"):
            copy.unlink()
        rdap.answers["/ipv4.json"] = 404
        self.assertIn("later RDAP: bootstrap: list of RDAP servers", self.doctor(lists, want=75))

    def test_files_of_networks(self):
        csv = self.site.folder / "networks.csv"
        csv.write_text("prefix,asn,abuse\n198.18.0.0/16,64500,a@x.example\n")
        self.assertIn(f"ok    networks file: 1 networks in {csv}", self.doctor(f"[networks]\nfile = {csv}\n"))
        csv.write_text('prefix,asn,abuse\n2001:db8::/32,64500,"a@x.example,Desk <b@x.example>"\n198.18.0.0/16,1,\n'
                       "198.19.0.0/16,64500,form: https://x.example\n")
        self.assertRegex(self.doctor(f"[networks]\nfile = {csv}\n"),
                         "note  networks file: abuse is .* in 2 networks; one is ")
        mmdb.write(self.site.folder / "asn.mmdb", {"198.18.0.0/15": {"autonomous_system_number": 64500}})
        self.assertIn("ok    asnDb: ", self.doctor(f"[networks]\nasnDb = {self.site.folder / 'asn.mmdb'}\n"))
        csv.write_text("prefix,asn,abuse\nnonsense,64500,a@x.example\n")
        self.assertIn("act   networks file: ", self.doctor(f"[networks]\nfile = {csv}\n", want=78))
        text = self.doctor(f"[networks]\nfile = /nonexistent\ncountryDb = {csv}\nasnDb = /nonexistent\n", want=78)
        for what in ("networks file", "countryDb", "asnDb"):
            self.assertIn(f"act   {what}: ", text)


if __name__ == "__main__":
    unittest.main()
