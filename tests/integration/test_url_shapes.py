# SPDX-License-Identifier: Apache-2.0
"""URLs asked for by the shape of their end (`urllike=%mail.htm`): shapes of few and of many URLs, old and new ones, find
the mails that truth finds; that one is common is known without reading all URLs that sort before it."""
import unittest
import urllib.parse

import harness
from harness.ingest_site import Site
from harness.mariadb import PrivateMariadb
from harness.select_driver import SelectDriver

URLS, MAILS = 24_000, 3_000  # URL i is in mail i % MAILS + 1, which arrived so many seconds after midnight
# What stands before "same.htm", so that all are too many for searchBlock: more than 1,000 at any time; many of the newest,
# but few; more than 1,000, of the newest none; few. All others sort before these.
SHAPES = {"z": lambda i: i % 4 == 1, "n": lambda i: i > 23_500 and i % 2 == 0, "o": lambda i: i <= 8_000 and i % 4 == 3,
          "f": lambda i: i % 1_000 == 0 and i <= 23_500}


def letter(i):
    return next((name for name, has in SHAPES.items() if has(i)), "a")


class UrlShapes(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = PrivateMariadb.for_class(cls)
        temp = harness.TempFolder()
        cls.addClassCleanup(temp.__exit__)
        site = Site(cls.server, temp.__enter__())
        cls.server.execute("INSERT INTO arfEmail (emailId, arrivalDate, receivedDate) SELECT seq, '2026-01-01' + INTERVAL seq "
                           f"SECOND, '2026-01-02' FROM seq_1_to_{MAILS}")
        rows = ",".join(f"({i}, '2026-01-01', '2026-01-01', 'http://x.test/{i}/{letter(i)}same.htm', '{letter(i)}same.htm', "
                        f"UNHEX(SHA2({i}, 256)))" for i in range(1, URLS + 1))
        cls.server.execute(f"INSERT INTO url (urlId, firstSeen, lastSeen, url, tail, keyHash) VALUES {rows}")
        cls.server.execute(f"INSERT INTO emailUrl (emailId, urlId, position) SELECT seq MOD {MAILS} + 1, seq, 1 FROM "
                           f"seq_1_to_{URLS}")
        told = site.mend()
        assert f"url: without a line {URLS}, " in told, told
        cls.driver = SelectDriver(cls.server, "arf", 1770000000)
        cls.addClassCleanup(cls.driver.close)

    def rows_read(self):
        return sum(int(row["Value"]) for row in self.server.query("SHOW GLOBAL STATUS LIKE 'Handler_read_%'")
                   if row["Variable_name"] in ("Handler_read_next", "Handler_read_prev", "Handler_read_key"))

    def test_each_shape(self):
        for name in (*SHAPES, "a", "nobody's "):
            mails = sorted({i % MAILS + 1 for i in range(1, URLS + 1) if letter(i) == name}, reverse=True)
            inside = [mail for mail in mails if 600 <= mail <= 1_200]
            for pattern in (f"%{name}_ame.htm", f"%{name}same.htm", f"%/{name}same.htm", f"http%/{name}same.htm"):
                like = f"urllike={urllib.parse.quote(pattern, safe='')}"
                with self.subTest(pattern):
                    self.assertEqual(self.driver.ask("ids", like).get("ids"), mails)
                    window = f"{like}&since=2026-01-01T00:10:00Z&until=2026-01-01T00:20:00Z"
                    self.assertEqual(self.driver.ask("ids", window).get("ids"), inside)
                    self.assertEqual(self.driver.ask("ids", f"{like}&order=asc").get("ids"), mails[::-1])

    def test_a_common_one_is_known_soon(self):
        self.driver.ask("first", "urllike=%25z_ame.htm")
        before = self.rows_read()
        answer = self.driver.ask("first", "urllike=%25z_ame.htm")
        read = self.rows_read() - before
        self.assertEqual((len(answer["ids"]), answer["cut"]), (20, True))
        self.assertLess(read, URLS / 3)


if __name__ == "__main__":
    unittest.main()
