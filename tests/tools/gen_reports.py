#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Generate realistic DMARC failure reports (ARF mails) with known contents.

Everything is derived from --seed, so the same arguments always give the same
bytes.  Only names and addresses reserved for tests are used: the domains end
in ".test" (RFC 6761), IPv4 addresses come from 198.18.0.0/15 (RFC 2544), IPv6
addresses from 2001:db8::/32 (RFC 3849) and AS numbers from the private ranges
(RFC 6996).  No mail, URL or address points at anybody.

Outputs (any combination):
  --maildir DIR   a Maildir (the mails lie in DIR/new)
  --mbox FILE     an mbox file (mboxrd quoting)
  --dir DIR       one file per report, 000001.eml ...
  --truth FILE    one JSON line per report: what a correct parser must find
  --zones DIR     DNS zones for a local authoritative server (and an nsd.conf
                  fragment that lists them)
  --networks FILE the same networks as a CSV (prefix, asn, name, country, abuse)

The mix: 70 % fraud campaigns, 15 % bounces, 8 % automatic replies, 5 % mailing
list forwards, 2 % abuse feedback.  See TRUTH FIELDS below for the JSON lines.

TRUTH FIELDS
  n              running number, from 1; names the file in --dir
  kind           fraud | bounce | auto | list | abuse
  campaign       "c007", or null outside fraud and abuse
  feedbackType   auth-failure | abuse
  emailType      normal | bounce | auto-replied
  subject        subject of the reported mail, decoded to Unicode
  sourceIp       as text, IPv6 in its shortest form
  sourceAsn, countryCode, sourceDomain   what the DNS of --zones answers
  mailFrom, rcptTo   envelope addresses without <>, "" when null or absent
  from           address of the From: header of the reported mail
  reportedDomain, deliveryResult (none | quarantine | reject)
  arrivalDate    UTC, "YYYY-MM-DD HH:MM:SS"
  headersOnly    true when the report carries text/rfc822-headers only
  urls           distinct URLs in the text parts of the reported mail, in order
  attachments    [{filename, size, md5, sha256}] of its application/* parts
  messageId      Message-ID of the report itself
"""

import argparse
import base64
import binascii
import bisect
import datetime
import hashlib
import io
import ipaddress
import itertools
import json
import os
import random
import re
import sys
import time
import zipfile

UTC = datetime.timezone.utc

# --------------------------------------------------------------------------
# Word lists
# --------------------------------------------------------------------------

# country code, registry
COUNTRIES = [
    ("US", "arin"), ("BR", "lacnic"), ("RU", "ripencc"), ("CN", "apnic"), ("IN", "apnic"),
    ("VN", "apnic"), ("DE", "ripencc"), ("FR", "ripencc"), ("UA", "ripencc"), ("TR", "ripencc"),
    ("MX", "lacnic"), ("AR", "lacnic"), ("ID", "apnic"), ("NL", "ripencc"), ("GB", "ripencc"),
    ("IT", "ripencc"), ("PL", "ripencc"), ("RO", "ripencc"), ("ZA", "afrinic"), ("NG", "afrinic"),
    ("JP", "apnic"), ("KR", "apnic"), ("TH", "apnic"), ("ES", "ripencc"), ("CO", "lacnic"),
    ("EG", "afrinic"), ("IR", "ripencc"), ("PK", "apnic"), ("CA", "arin"), ("AU", "apnic"),
]

FIRST = ["James", "Mary", "Robert", "Linda", "Michael", "Susan", "David", "Karen", "Carlos", "Ana",
         "Pierre", "Claire", "Hans", "Greta", "Ivan", "Olga", "Wei", "Mei", "Kenji", "Yuki",
         "Ahmed", "Fatima", "John", "Emma", "Luca", "Sofia", "Peter", "Nina", "Paul", "Laura"]
LAST = ["Smith", "Johnson", "Brown", "Garcia", "Miller", "Davis", "Martin", "Bernard", "Muller",
        "Schmidt", "Ivanov", "Petrova", "Wang", "Chen", "Tanaka", "Sato", "Khan", "Ali", "Rossi",
        "Bianchi", "Novak", "Silva", "Santos", "Jensen", "Kowalski", "Meyer", "Dubois", "Lopez"]

BRANDS = ["acmebank", "northpay", "linkhub", "parcelone", "cloudmail", "unitedcredit", "shopmart",
          "airtravel", "taxoffice", "telcoplus", "socialnet", "paydirect", "insureco", "streamly",
          "gamezone", "jobfinder"]

HOSTWORDS = ["secure", "login", "account", "update", "verify", "mail", "cdn", "static", "shop",
             "blog", "media", "dental", "garden", "photo", "travel", "hotel", "studio", "design",
             "auto", "craft", "music", "school", "clinic", "market", "house", "print", "solar"]

FILLER = {
    "en": ["We have noticed unusual activity in your account and need you to confirm your details.",
           "Your payment could not be processed because the information on file is out of date.",
           "Please review the attached document and reply before the end of the business day.",
           "For your protection access to some features has been limited until you verify.",
           "This transfer was requested by your company and is waiting for your approval.",
           "If you do not recognise this operation contact our support team without delay.",
           "Our records show that several invoices remain unpaid for the current period.",
           "You are receiving this message because you are a registered customer of our service.",
           "The parcel could not be delivered since nobody was at home to sign the receipt.",
           "Thank you for your prompt attention to this matter and for your continued business."],
    "fr": ["Nous avons constaté une activité inhabituelle sur votre compte client.",
           "Votre règlement n'a pas pu être traité, veuillez vérifier vos coordonnées.",
           "Merci de bien vouloir consulter le document joint dès réception.",
           "Pour votre sécurité, l'accès à certaines opérations a été suspendu.",
           "Si vous n'êtes pas à l'origine de cette demande, contactez notre service."],
    "de": ["Wir haben ungewöhnliche Aktivitäten auf Ihrem Konto festgestellt.",
           "Ihre Zahlung konnte leider nicht ausgeführt werden, bitte prüfen Sie die Angaben.",
           "Bitte öffnen Sie das beigefügte Dokument und bestätigen Sie den Empfang.",
           "Zu Ihrer Sicherheit wurde der Zugang für einige Funktionen gesperrt.",
           "Mit freundlichen Grüßen verbleibt Ihr Kundenservice für Rückfragen."],
    "es": ["Hemos detectado una actividad inusual en su cuenta y necesitamos su confirmación.",
           "No se pudo procesar su pago porque la información está desactualizada.",
           "Revise el documento adjunto y responda antes de que termine el día.",
           "Por su seguridad, el acceso a algunas funciones quedó limitado.",
           "Si no reconoce esta operación, comuníquese con atención al señor cliente mañana."],
    "ru": ["Мы обнаружили необычную активность в вашей учётной записи.",
           "Ваш платёж не может быть обработан, проверьте указанные данные.",
           "Пожалуйста, ознакомьтесь с приложенным документом и ответьте сегодня.",
           "В целях безопасности доступ к некоторым функциям ограничен.",
           "Если вы не узнаёте эту операцию, свяжитесь со службой поддержки."],
    "zh": ["我们发现您的账户存在异常活动，请尽快确认您的资料。",
           "您的付款无法处理，因为登记的信息已经过期。",
           "请查看附件中的文件，并在今天下班之前回复。",
           "为了保护您的安全，部分功能已经暂停使用。",
           "如果您不认识这笔交易，请立即联系客户服务中心。"],
    "ja": ["お客様のアカウントに通常と異なる操作が確認されました。",
           "お支払いを処理できませんでした。登録情報をご確認ください。",
           "添付の書類をご確認のうえ、本日中にご返信ください。",
           "安全のため、一部の機能のご利用を制限しております。",
           "お心当たりがない場合は、サポート窓口までご連絡ください。"],
}

# Subject templates of the campaigns, by language.  {n} digits, {a} amount, {f} and {l} names.
SUBJECTS = {
    "en": ["Wire transfer {n} waiting for your approval", "Your account {n} has been limited",
           "{f}, you have {d} new messages", "Invoice {n} overdue - {a} USD",
           "Parcel {n} could not be delivered", "Tax refund of {a} USD for {f} {l}",
           "Scan from printer {n}", "{f} {l} sent you a document", "Security alert for {f} #{n}",
           "Payment confirmation {n}", "Your mailbox is full ({d}%)", "Fax received {n}",
           "Re: purchase order PO{n}", "Voice message from +1555{n} for {f}"],
    "fr": ["Votre facture n° {n} impayée", "Compte {n} suspendu : vérifiez vos données, {f}",
           "Remboursement d'impôt de {a} EUR"],
    "de": ["Ihre Rechnung Nr. {n} über {a} Euro", "Konto {n} gesperrt - bitte bestätigen",
           "Überweisung {n} fehlgeschlagen, {f} {l}"],
    "es": ["Factura electrónica {n} pendiente", "Su cuenta {n} será bloqueada mañana, {f}"],
    "ru": ["Счёт на оплату {n}", "Ваша учётная запись {n} заблокирована"],
    "zh": ["您的账户 {n} 需要验证", "付款通知 {n} 号：金额 {a} 元"],
    "ja": ["【重要】アカウント {n} の確認", "ご請求書 {n} のお知らせ"],
}

# language -> charsets it is sent in, with weights
CHARSETS = {
    "en": [("us-ascii", 4), ("utf-8", 5), ("iso-8859-1", 3), ("windows-1252", 1)],
    "fr": [("iso-8859-1", 3), ("utf-8", 2), ("windows-1252", 1)],
    "de": [("iso-8859-1", 2), ("utf-8", 3)],
    "es": [("iso-8859-1", 2), ("utf-8", 2)],
    "ru": [("koi8-r", 3), ("utf-8", 1), ("windows-1251", 1)],
    "zh": [("gb2312", 3), ("utf-8", 1)],
    "ja": [("shift_jis", 2), ("iso-2022-jp", 1), ("utf-8", 1)],
}
LANG_WEIGHTS = [("en", 62), ("fr", 7), ("de", 6), ("es", 6), ("ru", 7), ("zh", 7), ("ja", 5)]

PATH_TAILS = ["mail.htm", "login.php", "verify/index.html", "wp-content/doc.html", "signin.htm",
              "secure/update.php", "view.html", "invoice.aspx", "docs/open.html", "track.php"]

ZIP_MAGIC = b"PK\x03\x04"
ATTACH = [("Invoice_{n}.zip", "application/zip", ZIP_MAGIC),
          ("scan{n}.pdf", "application/pdf", b"%PDF-1.4\n"),
          ("Purchase Order {n}.docx",
           "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ZIP_MAGIC),
          ("statement_{n}.xls", "application/vnd.ms-excel", b"\xd0\xcf\x11\xe0"),
          ("fax-{n}.rar", "application/octet-stream", b"Rar!\x1a\x07"),
          ("Rechnung für {n}.pdf", "application/pdf", b"%PDF-1.5\n")]

BOUNCE_SUBJECTS = ["Undelivered Mail Returned to Sender", "failure notice",
                   "Delivery Status Notification (Failure)", "Undeliverable: {s}",
                   "Mail delivery failed: returning message to sender",
                   "DELIVERY FAILURE: User {l} not listed in directory", "Delivery Failure"]

# (language, subject, has Auto-Submitted header)
AUTO_SUBJECTS = [("en", "Out of Office: {s}", True), ("en", "Out of Office Re: {s}", False),
                 ("en", "Automatic reply: {s}", True), ("en", "Automatic reply: {s}", False),
                 ("en", "Auto Reply: I am away until the {d}th", False),
                 ("en", "Autoreply: ticket {n} received", True),
                 ("fr", "Réponse automatique : {s}", True), ("fr", "Absent du bureau : {s}", True),
                 ("de", "Automatische Antwort: {s}", True), ("de", "Abwesenheitsnotiz für {l}", True),
                 ("es", "Respuesta automática: {s}", True), ("es", "Fuera de la oficina mañana", True),
                 ("ru", "Автоматический ответ: {s}", True), ("zh", "自动答复: {s}", True),
                 ("ja", "自動応答: {s}", True)]

LIST_TOPICS = ["question about the build", "meeting notes of week {d}", "patch {d}/{n}",
               "new release candidate", "budget planning", "help with the configuration",
               "weekly status", "call for papers {n}"]

# --------------------------------------------------------------------------
# MIME helpers
# --------------------------------------------------------------------------

DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
# (offset in minutes, text) of the Date fields
ZONES = [(0, "+0000"), (0, "GMT"), (-480, "-0800 (PST)"), (-300, "-0500"), (60, "+0100"),
         (480, "+0800"), (330, "+0530")]


def rfc_date(epoch, minutes, label):
    """Date of RFC 5322 for a Unix time, shown in the given zone."""
    t = time.gmtime(epoch + 60 * minutes)
    return "%s, %02d %s %d %02d:%02d:%02d %s" % (DAYS[t.tm_wday], t.tm_mday, MONTHS[t.tm_mon - 1],
                                                 t.tm_year, t.tm_hour, t.tm_min, t.tm_sec, label)


def iso(epoch):
    t = time.gmtime(epoch)
    return "%04d-%02d-%02d %02d:%02d:%02d" % t[:6]


def encode_words(text, charset):
    """Text as RFC 2047 encoded-words where it needs them, folded, never splitting a character."""
    if text.isascii():
        return text
    if charset == "us-ascii":
        charset = "utf-8"
    # Characters per word, such that even the longest ones keep below 75 columns.
    step = {"utf-8": 12, "gb2312": 18, "shift_jis": 18, "iso-2022-jp": 12}.get(charset, 30)
    out = []
    for i in range(0, len(text), step):
        raw = text[i:i + step].encode(charset)
        if charset in ("iso-8859-1", "windows-1252"):
            body = "".join("_" if b == 32 else chr(b) if 48 <= b < 58 or 65 <= b < 91
                           or 97 <= b < 123 else "=%02X" % b for b in raw)
            # A Q word can get too long: then this piece goes out in base64.
            if len(body) + len(charset) + 7 <= 75:
                out.append("=?%s?Q?%s?=" % (charset, body))
                continue
        out.append("=?%s?B?%s?=" % (charset, binascii.b2a_base64(raw, newline=False).decode()))
    return "\n ".join(out)


def encode_body(text, charset, cte):
    """One text body in its charset and transfer encoding, as a str of one byte per character."""
    raw = text.encode(charset)
    if cte == "base64":
        raw = base64.encodebytes(raw)
    elif cte == "quoted-printable":
        raw = binascii.b2a_qp(raw, istext=True)
    return raw.decode("latin-1")


def text_part(subtype, text, charset, cte):
    body = encode_body(text, charset, cte)
    if not body.endswith("\n"):
        body += "\n"
    return 'Content-Type: text/%s; charset="%s"\nContent-Transfer-Encoding: %s\n\n%s' % (
        subtype, charset, cte, body)


def file_part(att):
    """An attachment; names outside ASCII in RFC 2231 form."""
    name = att["filename"]
    if name.isascii():
        disp = 'filename="%s"' % name
        ctype = '%s; name="%s"' % (att["type"], name)
    else:
        enc = "".join(c if c.isascii() and c.isalnum() or c in "._-" else
                      "".join("%%%02X" % b for b in c.encode("utf-8")) for c in name)
        disp = "filename*=utf-8''" + enc
        ctype = att["type"]
    return ("Content-Type: %s\nContent-Transfer-Encoding: base64\n"
            "Content-Disposition: attachment;\n %s\n\n%s" % (ctype, disp, att["b64"]))


def multipart(subtype, boundary, parts, params=""):
    sep = "--" + boundary
    return ('Content-Type: multipart/%s;%s boundary="%s"\n\n' % (subtype, params, boundary)
            + "".join("%s\n%s\n" % (sep, p) for p in parts) + sep + "--\n")


# --------------------------------------------------------------------------
# The world: networks, hosts, campaigns.  Fixed for a seed, whatever --count is.
# --------------------------------------------------------------------------

class Zipf:
    """Draws members of a list, the k-th with weight 1/k^s."""

    def __init__(self, items, s=1.0):
        self.items = items
        self.cum = list(itertools.accumulate(1.0 / (k + 1) ** s for k in range(len(items))))
        self.total = self.cum[-1]

    def pick(self, rng):
        return self.items[bisect.bisect(self.cum, rng.random() * self.total)]


def weighted(pairs):
    """A list with each value repeated by its weight, for rng.choice."""
    return [v for v, w in pairs for _ in range(w)]


class World:
    def __init__(self, seed, asns, ips, campaigns, start, end):
        rng = self.rng = random.Random("world-%s" % seed)
        self.start, self.end = start, end

        # Networks: each has an IPv4 /24 of 198.18.0.0/15 and an IPv6 /48 of 2001:db8::/32.
        self.asns = []
        for k in range(min(asns, 500)):
            cc, rir = COUNTRIES[min(int(rng.expovariate(0.16)), len(COUNTRIES) - 1)]
            number = 64512 + k if k % 3 else 4200000000 + k
            word = rng.choice(HOSTWORDS)
            self.asns.append({
                "asn": number, "cc": cc, "rir": rir, "name": "%s%d-AS" % (word.upper(), k),
                "domain": "%s-isp%d.test" % (word, k), "abuse": "abuse@%s-isp%d.test" % (word, k),
                "v4": int(ipaddress.ip_address("198.18.0.0")) + 256 * k,
                "v6": int(ipaddress.ip_address("2001:db8::")) + (k << 80),
                "date": "20%02d-%02d-%02d" % (rng.randrange(0, 24), rng.randrange(1, 13),
                                              rng.randrange(1, 29))})

        # Sources: one in eight is IPv6; one in four has no PTR; a third is on the block list.
        netdraw = Zipf(self.asns, 0.7)
        seen, self.sources = set(), []
        ips = min(ips, len(self.asns) * 180)
        while len(self.sources) < ips:
            net = netdraw.pick(rng)
            if rng.random() < 0.125:
                addr = ipaddress.ip_address(net["v6"] + rng.getrandbits(16 if rng.random() < .5 else 64))
            else:
                addr = ipaddress.ip_address(net["v4"] + rng.randrange(1, 255))
            if addr in seen:
                if len(seen) > 200 * len(self.asns):
                    break
                netdraw = Zipf(self.asns, 0.2)      # the big networks are full
                continue
            seen.add(addr)
            tail = str(addr).split(".")[-1] if addr.version == 4 else "%x" % (int(addr) & 0xffffff)
            self.sources.append({
                "ip": str(addr), "addr": addr, "net": net,
                "ptr": "" if rng.random() < 0.25 else
                       "host-%s.dyn.%s" % (tail, net["domain"]),
                "zen": rng.random() < 1 / 3})
        self.source_draw = Zipf(self.sources, 0.8)

        # Domains reported on (the brands and some of their subdomains).
        self.brands = [b + ".test" for b in BRANDS]
        self.reported = Zipf(self.brands + ["mail." + b for b in self.brands[:5]], 0.9)

        # Recipients at mailbox providers.
        self.rcpt_domains = Zipf(["%s%d.test" % (w, i) for i, w in
                                  enumerate(["mailbox", "post", "inbox", "webmail"] * 12)], 1.0)

        # Organisations that send reports, with their habits.
        self.reporters = []
        for i, (name, agent) in enumerate([("mailbox0", "Mailbox-Forensic/2.1"),
                                           ("post1", "OpenDMARC-like/1.4"),
                                           ("inbox2", "ARF-Sender/0.9"), ("webmail3", "wm-dmarc/3"),
                                           ("mailbox4", "Perl-ARF/1.0"), ("post5", "Postfix-RUF/1")]):
            self.reporters.append({
                "domain": name + ".test", "agent": agent,
                "headers_only": [0.05, 0.7, 0.0, 0.2, 0.0, 0.1][i],
                "brackets": i % 2 == 0, "redact": i == 5,
                "zone": ZONES[i % len(ZONES)], "cte8": i != 4})
        self.reporter_draw = Zipf(self.reporters, 1.2)

        # URL hosts.  Each has addresses in one of the networks.
        self.hosts = {}
        self.brand_hosts = ["www." + b for b in self.brands]
        for h in self.brand_hosts:
            self.add_host(rng, h, listed=False)
        self.other_hosts = [self.new_host(rng) for _ in range(300)]

        # Campaigns.
        langs = weighted(LANG_WEIGHTS)
        self.campaigns = [self.new_campaign(rng, k, langs) for k in range(campaigns)]
        self.campaign_draw = Zipf(self.campaigns, 0.9)

    # -- hosts ------------------------------------------------------------

    def add_host(self, rng, name, listed):
        net = rng.choice(self.asns)
        self.hosts[name] = {
            "a": str(ipaddress.ip_address(net["v4"] + rng.randrange(1, 255))),
            "aaaa": str(ipaddress.ip_address(net["v6"] + (1 << 32) + rng.getrandbits(16)))
                    if rng.random() < 0.3 else None,
            "net": net, "listed": listed}

    def new_host(self, rng):
        while True:
            name = "%s-%s%d.test" % (rng.choice(HOSTWORDS), rng.choice(HOSTWORDS),
                                     rng.randrange(1000))
            if rng.random() < 0.4:
                name = rng.choice(["www", "m", "go", "cdn2"]) + "." + name
            if name not in self.hosts:
                break
        self.add_host(rng, name, listed=rng.random() < 1 / 3)
        return name

    # -- campaigns ----------------------------------------------------------

    def new_campaign(self, rng, k, langs):
        lang = "en" if k == 0 else rng.choice(langs)
        charset = rng.choice(weighted(CHARSETS[lang]))
        brand = self.reported.pick(rng)
        camp = {
            "id": "c%03d" % k, "lang": lang, "charset": charset, "brand": brand,
            "subject": SUBJECTS[lang][0] if k == 0 else rng.choice(SUBJECTS[lang]),
            "tail": PATH_TAILS[0] if k < 3 else rng.choice(PATH_TAILS),
            "hosts": [self.new_host(rng) for _ in range(rng.randrange(4, 40))],
            "local": rng.choice(["security", "service", "no-reply", "billing", "alerts", "support"]),
            "display": rng.choice(["{B} Security", "{B} Service", "{B}", '{B} (no reply)']).replace(
                "{B}", brand.split(".")[-2].capitalize()),
            "shape": rng.choice(["alt", "alt", "alt", "html", "plain", "mixed"]),
            "cte_text": "7bit" if charset in ("us-ascii", "iso-2022-jp") else
                        rng.choice(["quoted-printable", "quoted-printable", "base64"]),
            "cte_html": rng.choice(["quoted-printable", "quoted-printable", "base64"]),
            # The botnet of this campaign.
            "sources": Zipf(rng.sample(self.sources, min(len(self.sources), rng.randrange(20, 400))), .7),
            "mailfrom": rng.choice(["same", "random", "random", "bot"]),
        }
        # Attachments: every seventh campaign sends one of one or two fixed files.
        camp["files"] = []
        if k % 7 == 4:
            for _ in range(rng.randrange(1, 3)):
                camp["files"].append(make_file(rng))
        # Body templates with {url}, {n}, {f}, {l}; the length differs by campaign.
        fill = FILLER[lang]
        paras = [rng.choice(fill) for _ in range(rng.randrange(5, 20))]
        camp["paras"] = paras
        camp["nurls"] = rng.choice([1, 2, 2, 3, 3, 4, 6, 9, 12]) if not camp["files"] else rng.choice([0, 0, 1, 2])
        # Bursts: when the mails of this campaign arrive.
        span = self.end - self.start
        camp["bursts"] = [(self.start + rng.random() * span, 3600 * rng.uniform(2, 14))
                          for _ in range(rng.randrange(1, 5))]
        return camp


def make_file(rng):
    """A file of 5 to 60 KB that looks like its type; most of it is noise, as in real archives."""
    pattern, ctype, magic = rng.choice(ATTACH)
    size = int(min(60000, max(5000, rng.lognormvariate(9.4, 0.7))))
    data = magic + rng.randbytes(size - len(magic))
    if magic == ZIP_MAGIC:                      # a valid archive, with a fixed time stamp
        buf = io.BytesIO()
        with zipfile.ZipFile(buf, "w") as z:
            z.writestr(zipfile.ZipInfo("document.bin", (2026, 1, 1, 0, 0, 0)), data[4:])
        data = buf.getvalue()
        size = len(data)
    return {"filename": pattern.format(n=rng.randrange(1000, 99999)), "type": ctype, "size": size,
            "md5": hashlib.md5(data).hexdigest(), "sha256": hashlib.sha256(data).hexdigest(),
            "b64": base64.encodebytes(data).decode()}


# --------------------------------------------------------------------------
# Plan: who sends what when
# --------------------------------------------------------------------------

HOUR_WEIGHT = [3, 2, 2, 2, 3, 4, 6, 8, 10, 11, 11, 10, 9, 10, 11, 11, 10, 9, 8, 7, 6, 5, 4, 3]
HOUR_CUM = list(itertools.accumulate(HOUR_WEIGHT))


def seasonal(rng, start, end):
    """A time in [start, end) that follows the working day and thins out at weekends."""
    days = max(1, int((end - start) // 86400))
    while True:
        day = start + 86400 * rng.randrange(days)
        if time.gmtime(day).tm_wday >= 5 and rng.random() < 0.5:
            continue
        hour = bisect.bisect_right(HOUR_CUM, rng.random() * HOUR_CUM[-1])
        t = day - day % 86400 + 3600 * hour + rng.random() * 3600
        if start <= t < end:
            return t
        t += 86400 if t < start else -86400
        if start <= t < end:
            return t


def make_plan(world, rng, count):
    """Kind, campaign and time of each report, in order of time."""
    kinds = weighted([("fraud", 70), ("bounce", 15), ("auto", 8), ("list", 5), ("abuse", 2)])
    plan = []
    start, end = world.start, world.end
    for _ in range(count):
        kind = rng.choice(kinds)
        camp = None
        if kind in ("fraud", "abuse"):
            camp = world.campaign_draw.pick(rng)
            if rng.random() < 0.8:                  # inside a burst
                t0, tau = rng.choice(camp["bursts"])
                t = t0 + rng.expovariate(1 / tau)
                if t >= end:
                    t = end - 1 - (t - end) % max(1, min(tau, end - start))
                t = max(t, start)
            else:
                t = seasonal(rng, start, end)
        else:
            t = seasonal(rng, start, end)
        plan.append((t, kind, camp))
    plan.sort(key=lambda p: p[0])
    return plan


# --------------------------------------------------------------------------
# Rendering
# --------------------------------------------------------------------------

class Maker:
    def __init__(self, world, rng):
        self.w = world
        self.rng = rng
        self.serial = 0

    # -- small random things ------------------------------------------------

    def token(self, n):
        """n hexadecimal digits"""
        return "%0*x" % (n, self.rng.getrandbits(4 * n))

    def b64noise(self, n):
        """n bytes of noise in base64 (signatures), folded as a header"""
        s = binascii.b2a_base64(self.rng.randbytes(n), newline=False).decode()
        return "\n\t".join(s[i:i + 66] for i in range(0, len(s), 66))

    def boundary(self):
        return "=_%s" % self.token(20)

    def person(self):
        r = self.rng.random
        return FIRST[int(r() * len(FIRST))], LAST[int(r() * len(LAST))]

    def recipient(self):
        f, l = self.person()
        return "%s.%s%d@%s" % (f.lower(), l.lower(), int(self.rng.random() * 90),
                               self.w.rcpt_domains.pick(self.rng))

    def fill(self, template, f, l, s=""):
        r = self.rng.random
        return (template.replace("{n}", str(int(1000 + r() * 989999)))
                .replace("{a}", "%d.%02d" % (r() * 9000 + 10, r() * 100))
                .replace("{d}", str(int(2 + r() * 26))).replace("{f}", f).replace("{l}", l)
                .replace("{s}", s))

    # -- texts --------------------------------------------------------------

    def texts(self, paras, urls, f, extra=()):
        """Plain and HTML text around the same URLs.  Returns both."""
        plain = ["%s," % f, ""]
        html = ['<html><head><meta name="viewport" content="width=device-width"><style>'
                'body{font-family:Arial,sans-serif;font-size:14px;color:#333}'
                '.btn{background:#0a66c2;color:#fff;padding:10px 24px;text-decoration:none}'
                '</style></head>\n<body>\n<table width="600" cellpadding="0" cellspacing="0" '
                'border="0" align="center">\n<tr><td style="padding:20px"><p>%s,</p>\n' % f]
        k = 0
        for i, p in enumerate(paras):
            plain += [p, ""]
            html.append('<p style="margin:0 0 12px 0;line-height:20px">%s</p>\n' % p)
            # Spread the URLs over the paragraphs.
            while k < len(urls) and k * len(paras) <= i * len(urls):
                u = urls[k]
                plain += ["  " + u, ""]
                if k % 2:
                    html.append('<p><a href="%s">%s</a></p>\n' % (u, u))
                else:
                    html.append('<p align="center"><a class="btn" href="%s">&gt;&gt;&gt;</a></p>\n' % u)
                k += 1
        for u in urls[k:]:
            plain += ["  " + u, ""]
            html.append('<p><a href="%s">%s</a></p>\n' % (u, u))
        plain += list(extra)
        html.append("".join("<p>%s</p>\n" % e for e in extra))
        html.append("</td></tr>\n</table>\n</body></html>\n")
        return "\n".join(plain) + "\n", "".join(html)

    def campaign_urls(self, camp, n):
        """The rotating URLs of a campaign, then links of the brand it imitates."""
        rng = self.rng
        out = []
        for i in range(n):
            r = rng.random()
            if i == 0 or r < 0.35:
                host = rng.choice(camp["hosts"])
                if rng.random() < 0.03:             # the bare address, now and then
                    host = self.w.hosts[host]["a"] + (":8080" if r < 0.5 else "")
                u = "http%s://%s/%s/%s" % ("s" if r < 0.3 else "", host,
                                           rng.choice(["a", "img", "2", "wp", self.token(6)]),
                                           camp["tail"])
                if r > 0.9:
                    u += "?id=" + self.token(8)
            elif r < 0.8:
                u = "https://www.%s/%s" % (camp["brand"].split(".", 1)[1] if camp["brand"].count(".") > 1
                                           else camp["brand"],
                                           rng.choice(["privacy", "help/contact", "logo.png",
                                                       "unsubscribe?u=%s" % self.token(6), "terms"]))
            else:
                u = "https://%s/%s" % (rng.choice(self.w.other_hosts),
                                       rng.choice(["", "about.html", "p/%d" % (rng.random() * 9999)]))
            if u not in out:
                out.append(u)
        return out

    # -- the headers that the reported mail collected on its way ----------------

    def trace(self, src, rcpt_domain, t, rcpt):
        ptr = src["ptr"] or "unknown"
        ip = src["ip"] if src["addr"].version == 4 else "IPv6:" + src["ip"]
        zone = self.w.reporters[0]["zone"]
        out = ["Received: from %s (%s [%s])\n\tby mx%d.%s with ESMTP id %s\n\tfor <%s>; %s\n" % (
            ptr, ptr, ip, int(self.rng.random() * 9), rcpt_domain, self.token(12), rcpt,
            rfc_date(t, *zone))]
        for _ in range(int(self.rng.random() * 3)):
            out.append("Received: from [10.%d.%d.%d] (port=%d helo=pc%s)\n\tby %s with esmtpa\n\t"
                       "id %s; %s\n" % (self.rng.random() * 255, self.rng.random() * 255,
                                        self.rng.random() * 255, 1024 + self.rng.random() * 60000,
                                        self.token(4), ptr, self.token(14), rfc_date(t - 2, *zone)))
        return "".join(out)

    def dkim(self, domain, t):
        return ("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s;\n\ts=s%d; t=%d;\n\t"
                "h=from:to:subject:date:message-id:mime-version;\n\tbh=%s;\n\tb=%s\n" % (
                    domain, 1 + self.rng.random() * 9, t, self.b64noise(32), self.b64noise(192)))

    # -- the kinds of reported mail -----------------------------------------------
    # Each returns (headers, body, truth fields); the body begins with its own
    # Content-Type header.

    def fraud(self, camp, t):
        rng = self.rng
        f, l = self.person()
        src = camp["sources"].pick(rng)
        rcpt = self.recipient()
        subject = self.fill(camp["subject"], f, l)
        urls = self.campaign_urls(camp, camp["nurls"])
        plain, html = self.texts(camp["paras"], urls, f)
        charset = camp["charset"]
        shape = camp["shape"]
        files = [rng.choice(camp["files"])] if camp["files"] and rng.random() < 0.85 else []
        p_plain = text_part("plain", plain, charset, camp["cte_text"])
        if shape == "plain":
            body = p_plain
        else:
            p_html = text_part("html", html, charset, camp["cte_html"])
            body = p_html if shape == "html" else multipart("alternative", self.boundary(),
                                                            [p_plain, p_html])
        if files or shape == "mixed":
            body = multipart("mixed", self.boundary(), [body] + [file_part(a) for a in files])
        sender = "%s@%s" % (camp["local"], camp["brand"])
        mailfrom = sender
        if camp["mailfrom"] == "random":
            mailfrom = "%s%d@%s" % (l.lower(), rng.random() * 999, rng.choice(self.w.other_hosts))
        elif camp["mailfrom"] == "bot":
            mailfrom = "www-data@" + (src["ptr"] or src["net"]["domain"])
        head = self.trace(src, rcpt.split("@")[1], t, rcpt)
        if rng.random() < 0.3:
            head += self.dkim(camp["brand"], t)
        head += ('Message-ID: <%s@%s>\nDate: %s\nFrom: "%s" <%s>\nTo: %s\nSubject: %s\n'
                 "X-Mailer: %s\nMIME-Version: 1.0\n" % (
                     self.token(24), camp["brand"], rfc_date(t - 20, *rng.choice(ZONES)),
                     camp["display"], sender, rcpt, encode_words(subject, charset),
                     rng.choice(["PHPMailer 5.2", "Microsoft Outlook 15.0", "The Bat! (v3.99)"])))
        return head, body, {"emailType": "normal", "subject": subject, "src": src, "mailFrom": mailfrom,
                            "rcptTo": rcpt, "from": sender, "reportedDomain": camp["brand"],
                            "urls": urls, "files": files}

    def legit_mail(self, t):
        """A mail that somebody else reacts to (inside bounces)."""
        rng = self.rng
        brand = self.w.reported.pick(rng)
        urls = ["https://www.%s/%s" % (rng.choice(self.w.brands), rng.choice(
            ["news/%d" % (rng.random() * 999), "offers", "help/contact"]))
                for _ in range(int(rng.random() * 4))]
        urls = list(dict.fromkeys(urls))
        f, l = self.person()
        rcpt = self.recipient()
        subject = self.fill(rng.choice(["Your monthly statement {n}", "Newsletter {d}", "Welcome {f}",
                                        "Your order {n}"]), f, l)
        plain, html = self.texts(rng.sample(FILLER["en"], 3), urls, f)
        body = multipart("alternative", self.boundary(),
                         [text_part("plain", plain, "utf-8", "7bit"),
                          text_part("html", html, "utf-8", "quoted-printable")])
        head = ('Message-ID: <%s@%s>\nDate: %s\nFrom: "%s" <news@%s>\nTo: %s\nSubject: %s\n'
                "MIME-Version: 1.0\n" % (self.token(24), brand, rfc_date(t - 300, *ZONES[0]),
                                         brand.split(".")[0].capitalize(), brand, rcpt, subject))
        return head, body, subject, rcpt, brand, urls

    def bounce(self, t):
        rng = self.rng
        ohead, obody, osubject, orcpt, brand, urls = self.legit_mail(t)
        src = self.w.source_draw.pick(rng)
        f, l = self.person()
        subject = self.fill(rng.choice(BOUNCE_SUBJECTS), f, l, osubject)
        rcpt = "news@" + self.w.rcpt_domains.pick(rng)
        sender = "MAILER-DAEMON@" + brand
        note = ("This is the mail system at host mx.%s.\n\nI'm sorry to have to inform you that your "
                "message could not\nbe delivered to one or more recipients.\n\n<%s>: host "
                "mx.%s said: 550 5.1.1 User unknown\n    (in reply to RCPT TO command)\n" % (
                    brand, orcpt, orcpt.split("@")[1]))
        style = rng.random()
        if style < 0.2:                         # in the manner of qmail: no structure at all
            note += "\n--- Below this line is a copy of the message.\n\n"
            cut = ohead + "\n" + "".join("%s\n" % u for u in urls)
            body = text_part("plain", note + cut, "us-ascii", "7bit")
        else:
            dsn = ("Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.%s\nArrival-Date: "
                   "%s\n\nFinal-Recipient: rfc822; %s\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: "
                   "smtp; 550 5.1.1 User unknown\n" % (brand, rfc_date(t - 60, *ZONES[0]), orcpt))
            if style < 0.5:
                last = "Content-Type: text/rfc822-headers\n\n" + ohead
                urls = []
            else:
                last = "Content-Type: message/rfc822\n\n" + ohead + obody
            body = multipart("report", self.boundary(),
                             [text_part("plain", note, "us-ascii", "7bit"), dsn, last],
                             " report-type=delivery-status;\n\t")
        head = self.trace(src, rcpt.split("@")[1], t, rcpt)
        head += ("Message-ID: <%s@mx.%s>\nDate: %s\nFrom: %s (Mail Delivery System)\nTo: %s\n"
                 "Subject: %s\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n" % (
                     self.token(16), brand, rfc_date(t - 1, *ZONES[0]), sender, rcpt, subject))
        return head, body, {"emailType": "bounce", "subject": subject, "src": src, "mailFrom": "",
                            "rcptTo": rcpt, "from": sender, "reportedDomain": brand, "urls": urls,
                            "files": []}

    def auto(self, t):
        rng = self.rng
        lang, template, header = rng.choice(AUTO_SUBJECTS)
        charset = rng.choice(weighted(CHARSETS[lang]))
        f, l = self.person()
        brand = self.w.reported.pick(rng)
        src = self.w.source_draw.pick(rng)
        subject = self.fill(template, f, l, rng.choice(["Newsletter 12", "Your order", "Meeting"]))
        urls = ["https://www.%s/" % brand] if rng.random() < 0.4 else []
        plain, html = self.texts(rng.sample(FILLER[lang], 2), urls, f, ["%s %s" % (f, l)])
        cte = "7bit" if charset in ("us-ascii", "iso-2022-jp") else rng.choice(
            ["quoted-printable", "base64", "8bit"])
        body = text_part("plain", plain, charset, cte)
        if rng.random() < 0.5:
            body = multipart("alternative", self.boundary(),
                             [body, text_part("html", html, charset, "quoted-printable")])
        sender = "%s.%s@%s" % (f.lower(), l.lower(), brand)
        rcpt = self.recipient()
        head = self.trace(src, rcpt.split("@")[1], t, rcpt)
        head += 'Message-ID: <%s@%s>\nDate: %s\nFrom: %s <%s>\nTo: %s\nSubject: %s\n%sMIME-Version: 1.0\n' % (
            self.token(16), brand, rfc_date(t - 3, *rng.choice(ZONES)),
            '"%s %s"' % (f, l), sender, rcpt, encode_words(subject, charset),
            rng.choice(["Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\n",
                        "Precedence: bulk\nAuto-Submitted: auto-replied\n"]) if header else "")
        return head, body, {"emailType": "auto-replied", "subject": subject, "src": src,
                            "mailFrom": sender, "rcptTo": rcpt, "from": sender,
                            "reportedDomain": brand, "urls": urls, "files": []}

    def mlist(self, t):
        rng = self.rng
        f, l = self.person()
        brand = self.w.reported.pick(rng)
        src = self.w.source_draw.pick(rng)
        name = rng.choice(["users", "dev", "announce", "board"])
        lhost = "lists.%s" % rng.choice(self.w.other_hosts)
        subject = "[%s] Re: %s" % (name, self.fill(rng.choice(LIST_TOPICS), f, l))
        urls = ["https://%s/%s" % (rng.choice(self.w.other_hosts), self.token(5))
                for _ in range(int(rng.random() * 3))]
        footer = "https://%s/mailman/listinfo/%s" % (lhost, name)
        quoted = "".join("> %s\n" % s for s in rng.sample(FILLER["en"], 3))
        plain, html = self.texts([quoted] + rng.sample(FILLER["en"], 3), urls, "Hi all",
                                 ["-- ", "%s %s" % (f, l), "_______________________________________",
                                  footer])
        urls = urls + [footer]
        body = text_part("plain", plain, "utf-8", rng.choice(["7bit", "quoted-printable"]))
        if rng.random() < 0.3:
            body = multipart("alternative", self.boundary(),
                             [body, text_part("html", html, "utf-8", "quoted-printable")])
        files = []
        if rng.random() < 0.1:
            files = [make_file(rng)]
            body = multipart("mixed", self.boundary(), [body] + [file_part(a) for a in files])
        sender = "%s.%s@%s" % (f.lower(), l.lower(), brand)
        rcpt = self.recipient()
        head = self.trace(src, rcpt.split("@")[1], t, rcpt) + self.dkim(brand, t)
        head += ("Message-ID: <%s@%s>\nIn-Reply-To: <%s@%s>\nDate: %s\nFrom: %s %s <%s>\nTo: %s@%s\n"
                 "Subject: %s\nList-Id: <%s.%s>\nList-Post: <mailto:%s@%s>\nPrecedence: list\n"
                 "Sender: %s-bounces@%s\nMIME-Version: 1.0\n" % (
                     self.token(20), brand, self.token(20), brand, rfc_date(t - 90, *rng.choice(ZONES)),
                     f, l, sender, name, lhost, subject, name, lhost, name, lhost, name, lhost))
        return head, body, {"emailType": "normal", "subject": subject, "src": src,
                            "mailFrom": "%s-bounces@%s" % (name, lhost), "rcptTo": rcpt,
                            "from": sender, "reportedDomain": brand, "urls": urls, "files": files}

    # -- the report around it -----------------------------------------------------

    def report(self, t, kind, camp):
        """One whole report.  Returns (text of one byte per character, truth)."""
        rng = self.rng
        self.serial += 1
        t = int(t)
        if kind in ("fraud", "abuse"):
            head, body, tr = self.fraud(camp, t)
        elif kind == "bounce":
            head, body, tr = self.bounce(t)
        elif kind == "auto":
            head, body, tr = self.auto(t)
        else:
            head, body, tr = self.mlist(t)

        rep = self.w.reporter_draw.pick(rng)
        src = tr["src"]
        domain = tr["reportedDomain"]
        abuse = kind == "abuse"
        r = rng.random()
        result = "none" if abuse else "reject" if r < 0.6 else "quarantine" if r < 0.75 else "none"
        rcpt = "" if rep["redact"] else tr["rcptTo"]
        mid = "<%s.%d@%s>" % (self.token(16), self.serial, rep["domain"])

        def addr(a):
            return "<%s>" % a if rep["brackets"] or not a else a

        arf = ["Feedback-Type: %s\nUser-Agent: %s\nVersion: 1\n" % (
            "abuse" if abuse else "auth-failure", rep["agent"])]
        arf.append("Original-Mail-From: %s\n" % addr(tr["mailFrom"]))
        if rcpt:
            arf.append("Original-Rcpt-To: %s\n" % addr(rcpt))
        arf.append("Arrival-Date: %s\nSource-IP: %s\nReported-Domain: %s\n" % (
            rfc_date(t, *rep["zone"]), src["ip"], domain))
        if not abuse:
            dres = {"reject": "reject", "quarantine": "policy", "none": "delivered"}[result]
            arf.append("Message-ID: %s\n" % mid)
            arf.append("Authentication-Results: %s;\n\tdkim=%s header.d=%s;\n\tspf=%s smtp.mailfrom=%s;\n"
                       "\tdmarc=fail (p=%s; dis=%s) header.from=%s\n" % (
                           rep["domain"], "fail" if "DKIM-Sig" in head else "none", domain,
                           "softfail" if r < 0.4 else "fail", tr["mailFrom"].split("@")[-1] or "postmaster",
                           result, result, domain))
            arf.append("Auth-Failure: dmarc\nDelivery-Result: %s\nIdentity-Alignment: %s\n"
                       "DKIM-Domain: %s\nDKIM-Identity: @%s\n" % (
                           dres, "none" if r < 0.8 else "dkim, spf", domain, domain))
        else:
            arf.append("Incidents: 1\n")

        # One reporter sends headers only; none cuts bounces or abuse down to the headers.
        headers_only = kind == "fraud" and rng.random() < rep["headers_only"]
        if headers_only:
            ctype_lines, _, _ = body.partition("\n\n")
            last = "Content-Type: text/rfc822-headers\nContent-Disposition: inline\n\n%s%s\n" % (
                head, ctype_lines)
        else:
            last = "Content-Type: message/rfc822\nContent-Disposition: inline\n\n%s%s" % (head, body)
        note = ("This is an authentication failure report for an email message received from IP\n"
                "%s on %s.\nThe message below did not meet the policy of the domain %s.\n"
                "For more information about this format please see RFC 6591 and RFC 7489.\n" % (
                    src["ip"], rfc_date(t, *rep["zone"]), domain))
        if abuse:
            note = ("This is an email abuse report for an email message received from IP %s on %s.\n" % (
                src["ip"], rfc_date(t, *rep["zone"])))
        mail = multipart("report", self.boundary(),
                         ['Content-Type: text/plain; charset="US-ASCII"\nContent-Transfer-Encoding: 7bit\n\n' + note,
                          "Content-Type: message/feedback-report\n\n" + "".join(arf), last],
                         " report-type=feedback-report;\n\t")
        text = ("Return-Path: <noreply@%s>\nReceived: from out%d.%s (out.%s [198.18.0.%d])\n\tby "
                "ruf.collector.test (Postfix) with ESMTPS id %s\n\tfor <ruf@collector.test>; %s\n"
                "From: %s <noreply-dmarc@%s>\nTo: ruf@collector.test\nSubject: %s\nDate: %s\n"
                "Message-ID: %s\nMIME-Version: 1.0\n%s" % (
                    rep["domain"], rng.random() * 9, rep["domain"], rep["domain"], 1 + rng.random() * 250,
                    self.token(11).upper(), rfc_date(t + 40, *ZONES[0]), "DMARC Reporter", rep["domain"],
                    "FW: abuse" if abuse else "DMARC Failure Report for %s (source %s)" % (domain, src["ip"]),
                    rfc_date(t + 30, *ZONES[0]), mid, mail))
        truth = {
            "n": self.serial, "kind": kind, "campaign": camp["id"] if camp else None,
            "feedbackType": "abuse" if abuse else "auth-failure", "emailType": tr["emailType"],
            "subject": tr["subject"], "sourceIp": src["ip"], "sourceAsn": src["net"]["asn"],
            "countryCode": src["net"]["cc"], "sourceDomain": src["ptr"], "mailFrom": tr["mailFrom"],
            "rcptTo": rcpt, "from": tr["from"], "reportedDomain": domain, "deliveryResult": result,
            "arrivalDate": iso(t), "headersOnly": headers_only,
            "urls": [] if headers_only else tr["urls"],
            "attachments": [] if headers_only else
            [{k: a[k] for k in ("filename", "size", "md5", "sha256")} for a in tr["files"]],
            "messageId": mid}
        return text, truth


# --------------------------------------------------------------------------
# Zones
# --------------------------------------------------------------------------

def reverse4(addr):
    return ".".join(reversed(str(addr).split(".")))


def reverse6(addr):
    return ".".join(reversed(addr.exploded.replace(":", "")))


def write_zones(world, directory):
    """Zone files in master format, and nsd.conf listing them."""
    os.makedirs(directory, exist_ok=True)
    zones = {}

    def put(zone, name, rtype, value):
        zones.setdefault(zone, []).append("%s. %s %s\n" % (name, rtype, value))

    def rev(addr):
        return reverse4(addr) if addr.version == 4 else reverse6(addr)

    # Addresses: the sources and those of the URL hosts.
    addrs = {s["ip"]: (s["addr"], s["net"], s["ptr"], s["zen"]) for s in world.sources}
    for h in world.hosts.values():
        for ip in (h["a"], h["aaaa"]):
            if ip and ip not in addrs:
                addrs[ip] = (ipaddress.ip_address(ip), h["net"], "", False)
    for addr, net, ptr, zen in addrs.values():
        r = rev(addr)
        v4 = addr.version == 4
        if ptr:
            if v4:
                put(".".join(r.split(".")[2:]) + ".in-addr.arpa", r + ".in-addr.arpa", "PTR", ptr + ".")
            else:
                put("8.b.d.0.1.0.0.2.ip6.arpa", r + ".ip6.arpa", "PTR", ptr + ".")
            if int(addr) % 3:  # two in three names point back at their address
                put("test", ptr, "A" if v4 else "AAAA", str(addr))
        prefix = "%s/24" % ipaddress.ip_address(net["v4"]) if v4 else "%s/48" % ipaddress.ip_address(net["v6"])
        put("origin.asn.cymru.com" if v4 else "origin6.asn.cymru.com",
            "%s.origin%s.asn.cymru.com" % (r, "" if v4 else "6"), "TXT",
            '"%d | %s | %s | %s | %s"' % (net["asn"], prefix, net["cc"], net["rir"], net["date"]))
        put("abuse-contacts.abusix.zone", r + ".abuse-contacts.abusix.zone", "TXT", '"%s"' % net["abuse"])
        if zen:
            put("zen.spamhaus.org", r + ".zen.spamhaus.org", "A", "127.0.0.%d" % (2 if v4 else 4))
    for net in world.asns:
        put("asn.cymru.com", "AS%d.asn.cymru.com" % net["asn"], "TXT", '"%d | %s | %s | %s | %s, %s"' % (
            net["asn"], net["cc"], net["rir"], net["date"], net["name"], net["cc"]))
    dbl = set()
    for name, h in world.hosts.items():
        put("test", name, "A", h["a"])
        if h["aaaa"]:
            put("test", name, "AAAA", h["aaaa"])
        if h["listed"]:  # DBL knows the host and its registrable domain, SURBL the domain alone
            base = ".".join(name.split(".")[-2:])
            for listed in sorted({name, base} - dbl):
                put("dbl.spamhaus.org", listed + ".dbl.spamhaus.org", "A", "127.0.1.2")
            if base not in dbl:
                put("multi.surbl.org", base + ".multi.surbl.org", "A", "127.0.0.64")
            dbl |= {name, base}

    with open(os.path.join(directory, "nsd.conf"), "w") as conf:
        for zone in sorted(zones):
            with open(os.path.join(directory, zone + ".zone"), "w") as f:
                f.write("$ORIGIN %s.\n$TTL 300\n@ SOA ns.localhost. root.localhost. 1 3600 600 86400 60\n"
                        "@ NS ns.localhost.\n" % zone)
                f.writelines(zones[zone])
            conf.write('zone:\n  name: "%s"\n  zonefile: "%s"\n' % (
                zone, os.path.join(os.path.abspath(directory), zone + ".zone")))
    return {z: len(v) for z, v in zones.items()}


def write_networks(world, path):
    """The same networks as a CSV of local knowledge: prefix, asn, name, country, abuse."""
    with open(path, "w", encoding="utf-8") as out:
        out.write("prefix,asn,name,country,abuse\n")
        for net in world.asns:
            for prefix in ("%s/24" % ipaddress.ip_address(net["v4"]), "%s/48" % ipaddress.ip_address(net["v6"])):
                out.write("%s,%d,%s,%s,%s\n" % (prefix, net["asn"], net["name"], net["cc"], net["abuse"]))


# --------------------------------------------------------------------------

def parse_end(text):
    if text == "now":
        return time.time()
    d = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    if d.tzinfo is None:
        d = d.replace(tzinfo=UTC)
    return d.timestamp()


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("-n", "--count", type=int, default=1000, help="number of reports")
    p.add_argument("--seed", default="1")
    p.add_argument("--days", type=float, default=7, help="the reports arrive over this many days ...")
    p.add_argument("--end", default="2026-01-31T00:00:00Z", help="... up to this time (UTC; or 'now')")
    p.add_argument("--asns", type=int, default=400)
    p.add_argument("--ips", type=int, default=4000, help="number of source addresses")
    p.add_argument("--campaigns", type=int, default=48)
    p.add_argument("--crlf", action="store_true", help="lines end in CRLF (as IMAP gives them)")
    p.add_argument("--maildir")
    p.add_argument("--mbox")
    p.add_argument("--dir")
    p.add_argument("--truth")
    p.add_argument("--zones")
    p.add_argument("--networks")
    p.add_argument("-q", "--quiet", action="store_true")
    a = p.parse_args()

    end = int(parse_end(a.end))
    start = int(end - a.days * 86400)
    world = World(a.seed, a.asns, a.ips, a.campaigns, start, end)
    if a.zones:
        counts = write_zones(world, a.zones)
        if not a.quiet:
            print("zones: %d records in %d zones" % (sum(counts.values()), len(counts)), file=sys.stderr)

    if a.networks:
        write_networks(world, a.networks)

    rng = random.Random("reports-%s" % a.seed)
    plan = make_plan(world, rng, a.count)
    maker = Maker(world, rng)
    if a.maildir:
        for sub in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(a.maildir, sub), exist_ok=True)
    if a.dir:
        os.makedirs(a.dir, exist_ok=True)
    mbox = open(a.mbox, "wb") if a.mbox else None
    truth_file = open(a.truth, "w", encoding="utf-8") if a.truth else None
    from_line = re.compile(rb"^(>*From )", re.M)

    t0 = time.perf_counter()
    total = 0
    for t, kind, camp in plan:
        text, truth = maker.report(t, kind, camp)
        data = text.encode("latin-1")
        if a.crlf:
            data = data.replace(b"\n", b"\r\n")
        total += len(data)
        n = truth["n"]
        if a.dir:
            with open(os.path.join(a.dir, "%06d.eml" % n), "wb") as f:
                f.write(data)
        if a.maildir:
            # Unique and in order of arrival.
            with open(os.path.join(a.maildir, "new", "%d.M%06dP1.gen" % (int(t), n % 1000000)), "wb") as f:
                f.write(data)
        if mbox:
            g = time.gmtime(int(t))
            mbox.write(b"From noreply@collector.test %s\n" % time.asctime(g).encode())
            mbox.write(from_line.sub(rb">\1", data))
            mbox.write(b"\n")
        if truth_file:
            truth_file.write(json.dumps(truth, ensure_ascii=False, separators=(",", ":")) + "\n")
    dt = time.perf_counter() - t0
    for f in (mbox, truth_file):
        if f:
            f.close()
    if not a.quiet:
        print("%d reports, %.1f MB, %.0f reports/s" % (a.count, total / 1e6, a.count / dt if dt else 0),
              file=sys.stderr)


if __name__ == "__main__":
    main()
