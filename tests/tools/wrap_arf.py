#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Wrap mails into DMARC failure reports, as a receiver would that saw each of them fail.

usage: wrap_arf.py OUT FILE...      OUT/NAME.eml gets multipart/report; part 3 is FILE, octet for octet

Original-Mail-From is the mail's Return-Path if it has one, else absent, so that a classifier must judge the
reported mail itself.  Addresses are documentation addresses.  Python 3, standard library.
"""
import os
import re
import sys


def wrap(original: bytes, n: int) -> bytes:
    if original.startswith((b"From ", b">From ")):  # an mbox line is not part of the mail
        original = re.split(rb"\r\n|\n|\r", original, maxsplit=1)[1]
    head = re.split(rb"\r?\n\r?\n|\r\r", original, maxsplit=1)[0]
    found = re.search(rb"(?im)^return-path:[ \t]*(?:\r?\n[ \t]+)?(<[^>\r\n]*>)", head)
    mail_from = b"Original-Mail-From: " + found.group(1) + b"\r\n" if found else b""
    boundary = b"=_wrap_%08d" % n
    while boundary in original:
        boundary += b"x"
    return (
        b"From: dmarc-noreply@receiver.example\r\nTo: ruf@brand.example\r\n"
        b"Subject: FW: failure report\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
        b"Message-ID: <wrap-%d@receiver.example>\r\nMIME-Version: 1.0\r\n" % n +
        b"Content-Type: multipart/report; report-type=feedback-report;\r\n boundary=\"" + boundary + b"\"\r\n\r\n"
        b"--" + boundary + b"\r\nContent-Type: text/plain\r\n\r\nA mail failed DMARC.\r\n\r\n"
        b"--" + boundary + b"\r\nContent-Type: message/feedback-report\r\n\r\n"
        b"Feedback-Type: auth-failure\r\nUser-Agent: wrap/1.0\r\nVersion: 1\r\n" + mail_from +
        b"Arrival-Date: Sat, 21 Nov 2026 09:59:58 +0000\r\nSource-IP: 192.0.2.%d\r\n" % (n % 250 + 1) +
        b"Reported-Domain: brand.example\r\nAuth-Failure: dmarc\r\nIdentity-Alignment: none\r\n"
        b"Authentication-Results: receiver.example; dmarc=fail (p=none dis=none) header.from=brand.example\r\n\r\n"
        b"--" + boundary + b"\r\nContent-Type: message/rfc822\r\n\r\n" + original +
        b"\r\n--" + boundary + b"--\r\n"
    )


def main() -> None:
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    for n, path in enumerate(sys.argv[2:], 1):
        name = os.path.splitext(os.path.basename(path))[0] + ".eml"
        with open(path, "rb") as mail, open(os.path.join(out, name), "wb") as report:
            report.write(wrap(mail.read(), n))


if __name__ == "__main__":
    main()
