# SPDX-License-Identifier: Apache-2.0
"""What make asks to have installed: all of it at once, and no more than the goal needs."""
import os
import shutil
import unittest
from unittest import mock

from harness import HARNESS, ROOT, run, temp_folder

TOOLS = ("sh", "bash", "id", "grep")


class PackagesTest(unittest.TestCase):
    def setUp(self):
        self.folder = temp_folder(self)
        for tool in TOOLS:
            os.symlink(shutil.which(tool), self.folder / tool)
        # A bare machine has no npm, dpkg knows of nothing, and nobody may become root.
        self.script("dpkg-query", "exit 1")
        self.script("id", "echo 1000")
        self.env = {"PATH": str(self.folder)}
        # Nothing of the make that runs this test.
        clean = mock.patch.dict(os.environ)
        clean.start()
        self.addCleanup(clean.stop)
        for name in ("LINT", "WEB_VENDOR", "MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES"):
            os.environ.pop(name, None)

    def script(self, name, *lines):
        path = self.folder / name
        path.unlink(missing_ok=True)
        path.write_text("\n".join(("#!/bin/sh", *lines, "")))
        path.chmod(0o755)
        return path

    def wanted(self, goal, *args):
        """The packages that the goal's first question names; it is answered with no."""
        ask = self.script("ask", 'echo "$@"', "exit 1")
        done = run(shutil.which("make"), "--no-print-directory", "-C", ROOT, goal, f"INSTALL_MISSING={ask}", *args,
                   env=self.env, want=2)
        return done.stdout.split()

    def test_all_is_asked_for_at_once(self):
        pages = self.wanted("vendor")
        self.assertIn("npm", pages)
        for goal in ("all", "demo", "check", "deps"):
            with self.subTest(goal):
                wanted = self.wanted(goal)
                self.assertLessEqual(set(pages), set(wanted))
                self.assertEqual(len(wanted), len(set(wanted)), wanted)
        self.assertNotIn("npm", self.wanted("all", "WEB_VENDOR=ready"))

    def test_static_checkers_only_for_lint(self):
        self.assertNotIn("cppcheck", self.wanted("check"))
        self.assertNotIn("cppcheck", self.wanted("check", "LINT=0"))
        self.assertIn("cppcheck", self.wanted("check", "LINT=1"))

    def test_line_for_root(self):
        done = run(HARNESS / "install-missing", "one", "two", env=self.env, want=1)
        self.assertIn("    apt-get update && apt-get install -y --no-install-recommends one two\n", done.stderr)


if __name__ == "__main__":
    unittest.main()
