# SPDX-License-Identifier: Apache-2.0
"""The rules on the tree find what they are there for."""
import sys
import unittest

from harness import ROOT, run, temp_folder

SPDX = "/* SPDX-License-Identifier: Apache-2.0 */\n"


class RuleTest(unittest.TestCase):
    def found(self, script, files):
        """Output of a script over a tree that holds these files alone; "" when it finds nothing."""
        tree = temp_folder(self)
        (tree / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
        for name, text in files.items():
            path = tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        done = run(ROOT / "tests" / script, tree)
        self.assertEqual(done.code == 0, done.stdout == "", done)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def test_rooms(self):
        cases = [
            ("src/report/a.c", '#include "base/span.h"', ""),
            ("src/report/a.c", '#include "report/b.h"', ""),
            ("src/report/a.c", '#include "store/db.h"', "may not include room store"),
            ("src/base/a.c", '#include "report/report.h"', "may not include room report"),
            ("src/classify/a.c", '#include "report/report.h"', ""),
            ("src/classify/a.h", "#include <jansson.h>", "may not use jansson"),
            ("src/report/a.c", "#include <mysql.h>", "may not use libmariadb"),
            ("src/store/a.c", "#include <mysql.h>", ""),
            ("src/store/a.c", '#include "classify/classify.h"', "may not include room classify"),
            ("src/store/a.c", "#include <unheard/of.h>", "of no library"),
            ("src/store/a.c", '#include "db.h"', "is not written as"),
            ("src/attic/a.c", "#include <stdio.h>", "is no room"),
            ("src/main.c", '#include "store/db.h"', ""),
        ]
        for name, line, want in cases:
            with self.subTest(f"{name}: {line}"):
                found = self.found("rooms.sh", {name: line + "\n"})
                self.assertIn(want, found)
                self.assertEqual(want == "", found == "", found)

    def test_sizes(self):
        def function(lines):
            return "int\nlong_one(int a,\n         int b)\n{\n" + "    x;\n" * (lines - 2) + "}\n"
        cases = [(function(60), ""), (function(61), "long_one has 61 lines"), ("\n" * 400, ""),
                 ("\n" * 401, "401 lines, at most 400"),
                 ("static const int table[] = {\n" + "    1,\n" * 80 + "};\n", "")]
        for text, want in cases:
            with self.subTest(want):
                found = self.found("sizes.sh", {"src/base/a.c": text})
                self.assertIn(want, found)
                self.assertEqual(want == "", found == "", found)

    def test_text(self):
        cases = [
            ("g_strlcpy(a, b, sizeof(a));", ""), ("strcpy(a, b);", "banned function"),
            ("x = atoi (y);", "banned function"), ("gmtime_r(&now, &parts);", ""),
            ("gmtime(&now);", "banned function"), ("// one line", "comments are"),
            ('url = "http://example.com";', ""), ("#include <assert.h>", "banned header"),
            ("/* TO" + "DO: later */", "say it in an issue"),
        ]
        for line, want in cases:
            with self.subTest(line):
                found = self.found("lint/text.sh", {"src/base/a.c": SPDX + line + "\n"})
                self.assertIn(want, found)
                self.assertEqual(want == "", found == "", found)
        self.assertIn("no SPDX", self.found("lint/text.sh", {"src/base/a.c": "int x;\n"}))
        self.assertIn("says nothing", self.found("lint/text.sh", {"src/base/string_util.c": SPDX}))
        self.assertEqual(self.found("lint/text.sh", {"src/base/a.c": SPDX,
                                                     "tests/browser/node_modules/x/a.sh": "theirs\n"}), "")

    def test_width_of_comments(self):
        wide = "x" * 96
        cases = [
            (f"/* {wide[:94]} */", ""), (f"/* {wide} */", "102 columns"), (f" * {wide}xx", "101 columns"),
            (f"/* {'é' * 94} */", ""), (f"    int a; /* {wide} */", "113 columns"),
            (f"/* clang-format off */\n/* {wide} */\n/* clang-format on */", ""),
            (f"/* clang-format off */\n/* clang-format on */\n/* {wide} */", "a.c:3: 102 columns"),
        ]
        for text, want in cases:
            with self.subTest(text):
                path = temp_folder(self) / "a.c"
                path.write_text(text + "\n", encoding="utf-8")
                done = run(sys.executable, ROOT / "tests/lint/width.py", path, want=1 if want else 0)
                self.assertIn(want, done.stdout)
                self.assertEqual(want == "", done.stdout == "", done)
