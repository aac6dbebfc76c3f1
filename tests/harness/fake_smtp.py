# SPDX-License-Identifier: Apache-2.0
"""A scripted SMTP server on 127.0.0.1, for what a healthy one does not do; and Postfix's smtp-sink, a real one.

`with FakeSmtp(rule) as smtp:` then smtp.port, smtp.mails. rule(stage, text, session) is asked at "connect", at
each command ("EHLO", "MAIL" ...) and at "end" (behind the dot); it returns None for the usual answer, a reply
("450 4.2.0 later"), CLOSE (cut the line), or HANG (say nothing until the client leaves).
"""
import email
import os
import pathlib
import socket
import socketserver
import subprocess
import threading
import unittest

import harness

UNPACKED = pathlib.Path(os.environ.get("LAFAYETTE_SERVERS", harness.ROOT / "build" / "servers")) / "root"
CLOSE, HANG = object(), object()
USUAL = {"connect": "220 fake.test ESMTP", "HELO": "250 fake.test", "MAIL": "250 2.1.0 ok", "RCPT": "250 2.1.5 ok",
         "DATA": "354 go on", "end": "250 2.0.0 queued as F00", "RSET": "250 ok", "NOOP": "250 ok", "QUIT": "221 bye"}


class Mail:
    """One accepted mail: envelope as said, octets as sent with dots unstuffed."""

    def __init__(self, session, octets):
        self.mail_from, self.recipients, self.octets = session.mail_from, list(session.recipients), octets
        self.tls, self.user, self.session = session.tls, session.user, session

    @property
    def message(self):
        return email.message_from_bytes(self.octets)

    @property
    def key(self):
        """Whom it is for and about what: (reference, recipient)."""
        return self.message["Message-ID"].split("@")[0].lstrip("<"), self.recipients[0]


class Session(socketserver.StreamRequestHandler):
    tls, user = False, None
    timeout = 120

    def say(self, reply):
        if reply is CLOSE:
            raise ConnectionAbortedError
        if reply is HANG:
            self.rfile.read()
            raise ConnectionAbortedError
        self.wfile.write(reply.encode() + b"\r\n")
        self.wfile.flush()
        return reply

    def ask(self, stage, text=""):
        said = self.server.owner.rule(stage, text, self)
        return said if said is not None else USUAL.get(stage, "502 5.5.1 no such command")

    def handle(self):
        self.mail_from, self.recipients, self.count = None, [], 0
        with self.server.owner.lock:
            self.server.owner.sessions.append(self)
        try:
            self.say(self.ask("connect"))
            while line := self.rfile.readline(4096):
                if not self.command(line.decode("latin-1").rstrip("\r\n")):
                    break
        except (ConnectionError, OSError):
            pass

    def command(self, line):
        owner = self.server.owner
        verb = line[:4].upper()
        with owner.lock:
            owner.commands.append(line)
        if line.upper() == "STARTTLS":
            return self.start_tls()
        if verb == "EHLO" and (said := owner.rule("EHLO", line, self)) is None:
            self.say("\r\n".join(["250-fake.test"] + [f"250-{word}" for word in owner.words(self)] + ["250 HELP"]))
            return True
        if verb == "AUTH":
            return self.log_in(line)
        said = self.say(said if verb == "EHLO" else self.ask(verb, line))
        if verb == "MAIL" and said.startswith("2"):
            self.mail_from, self.recipients = line.split("<", 1)[1].split(">")[0], []
        elif verb == "RCPT" and said.startswith("2"):
            self.recipients.append(line.split("<", 1)[1].split(">")[0])
        elif verb == "DATA" and said.startswith("354"):
            self.data()
        return verb != "QUIT"

    def data(self):
        lines = []
        while (line := self.rfile.readline(4096)) != b".\r\n":
            if not line:
                raise ConnectionAbortedError
            lines.append(line[1:] if line.startswith(b".") else line)
        self.count += 1
        mail = Mail(self, b"".join(lines))
        said = self.ask("end", mail)
        if said is CLOSE and self.server.owner.accept_and_close:
            self.server.owner.accept(mail)
        if isinstance(said, str) and said.startswith("2"):
            self.server.owner.accept(mail)
        self.say(said)

    def start_tls(self):
        if self.server.owner.context is None:
            self.say("502 5.5.1 no")
            return True
        self.say("220 go on")
        self.connection = self.server.owner.context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")
        self.tls = True
        return True

    def log_in(self, line):
        import base64
        words = line.split(" ")
        if len(words) < 3:
            self.say("334 ")
            words.append(self.rfile.readline(4096).decode().strip())
        name, password = base64.b64decode(words[2]).split(b"\0")[1:]
        if (name.decode(), password.decode()) != self.server.owner.account:
            self.say("535 5.7.8 no")
        else:
            self.user = name.decode()
            self.say("235 2.7.0 ok")
        return True


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 100

    def handle_error(self, request, client_address):
        """A client that was killed is no news."""


class FakeSmtp:
    """context: an ssl.SSLContext for STARTTLS; account: (user, password) for AUTH PLAIN."""

    def __init__(self, rule=None, context=None, account=None, port=0):
        self.rule = rule or (lambda stage, text, session: None)
        self.context, self.account, self.port = context, account, port
        self.mails, self.commands, self.sessions, self.lock = [], [], [], threading.Lock()
        self.accept_and_close = False

    def words(self, session):
        return (["STARTTLS"] if self.context and not session.tls else []) \
            + (["AUTH PLAIN"] if self.account else []) + ["SIZE 10000000", "8BITMIME"]

    def accept(self, mail):
        with self.lock:
            self.mails.append(mail)

    def __enter__(self):
        self.server = Server(("127.0.0.1", self.port), Session)
        self.server.owner, self.port = self, self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *exc):
        self.server.shutdown()
        self.server.server_close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class SmtpSink:
    """`with SmtpSink() as smtp:` then smtp.port and smtp.mails(): Postfix's SMTP server side, from a package that
    is only unpacked; what it took lies in files. dump=False keeps nothing. SkipTest where it is not there."""

    def __init__(self, *options, dump=True):
        self.options, self.dump, self.child = options, dump, None

    def __enter__(self):
        program = UNPACKED / "usr/sbin/smtp-sink"
        if not program.exists():
            raise unittest.SkipTest("Postfix (build/servers, made by make check) is not there")
        self.temp = harness.TempFolder("/tmp")
        self.folder = self.temp.__enter__()
        self.folder.chmod(0o777)
        self.port = free_port()
        command = [program, *(["-u", "nobody"] if os.getuid() == 0 else []), *self.options,
                   *(["-d", f"{self.folder}/mail."] if self.dump else []), f"127.0.0.1:{self.port}", "100"]
        with open(self.folder / "out", "wb") as out:
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                          env={**os.environ, "LD_LIBRARY_PATH": str(UNPACKED / "usr/lib/postfix")})
        harness.wait_for(self.answers, "smtp-sink's greeting")
        return self

    def answers(self):
        if self.child.poll() is not None:
            raise RuntimeError((self.folder / "out").read_text())
        try:
            with socket.create_connection(("127.0.0.1", self.port), 2) as client:
                return client.recv(3) == b"220"
        except OSError:
            return False

    def __exit__(self, *exc):
        self.child.kill()
        self.child.wait()
        self.temp.__exit__()

    def mails(self):
        """email.message objects; the envelope is in X-Mail-Args and X-Rcpt-Args."""
        return [email.message_from_bytes(path.read_bytes()) for path in sorted(self.folder.glob("mail.*"))]
