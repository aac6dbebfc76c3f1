# SPDX-License-Identifier: Apache-2.0
"""Datasets of the reporting study (tests/tools/make_study_dataset.py), and lafayette-study on them."""
import json
import subprocess
import sys

import harness

GENERATOR = harness.ROOT / "tests" / "tools" / "make_study_dataset.py"
FEATURES = [f"F{n}" for n in range(1, 9)]
REPORT_KEYS = ("subject", "parsed_domain", "parsed_submitter", "parsed_report_id", "msg_to", "msg_from",
               "feature_domain", "local_part", "esp_label", "kind", "file")


def make_dataset(folder, *options):
    """Writes a dataset with known truth; returns its folder."""
    subprocess.run([sys.executable, GENERATOR, "--out", folder, *options], check=True, capture_output=True, timeout=1800)
    return folder


def study(folder, *options, want=0, config="study-config.json"):
    return harness.run("lafayette-study", "-c", folder / config, *options, want=want)


def truth(folder):
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def collapsed(value):
    return " ".join(value.split()) if isinstance(value, str) else value


def report_rows(reports):
    return sorted(tuple(collapsed(report[key]) or "" for key in REPORT_KEYS) for report in reports)


def comparable(result):
    """What decisions name, as sets where the order says nothing."""
    lists = {name: sorted(names) for name, names in result["report_lists"].items()}
    differences = sorted((one["provider"], one["feature"], one["paper"], one["correct"])
                         for one in result["differences"])
    return {**{key: result[key] for key in ("features", "features_correct", "dns", "auth_methods", "auth_methods_all")},
            "reports": report_rows(result["reports"]), "report_lists": lists, "differences": str(differences)}
