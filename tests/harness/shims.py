# SPDX-License-Identifier: Apache-2.0
"""The libraries of tests/shim that are loaded by LD_PRELOAD, built when they are missing or old."""
import os
import subprocess

import harness


def shim(name):
    """Path of tests/shim/NAME.c as a library."""
    source = harness.ROOT / "tests" / "shim" / f"{name}.c"
    library = harness.BUILD / "tests" / "shim" / f"{name}.so"
    if not library.exists() or library.stat().st_mtime < source.stat().st_mtime:
        library.parent.mkdir(parents=True, exist_ok=True)
        fresh = library.with_suffix(f".{os.getpid()}")
        subprocess.run([os.environ.get("CC", "cc"), "-std=gnu17", "-shared", "-fPIC", "-O1", "-o", fresh, source, "-ldl"],
                       check=True)
        fresh.rename(library)  # another test may build it at the same time
    return library


def preloaded(name, **words):
    """The environment of a program with that library; ASan's runtime comes behind it, which is meant."""
    return {"LD_PRELOAD": str(shim(name)), "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0",
            **{word: str(value) for word, value in words.items()}}
