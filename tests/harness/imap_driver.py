# SPDX-License-Identifier: Apache-2.0
"""Runs tests/unit/mailbox/imap_driver.c: an IMAP folder read and settled, without a database."""
import fcntl
import os
import subprocess
import threading

import harness

TARGET = "tests/unit/mailbox/imap_driver"


def build(target=TARGET):
    """Make a driver in the build under test; its path."""
    build_folder = os.path.relpath(harness.BUILD, harness.ROOT)
    variables = [f"BUILD={build_folder}"] + (
        ["SANITIZE=" + harness.BUILD.name.removeprefix("sanitize-").replace("-", ",")] if harness.SANITIZED else [])
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    (harness.BUILD / "tests").mkdir(parents=True, exist_ok=True)
    with open(harness.BUILD / "tests" / "driver.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two modules may want it at once
        done = subprocess.run(["make", "--no-print-directory", *variables, f"{build_folder}/{target}"],
                              cwd=harness.ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)
    return harness.BUILD / target


class Outcome:
    """What one run of the driver said."""

    def __init__(self, args, code, out, err):
        self.args, self.code, self.err = args, code, err
        self.mails, self.unreadable, self.order, self.ended = {}, {}, [], False
        for line in out.splitlines():
            words = line.split(" ")
            if words[0] == "end":
                self.ended, self.expected = True, int(words[3])
            elif words[2] == "unreadable":
                self.unreadable[int(words[1])] = " ".join(words[3:])
                self.order.append(int(words[1]))
            else:
                self.mails[int(words[1])] = (int(words[2]), words[3], int(words[4]))
                self.order.append(int(words[1]))

    @property
    def digests(self):
        return [self.mails[uid][1] for uid in sorted(self.mails)]

    def __repr__(self):
        return f"{self.args}: exit {self.code}\n{self.err}{len(self.order)} mails"


def arguments(settings):
    settings = {"host": "127.0.0.1", "tls": "none", "user": "reports", "password": "secret", **settings}
    return [f"{key}={value}" for key, value in settings.items() if value is not None]


def start(program, **settings):
    return subprocess.Popen([program, *arguments(settings)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def release(child):
    """Let a child that is held (hold=N) go on."""
    child.stdin.write("\n")
    child.stdin.flush()


def finish_text(child, seconds=120):
    """What a child says to its end, of which lines were read before; communicate() would lose what readline()
    took too much."""
    watch = threading.Timer(seconds * harness.PATIENCE, child.kill)
    watch.start()
    err = []
    reader = threading.Thread(target=lambda: err.append(child.stderr.read()), daemon=True)
    reader.start()
    out = child.stdout.read()
    child.wait()
    reader.join()
    watch.cancel()
    return out, err[0]


def finish(child, timeout=120):
    out, err = child.communicate(timeout=timeout * harness.PATIENCE)
    return Outcome(child.args[1:], child.returncode, out, err)


def read(program, **settings):
    """settings as the driver takes them: port=, settle=, done=, ... Returns an Outcome."""
    return finish(start(program, **settings))
