# SPDX-License-Identifier: Apache-2.0
"""lafayette-web over a private MariaDB, and clients that speak to it: whole requests and raw sockets."""
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import urllib.parse

import harness
from harness.mariadb import PrivateMariadb

PASSWORD = "correct-horse-battery"
SECRET = "0123456789abcdef0123456789abcdef"
NETWORKS_HEAD = "prefix,asn,name,country,abuse\n"  # until the generator writes the networks of its mails


class Answer:
    """One answer: status, fields (names in lower case), body as text."""

    def __init__(self, response):
        self.status = response.status
        self.fields = {}
        self.cookies = []
        for name, value in response.getheaders():
            self.fields[name.lower()] = value
            if name.lower() == "set-cookie":
                self.cookies.append(value)
        self.octets = response.read()

    @property
    def text(self):
        return self.octets.decode("utf-8")

    def json(self):
        return json.loads(self.octets)

    def __repr__(self):
        return f"{self.status} {self.fields}\n{self.octets[:2000]!r}"


class Client:
    """A browser without a page: cookies, and the CSRF token of the last page that had one."""

    def __init__(self, port, fields=None):
        self.port, self.cookies, self.csrf, self.fields = port, {}, None, dict(fields or {})

    def ask(self, method, path, body=None, fields=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60 * harness.PATIENCE)
        headers = {**self.fields, **(fields or {})}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, headers)
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            if "Max-Age=0" in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        if found := re.search(rb'name="csrf" value="([0-9a-f]{64})"', answer.octets):
            self.csrf = found[1].decode()
        return answer

    def get(self, path, **fields):
        return self.ask("GET", path, fields=fields)

    def post(self, path, form=None, **fields):
        form = dict(form or {})
        if self.csrf and "csrf" not in form:
            form["csrf"] = self.csrf
        return self.ask("POST", path, urllib.parse.urlencode(form, doseq=True),
                        {"Content-Type": "application/x-www-form-urlencoded", **fields})

    def upload(self, path, form, files, boundary="----part7d"):
        """A form with files, as browsers send it; `files` are (field, file name, octets)."""
        form = {"csrf": self.csrf, **form}
        body = b"".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
                        for name, value in form.items() if value is not None)
        for field, name, octets in files:
            body += (f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
                     "Content-Type: application/octet-stream\r\n\r\n").encode() + octets + b"\r\n"
        return self.ask("POST", path, body + f"--{boundary}--\r\n".encode(),
                        {"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def log_in(self, name, password=PASSWORD):
        answer = self.post("/login", {"name": name, "password": password})
        if answer.status != 303:
            raise AssertionError(f"log-in of {name}: {answer}")
        self.get("/account")
        return self


class WebSite:
    """`with WebSite() as site: site.client("anna").get("/email")`. Users: vera (viewer), anna (analyst), ada (admin)."""

    USERS = {"vera": "viewer", "anna": "analyst", "ada": "admin"}

    def __init__(self, settings="", sections="", database=None, environment=None):
        self.settings, self.sections, self.own, self.db = settings, sections, database is None, database
        self.environment = environment or {}
        self.child = None

    def __enter__(self):
        self.temp = harness.TempFolder()
        self.folder = pathlib.Path(self.temp.__enter__())
        try:
            if self.own:
                self.db = PrivateMariadb().__enter__()
            self.config = self.folder / "forensic.cfg"
            self.configure()
            self.admin("init")
            for name, role in self.USERS.items():
                self.admin("user", "add", name, "--role", role, stdin=PASSWORD + "\n")
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def configure(self, settings=None):
        self.settings = self.settings if settings is None else settings
        self.config.write_text(
            f"[db]\ndbHost = localhost\ndbSocket = {self.db.socket}\ndbUser = {self.db.user}\n"
            f"dbPassword = {self.db.password}\ndbName = {self.db.name}\n\n[web]\nsecret_key = {SECRET}\n"
            f"port = 0\ntemplates = {harness.ROOT}/templates\nfiles = {harness.ROOT}/web\n{self.settings}\n"
            f"{self.sections}\n" + ("" if "[dns]" in self.sections else "[dns]\nbudget = 0\n"), encoding="utf-8")
        self.config.chmod(0o600)
        networks = self.folder / "networks.csv"
        if networks.name in self.sections and not networks.exists():
            networks.write_text(NETWORKS_HEAD, encoding="utf-8")

    def admin(self, *args, **how):
        return harness.run("lafayette-admin", "-c", self.config, *args, want=0, **how)

    def start(self):
        self.log = self.folder / "web.log"
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen([harness.program("lafayette-web"), "-v", "-c", self.config],
                                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True,
                                          env={**os.environ, **self.environment})
        line = self.child.stdout.readline()
        if not (found := re.search(r":(\d+)/$", line.strip())):
            self.child.wait()
            raise AssertionError(f"lafayette-web: {line}{self.log.read_text()}")
        self.port = int(found[1])

    def stop(self, want=0):
        """SIGTERM; the sanitizers' findings come as another exit code."""
        if self.child is None:
            return
        child, self.child = self.child, None
        child.send_signal(signal.SIGTERM)
        try:
            code = child.wait(60 * harness.PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            code = "none: it did not stop"
        child.stdout.close()
        if code != want:
            raise AssertionError(f"lafayette-web: exit {code}\n{self.log.read_text()[-8000:]}")

    def __exit__(self, *exc):
        try:
            self.stop()
        finally:
            if self.own and self.db is not None:
                self.db.__exit__(*exc)
            self.temp.__exit__(*exc)

    def client(self, name=None, **fields):
        client = Client(self.port, fields)
        return client.log_in(name) if name else client

    def socket(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=60 * harness.PATIENCE)

    def raw(self, octets):
        """Send octets, read until the server closes."""
        with self.socket() as line:
            line.sendall(octets)
            answer = b""
            while piece := line.recv(65536):
                answer += piece
        return answer
