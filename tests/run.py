#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Run all tests: `make check`. Needs what `make deps` installs, and no rights.

  tests/run.py [--only TEXT]

Steps: the rules on the tree (tests/rooms.sh, sizes.sh, lint/), unit tests, integration tests; each fuzz
target reads its seeds and then looks for $FUZZ_SECONDS (30; 0: no) for more; unit and integration tests once
more with AddressSanitizer and UndefinedBehaviorSanitizer; those of what has threads with ThreadSanitizer;
`make lint` when $LINT is 1 (some minutes, where clang-tidy has not seen the tree before). --only: those whose
name (as printed) holds TEXT. Variables for make given to `make check` (WERROR=1, CFLAGS=...) go on to the
builds. $LAFAYETTE_CORPUS: a folder of sample mails.
The last line is `N passed, N failed, N skipped`; exit 0 when none failed and some passed.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from harness import fuzz

ROOT = pathlib.Path(__file__).resolve().parents[1]
PLAIN = pathlib.Path("build")
SANITIZED = pathlib.Path("build/sanitize-address-undefined")
FUZZ = pathlib.Path("build/fuzz")
THREADS = pathlib.Path("build/sanitize-thread")
SANITIZE = ["SANITIZE=address,undefined"]
# What runs with ThreadSanitizer: unit tests of the rooms that have threads, and these modules.
THREAD_ROOMS = ("base", "mailbox", "ingest", "http")
THREAD_MODULES = ("test_threads", "test_upgrade", "test_web_threads")
CLANG = ["CC=clang", "FUZZER=1", *SANITIZE, "WERROR=1"]
UNIT_SECONDS, MODULE_SECONDS, FUZZ_REPLAY_SECONDS = 300, 1200, 300
SHOWN_LINES = 25  # of what one failed test says
FUZZ_SECONDS = int(os.environ.get("FUZZ_SECONDS") or 30)

SKIPPED_IN_C = "skipped by the test itself (its sample mails or server are not there)"

children = {}  # pid: Popen of what runs now
children_lock = threading.Lock()
stopping = threading.Event()


class Tally:
    """Counts, and prints one line a step as it ends."""

    def __init__(self):
        self.passed, self.failed, self.skips, self.times = 0, [], {}, []
        self.lock = threading.Lock()

    def step(self, name, seconds, results, output=""):
        """results: list of (test, outcome, text)."""
        with self.lock:
            bad = [(test, text) for test, outcome, text in results if outcome == "failed"]
            good = sum(outcome == "passed" for _, outcome, _ in results)
            self.times.append((seconds, name))
            self.passed += good
            self.failed += [f"{name}: {test}" for test, _ in bad]
            for test, outcome, text in results:
                if outcome == "skipped":
                    self.skips.setdefault(text or "no reason given", []).append(f"{name}: {test}")
            skipped = len(results) - good - len(bad)
            print(f"{'FAIL' if bad else 'ok  '} {name} ({good} passed"
                  + (f", {len(bad)} failed" if bad else "") + (f", {skipped} skipped" if skipped else "")
                  + f", {seconds:.1f} s)", flush=True)
            for test, text in bad:
                print(f"     failed: {test}")
                for line in text.rstrip().splitlines()[-SHOWN_LINES:]:
                    print(f"       {line}")
            if bad and output.strip():
                for line in output.rstrip().splitlines()[-60:]:
                    print(f"     | {line}")
            sys.stdout.flush()


def execute(command, seconds, env=None):
    """Run it in a process group of its own; returns (exit code or None when out of time, output)."""
    if stopping.is_set():
        return None, "stopped"
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                 env=env, start_new_session=True)
        with children_lock:
            children[child.pid] = child
        try:
            code = child.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
            end(child)
        with children_lock:
            children.pop(child.pid, None)
        size = out.seek(0, 2)
        out.seek(max(0, size - 200_000))
        output = out.read().decode("utf-8", "replace")
    return code, output + (f"\nended: no result after {seconds} s\n" if code is None else "")


def end(child):
    """Ask it to end, so that it (or its warden) can take its servers along; then insist on the whole group."""
    try:
        child.terminate()
        child.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def stop(_signal, _frame):
    stopping.set()
    with children_lock:
        running = list(children.values())
    for child in running:
        child.terminate()
    sys.exit(1)


def make_variables():
    """Variables that the user gave to make, but those that choose the build."""
    _, given, variables = os.environ.get("MAKEFLAGS", "").partition("-- ")
    words = shlex.split(variables) if given else []
    return [word for word in words if re.match(r"[A-Za-z_]+=", word)
            and word.split("=")[0] not in ("ONLY", "SANITIZE", "CC", "BUILD", "FUZZER", "JOBS")]


def tests_environment(build, scratch):
    env = {name: value for name, value in os.environ.items()
           if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")
           and not name.startswith("LAFAYETTE_") or name == "LAFAYETTE_CORPUS"}
    env.update(LAFAYETTE_BUILD=str(ROOT / build), LAFAYETTE_ROOT=str(ROOT), PYTHONPATH=str(ROOT / "tests"),
               PYTHONDONTWRITEBYTECODE="1", CMOCKA_MESSAGE_OUTPUT="TAP", LC_ALL="C.UTF-8", TZ="UTC",
               G_DEBUG="fatal-criticals", G_ENABLE_DIAGNOSTIC="0")
    if build == SANITIZED:
        # Findings go to files: a leak in a program counts even where no test looks at its exit code.
        # ASAN_OPTIONS=fast_unwind_on_malloc=0 make check ONLY=... shows whole stacks, through GLib as well.
        env["ASAN_OPTIONS"] = (f"detect_leaks=1:detect_stack_use_after_return=1:log_path={scratch}/found:"
                               + os.environ.get("ASAN_OPTIONS", ""))
        env["LSAN_OPTIONS"] = f"suppressions={ROOT}/tests/harness/leaks.supp:print_suppressions=0"
        env["UBSAN_OPTIONS"] = f"print_stacktrace=1:log_path={scratch}/found"
        env["G_SLICE"] = "always-malloc"
    elif build == THREADS:
        env["TSAN_OPTIONS"] = (f"suppressions={ROOT}/tests/harness/tsan.supp:log_path={scratch}/found:"
                               "second_deadlock_stack=1")
        env["G_SLICE"] = "always-malloc"
    return env


def tap_results(code, output):
    """The tests of one cmocka program. What it announced and did not report has failed."""
    results, announced = [], 0
    for line in output.splitlines():
        if match := re.match(r"1\.\.(\d+)", line):
            announced += int(match[1])
        elif match := re.match(r"(?:not )?ok \d+ # SKIP ?(.*)", line):
            results.append((match[1] or "a test", "skipped", SKIPPED_IN_C))
        elif match := re.match(r"ok \d+ - (.*)", line):
            results.append((match[1], "passed", ""))
        elif match := re.match(r"not ok \d+ - (.*)", line):
            results.append((match[1], "failed", ""))
        elif results and results[-1][1] == "failed" and line.startswith("# "):  # why, after the line
            test, outcome, text = results[-1]
            results[-1] = (test, outcome, text + line[2:] + "\n")
    failed = any(outcome == "failed" for _, outcome, _ in results)
    if announced == 0 or len(results) < announced or (code != 0 and not failed):
        results.append(("the program itself", "failed", f"exit {code}, {len(results)} of {announced} tests"))
    return results


class Run:
    def __init__(self, only):
        self.only = only
        self.tally = Tally()
        self.jobs = int(os.environ.get("JOBS") or os.cpu_count() or 2)
        self.make = shlex.split(os.environ.get("MAKE", "make"))
        self.variables = make_variables()
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="lafayette-check."))

    def wanted(self, names):
        return [name for name in names if not self.only or self.only in name]

    def parallel(self, work):
        """work: list of functions, run as many at once as there are cores."""
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            for done in [pool.submit(one) for one in work]:
                done.result()

    def build(self, name, goals, variables):
        """Returns true when all goals are built; counts as a test, so that no failure hides."""
        if not goals:
            return True
        start = time.monotonic()
        env = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
        command = [*self.make, "--no-print-directory", f"-j{self.jobs}", *self.variables, *variables, *goals]
        code, output = execute(command, 1800, env)
        outcome = "passed" if code == 0 else "failed"
        self.tally.step(name, time.monotonic() - start, [("build", outcome, "")], output)
        return code == 0

    def rules(self):
        steps = {"rules/rooms": ["tests/rooms.sh"], "rules/sizes": ["tests/sizes.sh"],
                 "rules/text": ["tests/lint/text.sh"],
                 "rules/width": [sys.executable, "tests/lint/width.py", *sorted(map(str, ROOT.glob("src/**/*.[ch]")))]}
        for name in self.wanted(steps):
            start = time.monotonic()
            code, output = execute(steps[name], 60)
            outcome = "passed" if code == 0 else "failed"
            self.tally.step(name, time.monotonic() - start, [(name, outcome, output)])

    def lint(self):
        if os.environ.get("LINT") == "1" and self.wanted(["lint"]):
            self.build("lint", ["lint"], [])

    def unit(self, name, path, env):
        start = time.monotonic()
        code, output = execute([sys.executable, "tests/harness/warden.py", str(path)], UNIT_SECONDS, env)
        self.tally.step(name, time.monotonic() - start, tap_results(code, output), output if code else "")

    def module(self, name, path, env):
        start = time.monotonic()
        result = self.scratch / (name.replace("/", "_") + ".json")
        code, output = execute([sys.executable, "tests/harness/run_module.py", str(path), str(result)],
                               MODULE_SECONDS, env)
        lines = result.read_text(encoding="utf-8").splitlines() if result.exists() else []
        results = [(one["name"], one["outcome"], one["text"]) for one in map(json.loads, lines)]
        failed = any(outcome == "failed" for _, outcome, _ in results)
        if not results or (code != 0 and not failed):
            results.append(("the module itself", "failed", f"exit {code}, {len(results)} tests"))
        self.tally.step(name, time.monotonic() - start, results, output if code else "")

    def variant(self, prefix, build, variables, modules, rooms=None):
        """Unit tests (of these rooms, or all) and integration tests of one build."""
        sources = [path for path in sorted(ROOT.glob("tests/unit/*/test_*.c"))
                   if rooms is None or path.parent.name in rooms]
        units = {f"{prefix}unit/{path.parent.name}/{path.stem}": build / path.relative_to(ROOT).with_suffix("")
                 for path in sources}
        units = {name: units[name] for name in self.wanted(units)}
        modules = {f"{prefix}{path.parent.name}/{path.stem}": path for path in modules}
        modules = {name: modules[name] for name in self.wanted(modules)}
        programs = any("integration/" in name for name in modules) or self.wanted([f"{prefix}build"])
        # What integration tests drive, beside the programs, lies with the unit tests without their test_.
        drivers = [str(build / path.relative_to(ROOT).with_suffix("")) for path in ROOT.glob("tests/unit/*/*.c")
                   if not path.name.startswith("test_")]
        goals = (["programs", *drivers] if programs else []) + list(map(str, units.values()))
        if not self.build(f"{prefix}build", goals, [f"BUILD={build}", *variables]):
            return
        scratch = self.scratch / (prefix.strip("/") or "plain")
        scratch.mkdir()
        env = tests_environment(build, scratch)
        env.update(variable.split("=", 1) for variable in self.variables)
        # The long ones first.
        self.parallel([lambda name=name, path=path: self.module(name, path, env)
                       for name, path in modules.items()]
                      + [lambda name=name, path=path: self.unit(name, path, env)
                         for name, path in units.items()])
        for found in sorted(scratch.glob("found*")):
            text = "\n".join(found.read_text(errors="replace").splitlines()[:SHOWN_LINES])  # both stacks
            self.tally.step(f"{prefix}finding", 0, [(found.name, "failed", text)])

    def fuzz(self):
        """clang builds everything; each fuzz target reads its seeds, and then looks for more."""
        targets = {f"fuzz/{target.name}": target for target in fuzz.targets()}
        wanted = {name: targets[name] for name in self.wanted(targets)}
        everything = "clang/build" in self.wanted(["clang/build"])
        goals = (["programs", "fuzz-programs"] if everything else
                 [str(target.program.relative_to(ROOT)) for target in wanted.values()])
        if not self.build("clang/build", goals, [f"BUILD={FUZZ}", *CLANG]):
            return
        self.parallel([lambda name=name, target=target: self.fuzz_target(name, target)
                       for name, target in wanted.items()])

    def fuzz_target(self, name, target):
        start = time.monotonic()
        env = {**tests_environment(FUZZ, self.scratch), **fuzz.environment()}
        seeds = target.seed_files()
        if not seeds:
            self.tally.step(name, 0, [("seeds", "failed", f"no seeds in {target.seeds.relative_to(ROOT)}")])
            return
        code, output = execute(target.replay(), FUZZ_REPLAY_SECONDS, env)
        results = [(f"{len(seeds)} seeds", "passed" if code == 0 else "failed", output)]
        if code == 0 and FUZZ_SECONDS > 0:
            code, output = execute(target.hunt(FUZZ_SECONDS), FUZZ_SECONDS + FUZZ_REPLAY_SECONDS, env)
            good = code == 0 and fuzz.runs(output) > 0
            results.append((f"{FUZZ_SECONDS} s", "passed" if good else "failed", target.found()))
        self.tally.step(name, time.monotonic() - start, results, "" if code == 0 else output)

    def all(self):
        start = time.monotonic()
        integration = sorted(ROOT.glob("tests/integration/test_*.py"))
        try:
            self.rules()
            self.variant("", PLAIN, [], [*sorted(ROOT.glob("tests/lint/test_*.py")), *integration])
            self.fuzz()
            self.variant("sanitized/", SANITIZED, SANITIZE, integration)
            self.variant("threads/", THREADS, ["SANITIZE=thread"],
                         [path for path in integration if path.stem in THREAD_MODULES], THREAD_ROOMS)
            self.lint()
        finally:
            shutil.rmtree(self.scratch, ignore_errors=True)
        return self.close(time.monotonic() - start)

    def close(self, seconds):
        tally = self.tally
        print()
        for name in tally.failed:
            print(f"failed: {name}")
        for reason, names in tally.skips.items():
            print(f"skipped {len(names)}: {reason}")
        corpus = os.environ.get("LAFAYETTE_CORPUS", "")
        if os.path.isdir(corpus):
            print("corpus tests: ran on the folder that LAFAYETTE_CORPUS names")
        else:
            print("corpus tests: not run, LAFAYETTE_CORPUS names no folder; our own cases ran")
        longest = ", ".join(f"{name} {took:.0f} s" for took, name in sorted(tally.times, reverse=True)[:8])
        print(f"longest: {longest}")
        print(f"in {seconds:.0f} s")
        print(f"{tally.passed} passed, {len(tally.failed)} failed, {sum(map(len, tally.skips.values()))} skipped")
        return 0 if tally.passed and not tally.failed else 1


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    if os.environ.get("LAFAYETTE_CORPUS"):
        os.environ["LAFAYETTE_CORPUS"] = os.path.abspath(os.environ["LAFAYETTE_CORPUS"])
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    os.chdir(ROOT)
    sys.exit(Run(options.only).all())


if __name__ == "__main__":
    main()
