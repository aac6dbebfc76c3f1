# SPDX-License-Identifier: Apache-2.0
"""Runs tests/unit/complaint/complaint_mail_driver.c: facts in, the mail of a complaint out."""
import base64
import binascii
import email
import email.policy
import json
import quopri
import resource
import subprocess
import urllib.parse

import harness
from harness import imap_driver

FACTS = {
    "reference": "lf-7f3kq2", "type": 0, "reported_as": "auth-failure", "auth_failure": "dmarc", "source_ip": "198.51.100.66", "source_port": 4711,
    "source_domain": "host66.example.net", "source_confirmed": True, "asn": 64500, "as_name": "Example Net",
    "country_code": "ZZ", "arrival": 1769851613, "now": 1769938013, "incidents": 1, "subject": "Your account",
    "mail_from": "bounce@evil.example", "message_id": "<1@evil.example>", "reporting_mta": "dns; mx.example.com",
    "reported_domains": ["brand.example"], "uris": ["http://evil.example/mail.htm?u=1"],
    "authentication_results": ["mx.example.com; spf=fail smtp.mailfrom=evil.example; dkim=none; "
                               "dmarc=fail (p=none dis=none) header.from=brand.example"],
    "recipients": ["jane.roe@example.com"], "sender": "Abuse Desk <desk@example.com>", "site": "example.com",
    "mask_headers": ["X-Secret"], "token_key": "a key of tests", "zip_password": "infected", "zip": 2,
    "contact_text": "Example Ltd, https://desk.example.com/", "to": "abuse@example.net",
}


class Driver:
    def __init__(self):
        self.path = imap_driver.build("tests/unit/complaint/complaint_mail_driver")

    def run(self, what, facts, megabytes=None):
        """Exit code, octets out, text on stderr. `megabytes` bounds its memory, where sanitizers let it."""
        def bound():
            if megabytes and not harness.SANITIZED:
                resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
        facts = {key: base64.b64encode(value).decode() if isinstance(value, bytes) else value
                 for key, value in facts.items()}
        done = subprocess.run([self.path, what], input=json.dumps(facts).encode(), capture_output=True,
                              timeout=120 * harness.PATIENCE, preexec_fn=bound, check=False)
        return done.returncode, done.stdout, done.stderr.decode()

    def mail(self, megabytes=None, **facts):
        """The octets of a complaint, and what the driver tells about it."""
        code, octets, told = self.run("mail", {**FACTS, **facts}, megabytes)
        if code != 0:
            raise AssertionError(f"exit {code}: {told}")
        return octets, json.loads(told)

    def refusal(self, **facts):
        """Why there is no complaint."""
        code, octets, told = self.run("mail", {**FACTS, **facts})
        if code != 65 or octets:
            raise AssertionError(f"exit {code}, {len(octets)} octets: {told}")
        return told

    def redact(self, original, megabytes=None, **facts):
        code, octets, told = self.run("redact", {**FACTS, **facts, "original": original}, megabytes)
        if code != 0:
            raise AssertionError(f"exit {code}: {told}")
        return octets

    def pasted(self, original, **facts):
        code, octets, told = self.run("pasted", {**FACTS, **facts, "original": original})
        return json.loads(octets) if code == 0 else told


def parse(octets):
    """By Python's own parser; what is no proper mail is an error."""
    return email.message_from_bytes(octets, policy=email.policy.default.clone(raise_on_defect=True))


def readings(octets):
    """All ways to read a mail: as it stands, each part decoded, header fields decoded, and each of these with
    percent-encoding, quoted-printable and base64 undone."""
    texts = [octets]
    for part in email.message_from_bytes(octets).walk():
        texts.append(part.as_bytes())
        payload = part.get_payload(decode=True)
        if payload:
            texts.append(payload)
    for part in email.message_from_bytes(octets, policy=email.policy.default).walk():
        for name, value in part.items():
            texts.append(f"{name}: {value}".encode("utf-8", "surrogateescape"))
    for text in list(texts):
        texts += [urllib.parse.unquote_to_bytes(text), quopri.decodestring(text), *base64_words(text),
                  text.replace(b"\0", b"")]
    return [text.lower() for text in texts]


def base64_words(text):
    """What base64 digits in a text stand for, from each of four places on."""
    for word in text.replace(b"\r\n", b"").split():
        for piece in word.replace(b"=", b" ").replace(b"<", b" ").replace(b'"', b" ").split():
            for skip in range(4):
                digits = piece[skip:]
                digits = digits[:len(digits) // 4 * 4]
                try:
                    yield base64.b64decode(digits)
                except binascii.Error:
                    break
