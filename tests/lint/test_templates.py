# SPDX-License-Identifier: Apache-2.0
"""What stands in a URL of a page is escaped as such: {{@name}}, unless the program made the whole query."""
import re
import unittest

from harness import ROOT

MADE = {"query"}  # by the program, as a query


class TemplatesTest(unittest.TestCase):
    def test_values_in_urls(self):
        seen = 0
        for path in sorted((ROOT / "templates").glob("*.mustache")):
            for url in re.findall(r'(?:href|action|src)="([^"]*)"', path.read_text(encoding="utf-8")):
                seen += 1
                for name in re.findall(r"[?&;]\w+=\{\{([^}#^/]+)\}\}", url):
                    self.assertTrue(name.startswith("@") or name in MADE, f"{path.name}: {url}: {name}")
        self.assertGreater(seen, 100)
