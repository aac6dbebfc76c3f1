# SPDX-License-Identifier: Apache-2.0
"""lint.py FLAGS... - `make lint`: the rules on the tree, layout, clang-tidy, cppcheck, shellcheck, manuals, Python.

FLAGS are the compiler's -I and -D for all libraries. Exit 1 when anything was found. What clang-tidy found nothing
in is noted in build/lint and read again only when the file, a header of ours that it reaches or the rules change.
"""
import concurrent.futures
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLEAN = ROOT / "build" / "lint"
NOT_OURS = {"node_modules", "vendor", "__pycache__"}

# Groups as a whole, minus what does not fit this code; each with its reason.
TIDY = [
    "-*", "bugprone-*", "clang-analyzer-*", "cert-*", "misc-*",
    "-bugprone-easily-swappable-parameters",  # (octets, len) pairs everywhere; not a bug that it can tell
    "-bugprone-reserved-identifier",          # _GNU_SOURCE
    "-bugprone-branch-clone",                 # a switch may answer two cases alike, each with its own comment
    "-bugprone-macro-parentheses",            # GLib's autoptr macros take a type
    "-bugprone-assignment-in-if-condition",   # `while ((x = next()) != NULL)` and its kin, with parentheses
    "-cert-dcl37-c,-cert-dcl51-cpp",          # the same as reserved-identifier
    "-cert-err33-c",                          # wants every fprintf(stderr) looked at
    "-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling",  # Annex K: glibc has none
    "-clang-analyzer-optin.performance.Padding",
    "-clang-analyzer-unix.Malloc",            # knows no cleanup attributes; LeakSanitizer looks after leaks
    "-clang-analyzer-deadcode.DeadStores",    # the same: `fd = -1` keeps auto_fd from closing it
    "-bugprone-implicit-widening-of-multiplication-result",  # limits such as 25 * 1024 * 1024 are small ints
    "-bugprone-sizeof-expression",            # inside g_clear_pointer()
    "-bugprone-narrowing-conversions",        # gcc's and clang's -Wconversion look after it
    "-misc-unused-parameters",                # callbacks; gcc's -Wextra looks after the rest
    "-misc-no-recursion",                     # recursion on input is forbidden, on JSON we built it is not
]
CPPCHECK = [
    "--enable=warning,performance,portability", "--inline-suppr", "--quiet", "--std=c17", "--error-exitcode=1",
    "--library=gtk", "--suppress=missingIncludeSystem",
    "--suppress=varFuncNullUB",               # NULL is a pointer on all systems we build for
    "--suppress=unknownMacro",                # G_DEFINE_... of headers that it does not read
    "--suppress=normalCheckLevelMaxBranches",
    "--suppress=internalAstError",            # its parser stumbles over some attributes
    "--suppress=nullPointerRedundantCheck",   # does not know that g_autoptr cleans up NULL
]
PYTHON_SYNTAX = "import ast,sys\nfor p in sys.argv[1:]: ast.parse(open(p, encoding='utf-8').read(), p)"


class Tidy:
    """clang-tidy on one source, with a note of what was clean."""

    def __init__(self, flags):
        self.command = ["clang-tidy", "--quiet", f"--checks={','.join(TIDY)}", "--header-filter=src/.*"]
        self.flags = ["-std=gnu17", "-Isrc", "-DLAFAYETTE_VERSION=\"x\"", "-DLAFAYETTE_SYSCONFDIR=\"/etc\"",
                      "-DLAFAYETTE_DATADIR=\"/usr/share\"", *flags]
        self.version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=False).stdout
        self.read = {}

    def octets(self, path):
        if path not in self.read:
            self.read[path] = path.read_bytes() if path.exists() else b""
        return self.read[path]

    def key(self, source):
        """Digest of all that decides what is found, but the libraries' headers."""
        reached, waiting = set(), [source]
        while waiting:
            path = waiting.pop()
            if path not in reached:
                reached.add(path)
                included = re.findall(rb'^\s*#\s*include\s*"([^"]+)"', self.octets(path), re.MULTILINE)
                waiting += [ROOT / "src" / os.fsdecode(name) for name in included]
        digest = hashlib.sha256(repr((self.command, self.flags, self.version)).encode())
        for path in sorted(reached):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + self.octets(path) + b"\0")
        return digest.hexdigest()

    def note(self, source):
        return CLEAN / str(source.relative_to(ROOT)).replace("/", "-")


def run(name, command):
    done = subprocess.run([str(word) for word in command], cwd=ROOT, capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    found = done.returncode != 0 or "warning:" in done.stdout
    lines = [line for line in (done.stdout + done.stderr).splitlines()
             if not line.endswith((" generated.", " warnings treated as errors"))]
    return name, found, "\n".join(lines)


def run_tidy(tidy, source):
    name, note, key = f"clang-tidy {source.relative_to(ROOT)}", tidy.note(source), tidy.key(source)
    if note.exists() and note.read_text(encoding="ascii") == key:
        return name, False, ""
    result = run(name, [*tidy.command, source, "--", *tidy.flags])
    if result[1]:
        note.unlink(missing_ok=True)
    else:
        note.write_text(key, encoding="ascii")
    return result


def ours(pattern):
    return sorted(path for path in ROOT.glob(pattern) if path.is_file() and not NOT_OURS & set(path.parts))


def shell_scripts():
    return [path for path in ours("tests/**/*") + ours(".ci/*")
            if path.suffix == ".sh" or path.read_bytes()[:12] in (b"#!/bin/bash\n", b"#!/bin/sh\n# ")]


def steps():
    sources, headers = ours("src/**/*.c"), ours("src/**/*.h")
    tests = ours("tests/*/*.[ch]") + ours("tests/unit/*/*.[ch]")
    yield "rooms", ["tests/rooms.sh"]
    yield "sizes", ["tests/sizes.sh"]
    yield "text", ["tests/lint/text.sh"]
    yield "layout (make format mends it)", ["clang-format", "--dry-run", "-Werror", *sources, *headers, *tests]
    yield "width of comments", [sys.executable, "tests/lint/width.py", *sources, *headers]
    yield "cppcheck", ["cppcheck", *CPPCHECK, "-Isrc", *sources]
    yield "python", [sys.executable, "-c", PYTHON_SYNTAX, *ours("tests/**/*.py")]
    if shutil.which("shellcheck"):
        yield "shellcheck", ["shellcheck", "--severity=warning", *shell_scripts()]
    for page in ours("src/man/*.in"):
        yield f"manual {page.name}", ["tests/lint/manual.sh", page]


def main():
    bad = 0
    CLEAN.mkdir(parents=True, exist_ok=True)
    tidy = Tidy(sys.argv[1:])
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = [pool.submit(run, *step) for step in steps()]
        waiting += [pool.submit(run_tidy, tidy, source) for source in ours("src/**/*.c")]
        for done in waiting:
            name, found, text = done.result()
            if found:
                bad += 1
                print(f"FOUND {name}\n{text}\n", flush=True)
    print("lint: nothing found" if not bad else f"lint: {bad} steps found something")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
