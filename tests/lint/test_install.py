# SPDX-License-Identifier: Apache-2.0
"""make install: what lies where, with which rights, and that it touches nothing outside DESTDIR."""
import os
import re
import shutil
import stat
import unittest

from harness import BUILD, ROOT, run, temp_folder


class InstallTest(unittest.TestCase):
    def setUp(self):
        self.target = temp_folder(self) / "root"
        self.target.mkdir()
        old = os.umask(0o077)  # a careful root must not make files that nobody can read
        self.addCleanup(os.umask, old)

    def make(self, goal):
        """As the build under test was made: PREFIX and SYSCONFDIR are compiled in."""
        return run(shutil.which("make"), "--no-print-directory", "-C", ROOT, goal, f"BUILD={BUILD.relative_to(ROOT)}",
                   f"DESTDIR={self.target}", want=0, timeout=900)

    def files(self):
        """{path below the target: permission bits} of all files."""
        return {str(path.relative_to(self.target)): stat.S_IMODE(path.stat().st_mode)
                for path in self.target.rglob("*") if path.is_file()}

    def test_what_lies_where(self):
        self.make("install")
        files = self.files()
        want = {f"usr/local/bin/{path.stem}": 0o755 for path in ROOT.glob("src/*.c")}
        want |= {f"usr/local/share/man/man{path.stem[-1]}/{path.stem}": 0o644 for path in ROOT.glob("src/man/*.in")}
        want |= {f"usr/local/share/lafayette/{name}": 0o644
                 for name in ("forensic.sql", "forensic.cfg.sample", "lafayette.cron", "lafayette.tmpfiles")}
        want |= {f"usr/local/lib/systemd/system/{path.name}": 0o644
                 for kind in ("service", "timer") for path in ROOT.glob(f"cron/*.{kind}")}
        want["etc/lafayette/forensic.cfg"] = 0o640
        self.assertEqual({name: files.get(name) for name in want}, want)
        for name in set(files) - set(want):
            self.assertRegex(name, r"^usr/local/share/lafayette/(templates|web)/")
            self.assertEqual(files[name], 0o644, name)
        for path in self.target.rglob("*"):
            if path.is_dir():
                self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o755, path)

    def test_places_are_filled_in(self):
        self.make("install")
        version = re.search(r"^VERSION := (\S+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1]
        texts = {name: (self.target / name).read_text(encoding="utf-8") for name in self.files()
                 if re.search(r"/(man\d|system)/|\.(cron|tmpfiles)$", name)}
        self.assertGreater(len(texts), 6)
        for name, text in texts.items():
            self.assertNotRegex(text, r"@[A-Z]+@", name)
            self.assertNotIn(str(self.target), text, name)
        self.assertIn("ExecStart=/usr/local/bin/lafayette-ingest -c /etc/lafayette/forensic.cfg",
                      texts["usr/local/lib/systemd/system/lafayette-ingest@.service"])
        self.assertIn(f"Lafayette {version}", texts["usr/local/share/man/man1/arfdump.1"])
        self.assertIn(version, run(self.target / "usr/local/bin/arfdump", "--version", want=0).stdout)

    def test_again_and_away(self):
        self.make("install")
        configuration = self.target / "etc/lafayette/forensic.cfg"
        configuration.write_text("[db]\ndbHost = edited\n", encoding="utf-8")
        (self.target / "usr/local/bin/another").touch()
        first = self.files()
        self.make("install")
        self.assertEqual(self.files(), first)
        self.assertIn("edited", configuration.read_text(encoding="utf-8"))
        self.make("uninstall")
        self.assertEqual(set(self.files()), {"etc/lafayette/forensic.cfg", "usr/local/bin/another"})
