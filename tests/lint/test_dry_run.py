# SPDX-License-Identifier: Apache-2.0
"""make -n prints what would be done and does none of it."""
import os
import shutil
import unittest
from unittest import mock

from harness import ROOT, run, temp_folder

# What `make check` gives its own children would make this one a part of it.
OUTSIDE = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}


class DryRunTest(unittest.TestCase):
    def dry(self, goal, *flags):
        """What make -n prints, and what was run with PYTHON meanwhile."""
        folder = temp_folder(self)
        ran = folder / "ran"
        trap = folder / "python"
        trap.write_text(f'#!/bin/sh\necho "$@" >>{ran}\n', encoding="utf-8")
        trap.chmod(0o755)
        with mock.patch.dict(os.environ, OUTSIDE, clear=True):
            done = run(shutil.which("make"), *flags, "-C", ROOT, goal, f"PYTHON={trap}",
                       f"INSTALL_MISSING={folder}/nothing", want=0, timeout=300)
        return done.stdout, ran.read_text(encoding="utf-8") if ran.exists() else ""

    def test_nothing_is_run(self):
        cases = [("check", ("-n",), "tests/run.py"), ("check", ("-n", "-j2"), "tests/run.py"),
                 ("check", ("--dry-run", "WERROR=1", "ONLY=rules/"), "--only 'rules/'"),
                 ("check", ("-kn", "--no-print-directory"), "tests/run.py"), ("fuzz", ("-n",), "fuzz.py"),
                 ("lint", ("-n",), "lint.py"), ("bench-study", ("-n",), "study_bench.py")]
        for goal, flags, want in cases:
            with self.subTest(f"make {' '.join(flags)} {goal}"):
                printed, ran = self.dry(goal, *flags)
                self.assertEqual(ran, "")
                self.assertIn(want, printed)


if __name__ == "__main__":
    unittest.main()
