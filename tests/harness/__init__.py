# SPDX-License-Identifier: Apache-2.0
"""What integration tests share: the programs built, a private MariaDB, temporary folders, waiting.

Standard library only, Python 3.11. A test in tests/integration/test_NAME.py says
`from harness import PrivateMariadb, program, run`; tests/run.py sets the paths.
"""
import atexit
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from harness import warden

# A module that is run by hand (python3 -m unittest test_x) leaves no process behind either.
if sys.argv[0].endswith(" -m unittest") or pathlib.Path(sys.argv[0]).match("test_*.py"):
    warden.guard(tied=False)

ROOT = pathlib.Path(__file__).resolve().parents[2]
HARNESS = ROOT / "tests" / "harness"
CASES = ROOT / "tests" / "cases"
TOOLS = ROOT / "tests" / "tools"
BUILD = pathlib.Path(os.environ.get("LAFAYETTE_BUILD", ROOT / "build")).resolve()
SANITIZED = "sanitize" in BUILD.name
# A sanitized program is some times slower.
PATIENCE = 4 if SANITIZED else 1


def program(name):
    """The path of a program of the build under test."""
    path = BUILD / name
    if not path.exists():
        raise FileNotFoundError(f"{path} is not built")
    return path


def corpus():
    """The folder of real sample mails, or None."""
    path = os.environ.get("LAFAYETTE_CORPUS")
    return pathlib.Path(path) if path and os.path.isdir(path) else None


class Finished:
    """How a program ended. stdout and stderr are text, undecodable octets kept as surrogates."""

    def __init__(self, args, code, stdout, stderr):
        self.args, self.code, self.stdout, self.stderr = args, code, stdout, stderr

    def __repr__(self):
        return f"{' '.join(self.args)}: exit {self.code}\n{self.stdout}{self.stderr}"


def run(name, *args, stdin=None, timeout=60, env=None, cwd=None, want=None):
    """Run a program (a bare name is one of ours) and return a Finished.

    stdin is octets or text. env is added to the environment. want: the exit code that must come;
    another one is an AssertionError that shows all output. A program that outlives its time is
    killed, and that is an AssertionError as well.
    """
    path = str(name) if os.sep in str(name) else str(program(name))
    command = [path, *map(str, args)]
    if isinstance(stdin, str):
        stdin = stdin.encode()
    how = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
    try:
        done = subprocess.run(command, capture_output=True, timeout=timeout * PATIENCE, cwd=cwd,
                              env={**os.environ, **(env or {})}, check=False, **how)
    except subprocess.TimeoutExpired as late:
        raise AssertionError(f"{' '.join(command)} ran longer than {late.timeout} s\n"
                             f"{(late.stdout or b'')[-4000:]}\n{(late.stderr or b'')[-4000:]}") from None
    text = [octets.decode("utf-8", "surrogateescape") for octets in (done.stdout, done.stderr)]
    finished = Finished(command, done.returncode, *text)
    if want is not None and finished.code != want:
        raise AssertionError(f"exit {finished.code}, not {want}: {finished!r}")
    return finished


def wait_for(condition, what="the condition", timeout=30):
    """Ask until condition() is true and return its value; AssertionError when the time is over."""
    end = time.monotonic() + timeout * PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true within {timeout * PATIENCE} s")
        time.sleep(0.05)


def lives(session):
    """Whether a process of that session runs; what only waits for its parent does not."""
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, _group, its = path.read_text(errors="replace").rpartition(")")[2].split()[:4]
        except OSError:
            continue  # gone meanwhile
        if int(its) == session and state not in "ZX":
            return True
    return False


def end_session(first):
    """kill -9 for a Popen with start_new_session and all that it started; they hold no port and no socket then."""
    try:
        os.killpg(first.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    first.wait()
    wait_for(lambda: not lives(first.pid), f"the end of {first.args[0]}")


class TempFolder:
    """A fresh folder with a short path, gone at the end. Use as `with TempFolder() as folder:`."""

    def __init__(self, parent=None):
        self.parent = parent

    def __enter__(self):
        # Below build/ when that leaves room for a socket's name (107 octets), else in /tmp.
        parent = pathlib.Path(self.parent or BUILD / "tmp")
        if len(str(parent)) > 70:
            parent = pathlib.Path(tempfile.gettempdir())
        parent.mkdir(parents=True, exist_ok=True)
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="t", dir=parent))
        atexit.register(self.__exit__)  # for a run that is interrupted
        return self.path

    def __exit__(self, *exc):
        atexit.unregister(self.__exit__)
        shutil.rmtree(self.path, ignore_errors=True)


def temp_folder(test):
    """The same for a unittest.TestCase: gone when the test ends."""
    folder = TempFolder()
    path = folder.__enter__()
    test.addCleanup(folder.__exit__)
    return path


from harness.mariadb import PrivateMariadb  # noqa: E402  (it needs the names above)

__all__ = ["ROOT", "HARNESS", "CASES", "TOOLS", "BUILD", "SANITIZED", "PATIENCE", "program", "corpus", "run",
           "Finished", "wait_for", "TempFolder", "temp_folder", "PrivateMariadb"]
