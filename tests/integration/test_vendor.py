# SPDX-License-Identifier: Apache-2.0
"""web/make/vendor: what the pages load, from npm's packages or a ready folder."""
import json
import os
import shutil
import unittest

from harness import ROOT, run, temp_folder

WEB = ROOT / "web"


class VendorTest(unittest.TestCase):
    def setUp(self):
        self.top = temp_folder(self)
        self.web = self.top / "web"
        shutil.copytree(WEB / "make", self.web / "make")
        for name in ("package.json", "package-lock.json"):
            shutil.copy(WEB / name, self.web)
        # A path with the script's tools and no npm or node: nothing can be fetched.
        tools = self.top / "tools"
        tools.mkdir()
        for tool in ("bash", "dirname", "realpath", "mkdir", "cp", "touch", "mktemp", "rm", "chmod", "mv"):
            os.symlink(shutil.which(tool), tools / tool)
        self.env = {"PATH": str(tools)}

    def vendor(self, *args, want=None, **env):
        return run(self.web / "make" / "vendor", *args, env={**self.env, **env}, want=want)

    def ready(self):
        folder = self.top / "ready"
        folder.mkdir()
        for name in ("world.json", "a.woff2", "licence.txt"):
            (folder / name).write_text(name)
        return folder

    def test_ready_folder_is_copied_and_nothing_fetched(self):
        self.vendor(self.ready(), want=0)
        for name in ("world.json", "a.woff2", "licence.txt"):
            self.assertEqual((self.web / "vendor" / name).read_text(), name)
        self.assertFalse((self.web / "node_modules").exists())
        self.vendor(self.web / "vendor", want=0)

    def test_ready_folder_by_a_relative_name(self):
        self.ready()
        for name in ("ready", "./ready"):
            run(self.web / "make" / "vendor", name, env=self.env, cwd=self.top, want=0)
            self.assertEqual((self.web / "vendor" / "world.json").read_text(), "world.json")
            shutil.rmtree(self.web / "vendor")
        for name in ("away", "web/vendor"):
            done = run(self.web / "make" / "vendor", name, env=self.env, cwd=self.top, want=1)
            self.assertIn(f"{name} has no world.json", done.stderr)

    def test_folder_without_the_map_is_refused(self):
        folder = self.ready()
        (folder / "world.json").unlink()
        done = self.vendor(folder, want=1)
        self.assertIn("has no world.json", done.stderr)

    def test_without_npm_the_line_says_what_to_do(self):
        done = self.vendor(want=1)
        self.assertIn("npm is missing", done.stderr)
        self.assertIn("make WEB_VENDOR=DIR", done.stderr)
        self.assertFalse((self.web / "vendor").exists())

    def test_what_is_there_is_left_alone(self):
        self.vendor(self.ready(), want=0)
        self.vendor(want=0)

    def test_lock_names_exact_versions_and_no_host(self):
        for folder in ("web", "tests/browser"):
            named = json.loads((ROOT / folder / "package.json").read_text())
            for version in {**named.get("dependencies", {}), **named.get("devDependencies", {})}.values():
                self.assertRegex(version, r"^\d+\.\d+\.\d+$")
            lock = json.loads((ROOT / folder / "package-lock.json").read_text())
            for name, package in lock["packages"].items():
                self.assertNotIn("resolved", package, name)
                self.assertTrue(name == "" or package["integrity"].startswith("sha512-"), name)

    @unittest.skipUnless((WEB / "vendor" / "world.json").exists(), "web/vendor is not there: make vendor")
    def test_map_has_all_countries_and_small_ones_a_dot(self):
        world = json.loads((WEB / "vendor" / "world.json").read_text())
        countries = {one["code"]: one for one in world["countries"]}
        self.assertNotIn("AQ", countries)
        self.assertEqual(len(countries), len(world["countries"]))
        self.assertGreaterEqual(len(countries), 249)
        for code in ("XK", "GP", "MQ", "RE", "YT", "GF", "SJ", "SG", "HK", "MT", "VA"):
            with self.subTest(code):
                self.assertTrue("dot" in countries[code] or code == "XK" and "path" in countries[code])
        for code, one in countries.items():
            with self.subTest(code):
                self.assertTrue("path" in one or "dot" in one)
                self.assertRegex(one.get("path", "M0 0"), r"^[Mlz0-9 -]+$")
                x, y = one.get("dot", (1, 1))
                self.assertTrue(0 < x < world["width"] and 0 < y < world["height"])


if __name__ == "__main__":
    unittest.main()
