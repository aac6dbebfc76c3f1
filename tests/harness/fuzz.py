# SPDX-License-Identifier: Apache-2.0
"""fuzz.py --seconds N [--only TEXT] - run each fuzz target for N seconds from its seeds: `make fuzz`.

New inputs stay in build/fuzz/corpus/NAME (so the next run starts from them), finds in build/fuzz/finds/NAME.
A find worth keeping goes, made small, into tests/fuzz/corpus/NAME: make check replays that. Exit 1 on a find.
"""
import argparse
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "fuzz"


def fuzz(source, seconds):
    name = source.stem.removeprefix("fuzz_")
    grown, finds = BUILD / "corpus" / name, BUILD / "finds" / name
    grown.mkdir(parents=True, exist_ok=True)
    finds.mkdir(parents=True, exist_ok=True)
    words = source.with_suffix(".dict")
    seeds = ROOT / "tests" / "fuzz" / "corpus" / name
    command = [BUILD / "tests" / "fuzz" / source.stem, f"-max_total_time={seconds}", "-timeout=25",
               "-rss_limit_mb=4096", "-print_final_stats=1", f"-artifact_prefix={finds}/", grown]
    command += [f"-dict={words}"] if words.exists() else []
    command += [seeds] if seeds.is_dir() else []
    env = {**os.environ, "G_SLICE": "always-malloc",
           "LSAN_OPTIONS": f"suppressions={ROOT}/tests/harness/leaks.supp:print_suppressions=0"}
    log = BUILD / "finds" / f"{name}.log"
    with open(log, "wb") as out:
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env, check=False).returncode
    text = log.read_text(errors="replace")
    runs = next((line.split()[-1] for line in text.splitlines() if "number_of_executed_units" in line), "?")
    if code == 0:
        print(f"ok   {name}: {runs} inputs in {seconds} s", flush=True)
        return True
    print(f"FIND {name}: exit {code}, see {log.relative_to(ROOT)} and {finds.relative_to(ROOT)}", flush=True)
    print("\n".join(f"     {line}" for line in text.splitlines()[-40:]), flush=True)
    return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    sources = [path for path in sorted(ROOT.glob("tests/fuzz/fuzz_*.c")) if options.only in path.stem]
    if not sources:
        sys.exit("no fuzz target has that name")
    good = [fuzz(path, options.seconds) for path in sources]
    print(f"{sum(good)} of {len(good)} targets without a find")
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
