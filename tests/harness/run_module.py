# SPDX-License-Identifier: Apache-2.0
"""run_module.py FILE RESULT - run one file of unittest tests; tests/run.py reads RESULT (JSON lines)."""
import importlib.util
import json
import sys
import unittest

from harness import warden


class Recorder(unittest.TestResult):
    """Writes one line a test, at once: what a killed run has done is known."""

    def __init__(self, path):
        super().__init__()
        self.out = open(path, "w", encoding="utf-8", buffering=1)

    def note(self, test, outcome, text=""):
        json.dump({"name": test.id().partition(".")[2] or test.id(), "outcome": outcome, "text": text}, self.out)
        self.out.write("\n")

    def addSuccess(self, test):
        self.note(test, "passed")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.note(test, "failed", self._exc_info_to_string(err, test))

    addError = addFailure  # set-up errors come here too

    def addSkip(self, test, reason):
        self.note(test, "skipped", reason)

    def addExpectedFailure(self, test, err):
        self.note(test, "failed", "expectedFailure is not used here: mend it or skip it with a reason")

    def addUnexpectedSuccess(self, test):
        self.addExpectedFailure(test, None)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            super().addFailure(subtest, err)
            self.note(subtest, "failed", self._exc_info_to_string(err, test))


def main():
    warden.guard()
    path, result = sys.argv[1:]
    spec = importlib.util.spec_from_file_location("tested", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["tested"] = module
    spec.loader.exec_module(module)
    recorder = Recorder(result)
    unittest.defaultTestLoader.loadTestsFromModule(module).run(recorder)
    sys.exit(0 if recorder.wasSuccessful() else 1)


if __name__ == "__main__":
    main()
