# SPDX-License-Identifier: Apache-2.0
"""What src/select reads: each filter alone and in pairs gives the ids and the count that generated truth gives; pages,
places, totals, graphs and maps agree with it."""
import calendar
import collections
import fnmatch
import ipaddress
import itertools
import json
import time
import unittest
import urllib.parse

import harness
from harness import truth
from harness.bulk_mails import Bulk
from harness.ingest_site import Site
from harness.mariadb import PrivateMariadb
from harness.select_driver import SelectDriver

MAILS = 600
SEED = "5"
DAY = 86400


def quote(value):
    return urllib.parse.quote(str(value), safe="")


def epoch(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S"))


class Select(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = PrivateMariadb.for_class(cls)
        temp = harness.TempFolder()
        folder = temp.__enter__()
        cls.addClassCleanup(temp.__exit__)
        cls.site = Site(cls.server, folder)
        want = truth.generate(folder, MAILS, SEED, "--maildir", folder / "mails")
        cls.site.ingest("-q", folder / "mails", want=0, timeout=300)
        rows = cls.server.query(truth.MAILS)
        cls.mails = [cls.mail(want[row["reportMessageId"]], row) for row in rows]
        cls.prepare()
        cls.now = max(mail["arrival"] for mail in cls.mails) + 60
        cls.driver = SelectDriver(cls.server, "arf", cls.now)
        cls.addClassCleanup(cls.driver.close)

    @staticmethod
    def mail(told, row):
        """A mail as the truth has it; addresses as stored, where the report left them to be derived."""
        i = int(row["emailId"])
        return {**told, "id": i, "arrival": epoch(told["arrivalDate"]), "rcptTo": row["rcptTo"] or "",
                "reported": i % 9 == 0, "genuine": i % 11 == 0, "list": ("", "listed", "policy", "clean")[i % 4],
                "ip": ipaddress.ip_address(told["sourceIp"]), "known": i % 13 != 0, "unsaid": i % 17 == 0,
                "further": f"second{i}@further.example.test" if i % 50 == 0 else ""}

    @classmethod
    def prepare(cls):
        """What the ingester leaves to others: networks, names, listings, what was reported."""
        statements, names = [], {}
        listed = {}
        for mail in cls.mails:
            mail["list"] = listed.setdefault(mail["sourceIp"], mail["list"])
            name = names.setdefault(mail["sourceDomain"], 10**7 + len(names))
            where = f"WHERE emailId = {mail['id']}"
            statements.append(f"UPDATE arfEmail SET reported = {int(mail['reported'])}, likelyGenuine = {int(mail['genuine'])} {where}")
            if mail["known"]:
                statements.append(f"UPDATE arfEmail SET sourceAsn = {mail['sourceAsn']}, countryCode = '{mail['countryCode']}', "
                                  f"sourceDomainId = {name} {where}")
            if mail["unsaid"]:
                statements.append(f"UPDATE arfEmail SET deliveryResult = NULL {where}")
            if mail["further"]:
                n = 2 * 10**7 + mail["id"]
                statements += [f"INSERT INTO emailLocal VALUES ({n}, '{mail['further'].split('@')[0]}', UNHEX(SHA2('l{n}', 256)))",
                               "INSERT IGNORE INTO domain VALUES (30000000, 'further.example.test', UNHEX(SHA2('d', 256)))",
                               f"INSERT INTO emailRcptTo VALUES ({mail['id']}, 2, {n}, 30000000)"]
        statements += [f"INSERT INTO domain VALUES ({number}, '{name}', UNHEX(SHA2('s{name}', 256)))" for name, number in names.items() if name]
        statements += [f"INSERT INTO ipListing (ip, list, state, checked, expires) VALUES (INET6_ATON('{ip}'), 'zen', '{state}', NOW(), NOW())"
                       for ip, state in listed.items() if state]
        cls.server.execute(";".join(statements))

    # ---- filters and what they mean ----

    def most(self, of, which=0):
        counts = collections.Counter(value for mail in self.mails for value in [of(mail)] if value)
        return counts.most_common()[which if which >= 0 else len(counts) + which][0]

    def filters(self):
        """{query: which mails}"""
        asn = self.most(lambda mail: mail["known"] and mail["sourceAsn"])
        country = self.most(lambda mail: mail["known"] and mail["countryCode"])
        domain, source = self.most(lambda mail: mail["reportedDomain"]), self.most(lambda mail: mail["known"] and mail["sourceDomain"])
        sender, ip = self.most(lambda mail: mail["from"]), self.most(lambda mail: mail["sourceIp"])
        rcpt = self.most(lambda mail: "@" in mail["rcptTo"] and mail["rcptTo"])
        at = rcpt.split("@")[1]
        network = next(ipaddress.ip_network(f"{mail['sourceIp']}/18", strict=False) for mail in self.mails if mail["ip"].version == 4)
        six = next(ipaddress.ip_network(f"{mail['sourceIp']}/48", strict=False) for mail in self.mails if mail["ip"].version == 6)
        name = self.most(lambda mail: mail["attachments"] and mail["attachments"][0]["filename"])
        tail = self.most(lambda mail: mail["urls"] and mail["urls"][0].rsplit("/", 1)[1])
        like = lambda text, pattern: fnmatch.fnmatchcase(text.lower(), pattern)
        far = next(mail["further"] for mail in self.mails if mail["further"])
        first = min(mail["arrival"] for mail in self.mails)
        middle = (first + self.now) // 2
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(middle))
        date = time.strftime("%Y-%m-%d", time.gmtime(middle))
        today = self.now - self.now % DAY
        return {
            "": lambda mail: True,
            "type=bounce": lambda mail: mail["emailType"] == "bounce",
            "type=normal": lambda mail: mail["emailType"] == "normal",
            "fbtype=abuse": lambda mail: mail["feedbackType"] == "abuse",
            "fbtype=fraud": lambda mail: False,
            "delivery=reject": lambda mail: not mail["unsaid"] and mail["deliveryResult"] == "reject",
            "delivery=unknown": lambda mail: mail["unsaid"] or mail["deliveryResult"] is None,
            "reported=1": lambda mail: mail["reported"],
            "reported=0": lambda mail: not mail["reported"],
            "genuine=1": lambda mail: mail["genuine"],
            "listed=1": lambda mail: mail["list"] == "listed",
            f"asn={asn}": lambda mail: mail["known"] and mail["sourceAsn"] == asn,
            "asn=0": lambda mail: not mail["known"],
            f"country={country}": lambda mail: mail["known"] and mail["countryCode"] == country,
            "country=ZZ": lambda mail: not mail["known"],
            f"ip={ip}": lambda mail: mail["sourceIp"] == ip,
            f"ip={quote(network)}": lambda mail: mail["ip"].version == 4 and mail["ip"] in network,
            f"ip={quote(six)}": lambda mail: mail["ip"].version == 6 and mail["ip"] in six,
            f"domain={domain.upper()}": lambda mail: mail["reportedDomain"] == domain,
            "domain=*a*.test": lambda mail: like(mail["reportedDomain"] or "", "*a*.test"),
            f"source={source}": lambda mail: mail["known"] and mail["sourceDomain"] == source,
            "source=*1*": lambda mail: mail["known"] and "1" in mail["sourceDomain"],
            f"from={quote(sender)}": lambda mail: (mail["from"] or "").lower() == sender.lower(),
            "from=*a*": lambda mail: "a" in (mail["from"] or "").lower(),
            "from=*.com*": lambda mail: ".com" in (mail["from"] or "").lower(),
            f"rcpt=@{at}": lambda mail: mail["rcptTo"].lower().endswith("@" + at),
            f"rcpt={quote(rcpt)}": lambda mail: mail["rcptTo"].lower() == rcpt.lower(),
            f"rcpt={quote(far)}": lambda mail: mail["further"] == far,
            "rcpt=@further.example.test": lambda mail: bool(mail["further"]),
            "subject=INVOICE": lambda mail: "invoice" in (mail["subject"] or "").lower(),
            "subject=your*account": lambda mail: like(mail["subject"] or "", "*your*account*"),
            "subject=%25": lambda mail: "%" in (mail["subject"] or ""),
            "subject=_": lambda mail: "_" in (mail["subject"] or ""),
            "subject=%5B": lambda mail: "[" in (mail["subject"] or ""),
            f"subject={quote('счёт')}": lambda mail: "счёт" in (mail["subject"] or "").lower(),
            "subjectlike=%25invoice%25": lambda mail: "invoice" in (mail["subject"] or "").lower(),
            f"url={quote(tail)}": lambda mail: any(tail.lower() in url.lower() for url in mail["urls"]),
            "url=http": lambda mail: any("http" in url.lower() for url in mail["urls"]),
            f"urllike=%25{quote(tail)}": lambda mail: any(url.lower().endswith(tail.lower()) for url in mail["urls"]),
            f"file={quote(name)}": lambda mail: any(name.lower() in (file["filename"] or "").lower() for file in mail["attachments"]),
            "file=no such name": lambda mail: False,
            "days=3&daysago=2": lambda mail: today - 5 * DAY <= mail["arrival"] < today - DAY,
            f"since={stamp}": lambda mail: mail["arrival"] >= middle,
            f"until={date}": lambda mail: mail["arrival"] < middle - middle % DAY + DAY,
            f"q={quote(sender)}": lambda mail: sender.lower() in ((mail["from"] or "").lower(), mail["rcptTo"].lower()),
            f"q=AS{asn}": lambda mail: mail["known"] and mail["sourceAsn"] == asn,
            "q=invoice": lambda mail: "invoice" in (mail["subject"] or "").lower(),
        }

    def wanted(self, *checks):
        found = [mail for mail in self.mails if all(check(mail) for check in checks)]
        return [mail["id"] for mail in sorted(found, key=lambda mail: (-mail["arrival"], -mail["id"]))]

    def counts(self, query, want):
        """A total is left out when it costs more than 15 ms, as it may on a busy machine: asked again."""
        told = harness.wait_for(lambda: [total for total in [self.driver.ask("page", query)["total"]] if total >= 0], query)
        self.assertEqual(told, [want])

    def test_each_filter_alone(self):
        for query, check in self.filters().items():
            with self.subTest(query):
                want = self.wanted(check)
                self.assertEqual(self.driver.ask("ids", query).get("ids"), want)
                first = self.driver.ask("first", query)
                self.assertEqual((first["ids"], first["cut"]), (want[:20], len(want) > 20))
                page = self.driver.ask("page", query)
                self.assertEqual([mail["emailId"] for mail in page["emails"]], want[:50])
                self.counts(query, len(want))

    def test_filters_in_pairs(self):
        filters = self.filters()
        for (one, check), (two, other) in itertools.combinations(filters.items(), 2):
            names = [part.split("=")[0] for part in f"{one}&{two}".split("&") if part]
            if len(set(names)) < len(names) or {"days", "since"} <= set(names) or {"days", "until"} <= set(names):
                continue
            answer = self.driver.ask("ids", f"{one}&{two}")
            self.assertEqual(answer.get("ids"), self.wanted(check, other), f"{one}&{two}: {answer.get('error')}")

    def test_pages_forth_and_back(self):
        for query in ("limit=7", "type=bounce&limit=5", "subject=a&limit=9", "url=http&limit=11", "order=asc&limit=13",
                      "sort=subject&days=400&limit=17", "sort=asn&order=asc&days=400&limit=40", "sort=ip&days=400&limit=50"):
            with self.subTest(query):
                want = self.driver.ask("ids", query)["ids"]
                place, seen, pages = "", [], []
                while True:
                    page = self.driver.ask("emails", query + place)
                    pages.append([mail["emailId"] for mail in page["emails"]])
                    seen += pages[-1]
                    if page["next"] is None:
                        break
                    place = f"&after={page['next']}"
                self.assertEqual(seen, want)
                for back in reversed(pages[:-1]):
                    page = self.driver.ask("emails", f"{query}&after={page['previous']}")
                    self.assertEqual([mail["emailId"] for mail in page["emails"]], back)
                self.assertIsNone(page["previous"])
                self.assertEqual(self.driver.ask("stream", query)["ids"], want)

    def test_mails_of_one_second_are_parted_by_their_id(self):
        ids = [mail["id"] for mail in self.mails[:40]]
        before = {mail["id"]: mail["arrivalDate"] for mail in self.mails[:40]}
        at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(self.now))
        self.server.execute(f"UPDATE arfEmail SET arrivalDate = '{at}', subject = CONCAT('tie ', subject) "
                            f"WHERE emailId IN ({','.join(map(str, ids))})")
        try:
            self.site.mend()
            for query in ("subjectlike=tie%25&limit=7", "subjectlike=%25&limit=9", "subject=tie&limit=7", "type=normal&subject=tie&limit=3", "limit=9", "subject=tie&order=asc&limit=7"):
                want, place, seen = self.driver.ask("ids", query)["ids"], "", []
                while place is not None:
                    page = self.driver.ask("emails", query + place)
                    seen += [mail["emailId"] for mail in page["emails"]]
                    place = page["next"] and f"&after={page['next']}"
                self.assertEqual(seen, want, query)
                if "=tie" in query and "type" not in query:
                    self.assertEqual(sorted(seen), sorted(ids))
        finally:
            self.server.execute(";".join(f"UPDATE arfEmail SET arrivalDate = '{date}', subject = SUBSTR(subject, 5) WHERE emailId = {i}"
                                         for i, date in before.items()))
            self.site.mend()

    def test_places_of_other_lists_are_refused(self):
        place = self.driver.ask("emails", "type=normal&limit=3")["next"]
        for query in (f"type=bounce&after={place}", f"type=normal&order=asc&after={place}", "after=x", f"type=normal&after={place}!",
                      "type=normal&after=" + place.replace(".n.", ".x.")):
            self.assertIn("after:", self.driver.ask("emails", query)["error"])

    def test_total_of_what_is_looked_up(self):
        """Mails of one URL or campaign are all read for a page, so their number comes with it."""
        for name, table in (("urlid", "emailUrl"), ("campaign", "emailPattern")):
            column = {"urlid": "urlId", "campaign": "patternId"}[name]
            one, want = self.server.query(f"SELECT {column} id, COUNT(DISTINCT emailId) n FROM {table} GROUP BY {column} "
                                          "ORDER BY n DESC LIMIT 1")[0].values()
            self.assertGreater(int(want), 3)
            for more in ("", "&sort=subject&days=400", "&sort=ip&order=asc&days=400", "&type=normal", "&days=400"):
                query = f"{name}={one}{more}"
                page = self.driver.ask("page", f"{query}&limit=2")
                count = len(self.driver.ask("ids", query)["ids"])
                self.assertEqual((page["total"], page["came"]), (count, count), query)
                self.assertEqual(len(page["emails"]), 2)
            self.assertEqual(self.driver.ask("page", f"{name}={one}&limit=2")["total"], int(want))

    def test_values_that_want_out(self):
        for value in ("'", "\"", "\\", "') OR 1=1 -- ", "%", "_", "*", "a\\'b", "\u202e", "{{x}}", ";DROP TABLE arfEmail", "[", "(?R)", "x{1,9}"):
            for name in ("subject", "subjectlike", "url", "urllike", "file", "filelike", "from", "rcpt", "domain", "source", "reporter", "q"):
                answer = self.driver.ask("page", f"{name}={quote(value)}")
                self.assertTrue("emails" in answer or "narrow" not in answer["error"], (name, value, answer))
                self.assertNotIn("[", answer.get("error", "")[:30], "no error of the server")
        self.counts("", MAILS)

    def test_rows_hold_what_is_known(self):
        known = {mail["id"]: mail for mail in self.mails}
        answer = self.driver.ask("emails", "limit=1000")["emails"]
        self.assertEqual(len(answer), MAILS)
        letters = {"": "?", "listed": "Z", "policy": "P", "clean": " "}
        for row in answer:
            mail = known[row["emailId"]]
            self.assertEqual((row["subject"], row["emailType"], row["urls"], row["sourceIp"], row["list"], row["reported"], row["arrivalDate"]),
                             (mail["subject"] or "", mail["emailType"], mail["urls"], mail["sourceIp"], letters[mail["list"]], mail["reported"],
                              mail["arrival"]))
            self.assertEqual((row["from"] or "").lower(), (mail["from"] or "").lower())
            self.assertEqual(row["files"], [file["filename"] or "" for file in mail["attachments"]])

    def test_one_mail(self):
        mail = next(mail for mail in self.mails if mail["further"])
        answer = self.driver.ask("detail", mail["id"])
        self.assertEqual(answer["email"]["subject"], mail["subject"])
        self.assertEqual(answer["fields"]["reportMessageId"], mail["messageId"])
        self.assertGreater(answer["rawId"], 0)
        self.assertIn("subject", answer["patterns"])
        self.assertIsNone(self.driver.ask("detail", "999999999")["email"])

    def test_graphs_and_map(self):
        today = self.now - self.now % DAY
        want = collections.Counter((mail["arrival"] - mail["arrival"] % 3600, mail["emailType"]) for mail in self.mails)
        hours = self.driver.ask("live")["hours"]
        self.assertEqual(hours[0][0], today - 3 * DAY)
        self.assertEqual(hours[-1][0], self.now - self.now % 3600)
        for hour, *counts in hours:
            self.assertEqual(counts, [want[hour, kind] for kind in ("normal", "bounce", "auto-replied")], hour)
        days = collections.Counter(mail["arrival"] - mail["arrival"] % DAY for mail in self.mails
                                   if mail["reported"] and mail["arrival"] >= today - 90 * DAY)
        first = min(days)
        self.assertEqual(self.driver.ask("reported")["days"], [[day, days[day]] for day in range(first, today + 1, DAY)])
        for of in ("reported", "all"):
            counted = [mail for mail in self.mails if self.now - 7 * DAY <= mail["arrival"] and (of == "all" or mail["reported"])]
            answer = self.driver.ask("map", of)
            self.assertEqual(answer["countries"], collections.Counter(mail["countryCode"] for mail in counted if mail["known"]))
            self.assertEqual(answer["unknown"], sum(not mail["known"] for mail in counted))
            asns = collections.Counter(str(mail["sourceAsn"]) for mail in counted if mail["known"])
            self.assertEqual(len(answer["networks"]), min(20, len(asns)))
            for asn, total in answer["networks"].items():
                self.assertEqual(total, asns[asn])

    def test_figures_are_new_after_a_run(self):
        self.assertEqual(self.driver.ask("figures")["live"], len(self.driver.ask("live")["hours"]))
        overview = self.driver.ask("overview")
        self.assertEqual(overview["last24h"], sum(self.now - DAY < mail["arrival"] <= self.now for mail in self.mails))
        self.assertEqual(self.driver.ask("figures")["last24h"], overview["last24h"])
        self.server.execute("UPDATE arfEmail SET reported = 1 - reported")
        total = self.driver.ask("map", "reported")["total"]
        self.assertNotEqual(self.driver.ask("figures")["map"], total)
        self.server.execute("INSERT INTO feedRun (runId, feed, started, ended) VALUES (9999999, 'other', NOW(), NOW())")
        fresh = self.driver.ask("figures")["map"]
        self.server.execute("UPDATE arfEmail SET reported = 1 - reported")
        self.assertGreaterEqual(fresh, total)

    def test_patterns_networks_and_days(self):
        row = self.driver.ask("campaigns", "subject 30")["campaigns"][0]
        stored = self.server.value(f"SELECT COUNT(*) FROM emailPattern WHERE patternId = {row['patternId']}")
        self.assertEqual(str(row["total"]), stored)
        self.assertEqual(len(self.driver.ask("ids", f"campaign={row['patternId']}")["ids"]), row["total"])
        self.assertEqual(self.driver.ask("days", f"pattern {row['patternId']}")["total"], row["total"])
        self.assertTrue(self.driver.ask("companions", row["patternId"])["companions"])
        asns = collections.Counter(mail["sourceAsn"] for mail in self.mails if mail["known"] and mail["arrival"] >= self.now - 7 * DAY)
        for network in self.driver.ask("networks", "asn")["networks"]:
            self.assertEqual(network["total"], asns[network["asn"]])
        self.assertIn("kind:", self.driver.ask("campaigns", "nonsense 2")["error"])

    def test_urls(self):
        answer = self.driver.ask("urls", "limit=1000&all=1")["urls"]
        self.assertEqual(len(answer), min(1000, int(self.server.value("SELECT COUNT(*) FROM url"))))
        self.assertEqual([url["last"] for url in answer], sorted((url["last"] for url in answer), reverse=True))
        tail = answer[3]["url"].rsplit("/", 1)[1] or "http"
        found = self.driver.ask("urls", f"url={quote(tail)}&limit=1000&all=1")["urls"]
        self.assertIn(answer[3]["url"], [url["url"] for url in found])
        want = {url for mail in self.mails if "invoice" in (mail["subject"] or "").lower() for url in mail["urls"]}
        answer = self.driver.ask("urlsofmails", "subject=invoice&limit=1000&all=1")["urls"]
        self.assertEqual({url["url"].lower() for url in answer}, {url.lower() for url in want})


class Texts(unittest.TestCase):
    """Mails and URLs that are these texts."""
    SUBJECTS = ()

    @classmethod
    def setUpClass(cls):
        cls.server = PrivateMariadb.for_class(cls)
        temp = harness.TempFolder()
        cls.addClassCleanup(temp.__exit__)
        cls.site = Site(cls.server, temp.__enter__())
        text = lambda subject: f"CONVERT(x'{subject.encode().hex()}' USING utf8mb4)"
        for part in ("(emailId, arrivalDate, receivedDate, sourceIp, subject)",):
            cls.server.execute("; ".join(
                f"INSERT INTO arfEmail {part} VALUES ({i}, '2026-01-{i % 28 + 1:02d}', '2026-01-01', x'C6120001', {text(subject)})"
                for i, subject in enumerate(cls.SUBJECTS, 1)))
        cls.server.execute("; ".join(
            "INSERT INTO url (urlId, firstSeen, lastSeen, url, tail, keyHash) VALUES "
            f"({i}, '2026-01-01', '2026-01-01', {text(subject)}, 'x', UNHEX(SHA2('{i}', 256))); "
            f"INSERT INTO emailUrl (emailId, urlId, position) VALUES ({i}, {i}, 1)"
            for i, subject in enumerate(cls.SUBJECTS, 1)))
        told = cls.site.mend()
        assert f"subject: without a line {len(cls.SUBJECTS)}, " in told and f"url: without a line {len(cls.SUBJECTS)}, " in told, told
        cls.driver = SelectDriver(cls.server, "arf", 1770000000)
        cls.addClassCleanup(cls.driver.close)

    def ids(self, query):
        answer = self.driver.ask("ids", query)
        self.assertNotIn("error", answer, query)
        return sorted(answer["ids"])


class Searched(Texts):
    """The way through searchBlock finds what a walk finds. An address that all mails share makes it a walk."""
    SUBJECTS = ("Wire Transfer", "wire transfer 5%", "w\u00efr\u00e9 tr\u00e1nsfer", "WIRE\\TRANSFER", "a_b", "axb", "A%B", "\u212a\u017f \u0130\u0131",
                "ks ii", "tab\there", "line\nfeed", "line feed", "\u65e5\u672c\u8a9e wire", "\uff37\uff29\uff32\uff25", "\U0001F600 smile", "\U0001F4A9 smile",
                "stra\u00dfe", "strasse", "\u0141\u00f3d\u017a", "Lodz", "lo dz", "'quote\" ; --", "*star*", "", "1,2,3", "\\", "x\\%", "x%y", "e\u0301t\u00e9",
                "\u039f\u03a3 \u03c3\u03c2", "ab" * 300, "\u00e9" * 300)
    TEXTS = ("wire", "WIRE TR", "transfer 5%", "5%", "_", "a_b", "%", "\\", "\\t", "ks", "\u017f", "\u212a", "i", "\u0130", "\u0131", "tab\there", "e\nf", "e f",
             "\u65e5\u672c", "\u8a9e w", "\uff57\uff49", "\U0001F600", "stra\u00df", "strass", "l\u00f3d", "\u0141", "lodz", "'quote\"", "star", "w*t", "wire*5", "*e t*",
             "\u00e9t", "ete", "\u03c3", "\u03a3", "1,2", "2\n3", "abab", "\u00e9\u00e9", "nowhere", "w*nowhere", "r t", "\x7f")
    LIKES = ("wire%", "%transfer", "a_b", "a\\_b", "%\\%%", "%\\", "x\\%", "x\\\\\\%", "", "%", "_____", "%\u00e9%", "stra_e", "%smile", "W%R%", "%\uff52%", "lo%dz")

    def test_subjects(self):
        found = 0
        for name, texts in (("subject", self.TEXTS), ("subjectlike", self.LIKES), ("q", ("wire transfer", "\u65e5 wire", "smile \U0001F600"))):
            for text in filter(None, texts):
                query = f"{name}={quote(text)}"
                walked = self.ids(f"{query}&ip=198.18.0.1")
                self.assertEqual(self.ids(query), walked, query)
                inside = [i for i in walked if 10 <= i % 28 + 1 <= 20]
                self.assertEqual(self.ids(f"{query}&since=2026-01-10&until=2026-01-20"), inside, query)
                found += len(walked)
        self.assertGreater(found, 150)
        self.assertEqual(self.ids("subject=wire&subjectlike=%25transfer"), self.ids("subject=wire&subjectlike=%25transfer&ip=198.18.0.1"))

    def test_it_is_the_way_that_is_taken(self):
        self.assertTrue(self.ids("subject=wire") and self.ids("url=wire") and self.ids("urllike=%25wire%25"))
        self.server.execute("DELETE FROM searchBlock")
        self.addCleanup(self.site.mend)
        self.assertEqual(self.ids("subject=wire") + self.ids("url=wire") + self.ids("urllike=%25wire%25"), [])

    def test_urls_have_the_same_words(self):
        for name, texts in (("url", self.TEXTS), ("urllike", self.LIKES)):
            for text in texts:
                if text and "/" not in text and name == "url":
                    self.assertEqual(self.ids(f"url={quote(text)}"), self.ids(f"subject={quote(text)}"), text)

    def test_signs_of_ascii_are_equal_to_themselves_alone(self):
        """What search_probe relies on, asked of the collation."""
        signs = [chr(c) for c in range(0x20, 0x7F)]
        pairs = self.server.query("; ".join(
            f"SELECT x'{a.encode().hex()}' a, x'{b.encode().hex()}' b WHERE CONVERT(x'{a.encode().hex()}' USING utf8mb4) COLLATE "
            f"utf8mb4_unicode_ci LIKE CONCAT('!', CONVERT(x'{b.encode().hex()}' USING utf8mb4)) ESCAPE '!'"
            for a in signs for b in signs if a.lower() < b.lower()), name="arf")
        self.assertEqual(pairs, [])


class Spelled(Texts):
    """A host that was typed with U-labels is found as it was written, or with A-labels."""
    SUBJECTS = ("http://b\u00fccher.example/a", "http://xn--bcher-kva.example/a", "HTTP://www.XN--BCHER-KVA.Example/b",
                "http://xn--bcher.example/a", "http://\u65e5\u672c.example/a", "http://xn--wgv71a.example/a%20@x",
                "http://example.org/?\u65e5\u672c", "http://example.org/xn--wgv71a")
    CASES = (("http://b\u00fccher.example/", [1, 2]), ("B\u00dcCHER.example", [1, 2, 3]), ("b\u00fccher.*/b", [3]),
             ("http://xn--bcher-kva.example/", [2]), ("\u65e5\u672c.example/a", [5, 6]), ("\u65e5\u672c", [5, 6, 7, 8]),
             ("org/?\u65e5\u672c", [7]), ("http://m\u00fcll.example/", []))

    def check(self):
        for text, want in self.CASES:
            query = f"url={quote(text)}"
            shown = self.driver.ask("urls", f"{query}&limit=1000&all=1")["urls"]
            self.assertEqual(sorted(self.SUBJECTS.index(url["url"]) + 1 for url in shown if url["url"] in self.SUBJECTS), want, text)
            for other in ("", "&ip=198.18.0.1"):
                self.assertEqual([i for i in self.ids(query + other) if i <= len(self.SUBJECTS)], want, text + other)

    def test_spellings(self):
        self.check()

    def test_spellings_of_many(self):
        """More than are looked up one by one: the mails are asked."""
        rows = [(i, ("http://xn--bcher-kva.example/", "http://\u65e5\u672c.example/a")[i % 2] + str(i)) for i in range(100, 2400)]
        self.server.execute("INSERT INTO arfEmail (emailId, arrivalDate, receivedDate, sourceIp, subject) VALUES "
                            "(100, '2025-01-01', '2025-01-01', x'C6120001', ''); " + "; ".join(
            f"INSERT INTO url (urlId, firstSeen, lastSeen, url, tail, keyHash) VALUES ({i}, '2025-01-01', '2025-01-01', "
            f"CONVERT(x'{url.encode().hex()}' USING utf8mb4), 'y', UNHEX(SHA2('{i}', 256))); "
            f"INSERT INTO emailUrl (emailId, urlId, position) VALUES (100, {i}, {i})" for i, url in rows))
        self.site.mend()
        self.check()
        found = self.driver.ask("urls", f"url={quote('http://b' + chr(0xfc) + 'cher.example/')}&limit=1000&all=1")["urls"]
        self.assertEqual(len(found), 1000)


class ManyMails(unittest.TestCase):
    """50,000 mails: every read of the bench answers, and walks what it should."""

    def test_reads_of_the_bench(self):
        from bench import select_bench  # noqa: PLC0415
        with PrivateMariadb("--innodb-buffer-pool-size=256M") as db:
            db.execute("CREATE DATABASE arf_bulk CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", name=None)
            db.source(harness.ROOT / "forensic.sql", name="arf_bulk")
            Bulk(db, "arf_bulk", 50_000, quiet=True).fill(raw=False)
            now = int(db.value("SELECT UNIX_TIMESTAMP(MAX(arrivalDate)) FROM arfEmail", name="arf_bulk"))
            driver = SelectDriver(db, "arf_bulk", now)
            self.addCleanup(driver.child.stdout.close)
            for what, _, command, rest in select_bench.reads(db, 30):
                answer = driver.ask(command, rest)
                self.assertNotIn("error", answer, what)
                if command == "page" and "absent" in what:
                    self.assertEqual(answer["emails"], [], what)
                elif command == "page" and "rare" not in what:
                    self.assertTrue(answer["emails"], what)
            driver.close()


if __name__ == "__main__":
    unittest.main()
