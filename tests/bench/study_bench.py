#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Lines of a query log a second: lafayette-study over a generated log, and the memory that it takes.

  tests/bench/study_bench.py [--lines N] [--rounds N] [--packed]

`make bench-study`. The log (10,000,000 lines are 1.8 GB) is made below the system's temporary folder and removed.
One process with one thread; lines a second by the clock and by the processor's time, the median of the rounds; the peak of
resident memory is the highest. --packed: the same log by gzip and zstd, too. Each run's answers are held against the
truth. All values lie in build/bench/study.json.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import harness  # noqa: E402
from harness.study_site import make_dataset, truth  # noqa: E402


def study_file(folder, log):
    """The dataset's study with this log as its only input."""
    facts = json.loads((folder / "study-config.json").read_text(encoding="utf-8"))
    facts["paths"] = {"dns": str(log)}
    path = folder / f"bench-{log.name}.json"
    path.write_text(json.dumps(facts), encoding="utf-8")
    return path


def run_once(config, want):
    """{seconds, cpu, kilobytes}; ends the bench when an answer is wrong."""
    with tempfile.TemporaryFile() as out:
        start = time.monotonic()
        child = subprocess.Popen([harness.program("lafayette-study"), "-q", "-c", config, "--format", "json"], stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        result = json.load(out) if child.returncode == 0 else {}
    if result.get("dns") != want["dns"] or result["counts"]["query_lines"] != want["counts"]["query_lines"]:
        sys.exit(f"study_bench: exit {child.returncode}, or a wrong answer")
    return {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "kilobytes": usage.ru_maxrss}


def measure(folder, options):
    log = folder / "datasets/DNS/query.log"
    logs = {"plain": log}
    for form, suffix in (("gzip", "gz"), ("zstd", "zst")) if options.packed else ():
        logs[form] = log.with_name(f"query.log.{suffix}")
        with open(logs[form], "wb") as out:
            subprocess.run([shutil.which(form), "-c", "-q", log], stdout=out, check=True)
    want = truth(folder)
    configs = {form: study_file(folder, path) for form, path in logs.items()}
    rounds = {form: [] for form in logs}
    for _ in range(options.rounds):
        for form, config in configs.items():
            rounds[form].append(run_once(config, want))
    return log.stat().st_size, rounds


def show(lines, octets, rounds):
    print(f"{lines:,} lines, {octets / 1e9:.2f} GB, load {os.getloadavg()[0]:.1f}")
    print(f"{'log':<6} {'lines/s':>12} {'by CPU':>12} {'MB':>6}")
    for form, runs in rounds.items():
        seconds, cpu = (statistics.median(run[key] for run in runs) for key in ("seconds", "cpu"))
        peak = max(run["kilobytes"] for run in runs) / 1024
        print(f"{form:<6} {lines / seconds:>12,.0f} {lines / cpu:>12,.0f} {peak:>6.0f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--packed", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="study-bench") as top:
        folder = make_dataset(pathlib.Path(top) / "log", "--dns-only", "--lines", str(options.lines))
        octets, rounds = measure(folder, options)
    show(options.lines, octets, rounds)
    place = harness.BUILD / "bench"
    place.mkdir(parents=True, exist_ok=True)
    (place / "study.json").write_text(json.dumps({"lines": options.lines, "octets": octets, "rounds": rounds}, indent=1),
                                      encoding="utf-8")


if __name__ == "__main__":
    main()
