# SPDX-License-Identifier: Apache-2.0
"""Abuse contacts: lists read in, RDAP over HTTPS and the Abusix zone asked, who would be written to and why."""
import contextlib
import os
import pathlib
import re
import threading
import unittest

import harness
from harness.fake_rdap import FakeRdap, network
from harness.ingest_site import Site, generate
from harness.nsd import PrivateNsd

ZONE = "abuse.test"
# Reversed, below the zone.
ABUSE = """
1.0.18.198 TXT "first@abusix.example"
2.0.18.198 TXT "a@abusix.example," " b@abusix.example"
3.0.18.198 TXT "a@abusix.example"
3.0.18.198 TXT "removed@lacnic.net"
4.0.18.198 TXT "removed@lacnic.net"
7.7.19.198 TXT "late@abusix.example"
1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2 TXT "six@abusix.example"
"""
ORIGIN = '8.0.18.198 TXT "64508 | 198.18.0.0/24 | DE | ripencc | 2001-01-01"'


class ContactsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = harness.PrivateMariadb.for_class(cls)
        cls.stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        cls.folder = cls.stack.enter_context(harness.TempFolder())
        cls.dns = cls.stack.enter_context(PrivateNsd(zones={ZONE: ABUSE, "origin.test": ORIGIN}))

    def setUp(self):
        folder = self.folder / self.id().rpartition(".")[2]
        folder.mkdir()
        self.server.execute("DROP DATABASE IF EXISTS arf; CREATE DATABASE arf", name=None)
        self.site = Site(self.server, folder)
        self.base = self.site.path.read_text()
        self.rdap = self.enterContext(FakeRdap())
        self.configure()

    def configure(self, more="", url=None, dns=None, abuse=ZONE):
        """RDAP is `url`: None is off. dns: another server than ours."""
        rdap = f"[rdap]\nurl = {url}\ncaFile = {self.rdap.ca_file}\n" if url else ""
        self.site.path.write_text(f"{self.base}[dns]\nservers = {dns or self.dns.server}\ntimeout = 10000\n"
                                  f"budget = 120\ncymru4 = origin.test\nabuse = {abuse}\n[dnsbl]\nwldomain = own.example\n[web]\n"
                                  f"reportSender = Desk <abuse@desk.example>\n{rdap}{more}")

    def contacts(self, *args, want=0, stdin=None):
        return harness.run("lafayette-admin", "-c", self.site.path, "contacts", *args, want=want, stdin=stdin,
                           env=self.site.environment())

    def lines(self, *args):
        """Of `contacts list`, blanks as one."""
        return [" ".join(line.split()) for line in self.contacts("list", *args).stdout.splitlines()]

    def targets(self, *args):
        """(word, origin, place, address) of each address that `list` names."""
        lines = [line.split() for line in self.lines(*args)]
        return [tuple(line[:4]) for line in lines if line[0] in ("write", "leave")]

    def rows(self, where="1"):
        return self.server.query("SELECT INET6_NTOA(base) AS base, prefix, origin, email, expires IS NULL AS ever, "
                                 "TIMESTAMPDIFF(HOUR, checked, expires) AS hours FROM contact WHERE " + where
                                 + " ORDER BY base, prefix, origin")

    def import_text(self, text, *args, want=0):
        path = self.site.folder / "list.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.contacts("import", *args, path, want=want)

    # Lists

    def test_import(self):
        done = self.import_text("# ours\nAS64500,as@x.example\n64501\tone@x.example\ttwo@x.example\n"
                                "198.18.0.0/16, net@x.example\n2001:db8::/32,\"six@x.example, seven@x.example\"\n"
                                "64500,more@x.example\n198.18.9.9,host@x.example\n")
        self.assertEqual(done.stdout, "imported AS numbers 2, networks 3\n")
        self.assertEqual(self.server.query("SELECT asn, email FROM asn ORDER BY asn"),
                         [{"asn": "64500", "email": "as@x.example,more@x.example"},
                          {"asn": "64501", "email": "one@x.example,two@x.example"}])
        self.assertEqual([(row["base"], row["prefix"], row["email"]) for row in self.rows("origin = 'person'")],
                         [("198.18.0.0", "16", "net@x.example"), ("198.18.9.9", "32", "host@x.example"),
                          ("2001:db8::", "32", "six@x.example,seven@x.example")])
        self.assertEqual({row["ever"] for row in self.rows()}, {"1"})
        # again, from stdin, with a header: what was known is replaced
        done = self.contacts("import", "-", stdin="name,asn,abuse\nX,64500,new@x.example\n")
        self.assertEqual(done.stdout, "imported AS numbers 1, networks 0\n")
        self.assertEqual(self.site.value("SELECT email FROM asn WHERE asn = 64500"), "new@x.example")
        self.assertEqual(self.site.value("SELECT COUNT(*) FROM asn"), "2")

    def test_import_names_each_bad_line_and_does_nothing(self):
        done = self.import_text(b"64500,good@x.example\n64501,\n\n# x\nnonsense,a@x.example\n64502,a@own.example\n"
                                b"64503,\x1b[0m@x.example\n0.0.0.0/0,a@x.example\n64504,removed@lacnic.net\n"
                                b"64505,a@desk.example\n", want=65)
        for line, reason in ((2, "no address"), (5, "neither an AS number nor a prefix"), (6, "one of our own domains"),
                             (7, "no plain local part"), (8, "neither"), (9, "a placeholder"),
                             (10, "one of our own domains")):
            self.assertRegex(done.stderr, f"bad-line line={line} reason=\"{reason}")
        self.assertIn("7 of 8 lines are bad; nothing was imported", done.stderr)
        self.assertNotIn("\x1b", done.stderr)
        self.assertEqual(self.site.value("SELECT COUNT(*) FROM asn"), "0")

    def test_import_dry_run_and_wrong_use(self):
        self.assertEqual(self.import_text("64500,a@x.example\n", "--dry-run").stdout,
                         "would import AS numbers 1, networks 0\n")
        self.assertEqual(self.site.value("SELECT COUNT(*) FROM asn"), "0")
        self.contacts("import", "/nonexistent", want=78)
        self.contacts("import", "/", want=78)
        self.contacts("import", want=64)
        self.contacts("import", "a", "b", want=64)
        self.contacts("nothing", want=64)
        self.contacts(want=64)
        for part in ("import", "list", "disable", "enable"):
            self.assertIn("Usage:", self.contacts(part, "--help").stdout)
        self.assertEqual(self.contacts("import", "-", stdin="").stdout, "imported AS numbers 0, networks 0\n")

    def test_import_of_many_lines(self):
        many = 20000
        self.import_text("".join(f"{number + 1},a{number}@x.example\n10.{number >> 8}.{number & 255}.0/24,b@x.example\n"
                                 for number in range(many)))
        self.assertEqual(self.site.value("SELECT COUNT(*) FROM asn"), str(many))
        self.assertEqual(self.site.value("SELECT COUNT(*) FROM contact"), str(many))
        self.assertEqual(len(self.lines("--all")), 2 * many)

    # Who would be written to

    def test_order(self):
        self.site.execute("INSERT INTO ipFact (ip, asn) VALUES (INET6_ATON('198.18.0.1'), 64500)")
        self.rdap.answers["/ip/198.18.0.1"] = network("198.18.0.0", "198.18.0.255", "rdap@x.example")
        self.configure(url=self.rdap.url)
        self.assertIn("unknown nobody has answered yet; --ask asks", self.lines("--ip", "198.18.0.1"))
        self.assertEqual(self.rdap.paths, [])
        self.assertEqual(self.targets("--ip", "198.18.0.1", "--ask"),
                         [("write", "rdap", "198.18.0.0/24", "rdap@x.example")])
        self.import_text("64500,as@x.example\n")
        self.assertEqual(self.targets("--ip", "198.18.0.1"), [("write", "rdap", "198.18.0.0/24", "rdap@x.example"),
                                                              ("write", "asn", "AS64500", "as@x.example")])
        csv = self.site.folder / "networks.csv"
        csv.write_text("prefix,asn,abuse\n198.18.0.0/25,64500,file@x.example\n198.18.128.0/25,64500,\n")
        self.configure(more=f"[networks]\nfile = {csv}\n", url=self.rdap.url)
        self.assertEqual(self.targets("--ip", "198.18.0.1")[0], ("write", "file", "198.18.0.0/25", "file@x.example"))
        self.import_text("198.18.0.0/16,person@x.example,own@sub.own.example\n", want=65)
        self.import_text("198.18.0.0/16,person@x.example\n")
        self.assertEqual(self.targets("--ip", "198.18.0.1"), [("write", "person", "198.18.0.0/16", "person@x.example"),
                                                              ("write", "asn", "AS64500", "as@x.example")])
        self.assertEqual(self.targets("--asn", "AS64500"), [("write", "asn", "AS64500", "as@x.example")])
        self.assertEqual(self.targets("--ip", "198.18.0.1", "--asn", "64501"),
                         [("write", "person", "198.18.0.0/16", "person@x.example")])

    def test_the_as_is_asked_for_too(self):
        self.import_text("64508,as@x.example\n")
        self.assertEqual(self.lines("--ip", "198.18.0.8")[0], "198.18.0.8, AS not known")
        self.assertEqual(self.lines("--ip", "198.18.0.8", "--ask")[0], "198.18.0.8, AS64508")
        self.assertEqual(self.targets("--ip", "198.18.0.8", "--ask"), [("write", "asn", "AS64508", "as@x.example")])
        self.assertEqual(self.lines("--ip", "198.18.0.9", "--ask")[0], "198.18.0.9, AS not known")

    def test_the_as_is_found_in_the_file_without_asking(self):
        """Of an address that sent nothing yet."""
        self.import_text("64508,as@x.example\n64511,file@x.example\n")
        csv = self.site.folder / "networks.csv"
        csv.write_text("prefix,asn\n198.18.9.0/24,64511\n")
        self.configure(more=f"[networks]\nfile = {csv}\n")
        self.assertEqual(self.lines("--ip", "198.18.9.1")[0], "198.18.9.1, AS64511")
        self.assertEqual(self.targets("--ip", "198.18.9.1"), [("write", "asn", "AS64511", "file@x.example")])
        self.assertEqual(self.lines("--ip", "198.18.0.8")[0], "198.18.0.8, AS not known")

    def test_special_addresses(self):
        self.configure(url=self.rdap.url)
        self.import_text("10.0.0.0/8,person@x.example\n")
        for address in ("10.1.2.3", "127.0.0.1", "fe80::1", "192.0.2.1"):
            self.assertIn("none a special-purpose address: nobody is asked or told", self.lines("--ip", address, "--ask"))
            self.assertEqual(self.targets("--ip", address), [])
        self.assertEqual(self.rdap.paths, [])

    def test_abusix(self):
        cases = {
            "198.18.0.1": ["first@abusix.example"],
            "198.18.0.2": ["a@abusix.example", "b@abusix.example"],
            "198.18.0.3": ["a@abusix.example"],
            "198.18.0.4": [],
            "198.18.0.5": [],
            "2001:db8::1": ["six@abusix.example"],
        }
        for address, want in cases.items():
            lines = self.targets("--ip", address, "--ask")
            self.assertEqual([line[3] for line in lines], want, address)
            if not want:
                self.assertIn("none those who were asked name nobody", self.lines("--ip", address))
        self.assertEqual([(row["base"], row["prefix"], row["email"], row["hours"]) for row in self.rows()],
                         [("198.18.0.1", "32", "first@abusix.example", "168"),
                          ("198.18.0.2", "32", "a@abusix.example,b@abusix.example", "168"),
                          ("198.18.0.3", "32", "a@abusix.example", "168"),
                          ("198.18.0.4", "32", "", "24"), ("198.18.0.5", "32", "", "24"),
                          ("2001:db8::1", "128", "six@abusix.example", "168")])

    def test_no_answer_is_not_none(self):
        self.configure(dns="127.0.0.1:1")
        self.assertTrue(any(line.startswith("unknown no answer") for line in self.lines("--ip", "198.18.0.1", "--ask")))
        self.configure(abuse="elsewhere.test")  # REFUSED
        self.assertTrue(any(line.startswith("unknown no answer") for line in self.lines("--ip", "198.18.0.1", "--ask")))
        self.assertEqual(self.rows(), [])
        self.configure(abuse="")
        self.assertIn("unknown nobody is there to ask: see [rdap] and [dns] abuse",
                      self.lines("--ip", "198.18.0.1", "--ask"))

    # RDAP

    def ask(self, address="198.18.0.1"):
        return [(line[1], line[3]) for line in self.targets("--ip", address, "--ask")]

    def unknown(self, address="198.18.0.1"):
        """Why there is no answer."""
        lines = [line for line in self.lines("--ip", address, "--ask") if line.startswith("unknown")]
        self.assertEqual(len(lines), 1, lines)
        return lines[0]

    def test_rdap_serves_its_prefix_until_it_is_old(self):
        self.rdap.answers["/ip/198.18.0.1"] = network("198.18.0.0", "198.18.0.127", "rdap@x.example")
        self.configure(url=self.rdap.url)
        self.assertEqual(self.ask(), [("rdap", "rdap@x.example")])
        self.assertEqual(self.ask("198.18.0.77"), [("rdap", "rdap@x.example")])
        self.assertEqual(self.rdap.paths, ["/ip/198.18.0.1"])
        self.assertEqual(self.rdap.headers["User-Agent"].split("/")[0], "lafayette")
        self.assertIn("application/rdap+json", self.rdap.headers["Accept"])
        self.assertEqual([(row["base"], row["prefix"], row["origin"], row["hours"]) for row in self.rows()],
                         [("198.18.0.0", "25", "rdap", "168")])
        self.site.execute("UPDATE contact SET expires = UTC_TIMESTAMP() - INTERVAL 1 MINUTE")
        self.assertEqual(self.targets("--ip", "198.18.0.77"), [])
        self.assertIn("too old", self.contacts("list", "--all").stdout)
        self.rdap.answers["/ip/198.18.0.1"] = network("198.18.0.0", "198.18.0.127", "new@x.example")
        self.assertEqual(self.ask(), [("rdap", "new@x.example")])
        self.assertEqual(len(self.rows()), 1)

    def test_rdap_names_nobody(self):
        self.rdap.answers["/ip/198.18.0.9"] = network("198.18.0.0", "198.18.0.255", "a@x.example", roles=["technical"])
        self.configure(url=self.rdap.url, abuse="")
        for address in ("198.18.0.9", "198.19.0.9"):  # no abuse entity; 404
            self.assertIn("none those who were asked name nobody", self.lines("--ip", address, "--ask"))
        self.assertEqual({(row["email"], row["hours"]) for row in self.rows()}, {("", "24")})
        self.configure(url=self.rdap.url)  # then the zone is asked
        self.assertEqual(self.ask("198.18.0.1"), [("abusix", "first@abusix.example")])

    def test_rdap_is_away_or_refuses(self):
        self.configure(url=self.rdap.url, abuse="")
        for status in (429, 500, 503, 403, 400):
            self.rdap.answers["/ip/198.18.0.1"] = status
            self.assertIn(f"HTTP status {status}", self.unknown())
        for octets in (b"<html>blocked</html>", b"", b"{", b'{"errorCode": 404}'):
            self.rdap.answers["/ip/198.18.0.1"] = octets
            self.assertIn("RDAP: ", self.unknown())
        self.rdap.answers["/ip/198.18.0.1"] = network("198.19.0.0", "198.19.0.255", "other@x.example")
        self.assertIn("another network", self.unknown())
        self.rdap.answers["/ip/198.18.0.1"] = b" " * (1024 * 1024) + b"{}"
        self.assertIn("too large", self.unknown())
        held = threading.Event()
        self.addCleanup(held.set)
        self.rdap.answers["/ip/198.18.0.1"] = lambda: held.wait(60) and 404
        self.configure(url=self.rdap.url, abuse="", more="[rdap]\ntimeout = 300\n")
        self.assertIn("imed out", self.unknown())
        self.configure(url="https://127.0.0.1:1/", abuse="")
        self.unknown()
        self.assertEqual(self.rows(), [])
        self.configure(url="https://127.0.0.1:1/")  # the zone still answers
        self.assertEqual(self.ask(), [("abusix", "first@abusix.example")])

    def test_rdap_certificate(self):
        self.rdap.answers["/ip/198.18.0.1"] = network("198.18.0.0", "198.18.0.255", "rdap@x.example")
        self.configure(abuse="", more=f"[rdap]\nurl = {self.rdap.url}\n")
        self.assertIn("certificate", self.unknown())
        self.configure(abuse="", more=f"[rdap]\nurl = {self.rdap.url}\ncaFile = {self.rdap.ca_file}\n")
        self.assertEqual(self.ask(), [("rdap", "rdap@x.example")])

    def test_rdap_url(self):
        for url in ("http://rdap.example/", "ftp://localhost/", "localhost", "http://192.0.2.1/", "file:///etc/passwd",
                    "https://user:word@rdap.example/", "https://rdap.example/?q=", "http://localhost.evil.example/"):
            self.configure(url=url)
            self.assertIn("[rdap] url", self.contacts("list", "--ip", "198.18.0.1", "--ask", want=78).stderr, url)
        plain = self.enterContext(FakeRdap(tls=False))
        plain.answers["/base/ip/198.18.0.1"] = network("198.18.0.0", "198.18.0.255", "plain@x.example")
        self.configure(url=plain.url + "base")
        self.assertEqual(self.ask(), [("rdap", "plain@x.example")])

    def test_rdap_redirects(self):
        other = self.enterContext(FakeRdap())
        plain = self.enterContext(FakeRdap(tls=False))
        bundle = self.site.folder / "both.pem"
        bundle.write_text(self.rdap.ca_file.read_text() + other.ca_file.read_text())
        answer = network("198.18.0.0", "198.18.0.255", "there@x.example")
        for server in (self.rdap, other, plain):
            server.answers["/there"] = answer
        for number in range(1, 8):
            self.rdap.answers[f"/{number}"] = (302, {"Location": f"/{number - 1}" if number > 1 else "/there"}, b"")
        start = self.rdap.answers
        with_ca = f"[rdap]\nurl = {self.rdap.url}\ncaFile = {bundle}\n"

        def leads(to, status=302):
            self.site.execute("DELETE FROM contact")
            start["/ip/198.18.0.1"] = (status, {"Location": to}, b"")

        self.configure(abuse="", more=with_ca)
        for status in (301, 302, 303, 307, 308):  # on the same server: it is the operator's
            leads("/there", status)
            self.assertEqual(self.ask(), [("rdap", "there@x.example")], status)
        leads("/4")
        self.assertEqual(self.ask(), [("rdap", "there@x.example")])
        leads("/5")
        self.assertIn("too many redirects", self.unknown())
        leads(other.url + "there")  # another server, on a special address
        self.assertIn("special-purpose", self.unknown())
        leads("https://[::ffff:127.0.0.1]:%d/there" % other.port)
        self.assertIn("special-purpose", self.unknown())
        leads("https://169.254.169.254/latest/meta-data/")
        self.assertIn("special-purpose", self.unknown())
        leads(plain.url + "there")
        self.assertIn("not https", self.unknown())
        leads("file:///etc/passwd")
        self.assertIn("not https", self.unknown())
        leads("https://user@localhost/")
        self.assertIn("account", self.unknown())
        self.assertEqual((other.paths, plain.paths), ([], []))
        self.configure(abuse="", more=with_ca + "[networks]\npublic = 198.18.0.0/15, 2001:db8::/32, 127.0.0.0/8, ::1\n")
        leads(other.url + "there")
        self.assertEqual(self.ask(), [("rdap", "there@x.example")])
        self.assertEqual(other.paths, ["/there"])

    def bootstrap(self, **servers):
        return {"version": "1.0", "services": [[[prefix], [url]] for prefix, url in servers.items()]}

    def test_rdap_bootstrap(self):
        iana = self.enterContext(FakeRdap())
        bundle = self.site.folder / "both.pem"
        bundle.write_text(self.rdap.ca_file.read_text() + iana.ca_file.read_text())
        iana.answers["/rdap/ipv4.json"] = {"services": [[["198.18.0.0/16"], [self.rdap.url + "a"]],
                                                        [["198.18.8.0/24"], [self.rdap.url + "b/"]]]}
        self.rdap.answers["/a/ip/198.18.0.1"] = network("198.18.0.0", "198.18.0.255", "a@x.example")
        self.rdap.answers["/b/ip/198.18.8.1"] = network("198.18.8.0", "198.18.8.255", "b@x.example")
        more = (f"[rdap]\nurl = bootstrap\nbootstrap = {iana.url}rdap\ncaFile = {bundle}\n"
                "[networks]\npublic = 198.18.0.0/15, 2001:db8::/32%s\n")
        self.configure(abuse="", more=more % "")
        self.assertIn("special-purpose", self.unknown())  # the list names a server on a special address
        self.assertEqual((iana.paths, self.rdap.paths), (["/rdap/ipv4.json"], []))
        self.configure(abuse="", more=more % ", 127.0.0.0/8, ::1")
        self.assertEqual(self.ask("198.18.0.1"), [("rdap", "a@x.example")])
        self.assertEqual(self.ask("198.18.8.1"), [("rdap", "b@x.example")])
        self.assertIn("names no https server", self.unknown("198.19.0.1"))
        self.assertEqual(iana.paths, ["/rdap/ipv4.json"])  # the copy served
        copies = list(pathlib.Path(self.site.state).glob("rdap-*-ipv4.json"))
        self.assertEqual([copy.stat().st_mode & 0o777 for copy in copies], [0o600])
        # a day later it is fetched anew; when that fails, and when it is nonsense, the old copy serves
        for later, answer in ((0, 500), (1, b"nonsense"), (2, iana.answers["/rdap/ipv4.json"])):
            iana.answers["/rdap/ipv4.json"] = answer
            self.site.execute("DELETE FROM contact")
            os.utime(copies[0], (1_700_000_000, 1_700_000_000))
            self.assertEqual(self.ask("198.18.0.1"), [("rdap", "a@x.example")])
            self.assertEqual(len(iana.paths), 2 + later)
        copies[0].write_text("{}")  # a copy that is spoilt counts for nothing
        self.site.execute("DELETE FROM contact")
        self.assertEqual(self.ask("198.18.0.1"), [("rdap", "a@x.example")])
        self.assertEqual(len(iana.paths), 5)
        copies[0].unlink()
        iana.answers["/rdap/ipv4.json"] = 500
        self.site.execute("DELETE FROM contact")
        self.assertIn("list of RDAP servers", self.unknown("198.18.0.1"))

    # Opt-outs

    def test_disable(self):
        self.import_text("198.18.0.0/16,a@x.example,b@sub.y.example,c@z.example\n64500,as@z.example\n")
        where = ("--ip", "198.18.0.1", "--asn", "64500")
        self.assertEqual([line[0] for line in self.targets(*where)], ["write"] * 4)
        self.assertEqual(self.contacts("disable", "A@x.example", "--reason", "bounced \u202e\x1b").stdout,
                         "disabled address a@x.example\n")
        self.assertEqual(self.contacts("disable", "Y.example").stdout, "disabled domain y.example\n")
        self.assertEqual([line[0] for line in self.targets(*where)], ["leave", "leave", "write", "write"])
        text = self.contacts("list", *where).stdout
        self.assertIn("disabled: bounced \\u{202E}\\u{001B}", text)
        self.assertEqual(self.contacts("disable", "AS64500", "--reason", "a robot").stdout, "disabled asn 64500\n")
        self.assertEqual([line[0] for line in self.targets(*where)], ["leave"] * 4)
        self.assertIn("AS64500 is disabled: a robot", self.contacts("list", *where).stdout)
        self.assertEqual([line[0] for line in self.targets("--ip", "198.18.0.1")], ["leave", "leave", "write"])
        everything = self.lines()
        self.assertTrue(any(line.startswith("disabled asn 64500 of ") for line in everything), everything)
        self.assertEqual(self.contacts("enable", "64500").stdout, "enabled asn 64500\n")
        self.assertEqual(self.contacts("enable", "64500").stdout, "asn 64500 was not disabled\n")
        self.contacts("enable", "y.example")
        self.contacts("enable", "a@x.example")
        self.assertEqual([line[0] for line in self.targets(*where)], ["write"] * 4)
        for wrong in ("localhost", "a b@x.example", "AS0", "", "a@b@c.example"):
            self.contacts("disable", wrong, want=64)
        self.contacts("disable", want=64)
        self.contacts("disable", "a@x.example", "b@x.example", want=64)

    def test_disable_cuts_a_long_reason(self):
        self.contacts("disable", "x.example", "--reason", "\u00e9" * 400)
        self.assertEqual(self.site.value("SELECT CHAR_LENGTH(reason) FROM contactOptOut"), "255")

    def test_rows_written_by_hand(self):
        self.site.execute("INSERT INTO asn VALUES (64500, 'a@x.example>\\r\\nRCPT TO:<b@x.example, good@x.example')")
        self.assertEqual([line[0] for line in self.targets("--asn", "64500")], ["leave", "write"])
        self.assertIn("\\u{000D}", self.contacts("list", "--asn", "64500").stdout)

    def test_wrong_use_of_list(self):
        for args in (("--ip", "nonsense"), ("--asn", "0"), ("--asn", "x"), ("--all", "--asn", "1"), ("--ask",), ("x",)):
            self.contacts("list", *args, want=64)

    # Sources of stored mails

    def run_contacts(self, *args, want=0):
        done = harness.run("lafayette-ingest", "-c", self.site.path, "-q", "--enrich-only", "--contacts", *args,
                           env=self.site.environment(), want=want, timeout=180)
        match = re.search(r"contacts: sources (\d+), found (\d+), none (\d+), not known (\d+), new (\d+) in", done.stdout)
        self.assertIsNotNone(match, done)
        return tuple(map(int, match.groups())), done

    def mails(self, *rows):
        """Stored mails: (address, hours ago, changes of the row)."""
        pool = self.site.folder / "pool"
        generate(pool, len(rows), seed=5)
        self.site.refill(pool)
        self.site.ingest("-q", "-f", "mailbox", "--no-enrich", want=0)
        self.site.execute("DELETE FROM lookup")
        for number, (address, hours, changes) in enumerate(rows):
            self.site.execute("UPDATE arfEmail SET emailType = 'normal', likelyGenuine = 0, sourceSpecial = 0, "
                              f"sourceIp = INET6_ATON('{address}'), receivedDate = UTC_TIMESTAMP() - INTERVAL {hours} "
                              f"HOUR{changes} WHERE emailId = (SELECT emailId FROM (SELECT emailId FROM arfEmail ORDER BY "
                              f"emailId LIMIT 1 OFFSET {number}) x)")

    def test_run(self):
        self.rdap.answers["/ip/198.18.5.1"] = network("198.18.5.0", "198.18.5.255", "rdap@x.example")
        self.mails(("198.18.0.1", 1, ""), ("198.18.0.1", 2, ""), ("198.18.0.2", 100, ""), ("198.18.0.4", 1, ""),
                   ("198.18.5.1", 1, ""), ("198.19.7.7", 200, ""), ("198.19.7.7", 1, ", emailType = 'bounce'"),
                   ("198.19.7.7", 1, ", likelyGenuine = 1"), ("10.0.0.1", 1, ", sourceSpecial = 1"),
                   ("2001:db8::1", 1, ""))
        self.configure(url=self.rdap.url)
        counts, _ = self.run_contacts()
        self.assertEqual(counts[:4], (5, 4, 1, 0))
        self.assertEqual(sorted(self.rdap.paths), ["/ip/198.18.0.1", "/ip/198.18.0.2", "/ip/198.18.0.4", "/ip/198.18.5.1",
                                                   "/ip/2001:db8::1"])
        self.assertEqual([row["email"] for row in self.rows("origin = 'rdap' AND email <> ''")], ["rdap@x.example"])
        self.rdap.forget()
        self.assertEqual(self.run_contacts()[0], (5, 4, 1, 0, 0))  # all is known
        self.assertEqual(self.rdap.paths, [])
        self.site.execute("UPDATE contact SET expires = UTC_TIMESTAMP() - INTERVAL 31 DAY WHERE email = 'six@abusix.example'")
        self.site.execute("UPDATE contact SET base = INET6_ATON('2001:db8::2') WHERE email = 'six@abusix.example'")
        counts, _ = self.run_contacts()
        self.assertEqual(counts[4], 1)
        self.assertEqual(self.rows("base = INET6_ATON('2001:db8::2')"), [])  # long out of date: removed

    def test_run_when_nobody_answers(self):
        self.mails(("198.18.0.1", 1, ""), ("198.18.5.1", 1, ""))
        self.configure(url="https://127.0.0.1:1/", dns="127.0.0.1:1")
        counts, done = self.run_contacts()
        self.assertEqual(counts, (2, 0, 0, 2, 0))
        self.assertIn("warning", harness.run("lafayette-ingest", "-c", self.site.path, "--enrich-only", "--contacts",
                                             env=self.site.environment(), want=0).stderr)
        self.configure()
        self.assertEqual(self.run_contacts()[0], (2, 1, 1, 0, 2))

    def test_run_asks_a_few_at_once_and_leaves_who_refuses(self):
        addresses = [f"198.18.{number}.1" for number in range(40)]
        self.mails(*((address, 1, "") for address in addresses))
        gate = threading.Barrier(4, timeout=60)
        for number, address in enumerate(addresses):
            found = network(address, address, f"a{number}@x.example")
            self.rdap.answers[f"/ip/{address}"] = lambda found=found: (gate.wait(), found)[1]
        self.configure(url=self.rdap.url, abuse="", more="[rdap]\ntimeout = 60000\n")
        counts, _ = self.run_contacts()
        self.assertEqual(counts, (40, 40, 0, 0, 40))  # the gate opens for four at a time only
        self.assertEqual(self.rdap.most, 4)
        self.site.execute("DELETE FROM contact")
        self.rdap.forget()
        for address in addresses:
            self.rdap.answers[f"/ip/{address}"] = 429
        counts, _ = self.run_contacts()
        self.assertEqual(counts, (40, 0, 0, 40, 0))
        self.assertLessEqual(len(self.rdap.paths), 4)

    def test_run_ends_within_its_budget(self):
        self.mails(*((f"198.18.{number}.1", 1, "") for number in range(10)))
        held = threading.Event()
        self.addCleanup(held.set)
        for number in range(10):
            self.rdap.answers[f"/ip/198.18.{number}.1"] = lambda: held.wait(120) and 404
        self.configure(url=self.rdap.url, abuse="", more="[rdap]\ntimeout = 60000\n[dns]\nbudget = 2\n")
        counts, done = self.run_contacts()
        self.assertEqual(counts, (10, 0, 0, 10, 0))
        self.assertLess(float(re.search(r"in (\d+\.\d) s\n$", done.stdout)[1]), 30)
        harness.run("lafayette-ingest", "-c", self.site.path, "--contacts", env=self.site.environment(), want=64)


if __name__ == "__main__":
    unittest.main()
