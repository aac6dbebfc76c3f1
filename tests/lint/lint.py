# SPDX-License-Identifier: Apache-2.0
"""lint.py FLAGS... - `make lint`: the rules on the tree, layout, clang-tidy, cppcheck, shellcheck, Python syntax.

FLAGS are the compiler's -I and -D for all libraries. Exit 1 when anything was found.
"""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

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


def run(name, command):
    done = subprocess.run([str(word) for word in command], cwd=ROOT, capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    found = done.returncode != 0 or "warning:" in done.stdout
    lines = [line for line in (done.stdout + done.stderr).splitlines()
             if not line.endswith((" generated.", " warnings treated as errors"))]
    return name, found, "\n".join(lines)


def steps(flags):
    sources = sorted(ROOT.glob("src/**/*.c"))
    headers = sorted(ROOT.glob("src/**/*.h"))
    tests = sorted(ROOT.glob("tests/*/*.[ch]")) + sorted(ROOT.glob("tests/unit/*/*.[ch]"))
    scripts = [path for path in sorted(ROOT.glob("tests/**/*")) + sorted(ROOT.glob(".ci/*")) if path.is_file()
               and path.read_bytes()[:12] in (b"#!/bin/bash\n", b"#!/bin/sh\n# ") or path.suffix == ".sh"]
    python = sorted(ROOT.glob("tests/**/*.py"))
    yield "rooms", ["tests/rooms.sh"]
    yield "sizes", ["tests/sizes.sh"]
    yield "text", ["tests/lint/text.sh"]
    if sources:
        yield "layout", ["clang-format", "--dry-run", "-Werror", *sources, *headers, *tests]
        yield "cppcheck", ["cppcheck", *CPPCHECK, "-Isrc", *sources]
    yield "python", [sys.executable, "-c", "import ast,sys\nfor p in sys.argv[1:]: ast.parse(open(p).read(), p)", *python]
    if scripts and shutil.which("shellcheck"):
        yield "shellcheck", ["shellcheck", "--severity=warning", *scripts]
    for path in sources:
        yield (f"clang-tidy {path.relative_to(ROOT)}",
               ["clang-tidy", "--quiet", f"--checks={','.join(TIDY)}", "--header-filter=src/.*", path, "--",
                "-std=gnu17", "-Isrc", "-DLAFAYETTE_VERSION=\"x\"", "-DLAFAYETTE_SYSCONFDIR=\"/etc\"",
                "-DLAFAYETTE_DATADIR=\"/usr/share\"", *flags])


def main():
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, found, text in pool.map(lambda step: run(*step), list(steps(sys.argv[1:]))):
            if found:
                bad += 1
                print(f"FOUND {name}\n{text}\n", flush=True)
    print("lint: nothing found" if not bad else f"lint: {bad} steps found something")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
