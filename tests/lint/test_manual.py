# SPDX-License-Identifier: Apache-2.0
"""The manual names every program, every option of --help and every key of the configuration, and no other key."""
import re
import unittest

from harness import ROOT, program, run

PAGES = {path.name.split(".")[0]: path for path in sorted(ROOT.glob("src/man/*.[18].in"))}
KEYS_PAGE = ROOT / "src/man/forensic.cfg.5.in"
ENTRY = r'\{ ("\w+"|NULL), "(\w+)", KEY_\w+, \w+\([^)]*\), ("[^"]*"|NULL),\s*\d+,\s*\d+,\s*("[^"]*"|NULL) \}'


def options(help_text):
    """Long options that a --help lists: those that begin a line."""
    return sorted(set(re.findall(r"^ +(?:-\w, )?--([a-z][a-z-]*)", help_text, re.MULTILINE)))


def names(page, option):
    return re.search(rf"(\bFl|[,|]) (\w , )?-{option}\b", page) is not None


def keys_of_page():
    """{(section or "NULL", key): what is said of it}"""
    said, section, key = {}, None, None
    for line in KEYS_PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith((".Ss ", ".Sh ")):
            section = "NULL" if line == ".Ss Any feed" else line.removeprefix(".Ss Section ")
            key = None
        elif line.startswith(".It Cm "):
            key = (section, line.removeprefix(".It Cm "))
            said[key] = ""
        elif key:
            said[key] += line + "\n"
    return said


class ManualTest(unittest.TestCase):
    def test_each_program_has_a_page(self):
        self.assertEqual({path.stem for path in ROOT.glob("src/*.c")}, set(PAGES))

    def test_options(self):
        for name, path in PAGES.items():
            page = path.read_text(encoding="utf-8")
            found = options(run(program(name), "--help", want=0).stdout)
            self.assertIn("config", found, "--help was not understood")
            for option in found:
                with self.subTest(f"{name} --{option}"):
                    self.assertTrue(names(page, option))

    def test_commands(self):
        """lafayette-admin: each command, and each option of those that have a --help of their own."""
        page = PAGES["lafayette-admin"].read_text(encoding="utf-8")
        commands = re.findall(r"^  ([a-z]+) {2,}", run("lafayette-admin", "--help", want=0).stdout, re.MULTILINE)
        self.assertIn("purge", commands)
        for command in commands:
            with self.subTest(command):
                self.assertRegex(page, rf"Cm {command}\b")
            parts = re.findall(r"[a-z]+", "import list disable enable wish" if command == "contacts" else "") or [""]
            for part in parts:
                words = [command, *filter(None, [part]), "--help"]
                for option in options(run("lafayette-admin", *words).stdout):
                    with self.subTest(f"{' '.join(words[:-1])} --{option}"):
                        self.assertTrue(names(page, option))

    def test_keys(self):
        source = (ROOT / "src/base/config_keys.c").read_text(encoding="utf-8")
        keys = [tuple(word.strip('"') for word in entry) for entry in re.findall(ENTRY, source)]
        self.assertEqual(len(keys), len(re.findall(r'^    \{ (?:"\w+"|NULL), "', source, re.MULTILINE)))
        said = keys_of_page()
        for section, key, default, words in keys:
            with self.subTest((section, key)):
                self.assertTrue((section, key) in said, "forensic.cfg(5) does not name it")
                for word in words.split("|") if words != "NULL" else []:
                    self.assertRegex(said[(section, key)], rf"\b{word}\b")
                if default not in ("NULL", ""):
                    self.assertIn(f"Default: {default}", said[(section, key)])
        self.assertEqual(set(said) - {(section, key) for section, key, *_ in keys}, set())
