# SPDX-License-Identifier: Apache-2.0
"""lafayette-study --save: a run in the database is the run that was printed."""
import json
import unittest

import harness
from harness import PrivateMariadb, run
from harness.study_site import FEATURES, make_dataset, study, truth


class SaveTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.db = PrivateMariadb.for_class(cls)
        folder = harness.TempFolder()
        top = folder.__enter__()
        cls.addClassCleanup(folder.__exit__)
        cls.sample = make_dataset(top / "sample", "--profile", "sample")
        cls.config = top / "forensic.cfg"
        cls.config.write_text(cls.db.config(), encoding="utf-8")
        run("lafayette-admin", "-c", cls.config, "init", want=0)

    def save(self, **more):
        return study(self.sample, "--save", "--db", self.config, **more)

    def test_a_run_is_kept(self):
        self.assertRegex(self.save().stderr, r"saved run=\d+")
        self.save()
        want = truth(self.sample)
        runs = [row["runId"] for row in self.db.query("SELECT runId FROM studyRun ORDER BY runId")]
        self.assertGreaterEqual(len(runs), 2)
        for run_id in runs:
            cells = self.db.query(f"SELECT provider, label, feature, paper, correct, evidence FROM studyCell "
                                  f"WHERE runId = {run_id}")
            self.assertEqual(len(cells), len(want["features"]) * len(FEATURES))
            for cell in cells:
                feature = f"F{cell['feature']}"
                for column, key in (("paper", "features"), ("correct", "features_correct")):
                    verdict = None if cell[column] is None else cell[column] == "1"
                    self.assertEqual(verdict, want[key][cell["provider"]][feature], (cell["provider"], feature))
                    self.assertEqual(json.loads(cell["evidence"])[column]["verdict"], verdict)
        [row] = self.db.query(f"SELECT title, semantics, providers, queryLines, mails, reports, leftOut FROM studyRun "
                              f"WHERE runId = {runs[0]}")
        counts = want["counts"]
        self.assertEqual([int(row[name]) for name in ("providers", "queryLines", "mails", "reports", "leftOut")],
                         [len(want["features"]), counts["query_lines"], counts["mails"], counts["reports"], 0])
        packed = bytes.fromhex(self.db.value(f"SELECT HEX(content) FROM studyRun WHERE runId = {runs[0]}"))
        self.assertEqual(packed[:4], b"\x28\xb5\x2f\xfd")

    def admin(self, *args, **how):
        return run("lafayette-admin", "-c", self.config, "study", *args, **how)

    def test_runs_are_listed_and_removed(self):
        first, second, third = (int(self.save().stderr.split("run=")[1].split()[0]) for _ in range(3))
        lines = self.admin("list", want=0).stdout.splitlines()
        numbers = [int(line.split()[0]) for line in lines]
        self.assertEqual(numbers[:3], [third, second, first])
        self.assertRegex(lines[0], r"^ *\d+  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  +\d+ providers, +\d+ lines, +\d+ mails, +\d+ reports")
        wrong = self.admin("remove", str(third), str(third + 1000))
        self.assertEqual((wrong.code, f"no run {third + 1000}" in wrong.stderr), (65, True), wrong)
        self.admin("remove", str(first), str(third), want=0)  # the first try kept both
        left = [int(line.split()[0]) for line in self.admin("list", want=0).stdout.splitlines()]
        self.assertEqual(left, [number for number in numbers if number not in (first, third)])
        for table in ("studyRun", "studyCell"):
            self.assertEqual(self.db.value(f"SELECT COUNT(*) FROM {table} WHERE runId IN ({first}, {third})"), "0")
        self.assertNotEqual(self.db.value(f"SELECT COUNT(*) FROM studyCell WHERE runId = {second}"), "0")
        for args in ((), ("remove",), ("remove", "x"), ("remove", "0"), ("list", "1"), ("keep", "1")):
            self.assertEqual(self.admin(*args).code, 64, args)

    def test_nothing_is_read_when_the_database_is_not_there(self):
        wrong = harness.temp_folder(self) / "forensic.cfg"
        wrong.write_text(self.db.config().replace("lafayette", "nobody"), encoding="utf-8")
        got = study(self.sample, "--save", "--db", wrong, want=78)
        self.assertEqual(got.stdout, "")

    def test_a_database_without_schema_is_refused(self):
        self.db.execute("CREATE DATABASE IF NOT EXISTS arf_empty")
        wrong = harness.temp_folder(self) / "forensic.cfg"
        wrong.write_text(self.db.config() + "\ndbName = arf_empty\n", encoding="utf-8")
        self.assertIn("init", study(self.sample, "--save", "--db", wrong, want=78).stderr)


if __name__ == "__main__":
    unittest.main()
