# SPDX-License-Identifier: Apache-2.0
"""lafayette-study on generated datasets with known truth: every cell, every table in between.

Ten mutated datasets; 200 with LAFAYETTE_TEST_FULL=1.
"""
import csv
import gzip
import io
import json
import lzma
import os
import re
import shutil
import subprocess
import unittest

import harness
from harness.study_site import FEATURES, comparable, make_dataset, study, truth

MUTATED = 200 if os.environ.get("LAFAYETTE_TEST_FULL") == "1" else 10


class TruthTest(unittest.TestCase):
    maxDiff = None

    def check(self, folder):
        got = json.loads(study(folder, "--format", "json", "-q").stdout)
        want = truth(folder)
        self.assertEqual(comparable(got), comparable(want))
        for name in ("rspamd_lines", "rspamd_test_mails", "query_lines", "query_lines_matched", "query_lines_ignored",
                     "mails", "reports"):
            self.assertEqual(got["counts"][name], want["counts"][name], name)
        self.assertEqual(got["counts"]["paper_stops"], 0)
        for name in ("history-row", "mail", "report", "file"):
            self.assertEqual(got["problems"]["counts"][name], 0, name)

    def test_whole_dataset(self):
        folder = make_dataset(harness.temp_folder(self) / "full")
        self.check(folder)
        for semantics, name in (("paper", "expected_table.tex"), ("correct", "expected_table_correct.tex")):
            table = study(folder, "--format", "latex", "--semantics", semantics, "-q").stdout
            self.assertEqual(table, (folder / name).read_text(encoding="utf-8"))

    def test_notebook_layout(self):
        folder = make_dataset(harness.temp_folder(self) / "notebook", "--profile", "sample", "--layout", "notebook")
        data = folder / "data"
        got = study(folder, "--format", "json", "-q", "--rspamd", data / "logs/rspamd.json", "--query-log",
                    data / "logs/dns.txt", "--inbox", data / "EmailReceived", "--reports", data / "ReportReceived")
        self.assertEqual(comparable(json.loads(got.stdout)), comparable(truth(folder)))

    def test_mutated_datasets(self):
        top = harness.temp_folder(self)
        differing = 0
        for seed in range(1, MUTATED + 1):
            folder = make_dataset(top / "mutated", "--mutate", str(seed))
            with self.subTest(seed=seed):
                self.check(folder)
            differing += len(truth(folder)["differences"])
            shutil.rmtree(folder)
        self.assertGreater(differing, MUTATED, "the semantics should differ in some cells")


class SampleTest(unittest.TestCase):
    """What is done with the small dataset."""

    @classmethod
    def setUpClass(cls):
        folder = harness.TempFolder()
        cls.top = folder.__enter__()
        cls.addClassCleanup(folder.__exit__)
        cls.sample = make_dataset(cls.top / "sample", "--profile", "sample")
        cls.want = comparable(truth(cls.sample))

    def copy(self):
        folder = harness.temp_folder(self) / "copy"
        shutil.copytree(self.sample, folder)
        return folder

    def result(self, folder, *options, **more):
        return json.loads(study(folder, "--format", "json", "-q", *options, **more).stdout)

    def table(self, text):
        """{provider: [cells]} of a text table."""
        rows = re.findall(r"^(\S+)((?: +(?:yes|no|-)){8})$", text, re.MULTILINE)
        return {name: cells.split() for name, cells in rows}


class FormsTest(SampleTest):
    def cells(self, semantics):
        words = {True: "yes", False: "no", None: "-"}
        features = truth(self.sample)["features" if semantics == "paper" else "features_correct"]
        return {name: [words[row[feature]] for feature in FEATURES] for name, row in features.items()}

    def test_text_and_csv(self):
        for semantics in ("paper", "correct"):
            text = study(self.sample, "--semantics", semantics).stdout
            self.assertEqual(self.table(text), self.cells(semantics))
            rows = list(csv.DictReader(io.StringIO(study(self.sample, "--semantics", semantics, "--format", "csv",
                                                         "-q").stdout)))
            got = {row["provider"]: [row[feature] or "-" for feature in FEATURES] for row in rows}
            self.assertEqual(got, self.cells(semantics))
        self.assertIn("yahoo.com F7: paper no, correct yes", text)

    def test_html(self):
        page = study(self.sample, "--format", "html", "-q").stdout
        self.assertEqual(page.count("<th scope=\"row\">"), 6)
        for want in ("✓", "✗", "cannot be said", "EmailReceived/yahoocom/01_"):
            self.assertIn(want, page)
        self.assertNotRegex(page, r"<script|<link|src=|url\(|@import")
        for anchor in re.findall(r'href="#(\w+)"', page):
            self.assertIn(f'id="{anchor}"', page)

    def test_output_and_wrapper(self):
        folder = harness.temp_folder(self)
        study(self.sample, "--format", "latex", "-o", folder / "table.tex")
        self.assertIn("\\begin{tabular}", (folder / "table.tex").read_text(encoding="utf-8"))
        self.assertIn("\\input{table.tex}", (folder / "table-standalone.tex").read_text(encoding="utf-8"))
        study(self.sample, "-o", folder / "no" / "where", want=75)

    def test_output_into_a_pipe(self):
        """What is no file (/dev/null, say) is written to, never replaced by one."""
        pipe = harness.temp_folder(self) / "pipe"
        os.mkfifo(pipe)
        with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
            study(self.sample, "-q", "-o", pipe)
            self.assertTrue(pipe.is_fifo())
            self.assertIn(b"gmail.com", reader.stdout.read())

    def test_output_through_a_link(self):
        """A link (/dev/stdout is one) stays a link; what it names is written."""
        folder = harness.temp_folder(self)
        link, target = folder / "link", folder / "target"
        target.write_text("old " * 10000, encoding="utf-8")
        link.symlink_to(target)
        study(self.sample, "-q", "-o", link)
        self.assertTrue(link.is_symlink())
        self.assertEqual(set(self.table(target.read_text(encoding="utf-8"))), set(truth(self.sample)["features"]))
        self.assertNotIn("old", target.read_text(encoding="utf-8"))

    def test_explain(self):
        text = study(self.sample, "--explain", "yahoo.com", "F7", "-q").stdout
        self.assertRegex(text, r"paper +no ")
        self.assertRegex(text, r"correct +yes +0 reports about yahoocom\.email-sender-3\.example")
        self.assertIn("about yahoocom.email-sender-2.example, to rua@control-domain.example", text)
        self.assertNotIn("F1", text)
        whole = study(self.sample, "--explain", "gmailcom", "-q").stdout
        self.assertEqual(re.findall(r"^gmail\.com (F\d)", whole, re.MULTILINE), FEATURES)
        self.assertRegex(whole, r"\n  \+ .*query\.log:\d+: .*query: (?i:_dmarc\.gmailcom\.email-sender-1\.example) IN TXT")
        self.assertIn("the same as", study(self.sample, "--explain", "gmail.com", "F6", "-q").stdout)
        study(self.sample, "--explain", "nobody.example", want=64)

    def test_explain_as_json(self):
        """The same part of what --format json gives of all."""
        whole = json.loads(study(self.sample, "--format", "json", "-q").stdout)["evidence"]
        for names in (["F7"], ["F7", "F2"], []):
            got = json.loads(study(self.sample, "--explain", "yahoocom", *names, "--format", "json", "-q").stdout)
            self.assertEqual(got, {"evidence": {"yahoo.com": {name: whole["yahoo.com"][name] for name in names or FEATURES}}})
        for form in ("csv", "latex", "html"):
            refused = study(self.sample, "--explain", "yahoo.com", "--format", form, want=64)
            self.assertIn(f"--explain gives text or json, not {form}", refused.stderr)
            self.assertEqual(refused.stdout, "")

    def test_export(self):
        folder = harness.temp_folder(self) / "tables"
        study(self.sample, "--export", folder, "-q")
        tables = {path.name: list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
                  for path in folder.iterdir()}
        want = truth(self.sample)
        self.assertEqual(set(tables), {"rspamd.csv", "dns_queries.csv", "dns.csv", "auth_methods.csv", "reports.csv",
                                       "features_paper.csv", "features_correct.csv", "features_13.csv"})
        self.assertEqual(len(tables["rspamd.csv"]) - 1, want["counts"]["rspamd_test_mails"])
        head, *rows = tables["dns.csv"]
        self.assertEqual({row[0]: {name: cell == "yes" for name, cell in zip(head[1:], row[1:])} for row in rows},
                         want["dns"])
        self.assertEqual(len(tables["reports.csv"]) - 1, want["counts"]["reports"])
        self.assertEqual(tables["dns_queries.csv"][0], ["TIME", "IP_SOURCE", "PORT_SOURCE", "QUERY", "TYPE"])
        self.assertEqual(len(tables["dns_queries.csv"]) - 1, want["counts"]["query_lines_matched"])
        self.assertRegex(tables["dns_queries.csv"][1][0], r"^\d\d-Sep-2023 \d\d:\d\d:\d\d\.\d{3}$")
        self.assertEqual(len(tables["features_13.csv"][0]), 2 + 13)


class InputTest(SampleTest):
    def log(self, folder):
        return folder / "datasets/DNS/query.log"

    def test_packed_and_split_logs_in_any_order(self):
        folder = self.copy()
        lines = self.log(folder).read_bytes().splitlines(keepends=True)
        third = len(lines) // 3
        parts = [folder / "new.gz", folder / "old.xz", folder / "oldest"]
        parts[0].write_bytes(gzip.compress(b"".join(lines[2 * third:])))
        parts[1].write_bytes(lzma.compress(b"".join(lines[third:2 * third])))
        parts[2].write_bytes(b"".join(lines[:third]))
        options = [word for part in (parts[0], parts[2], parts[1]) for word in ("--query-log", part)]
        self.assertEqual(comparable(self.result(folder, *options)), self.want)

    def test_broken_input_is_named_and_skipped(self):
        folder = self.copy()
        log = self.log(folder)
        packed = folder / "cut.gz"
        packed.write_bytes(gzip.compress(log.read_bytes())[:-20])
        history = folder / "datasets/Rspamd/logs.json"
        history.write_text('{"sender_smtp": \n[1]\nnonsense\n' + history.read_text(encoding="utf-8"), encoding="utf-8")
        (folder / "datasets/EmailReceived/stray.txt").write_text("no folder")
        (folder / "datasets/EmailReceived/gmailcom/zz.eml").write_bytes(b"\xff\xfe\0no mail at all")
        reports = next((folder / "datasets/ReportReceived").glob("*@control-domain.example"))
        (reports / "zz.eml").write_text("From: a@example.net\nSubject: hello\n\nno report\n")
        got = study(folder, "--format", "json", "--query-log", log, "--query-log", packed)
        result = json.loads(got.stdout)
        problems = result["problems"]
        self.assertEqual({key: problems["counts"][key] for key in ("history-row", "report", "file")},
                         {"history-row": 3, "report": 1, "file": 2})
        self.assertTrue(any("the end is missing" in one["reason"] for one in problems["named"]))
        self.assertRegex(got.stderr, r"left-out kind=report where=\S+zz\.eml")
        self.assertEqual(result["features_correct"], truth(folder)["features_correct"])

    def test_key_file(self):
        folder = self.copy()
        facts = json.loads((folder / "study-config.json").read_text(encoding="utf-8"))
        lines = ["[study]", "ignored_queries = " + ", ".join(facts.pop("ignored_queries"))]
        for name, key in (("sender", "domain"), ("provider", "label"), ("result_header", "name")):
            for item in facts.pop(name + "s"):
                lines += [f"[{name} {item.pop(key)}]"]
                lines += [f"{k} = {', '.join(v) if isinstance(v, list) else v}" for k, v in item.items()]
        for name, section in facts.items():
            lines += [f"[{name}]", *(f"{key} = {value}" for key, value in section.items())]
        (folder / "study.cfg").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.assertEqual(comparable(self.result(folder, config="study.cfg")), self.want)

    def test_config_faults(self):
        folder = self.copy()
        for text, reason in (('{"senders": 1}', "senders"), ('{"colour": "red"}', "colour"), ("{", "study-config"),
                             ('{"providers": [{"label": "a.b", "name": "x"}]}', "label"),
                             ('{"senders": [{"domain": "a.example", "role": "none"}]}', "role"),
                             ('{"paths": {"dns": "not-there.log"}}', "not-there.log"), ("[paths\n", "study-config")):
            (folder / "study-config.json").write_text(text, encoding="utf-8")
            got = study(folder, want=78)
            with self.subTest(text):
                self.assertIn(reason, got.stderr)

    def test_usage(self):
        harness.run("lafayette-study", want=64)
        for options in (["--format", "pdf"], ["--semantics", "other"], ["F1"], ["--explain", "gmail.com", "F9"],
                        ["--save"]):
            study(self.sample, *options, want=64)

    def test_logs_without_a_query_answer_nothing(self):
        folder = self.copy()
        for name, octets in (("empty", b""), ("garbage", b"\xff\x00 nonsense\n" * 50)):
            log = folder / name
            log.write_bytes(octets)
            with self.subTest(name):
                got = study(folder, "--format", "json", "--query-log", log)
                self.assertRegex(got.stderr, r"warning.*nothing-read input=query-log")
                for row in json.loads(got.stdout)["features_correct"].values():
                    self.assertEqual((row["F1"], row["F5"]), (None, None))
                    self.assertIsNotNone(row["F3"])

    def test_nobody_takes_part(self):
        folder = self.copy()
        (folder / "study-config.json").write_text("{}", encoding="utf-8")
        self.assertIn("no provider", study(folder, want=78).stderr)

    def test_output_is_tried_before_the_logs_are_read(self):
        got = study(self.sample, "-o", harness.temp_folder(self) / "no" / "where", want=75)
        self.assertNotIn("what=", got.stderr)
        self.assertIn("where", got.stderr)

    def test_inputs_that_are_not_read_leave_cells_empty(self):
        folder = self.copy()
        facts = json.loads((folder / "study-config.json").read_text(encoding="utf-8"))
        del facts["paths"]["reports"], facts["paths"]["dns"]
        (folder / "study-config.json").write_text(json.dumps(facts), encoding="utf-8")
        for row in self.result(folder)["features"].values():
            self.assertEqual([row[feature] for feature in FEATURES if feature != "F2"], [None] * 7)
            self.assertIsNotNone(row["F2"])


if __name__ == "__main__":
    unittest.main()
