# SPDX-License-Identifier: Apache-2.0
"""Kept runs of lafayette-study in the web pages: the matrix says what the generator knows, a cell shows why."""
import json
import re
import subprocess
import sys
import unittest

import harness
from harness.web_site import WebSite

MARKS = {"✓": True, "✗": False, "–": None}


class StudyPagesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = WebSite().__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        cls.truth = []
        for n in range(2):
            folder = cls.site.folder / f"study{n}"
            subprocess.run([sys.executable, harness.TOOLS / "make_study_dataset.py", "--out", folder, "--profile", "sample",
                            *(["--mutate", "3"] if n else [])], check=True, capture_output=True)
            harness.run("lafayette-study", "-q", "-c", folder / "study-config.json", "--save", "--db", cls.site.config,
                        want=0, timeout=120)
            cls.truth.append(json.loads((folder / "expected.json").read_text(encoding="utf-8")))
        cls.client = cls.site.client("vera")
        listed = re.findall(r'href="/study/(\d+)"', cls.client.get("/study").text)
        cls.runs = sorted(map(int, listed))

    def matrix(self, query):
        rows = re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', self.client.get(query).text, re.S)
        return {provider: [MARKS[mark] for mark in re.findall(r'aria-label="[^"]*">(.)</a>', cells)]
                for provider, cells in rows}

    def expected(self, n, key):
        return {provider: [features[f"F{i}"] for i in range(1, 9)] for provider, features in self.truth[n][key].items()}

    def test_matrix(self):
        self.assertEqual(len(self.runs), 2)
        for n, run in enumerate(self.runs):
            self.assertEqual(self.matrix(f"/study/{run}"), self.expected(n, "features_correct"))
            self.assertEqual(self.matrix(f"/study/{run}?semantics=paper"), self.expected(n, "features"))

    def test_compare(self):
        first, second = self.expected(0, "features_correct"), self.expected(1, "features_correct")
        changed = sum(a != b for name in second if name in first for a, b in zip(first[name], second[name]))
        self.assertGreater(changed, 0)
        page = self.client.get(f"/study/{self.runs[1]}?with={self.runs[0]}").text
        self.assertEqual(page.count(">changed<"), changed)
        self.assertIn(f'<option value="{self.runs[0]}" selected>', page)
        self.assertNotIn(f'<option value="{self.runs[1]}"', page, "with itself")
        self.assertEqual(self.client.get(f"/study/{self.runs[1]}?with=").text.count(">changed<"), 0)
        for other in ("99", "x", str(self.runs[1]), "-1"):
            self.assertEqual(self.client.get(f"/study/{self.runs[1]}?with={other}").status, 400, other)

    def test_cells(self):
        page = self.client.get(f"/study/{self.runs[0]}").text
        links = re.findall(r'href="(/study/\d+/cell\?[^"]+)"', page)
        self.assertGreaterEqual(len(links), 8)
        for link in links[:16]:
            answer = self.client.get(link.replace("&amp;", "&"))
            self.assertEqual(answer.status, 200, link)
            self.assertRegex(answer.text, r"As defined</dt><dd><b[^>]*>(yes|no|cannot be said)</b>: \w")
            self.assertNotRegex(answer.text, r"<dd>(true|false|null|):")

    def test_result_is_for_analysts(self):
        path = f"/study/{self.runs[0]}/result"
        self.assertEqual(self.client.get(path).status, 403)
        self.assertNotIn(path, self.client.get(f"/study/{self.runs[0]}").text)
        analyst = self.site.client("anna")
        self.assertIn(path, analyst.get(f"/study/{self.runs[0]}").text)
        answer = analyst.get(path)
        self.assertEqual(answer.status, 200)
        self.assertIn("attachment", answer.fields["content-disposition"])
        result = json.loads(answer.text)
        self.assertEqual({name: [features[f"F{i}"] for i in range(1, 9)]
                          for name, features in result["features_correct"].items()},
                         self.expected(0, "features_correct"))
        self.assertNotIn("evidence", result)
        self.assertEqual(analyst.get("/study/999/result").status, 404)

    def test_nothing_there(self):
        self.assertEqual(self.client.get("/study/999").status, 404)
        self.assertEqual(self.client.get(f"/study/{self.runs[0]}/cell?provider=x&feature=9").status, 400)
        self.assertEqual(self.client.get(f"/study/{self.runs[0]}/cell?provider=x&feature=1").status, 404)


if __name__ == "__main__":
    unittest.main()
