# SPDX-License-Identifier: Apache-2.0
"""Facts of addresses, hosts and networks, asked of a real authoritative server: enrich/enrich."""
import ipaddress
import json
import re
import unittest
from urllib.parse import urlsplit

import harness
from harness import TOOLS, enrich_driver, mmdb, run, temp_folder
from harness.nsd import private_nsd

PUBLIC = "198.18.0.0/15, 2001:db8::/32"
LISTS = {"zen": "zen.spamhaus.org", "dbl": "dbl.spamhaus.org", "surbl": "multi.surbl.org"}


def reverse(address):
    address = ipaddress.ip_address(address)
    if address.version == 4:
        return ".".join(reversed(str(address).split(".")))
    return ".".join(reversed(address.exploded.replace(":", "")))


def origin(address, text):
    return f'{reverse(address)} TXT "{text}"\n'


class Base(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = enrich_driver.build()

    def setUp(self):
        self.folder = temp_folder(self)

    def config(self, server, dnsbl=None, networks="", dns=""):
        path = self.folder / "forensic.cfg"
        lists = "\n".join(f"{key} = {value}" for key, value in (dnsbl or {}).items())
        path.write_text(f"[dns]\nservers = {server}\n{dns}\n[networks]\npublic = {PUBLIC}\n{networks}\n"
                        f"[dnsbl]\n{lists}\n", encoding="utf-8")
        return path

    def ask(self, server, *lines, deadline=600, **settings):
        facts = enrich_driver.ask(self.program, self.config(server, **settings), lines, deadline)
        self.assertEqual(facts.code, 0, facts)
        return facts

    def serve(self, **zones):
        """zones: origin, origin6, asn, reverse, test and those of LISTS, by their short names."""
        full = {"origin": "origin.asn.cymru.com", "origin6": "origin6.asn.cymru.com", "asn": "asn.cymru.com",
                "reverse": "18.198.in-addr.arpa", "test": "test", **LISTS}
        return private_nsd(self, zones={full.get(name, name): lines for name, lines in zones.items()})


class GeneratedTest(Base):
    """20,000 generated reports: what their zones say is found, with few questions."""

    REPORTS = 20000

    def setUp(self):
        super().setUp()
        run("/usr/bin/python3", TOOLS / "gen_reports.py", "-q", "-n", self.REPORTS, "--zones", self.folder / "zones",
            "--networks", self.folder / "networks.csv", "--truth", self.folder / "truth", want=0, timeout=120)
        with open(self.folder / "truth", encoding="utf-8") as lines:
            self.truth = [json.loads(line) for line in lines]
        self.ips = list(dict.fromkeys(one["sourceIp"] for one in self.truth))
        self.hosts = list(dict.fromkeys(urlsplit(url).hostname for one in self.truth for url in one["urls"]))
        self.names = [host for host in self.hosts if not host[0].isdigit()]
        self.questions = [f"ip {ip} name network lists" for ip in self.ips] + \
                         [f"host {host} address network lists" for host in self.hosts]

    def records(self, zone):
        text = (self.folder / "zones" / f"{zone}.zone").read_text(encoding="utf-8")
        return re.findall(rf"^(\S+)\.{re.escape(zone)}\. (A|AAAA) (\S+)$", text, re.MULTILINE)

    def check_sources(self, facts):
        for one in self.truth:
            got = facts[one["sourceIp"]]
            self.assertEqual((got["network"]["asn"], got["network"]["country"], got["name"] or ""),
                             (one["sourceAsn"], one["countryCode"], one["sourceDomain"]), got)

    def check_lists(self, facts):
        zen = {name: code for name, _, code in self.records("zen.spamhaus.org")}
        meaning = {"127.0.0.2": "SBL", "127.0.0.4": "XBL"}
        for ip in self.ips:
            code = zen.get(reverse(ip))
            self.assertEqual(facts.listings(ip)["zen"],
                             ("listed", code, meaning[code]) if code else ("clean", "", ""), ip)
        dbl = {name for name, _, _ in self.records("dbl.spamhaus.org")}
        surbl = {name for name, _, _ in self.records("multi.surbl.org")}
        literals = [host for host in self.hosts if host[0].isdigit()]
        self.assertEqual([facts.listings(f"host {host}") for host in literals],
                         [{"surbl": ("clean", "", "")}] * len(literals))
        for host in self.names:
            base = ".".join(host.split(".")[-2:])
            self.assertEqual(facts.listings(host), {
                "dbl": ("listed", "127.0.1.2", "spam") if {host, base} & dbl else ("clean", "", ""),
                "surbl": ("listed", "127.0.0.64", "ABUSE") if base in surbl else ("clean", "", "")}, host)

    def check_addresses(self, facts):
        addresses = {f"{name}.test": address for name, kind, address in self.records("test") if kind == "A"}
        for host in self.names:
            known = "known" if host in addresses else "none"
            self.assertEqual((facts[host]["address"], facts[host]["address_known"], facts[host]["network_known"]),
                             (addresses.get(host, ""), known, known), host)

    def test_truth(self):
        dns = private_nsd(self, self.folder / "zones")
        facts = self.ask(dns.server, *self.questions, dnsbl=LISTS)
        end = facts.runs[-1]
        self.assertEqual((end["whole"], end["not_known"], end["warnings"]), (True, 0, []))
        self.check_sources(facts)
        self.check_lists(facts)
        self.check_addresses(facts)
        for ip in self.ips:  # two in three names point back at their address
            if facts[ip]["name"]:
                self.assertEqual(facts[ip]["confirmed"], int(ipaddress.ip_address(ip)) % 3 != 0, ip)
        self.assertLess(end["asked"], 1.5 * self.REPORTS)
        prefixes = {one["prefix"] for one in end["networks"]}
        self.assertEqual(len(prefixes), len(end["networks"]))
        self.assertEqual(prefixes, {facts[key]["network"]["prefix"] for key in self.ips + self.names} - {""})
        print(f"{end['asked']} questions for {self.REPORTS} reports in {end['seconds']:.2f} s")

    def test_networks_file_instead_of_dns(self):
        dns = private_nsd(self, self.folder / "zones")
        ips = [f"ip {ip} network" for ip in self.ips]
        facts = self.ask(dns.server, *ips, networks="file = networks.csv")
        self.assertEqual(facts.asked, 0)
        self.assertEqual(facts.runs[-1]["networks"], [])
        for one in self.truth:
            self.assertEqual(facts.network(one["sourceIp"])[2:], (one["sourceAsn"], one["countryCode"], "file"))


class NameTest(Base):
    def test_names(self):
        dns = self.serve(reverse=(
            "1.0 PTR one.test.\n2.0 PTR away.test.\n"
            "3.0 PTR zz.test.\n3.0 PTR bb.test.\n3.0 PTR aa.test.\n"
            "4.0 PTR yy.test.\n4.0 PTR xx.test.\n"
            "5.0 CNAME 5.sub.0\n5.sub.0 PTR five.test.\n6.0 PTR missing.test.\n7.0 PTR outside.example.\n"
            "8.0 PTR evil\\000\\<script\\>.test.\n9.0 TXT \"no name\"\n"),
            test=("one A 198.18.0.1\naway A 198.18.9.9\nbb A 198.18.0.3\nzz A 198.18.0.3\naa A 198.18.0.99\n"
                  "five CNAME fifth\nfifth A 198.18.0.50\nfifth A 198.18.0.5\n"),
            **{"8.b.d.0.1.0.0.2.ip6.arpa": f"{reverse('2001:db8::6')[:47]} PTR six.test.\n"})
        facts = self.ask(dns.server, *(f"ip 198.18.0.{n} name" for n in range(1, 11)), "ip 2001:db8::6 name")
        self.assertEqual({key.rpartition(".")[2]: facts.name(key) for key in facts.facts if "." in key}, {
            "1": ("known", "one.test", True), "2": ("known", "away.test", False),
            "3": ("known", "bb.test", True),   # the first that is confirmed
            "4": ("known", "xx.test", False),  # the first
            "5": ("known", "five.test", True), "6": ("known", "missing.test", False),
            "7": ("known", "outside.example", False),  # REFUSED: for five minutes
            "8": ("none", None, False), "9": ("none", None, False), "10": ("none", None, False)})
        self.assertEqual(facts.name("2001:db8::6"), ("known", "six.test", False))
        self.assertEqual(facts["198.18.0.1"]["name_held"], 300)
        self.assertEqual(facts["198.18.0.6"]["name_held"], 60)  # no such name: SOA's minimum
        self.assertEqual(facts["198.18.0.10"]["name_held"], 60)

    def test_many_names_are_capped(self):
        lines = "".join(f"1.0 PTR n{n:02}.test.\n" for n in range(40))
        dns = self.serve(reverse=lines, test="".join(f"n{n:02} A 198.18.0.9\n" for n in range(40)))
        facts = self.ask(dns.server, "ip 198.18.0.1 name")
        self.assertEqual(facts.name("198.18.0.1"), ("known", "n00.test", False))
        self.assertEqual(facts.asked, 9)

    def test_time_to_live_is_bounded(self):
        dns = self.serve(reverse="1.0 1 PTR short.test.\n2.0 9999999 PTR long.test.\n",
                         test="short 9999999 A 198.18.0.1\nlong 9999999 A 198.18.0.2\n")
        facts = self.ask(dns.server, "ip 198.18.0.1 name", "ip 198.18.0.2 name")
        self.assertEqual(facts["198.18.0.1"]["name_held"], 60)
        self.assertEqual(facts["198.18.0.2"]["name_held"], 86400)

    def test_special_addresses_are_asked_of_nobody(self):
        dns = self.serve(zen="")
        facts = self.ask(dns.server, *(f"ip {ip}" for ip in ("10.0.0.1", "127.0.0.1", "192.0.2.1", "fe80::1", "::1")),
                         "host 192.168.1.1", "host localhost", "host x.onion", "host printer.local", "host intranet",
                         dnsbl=LISTS)
        self.assertEqual((facts.asked, facts.runs[-1]["whole"]), (0, True))
        for ip in ("10.0.0.1", "fe80::1"):
            self.assertEqual((facts[ip]["special"], facts.name(ip)[0], facts.network(ip)[0], facts.listings(ip)),
                             (True, "none", "none", {}))
        self.assertEqual(facts["host 192.168.1.1"]["address"], "192.168.1.1")
        self.assertEqual(facts["x.onion"]["address_known"], "none")


class NetworkTest(Base):
    def test_origins(self):
        dns = self.serve(origin=(
            origin("198.18.1.1", "64498 64496 | 198.18.1.0/24 | DE | ripencc |") +
            origin("198.18.2.1", "64496 | 198.18.0.0/16 | DE | ripencc |") +
            origin("198.18.2.1", "64497 | 198.18.2.0/24 | FR | ripencc |") +
            origin("198.18.3.1", "64499 | 203.0.113.0/24 | FR | ripencc |") +  # a lie
            origin("198.18.4.1", "nonsense") +
            f'{reverse("198.18.5.1")} TXT "64496 | 198.1" "8.5.0/24 | " "US | arin |"\n' +
            f'{reverse("198.18.6.1")} CNAME other\nother TXT "64490 | 198.18.6.0/24 | | arin |"\n'),
            origin6=origin("2001:db8:1::9", "64496 | 2001:db8::/32 | JP | apnic |"))
        facts = self.ask(dns.server, *(f"ip 198.18.{n}.1 network" for n in range(1, 8)), "ip 2001:db8:1::9 network")
        dns_said = {key: facts.network(key) for key in facts.facts}
        self.assertEqual(dns_said, {
            "198.18.1.1": ("known", "198.18.1.0/24", 64496, "DE", "dns"),
            "198.18.2.1": ("known", "198.18.2.0/24", 64497, "FR", "dns"),
            "198.18.3.1": ("not known", "", 0, "", "none"),
            "198.18.4.1": ("not known", "", 0, "", "none"),
            "198.18.5.1": ("known", "198.18.5.0/24", 64496, "US", "dns"),
            "198.18.6.1": ("known", "198.18.6.0/24", 64490, "", "dns"),
            "198.18.7.1": ("none", "", 0, "", "none"),
            "2001:db8:1::9": ("known", "2001:db8::/32", 64496, "JP", "dns")})
        self.assertEqual(facts["198.18.1.1"]["network"]["asns"], "64496 64498")
        self.assertFalse(facts.runs[-1]["whole"])

    def test_one_question_a_prefix(self):
        """Any of the addresses may be the one that is asked about, so each has its record."""
        lines = "".join(origin(f"198.18.{n}.{m}", f"{64500 + n} | 198.18.{n}.0/24 | DE | a |")
                        for n in range(4) for m in range(1, 200))
        dns = self.serve(origin=lines)
        facts = self.ask(dns.server, *(f"ip 198.18.{n}.{m} network" for m in range(1, 200) for n in range(4)))
        self.assertEqual((facts.asked, len(facts.runs[-1]["networks"])), (4, 4))
        self.assertEqual({facts.network(f"198.18.{n}.{m}")[2] - n for n in range(4) for m in range(1, 200)}, {64500})

    def test_narrow_prefixes_and_holes_within_a_block(self):
        lines = "".join(origin(f"198.18.0.{m}", f"64500 | 198.18.0.0/26 | DE | a |") for m in range(64))
        lines += "".join(origin(f"198.18.0.{m}", f"64501 | 198.18.0.128/25 | FR | a |") for m in range(128, 256))
        dns = self.serve(origin=lines)
        facts = self.ask(dns.server, *(f"ip 198.18.0.{m} network" for m in range(256)))
        for m in range(256):
            want = 64500 if m < 64 else 64501 if m >= 128 else 0
            self.assertEqual(facts.network(f"198.18.0.{m}")[2], want, m)
        self.assertEqual(facts.network("198.18.0.64")[0], "none")
        self.assertLessEqual(facts.asked, 2 * 64 + 20)

    def test_a_wide_prefix_does_not_hide_a_narrow_one(self):
        dns = self.serve(origin=origin("198.18.1.1", "64500 | 198.18.0.0/16 | DE | a |") +
                         origin("198.18.2.1", "64501 | 198.18.2.0/24 | FR | a |") +
                         origin("198.18.1.2", "64500 | 198.18.0.0/16 | DE | a |"))
        facts = self.ask(dns.server, "ip 198.18.1.1 network", "run", "ip 198.18.2.1 network", "ip 198.18.1.2 network")
        self.assertEqual(facts.network("198.18.2.1")[1:4], ("198.18.2.0/24", 64501, "FR"))
        self.assertEqual(facts.network("198.18.1.2")[2], 64500)
        self.assertEqual([one["asked"] for one in facts.runs], [1, 2])

    def test_known_networks(self):
        dns = self.serve(origin=origin("198.18.2.1", "64501 | 198.18.2.0/24 | FR | a |"))
        facts = self.ask(dns.server, "know 198.18.1.0/24 64500 DE", "know 198.18.0.0/16 64499 DE",
                         "ip 198.18.1.7 network", "ip 198.18.2.1 network")
        self.assertEqual(facts.network("198.18.1.7"), ("known", "198.18.1.0/24", 64500, "DE", "dns"))
        self.assertEqual(facts.network("198.18.2.1")[2], 64501)
        self.assertEqual((facts.asked, [one["prefix"] for one in facts.runs[-1]["networks"]]), (1, ["198.18.2.0/24"]))

    def test_clear_keeps_networks(self):
        dns = self.serve(origin=origin("198.18.1.1", "64500 | 198.18.1.0/24 | DE | a |"))
        facts = self.ask(dns.server, "ip 198.18.1.1 network", "run", "clear", "ip 198.18.1.2 network")
        self.assertEqual((facts.network("198.18.1.2")[2], facts.asked), (64500, 1))

    def test_names_of_numbers(self):
        dns = self.serve(asn='AS64500 TXT "64500 | DE | ripencc | 2001-02-03 | EXAMPLE-AS Example, DE"\n'
                         'AS64501 TXT "64999 | DE | ripencc | 2001-02-03 | ANOTHER, DE"\n'
                         'AS64502 TXT "64502 | BR | lacnic | | Jo\\195\\163o \\027[31m"\n')
        (self.folder / "networks.csv").write_text("prefix,asn,name,country\n198.18.0.0/24,64504,Ours,FR\n")
        facts = self.ask(dns.server, *(f"asn {n}" for n in range(64500, 64505)), networks="file = networks.csv")
        self.assertEqual([(facts[n]["name"], facts[n].get("country")) for n in range(64500, 64505)], [
            ("EXAMPLE-AS Example, DE", "DE"), (None, None), ("João \ufffd[31m", "BR"), ("", ""), ("Ours", "FR")])

    def test_switched_off(self):
        dns = self.serve(zen="")
        facts = self.ask(dns.server, "ip 198.18.0.1", "ip 2001:db8::1", "asn 64500", "host 198.18.0.2",
                         dns="cymru4 =\ncymru6 =\ncymruAsn =")
        self.assertEqual(facts.asked, 2)  # the PTR names
        self.assertEqual(facts.network("198.18.0.1")[0], "none")


class FileTest(Base):
    """[networks] file and MMDB files beside DNS."""

    def setUp(self):
        super().setUp()
        (self.folder / "networks.csv").write_text(
            "asn,prefix,country,abuse\n64501,198.18.1.0/24,DE,a@example.net\n64502,198.18.2.0/24,,\n"
            ",198.18.3.0/24,,b@example.net\n", encoding="utf-8")
        mmdb.write(self.folder / "asn.mmdb", {
            "198.18.0.0/16": {"autonomous_system_number": 65000, "autonomous_system_organization": "Wide\x1b"},
            "198.18.4.0/24": {"autonomous_system_number": 65004, "autonomous_system_organization": "Narrow"},
            "198.19.1.0/24": {"asn": "AS65019", "as_name": "Text"},
            "2001:db8:4::/48": {"autonomous_system_number": "65006"}})
        mmdb.write(self.folder / "country.mmdb", {
            "198.18.0.0/16": {"country": {"iso_code": "US"}}, "198.18.4.0/24": {"country_code": "NL"},
            "198.18.6.0/24": {"registered_country": {"iso_code": "CH"}}, "198.18.7.0/24": {"other": 1},
            "2001:db8:4::/48": {"country": {"iso_code": "CA"}}})
        self.dns = self.serve(origin="".join(
            origin(f"198.18.{n}.1", f"{64600 + n} | 198.18.{n}.0/24 | BR | lacnic |") for n in range(1, 9)) +
            origin("198.19.1.1", "64619 | 198.19.1.0/24 | BR | a |") +
            origin("198.19.2.1", "64620 | 198.19.2.0/24 | BR | a |"), origin6="")

    def networks(self, settings, *ips):
        facts = self.ask(self.dns.server, *(f"ip {ip} network" for ip in ips), networks=settings)
        return [facts.network(ip)[1:] for ip in ips], facts

    def test_file_wins_and_gaps_are_filled(self):
        got, facts = self.networks("file = networks.csv", "198.18.1.1", "198.18.2.1", "198.18.3.1")
        self.assertEqual(got, [("198.18.1.0/24", 64501, "DE", "file"), ("198.18.2.0/24", 64502, "BR", "file"),
                               ("198.18.3.0/24", 64603, "BR", "dns")])
        self.assertEqual(facts.asked, 2)

    def test_mmdb_first(self):
        got, facts = self.networks("countryDb = country.mmdb\nasnDb = asn.mmdb\nfile = networks.csv",
                                   "198.18.1.1", "198.18.2.1", "198.18.4.1", "198.18.6.1", "198.19.1.1", "198.19.2.1",
                                   "2001:db8:4::1")
        self.assertEqual(got, [
            ("198.18.1.0/24", 64501, "DE", "file"), ("198.18.2.0/24", 64502, "US", "file"),
            ("198.18.4.0/24", 65004, "NL", "mmdb"), ("198.18.6.0/24", 65000, "CH", "mmdb"),
            ("198.19.1.0/24", 65019, "BR", "mmdb"), ("198.19.2.0/24", 64620, "BR", "dns"),
            ("2001:db8:4::/48", 65006, "CA", "mmdb")])
        self.assertEqual(facts.asked, 2)

    def test_names_of_mmdb(self):
        settings = "asnDb = asn.mmdb\ncountryDb = country.mmdb"
        facts = self.ask(self.dns.server, "ip 198.18.4.1 network", "ip 198.18.8.1 network", "run", "asn 65004",
                         "asn 65000", networks=settings)
        self.assertEqual((facts[65004]["name"], facts[65000]["name"], facts.asked), ("Narrow", "Wide\ufffd", 0))

    def test_dns_first(self):
        got, facts = self.networks("prefer = dns\ncountryDb = country.mmdb\nasnDb = asn.mmdb\nfile = networks.csv",
                                   "198.18.1.1", "198.18.2.1", "198.18.4.1", "198.18.77.1", "2001:db8:4::1")
        self.assertEqual(got, [
            ("198.18.1.0/24", 64501, "DE", "file"), ("198.18.2.0/24", 64502, "BR", "file"),
            ("198.18.4.0/24", 64604, "BR", "dns"), ("198.18.64.0/18", 65000, "US", "mmdb"),
            ("2001:db8:4::/48", 65006, "CA", "mmdb")])
        self.assertEqual(facts.asked, 4)

    def test_mmdb_stands_in_for_dead_dns(self):
        self.dns.kill()
        facts = self.ask(self.dns.server, "ip 198.18.4.1 network", "ip 198.19.2.1 network", networks=(
            "prefer = dns\ncountryDb = country.mmdb\nasnDb = asn.mmdb"), dns="timeout = 200")
        self.assertEqual(facts.network("198.18.4.1"), ("known", "198.18.4.0/24", 65004, "NL", "mmdb"))
        self.assertEqual(facts["198.18.4.1"]["network"]["held"], 300)
        self.assertEqual(facts.network("198.19.2.1")[0], "not known")

    def test_one_file_for_both_and_a_tree_of_ipv4(self):
        mmdb.write(self.folder / "both.mmdb", {"198.18.0.0/20": {"country_code": "at", "autonomous_system_number": 7}},
                   version=4)
        got, _ = self.networks("countryDb = both.mmdb\nasnDb = both.mmdb", "198.18.4.1", "2001:db8:4::1")
        self.assertEqual(got, [("198.18.0.0/20", 7, "AT", "mmdb"), ("", 0, "", "none")])

    def test_bad_files(self):
        (self.folder / "bad.mmdb").write_bytes(b"no such thing")
        (self.folder / "bad.csv").write_text("prefix,asn\n198.18.0.0/24,x\n")
        for settings, words in (("countryDb = bad.mmdb", "countryDb: "), ("asnDb = missing.mmdb", "asnDb: "),
                                ("file = missing.csv", "missing.csv"), ("file = bad.csv", 'line 2: "x" is no asn')):
            config = self.config(self.dns.server, networks=settings)
            facts = enrich_driver.ask(self.program, config, ["ip 198.18.0.1"])
            self.assertEqual(facts.code, 78, facts)
            self.assertIn(words, facts.out)
            self.assertIn(str(self.folder), facts.out)


class ListTest(Base):
    def test_addresses(self):
        dns = self.serve(zen=("2.0.18.198 A 127.0.0.2\n3.0.18.198 A 127.0.0.4\n3.0.18.198 A 127.0.0.10\n"
                              "4.0.18.198 A 127.0.0.11\n5.0.18.198 A 198.51.100.1\n"
                              f"{reverse('2001:db8::1')} A 127.0.0.3\n"),
                         **{"bl.example": "2.0.18.198 A 127.0.0.2\n3.0.18.198 A 127.0.0.9\n"})
        facts = self.ask(dns.server, *(f"ip 198.18.0.{n} lists" for n in range(1, 6)), "ip 2001:db8::1 lists",
                         dnsbl={**LISTS, "ipLists": "mine:bl.example=2-4+9"})
        clean = ("clean", "", "")
        self.assertEqual([facts.listings(f"198.18.0.{n}") for n in range(1, 6)], [
            {"zen": clean, "mine": clean},
            {"zen": ("listed", "127.0.0.2", "SBL"), "mine": ("listed", "127.0.0.2", "listed")},
            {"zen": ("listed", "127.0.0.4 127.0.0.10", "XBL, PBL"), "mine": ("listed", "127.0.0.9", "listed")},
            {"zen": ("policy", "127.0.0.11", "PBL"), "mine": clean},
            {"zen": ("not known", "", ""), "mine": clean}])
        self.assertEqual(facts.listings("2001:db8::1")["zen"], ("listed", "127.0.0.3", "CSS"))
        self.assertEqual(len(facts.warnings), 1)
        self.assertIn("list zen gave a code", facts.warnings[0])
        self.assertFalse(facts.runs[-1]["whole"])

    def test_hosts(self):
        dns = self.serve(test="", dbl=("bad.test A 127.0.1.4\nabused.test A 127.0.1.104\nwww.sub.test A 127.0.1.2\n"
                                       "x.evilours.test A 127.0.1.2\nx.ours.test A 127.0.1.2\n"),
                         surbl="bad.test A 127.0.0.72\n1.0.18.198 A 127.0.0.16\n")
        hosts = ["bad.test", "www.bad.test", "abused.test", "www.sub.test", "sub.test", "x.evilours.test",
                 "x.ours.test", "ours.test", "198.18.0.1", "198.18.0.2", "2001:db8::1", "10.0.0.1"]
        facts = self.ask(dns.server, *(f"host {host} lists" for host in hosts),
                         dnsbl={**LISTS, "wldomain": "ours.test"})
        clean, bad = ("clean", "", ""), ("listed", "127.0.1.4", "phish")
        surbl = ("listed", "127.0.0.72", "PH, ABUSE")
        keys = [f"host {host}" if host[0] in "12" else host for host in hosts]
        self.assertEqual([facts.listings(key) for key in keys], [
            {"dbl": bad, "surbl": surbl}, {"dbl": bad, "surbl": surbl},
            {"dbl": ("listed", "127.0.1.104", "abused legit phish"), "surbl": clean},
            {"dbl": ("listed", "127.0.1.2", "spam"), "surbl": clean}, {"dbl": clean, "surbl": clean},
            {"dbl": ("listed", "127.0.1.2", "spam"), "surbl": clean}, {}, {},
            {"surbl": ("listed", "127.0.0.16", "MW")}, {"surbl": clean}, {}, {}])
        self.assertEqual([facts[host]["registrable"] for host in hosts[:2]], ["bad.test", "bad.test"])

    def test_a_list_that_refuses_is_not_asked_any_more(self):
        for key, code, words in (("zen", "127.255.255.254", "public resolvers"), ("zen", "127.255.255.255", "too much"),
                                 ("zen", "127.255.255.252", "typing error"), ("dbl", "127.0.1.255", "about an address"),
                                 ("surbl", "127.0.0.1", "does not answer")):
            with self.subTest(list=key, code=code):
                dns = private_nsd(self, zones={LISTS[key]: f"* A {code}\n", "bl.example": "* A 127.0.0.2\n"})
                other = {"ipLists": "other:bl.example", "hostLists": "other:bl.example"}
                lines = [f"ip 198.18.{n // 250}.{n % 250} lists" if key == "zen" else f"host h{n}.test lists"
                         for n in range(600)]
                facts = self.ask(dns.server, *lines, dnsbl={key: LISTS[key], "inFlight": 3, **other})
                states = [facts.listings(line.split()[1]) for line in lines]
                self.assertEqual({one[key][0] for one in states}, {"not known"})
                self.assertEqual({one["other"][0] for one in states}, {"listed"})
                self.assertEqual(len(facts.warnings), 1)
                self.assertIn(words, facts.warnings[0])
                self.assertLess(facts.runs[-1]["found"], 600 + 20)
                dns.kill()

    def test_secrets_stay_secret(self):
        key = "abcdefghij0123456789klmnop"
        zone = f"{key}.zen.dq.spamhaus.net"
        dns = private_nsd(self, zones={zone: "* A 127.255.255.255\n"})
        facts = self.ask(dns.server, "ip 198.18.0.1 lists", dnsbl={"zen": zone})
        self.assertEqual((facts.listings("198.18.0.1")["zen"][0], len(facts.warnings)), ("not known", 1))
        self.assertNotIn(key, facts.out + facts.err)
        facts = enrich_driver.ask(self.program, self.config(dns.server, dnsbl={"ipLists": f"zen2:{zone}=2"}), ["run"])
        self.assertEqual(facts.code, 78)
        self.assertNotIn(key, facts.out + facts.err)

    def test_off(self):
        dns = self.serve(zen="")
        facts = self.ask(dns.server, "ip 198.18.0.1 lists", "host a.test lists", dnsbl=dict.fromkeys(LISTS, ""))
        self.assertEqual((facts.asked, facts.listings("198.18.0.1"), facts.listings("a.test")), (0, {}, {}))


class HostTest(Base):
    def test_addresses(self):
        dns = self.serve(test=("four A 198.18.0.9\nfour A 198.18.0.10\nfour AAAA 2001:db8::1\n"
                               "six AAAA 2001:db8::2\nsix AAAA 2001:db8::1\nmixed A 10.0.0.1\nmixed A 198.18.0.7\n"
                               "inner A 10.0.0.2\ninner A 10.0.0.1\ninner AAAA fe80::1\n"
                               "over A 10.0.0.1\nover AAAA 2001:db8::3\nalias CNAME four\nloop CNAME loop\n"),
                         origin="".join(origin(f"198.18.0.{n}", "64500 | 198.18.0.0/24 | DE | a |")
                                        for n in (7, 9, 10)),
                         origin6="".join(origin(f"2001:db8::{n}", "64501 | 2001:db8::/48 | FR | a |") for n in (1, 3)))
        hosts = ["four.test", "six.test", "mixed.test", "inner.test", "over.test", "alias.test", "none.test"]
        facts = self.ask(dns.server, *(f"host {host} address network" for host in hosts), "host outside.example",
                         "host 198.18.0.7 address network")
        self.assertEqual([(facts[host]["address_known"], facts[host]["address"], facts.network(host)[0],
                           facts.network(host)[2]) for host in hosts], [
            ("known", "198.18.0.9", "known", 64500), ("known", "2001:db8::1", "known", 64501),
            ("known", "198.18.0.7", "known", 64500), ("known", "10.0.0.1", "none", 0),
            ("known", "2001:db8::3", "known", 64501), ("known", "198.18.0.9", "known", 64500), ("none", "", "none", 0)])
        self.assertEqual(facts["outside.example"]["address_known"], "not known")  # REFUSED
        self.assertEqual(facts["outside.example"]["network_known"], "not known")
        self.assertEqual(facts.network("host 198.18.0.7")[2], 64500)

    def test_more_is_wanted_later(self):
        dns = self.serve(test="a A 198.18.0.7\n", origin=origin("198.18.0.7", "64500 | 198.18.0.0/24 | DE | a |"))
        facts = self.ask(dns.server, "host a.test address", "run", "host a.test network")
        self.assertEqual([one["asked"] for one in facts.runs], [2, 3])
        self.assertEqual(facts.network("a.test")[2], 64500)


class DeadTest(Base):
    def test_nobody_answers(self):
        dns = self.serve(zen="")
        dns.kill()
        lines = [f"ip 198.18.{n // 250}.{n % 250}" for n in range(500)] + [f"host h{n}.test" for n in range(500)]
        facts = self.ask(dns.server, *lines, "asn 64500", deadline=2, dnsbl=LISTS, dns="timeout = 500")
        self.assertFalse(facts.runs[-1]["whole"])
        self.assertLess(facts.runs[-1]["seconds"], 30 * harness.PATIENCE)  # a dead end for 2 s, on a busy machine
        self.assertEqual({facts.name(line.split()[1])[0] for line in lines[:500]}, {"not known"})
        self.assertEqual({facts.network(line.split()[1])[0] for line in lines}, {"not known"})
        self.assertEqual({facts.listings(line.split()[1])["dbl"][0] for line in lines[500:]}, {"not known"})
        self.assertIsNone(facts[64500]["name"])
        self.assertEqual(facts.warnings, [])


if __name__ == "__main__":
    unittest.main()
