# SPDX-License-Identifier: Apache-2.0
"""Generated reports and what is known of them: what arfdump prints and what the database holds must agree."""
import ipaddress
import json
import sys

import harness
from harness import run

GENERATOR = harness.TOOLS / "gen_reports.py"


def generate(folder, count, seed, *options):
    """Runs the generator; returns the truth as {Message-ID of the report: truth}."""
    truth = folder / "truth.jsonl"
    run(sys.executable, GENERATOR, "--quiet", "--count", count, "--seed", seed, "--truth", truth, *options,
        timeout=120, want=0)
    lines = [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]
    return {line["messageId"]: line for line in lines}


def of_dump(line):
    """A line of arfdump in the words of the truth. What is derived was not stated by the report."""
    derived = line["derived"]
    stated = lambda name: line.get(name) if name not in derived else None
    first = lambda name: (stated(name) or [""])[0]
    return {
        "feedbackType": line["feedback_type"], "emailType": line["email_type"], "subject": line.get("subject"),
        "sourceIp": line.get("source_ip"), "mailFrom": stated("original_mail_from") or "",
        "rcptTo": first("original_rcpt_to"), "from": line.get("from_address"),
        "reportedDomain": first("reported_domain"), "deliveryResult": line.get("disposition"),
        "arrivalDate": line["arrival_date"].rstrip("Z").replace("T", " "), "headersOnly": line["headers_only"],
        "urls": line["urls"], "attachments": line["attachments"], "messageId": line["report_message_id"],
    }


MAILS = """
SELECT e.emailId, e.reportMessageId, e.feedbackType, e.emailType, e.subject, HEX(e.sourceIp) AS sourceIp,
    CONCAT(ml.emailLocal, '@', md.domain) AS mailFrom, CONCAT(rl.emailLocal, '@', rd.domain) AS rcptTo,
    CONCAT(fl.emailLocal, '@', fd.domain) AS fromAddress, d.domain AS reportedDomain, e.deliveryResult,
    DATE_FORMAT(e.arrivalDate, '%Y-%m-%d %H:%i:%s') AS arrivalDate, e.headersOnly, COALESCE(e.derived, '{}') AS derived
FROM arfEmail e
    LEFT JOIN emailLocal ml ON ml.emailLocalId = e.originalMailFromLocalId
    LEFT JOIN domain md ON md.domainId = e.originalMailFromDomainId
    LEFT JOIN emailLocal rl ON rl.emailLocalId = e.originalRcptToLocalId
    LEFT JOIN domain rd ON rd.domainId = e.originalRcptToDomainId
    LEFT JOIN emailLocal fl ON fl.emailLocalId = e.originalFromLocalId
    LEFT JOIN domain fd ON fd.domainId = e.originalFromDomainId
    LEFT JOIN domain d ON d.domainId = e.reportedDomainID
"""
URLS = "SELECT l.emailId, u.url FROM emailUrl l JOIN url u ON u.urlId = l.urlId ORDER BY l.emailId, l.position"
FILES = """SELECT l.emailId, l.filename, f.size, f.hash, f.sha256 FROM emailFile l JOIN file f ON f.fileId = l.fileId
ORDER BY l.emailId, l.position"""


def of_database(database, **account):
    """All stored mails in the words of the truth, by Message-ID of the report."""
    urls, files, mails = {}, {}, {}
    for row in database.query(URLS, **account):
        urls.setdefault(row["emailId"], []).append(row["url"])
    for row in database.query(FILES, **account):
        files.setdefault(row["emailId"], []).append({"filename": row["filename"], "size": int(row["size"]),
                                                     "md5": row["hash"], "sha256": row["sha256"]})
    for row in database.query(MAILS, **account):
        derived = json.loads(row["derived"])
        stated = lambda name, field: "" if field in derived else (row[name] or "").removeprefix("@")
        message_id = row["reportMessageId"]
        assert message_id not in mails, f"{message_id} is there twice"
        mails[message_id] = {
            **{name: row[name] for name in ("feedbackType", "emailType", "subject", "reportedDomain",
                                            "deliveryResult", "arrivalDate")},
            "sourceIp": str(ipaddress.ip_address(bytes.fromhex(row["sourceIp"]))),
            "mailFrom": stated("mailFrom", "original_mail_from"), "rcptTo": stated("rcptTo", "original_rcpt_to"),
            "from": row["fromAddress"], "headersOnly": row["headersOnly"] == "1",
            "urls": urls.get(row["emailId"], []), "attachments": files.get(row["emailId"], []),
            "messageId": message_id,
        }
    return mails


def differences(truth, found):
    """[(message id, field, wanted, found)] over all comparable fields; a missing mail is one, too."""
    wrong = []
    for message_id, want in truth.items():
        have = found.get(message_id)
        if have is None:
            wrong.append((message_id, "mail", "there", "missing"))
            continue
        wrong += [(message_id, name, want[name], have[name]) for name in have if want[name] != have[name]]
    wrong += [(message_id, "mail", "none", "there") for message_id in found if message_id not in truth]
    return wrong
