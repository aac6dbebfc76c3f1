# SPDX-License-Identifier: Apache-2.0
"""A private IMAP server: Dovecot's own imap process behind a small front on 127.0.0.1.

Dovecot unpacked somewhere cannot run its login process (its paths are compiled in), but its imap process
runs as any user on any Maildir. The front speaks greeting, CAPABILITY, STARTTLS, LOGIN and AUTHENTICATE
PLAIN, and then hands the connection to an imap process; all that follows is Dovecot's.
"""
import base64
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
import unittest

import harness

UNPACKED = harness.ROOT / "build" / "servers" / "root"
NOBODY = 65534
PLACES = [UNPACKED, pathlib.Path("/")]


def root():
    """Where Dovecot lies: unpacked by `make check`, or installed; None when it is not there."""
    return next((place for place in PLACES if (place / "usr/lib/dovecot/imap").exists()), None)


class PrivateDovecot:
    """`with PrivateDovecot() as imap:` then imap.port, imap.user, imap.password, imap.ca_file.

    tls: "none", "tls" (from the first octet) or "starttls". deliver() puts mails in, mails() looks.
    cut_after: when set to a number, each connection made from then on is dropped without a word once the
    server has sent that many octets after login. connections counts logins. SkipTest without Dovecot.
    """
    user = "reports@example.com"
    password = "secret"

    def __init__(self, tls="none"):
        self.tls = tls
        self.cut_after = None
        self.connections = 0
        self.delivered = 0
        self.open = set()
        self.lock = threading.Lock()
        self.ca_file = None

    def __enter__(self):
        self.dovecot = root()
        if self.dovecot is None:
            raise unittest.SkipTest("Dovecot is not there (build/servers, made by make check)")
        # Dovecot opens no mail as root: it changes to another account then, which needs a way in.
        self.uid, self.gid = (os.getuid(), os.getgid()) if os.getuid() else (NOBODY, NOBODY)
        self.temp = harness.TempFolder("/tmp" if os.getuid() == 0 else None)
        self.folder = self.temp.__enter__()
        self.folder.chmod(0o711)
        self.maildir = self.folder / "mail"
        self.maildir.mkdir()
        self.own(self.maildir)
        self.write_config()
        self.context = self.certificate() if self.tls != "none" else None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *exc):
        self.listener.close()
        self.drop()
        self.temp.__exit__()

    @classmethod
    def for_class(cls, case, **options):
        server = cls(**options)
        server.__enter__()
        case.addClassCleanup(server.__exit__)
        return server

    def drop(self):
        """Break all connections, as a network would."""
        with self.lock:
            connections, self.open = self.open, set()
        for connection in connections:
            hang_up(connection)

    # ---- mails, through the files ----

    def deliver(self, octets, folder="INBOX", when=None):
        """Put one mail into a folder (made when missing); when: its time of arrival, seconds since 1970."""
        path = self.path_of(folder)
        for part in ("tmp", "new", "cur"):
            (path / part).mkdir(parents=True, exist_ok=True)
            self.own(path / part)
        if path != self.maildir:
            (path / "maildirfolder").touch()
            self.own(path, path / "maildirfolder")
        self.delivered += 1
        mail = path / "tmp" / f"{int(time.time())}.M{self.delivered:06d}.test"
        mail.write_bytes(octets)
        self.own(mail)
        if when is not None:
            os.utime(mail, (when, when))
        mail.rename(path / "new" / mail.name)

    def own(self, *paths):
        if os.getuid() == 0:
            for path in paths:
                os.chown(path, self.uid, self.gid)

    def mails(self, folder="INBOX"):
        """The octets of all mails of a folder, in order of delivery."""
        path = self.path_of(folder)
        files = [file for part in ("new", "cur") if (path / part).is_dir() for file in (path / part).iterdir()]
        return [file.read_bytes() for file in sorted(files, key=lambda file: file.name)]

    def path_of(self, folder):
        return self.maildir if folder == "INBOX" else self.maildir / f".{folder}"

    # ---- the server ----

    def write_config(self):
        account = f"mail_uid = {self.uid}\nmail_gid = {self.gid}\nfirst_valid_uid = 0\nfirst_valid_gid = 0\n"
        (self.folder / "dovecot.conf").write_text(
            f"base_dir = {self.folder}/run\nstate_dir = {self.folder}/state\n"
            f"libexec_dir = {self.dovecot}/usr/lib/dovecot\nprotocols = imap\nssl = no\n"
            f"mail_location = maildir:{self.maildir}\n{account}", encoding="utf-8")

    def certificate(self):
        openssl = shutil.which("openssl")
        if openssl is None:
            raise unittest.SkipTest("no openssl to make a certificate with")
        self.ca_file = self.folder / "cert.pem"
        key = self.folder / "key.pem"
        subprocess.run([openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key,
                        "-out", self.ca_file], check=True, capture_output=True, timeout=60)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca_file, key)
        return context

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.open.add(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, plain):
        connection = plain
        try:
            if self.tls == "tls":
                connection = self.context.wrap_socket(plain, server_side=True)
            connection = self.login(connection)
            if connection is not None:
                self.bridge(connection)
        except OSError:
            pass  # the client went away, or drop() was called
        finally:
            with self.lock:
                self.open.discard(plain)
            hang_up(connection or plain)

    def login(self, connection):
        """The talk before login; returns the connection (in TLS after STARTTLS), or None at the end."""
        def capability():
            starttls = self.tls == "starttls" and not isinstance(connection, ssl.SSLSocket)
            return "CAPABILITY IMAP4rev1 SASL-IR " + ("STARTTLS LOGINDISABLED" if starttls else "AUTH=PLAIN")

        def say(text):
            connection.sendall(text.encode() + b"\r\n")

        say(f"* OK [{capability()}] private test server")
        while line := read_line(connection):
            tag, _, rest = line.partition(" ")
            verb, _, arguments = rest.partition(" ")
            verb = verb.upper()
            if verb == "CAPABILITY":
                say(f"* {capability()}\r\n{tag} OK done")
            elif verb == "STARTTLS" and self.tls == "starttls":
                say(f"{tag} OK begin")
                connection = self.context.wrap_socket(connection, server_side=True)
            elif verb == "LOGIN":
                words = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', arguments)
                given = [re.sub(r"\\(.)", r"\1", quoted) or bare for quoted, bare in words]
                if self.admit(say, tag, given):
                    return connection
            elif verb == "AUTHENTICATE":
                mechanism, _, initial = arguments.partition(" ")
                if mechanism.upper() != "PLAIN":
                    say(f"{tag} NO no such mechanism")
                    continue
                if not initial:
                    say("+ ")
                    initial = read_line(connection)
                given = base64.b64decode(initial or "").decode().split("\0")[1:]
                if self.admit(say, tag, given):
                    return connection
            elif verb == "LOGOUT":
                say(f"* BYE\r\n{tag} OK done")
                return None
            else:
                say(f"{tag} OK done" if verb in ("NOOP", "ID") else f"{tag} BAD not before login")
        return None

    def admit(self, say, tag, given):
        if given != [self.user, self.password]:
            say(f"{tag} NO [AUTHENTICATIONFAILED] Authentication failed.")
            return False
        self.connections += 1
        self.tag = tag
        return True

    def bridge(self, connection):
        library = f"{self.dovecot}/usr/lib/dovecot"
        env = {"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": library, "USER": "mailbox",
               "HOME": str(self.folder), "TZ": "UTC"}
        command = [f"{self.dovecot}/usr/bin/doveconf", "-f", "protocol=imap", "-c",
                   f"{self.folder}/dovecot.conf", "-m", "imap", "-e", f"{library}/imap"]
        with open(self.folder / "log", "ab") as log:
            imap = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=env,
                                    bufsize=0)
        ours = Pipes(imap)
        try:
            capability = re.search(r"\[CAPABILITY [^]]*\]", read_line(ours) or "")
            connection.sendall(f"{self.tag} OK {capability[0] if capability else ''} Logged in\r\n".encode())
            threading.Thread(target=pump, args=(connection, ours), daemon=True).start()
            pump(ours, connection, self.cut_after)
        finally:
            hang_up(ours)
            try:
                imap.wait(10)
            except subprocess.TimeoutExpired:
                imap.kill()
                imap.wait()
            imap.stdout.close()


class Pipes:
    """The imap process as if it were a socket (given a real one it takes itself for started by inetd)."""

    def __init__(self, process):
        self.process = process

    def recv(self, octets):
        return self.process.stdout.read(octets)

    def sendall(self, octets):
        while octets:
            octets = octets[self.process.stdin.write(octets):]

    def shutdown(self, _how):
        self.process.stdin.close()

    def close(self):
        """stdout is read to its end by whom it concerns, and closed with the process."""


def read_line(connection):
    """One line without its end, octet by octet (what follows belongs to someone else); None at the end."""
    line = b""
    while not line.endswith(b"\n"):
        octet = connection.recv(1)
        if not octet or len(line) > 8192:
            return None
        line += octet
    return line.decode("utf-8", "replace").rstrip("\r\n")


def pump(source, sink, limit=None):
    """Copy until the end, or until limit octets have gone by; then both are shut."""
    try:
        while limit is None or limit > 0:
            octets = source.recv(65536 if limit is None else min(65536, limit))
            if not octets:
                break
            sink.sendall(octets)
            limit = None if limit is None else limit - len(octets)
    except (OSError, ValueError):
        pass  # closed by the other direction, or by drop()
    hang_up(source)
    hang_up(sink)


def hang_up(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()
