# SPDX-License-Identifier: Apache-2.0
"""What strangers write: payloads in every stored text and in every parameter; and what a viewer may not learn."""
import csv
import io
import re
import unittest
import urllib.parse

from harness.told_site import ToldSite
from harness.web_page import WebPage

PAYLOADS = [
    "\"><script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>", "</textarea></title></pre><svg onload=alert(1)>",
    "{{#rows}}{{{subject}}}{{/rows}}{{>head}}", "javascript:alert(1)//", "a\u202egpj.exe\u2066\u200b\u0007\u001b[31m",
    "x\r\nSet-Cookie: evil=1\r\n\r\n<b>", "]]><!-- --><![CDATA[", "=cmd|' /C calc'!A0", "') OR 1=1 -- \\' ; DROP TABLE arfEmail",
    "%s%n%d%00\u0001", "\U0001F4A9\u0130\u212a\ufffd" * 20, "<b>" * 2000, "http://a.test/\"onmouseover=\"alert(1)",
]
PARAMETERS = """subject subjectlike url urllike file filelike from rcpt domain source reporter q ip asn country type fbtype
delivery reported genuine listed campaign pattern urlid all days daysago since until sort order limit after of kind weight
fragment next v""".split()
LISTS = ("/email", "/url", "/campaign", "/network", "/email/map", "/quarantine", "/audit", "/email/graph", "/help", "/login",
         "/api/email", "/api/url", "/email.csv", "/url.csv", "/outbox")
# Columns that hold no text of strangers, or with which nobody could log in.
OURS = {"user.name", "user.password", "user.settings", "apiToken.name", "idBlock.name", "savedSelection.query", "arfEmail.derived"}
HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u0000-\u0008\u000b\u000c\u000e-\u001f]")


def quote(text):
    return urllib.parse.quote(text, safe="")


class HostileCase(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.told = ToldSite.for_class(cls, mails=60)
        cls.site, cls.db = cls.told.site, cls.told.db
        cls.ada = cls.site.client("ada")

    def look(self, client, path, payload, statuses):
        answer = client.get(path)
        self.assertIn(answer.status, statuses, f"{path[:300]} {payload[:60]!r}: {answer}")
        self.assertNotIn("evil=1", str(answer.cookies), path)
        if answer.fields.get("content-type", "").startswith("text/html"):
            text = answer.text
            try:
                WebPage(text)
            except ValueError as wrong:
                self.fail(f"{path[:300]} {payload[:60]!r}: {wrong}")
            self.assertIsNone(HIDDEN.search(text), f"{path[:300]} {payload[:60]!r}")
        elif answer.fields.get("content-type", "").startswith("application/json"):
            answer.json()
        return answer


class StoredTest(HostileCase):
    def columns(self):
        rows = self.db.query("""SELECT TABLE_NAME AS t, COLUMN_NAME AS c, CHARACTER_MAXIMUM_LENGTH AS n
            FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND DATA_TYPE IN ('varchar', 'char', 'text',
            'mediumtext', 'longtext')""")
        return [(row["t"], row["c"], min(int(row["n"]), 4000)) for row in rows if f"{row['t']}.{row['c']}" not in OURS]

    def fill_tables(self):
        """A row in each table that the pages show and the ingester left empty."""
        self.db.execute("""
            INSERT INTO heldMessage (heldId, kind, reason, place, receivedDate, digest) VALUES
                (7, 'unreadable', 'x', 'x', NOW(), UNHEX(SHA2('x', 256)));
            INSERT INTO emailNote SELECT 7000 + emailId, emailId, 'x', NOW(), 'x' FROM arfEmail;
            INSERT IGNORE INTO asName SELECT DISTINCT sourceAsn, 'x', 'DE', NOW(), NOW() FROM arfEmail WHERE sourceAsn > 0;
            INSERT IGNORE INTO asn SELECT DISTINCT sourceAsn, 'x' FROM arfEmail WHERE sourceAsn > 0;
            INSERT IGNORE INTO contact (base, prefix, origin, email, checked)
                SELECT DISTINCT sourceIp, LENGTH(sourceIp) * 8, 'rdap', 'x', NOW() FROM arfEmail;
            INSERT INTO savedSelection SELECT 7, MIN(userId), 'x', 'country=BR', 1, NOW() FROM user""")

    def test_every_stored_text(self):
        self.fill_tables()
        ada = self.ada
        mail = self.told.mails[0]
        pattern = self.db.value("SELECT MIN(patternId) FROM pattern")
        url = self.db.value("SELECT MIN(urlId) FROM url")
        asn = next(mail["sourceAsn"] for mail in self.told.mails if mail["known"])
        paths = ["/", "/email", "/email?limit=1000", "/url?all=1", "/campaign", "/campaign?kind=url", f"/campaign/{pattern}",
                 "/network", "/network?of=country", f"/network/{asn}", "/email/map?of=all", "/email/graph", "/quarantine",
                 "/quarantine/7", "/audit", f"/url/{url}", f"/email/urlId/{url}", f"/email/{mail['id']}",
                 f"/email/{mail['id']}?fragment=1", "/api/email", "/api/url", "/api/campaign", "/api/network", "/api/map",
                 "/api/quarantine", "/email.csv", "/url.csv"]
        before = {path: ada.get(path).status for path in paths}
        self.assertEqual(set(before.values()), {200}, before)
        columns = self.columns()
        self.assertGreater(len(columns), 40)
        for payload in PAYLOADS:
            text = payload.encode().hex()
            self.db.execute(";".join(f"UPDATE IGNORE {table} SET {column} = LEFT(CONVERT(X'{text}' USING utf8mb4), {length})"
                                     for table, column, length in columns))
            if "<script" in payload:
                self.assertIn(payload, WebPage(ada.get("/email").text).text, "it is shown")
            for path in paths:
                # What is a code by our schema may be refused when it is none; a page is made all the same.
                answer = self.look(ada, path, payload, {200} if path != f"/network/{asn}" else {200, 404})
                if path.endswith(".csv"):
                    for row in csv.reader(io.StringIO(answer.text)):
                        self.assertFalse([cell for cell in row if cell.startswith(("=", "+", "-", "@"))], payload)


class ParameterTest(HostileCase):
    def test_every_parameter(self):
        ada = self.ada
        # Each payload meets each name, and each path; not every three of them.
        for i, path in enumerate(LISTS):
            for j, name in enumerate(PARAMETERS):
                for payload in {PAYLOADS[(i + j) % len(PAYLOADS)], PAYLOADS[(5 * i + 3 * j + 7) % len(PAYLOADS)]}:
                    self.look(ada, f"{path}?{name}={quote(payload)}", payload, {200, 303, 400, 403, 404})
        self.assertEqual(self.db.value("SELECT COUNT(*) FROM arfEmail"), "60")

    def test_names_paths_and_cookies(self):
        ada = self.ada
        for payload in PAYLOADS:
            text = quote(payload)
            for path in (f"/{text}", f"/email/{text}", f"/email?{text}=1", f"/email/subject/{text}", f"/email/url/pattern/{text}",
                         f"/email/file/pattern/{text}/days/2", f"/email/type/{text}", f"/url/pattern/{text}", f"/country/{text}",
                         f"/email/asn/{text}", f"/url/subject/pattern/{text}/limit/3", f"/static/{text}", f"/api/{text}"):
                self.look(ada, path, payload, {200, 303, 400, 403, 404})
            # Field values go over the wire without line ends.
            plain = re.sub("[^\x20-\x7e]", "", payload)
            for name in ("lafayette-theme", "lafayette-flash"):
                answer = ada.get("/email", Cookie="; ".join([f"{k}={v}" for k, v in ada.cookies.items()]
                                                            + [f"{name}=b.{quote(plain)}"]))
                self.assertEqual(answer.status, 200)
                WebPage(answer.text)
            self.assertIn(ada.get("/email", Host=plain or "x").status, (200, 400))

    def test_forms(self):
        ada = self.ada
        mail = self.told.mails[0]["id"]
        for payload in PAYLOADS:
            for path, form in ((f"/email/{mail}/note", {"note": payload}), ("/selection", {"name": payload, "query": "country=BR"}),
                               ("/selection", {"name": "x", "query": payload}), ("/account/password", {"old": payload, "new": payload})):
                answer = ada.post(path, form)
                self.assertIn(answer.status, (303, 400, 403), f"{path} {payload[:60]!r}: {answer}")
            self.look(ada, "/email", payload, {200})
            self.look(ada, f"/email/{mail}", payload, {200})
            answer = self.site.client().post("/login", {"name": payload, "password": "x" * 12, "next": payload})
            self.assertIn(answer.status, (400, 403, 429))
            WebPage(answer.text)


class ViewerTest(HostileCase):
    def test_what_a_viewer_may_not_ask(self):
        vera = self.site.client("vera")
        mail = self.told.mails[0]
        for name in ("from", "rcpt", "q"):
            for path in ("/email", "/api/email", "/email.csv", "/url", "/api/url", "/url.csv"):
                self.assertEqual(vera.get(f"{path}?{name}=a").status, 403, (name, path))
        for path in (f"/email/id/{mail['id']}", f"/email/{mail['id']}/original.zip", "/quarantine", "/audit", "/api/quarantine"):
            self.assertEqual(vera.get(path).status, 403, path)
        vera.get("/account")
        self.assertEqual(vera.post(f"/email/{mail['id']}/note", {"note": "x"}).status, 403)
        self.assertNotIn("sort=from", vera.get("/email?days=9").text)

    def matches(self, client, path):
        answer = client.get(path)
        self.assertEqual(answer.status, 200, f"{path}: {answer}")
        return answer.json()["total"] if path.startswith("/api/email") else len(answer.json()["urls"])

    def test_filters_match_what_is_seen(self):
        """Of an address in a subject, a URL, a name of a file a viewer's filter finds what the viewer sees, and no more."""
        vera, anna = self.site.client("vera"), self.ada
        one, two, three, four = (mail["id"] for mail in self.told.mails[:4])
        url = self.db.value(f"SELECT urlId FROM emailUrl WHERE emailId NOT IN ({one}, {two}, {three}, {four}) LIMIT 1")
        self.db.execute(
            f"UPDATE arfEmail SET subject = 'Mot to zq.secretus@seen.test, ending' WHERE emailId = {one};"
            f"UPDATE arfEmail SET subject = 'Mot \"zq secretus\"@seen.test %40 zqzq%40also.test' WHERE emailId = {two};"
            f"UPDATE arfEmail SET subject = 'Mot z\u00f6 zq\u00f6\uff20wide.test a@b@zqc' WHERE emailId = {three};"
            f"UPDATE arfEmail SET subject = 'Mot zqplain, without one' WHERE emailId = {four};"
            f"UPDATE url SET url = 'http://way.test/zqpiece/zq.lastus%40seen.test', tail = 'zq.lastus%40seen.test' WHERE urlId = {url};"
            "UPDATE emailFile SET filename = 'mot zqfile@seen.test.zip'")
        self.told.mend()
        for query, seen, whole in (
                ("subject=Mot", 4, 4), ("subject=seen.test", 2, 2), ("subject=, ending", 1, 1), ("subject=mot to*ending", 1, 1),
                ("subject=zqplain", 1, 1), ("subject=@seen.test", 2, 2), ("subject=wide.test", 1, 1), ("subject=@zqc", 1, 1),
                ("subject=zq.s", 0, 1), ("subject=secretus", 0, 2), ("subject=secretus\"@", 0, 1), ("subject=zqzq", 0, 1),
                ("subject=zq\u00f6", 0, 1), ("subject=zq*us@seen", 0, 1), ("subject=to z*@seen", 0, 1), ("subject=us@seen.test", 0, 1),
                ("subjectlike=Mot to ___________@%", 0, 1), ("subjectlike=Mot to ___@%", 1, 0), ("subjectlike=%secretus@%", 0, 1),
                ("url=way.test/zqpiece", 1, 1), ("url=lastus", 0, 1), ("url=piece/zq", 0, 1), ("url=%40seen.test", 1, 1),
                ("urllike=%lastus%", 0, 1), ("urllike=%/zq.lastus\\%40seen.test", 0, 1), ("urllike=%zq.l%", 0, 1),
                ("file=zqfile", 0, 1), ("file=seen.test.zip", 1, 1), ("filelike=%zqf%", 0, 1)):
            query = "&".join(f"{name}={quote(value)}" for name, _, value in [query.partition("=")])
            for path in ("/api/email?", "/api/url?all=1&") if query.startswith("url") else ("/api/email?",):
                for days in ("", "&days=900"):
                    with self.subTest(path + query + days):
                        got = [self.matches(client, path + query + days) for client in (vera, anna)]
                        if query.startswith("subject"):
                            self.assertEqual(got, [seen, whole])
                        self.assertEqual([count > 0 for count in got], [seen > 0, whole > 0])
        for query in ("sort=subject&days=9", "reporter=zq@example.test", "reporter=zq*"):
            for path in ("/email", "/api/email", "/url"):
                self.assertEqual(vera.get(f"{path}?{query}").status, 403, query)
        self.assertEqual(vera.get("/email?reporter=@example.test").status, 200)
        self.assertNotIn("sort=subject", vera.get("/email?days=9").text)
        self.assertIn("sort=subject", anna.get("/email?days=9").text)
        self.assertEqual(vera.get("/email/subject/%25secretus%25/").text.count("data-id"), 0)

    def test_no_address_is_shown(self):
        vera, anna = self.site.client("vera"), self.ada
        self.db.execute("UPDATE arfEmail SET subject = 'to someone.secret@example.test, now' WHERE emailId % 3 = 0; "
                        "UPDATE url SET url = CONCAT(url, '?u=someone.secret', IF(urlId % 2, '@', '%40'), 'example.test')")
        secrets = {mail[name] for mail in self.told.mails for name in ("from", "rcptTo", "mailFrom")
                   if "@" in (mail[name] or "")} | {"someone.secret@example.test"}
        paths = ["/", "/email?limit=1000", "/url?all=1&limit=1000", "/campaign", "/network", "/email/map?of=all", "/email/graph",
                 "/api/email?limit=1000", "/api/url?all=1&limit=1000", "/api/campaign", "/account",
                 *(f"/campaign?kind={kind}" for kind in ("sender", "subject", "url", "file")),
                 *(f"/email/{mail['id']}" for mail in self.told.mails), *(f"/email/{mail['id']}?fragment=1" for mail in self.told.mails),
                 *(f"/campaign/{row['patternId']}" for row in self.db.query("SELECT patternId FROM pattern LIMIT 40")),
                 *(f"/url/{row['urlId']}" for row in self.db.query("SELECT urlId FROM url LIMIT 40"))]
        seen = set()
        for path in paths:
            answer = vera.get(path)
            self.assertEqual(answer.status, 200, path)
            # Also as pages and addresses write them.
            text = urllib.parse.unquote(answer.text.replace("[@]", "@").replace("[.]", ".").replace("&#64;", "@")).lower()
            shown = {secret for secret in secrets if secret.lower() in text}
            self.assertEqual(shown, set(), path)
            whole = anna.get(path).text.lower()
            seen |= {secret for secret in secrets if secret.lower() in whole}
        self.assertGreater(len(seen), len(secrets) // 2, "an analyst sees them there")


if __name__ == "__main__":
    unittest.main()
