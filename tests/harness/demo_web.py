#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The web half of `make demo`.

  demo_web.py sink FOLDER PORTFILE       an SMTP server on 127.0.0.1 that keeps each mail as a file, until killed
  demo_web.py report URL TOKEN COUNT     sends complaints about COUNT of the latest mails, as an analyst would
"""
import itertools
import json
import pathlib
import socketserver
import sys
import urllib.parse
import urllib.request

REPLIES = {b"HELO": b"250 demo", b"EHLO": b"250 demo", b"MAIL": b"250 ok", b"RCPT": b"250 ok", b"RSET": b"250 ok",
           b"NOOP": b"250 ok", b"DATA": b"354 go on", b"QUIT": b"221 bye"}


class Session(socketserver.StreamRequestHandler):
    timeout = 300

    def handle(self):
        self.wfile.write(b"220 demo ESMTP\r\n")
        for line in iter(self.rfile.readline, b""):
            word = line[:4].upper()
            self.wfile.write(REPLIES.get(word, b"502 no such command") + b"\r\n")
            if word == b"DATA":
                mail = b"".join(itertools.takewhile(lambda text: text != b".\r\n", iter(self.rfile.readline, b"")))
                number = next(self.server.numbers)
                (self.server.folder / f"{number}.eml").write_bytes(mail)
                self.wfile.write(b"250 kept as %d\r\n" % number)
            if word == b"QUIT":
                return


def sink(folder, portfile):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads, server.folder, server.numbers = True, folder, itertools.count(1)
        pathlib.Path(portfile).write_text(f"{server.server_address[1]}\n", encoding="ascii")
        server.serve_forever()


def ask(url, token, form=None):
    request = urllib.request.Request(url, urllib.parse.urlencode(form, doseq=True).encode() if form else None,
                                     {"Authorization": f"Bearer {token}"})
    opener = urllib.request.build_opener(NoRedirect)
    try:
        with opener.open(request, timeout=60) as answer:
            return answer.read()
    except urllib.error.HTTPError as answer:
        if answer.code != 303:
            raise
        return b""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


def report(url, token, count):
    mails = json.loads(ask(f"{url}api/email?type=normal&fbtype=auth-failure&days=3&limit=1000", token))["emails"]
    chosen = [mail["emailId"] for mail in mails[::max(1, len(mails) // int(count))]][:int(count)]
    ask(f"{url}reportemail", token, {"emailid": chosen, "submit": "Send Reports"})
    print(f"complained about {len(chosen)} of them to the demo's own mail server")


if __name__ == "__main__":
    {"sink": sink, "report": report}[sys.argv[1]](*sys.argv[2:])
