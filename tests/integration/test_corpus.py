# SPDX-License-Identifier: Apache-2.0
"""Real mails of others, where they are present: reports field by field, the rest without harm, sorting in figures."""
import collections
import csv
import json
import sys
import unittest

import harness
from harness import corpus_compare, run

CORPUS = harness.corpus()
ABSENT = "sample mails are not here (LAFAYETTE_CORPUS)"
WRAP = harness.TOOLS / "wrap_arf.py"
# What each folder must give at the least; the rest is held with a reason.
KINDS = {
    "malformed-mime": {}, "phish": {}, "other-abuse": {}, "autoreplies": {}, "bounces": {},
    "xarf": {"xarf": 3}, "dmarc-aggregate": {"aggregate": 48}, "tls-rpt": {"tlsrpt": 12}, "arf": {"arf": 52, "text": 4},
}


def dump(path, want=None):
    done = run("arfdump", path, timeout=300, want=want)
    return [json.loads(line) for line in done.stdout.splitlines()]


@unittest.skipIf(CORPUS is None, ABSENT)
class Reports(unittest.TestCase):
    def test_every_field_of_every_report(self):
        wrong, compared, files = [], 0, sorted((CORPUS / "arf").iterdir())
        for path in files:
            expected = json.loads((CORPUS / "expect" / path.name).with_suffix(".json").read_text(encoding="utf-8"))
            lines = dump(path, want=0)
            self.assertEqual(len(lines), 1, path.name)
            bad, count = corpus_compare.differences(expected, lines[0])
            wrong += [(path.name, *one) for one in bad]
            compared += count
        self.assertEqual(wrong, [], f"{len(wrong)} of {compared} fields in {len(files)} files")

    def test_each_file_is_a_report_or_has_an_error(self):
        for folder, least in KINDS.items():
            with self.subTest(folder=folder):
                names = {path.name for path in (CORPUS / folder).iterdir()}
                lines = dump(CORPUS / folder)
                seen = {line["file"].rpartition("/")[2].partition("#")[0].removeprefix("mbox:") for line in lines}
                self.assertEqual(names - seen, set())
                for line in lines:
                    self.assertTrue("kind" in line or line.get("error"), line)
                kinds = collections.Counter(line.get("kind") for line in lines)
                for kind, number in least.items():
                    self.assertGreaterEqual(kinds[kind], number, kinds)


@unittest.skipIf(CORPUS is None, ABSENT)
class Sorting(unittest.TestCase):
    """Each mail wrapped into a failure report; those whose note says that they are no bounce left out."""

    def shares(self, folder):
        with open(CORPUS / "MANIFEST.tsv", encoding="utf-8", newline="") as manifest:
            rows = list(csv.reader(manifest, delimiter="\t", quoting=csv.QUOTE_NONE))
        paths = [CORPUS / row[0] for row in rows if row[0].startswith(folder + "/") and "NOT a" not in row[6]]
        with harness.TempFolder() as temp:
            run(sys.executable, WRAP, temp / "wrapped", *paths, want=0)
            lines = dump(temp / "wrapped", want=0)
        self.assertGreaterEqual(len(lines), len(paths))
        kinds = collections.Counter(line["email_type"] for line in lines)
        self.assertTrue(all(line["email_rule"] for line in lines))
        return {kind: number / len(lines) for kind, number in kinds.items()}

    def test_bounces(self):
        self.assertGreaterEqual(self.shares("bounces")["bounce"], 0.98)

    def test_automatic_replies(self):
        self.assertGreaterEqual(self.shares("autoreplies")["auto-replied"], 0.95)

    def test_spam_is_neither(self):
        self.assertGreaterEqual(self.shares("phish")["normal"], 0.99)


if __name__ == "__main__":
    unittest.main()
