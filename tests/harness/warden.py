#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""No process of a test outlives it: servers, drivers, what they started, however the test ended.

  warden.py PROGRAM [ARGUMENT...]   runs a test program so; its exit code, or 1 when it left a process behind

guard() makes the running Python program such a test: what calls it goes on in a child, and the parent waits for all
that comes from it. Who is left when the test has ended gets some seconds to end as well; then it is killed and
named on stderr. SIGTERM goes on to the test; when the warden's own parent dies (tied), that is a SIGTERM too.
"""
import ctypes
import os
import pathlib
import signal
import sys
import time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
GRACE_SECONDS = 15  # a test that failed gets less for those it left
ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def prctl(option, value):
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def descendants():
    """pid to command line of all that come from us and are no zombies."""
    children, found, queue = {}, {}, [os.getpid()]
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text(errors="replace").rpartition(")")[2].split()[:2]
            line = (path.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # gone meanwhile
        children.setdefault(int(parent), []).append((int(path.parent.name), state, line))
    while queue:
        for pid, state, line in children.get(queue.pop(), []):
            queue.append(pid)
            if state != "Z":
                found[pid] = line
    return found


class Warden:
    def __init__(self, test):
        self.test, self.code, self.until, self.left = test, None, None, {}

    def reap(self):
        """True when nobody is left."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if pid == 0:
                return False
            if pid == self.test:
                self.code = os.waitstatus_to_exitcode(status)
                self.until = time.monotonic() + (GRACE_SECONDS if self.code == 0 else 1)

    def watch(self):
        while not self.reap():
            if self.until is not None and time.monotonic() > self.until:
                alive = descendants()
                self.left.update(alive)
                for pid in alive:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
            number = signal.sigtimedwait({signal.SIGCHLD, *ENDING}, 1 if self.until is None else 0.05)
            if number is not None and number.si_signo in ENDING and self.code is None:
                # A terminal sends SIGINT to the test as well.
                if number.si_signo != signal.SIGINT:
                    os.kill(self.test, signal.SIGTERM)
                self.until = time.monotonic() + GRACE_SECONDS
        for pid, line in sorted(self.left.items()):
            print(f"left behind, and killed: {pid} {line[:300]}", file=sys.stderr, flush=True)
        code = self.code if self.code >= 0 else 128 - self.code
        return code or (1 if self.left else 0)


def guard(command=None, tied=True):
    """Returns in the child, which is the test; or runs command there. Before threads are made.

    tied: it ends when its parent does."""
    if command is None:
        sys.stdout.flush()
        sys.stderr.flush()
    parent = os.getppid()
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    if tied:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD, *ENDING})
    warden = os.getpid()
    test = os.fork()
    if test != 0:
        if tied and os.getppid() != parent:
            os.kill(warden, signal.SIGTERM)
        os._exit(Warden(test).watch())
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != warden:
        os._exit(1)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    if command is not None:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.execvp(command[0], command)
    # unittest lets only KeyboardInterrupt through; atexit then ends servers and folders.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


if __name__ == "__main__":
    guard(sys.argv[1:])
