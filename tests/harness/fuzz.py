# SPDX-License-Identifier: Apache-2.0
"""fuzz.py --seconds N [--only TEXT] - run each fuzz target for N seconds from its seeds: `make fuzz`.

New inputs stay in build/fuzz/corpus/NAME (so the next run starts from them), finds in build/fuzz/finds/NAME.
A find worth keeping goes, made small, into tests/fuzz/corpus/NAME: make check replays that. Exit 1 on a find.
"""
import argparse
import base64
import os
import pathlib
import re
import subprocess
import sys
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "fuzz"
LIMITS = ["-timeout=25", "-rss_limit_mb=4096"]
SHOWN_OCTETS = 16_384  # of a find, packed: what a log may hold


class Target:
    """tests/fuzz/fuzz_NAME.c, its program, and the folders of its inputs."""

    def __init__(self, source):
        self.name = source.stem.removeprefix("fuzz_")
        self.program = BUILD / "tests" / "fuzz" / source.stem
        self.words = source.with_suffix(".dict")
        self.seeds = ROOT / "tests" / "fuzz" / "corpus" / self.name
        self.known = set()
        self.grown, self.finds = BUILD / "corpus" / self.name, BUILD / "finds" / self.name

    def seed_files(self):
        return sorted(str(seed) for seed in self.seeds.glob("*") if seed.is_file())

    def replay(self):
        """The command that reads each seed, and each past find among them, once."""
        return [str(self.program), *LIMITS, *self.seed_files()]

    def hunt(self, seconds):
        """The command that looks for new inputs from the seeds and from what earlier runs came to."""
        for folder in (self.grown, self.finds):
            folder.mkdir(parents=True, exist_ok=True)
        self.known = set(self.finds.iterdir())
        return [str(self.program), *LIMITS, f"-max_total_time={seconds}", "-print_final_stats=1",
                f"-artifact_prefix={self.finds}/", *([f"-dict={self.words}"] if self.words.exists() else []),
                str(self.grown), str(self.seeds)]

    def found(self):
        """What hunt() found, as text from which it can be made again where only the log is left."""
        how = ("python3 -c 'import base64,sys,zlib; "
               "sys.stdout.buffer.write(zlib.decompress(base64.b85decode(input())))'")
        texts = []
        for path in sorted(set(self.finds.iterdir()) - self.known):
            packed = base64.b85encode(zlib.compress(path.read_bytes(), 9)).decode()
            texts.append(f"{path.relative_to(ROOT)}; {how} <<'END'\n{packed}\nEND" if len(packed) <= SHOWN_OCTETS
                         else str(path.relative_to(ROOT)))
        return "\n".join(texts)


def runs(output):
    """How many inputs it tried, by its last lines; 0 when it did not come so far."""
    match = re.search(r"number_of_executed_units:\s*(\d+)", output)
    return int(match[1]) if match else 0


def targets(only=""):
    return [Target(path) for path in sorted(ROOT.glob("tests/fuzz/fuzz_*.c")) if only in path.stem]


def environment():
    return {"G_SLICE": "always-malloc",
            "LSAN_OPTIONS": f"suppressions={ROOT}/tests/harness/leaks.supp:print_suppressions=0"}


def fuzz(target, seconds):
    command = target.hunt(seconds)
    log = target.finds.parent / f"{target.name}.log"
    with open(log, "wb") as out:
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False,
                              env={**os.environ, **environment()}).returncode
    text = log.read_text(errors="replace")
    if code == 0:
        print(f"ok   {target.name}: {runs(text)} inputs in {seconds} s", flush=True)
        return True
    print(f"FIND {target.name}: exit {code}, see {log.relative_to(ROOT)} and {target.finds.relative_to(ROOT)}", flush=True)
    print("\n".join(f"     {line}" for line in text.splitlines()[-40:]), flush=True)
    return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    wanted = targets(options.only)
    if not wanted:
        sys.exit("no fuzz target has that name")
    good = [fuzz(target, options.seconds) for target in wanted]
    print(f"{sum(good)} of {len(good)} targets without a find")
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
