# SPDX-License-Identifier: Apache-2.0
"""Generated reports of known contents, through arfdump and through the database: every field agrees."""
import json
import random
import unittest

import harness
from harness import run, truth
from harness.mariadb import PrivateMariadb

SEEDS = ["1", str(random.randrange(10**6))]  # the second one is new each time; failures name it


class Truth(unittest.TestCase):
    maxDiff = None

    def check(self, seed, want, found):
        wrong = truth.differences(want, found)
        self.assertEqual(wrong[:5], [], f"seed {seed}: {len(wrong)} differences in {len(want)} reports")

    def test_arfdump_of_a_folder(self):
        for seed in SEEDS:
            with harness.TempFolder() as folder:
                want = truth.generate(folder, 400, seed, "--dir", folder / "mails")
                lines = map(json.loads, run("arfdump", folder / "mails", want=0).stdout.splitlines())
                self.check(seed, want, {line["report_message_id"]: truth.of_dump(line) for line in lines})

    def test_arfdump_of_an_mbox_with_crlf(self):
        for seed in SEEDS:
            with harness.TempFolder() as folder:
                want = truth.generate(folder, 300, seed, "--mbox", folder / "all.mbox", "--crlf")
                lines = map(json.loads, run("arfdump", folder / "all.mbox", want=0).stdout.splitlines())
                self.check(seed, want, {line["report_message_id"]: truth.of_dump(line) for line in lines})


class TruthInTheDatabase(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.database = PrivateMariadb.for_class(cls)

    def ingest(self, folder, seed, env=None):
        name = f"arf_{seed}_{'rows' if env else 'bulk'}"
        self.database.execute(f"CREATE DATABASE {name}", name="")
        config = folder / "forensic.cfg"
        config.write_text(self.database.config().replace("dbName = arf", f"dbName = {name}")
                          + f"[mailbox]\nsource = maildir:{folder}/mail\n")
        env = {"LAFAYETTE_STATE": str(folder / "state"), **(env or {})}
        want = truth.generate(folder, 500, seed, "--maildir", folder / "mail")
        run("lafayette-admin", "-c", config, "init", env=env, want=0)
        done = run("lafayette-ingest", "-q", "-c", config, "-f", "mailbox", env=env, want=0, timeout=120)
        self.assertRegex(done.stdout, r"^ingested 500, duplicate 0, quarantined 0, failed 0 in ")
        self.assertEqual(list((folder / "mail" / "new").iterdir()), [], "stored mails are settled")
        again = run("lafayette-ingest", "-q", "-c", config, folder / "mail" / ".Done", env=env, want=0)
        self.assertRegex(again.stdout, r"^ingested 0, duplicate 500, quarantined 0, failed 0 in ")
        found = truth.of_database(self.database, name=name)
        wrong = truth.differences(want, found)
        self.assertEqual(wrong[:5], [], f"seed {seed}: {len(wrong)} differences")

    def test_rows_equal_the_truth(self):
        for seed in SEEDS:
            with harness.TempFolder() as folder:
                self.ingest(folder, seed)

    def test_rows_equal_the_truth_without_array_binding(self):
        with harness.TempFolder() as folder:
            self.ingest(folder, SEEDS[1], {"LAFAYETTE_NO_BULK": "1"})


if __name__ == "__main__":
    unittest.main()
