# SPDX-License-Identifier: Apache-2.0
"""From a list of mails to an abuse desk, through the pages: choose, preview, send, outbox, what the map shows."""
import email.policy
import html
import json
import re
import subprocess
import sys
import unittest
import urllib.parse
import zipfile
from io import BytesIO

import harness
from harness.fake_smtp import FakeSmtp
from harness.web_site import WebSite

COUNT = 120
SENDER = "abuse@desk.example.com"
COPY = "feed@copies.example.com"
NETWORKS = "[networks]\nfile = networks.csv\npublic = 198.18.0.0/15, 2001:db8::/32\n[dns]\nservers = 127.0.0.1:1\nabuse =\n"
PASTED = """Received: from relay.test (relay.test [198.18.3.7]) by mx.desk.example.com; Sun, 22 Nov 2026 08:00:00 +0000
Received: from inside (unknown [10.0.0.1]) by relay.test; Sun, 22 Nov 2026 07:59:00 +0000
From: Winner <win@prize.test>
To: me@desk.example.com
Subject: You have won
Date: Sun, 22 Nov 2026 07:58:00 +0000
Message-ID: <won@prize.test>

Take it: http://prize.test/take?x=1
"""


class ComplaintPagesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.smtp = FakeSmtp().__enter__()
        cls.addClassCleanup(cls.smtp.__exit__, None, None, None)
        settings = (f"reportSender = {SENDER}\nmailSmtp = 127.0.0.1\nsmtpPort = {cls.smtp.port}\nsmtpTls = none\n")
        cls.site = WebSite(settings, f"[reports]\nemail = {COPY}\nemailSpam = {COPY}\ncontactAnHour = 0\n"
                                     f"contactADay = 0\nquietHours = 0\n[dnsbl]\nwldomain = brand.test\n{NETWORKS}")
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        folder = cls.site.folder
        subprocess.run([sys.executable, harness.TOOLS / "gen_reports.py", "-q", "-n", str(COUNT), "--days", "2", "--end",
                        "now", "--maildir", folder / "mail", "--networks", folder / "networks.csv"], check=True)
        harness.run("lafayette-ingest", "-q", "-c", cls.site.config, folder / "mail", want=0, timeout=120)
        cls.client = cls.site.client("anna")

    def mails(self, kind="normal", limit=10):
        rows = self.client.get(f"/api/email?type={kind}&limit={limit}").json()["emails"]
        return [row for row in rows if not row["reported"]]

    def choose(self, ids):
        answer = self.client.post("/reportemail", {"emailid": ids})
        self.assertEqual(answer.status, 303, answer)
        return answer.fields["location"]

    def sent(self, count):
        """Wait until the outbox has nothing left to do; the mails for the addresses that it tells."""
        harness.wait_for(lambda: len(self.smtp.mails) >= count, f"{count} mails at the SMTP server", 60)
        harness.wait_for(lambda: not self.client.get("/api/outbox?state=sending").json()["complaints"], "answers noted")

    def test_from_list_to_desk(self):
        rows = self.mails()[:3]
        ids = [row["emailId"] for row in rows]
        place = self.choose(ids)
        page = self.client.get(place).text
        self.assertNotIn(" checked", page.replace('name="grouped" value="1"', ""))  # one unauthenticated report each
        self.assertIn("which nobody authenticated", page)
        contacts = dict(re.findall(r'aria-label="Report mail (\d+)".*?class="mono">([^ <]+@[^ <]+) <span class="tag">file', page))
        self.assertEqual(set(contacts), {str(number) for number in ids})
        preview = self.client.post(place, {"emailid": ids, "submit": "Preview", "feedbackType": "fraud"}).text
        self.assertEqual(preview.count("message/feedback-report"), 3)
        before = len(self.smtp.mails)
        answer = self.client.post(place, {"emailid": ids, "submit": "Send Reports", "feedbackType": "fraud",
                                          f"to{ids[0]}": "typed@elsewhere.example.net"})
        self.assertEqual((answer.status, answer.fields["location"]), (303, "/outbox"))
        self.assertIn("3 emails are being reported", self.client.get("/outbox").text)
        self.sent(before + 6)
        mails = self.smtp.mails[before:]
        contacts[str(ids[0])] = "typed@elsewhere.example.net"
        self.assertEqual(sorted(mail.recipients[0] for mail in mails), sorted([*contacts.values(), *[COPY] * 3]))
        for mail in mails:
            self.check_mail(mail, rows)
        after = {row["emailId"]: row["reported"] for row in self.client.get("/api/email?limit=50").json()["emails"]}
        self.assertTrue(all(after[number] for number in ids))
        states = {row["state"] for row in self.client.get("/api/outbox").json()["complaints"]}
        self.assertEqual(states, {"sent"})
        self.assertEqual(self.client.get(place).status, 404, "the draft is used up")

    def found(self, query):
        """Ids of the complaints that the page shows, for a filter; those of the API must be the same."""
        told = {row["id"] for row in self.client.get(f"/api/outbox?{query}").json()["complaints"]}
        shown = {int(number) for number in re.findall(r'href="/outbox/(\d+)"', self.client.get(f"/outbox?{query}").text)}
        self.assertEqual(shown, told, query)
        return told

    def test_outbox_filters(self):
        odd = "abuse+desk&1/x@odd.example.net"  # each of + & / means something in a URL
        row, other = self.mails()[:2]
        place = self.choose([row["emailId"], other["emailId"]])
        self.client.post(place, {"emailid": [row["emailId"], other["emailId"]], "submit": "Send Reports",
                                 "feedbackType": "fraud", f"to{row['emailId']}": odd})
        (mine,) = [one for one in self.client.get("/api/outbox").json()["complaints"] if one["address"] == odd]
        only = {mine["id"]}
        self.assertTrue(self.found("") > only)
        quoted = urllib.parse.quote(odd, safe="")
        for query in (f"address={quoted}", "address=@odd.example.net", "address=@ODD.example.net",
                      f"reference={mine['reference']}", f"ip={mine['ip']}&address={quoted}",
                      f"email={row['emailId']}&address={quoted}"):
            self.assertEqual(self.found(query), only, query)
        self.assertLessEqual(only, self.found(f"ip={mine['ip']}"))
        for query in ("address=@example.net", "reference=none", "ip=192.0.2.250", f"state=bounced&address={quoted}"):
            self.assertNotIn(mine["id"], self.found(query), query)
        self.assertEqual(self.client.get("/outbox?ip=somewhere").status, 400)
        page = self.client.get(f"/outbox?address={quoted}").text
        links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', page)]
        self.assertTrue([link for link in links if link.startswith("/outbox?state=") and link.endswith(f"&address={quoted}")],
                        "a state within the filter")
        self.assertIn(f'name="address" value="{html.escape(odd)}"', page)
        (contact,) = {link for link in links if link.startswith("/contact/")}
        page = self.client.get(contact).text
        self.assertIn(html.escape(odd), page)
        (back,) = re.findall(r'href="(/outbox\?[^"]+)"', page)
        self.assertEqual(self.found(html.unescape(back).partition("?")[2]), only)

    def test_outbox_as_other_lists(self):
        """Addresses and times as the list of mails writes them, so that programs can join the two."""
        # INET6_NTOA would write 2001:db8:7d::c50b:2ee2:b05a:9eab.
        source = "2001:db8:7d:0:c50b:2ee2:b05a:9eab"
        row = self.mails()[2]
        self.site.db.execute(f"UPDATE arfEmail SET sourceIp = INET6_ATON('{source}') WHERE emailId = {row['emailId']}")
        self.assertEqual(self.client.get(f"/api/email?ip={source}").json()["emails"][0]["sourceIp"], source)
        self.client.post(self.choose([row["emailId"]]), {"emailid": row["emailId"], "submit": "Send Reports",
                         "feedbackType": "fraud", f"to{row['emailId']}": "abuse@six.example.net"})
        (line,) = harness.wait_for(lambda: [one for one in self.client.get("/api/outbox?address=abuse@six.example.net")
                                            .json()["complaints"] if one["settled"]], "it is sent")
        self.assertEqual(line["ip"], source)
        self.assertIn(source, self.client.get(f"/outbox/{line['id']}").text.partition("</h1>")[2].partition("</div>")[0])
        for name in ("created", "settled"):
            self.assertRegex(line[name], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", name)
        self.assertIn(line["created"], self.client.get("/outbox.csv").text)

    def check_mail(self, mail, rows):
        self.assertEqual(mail.mail_from, SENDER)
        message = email.message_from_bytes(mail.octets, policy=email.policy.default)
        self.assertEqual(message["To"], mail.recipients[0])
        parts = [part.get_content_type() for part in message.iter_parts()]
        self.assertEqual(parts[:2], ["text/plain", "message/feedback-report"])
        report = list(message.iter_parts())[1].as_string()
        source = re.search(r"^Source-IP: (\S+)", report, re.M)[1]
        self.assertIn(source, {row["sourceIp"] for row in rows})
        self.assertRegex(report, r"(?m)^Feedback-Type: fraud")
        self.assertTrue(mail.octets.isascii())
        self.assertLessEqual(max(map(len, mail.octets.split(b"\r\n"))), 998)
        victims = {row["rcptTo"] for row in rows if row["rcptTo"]}
        text = mail.octets.decode("ascii")
        for part in message.walk():
            if part.get_content_type() == "application/zip":
                with zipfile.ZipFile(BytesIO(part.get_payload(decode=True))) as archive:
                    text += archive.read(archive.namelist()[0], pwd=b"infected").decode("utf-8", "replace")
        for victim in victims:
            self.assertNotIn(victim, text)

    def test_type_as_reported(self):
        """A mail reported as abuse is no fraud and did not fail DMARC, unless a person says so."""
        def shown(ids, form):
            page = self.client.post(self.choose(ids), {"emailid": ids, "submit": "Preview", **form}).text
            return [(re.search("Feedback-Type: (.*)", text)[1].strip(), "failed DMARC" in text.replace("=\n", "").replace("\n", " "))
                    for text in re.findall('(?s)<pre class="mail-text raw">(.*?)</pre>', page.replace("\r", ""))]
        rows = self.mails(limit=40)[-4:]
        ids = sorted(row["emailId"] for row in rows)
        for number, word in zip(ids, ("auth-failure", "abuse", "virus", "other")):
            self.site.db.execute(f"UPDATE arfEmail SET feedbackType = '{word}', authFailure = 'dmarc' WHERE emailId = {number}")
        self.assertEqual(sorted(shown(ids, {})), [("abuse", False), ("abuse", False), ("fraud", True), ("virus", False)])
        self.assertEqual(sorted(shown(ids, {"feedbackType": "fraud"})), [("fraud", False)] * 3 + [("fraud", True)])
        self.assertEqual(shown(ids[1:2], {"feedbackType": "", "grouped": "1"}), [("abuse", False)])
        place = self.choose(ids[1:3])
        self.assertEqual(self.client.post(place, {"emailid": ids[1:3], "submit": "Send Reports"}).status, 303)
        sent = self.client.get("/api/outbox").json()["complaints"]
        self.assertEqual({kind for _, kind in sorted({(row["id"], row["type"]) for row in sent})[-2:]}, {"abuse", "virus"})

    def test_all_that_match(self):
        total = self.client.get("/api/email?type=bounce&limit=1").json()["total"]
        answer = self.client.post("/reportemail", {"all": "1", "query": "type=bounce"})
        page = self.client.get(answer.fields["location"]).text
        self.assertEqual(page.count('name="emailid"'), total)
        self.assertIn("an answer of a machine", page)

    def test_all_or_none_are_ticked(self):
        place = self.choose([row["emailId"] for row in self.mails(limit=40)])
        def ticked(query):
            boxes = re.findall('<input type="checkbox" name="emailid"[^>]*>', self.client.get(place + query).text)
            return sum(" checked" in box for box in boxes), sum(" disabled" in box for box in boxes), len(boxes)
        checked, disabled, boxes = ticked("")
        self.assertLess(checked, boxes - disabled)
        self.assertEqual(ticked("?tick=all"), (boxes - disabled, disabled, boxes))
        self.assertEqual(ticked("?tick=none"), (0, disabled, boxes))
        self.assertEqual(ticked("?tick=other"), (checked, disabled, boxes))

    def test_nothing_chosen(self):
        self.assertEqual(self.client.post("/reportemail", {}).status, 400)
        place = self.choose([self.mails()[0]["emailId"]])
        self.assertEqual(self.client.post(place, {"submit": "Send Reports"}).status, 400)
        self.assertEqual(self.client.get("/reportemail").status, 200)

    def test_whose_draft(self):
        place = self.choose([self.mails()[0]["emailId"]])
        self.assertEqual(self.site.client("ada").get(place).status, 404)
        self.assertEqual(self.site.client("vera").get(place).status, 403)
        self.assertEqual(self.site.client("vera").get("/outbox").status, 403)

    def test_a_draft_of_a_token(self):
        def robot(name, *scope):
            token = self.site.admin("token", name, "--role", "analyst", *scope).stdout.strip()
            return self.site.client(Authorization=f"Bearer {token}")
        maker, other, reader = robot("maker", "--write"), robot("other", "--write"), robot("reader")
        answer = maker.post("/reportemail", {"emailid": self.mails()[0]["emailId"]})
        place = answer.fields["location"]
        self.assertEqual([who.get(place).status for who in (maker, other, reader, self.client)], [200, 404, 404, 404])
        self.assertEqual(other.post(place, {"submit": "Throw away"}).status, 404)
        self.assertIn(place, maker.get("/reportemail").text)
        self.assertNotIn(place, reader.get("/reportemail").text)

    def test_bad_address(self):
        row = self.mails()[0]
        place = self.choose([row["emailId"]])
        before = len(self.smtp.mails)
        for address in ("a@b.example>\r\nRCPT TO:<evil@x.example", "no address", "a@b"):
            answer = self.client.post(place, {"emailid": row["emailId"], "submit": "Send Reports",
                                              f"to{row['emailId']}": address})
            self.assertEqual(answer.status, 400, address)
        self.assertEqual(len(self.smtp.mails), before)

    def test_nobody_complains_to_himself(self):
        row = self.mails()[0]
        place = self.choose([row["emailId"]])
        before = len(self.client.get("/api/outbox").json()["complaints"])
        for address in ("x@desk.example.com", "x@a.Desk.Example.com", "abuse@brand.test"):
            with self.subTest(address):
                for path, form in ((place, {"emailid": row["emailId"], "submit": "Send Reports", f"to{row['emailId']}": address}),
                                   ("/reportspam", {"email": PASTED, "submit": "Send ARF", "abuseid0": "1", "ip0": "198.18.3.7",
                                                    "abuseemail0": address})):
                    answer = self.client.post(path, form)
                    self.assertEqual(answer.status, 400, address)
                    self.assertIn("is one of our own: complaints don&#39;t go to", answer.text)
        self.assertEqual(len(self.client.get("/api/outbox").json()["complaints"]), before)

    def test_pasted_mail(self):
        page = self.client.post("/reportspam", {"email": PASTED, "submit": "Analyse email"}).text
        self.assertIn("You have won", page)
        self.assertIn('name="ip0" value="198.18.3.7"', page)
        self.assertNotIn('value="10.0.0.1"', page)
        before = len(self.smtp.mails)
        answer = self.client.post("/reportspam", {"email": PASTED, "submit": "Send ARF", "abuseid0": "1", "ip0": "198.18.3.7",
                                                  "abuseemail0": "desk@isp.example.net", "urlid0": "1",
                                                  "url0": "http://prize.test/take?x=1", "abuseid1": "1", "ip1": "192.88.99.9",
                                                  "abuseemail1": "framed@isp.example.org"})
        self.assertEqual(answer.status, 303, answer)
        self.sent(before + 2)
        mails = self.smtp.mails[before:]
        self.assertEqual(sorted(mail.recipients[0] for mail in mails), ["desk@isp.example.net", COPY])
        text = mails[0].octets.decode("ascii")
        for line in ("Feedback-Type: abuse", "Source-IP: 198.18.3.7", "Reported-URI: http://prize.test/take?x=1"):
            self.assertIn(f"\r\n{line}\r\n", text)

    def test_pasted_mail_of_a_liar(self):
        """Who is ticked, and when the mail came, is told by the line that our own host wrote."""
        mail = PASTED.replace("Received: from inside (unknown [10.0.0.1])", "Received: from victim (victim.test [198.18.9.9])") \
            .replace("Date: Sun, 22 Nov 2026 07:58:00 +0000", "Date: Mon, 1 Jan 1990 00:00:00 +0000").replace("22 Nov 2026", "05 Jan 2020")
        page = self.client.post("/reportspam", {"email": mail, "submit": "Analyse email"}).text
        self.assertRegex(page, r'name="abuseid0" value="1" checked')
        for line in ("Subject: Abuse report: spam from 198.18.3.7 [preview]", "Arrival-Date: Sun, 05 Jan 2020 08:00:00 +0000"):
            self.assertIn(line, page)
        self.assertIn('name="ip1" value="198.18.9.9"', page)
        self.assertNotRegex(page, r'name="abuseid1" value="1" checked')
        before = len(self.smtp.mails)
        form = {"email": mail, "submit": "Send ARF", "abuseid0": "1", "ip0": "198.18.3.7", "abuseemail0": " , "}
        self.assertEqual(self.client.post("/reportspam", form).status, 303)
        self.assertIn("1 complaints went into the outbox, 0 to abuse addresses; of 1 ticked, 1 had none", self.client.get("/outbox").text)
        self.sent(before + 1)
        self.assertIn("\r\nArrival-Date: Sun, 05 Jan 2020 08:00:00 +0000\r\n", self.smtp.mails[before].octets.decode())

    def test_tools(self):
        page = self.client.post("/tools", {"ip": "127.0.0.1"}).text
        self.assertIn("special-purpose", page)
        self.assertIn("not followed here", self.client.post("/tools", {"url": "http://example.com/"}).text)
        self.assertIn("an IPv4 or IPv6 address", self.client.post("/tools", {"ip": "<b>"}).text)

    def test_lists_as_files(self):
        for path, head in (("/network.csv", '"asn","name"'), ("/network.csv?of=country", '"asn"'),
                           ("/campaign.csv", '"id","kind","pattern"'), ("/quarantine.csv", '"id","received"'),
                           ("/outbox.csv", '"id","position","reference"')):
            answer = self.client.get(path)
            with self.subTest(path):
                self.assertEqual(answer.status, 200)
                self.assertTrue(answer.fields["content-type"].startswith("text/csv"))
                self.assertTrue(answer.text.startswith(head), answer.text[:80])
        self.assertGreater(len(self.client.get("/network.json").json()["networks"]), 3)

    def test_audit(self):
        text = json.dumps(self.site.client("ada").get("/audit").text)
        self.assertIn("login", text)


if __name__ == "__main__":
    unittest.main()
