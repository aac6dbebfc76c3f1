# SPDX-License-Identifier: Apache-2.0
"""Who sent the mails: looked up behind a run against a real nsd, once each, whatever dies, lies or stays silent."""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

import harness
from harness.dns_liar import DnsLiar
from harness.ingest_site import KILLED, TABLES, Site, counts, fate
from harness.nsd import PrivateNsd

REPORTS = 80 if harness.SANITIZED else 300
LISTS = "[dnsbl]\nzen = zen.spamhaus.org\ndbl = dbl.spamhaus.org\nsurbl = multi.surbl.org\n"
LINE = re.compile(r"lookups asked=(\d+) found=(\d+) none=(\d+) not-known=(\d+) mails=(\d+) left=(\d+) in=([\d.]+)")
TOLD = """SELECT a.reportMessageId, a.sourceAsn, a.countryCode, COALESCE(d.domain, '') AS sourceDomain,
  a.sourceDomainConfirmed, LENGTH(a.sourceIp) AS octets FROM arfEmail a LEFT JOIN domain d ON d.domainId = a.sourceDomainId"""
FACTS = ["ipFact", "hostFact", "network", "asName", "ipListing", "hostListing"]
# What the mails and URLs say, so that two runs can be compared; ids left out.
ALL_TOLD = f"""SELECT CONCAT_WS('|', t.reportMessageId, t.sourceAsn, t.countryCode, t.sourceDomain,
  t.sourceDomainConfirmed) AS text FROM ({TOLD}) t UNION ALL
  SELECT CONCAT_WS('|', MD5(url), INET6_NTOA(urlIp), urlAsn, urlCountryCode) FROM url"""


NOBODY = "127.0.0.1:1"


class LossyRelay:
    """UDP in front of a DNS server; each 1/`part`-th datagram, in both directions, is lost."""

    def __init__(self, port, part):
        self.to, self.part, self.passed, self.lost = ("127.0.0.1", port), part, 0, 0
        self.front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.front.bind(("127.0.0.1", 0))
        self.port = self.front.getsockname()[1]
        self.lock, self.backs = threading.Lock(), {}
        threading.Thread(target=self.inward, daemon=True).start()

    def passes(self):
        with self.lock:
            self.passed += 1
            self.lost += self.passed % self.part == 0
            return self.passed % self.part != 0

    def inward(self):
        while True:
            octets, peer = self.front.recvfrom(65535)
            if peer not in self.backs:
                self.backs[peer] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self.backs[peer].connect(self.to)
                threading.Thread(target=self.outward, args=(self.backs[peer], peer), daemon=True).start()
            if self.passes():
                self.backs[peer].send(octets)

    def outward(self, back, peer):
        while True:
            octets = back.recv(65535)
            if self.passes():
                self.front.sendto(octets, peer)


class LookupCase(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = harness.PrivateMariadb.for_class(cls)
        temp = harness.TempFolder()
        cls.folder = temp.__enter__()
        cls.addClassCleanup(temp.__exit__)
        subprocess.run([sys.executable, harness.TOOLS / "gen_reports.py", "-q", "-n", str(REPORTS), "--end", "now",
                        "--days", "3", "--ips", "400", "--maildir", cls.folder / "pool", "--truth",
                        cls.folder / "truth", "--zones", cls.folder / "zones", "--networks",
                        cls.folder / "networks.csv"], check=True)
        with open(cls.folder / "truth", encoding="utf-8") as lines:
            cls.truth = {line["messageId"]: line for line in map(json.loads, lines)}
        cls.dns = PrivateNsd(cls.folder / "zones")
        cls.dns.__enter__()
        cls.addClassCleanup(cls.dns.__exit__)

    def site(self, dns=None, lists=LISTS, **how):
        folder = self.folder / self.id().rpartition(".")[2]
        folder.mkdir(exist_ok=True)
        self.server.execute("DROP DATABASE IF EXISTS arf; CREATE DATABASE arf", name=None)
        site = Site(self.server, folder, ingest="batch = 64")
        self.set_dns(site, dns, lists, **how)
        site.refill(self.folder / "pool")
        return site

    def set_dns(self, site, dns=None, lists=LISTS, budget=600, timeout=10000, more=""):
        text = site.path.read_text().partition("# DNS\n")[0]
        site.path.write_text(f"{text}\n# DNS\n[dns]\nservers = {dns or self.dns.server}\ntimeout = {timeout}\n"
                             f"budget = {budget}\n{lists}{more}\n")

    def run_ingest(self, site, *args, env=None, **how):
        """(Finished, figures of the lookups or None)."""
        done = site.ingest(*(args or ("-f", "mailbox")), want=how.pop("want", 0), env=env, timeout=200, **how)
        match = LINE.search(done.stderr)
        return done, match and {name: float(figure) for name, figure in zip(
            ("asked", "found", "none", "not_known", "mails", "left", "seconds"), match.groups())}

    def assert_truth(self, site):
        rows = self.server.query(TOLD, name=site.name)
        self.assertEqual(len(rows), REPORTS)
        wrong = [(row, want) for row in rows for want in [self.truth[row["reportMessageId"]]]
                 if (row["sourceAsn"], row["countryCode"], row["sourceDomain"])
                 != (str(want["sourceAsn"]), want["countryCode"], want["sourceDomain"] or "")]
        self.assertEqual(wrong[:3], [], f"{len(wrong)} mails are not told the truth")
        self.assertEqual(self.waiting(site), 0)
        self.assertEqual(site.loose_ends(), {})
        return rows

    def waiting(self, site):
        return int(site.value("SELECT COUNT(*) FROM lookup"))

    def forget_mails(self, site):
        """The facts and names stay."""
        site.execute("".join(f"DELETE FROM {table};" for table in TABLES if table != "domain"))
        site.empty_maildir()
        for name in os.listdir(self.folder / "pool" / "new"):
            os.link(self.folder / "pool" / "new" / name, site.maildir / "new" / name)


class TruthTest(LookupCase):
    def test_one_run_tells_the_truth(self):
        site = self.site()
        done, told = self.run_ingest(site)
        self.assertEqual(counts(done), (REPORTS, 0, 0, 0))
        self.assertTrue(done.stdout.splitlines()[-1].startswith("ingested "), done)
        rows = self.assert_truth(site)
        self.assertEqual((told["left"], told["not_known"]), (0, 0))
        self.assertLessEqual(told["mails"], REPORTS)  # others were stored when all was known of them
        self.assertGreaterEqual(told["mails"], 64)
        self.assertTrue(any(row["octets"] == "16" for row in rows), "no IPv6 among the sources")
        # Two in three names point back (gen_reports.py).
        confirmed = {row["sourceDomainConfirmed"] for row in rows if row["sourceDomain"]}
        self.assertEqual(confirmed, {"0", "1"})
        # Some hosts are in no zone: that they have no address is known, too.
        self.assertEqual(int(site.value(
            "SELECT COUNT(*) FROM emailUrl x JOIN url u USING (urlId) LEFT JOIN hostFact f ON f.domainId = u.urlDomainId "
            "WHERE x.flags & 1 = 0 AND (f.checked IS NULL OR NOT (u.urlIp <=> f.ip AND u.urlAsn <=> f.asn AND "
            "u.urlCountryCode <=> f.countryCode))")), 0)
        self.assertGreater(int(site.value("SELECT COUNT(*) FROM url WHERE urlAsn > 0 AND urlCountryCode > ''")), 50)
        self.assertEqual(site.value("SELECT GROUP_CONCAT(DISTINCT list ORDER BY list) FROM ipListing"), "zen")
        self.assertEqual(site.value("SELECT GROUP_CONCAT(DISTINCT CONCAT(list, state) ORDER BY list, state) FROM "
                                    "hostListing"), "dblclean,dbllisted,surblclean,surbllisted")
        self.assertEqual(int(site.value("SELECT COUNT(*) FROM (SELECT DISTINCT sourceAsn AS asn FROM arfEmail) a "
                                        "LEFT JOIN asName USING (asn) WHERE COALESCE(name, '') = ''")), 0)
        print(f"{told['asked'] / REPORTS:.2f} questions a report over {REPORTS} reports")

    def test_looked_up_while_mails_are_stored(self):
        site = self.site()
        child = site.start_held(10, "-f", "mailbox")  # of the first batch, which has 64
        told = "SELECT COUNT(*) FROM arfEmail WHERE sourceAsn IS NOT NULL"
        harness.wait_for(lambda: int(site.value(told)) >= 64 or child.poll() is not None, "mails that are told")
        self.assertIsNone(child.poll())
        self.assertEqual(len(site.done()), 10)
        site.go_on()
        _, stderr = child.communicate(timeout=120 * harness.PATIENCE)
        self.assertEqual(child.returncode, 0, stderr)
        self.assertEqual(site.column("SELECT DISTINCT ingested FROM feedRun"), [str(REPORTS)])
        self.assert_truth(site)

    def test_networks_of_a_file_are_asked_of_nobody(self):
        site = self.site(dns=NOBODY, lists="", timeout=500,
                         more=f"[networks]\nfile = {self.folder}/networks.csv\n")
        _, told = self.run_ingest(site)
        self.assertEqual(told["mails"], 0)  # names are asked of DNS, and nobody answers
        self.assertEqual(int(site.value("SELECT COUNT(*) FROM arfEmail WHERE sourceAsn IS NULL OR countryCode IS NULL")), 0)
        self.set_dns(site, lists="", more=f"[networks]\nfile = {self.folder}/networks.csv\n")
        self.run_ingest(site, "--enrich-only")
        self.assert_truth(site)
        self.assertEqual(site.column("SELECT DISTINCT networkFrom FROM ipFact"), ["file"])

    def test_what_is_known_is_not_asked(self):
        env = {"LAFAYETTE_NOW": str(int(time.time()) + 60)}  # so that nothing expires meanwhile
        site = self.site()
        _, cold = self.run_ingest(site, env=env)
        first = sorted(site.column(ALL_TOLD))
        self.forget_mails(site)
        done, warm = self.run_ingest(site, env=env)
        self.assertGreater(cold["asked"], 0)
        self.assertEqual(warm, None, done)
        self.assert_truth(site)
        self.assertEqual(sorted(site.column(ALL_TOLD)), first)
        # Two days later all has expired, and the mails that come then are told what is true then.
        site.execute("UPDATE ipFact SET asn = 1, countryCode = 'XX', domainId = NULL; UPDATE hostFact SET asn = 1")
        self.forget_mails(site)
        later = {"LAFAYETTE_NOW": str(int(time.time()) + 2 * 86400)}
        _, again = self.run_ingest(site, env=later)
        self.assertGreater(again["asked"], REPORTS / 2)
        self.assert_truth(site)
        self.assertEqual(sorted(site.column(ALL_TOLD)), first)

    def test_old_mails_are_not_told_what_is_true_today(self):
        site = self.site()
        self.run_ingest(site)
        self.forget_mails(site)
        later = {"LAFAYETTE_NOW": str(int(time.time()) + 20 * 86400)}
        site.execute("UPDATE ipFact SET domainExpires = '2099-01-01', networkExpires = '2099-01-01'")
        _, told = self.run_ingest(site, env=later)
        self.assertEqual((told, self.waiting(site)), (None, 0))
        self.assertEqual(int(site.value("SELECT COUNT(*) FROM arfEmail WHERE sourceAsn IS NOT NULL OR sourceDomainId "
                                        "IS NOT NULL")), 0)
        self.assertEqual(int(site.value("SELECT COUNT(*) FROM url WHERE urlIp IS NOT NULL")), 0)
        # What waited too long leaves.
        self.forget_mails(site)
        site.execute("".join(f"DELETE FROM {table};" for table in FACTS))
        self.run_ingest(site, "--no-enrich", "-f", "mailbox")
        self.assertGreater(self.waiting(site), 0)
        done, _ = self.run_ingest(site, "--enrich-only", env=later)
        self.assertEqual(self.waiting(site), 0, done)
        self.assertEqual(int(site.value("SELECT COUNT(*) FROM arfEmail WHERE sourceAsn IS NOT NULL")), 0)


class FaultTest(LookupCase):
    def test_a_silent_server_keeps_to_the_budget(self):
        with DnsLiar(mode="silent") as liar:
            # Who waited for the answers would wait for 60 s, and then for 120.
            site = self.site(dns=liar.server, budget=3, timeout=60000)
            done, told = self.run_ingest(site)
            self.assertLess(told["seconds"], 20 * harness.PATIENCE, done)
        self.assertEqual(counts(done), (REPORTS, 0, 0, 0))
        self.assertEqual((told["mails"], self.waiting(site)), (0, REPORTS))
        self.assertEqual(int(site.value("SELECT COUNT(*) FROM ipFact")), 0)
        self.assertEqual(int(site.value("SELECT COUNT(*) FROM arfEmail WHERE sourceAsn IS NOT NULL")), 0)
        self.set_dns(site)
        done, told = self.run_ingest(site, "--enrich-only")
        self.assertRegex(done.stdout, rf"^looked up {REPORTS}, left 0 in ")
        self.assert_truth(site)

    def test_a_dead_server_beside_a_good_one(self):
        site = self.site(dns=f"{NOBODY}, {self.dns.server}", timeout=2000)
        self.run_ingest(site)
        self.run_ingest(site, "--enrich-only")
        self.assert_truth(site)

    def test_no_threads(self):
        """Questions and writing go one after the other where the system has no thread left."""
        site = self.site()
        self.run_ingest(site, "-f", "mailbox", "--no-enrich")
        self.run_ingest(site, "--enrich-only", env={"LD_PRELOAD": str(fate()), "FATE_THREADS": "1"})
        self.assert_truth(site)

    def test_one_answer_of_a_hundred_is_lost(self):
        relay = LossyRelay(self.dns.port, 100)  # questions, and as many answers
        # No more at once than the relay's socket holds: what overflows would be lost, too.
        site = self.site(dns=f"127.0.0.1:{relay.port}", timeout=1000, more="[dns]\ninFlight = 50\n")
        self.run_ingest(site)
        self.assertGreater(relay.lost, 5)
        for _ in range(5):  # a question of which each try was lost waits for the next run
            if self.waiting(site) > 0:
                self.run_ingest(site, "--enrich-only")
        self.assert_truth(site)

    def test_a_list_that_refuses_us_is_asked_once(self):
        with PrivateNsd(self.folder / "zones", zones={"refuses.test.example": "* A 127.255.255.254"}) as dns:
            lists = LISTS.replace("zen.spamhaus.org", "refuses.test.example")
            site = self.site(dns=dns.server, lists=lists)
            done, told = self.run_ingest(site)
        self.assertEqual((told["mails"], self.waiting(site)), (0, REPORTS))
        self.assertEqual(done.stderr.count("zen refuses"), 1, done)
        self.assertEqual(int(site.value("SELECT COUNT(*) FROM ipListing")), 0)
        self.set_dns(site)
        self.run_ingest(site, "--enrich-only")
        self.assert_truth(site)

    def test_a_signal_ends_it(self):
        with DnsLiar(mode="silent") as liar:
            site = self.site(dns=liar.server, budget=600)
            self.run_ingest(site, "--no-enrich", "-f", "mailbox")
            child = site.start("--enrich-only")
            harness.wait_for(lambda: liar.asked, "the first question")
            child.send_signal(signal.SIGTERM)
            _, stderr = child.communicate(timeout=30 * harness.PATIENCE)
        self.assertEqual(child.returncode, 75, stderr)
        self.assertEqual(self.waiting(site), REPORTS)

    def test_one_run_at_a_time_on_a_machine(self):
        with DnsLiar(mode="silent") as liar:
            site = self.site(dns=liar.server, budget=600)
            self.run_ingest(site, "--no-enrich", "-f", "mailbox")
            child = site.start("--enrich-only")
            harness.wait_for(lambda: liar.asked, "the first question")
            done = site.ingest("-v", "--enrich-only", want=0)
            self.assertIn("another-run of=lookups", done.stderr)
            child.kill()
            child.communicate()
        self.set_dns(site)
        self.run_ingest(site, "--enrich-only")
        self.assert_truth(site)

    def test_wrong_options(self):
        site = self.site()
        for args in (("--enrich-only", "-f", "mailbox"), ("--enrich-only", "x"), ("--enrich-only", "--no-enrich"),
                     ("--no-enrich", "--parse-only", "x")):
            with self.subTest(args=args):
                site.ingest(*args, want=64)


class KillTest(LookupCase):
    """SIGKILL at the k-th write, send ... of a run that looks up; the next one completes."""

    def put_back(self, site, facts):
        """As --no-enrich left it, `facts` forgotten."""
        site.execute("UPDATE arfEmail SET sourceDomainId = NULL, sourceDomainConfirmed = NULL, sourceAsn = NULL, "
                     "countryCode = NULL; UPDATE url SET urlIp = NULL, urlAsn = NULL, urlCountryCode = NULL; "
                     "DELETE FROM lookup; INSERT INTO lookup SELECT emailId, arrivalDate FROM arfEmail;"
                     + "".join(f"DELETE FROM {table};" for table in facts))

    def test_killed_at_its_calls(self):
        site = self.site()
        self.run_ingest(site, "--no-enrich", "-f", "mailbox")
        self.assertEqual(self.waiting(site), REPORTS)
        count = site.folder / "count"
        self.assertEqual(site.doomed({"FATE_COUNT": str(count)}, "--enrich-only").code, 0)
        self.assert_truth(site)
        want = sorted(site.column(ALL_TOLD))
        calls, killed, sample = int(count.read_text()), 0, 6 if harness.SANITIZED else 16
        # Most calls are questions; what is written comes last.
        moments = [calls * i // sample for i in range(1, sample // 2)] + [calls - 4 * i for i in range(sample // 2)]
        for i, k in enumerate(moments):
            with self.subTest(call=k):
                self.put_back(site, FACTS)
                dead = site.doomed({"FATE_AT": str(k), "FATE_WHEN": ("before", "half", "after")[i % 3]}, "--enrich-only")
                self.assertIn(dead.code, (KILLED, 0), dead)
                killed += dead.code == KILLED
                self.run_ingest(site, "--enrich-only")
                self.assert_truth(site)
                self.assertEqual(sorted(site.column(ALL_TOLD)), want)
        self.assertGreaterEqual(killed, sample // 2 - 1)
        print(f"{killed} of {len(moments)} runs killed, {calls} calls")

    def test_killed_while_mails_are_told(self):
        """All is known, so that a run only tells it: each of its calls."""
        site, now = self.site(), {"LAFAYETTE_NOW": str(int(time.time()) + 60)}
        self.run_ingest(site, env=now)
        want = sorted(site.column(ALL_TOLD))
        self.put_back(site, ())
        count = site.folder / "count"
        self.assertEqual(site.doomed({**now, "FATE_COUNT": str(count)}, "--enrich-only").code, 0)
        calls, killed = int(count.read_text()), 0
        for k in range(1, calls + 1, 5 if harness.SANITIZED else 1):
            with self.subTest(call=k):
                self.put_back(site, ())
                dead = site.doomed({**now, "FATE_AT": str(k), "FATE_WHEN": ("before", "half", "after")[k % 3]},
                                   "--enrich-only")
                killed += dead.code == KILLED
                _, told = self.run_ingest(site, "--enrich-only", env=now)
                self.assertEqual(told["asked"] if told else 0, 0)
                self.assertEqual((sorted(site.column(ALL_TOLD)), self.waiting(site)), (want, 0))
        self.assertGreater(killed, 5)
        print(f"{killed} of {calls} calls killed")

    def test_two_at_once(self):
        site = self.site()
        self.run_ingest(site, "--no-enrich", "-f", "mailbox")
        both = [site.start("--enrich-only", env={"LAFAYETTE_STATE": str(site.folder / f"state{i}")}) for i in range(2)]
        for child in both:
            _, stderr = child.communicate(timeout=120 * harness.PATIENCE)
            self.assertEqual(child.returncode, 0, stderr)
        self.assert_truth(site)

    def test_two_ingesters_of_one_database(self):
        site = self.site()
        names = sorted(os.listdir(site.maildir / "new"))
        other = site.folder / "half"
        other.mkdir()
        for name in names[::2]:
            os.rename(site.maildir / "new" / name, other / name)
        children = [site.start("-f", "mailbox"), site.start(other)]
        for child in children:
            _, stderr = child.communicate(timeout=120 * harness.PATIENCE)
            self.assertEqual(child.returncode, 0, stderr)
        self.run_ingest(site, "--enrich-only")
        self.assert_truth(site)


class AdminTest(LookupCase):
    def test_show_doctor_reparse_and_purge(self):
        site = self.site()
        self.run_ingest(site, "--no-enrich", "-f", "mailbox")
        self.assertIn(f"{REPORTS} mails wait for what DNS says", self.doctor(site))
        self.run_ingest(site, "--enrich-only")
        self.assertIn("no mail waits for what DNS says", self.doctor(site))
        self.show(site)
        self.reparse(site)
        site.admin("purge", "--days", "1")
        left = int(site.value("SELECT COUNT(*) FROM arfEmail"))
        self.assertTrue(0 < left < REPORTS)
        for table, use in (("ipFact", "arfEmail x ON x.sourceIp = f.ip"), ("ipListing", "arfEmail x ON x.sourceIp = f.ip"),
                           ("hostFact", "url x ON x.urlDomainId = f.domainId"),
                           ("hostListing", "url x ON x.urlDomainId = f.domainId")):
            self.assertEqual(site.value(f"SELECT COUNT(*) FROM {table} f LEFT JOIN {use} WHERE x.firstSeen IS NULL"
                                        if " url " in f" {use} " else
                                        f"SELECT COUNT(*) FROM {table} f LEFT JOIN {use} WHERE x.emailId IS NULL"), "0", table)
            self.assertGreater(int(site.value(f"SELECT COUNT(*) FROM {table}")), 0)

    def doctor(self, site):
        return harness.run("lafayette-admin", "-c", site.path, "doctor", env=site.environment()).stdout

    def show(self, site):
        row = self.server.query("SELECT a.emailId, a.sourceAsn, l.codes FROM arfEmail a JOIN ipListing l ON l.ip = "
                                "a.sourceIp JOIN emailUrl x USING (emailId) JOIN url u USING (urlId) WHERE l.state = "
                                "'listed' AND u.urlAsn > 0 AND x.flags & 1 = 0 LIMIT 1", name="arf")[0]
        shown = site.admin("show", row["emailId"]).stdout
        self.assertRegex(shown, rf"AS number +{row['sourceAsn']} ")
        self.assertRegex(shown, rf"source on lists +zen: listed {re.escape(row['codes'])} \(.+\)  \(\d+-\d+-\d+ .* UTC\)")
        self.assertRegex(shown, r"\n(?:hosts)? +\S+, [0-9.a-f:]+, AS\d+, [A-Z]{2}  \(")
        self.assertRegex(shown, r"\nhosts on lists +\S+: (?:dbl|surbl): ")

    def reparse(self, site):
        """A mail whose address was read wrongly once is looked up anew; the others are not."""
        site.execute("UPDATE arfEmail SET sourceIp = INET6_ATON('198.18.255.254'), sourceAsn = 1, countryCode = 'XX' "
                     "ORDER BY emailId LIMIT 5")
        site.admin("reparse", "--all")
        wrong = int(site.value("SELECT COUNT(*) FROM lookup JOIN arfEmail USING (emailId) WHERE sourceAsn IS NULL"))
        self.assertEqual(wrong, 5)
        self.run_ingest(site, "--enrich-only")
        self.assert_truth(site)


if __name__ == "__main__":
    unittest.main()
