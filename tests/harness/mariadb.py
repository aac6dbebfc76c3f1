# SPDX-License-Identifier: Apache-2.0
"""A private MariaDB server, and questions to it through the mariadb client."""
import atexit
import re
import shutil
import subprocess

import harness

SCRIPT = harness.HARNESS / "private-mariadbd"
ESCAPES = {"n": "\n", "t": "\t", "0": "\0", "\\": "\\"}


def cell(text):
    """One field of the client's --batch output: \\n, \\t, \\0 and \\\\ undone, NULL is None.

    (The client writes the word NULL for both NULL and the text 'NULL'.)
    """
    if text == "NULL":
        return None
    return re.sub(r"\\(.)", lambda escape: ESCAPES.get(escape[1], escape[0]), text)


class PrivateMariadb:
    """`with PrivateMariadb() as db: db.query("SELECT 1")`. Starts in about a second.

    options go to mariadbd (--port=N makes it listen on 127.0.0.1 too). Accounts: root without a
    password, lafayette/lafayette for the databases arf and arf_*. Several may run at once.
    """
    user = "lafayette"
    password = "lafayette"
    name = "arf"

    def __init__(self, *options):
        self.options = options
        self.socket = None

    def __enter__(self):
        self.temp = harness.TempFolder()
        self.folder = self.temp.__enter__()
        atexit.register(self.__exit__)  # before the folder goes, when a run is interrupted
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc):
        atexit.unregister(self.__exit__)
        self.script("kill")  # the data goes next, an orderly end would be wasted
        self.temp.__exit__()

    @classmethod
    def for_class(cls, case, *options):
        """One server for all tests of a unittest.TestCase: call it from setUpClass."""
        server = cls(*options)
        server.__enter__()
        case.addClassCleanup(server.__exit__)
        return server

    def script(self, verb, *options):
        done = subprocess.run([SCRIPT, verb, self.folder / "db", *options], capture_output=True, text=True,
                              timeout=180, check=False)
        if done.returncode != 0:
            raise AssertionError(f"private-mariadbd {verb}: {done.stderr}")
        return done.stdout

    def start(self):
        self.socket = self.script("start", *self.options).strip().removeprefix("socket=")

    def restart(self):
        self.script("restart")

    def stop(self):
        self.script("stop")

    def kill(self):
        """As a crash would; start() brings it back with its data."""
        self.script("kill")

    def client(self, *options, stdin, name="arf", user="root", password=None):
        """The mariadb client with SQL (text or octets) on its stdin; returns its stdout as octets."""
        command = [shutil.which("mariadb") or "mariadb", "--no-defaults", f"--socket={self.socket}",
                   f"--user={user}", "--default-character-set=utf8mb4", *options]
        if password is not None:
            command.append(f"--password={password}")
        if name:
            command.append(name)
        if isinstance(stdin, str):
            stdin = stdin.encode("utf-8", "surrogateescape")
        done = subprocess.run(command, input=stdin, capture_output=True, timeout=300, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode(errors="replace").strip())
        return done.stdout

    def query(self, sql, **account):
        """Rows as dicts of text (None for NULL). Binary columns: ask for HEX(). RuntimeError from SQL."""
        lines = self.client("--batch", stdin=sql, **account).decode("utf-8", "surrogateescape").split("\n")[:-1]
        if not lines:
            return []
        names = lines[0].split("\t")
        return [dict(zip(names, map(cell, line.split("\t")))) for line in lines[1:]]

    def value(self, sql, **account):
        """The first column of the first row, or None when there is no row."""
        rows = self.query(sql, **account)
        return next(iter(rows[0].values())) if rows else None

    def execute(self, sql, **account):
        """Any number of statements, no result."""
        self.client("--batch", stdin=sql, **account)

    def source(self, path, **account):
        """A file of SQL, such as forensic.sql."""
        with open(path, "rb") as file:
            self.client("--batch", stdin=file.read(), **account)

    def config(self):
        """The [db] section of a forensic.cfg for this server. Nobody is asked about the mails unless another
        [dns] behind it gives it a budget: no test asks the Internet."""
        return ("[dns]\nbudget = 0\n"
                f"[db]\ndbHost = localhost\ndbSocket = {self.socket}\ndbUser = {self.user}\n"
                f"dbPassword = {self.password}\ndbName = {self.name}\n")
