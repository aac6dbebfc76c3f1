# SPDX-License-Identifier: Apache-2.0
"""An RDAP server on 127.0.0.1 (HTTPS with a certificate of its own, or plain HTTP) that answers as one wants it to.

`with FakeRdap() as rdap:` then rdap.url ("https://localhost:PORT/"), rdap.ca_file. rdap.answers[path] is what a GET
of that path gets: a dict (200, as JSON), a number (that status), octets (200), (status, headers, octets), or a function
that returns one of these; what is not there is 404. rdap.paths: all that was asked for, in order;
rdap.headers: those of the last request. rdap.most: the most requests that were under way at once.
"""
import http.server
import json
import shutil
import ssl
import subprocess
import threading
import unittest

import harness


def network(first, last, *emails, roles=("abuse",), **more):
    """An RDAP network whose one entity has these addresses."""
    card = [["version", {}, "text", "4.0"], ["fn", {}, "text", "Example"]] + [["email", {}, "text", one] for one in emails]
    return {"objectClassName": "ip network", "startAddress": first, "endAddress": last, "handle": "NET-TEST",
            "entities": [{"objectClassName": "entity", "handle": "X", "roles": list(roles), "vcardArray": ["vcard", card]}],
            **more}


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # clients that don't trust us, or had enough


class FakeRdap:
    def __init__(self, tls=True):
        self.tls = tls
        self.answers, self.paths, self.headers = {}, [], {}
        self.busy, self.most, self.lock = 0, 0, threading.Lock()

    def __enter__(self):
        if self.tls and shutil.which("openssl") is None:
            raise unittest.SkipTest("openssl is not there")
        self.temp = harness.TempFolder()
        self.folder = self.temp.__enter__()
        self.server = Server(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        if self.tls:
            self.server.socket = self.context().wrap_socket(self.server.socket, server_side=True,
                                                            do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, daemon=True, kwargs={"poll_interval": 0.05}).start()
        return self

    def __exit__(self, *exc):
        self.server.shutdown()
        self.server.server_close()
        self.temp.__exit__()

    @property
    def ca_file(self):
        return self.folder / "cert.pem"

    @property
    def url(self):
        return f"{'https' if self.tls else 'http'}://localhost:{self.port}/"

    def context(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                        "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", self.folder / "key.pem",
                        "-out", self.ca_file], check=True, capture_output=True, timeout=60)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca_file, self.folder / "key.pem")
        return context

    def forget(self):
        with self.lock:
            self.paths, self.most = [], 0

    def answer(self, path):
        what = self.answers.get(path, 404)
        if callable(what):
            what = what()
        if isinstance(what, dict):
            return 200, {"Content-Type": "application/rdap+json"}, json.dumps(what).encode()
        if isinstance(what, int):
            return what, {}, b'{"errorCode": %d}' % what
        return (200, {}, what) if isinstance(what, bytes) else what

    def handler(fake):  # noqa: N805  (its own class is the handler)
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                with fake.lock:
                    fake.paths.append(self.path)
                    fake.headers = dict(self.headers)
                    fake.busy += 1
                    fake.most = max(fake.most, fake.busy)
                try:
                    status, headers, octets = fake.answer(self.path)
                finally:
                    with fake.lock:
                        fake.busy -= 1
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(octets)))
                self.end_headers()
                try:
                    self.wfile.write(octets)
                except OSError:
                    pass  # the client had enough

            def log_message(self, *_):
                pass

        return Handler
