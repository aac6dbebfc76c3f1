# SPDX-License-Identifier: Apache-2.0
"""Pages of complaints and of the study in Chromium: nothing wider than its window, axe-core, what they say."""
import re
import subprocess
import sys
import unittest

import harness
from harness import chromium
from harness.chromium import Chromium
from harness.fake_smtp import FakeSmtp
from harness.web_site import PASSWORD, WebSite

COUNT = 60
WIDTHS = (390, 760, 800, 900, 1100, 1440)
SETTINGS = "reportSender = abuse@desk.example.com\nmailSmtp = 127.0.0.1\nsmtpPort = {port}\nsmtpTls = none\n"
SECTIONS = ("[reports]\nemail = feed@copies.example.com\ncontactAnHour = 0\ncontactADay = 0\n[networks]\n"
            "file = networks.csv\npublic = 198.18.0.0/15, 2001:db8::/32\n[dns]\nservers = 127.0.0.1:1\nabuse =\n")
LONG = "x" * 120


@unittest.skipUnless(chromium.program(), "chromium is not installed")
class BrowserDeskTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        smtp = FakeSmtp().__enter__()
        cls.addClassCleanup(smtp.__exit__, None, None, None)
        cls.site = WebSite(SETTINGS.format(port=smtp.port), SECTIONS).__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        folder = cls.site.folder
        subprocess.run([sys.executable, harness.TOOLS / "gen_reports.py", "-q", "-n", str(COUNT), "--days", "2", "--end",
                        "now", "--maildir", folder / "mail", "--networks", folder / "networks.csv"], check=True)
        harness.run("lafayette-ingest", "-q", "-c", cls.site.config, folder / "mail", want=0, timeout=120)
        for options in ([], ["--mutate", "3"]):
            study = folder / LONG / f"study{len(options)}"  # evidence names its file
            subprocess.run([sys.executable, harness.TOOLS / "make_study_dataset.py", "--out", study, "--profile", "sample",
                            *options], check=True, capture_output=True)
            harness.run("lafayette-study", "-q", "-c", study / "study-config.json", "--save", "--db", cls.site.config,
                        want=0, timeout=120)
        cls.browser = Chromium().__enter__()
        cls.addClassCleanup(cls.browser.__exit__, None, None, None)
        cls.pages = cls.make_pages()

    @classmethod
    def make_pages(cls):
        """A draft, a complaint with an answer, a run of the study and one of its cells."""
        client = cls.site.client("anna")
        ids = [row["emailId"] for row in client.get("/api/email?type=normal&limit=8").json()["emails"]]
        sent = client.post("/reportemail", {"emailid": ids[:1]}).fields["location"]
        client.get(sent)
        client.post(sent, {"emailid": ids[:1], "submit": "Send Reports", "feedbackType": "fraud"})
        complaint = client.get("/api/outbox").json()["complaints"][0]
        harness.wait_for(lambda: client.get("/api/outbox?state=sent").json()["complaints"], "a complaint is sent")
        # What a person has to decide has three buttons more.
        cls.site.db.execute(f"UPDATE complaintRecipient SET state = 'unknown' WHERE complaintId = {complaint['id']}")
        cls.site.db.execute("INSERT INTO complaintReply (replyId, complaintId, received, kind, fromAddress, subject, "
                            f"ticket, digest) VALUES (1, {complaint['id']}, UTC_TIMESTAMP(), 'ticket', "
                            f"'abuse@{LONG[:60]}.example.net', 'Re: [{LONG}]', 'T-1', REPEAT('d', 32))")
        letter = cls.site.folder / "letter.eml"
        letter.write_text("From: a@example.net\nTo: b@example.net\nSubject: no report\n\nHello.\n", encoding="utf-8")
        harness.run("lafayette-ingest", "-q", "-c", cls.site.config, letter, want=0, timeout=60)
        held = client.get("/api/quarantine").json()["held"][0]["id"]
        draft = client.post("/reportemail", {"emailid": ids[1:]}).fields["location"]
        runs = sorted(map(int, re.findall(r'href="/study/(\d+)"', client.get("/study").text)))
        cell = re.search(r'href="(/study/\d+/cell\?[^"]+)"', client.get(f"/study/{runs[1]}").text)[1]
        return {"draft": draft, "complaint": f"/outbox/{complaint['id']}", "contact": f"/contact/{complaint['address']}",
                "outbox": "/outbox", "drafts": "/reportemail", "spam": "/reportspam", "tools": "/tools",
                "runs": "/study", "run": f"/study/{runs[1]}?with={runs[0]}", "cell": cell.replace("&amp;", "&"),
                "quarantine": "/quarantine", "held": f"/quarantine/{held}", "urls": "/url?days=9"}

    def page(self, **how):
        page = self.browser.page(f"http://127.0.0.1:{self.site.port}", **how)
        self.addCleanup(lambda: self.assertEqual(page.troubles, []))
        return page.log_in("anna", PASSWORD)

    def preview(self, page):
        page.goto(self.pages["draft"]).evaluate("document.querySelectorAll('[name=emailid]').forEach((box) => "
                                                "{ box.checked = !box.disabled; })")
        page.going(lambda: page.click("[value=Preview]"))
        self.assertEqual(page.text("h1"), "Preview")
        return page

    def test_no_page_is_wider_than_its_window(self):
        page = self.page()
        for width in WIDTHS:
            page.look(width, 900, "light")
            for path in self.pages.values():
                page.goto(path)
                self.assertEqual((page.status, page.overflow()), (200, []), f"{path} at {width}")
            self.assertEqual(self.preview(page).overflow(), [], f"preview at {width}")

    def test_axe_finds_nothing(self):
        page, wrong = self.page(), []
        for width, scheme in ((1440, "light"), (1440, "dark"), (390, "light")):
            page.look(width, 900, scheme)
            for path in self.pages.values():
                wrong += [f"{path} {width} {scheme}: {text}" for text in page.goto(path).axe()]
            wrong += [f"preview {width} {scheme}: {text}" for text in self.preview(page).axe()]
        self.assertEqual(wrong, [])

    def test_what_a_table_holds_is_within_its_panel(self):
        page = self.page()
        beyond = ("[...document.querySelectorAll('.panel td')].filter((cell) => cell.getBoundingClientRect().right > "
                  "cell.closest('.panel').getBoundingClientRect().right + 1).length")
        for width in WIDTHS:
            page.look(width, 900, "light")
            # A matrix keeps its columns: narrower ones are scrolled within their panel.
            found = {name: page.goto(path).evaluate(beyond) for name, path in self.pages.items()
                     if width > 1000 or name not in ("run", "runs")}
            self.assertEqual({name: count for name, count in found.items() if count}, {}, width)

    def test_a_column_stands_below_its_title(self):
        page = self.page()
        left = ("[...document.querySelectorAll('main table')].map((table) => ['thead tr', 'tbody tr'].map((row) => "
                "[...table.querySelector(row).cells].map((cell) => Math.round(cell.getBoundingClientRect().left))))")
        for name in ("draft", "complaint", "outbox", "quarantine", "urls", "runs"):
            tables = page.goto(self.pages[name]).evaluate(left)
            self.assertTrue(tables, name)
            for titles, cells in tables:
                self.assertEqual(titles, cells, name)

    def test_reasons_of_a_draft_are_whole(self):
        page = self.page()
        cut = ("[...document.querySelectorAll('td.cut')].filter((cell) => cell.querySelector('.warn') && "
               "cell.querySelector('.warn').getBoundingClientRect().right > cell.getBoundingClientRect().right).length")
        for width in WIDTHS:
            page.look(width, 900, "light").goto(self.pages["draft"])
            self.assertGreater(page.count("td.cut .warn"), 0, "each has its reason: nobody authenticated the reports")
            self.assertEqual(page.evaluate(cut), 0, width)

    def test_buttons_stand_apart_from_what_follows(self):
        page = self.page()
        for name in ("contact", "held"):
            page.goto(self.pages[name])
            gap = page.evaluate("(() => { const form = document.querySelector('main form.row'); return "
                                "form.nextElementSibling.getBoundingClientRect().top - form.getBoundingClientRect().bottom; })()")
            self.assertGreaterEqual(gap, 8, name)

    def test_marks_of_the_study(self):
        page = self.page().goto(self.pages["run"])
        color = "getComputedStyle(document.querySelector('td.{} a')).color"
        self.assertEqual(len({page.evaluate(color.format(one)) for one in ("pass", "fail")}
                             | {page.evaluate("getComputedStyle(document.querySelector('.foot')).color")}), 3)
        self.assertRegex(page.evaluate("document.querySelector('td.pass a').ariaLabel"), r" F\d: yes$")
        self.assertRegex(page.evaluate("document.querySelector('td.fail a').ariaLabel"), r" F\d: no$")
        page.evaluate("document.querySelector('#with').value = ''")
        page.going(lambda: page.click("form[action^='/study'] button"))
        self.assertEqual(page.count(".tag.warn"), 0)
        self.assertRegex(page.goto(self.pages["cell"]).text("dl.facts dd"), r"^(yes|no|cannot be said): ")

    def test_a_url_stands_first_on_a_phone(self):
        page = self.page(width=390).goto(self.pages["urls"])
        self.assertTrue(page.evaluate("(() => { const box = document.querySelector('.urls tbody td.cut a')"
                                      ".getBoundingClientRect(); return box.width > 40 && box.right <= innerWidth; })()"))


if __name__ == "__main__":
    unittest.main()
