# SPDX-License-Identifier: Apache-2.0
"""The pages in Chromium: log in, filter, select by keys, open, sort, page; dark, phone, without scripts; axe-core.

Whatever a page asks of another host, throws, or does against the content security policy fails the test."""
import unittest

import harness
from harness import chromium
from harness.chromium import Chromium
from harness.told_site import ToldSite
from harness.web_site import PASSWORD

# Beside what the rail of the page links to.
PAGES = ("/email?subject=invoice&days=400", "/email?q=nothing-has-this", "/email/type/bounce/days/3", "/email/graph/reported",
         "/email/map?of=all", "/url/1", "/network?of=country", "/country/BR", "/account", "/nonsense", "/email?days=x")
WIDTHS = (760, 800, 899, 900, 1000, 1100, 1200, 1280, 1359, 1360, 1440, 1600, 1920)
SUBJECT_MIN = 200  # px
CUT = """[...document.querySelectorAll('.list thead th')].filter((head) => head.offsetWidth &&
    (head.getBoundingClientRect().right > document.querySelector('.list').getBoundingClientRect().right + 1 ||
     head.scrollWidth > head.clientWidth)).map((head) => head.innerText)"""
FOCUS = "document.activeElement.getAttribute('href')"
CHOSEN = "document.querySelectorAll('[name=emailid]:checked').length"


@unittest.skipUnless(chromium.program(), "chromium is not installed")
class BrowserTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.told = ToldSite.for_class(cls)
        cls.told.site.admin("user", "add", "tim", "--role", "admin", stdin=PASSWORD + "\n")
        cls.base = f"http://127.0.0.1:{cls.told.site.port}"
        cls.browser = Chromium().__enter__()
        cls.addClassCleanup(cls.browser.__exit__, None, None, None)

    def page(self, name="tim", **how):
        page = self.browser.page(self.base, **how)
        self.addCleanup(lambda: self.assertEqual(page.troubles, []))
        return page.log_in(name, PASSWORD)

    def pages(self, page):
        """Every page there is for this person."""
        mail, bounce = (next(mail["id"] for mail in self.told.mails if check(mail))
                        for check in (lambda mail: mail["attachments"], lambda mail: mail["emailType"] == "bounce"))
        rail = page.evaluate("[...document.querySelectorAll('nav.rail a')].map((link) => link.getAttribute('href'))")
        pattern = self.told.db.value("SELECT MIN(patternId) FROM pattern")
        asn = self.told.like_select.most(lambda mail: mail["known"] and mail["sourceAsn"])
        return [*rail, *PAGES, f"/email/{mail}", f"/email/{bounce}", f"/campaign/{pattern}", f"/network/{asn}"]

    # ---- the list ----

    def test_filters(self):
        page = self.page().goto("/email")
        page.click("details.filters summary").fill("[name=subject]", "invoice")
        page.going(lambda: page.click("[data-filters] .button-main"))
        self.assertEqual(page.place(), "/email?subject=invoice")
        want = self.told.wanted(self.told.filters()["subject=INVOICE"])
        ids = page.evaluate("[...document.querySelectorAll('tr[data-id]')].map((row) => Number(row.dataset.id))")
        self.assertEqual(ids, want[:50])
        self.assertTrue(page.evaluate("document.querySelector('details.filters').open"))
        self.assertIn("invoice", page.text(".chip.on"))
        page.going(lambda: page.click(".chip.on"))
        self.assertEqual(page.place(), "/email")

    def test_search(self):
        page = self.page().goto("/")
        page.press("/")
        page.call("Input.insertText", text="invoice")
        page.going(lambda: page.press("Enter"))
        self.assertEqual(page.place(), "/email?q=invoice")
        self.assertEqual(page.evaluate("document.querySelector('#search').value"), "invoice")

    def test_times_and_types_are_switched_above_the_list(self):
        page = self.page().goto("/email?type=normal&days=2")
        page.going(lambda: page.click("[aria-label=Time] a:nth-child(3)"))
        self.assertEqual(page.place(), "/email?type=normal&hours=168")
        self.assertEqual(page.text("[aria-label=Time] [aria-current]"), "7 d")
        self.assertEqual(page.count(".chip.on"), 0, "what a switch shows is no chip besides")
        page.going(lambda: page.click(".chips a:nth-child(5)"))
        self.assertEqual(page.place(), "/email?type=normal&reported=1&hours=168")
        page.going(lambda: page.click(".chips a:nth-child(1)"))
        self.assertEqual(page.place(), "/email?hours=168")
        total = len([mail for mail in self.told.mails if mail["arrival"] >= self.told.like_select.now - 7 * 86400])
        self.assertIn(f"of {total} mails", page.text(".head .quiet"))

    def test_overview(self):
        page = self.page().goto("/")
        self.assertGreater(page.count(".campaigns .spark path"), 1)
        self.assertEqual(page.evaluate("document.querySelector('.share rect').getAttribute('width')"), "100%")
        self.assertEqual(page.evaluate("[...document.querySelectorAll('.grid > .panel')].map((panel) => "
                                       "Math.round(panel.getBoundingClientRect().bottom - panel.lastElementChild"
                                       ".getBoundingClientRect().bottom)).filter((blank) => blank > 12)"), [])

    def test_keys(self):
        page = self.page().goto("/email").press("j j x")
        self.assertEqual(page.evaluate(CHOSEN), 1)
        page.press("j j j X")
        self.assertEqual(page.evaluate(CHOSEN), 4)
        self.assertEqual(page.text("[data-count]"), "4 selected")
        page.press("k Enter")
        page.wait("document.querySelector('[data-viewer]').dataset.shown")
        row = page.evaluate("document.querySelectorAll('tr[data-id]')[3].dataset.id")
        self.assertEqual(page.evaluate("document.querySelector('[data-viewer]').dataset.shown"), row)
        self.assertEqual(page.text("[data-viewer] h2"), page.evaluate(
            f"document.querySelector('tr[data-id=\"{row}\"] .c-subject bdi').innerText"))
        self.assertEqual(page.evaluate(FOCUS), f"/email/{row}", "the keys are where the row is")
        page.press("?")
        self.assertTrue(page.evaluate("document.querySelector('dialog.keys').open"))
        page.press("Escape")
        self.assertFalse(page.evaluate("document.querySelector('dialog.keys').open"))
        page.goto("/help")
        harness.wait_for(lambda: self.lead(page, "g u", "/url"), "g u leads to /url")

    @staticmethod
    def lead(page, keys, path):
        """The second key counts for a moment only: on a busy machine it may come too late."""
        try:
            return page.place() == path or (page.press(keys) and page.place() == path)
        except AssertionError:
            return False  # between two pages

    def test_ranges_by_mouse(self):
        page = self.page().goto("/email")
        page.click("tbody tr:nth-child(2) [name=emailid]").click("tbody tr:nth-child(7) [name=emailid]", shift=True)
        self.assertEqual(page.evaluate(CHOSEN), 6)
        page.click("tbody tr:nth-child(7) [name=emailid]").click("tbody tr:nth-child(5) [name=emailid]", shift=True)
        self.assertEqual(page.evaluate(CHOSEN), 3)
        page.click("tbody tr:nth-child(9) .c-domain")
        page.wait("document.querySelector('[data-viewer]').dataset.shown")
        self.assertEqual(page.evaluate(CHOSEN), 3)

    def test_all_that_match(self):
        page = self.page().goto("/email?type=normal")
        total = len(self.told.wanted(self.told.filters()["type=normal"]))
        if page.count("[data-offer]") == 0:
            self.skipTest("there is no page of complaints yet")
        visible = "Boolean(document.querySelector('[data-offer]').offsetWidth)"
        sent = "new URLSearchParams(new FormData(document.querySelector('#mails'))).getAll('all').join()"
        self.assertFalse(page.evaluate(visible))
        page.click("[data-all]")
        self.assertEqual((page.evaluate(CHOSEN), page.evaluate(visible), page.evaluate(sent)), (50, True, ""))
        self.assertIn(f"all {total:,} that match", page.text("[data-offer]"))
        page.click("[data-offer]")
        self.assertEqual(page.evaluate(sent), "1")
        self.assertEqual(page.text("[data-count]"), f"All {total:,} that match are selected")
        page.click("tbody tr:nth-child(2) [name=emailid]")
        self.assertEqual((page.evaluate(sent), page.evaluate(CHOSEN), page.evaluate(visible)), ("", 49, False))

    def test_sort_and_page(self):
        ids = "[...document.querySelectorAll('tr[data-id]')].map((row) => row.dataset.id).join()"
        page = self.page().goto("/email?days=400")
        page.going(lambda: page.click("th.c-subject a"))
        self.assertEqual(page.evaluate("document.querySelector('th.c-subject').ariaSort"), "ascending")
        first = page.evaluate(ids)
        page.going(lambda: page.click("a[rel=next]"))
        self.assertFalse(set(first.split(",")) & set(page.evaluate(ids).split(",")))
        page.going(lambda: page.click("a[rel=prev]"))
        self.assertEqual(page.evaluate(ids), first)

    def test_kept_selections(self):
        page = self.page().goto("/email?country=BR&days=400")
        page.click(".menu summary").fill(".menu [name=name]", "Brazil <b>&")
        page.going(lambda: page.click(".menu .stack button"))
        self.assertEqual(page.place(), "/email?country=BR&days=400")
        page.goto("/email").click(".menu summary")
        self.assertEqual(page.text(".saved a"), "Brazil <b>&")
        page.going(lambda: page.click(".saved a"))
        self.assertEqual(page.place(), "/email?country=BR&days=400")
        page.click(".menu summary").going(lambda: page.click(".saved form button"))
        self.assertEqual(page.count(".saved"), 0)

    # ---- looks ----

    def test_theme(self):
        page = self.page().goto("/email")
        theme = "document.documentElement.dataset.theme ?? ''"
        back = "getComputedStyle(document.body).backgroundColor + getComputedStyle(document.documentElement).backgroundColor"
        light = page.evaluate(back)
        page.press("t t")
        self.assertEqual(page.evaluate(theme), "dark")
        dark = page.evaluate(back)
        self.assertNotEqual(dark, light)
        page.goto("/url")
        self.assertEqual((page.evaluate(theme), page.evaluate(back)), ("dark", dark), "the daemon has read the cookie")
        page.press("t").goto("/url")
        self.assertEqual((page.evaluate(theme), page.evaluate(back)), ("", light))
        page.look(1440, 900, "dark")
        self.assertEqual(page.evaluate(back), dark, "as the system has it")

    def test_no_page_is_wider_than_its_window(self):
        page = self.page()
        for path in self.pages(page):
            for width in (390, 768, 1100, 1440):
                page.look(width, 900, "light").goto(path)
                self.assertEqual(page.overflow(), [], f"{path} at {width}")

    def test_a_subject_can_be_read_at_any_width(self):
        page = self.page()
        for width in WIDTHS:
            page.look(width, 900, "light").goto("/email?days=400")
            wide = page.evaluate("document.querySelector('tbody .c-subject').offsetWidth")
            self.assertGreaterEqual(wide, SUBJECT_MIN, f"subject at {width}")
            self.assertEqual(page.evaluate(CUT), [], f"heads of columns that are cut at {width}")
            page.press("j")
            first = page.evaluate("document.querySelector('tr[data-id]').dataset.id")
            self.assertEqual(page.evaluate(FOCUS), f"/email/{first}", f"focus at {width}")
        self.assertEqual(page.look(1440, 900, "light").goto("/email").evaluate(
            "['.c-mail', '.c-cc'].filter((one) => !document.querySelector(one).offsetWidth)"), [])

    def test_what_is_selected_is_blue(self):
        page = self.page().goto("/email?days=400")
        colors = ("new Set([...document.querySelectorAll('tbody .c-subject')].map((cell) => "
                  "getComputedStyle(cell).backgroundColor)).size")
        self.assertGreater(page.evaluate(colors), 1, "green, grey and plain rows")
        page.click("[data-all]")
        self.assertEqual(page.evaluate(colors), 1)

    def test_a_note_leaves_the_list_as_it_is(self):
        page = self.page().goto("/email?type=normal").press("j x j x Enter")
        page.wait("document.querySelector('[data-viewer]').dataset.shown")
        shown = page.evaluate("document.querySelector('[data-viewer]').dataset.shown")
        page.fill("[data-viewer] [name=note]", "called <them> \u00e9").click("[data-note] button")
        page.wait("document.querySelector('[data-viewer] .flash') !== null")
        self.assertIn("called <them> \u00e9", page.text("[data-viewer]"))
        self.assertEqual((page.place(), page.evaluate(CHOSEN)), ("/email?type=normal", 2))
        self.assertEqual(page.evaluate("document.querySelector('[data-viewer]').dataset.shown"), shown)
        page.goto(f"/email/{shown}")
        self.assertEqual(page.count(".flash"), 0, "what was said in the viewer is not said again")
        page.fill("[name=note]", "as a page").going(lambda: page.click("[data-note] button"))
        self.assertEqual((page.place(), page.count(".flash")), (f"/email/{shown}", 1))
        self.assertIn("as a page", page.text("main"))

    def test_a_note_behind_the_end_of_the_log_in(self):
        """It comes back to be copied, as it was written."""
        text = "\n  called <them>, they said \u201cno\u201d\n"
        page = self.browser.page(self.base, width=390).log_in("tim", PASSWORD).goto(f"/email/{self.told.mails[0]['id']}")
        self.told.db.execute("DELETE FROM session")
        page.fill("[name=note]", text).going(lambda: page.click("[data-note] button"))
        self.assertEqual((page.status, page.evaluate("document.querySelector('textarea[readonly]').value")), (401, text))
        self.assertEqual((page.overflow(), page.axe()), ([], []))

    def test_a_page_that_is_none_keeps_the_rail(self):
        page = self.page().goto("/nonsense")
        self.assertEqual((page.status, page.count("nav.rail"), page.count("#search")), (404, 1, 1))
        self.assertNotIn("Log in", page.text("main"))
        stranger = self.browser.page(self.base).goto("/nonsense")
        self.assertEqual((stranger.status, stranger.count("nav.rail")), (404, 0))
        self.assertIn("Log in", stranger.text("main"))

    def test_a_phone_opens_a_mail_as_a_page(self):
        page = self.page(width=390).goto("/email")
        page.going(lambda: page.click("tbody tr:nth-child(3) .c-subject"))
        self.assertRegex(page.place(), r"^/email/\d+$")

    def test_without_scripts(self):
        page = self.page(scripts=False)
        for path in self.pages(page):
            page.goto(path)
            self.assertTrue(page.text("h1"), path)
            self.assertLess(page.status, 405, path)
        page.goto("/email?type=normal")
        self.assertEqual(page.evaluate("document.querySelector('[data-viewer]').offsetWidth"), 0)
        page.click("details.filters summary").fill("[name=subject]", "invoice")
        page.going(lambda: page.click("[data-filters] .button-main"))
        self.assertIn("subject=invoice", page.place())
        want = self.told.wanted(self.told.filters()["subject=INVOICE"], self.told.filters()["type=normal"])
        self.assertEqual(page.count("tr[data-id]"), min(50, len(want)))
        page.going(lambda: page.click("tbody .c-subject a"))
        self.assertRegex(page.place(), r"^/email/\d+$")
        page.goto("/email/graph").click("details summary")
        self.assertGreater(page.count("details[open] tbody tr"), 70)

    def test_a_mail_as_a_file(self):
        octets = b"From: a@example.com\nSubject: sch\xc3\xb6n \xff\n\nhttp://prize.test/x\n"
        with harness.TempFolder() as folder:
            (folder / "mail.eml").write_bytes(octets)
            for width, scripts in ((1440, True), (390, False)):
                page = self.page(width=width, scripts=scripts).goto("/reportspam")
                page.choose_file("[type=file]", folder / "mail.eml")
                page.going(lambda: page.click("[value='Analyse email']"))
                self.assertIn("sch\u00f6n", page.text("main"))
                self.assertEqual(page.overflow(), [])
                self.assertEqual(page.evaluate("[...atob(document.querySelector('[name=octets]').value)]"
                                               ".map((one) => one.charCodeAt(0))"), list(octets))
                self.assertEqual(page.axe() if scripts else [], [])
                page.going(lambda: page.click("[value='Analyse email']"))
                self.assertIn("sch\u00f6n", page.text("main"), "and once more, from what came along")

    def test_axe_finds_nothing(self):
        page = self.page()
        wrong = []
        for scheme in ("light", "dark"):
            for path in self.pages(page):
                page.look(1440, 900, scheme).goto(path)
                wrong += [f"{path} {scheme}: {text}" for text in page.axe()]
            page.goto("/email").press("j Enter")
            page.wait("document.querySelector('[data-viewer]').dataset.shown")
            page.click("details.filters summary")
            page.press("j x")
            wrong += [f"viewer {scheme}: {text}" for text in page.axe()]
            page.look(390, 844, scheme).goto("/email")
            wrong += [f"phone {scheme}: {text}" for text in page.axe()]
        self.assertEqual(wrong, [])

    def test_viewers_and_strangers(self):
        page = self.browser.page(self.base)
        page.goto("/email")
        self.assertEqual(page.place(), "/login?next=%2Femail")
        self.assertEqual(page.axe(), [])
        page = self.page("vera").goto("/email")
        self.assertEqual(page.count("[name=from]"), 0)
        page.press("j Enter")
        page.wait("document.querySelector('[data-viewer]').dataset.shown")
        self.assertIn("for analysts", page.text("[data-viewer]"))
        self.assertEqual(page.axe(), [])


if __name__ == "__main__":
    unittest.main()
