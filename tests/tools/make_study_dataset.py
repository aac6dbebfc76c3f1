#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Deterministic generator of a synthetic raw dataset for the DMARC reporting study.

The study (CoNEXT'24, "Stress Testing the DMARC Reporting System") sends 16 test
mails to each of 25 e-mail service providers (ESP) and to one control domain, then
reads four raw sources.  This program writes synthetic stand-ins for them:

    OUT/datasets/Rspamd/logs.json              rspamd history, one JSON object a line
    OUT/datasets/DNS/query.log                 BIND 9 query log
    OUT/datasets/EmailReceived/LABEL/*.eml     the mails as found in the ESP mailboxes
    OUT/datasets/ReportReceived/USER@DOMAIN/*  the DMARC report mails received

and the truth that goes with them:

    OUT/expected.json        features F1..F8 of each provider (two semantics) and
                             every intermediate table
    OUT/expected_table.tex   the LaTeX table of the paper-compatible semantics, and
                             expected_table_correct.tex that of the other one
    OUT/study-config.json    what a general tool has to be told about the study
    OUT/manifest.json        the order in which the files are to be listed, to get
                             the same row order as the published outputs

Nothing here comes from real traffic: only booleans, names and identifiers that are
printed in the published notebook are reproduced; everything else is made up.
Addresses are documentation addresses (RFC 5737, RFC 3849).

Two semantics are evaluated, from the generated facts and not by the notebook:
  paper    what the published notebook computes, oddities included;
  correct  what its README defines (per provider *and* per policy domain).

Same arguments, same bytes (for one zlib version).  Python 3.8+, standard library.
"""

import argparse
import base64
import gzip
import hashlib
import io
import json
import os
import random
import shutil
import sys
import textwrap
import zipfile
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Dict, Iterable, List, Optional, Tuple
from xml.sax.saxutils import escape

# --------------------------------------------------------------------------
# 1. Facts of the study
# --------------------------------------------------------------------------

S1, S2, S3, S4 = ("email-sender-%d.example" % n for n in (1, 2, 3, 4))
CONTROL = "control-domain.example"
INVALID = "email-recevier-invalid-edv.example"        # sic: spelt so in the study
OVERWRITE = "email-receiver-overwrite.example"
REDIRECT = "redirectionRUA@" + OVERWRITE
CONTROL_LABEL = "control-domainexample"
ANON = "anonymized_user"

# The mailbox domain that the "rua" of each sender domain points to.
MAILBOX_OF = {S1: S1, S2: CONTROL, S3: INVALID, S4: OVERWRITE}
FOLDERS = [INVALID, S1, CONTROL, OVERWRITE]           # listing order of the notebook

FEATURES = ["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8"]

# label, display name, SPF_txt SPF_exist DKIM_txt DMARC_txt EDV_process, methods
# found in the headers that the provider adds.  In the order of the notebook's list.
ESP_TABLE = """
163com                163.com         1 0 1 1 0  spf dkim
inboxlv               inbox.lv        1 1 1 1 0  dmarc spf dkim
control-domainexample -               1 1 1 1 0  dkim spf dmarc
rediffcom             rediff.com      1 1 1 1 0  dmarc spf dkim
gmailcom              gmail.com       1 1 1 1 0  dkim spf dmarc
outlookcom            outlook.com     1 1 1 1 0  spf dkim dmarc
tutanotacom           tutanota.com    1 1 1 1 0  dmarc dkim
fastmailcom           fastmail.com    1 1 1 1 1  x-csa x-me-sender x-ptr bimi arc dkim dmarc iprev spf
mailcom               mail.com        1 1 1 1 0  dkim
heycom                hey.com         1 1 1 1 0  dmarc dkim spf
gmxnet                gmx.net         1 1 1 1 0  dkim
yahoocom              yahoo.com       1 1 1 1 1  dkim spf dmarc
oppl                  op.pl           1 1 1 1 1  bimi dkim dmarc iprev spf x-ptr x-tls
mailfencecom          mailfence.com   1 1 1 1 0
protonmailcom         protonmail.com  1 1 1 1 0  dmarc spf arc dkim
interiapl             interia.pl      1 1 1 1 0
kolabnowcom           kolabnow.com    1 1 1 0 0  dkim
freemailhu            freemail.hu     0 0 0 0 0
seznamcz              seznam.cz       1 1 1 1 0
yandexcom             yandex.com      1 0 1 1 0  spf dkim
orangefr              orange.fr       1 1 1 1 0  arc dkim
lapostenet            laposte.net     1 1 1 1 1  spf dkim dmarc bimi arc
navercom              naver.com       1 1 1 1 0  spf dkim dmarc
zohomaileu            zohomail.eu     1 1 1 1 0  dkim spf dmarc
mailru                mail.ru         1 1 1 1 1  spf dkim dmarc
sapopt                sapo.pt         1 1 1 1 0
"""

# The order in which the mails were sent (rspamd logs newest first, so reversed there).
SEND_ORDER = """mailru fastmailcom gmailcom navercom outlookcom gmxnet tutanotacom
control-domainexample 163com freemailhu heycom inboxlv interiapl kolabnowcom lapostenet
mailcom mailfencecom oppl orangefr protonmailcom rediffcom sapopt seznamcz yahoocom
yandexcom zohomaileu""".split()

# The order in which the notebook happened to list the mailboxes.
INBOX_ORDER = """lapostenet tutanotacom mailcom rediffcom heycom gmxnet mailfencecom orangefr
freemailhu kolabnowcom gmailcom yandexcom navercom sapopt seznamcz inboxlv oppl outlookcom
mailru control-domainexample protonmailcom yahoocom zohomaileu 163com fastmailcom
interiapl""".split()

SAMPLE_LABELS = "fastmailcom gmailcom outlookcom yahoocom 163com mailfencecom".split()

# The report mails of the published output: mailbox, policy domain, submitter,
# report identifier, To.  An empty To stands for the anonymized user of the mailbox.
REPORT_TABLE = """
I seznamcz.3               seznam.cz              szn_seznamcz.email-sender-3.example-2023-09-25
I control-domainexample.3  google.com             12320246433988280711
I gmailcom.3               google.com             13365075012726356696
I outlookcom.3             protection.outlook.com 6cf08044894b4373817d086a63a527b8
I yahoocom.2               yahoo.com              <1695691562.122520>            rua@control-domain.example
1 outlookcom.1             protection.outlook.com 99c8f8ef55e648718924195f0f2f3b41 rua@outlookcom.email-sender-1.example
1 gmailcom.1               google.com             10338441280247014226           rua@gmailcom.email-sender-1.example
1 seznamcz.1               seznam.cz              szn_seznamcz.email-sender-1.example-2023-09-25 rua@seznamcz.email-sender-1.example
1 fastmailcom.1            fastmail.com           2023.09.25.983356728           rua@fastmailcom.email-sender-1.example
1 mailru.1                 mail.ru                17381045686284013781695600000  rua@mailru.email-sender-1.example
1 yahoocom.1               yahoo.com              <1695690607.2868>              rua@yahoocom.email-sender-1.example
C gmailcom.2               google.com             6614913895802182513            rua@control-domain.example
C yahoocom.2               yahoo.com              <1695691562.122520>            rua@control-domain.example
C fastmailcom.2            fastmail.com           2023.09.25.983376056           rua@control-domain.example
C seznamcz.2               seznam.cz              szn_seznamcz.email-sender-2.example-2023-09-25 rua@control-domain.example
C mailru.2                 mail.ru                38065469610694679941695600000  rua@control-domain.example
C .2                       yahoo.com              <1695689876.500509>            wrongRUA@control-domain.example
C outlookcom.2             protection.outlook.com 895073515d74482b9c17cac4965c237f rua@control-domain.example
C gmailcom.2               google.com             6614913895802182513            rua@control-domain.example
O fastmailcom.4            fastmail.com           2023.09.25.983376368           redirectionRUA@email-receiver-overwrite.example
O seznamcz.4               seznam.cz              szn_seznamcz.email-sender-4.example-2023-09-25 rua@email-receiver-overwrite.example
O gmailcom.4               google.com             10327855485683399229           rua@email-receiver-overwrite.example
O outlookcom.4             protection.outlook.com 763af27c9fee45ea8419779f7242d342 rua@email-receiver-overwrite.example
O yahoocom.4               yahoo.com              <1695692135.724103>            rua@email-receiver-overwrite.example
O mailru.4                 mail.ru                17258992469127586741695600000  rua@email-receiver-overwrite.example
"""

# A submitter that is not the provider's own name.
SUBMITTER_ALIAS = {"protection.outlook.com": "outlook.com", "google.com": "gmail.com"}

# The five newest test mails, as printed: time in 1/100 s, random part, duration, size.
NEWEST = [
    ("zohomaileu", 169565240353, 10350902303625113444, 0.067680, 2051),
    ("yandexcom", 169565240294, 4884400885574083640, 0.119373, 1814),
    ("yahoocom", 169565240223, 11347189817033946450, 0.081694, 2342),
    ("seznamcz", 169565240171, 12718450990756192606, 0.073125, 1915),
    ("sapopt", 169565240111, 12802847786866253162, 0.064959, 1745),
]
SUBMIT_IP = "2001:660:5301:24:2be:43ff:fe2b:1978"     # printed in the notebook
MTA_IP4, MTA_IP6 = "192.0.2.25", "2001:db8:25::25"    # the sending mail server
DNS_SERVERS = ["192.0.2.53", "2001:db8:53::53"]
REPORT_DAY = 1695600000                               # 2023-09-25 00:00 UTC
LOCAL_OFFSET = 2 * 3600                               # the name server logs CEST
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()

# What the notebook ignores among the log lines that its pattern does not match.
IGNORED_NAMES = ["hostname.bind", "version.bind", "id.server", "www.stage"]


# --------------------------------------------------------------------------
# 2. The world: what the generated files say
# --------------------------------------------------------------------------

@dataclass
class Esp:
    """One provider: what its resolvers ask and what its headers show."""
    label: str
    name: str                       # "" for the control domain
    dns: Dict[str, bool]
    methods: Optional[List[str]]    # None: no mailbox folder at all
    late: bool = False              # the first mail lacks the dmarc result

DNS_COLUMNS = ["SPF_txt", "SPF_exist", "DKIM_txt", "DMARC_txt", "EDV_process"]


@dataclass
class Report:
    """One report mail."""
    folder: str                     # mailbox domain
    domain: str                     # policy domain that the report is about
    submitter: str
    report_id: str                  # as written in the subject, <> included
    to: str
    kind: str = "rua"               # or "ruf"
    path: str = ""
    arrival: int = 0

    @property
    def esp_name(self) -> str:
        return SUBMITTER_ALIAS.get(self.submitter, self.submitter)

    @property
    def local_part(self) -> str:
        return self.to.split("@")[0]


@dataclass
class Mail:
    """One test mail."""
    esp: Esp
    domain: str
    spf: bool
    dkim: bool
    centis: int                     # sending time, 1/100 s
    unique: int
    time_real: float
    size: int

    @property
    def local(self) -> str:
        return "goodrua" if self.spf else "badrua"

    @property
    def selector(self) -> str:
        return "dkim" if self.dkim else "dkimfalse"

    @property
    def host(self) -> str:
        return "%s.%s" % (self.esp.label, self.domain)

    @property
    def sender(self) -> str:
        return "%s@%s" % (self.local, self.host)

    @property
    def rcpt(self) -> str:
        if self.esp.label == CONTROL_LABEL:
            return "testESP@" + CONTROL
        return "%s@%s" % (ANON, self.esp.name)

    @property
    def message_id(self) -> str:
        return "%d.19703.%d@%s" % (self.centis, self.unique, self.host)

    @property
    def unix_time(self) -> int:
        return (self.centis + 48) // 100


@dataclass
class World:
    esps: List[Esp]
    reports: List[Report]
    mails: List[Mail] = field(default_factory=list)
    oddities: List[str] = field(default_factory=list)

    def providers(self) -> List[Esp]:
        """The providers of the table, in its order."""
        return sorted((e for e in self.esps if e.name), key=lambda e: e.name)

    def by_label(self) -> Dict[str, Esp]:
        return {e.label: e for e in self.esps}


def rng_for(*parts) -> random.Random:
    """An independent generator for each part of the dataset."""
    return random.Random(":".join(str(p) for p in parts))


def base_world(labels: Optional[List[str]] = None) -> World:
    """The published facts, whole or cut down to some providers (control domain kept)."""
    esps = []
    for line in ESP_TABLE.split("\n"):
        word = line.split()
        if not word or (labels and word[0] not in labels + [CONTROL_LABEL]):
            continue
        dns = {c: w == "1" for c, w in zip(DNS_COLUMNS, word[2:7])}
        esps.append(Esp(word[0], "" if word[1] == "-" else word[1], dns, word[7:]))
    kept = {e.label for e in esps}
    names = {e.name for e in esps}
    reports = []
    folder = {"I": INVALID, "1": S1, "C": CONTROL, "O": OVERWRITE}
    for line in REPORT_TABLE.split("\n"):
        word = line.split()
        if not word:
            continue
        label, _, number = word[1].rpartition(".")
        domain = "email-sender-%s.example" % number
        rep = Report(folder[word[0]], label + "." + domain if label else domain, word[2], word[3],
                     word[4] if len(word) > 4 else "%s@%s" % (ANON, folder[word[0]]))
        if rep.esp_name in names and (not label or label in kept):
            reports.append(rep)
    return World(esps, reports)


def mutated_world(world: World, seed: str) -> World:
    """Flip facts at random; reports are made again from the flipped features.

    Some oddities of the kinds that the published data have are added too: then the two
    semantics differ, and "oddities" in expected.json says why.
    """
    rng = rng_for("mutate", seed)
    esps, reports, oddities = [], [], []
    for old in world.esps:
        if not old.name:
            esps.append(old)
            continue
        dns = {c: v != (rng.random() < 0.2) for c, v in old.dns.items()}
        methods: Optional[List[str]] = list(old.methods or [])
        for method, chance in (("dmarc", 0.25), ("spf", 0.1), ("dkim", 0.1)):
            if rng.random() < chance:
                if old.label == "outlookcom":
                    methods = []          # all or nothing: see header_lines()
                elif method in methods:
                    methods.remove(method)
                else:
                    methods.append(method)
        if rng.random() < 0.06:
            methods = None
        late = bool(methods and "dmarc" in methods and old.label != "outlookcom"
                    and rng.random() < 0.08)
        if late:
            oddities.append("%s: no dmarc result in the first mail, one in the others" % old.name)
        esps.append(replace(old, dns=dns, methods=methods, late=late))

        sent = {r.domain.split(".")[-2] for r in world.reports if r.esp_name == old.name}
        sends = ("email-sender-1" in sent) != (rng.random() < 0.15)
        submitter = next((s for s, n in SUBMITTER_ALIAS.items() if n == old.name), old.name)

        def add(folder, domain, to, kind="rua", org=False):
            rid = {"seznam.cz": "szn_%s.%s-2023-09-25" % (old.label, domain),
                   "yahoo.com": "<%d.%d>" % (REPORT_DAY + 90000 + rng.randrange(2000),
                                             rng.randrange(1000, 999999)),
                   "protection.outlook.com": "%032x" % rng.getrandbits(128),
                   "fastmail.com": "2023.09.25.%d" % rng.randrange(983300000, 983400000),
                   }.get(submitter, str(rng.getrandbits(63)))
            host = domain if org else "%s.%s" % (old.label, domain)
            reports.append(Report(folder, host, submitter, rid, to, kind))

        if rng.random() < 0.12:
            add(S1, S1, "ruf@%s.%s" % (old.label, S1), "ruf")
        if not sends:
            if rng.random() < 0.15:
                add(CONTROL, S2, "rua@" + CONTROL)
                oddities.append("%s: reports about %s only" % (old.name, S2))
            continue
        add(S1, S1, "rua@%s.%s" % (old.label, S1))
        if rng.random() < 0.8:
            add(CONTROL, S2, "rua@" + CONTROL)
        if rng.random() < 0.5:
            add(INVALID, S3, "%s@%s" % (ANON, INVALID))
        elif rng.random() < 0.3:
            add(INVALID, S2, "rua@" + CONTROL)
            oddities.append("%s: report about %s filed in the mailbox of %s"
                            % (old.name, S2, INVALID))
        kind = rng.random()
        if kind < 0.85:
            add(OVERWRITE, S4, REDIRECT if kind < 0.4 else "rua@" + OVERWRITE)
        if kind < 0.08:
            add(OVERWRITE, S4, "rua@" + OVERWRITE)
            oddities.append("%s: report sent to both addresses of %s" % (old.name, OVERWRITE))
        if rng.random() < 0.15:
            add(CONTROL, S2, "wrongRUA@" + CONTROL, org=True)
        if rng.random() < 0.15:
            reports.append(replace(reports[-1]))
            oddities.append("%s: the same report twice" % old.name)
    rng.shuffle(reports)
    reports.sort(key=lambda r: FOLDERS.index(r.folder))
    return World(esps, reports, oddities=oddities)


def plan_mails(world: World, seed: str) -> None:
    """The 16 mails of each provider, oldest first, with their sending times."""
    rng = rng_for("mails", seed)
    present = world.by_label()
    order = [present[l] for l in SEND_ORDER if l in present]
    known = {k[0]: k[1:] for k in NEWEST}
    batches = [(d, s, k) for s, k in ((True, True), (True, False), (False, True), (False, False))
               for d in (S1, S2, S4, S3)]
    newest_first: List[Mail] = []
    clock = NEWEST[0][1] + 60
    for batch in reversed(batches):
        for esp in reversed(order):
            clock -= rng.randrange(52, 66)
            made = (clock, rng.getrandbits(64), rng.randrange(55000, 140000) / 1e6,
                    rng.randrange(1650, 2400))
            if batch == batches[-1] and esp.label in known:
                made = known[esp.label]
                clock = made[0]
            newest_first.append(Mail(esp, *batch, *made))
        clock -= rng.randrange(2000, 4000)                    # a pause between batches
    world.mails = newest_first[::-1]


# --------------------------------------------------------------------------
# 3. The two semantics
# --------------------------------------------------------------------------

def unique(items: Iterable[str]) -> List[str]:
    return list(dict.fromkeys(items))


def report_lists(world: World) -> Dict[str, List[str]]:
    """The five lists that the notebook prints: submitters, by mailbox and address only."""
    rs = world.reports
    return {
        "esp_sending_rua": unique(r.esp_name for r in rs
                                  if r.folder == S1 and r.local_part == "rua"),
        "esp_sending_ruf": unique(r.esp_name for r in rs
                                  if r.folder == S1 and r.local_part == "ruf"),
        "esp_sending_rua_edv_succeed": unique(r.esp_name for r in rs if r.folder == CONTROL),
        "esp_sending_rua_edv_failed": unique(r.esp_name for r in rs if r.folder == INVALID),
        "edv_rewritting_rua": unique(r.esp_name for r in rs
                                     if r.folder == OVERWRITE and r.to == REDIRECT),
    }


def first_methods(e: Esp) -> List[str]:
    """The methods in the first mail listed: the notebook looks no further."""
    return [m for m in e.methods or [] if not (e.late and m == "dmarc")]


def paper_features(world: World) -> Dict[str, Dict[str, Optional[bool]]]:
    """What the notebook computes.  F6 never looks at the control mailbox: it repeats F3."""
    lists = report_lists(world)
    out = {}
    for e in world.providers():
        rua = e.name in lists["esp_sending_rua"]
        out[e.name] = {
            "label": e.label,
            "F1": e.dns["DMARC_txt"],
            "F2": None if e.methods is None else "dmarc" in first_methods(e),
            "F3": rua,
            "F4": e.name in lists["esp_sending_ruf"],
            "F5": e.dns["EDV_process"],
            "F6": True if rua else None,
            "F7": e.name not in lists["esp_sending_rua_edv_failed"] if rua else None,
            "F8": e.name in lists["edv_rewritting_rua"] if rua else None,
        }
    return out


def correct_features(world: World) -> Dict[str, Dict[str, Optional[bool]]]:
    """What the README defines: reports count for the provider in their policy domain."""
    out = {}
    for e in world.providers():
        def got(sender, local=None, to=None):
            return any(r.domain == "%s.%s" % (e.label, sender) and r.folder == MAILBOX_OF[sender]
                       and r.esp_name == e.name
                       and (local is None or r.local_part == local)
                       and (to is None or r.to == to) for r in world.reports)
        rua = got(S1, "rua")
        redirected, original = got(S4, to=REDIRECT), got(S4, local="rua")
        out[e.name] = {
            "label": e.label,
            "F1": e.dns["DMARC_txt"],
            "F2": None if e.methods is None else "dmarc" in e.methods,
            "F3": rua,
            "F4": got(S1, "ruf"),
            "F5": e.dns["EDV_process"],
            "F6": got(S2, "rua") if rua else None,
            "F7": not got(S3) if rua else None,
            "F8": (redirected and not original) if rua and (redirected or original) else None,
        }
    return out


def latex_table(features: Dict[str, Dict[str, Optional[bool]]]) -> str:
    """The table as the notebook prints it: one column a provider, one row a feature."""
    rows = [("DMARC_{record}", "F1"), ("DMARC_{header}", "F2"), ("DMARC_{rua}", "F3"),
            ("DMARC_{ruf}", "F4"), ("EDV_{query}", "F5"), ("EDV_{control}", "F6"),
            ("EDV_{failure}", "F7"), ("EDV_{overwrite}", "F8")]
    yes, no = r"{\color{green}\ding{51}}", r"{\color{red}\ding{55}}"
    cell = {True: yes, False: no, None: "-"}
    names = list(features)
    tex = ["", "%Mandatory LaTeX package : "]
    tex += ["%%\\usepackage{%s}" % p
            for p in "color rotating array pifont multirow booktabs".split()]
    tex += ["", "", "% Python Script start here", "", r"\begin{table*}[h!]", r"  \centering ",
            r"    \caption{Results of ESP testing that show their adherence to specifications."
            r"  \\  %s did not use or respect the feature, %s respects the feature,"
            r" - feature cannot be evaluated }" % (no, yes),
            r"    \label{tab:esp} ", r"    \scriptsize", "  ", r"    \setlength{\tabcolsep}{7pt}",
            r"\begin{tabular}{l|%s}" % "|".join(["b{0.1cm}"] * len(names)), "",
            "Features &" + " &".join(r" \begin{turn}{90}%s\end{turn} " % n for n in names)
            + r" \\ \specialrule{1pt}{0pt}{0pt}  "]
    for text, feature in rows:
        tex.append(" $F_{%s}$ : $%s$ &" % (feature[1], text)
                   + " &".join(" " + cell[features[n][feature]] for n in names) + r"  \\[1ex] ")
        if feature in ("F1", "F2", "F4"):
            tex.append(r"\specialrule{0.5pt}{0pt}{0pt}  ")
    tex += ["", r"\specialrule{1pt}{0pt}{0pt} ", r"\end{tabular}", "", r"\end{table*}",
            "% Python script end here", "", ""]
    return "\n".join(tex)


# --------------------------------------------------------------------------
# 4. rspamd history
# --------------------------------------------------------------------------

def symbol(score: float = 0, options: Optional[List[str]] = None, metric: float = None) -> dict:
    out = {"metric_score": score if metric is None else metric, "score": score}
    if options is not None:
        out["options"] = options
    return out


def rspamd_test_mail(mail: Mail) -> dict:
    """The history row of an outbound test mail."""
    return {
        "unix_time": mail.unix_time,
        "message-id": mail.message_id,
        "time_real": mail.time_real,
        "sender_smtp": mail.sender,
        "sender_mime": mail.sender,
        "rcpt_smtp": [mail.rcpt],
        "rcpt_mime": [mail.rcpt],
        "action": "no action",
        "ip": SUBMIT_IP,
        "symbols": {
            "TO_MATCH_ENVRCPT_ALL": symbol(),
            "FROM_EQ_ENVFROM": symbol(),
            "RCPT_COUNT_ONE": symbol(0, ["1"]),
            "MIME_GOOD": symbol(-0.1, ["text/plain"]),
            "RCVD_COUNT_ZERO": symbol(0, ["0"]),
            "TO_DN_NONE": symbol(),
            "ASN": symbol(0, ["asn:2200, ipnet:2001:660::/32, country:FR"]),
            "DKIM_SIGNED": symbol(0, ["%s:s=%s" % (mail.host, mail.selector)]),
            "MID_RHS_MATCH_FROM": symbol(),
        },
        "subject": subject_of(mail),
        "score": -0.1,
        "user": "%s@%s" % (ANON, mail.domain),
        "size": mail.size,
        "is_skipped": False,
        "required_score": 15,
    }


def rspamd_other(when: int, sender: str, mime: str, rcpt: str, subject: str,
                 rng: random.Random, user: str = "unknown", ip: str = "198.51.100.7") -> dict:
    """The history row of any other mail (reports, bounces, mails of the operators)."""
    ident = "%032x" % rng.getrandbits(128)
    return {
        "unix_time": when,
        "message-id": "%s@%s" % (ident[:20], (mime.split("@")[-1] or "localhost")),
        "time_real": rng.randrange(90000, 900000) / 1e6,
        "sender_smtp": sender,
        "sender_mime": mime,
        "rcpt_smtp": [rcpt],
        "rcpt_mime": [rcpt],
        "action": rng.choice(["no action", "no action", "greylist", "add header"]),
        "ip": ip,
        "symbols": {
            "DMARC_POLICY_ALLOW": symbol(-0.5, ["%s,none" % mime.split("@")[-1]]),
            "R_SPF_ALLOW": symbol(-0.2, ["+ip4:198.51.100.0/24"]),
            "R_DKIM_ALLOW": symbol(-0.2, ["%s:s=s2048" % mime.split("@")[-1]]),
            "HAS_ATTACHMENT": symbol(),
        },
        "subject": subject,
        "score": round(rng.uniform(-4, 6), 2),
        "user": user,
        "size": rng.randrange(2500, 9000),
        "is_skipped": False,
        "required_score": 15,
    }


def write_rspamd(path: str, world: World, seed: str) -> Dict[str, int]:
    """Newest first: 12 received reports, then the test mails and a few other mails."""
    rng = rng_for("rspamd", seed)
    rows = []
    first = sorted(world.reports, key=lambda r: r.arrival)[:12]
    for r in reversed(first):
        who = report_from(r).split("<")[-1].strip(">")
        rows.append(rspamd_other(r.arrival, who, who, r.to, report_subject(r)[0], rng))
    while len(rows) < 12:
        rows.append(rspamd_other(REPORT_DAY + 60000 - len(rows), "",
                                 "MAILER-DAEMON@mail." + CONTROL, "%s@%s" % (ANON, CONTROL),
                                 "Undelivered Mail Returned to Sender", rng))
    other = 12
    for number, mail in enumerate(reversed(world.mails)):
        rows.append(rspamd_test_mail(mail))
        if number >= len(world.esps) and rng.random() < 0.02:
            # Never in the newest batch: its row numbers are printed in the notebook.
            rows.append(rspamd_other(mail.unix_time, "", "MAILER-DAEMON@mail." + mail.domain,
                                     mail.sender, "Delivery delayed: Délai dépassé", rng))
            other += 1
    for n in range(8):
        rows.append(rspamd_other(rows[-1]["unix_time"] - rng.randrange(60, 4000),
                                 "%s@%s" % (ANON, CONTROL), "%s@%s" % (ANON, CONTROL),
                                 "%s@%s" % (ANON, rng.choice([S1, S2, S3, S4])),
                                 "Configuration test %d" % n, rng, user="%s@%s" % (ANON, CONTROL)))
        other += 1
    with open(path, "w", encoding="utf-8", newline="\n") as fp:
        for row in rows:
            fp.write(json.dumps(row, ensure_ascii=True) + "\n")
    return {"rspamd_lines": len(rows), "rspamd_test_mails": len(world.mails)}


# --------------------------------------------------------------------------
# 5. DNS query log
# --------------------------------------------------------------------------

class Clock:
    """Formats times as BIND does; the part up to the second is cached."""

    def __init__(self) -> None:
        self.second, self.text = -1, ""

    def __call__(self, millis: int) -> str:
        second, ms = divmod(millis, 1000)
        if second != self.second:
            days, rest = divmod(second + LOCAL_OFFSET, 86400)
            year, month, day = civil_date(days)
            self.second = second
            self.text = "%02d-%s-%d %02d:%02d:%02d." % (
                day, MONTHS[month - 1], year, rest // 3600, rest // 60 % 60, rest % 60)
        return self.text + "%03d" % ms


def civil_date(days: int) -> Tuple[int, int, int]:
    """Year, month, day of a number of days since 1970-01-01."""
    days += 719468
    era, doe = divmod(days, 146097)
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    return yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) // 5 + 1


def mixed_case(name: str, rng: random.Random) -> str:
    """DNS 0x20: letters in random case."""
    return "".join(c.upper() if rng.random() < 0.5 else c for c in name)


def targets(labels: Iterable[str]) -> Dict[str, Tuple[str, str, Optional[str]]]:
    """The names that decide the DNS columns: name -> (label, column, needed type)."""
    out = {}
    for l in labels:
        out["%s.%s" % (l, S1)] = (l, "SPF_txt", "TXT")
        out["goodrua._spf.%s.%s" % (l, S1)] = (l, "SPF_exist", None)
        out["dkim._domainkey.%s.%s" % (l, S1)] = (l, "DKIM_txt", "TXT")
        out["_dmarc.%s.%s" % (l, S1)] = (l, "DMARC_txt", "TXT")
        out["%s.%s._report._dmarc.%s" % (l, S4, OVERWRITE)] = (l, "EDV_process", None)
    return out


MIXED_CASE_ALWAYS = {"gmailcom", "protonmailcom"}
MIXED_CASE_OFTEN = {"outlookcom", "tutanotacom", "heycom", "163com"}


def resolvers(index: int) -> List[str]:
    """The resolvers of one provider: documentation addresses, IPv4 and IPv6."""
    base = index * 8
    return (["203.0.113.%d" % (base + i) for i in range(1, 5)]
            + ["2001:db8:%x::%x" % (0x100 + index, 0x53 + i) for i in range(3)])


def provider_queries(world: World, seed: str) -> List[Tuple[int, str, str, str, str]]:
    """(time ms, client, name, class, type) of what the providers ask."""
    rng = rng_for("dns", seed)
    out = []
    edv_zone = {S2: CONTROL, S3: INVALID, S4: OVERWRITE}
    index = {e.label: i for i, e in enumerate(world.esps)}

    def ask(label, when, name, kind, copies=None):
        """One question, repeated by some of the provider's resolvers."""
        for _ in range(copies or rng.choice([1, 1, 2, 3])):
            shown = name
            if label in MIXED_CASE_ALWAYS or (label in MIXED_CASE_OFTEN and rng.random() < 0.5):
                shown = mixed_case(name, rng)
            out.append((when + rng.randrange(0, 900), rng.choice(resolvers(index[label])),
                        shown, "IN", kind))

    for mail in world.mails:
        label, dns, host = mail.esp.label, mail.esp.dns, mail.host
        when = mail.centis * 10 + rng.randrange(600, 4000)
        if dns["SPF_txt"]:
            ask(label, when, host, "TXT")
        if dns["SPF_exist"]:
            ask(label, when + 60, "%s._spf.%s" % (mail.local, host), "A")
        elif dns["SPF_txt"] and rng.random() < 0.5:
            # The macro of "exists:%{l}._spf..." is not expanded: not the awaited name.
            ask(label, when + 60, "%%{l}._spf.%s" % host, "A", 1)
        if dns["DKIM_txt"]:
            ask(label, when + 90, "%s._domainkey.%s" % (mail.selector, host), "TXT")
        if dns["DMARC_txt"]:
            ask(label, when + 120, "_dmarc.%s" % host, "TXT")
        # Sender checks that say nothing about the features.
        for kind, chance in (("MX", 0.4), ("A", 0.4), ("AAAA", 0.3), ("NS", 0.1)):
            if rng.random() < chance:
                ask(label, when + 20, host, kind, 1)
        if rng.random() < 0.2:                                # QNAME minimisation
            ask(label, when + 10, "_domainkey.%s" % host, rng.choice(["NS", "A"]), 1)
        if rng.random() < 0.1:
            ask(label, when + 10, mail.domain, rng.choice(["NS", "DNSKEY", "SOA", "DS"]), 1)
        if mail.domain in edv_zone and dns["EDV_process"] and rng.random() < 0.6:
            ask(label, when + 200, "%s._report._dmarc.%s" % (host, edv_zone[mail.domain]), "TXT")

    # One certain question for each true column, near the time of the reports; and for
    # each false one, questions that look alike but must not count.
    for e in world.esps:
        when = (REPORT_DAY + 93600 + rng.randrange(0, 3600)) * 1000
        for name, (label, column, kind) in targets([e.label]).items():
            if e.dns[column]:
                ask(label, when, name, kind or ("TXT" if column == "EDV_process" else "A"))
                continue
            if kind:                                          # wrong type
                for other in ("A", "AAAA", "NS", "MX"):
                    ask(label, when, name, other, 1)
            ask(label, when, name.replace(S1, S2).replace(S4, S2) + ".invalid", "TXT", 1)
        if not e.dns["EDV_process"] and rng.random() < 0.5:
            ask(e.label, when, "_dmarc.%s" % OVERWRITE, "TXT", 1)
        if not e.dns["SPF_exist"]:
            ask(e.label, when, "badrua._spf.%s.%s" % (e.label, S1), "A", 1)
    out.sort(key=lambda q: q[0])
    return out


def noise_pool(world: World, rng: random.Random) -> Tuple[List[str], List[str]]:
    """Building blocks of the noise: heads (client) and tails (question)."""
    flags = ["-E(0)DC", "-E(0)D", "-E(0)", "-", "+", "+E(0)K", "-E(0)DCK", "-E(0)TDC", "-T"]
    heads = []
    for _ in range(4096):
        if rng.random() < 0.3:
            ip = "2001:db8:%x:%x::%x" % (rng.randrange(0x1000, 0xffff), rng.randrange(0xffff),
                                         rng.randrange(1, 0xffff))
        else:
            ip = "198.51.100.%d" % rng.randrange(1, 255)
        heads.append("client @0x7f%010x %s#" % (rng.randrange(0x1000, 1 << 40) & ~7, ip))

    zones = [S1, S2, S3, S4, CONTROL, INVALID, OVERWRITE]
    words = ("mail www ns1 ns2 smtp imap autodiscover autoconfig _mta-sts mta-sts _smtp._tls "
             "_domainkey default._domainkey selector1._domainkey _dmarc _acme-challenge _spf "
             "test dev shop api vpn ftp").split()
    types = "A A A AAAA AAAA TXT TXT NS SOA MX CAA DNSKEY DS HTTPS ANY SRV".split()
    labels = [w for w in "hotmailcom aolcom icloudcom gmxde webde freefr libertysurffr qqcom".split()]
    foreign = ["www.example.com", "example.org", "mail.example.net", "sl.example.org",
               "dnsscan.example.net", "pizza.example.com", "cdn.example.net", "."]
    forbidden = targets(e.label for e in base_world().esps)

    questions = []                                            # (name, class, type, weight)
    for z in zones:
        questions += [(z, "IN", t) for t in types]
        questions += [("%s.%s" % (w, z), "IN", t) for w in words for t in ("A", "AAAA", "TXT")]
        questions += [("email-sender-%d.example._report._dmarc.%s" % (n, z), "IN", "TXT")
                      for n in (1, 2, 3, 4)]
        questions += [("%s.%s" % (l, z), "IN", t) for l in labels for t in ("A", "MX", "TXT")]
        questions += [("_dmarc.%s.%s" % (l, z), "IN", "TXT") for l in labels]
    for e in world.esps:                                      # look-alikes of the targets
        l = e.label
        questions += [("_dmarc.x%s.%s" % (l, S1), "IN", "TXT"),
                      ("_dmarc.%s.%s.example.net" % (l, S1), "IN", "TXT"),
                      ("_dmarc.%s.%s" % (l, S1.replace("sender", "sent")), "IN", "TXT"),
                      ("dkim2._domainkey.%s.%s" % (l, S1), "IN", "TXT"),
                      ("goodrua._spf.%s.%s" % (l, S1.replace("-1", "-11")), "IN", "A"),
                      ("%s.%s._report._dmarc.%s" % (l, S1, OVERWRITE), "IN", "TXT"),
                      ("%s.%s._report._dmarc.%s" % (l, S4, CONTROL), "IN", "TXT"),
                      ("%s.%s._report._dmarc.%s.example.net" % (l, S4, OVERWRITE), "IN", "TXT"),
                      ("_dmarc._report.%s.%s" % (l, S4), "IN", "TXT")]
    questions += [(f, "IN", t) for f in foreign for t in ("A", "AAAA", "ANY", "TXT", "NS")] * 12
    questions += [("%d.%d.0.192.in-addr.arpa" % (rng.randrange(256), rng.randrange(256)),
                   "IN", "PTR") for _ in range(400)]
    questions += [("a\\032b%d.%s" % (n, S1), "IN", "A") for n in range(5)]
    # Not class IN: the notebook's pattern does not match, the name is on its list.
    questions += [(n, "CH", "TXT") for n in ("version.bind", "hostname.bind", "id.server",
                                             "VERSION.BIND", "version.server.version.bind")] * 25
    questions += [("version.bind", "IN", "TXT")] * 3

    tails = []
    for name, klass, kind in questions:
        assert name.lower() not in forbidden, name
        for _ in range(2):
            shown = mixed_case(name, rng) if rng.random() < 0.2 else name
            view = "view external: " if rng.random() < 0.15 else ""
            ecs = " [ECS 198.51.100.0/24/0]" if rng.random() < 0.05 else ""
            tails.append("(%s): %squery: %s %s %s %s (%s)%s\n" % (
                shown, view, shown, klass, kind, rng.choice(flags), rng.choice(DNS_SERVERS), ecs))
    tails += ["(www.stage.%s): query (cache) 'www.stage.%s/A/IN' denied\n" % (z, z)
              for z in ("example.net", "example.com", "example.org")] * 15
    rng.shuffle(tails)
    return heads, tails


NOISE_START = REPORT_DAY - 86400          # 24-Sep-2023
NOISE_END = REPORT_DAY + 3 * 86400


def write_query_log(path: str, world: World, seed: str, noise: int,
                    total: Optional[int]) -> Dict[str, int]:
    """Merge the providers' questions with the noise, in time order."""
    rng = rng_for("noise", seed)
    questions = provider_queries(world, seed)
    if total is not None:
        noise = max(0, total - len(questions))
    heads, tails = noise_pool(world, rng)
    nheads, ntails = len(heads), len(tails)
    clock, out, ignored, pending = Clock(), [], 0, 0
    unmatched = [not (" IN " in t.upper()) or " denied" in t for t in tails]

    # From the second day on the server logs a category, a severity and a view: both
    # layouts of the same file have to be read.
    change = (REPORT_DAY + 86400) * 1000

    def provider_line(q) -> str:
        millis, client, name, klass, kind = q
        category, view = ("queries: info: ", "view external: ") if millis >= change else ("", "")
        return "%s %sclient @0x7f%010x %s#%d (%s): %squery: %s %s %s %s (%s)\n" % (
            clock(millis), category, rng.randrange(0x1000, 1 << 40) & ~7, client,
            rng.randrange(1024, 65536), name, view, name, klass, kind,
            rng.choice(["-E(0)DC", "-E(0)D", "-E(0)DCK", "-", "-E(0)TDC"]),
            rng.choice(DNS_SERVERS))

    start, span = NOISE_START * 1000, (NOISE_END - NOISE_START) * 1000
    state = rng.getrandbits(64) | 1
    mask = (1 << 64) - 1
    with open(path, "w", encoding="ascii", newline="\n") as fp:
        for n in range(noise):
            millis = start + n * span // noise
            while pending < len(questions) and questions[pending][0] <= millis:
                out.append(provider_line(questions[pending]))
                pending += 1
            state = (state * 6364136223846793005 + 1442695040888963407) & mask
            pick = state >> 24
            prefix = "queries: info: " if millis >= change else ""
            if pick & 15 == 0:                                # a name never seen before
                name = "%x.%s" % (pick ^ n, S1)
                tail = "(%s): query: %s IN A -E(0) (192.0.2.53)\n" % (name, name)
            else:
                index = pick % ntails
                tail = tails[index]
                ignored += unmatched[index]
            out.append("%s %s%s%d %s" % (clock(millis), prefix, heads[(pick >> 9) % nheads],
                                         1024 + (pick >> 7) % 64000, tail))
            if len(out) >= 20000:
                fp.write("".join(out))
                out.clear()
        out += [provider_line(q) for q in questions[pending:]]
        fp.write("".join(out))
    lines = noise + len(questions)
    return {"query_lines": lines, "query_lines_ignored": ignored,
            "query_lines_matched": lines - ignored, "query_lines_of_providers": len(questions)}


# --------------------------------------------------------------------------
# 6. Mails in the provider mailboxes
# --------------------------------------------------------------------------

@dataclass
class Flavour:
    """How one provider writes the results of its checks."""
    authserv: str = ""
    groups: str = ""                # one header a group ("a b | c"), methods in order
    sep: str = ";\n\t"              # between the results, and after the authserv-id
    text: Dict[str, str] = field(default_factory=dict)
    header: str = "Authentication-Results"
    end: str = ""                   # added at the end of the value
    eol: str = "\n"
    extra: Tuple[str, ...] = ()     # further headers, before the results
    decoy: str = ""                 # a line of the body that looks like a header
    hard_fold: int = 0              # fold at a column, in the middle of words


# How a result is written unless the provider says otherwise.
RESULT_TEXT = {
    "spf": "spf={spf} smtp.mailfrom={sender}",
    "dkim": "dkim={dkim} header.d={host} header.s={selector}",
    "dmarc": "dmarc={dmarc} header.from={host}",
    "arc": "arc=none (no signatures found)",
    "bimi": "bimi=skipped (DMARC Policy is not at enforcement)",
    "iprev": "iprev=pass smtp.remote-ip={ip} ({helo})",
    "x-ptr": "x-ptr=pass smtp.helo={helo} policy.ptr={helo}",
    "x-csa": "x-csa=none",
    "x-me-sender": "x-me-sender=none",
    "x-tls": "x-tls=pass smtp.version=TLSv1.3 smtp.cipher=TLS_AES_256_GCM_SHA384"
             " smtp.bits=256/256",
}

MILTER_DMARC = ("dmarc={dmarc} policy.published-domain-policy=none\n"
                "      policy.applied-disposition=none policy.evaluated-disposition=none\n"
                "      (p=none,d=none,d.eval=none) policy.policy-from=p\n"
                "      header.from={host}")
MILTER_DKIM = ("dkim={dkim} (2048-bit rsa key sha256) header.d={host}\n"
               "      header.i=@{host} header.b={sig8} header.a=rsa-sha256\n"
               "      header.s={selector} x-bits=2048")
DESIGNATES = "domain of {sender} {designates} {ip} as permitted sender"

FLAVOURS = {
    "gmailcom": Flavour(
        "mx.google.com", "dkim spf dmarc", ";\n       ",
        {"dkim": 'dkim={dkim} header.i=@{host} header.s={selector} header.b="{sig8}"',
         "spf": "spf={spf} (google.com: domain of {sender} {designates} {ip6} as permitted"
                " sender) smtp.mailfrom={sender}",
         "dmarc": "dmarc={dmarc} (p=NONE sp=NONE dis=NONE) header.from={host}"},
        eol="\r\n",
        extra=("ARC-Seal: i=1; a=rsa-sha256; t={time}; cv=none; d=google.com; s=arc-20160816;\n"
               "        b={sig}",
               "ARC-Authentication-Results: i=1; mx.google.com;\n       arc=none;\n"
               "       spf={spf} smtp.mailfrom={sender}",
               "Received-SPF: {spf} (google.com: " + DESIGNATES + ") client-ip={ip};")),
    # No authserv-id, and a method of its own (compauth).
    "outlookcom": Flavour(
        "", "spf dkim dmarc", ";",
        {"spf": "spf={spf} (sender IP is {ip})\n smtp.mailfrom={host}",
         "dkim": " dkim={dkim} ({dkim_text})\n header.d={host}",
         "dmarc": "dmarc={dmarc} action=none header.from={host};compauth={dmarc}\n reason=100"},
        eol="\r\n",
        extra=("Received-SPF: {spf} (protection.outlook.com: domain of {host} {designates}\n"
               " {ip} as permitted sender) receiver=protection.outlook.com; client-ip={ip};",)),
    # A semicolon at the end.
    "yahoocom": Flavour(
        "atlas-production.v2-mail-prod1-ir2.omega.yahoo.com", "dkim spf dmarc", ";\n ",
        {"dkim": "dkim={dkim} header.i=@{host} header.s={selector}",
         "spf": "spf={spf} smtp.mailfrom={host}",
         "dmarc": "dmarc={dmarc}(p=NONE) header.from={host}"},
        end=";",
        extra=("Received-SPF: {spf} (domain of {host} {designates} {ip} as permitted sender)",)),
    # Folded in the middle of words, continuation lines begin with a tab.
    "163com": Flavour(
        "gzga-mx-mta-g9-2", "spf dkim", "; ",
        {"spf": "spf={spf} smtp.mail={sender}", "dkim": "dkim={dkim} header.i=@{host}"},
        eol="\r\n", hard_fold=70,
        extra=("X-CM-TRANSID: _____wD3P_{sig8}--.36915S3",)),
    "fastmailcom": Flavour(
        "mx3.messagingengine.com", "x-csa x-me-sender x-ptr | bimi | arc | dkim dmarc iprev spf",
        ";\n    ", {"dkim": MILTER_DKIM, "dmarc": MILTER_DMARC,
                    "spf": "spf={spf} smtp.mailfrom={sender} smtp.helo={helo}",
                    "x-ptr": "x-ptr=pass smtp.helo={helo}\n      policy.ptr={helo}"},
        extra=("ARC-Authentication-Results: i=1; mx3.messagingengine.com;\n    x-csa=none;\n"
               "    x-google-dkim=none (no signatures found);\n    dmarc={dmarc}"
               " header.from={host}",
               "X-ME-Authentication-Results: mx3.messagingengine.com;\n    x-aligned-from=pass"
               " (Address match);\n    x-vs=clean score=0 state=0")),
    "oppl": Flavour(
        "mx.poczta.onet.pl", "bimi dkim dmarc iprev spf x-ptr x-tls", ";\n    ",
        {"dkim": MILTER_DKIM, "dmarc": MILTER_DMARC,
         "spf": "spf={spf} smtp.mailfrom={sender} smtp.helo={helo}"}),
    "protonmailcom": Flavour(
        "mail.protonmail.ch", "dmarc | spf | arc | dkim", ";\n ",
        {"dmarc": "dmarc={dmarc} (p=none dis=none)\n header.from={host}",
         "spf": "spf={spf} smtp.mailfrom={host}",
         "arc": "arc=none smtp.remote-ip={ip}",
         "dkim": "dkim={dkim} ({dkim_word} 2048 bit rsa-sha256 signature.)\n"
                 " header.d={host} header.a=rsa-sha256"}),
    # Semicolons inside comments.
    "tutanotacom": Flavour(
        "w10.tutanota.de (dis=neutral; info=dmarc default policy)", "dmarc dkim", ";\n\t",
        {"dmarc": "dmarc={dmarc} (dis=neutral p=none; aspf=r; adkim=r; pSrc=dns)"
                  " header.from={host}",
         "dkim": "dkim={dkim} header.d={host} header.s={selector} header.b={sig8}"}),
    "heycom": Flavour(
        "mail-inbound.hey.com", "dmarc | dkim | spf", "; ",
        {"dmarc": "dmarc={dmarc} (p=none dis=none) header.from={host}",
         "dkim": 'dkim={dkim} (2048-bit key; unprotected) header.d={host} header.i=@{host}'
                 ' header.b="{sig8}"',
         "spf": "spf={spf} (domain of {host} {designates} {ip6} as permitted sender)"
                " smtp.mailfrom={sender}"}),
    "mailcom": Flavour("mail.com", "dkim", "; ", {"dkim": "dkim={dkim} header.i=@{host}"}),
    "gmxnet": Flavour("gmx.net", "dkim", "; ", {"dkim": "dkim={dkim} header.i=@{host}"}),
    "kolabnowcom": Flavour(
        "ext-mx-in003.mykolab.com (amavisd-new)", "dkim", ";\n\t",
        {"dkim": 'dkim={dkim} (2048-bit key)\n\treason="{dkim} ({dkim_text})" header.d={host}'},
        decoy="Authentication-Results: body.invalid; dmarc=pass header.from={host}"),
    "yandexcom": Flavour(
        "iva5-6c1e8a4ff0c5.qloud-c.yandex.net", "spf dkim", "; ",
        {"spf": "spf={spf} (iva5-6c1e8a4ff0c5.qloud-c.yandex.net: domain of {host}"
                " {designates} {ip} as permitted sender, rule=[ip4:192.0.2.0/24])"
                " smtp.mail={sender}",
         "dkim": "dkim={dkim} header.i=@{host}"}),
    "orangefr": Flavour("opmta1mti12nd1", "arc dkim", "; ",
                        {"arc": "arc=none"}),
    "lapostenet": Flavour(
        "laposte.net", "spf dkim dmarc bimi arc", ";\n   ",
        {"spf": "spf={spf} smtp.mailfrom={sender}",
         "dkim": 'dkim={dkim} reason="{dkim_text}" header.d={host} header.s={selector}'
                 " header.i=@{host}",
         "dmarc": 'dmarc={dmarc} reason="SPF is {spf}, DKIM is {dkim}"',
         "bimi": 'bimi=skipped reason="domain policy is none; no check"',
         "arc": "arc=none"}),
    "navercom": Flavour(
        "mx.naver.com", "spf dkim dmarc", "; ",
        {"spf": "spf={spf} (mx.naver.com: " + DESIGNATES + ")\n smtp.mailfrom={sender}",
         "dkim": "dkim={dkim} header.i=@{host} header.s={selector}\n header.a=rsa-sha256",
         "dmarc": "dmarc={dmarc} (p=NONE sp=NONE dis=NONE) header.from={host}"}),
    "zohomaileu": Flavour(
        "mx.zohomail.eu", "dkim spf dmarc", ";\n\t",
        {"dkim": "dkim={dkim}", "dmarc": "dmarc={dmarc}(p=none dis=none)  header.from={sender}",
         "spf": "spf={spf} (zohomail.eu: " + DESIGNATES + ")  smtp.mailfrom={sender}"}),
    "mailru": Flavour(
        "mxs.mail.ru", "spf dkim dmarc", "; ",
        {"spf": "spf={spf} (mx289.i.mail.ru: " + DESIGNATES + ") smtp.mailfrom={sender}"
                " smtp.helo={helo}",
         "dkim": "\n\t dkim={dkim} header.d={host}", "dmarc": "dmarc={dmarc} header.from={sender}"}),
    "control-domainexample": Flavour(
        "mail.control-domain.example", "dkim spf dmarc", ";\n\t",
        {"dkim": "dkim={dkim} header.d={host} header.s={selector} header.b={sig8}",
         "spf": "spf={spf} (mail.control-domain.example: " + DESIGNATES + ")"
                " smtp.mailfrom={sender}",
         "dmarc": "dmarc={dmarc} (policy=none) header.from={host}"}),
    # No Authentication-Results, a header of their own.
    "inboxlv": Flavour(
        "", "dmarc spf dkim", ";",
        {"spf": "spf={spf} smtp.mailfrom={host}", "dkim": "dkim={dkim} header.d={host}"},
        header="X-KLMS-AntiSpam-Auth",
        extra=("X-KLMS-AntiSpam-Method: none", "X-KLMS-AntiSpam-Status: not_detected",
               "X-KLMS-AntiSpam-Interceptor-Info: scan successful")),
    "rediffcom": Flavour(
        "", "dmarc spf dkim", "; ",
        {"dmarc": "dmarc={dmarc}", "spf": "spf={spf}", "dkim": "dkim={dkim}"},
        header="X-DMARC-Verification", extra=("X-REDIFF-Delivered: 1",)),
    # No result at all; some say something elsewhere, which does not count.
    "mailfencecom": Flavour(
        "mx.mailfence.com", "spf dkim dmarc", "; ", eol="\r\n",
        extra=("Received-SPF: {spf} (mailfence.com: " + DESIGNATES + ") client-ip={ip};",),
        decoy="Authentication-Results: body.invalid; dmarc=pass header.from={host}"),
    "interiapl": Flavour("mx.interia.pl", "spf dkim dmarc", "; ",
                         extra=("X-Interia-Antivirus: OK",)),
    "freemailhu": Flavour("mx.freemail.hu", "spf dkim dmarc", "; "),
    "seznamcz": Flavour("mx.seznam.cz", "spf dkim dmarc", "; ", eol="\r\n",
                        extra=("X-Seznam-SPF: {spf}", "X-Seznam-DKIM: {dkim}")),
    "sapopt": Flavour(
        "mx.sapo.pt", "spf dkim dmarc", "; ",
        extra=("X-Spam-Status: No, score=-0.2 tests=DKIM_SIGNED,DKIM_VALID,DMARC_PASS,SPF_PASS",
               "X-PTMail-Authentication-Results: dmarc={dmarc}"),
        decoy="X-DMARC-Verification: dmarc=pass"),
}


def subject_of(mail: Mail) -> str:
    return "DMARC measurement %s SPF=%s DKIM=%s" % (
        mail.domain.split(".")[0], "pass" if mail.spf else "fail",
        "pass" if mail.dkim else "fail")


def signature(*parts: str) -> str:
    """Something that looks like a signature."""
    digest = b"".join(hashlib.sha256(("%d:" % i + "|".join(parts)).encode()).digest()
                      for i in range(8))
    return base64.b64encode(digest).decode()


def hard_fold(line: str, width: int) -> str:
    """Fold at a fixed column, wherever it falls."""
    parts = [line[:width]]
    for i in range(width, len(line), width - 1):
        parts.append("\t" + line[i:i + width - 1])
    return "\n".join(parts)


def header_lines(flavour: Flavour, methods: List[str], values: Dict[str, str]) -> List[str]:
    """The headers in which the provider tells the results of its checks."""
    if not methods:
        return []
    groups = [g.split() for g in flavour.groups.split("|")]
    known = [m for g in groups for m in g]
    groups[-1] += [m for m in methods if m not in known]      # added by a mutation
    lines = []
    for group in groups:
        shown = [m for m in group if m in methods]
        if not shown:
            continue
        results = [flavour.text.get(m, RESULT_TEXT[m]).format_map(values) for m in shown]
        value = flavour.sep.join(([flavour.authserv] if flavour.authserv else []) + results)
        line = "%s: %s%s" % (flavour.header, value, flavour.end)
        lines.append(hard_fold(line, flavour.hard_fold) if flavour.hard_fold else line)
    return lines


def mail_file(mail: Mail, number: int) -> bytes:
    """The whole mail, as downloaded from the mailbox."""
    esp, flavour = mail.esp, FLAVOURS[mail.esp.label]
    sig = signature(mail.message_id)
    values = {
        "spf": "pass" if mail.spf else "fail", "dkim": "pass" if mail.dkim else "fail",
        "dmarc": "pass" if mail.spf or mail.dkim else "fail",
        "designates": "designates" if mail.spf else "does not designate",
        "dkim_text": "good signature" if mail.dkim else "signature did not verify",
        "dkim_word": "Good" if mail.dkim else "Bad",
        "sender": mail.sender, "host": mail.host, "selector": mail.selector,
        "ip": MTA_IP4, "ip6": MTA_IP6, "helo": "mail." + mail.domain,
        "sig": sig[:64], "sig8": sig[:8], "time": str(mail.unix_time),
    }
    date = formatdate(mail.centis // 100).replace("-0000", "+0000")
    name = esp.name or CONTROL
    head = ["Return-Path: <%s>" % mail.sender,
            "Received: from mail.%s (mail.%s [%s])\n\tby mx.%s with ESMTPS id %s\n"
            "\tfor <%s>; %s" % (mail.domain, mail.domain, MTA_IP4, name, sig[8:19], mail.rcpt, date)]
    head += [x.format_map(values) for x in flavour.extra]
    methods = first_methods(esp) if number == 1 else list(esp.methods or [])
    if esp.label == "163com" and mail.domain == S3:           # so that "spf" itself is folded
        flavour = replace(flavour, authserv="zwqz-mx-mta-g3-1.bjzw.mail.163.netease.test")
    head += header_lines(flavour, methods, values)
    head += ["DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s;\n\ts=%s; t=%d;"
             " h=from:from:to:to:subject:date:message-id;\n\tbh=%s;\n\tb=%s" % (
                 mail.host, mail.selector, mail.unix_time, sig[20:63] + "=",
                 "\n\t ".join(textwrap.wrap(sig[64:], 64))),
             "Message-ID: <%s>" % mail.message_id, "Date: " + date,
             "From: " + mail.sender, "To: " + mail.rcpt, "Subject: " + subject_of(mail),
             "MIME-Version: 1.0"]
    text = ["This is test mail %d of 16 of a measurement of DMARC reporting." % number,
            "Sender %s, selector %s." % (mail.sender, mail.selector)]
    if flavour.decoy:
        text += ["", flavour.decoy.format_map(values)]
    if number % 4 == 0:                                       # some mails have two parts
        mark = "==%s==" % sig[:22].replace("/", "_").replace("+", "-")
        head.append('Content-Type: multipart/alternative;\n boundary="%s"' % mark)
        body = ["--" + mark, 'Content-Type: text/plain; charset="utf-8"', ""] + text
        body += ["--" + mark, 'Content-Type: text/html; charset="utf-8"',
                 "Content-Transfer-Encoding: base64", "",
                 base64.b64encode(("<p>%s</p>" % escape(" ".join(text))).encode()).decode()[:76],
                 "--%s--" % mark, ""]
    else:
        head += ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 7bit"]
        body = text + [""]
    whole = "\n".join(head) + "\n\n" + "\n".join(body)
    return whole.replace("\n", flavour.eol).encode("ascii")


def write_mails(root: str, world: World) -> Tuple[int, List[str]]:
    order, count = [], 0
    by_esp: Dict[str, List[Mail]] = {}
    for mail in world.mails:
        by_esp.setdefault(mail.esp.label, []).append(mail)
    for label in [l for l in INBOX_ORDER if l in by_esp]:
        if by_esp[label][0].esp.methods is None:
            continue
        folder = os.path.join(root, label)
        os.makedirs(folder)
        order.append(label)
        for number, mail in enumerate(by_esp[label], 1):
            name = "%02d_%s_%s_%s.eml" % (number, mail.local, mail.selector,
                                          mail.domain.split(".")[0])
            with open(os.path.join(folder, name), "wb") as fp:
                fp.write(mail_file(mail, number))
            order.append(label + "/" + name)
            count += 1
    return count, order


# --------------------------------------------------------------------------
# 7. Report mails
# --------------------------------------------------------------------------

@dataclass
class Reporter:
    """How one submitter writes its reports."""
    sender: str
    org: str
    subject: str
    container: str = "gz"           # gz or zip
    single: bool = False            # the attachment is the whole mail
    email: str = ""


REPORTERS = {
    "google.com": Reporter(
        "noreply-dmarc-support@google.com", "google.com",
        "Report domain: {domain} Submitter: {submitter} Report-ID: {id}", "zip", True),
    "yahoo.com": Reporter(
        "noreply@dmarc.yahoo.com", "Yahoo",
        "Report Domain: {domain} Submitter: {submitter} Report-ID: {id}"),
    # Folded with tabs.
    "protection.outlook.com": Reporter(
        "DMARC Aggregate Report <dmarcreport@microsoft.com>", "Outlook.com",
        "Report Domain: {domain}\n\tSubmitter: {submitter}\n\tReport-ID: {id}"),
    "fastmail.com": Reporter(
        "reports@fastmaildmarc.com", "Fastmail",
        "Report Domain: {domain}\n Submitter: {submitter} Report-ID: {id}"),
    "mail.ru": Reporter(
        "dmarc_support@corp.mail.ru", "Mail.Ru",
        "Report Domain: {domain}; Submitter: {submitter}; Report-ID: {id}"),
    # Braces, which the notebook removes.
    "seznam.cz": Reporter(
        '"Seznam.cz" <abuse@seznam.cz>', "seznam.cz a.s.",
        "Report Domain: {domain} Submitter: {{{submitter}}} Report-ID: {{{id}}}"),
    # Only in mutated datasets.
    "163.com": Reporter(
        "noreply-dmarc-support@service.netease.example", "NetEase",
        "Dmarc Aggregate Report Domain: {{{domain}}}  Submitter: {{{submitter}}}"
        "  Date: {{2023-09-25}}  Report-ID: {{{id}}}", "zip"),
}


def reporter(r: Report) -> Reporter:
    return REPORTERS.get(r.submitter) or Reporter(
        "dmarc-noreply@" + r.submitter, r.submitter,
        "Report Domain: {domain} Submitter: {submitter} Report-ID: {id}")


def report_from(r: Report) -> str:
    return reporter(r).sender


def report_subject(r: Report) -> Tuple[str, str]:
    """The subject as unfolded, and as written in the file."""
    raw = reporter(r).subject.format(domain=r.domain, submitter=r.submitter, id=r.report_id)
    plain = raw.replace("\n", "")
    if r.submitter == "mail.ru" and r.domain.endswith(S4):
        raw = "\n ".join("=?utf-8?B?%s?=" % base64.b64encode(plain[i:i + 42].encode()).decode()
                         for i in range(0, len(plain), 42))
    return plain, raw


def aggregate_xml(r: Report) -> bytes:
    """The aggregate report: one record for each of the four kinds of mail."""
    rep = reporter(r)
    ident = r.report_id.strip("<>")
    ns = {"protection.outlook.com": ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
                                    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'}
    version = "  <version>1.0</version>\n" if r.submitter in ("fastmail.com",
                                                              "protection.outlook.com") else ""
    address = rep.sender.split("<")[-1].strip(">")
    records = []
    for spf in ("pass", "fail"):
        for dkim in ("pass", "fail"):
            records.append(
                "  <record>\n    <row>\n      <source_ip>%s</source_ip>\n"
                "      <count>1</count>\n      <policy_evaluated>\n"
                "        <disposition>none</disposition>\n        <dkim>%s</dkim>\n"
                "        <spf>%s</spf>\n      </policy_evaluated>\n    </row>\n"
                "    <identifiers>\n      <envelope_from>%s</envelope_from>\n"
                "      <header_from>%s</header_from>\n    </identifiers>\n"
                "    <auth_results>\n      <dkim>\n        <domain>%s</domain>\n"
                "        <selector>%s</selector>\n        <result>%s</result>\n      </dkim>\n"
                "      <spf>\n        <domain>%s</domain>\n        <scope>mfrom</scope>\n"
                "        <result>%s</result>\n      </spf>\n    </auth_results>\n  </record>\n" % (
                    MTA_IP4, dkim, spf, r.domain, r.domain, r.domain,
                    "dkim" if dkim == "pass" else "dkimfalse", dkim, r.domain, spf))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feedback%s>\n%s  <report_metadata>\n'
        "    <org_name>%s</org_name>\n    <email>%s</email>\n    <report_id>%s</report_id>\n"
        "    <date_range>\n      <begin>%d</begin>\n      <end>%d</end>\n    </date_range>\n"
        "  </report_metadata>\n  <policy_published>\n    <domain>%s</domain>\n"
        "    <adkim>r</adkim>\n    <aspf>r</aspf>\n    <p>none</p>\n    <sp>none</sp>\n"
        "    <pct>100</pct>\n    <fo>1</fo>\n  </policy_published>\n%s</feedback>\n" % (
            ns.get(r.submitter, ""), version, escape(rep.org), escape(address), escape(ident),
            REPORT_DAY, REPORT_DAY + 86399, escape(r.domain), "".join(records))).encode()


def packed(xml: bytes, name: str, container: str) -> bytes:
    """The report compressed, with fixed times so that the bytes do not change."""
    buffer = io.BytesIO()
    if container == "zip":
        info = zipfile.ZipInfo(name + ".xml", (2023, 9, 26, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(buffer, "w") as z:
            z.writestr(info, xml)
    else:
        with gzip.GzipFile(name + ".xml", "wb", 9, buffer, mtime=REPORT_DAY + 86400) as g:
            g.write(xml)
    return buffer.getvalue()


def report_file(r: Report) -> bytes:
    rep = reporter(r)
    seed = signature(r.folder, r.domain, r.submitter, r.report_id, r.to)
    mark = "report_" + seed[:20].replace("/", "_").replace("+", "-")
    date = formatdate(r.arrival).replace("-0000", "+0000")
    host = rep.sender.split("@")[-1].strip(">")
    head = ["Return-Path: <%s>" % rep.sender.split("<")[-1].strip(">"),
            "Received: from out.%s (out.%s [198.51.100.7])\n\tby mail.%s (Postfix) with ESMTPS"
            " id %s\n\tfor <%s>; %s" % (host, host, r.folder, seed[20:30], r.to, date),
            "Date: " + date, "From: " + rep.sender, "To: " + r.to,
            "Subject: " + report_subject(r)[1],
            "Message-ID: <%s@%s>" % (seed[30:50].replace("/", "_"), host), "MIME-Version: 1.0"]
    if r.kind == "ruf":
        label = r.domain
        head.append('Content-Type: multipart/report; report-type=feedback-report;\n'
                    ' boundary="%s"' % mark)
        body = ["--" + mark, "Content-Type: text/plain; charset=us-ascii", "",
                "This is an authentication failure report.", "",
                "--" + mark, "Content-Type: message/feedback-report", "",
                "Feedback-Type: auth-failure", "User-Agent: synthetic/1.0", "Version: 1",
                "Auth-Failure: dmarc", "Original-Mail-From: <badrua@%s>" % label,
                "Source-IP: " + MTA_IP4, "Reported-Domain: " + label,
                "Identity-Alignment: none", "", "--" + mark,
                "Content-Type: text/rfc822-headers", "", "From: badrua@" + label,
                "Subject: DMARC measurement", "", "--%s--" % mark, ""]
        return ("\n".join(head) + "\n\n" + "\n".join(body)).encode("ascii")
    name = "%s!%s!%d!%d" % (r.submitter, r.domain, REPORT_DAY, REPORT_DAY + 86399)
    file_name = name + (".zip" if rep.container == "zip" else ".xml.gz")
    data = base64.b64encode(packed(aggregate_xml(r), name, rep.container)).decode()
    kind = "application/zip" if rep.container == "zip" else "application/gzip"
    part = ['Content-Type: %s;\n\tname="%s"' % (kind, file_name),
            'Content-Disposition: attachment;\n\tfilename="%s"' % file_name,
            "Content-Transfer-Encoding: base64"]
    encoded = textwrap.wrap(data, 76)
    if rep.single:
        lines = head + part + [""] + encoded + [""]
    else:
        head.append('Content-Type: multipart/mixed; boundary="%s"' % mark)
        lines = head + ["", "--" + mark, "Content-Type: text/plain; charset=us-ascii", "",
                        "This is a DMARC aggregate report for %s" % r.domain, "",
                        "--" + mark] + part + [""] + encoded + ["", "--%s--" % mark, ""]
    return "\n".join(lines).encode("ascii")


def plan_reports(world: World, seed: str) -> None:
    """Arrival times (in the identifier for some submitters) and file names."""
    rng = rng_for("reports", seed)
    count: Dict[str, int] = {}
    for r in world.reports:
        stamp = r.report_id.strip("<>").split(".")[0]
        spread = rng.randrange(0, 30000)
        r.arrival = int(stamp) + 30 if r.report_id[0] == "<" else REPORT_DAY + 88000 + spread
        count[r.folder] = count.get(r.folder, 0) + 1
        r.path = "%s@%s/%03d_%s_%s.eml" % (ANON, r.folder, count[r.folder], r.submitter, r.domain)


def write_reports(root: str, world: World) -> List[str]:
    order = []
    for folder in FOLDERS:
        name = "%s@%s" % (ANON, folder)
        os.makedirs(os.path.join(root, name))
        order.append(name)
        for r in world.reports:
            if r.folder == folder:
                with open(os.path.join(root, r.path), "wb") as fp:
                    fp.write(report_file(r))
                order.append(r.path)
    return order


# --------------------------------------------------------------------------
# 8. The truth, and the program
# --------------------------------------------------------------------------

def expected(world: World, options: dict, counts: dict) -> dict:
    paper, correct = paper_features(world), correct_features(world)
    inboxes = {e.label: e for e in world.esps if e.methods is not None}
    return {
        "about": "features: what the published notebook computes. features_correct: what its"
                 " README defines. null: cannot be evaluated. auth_methods_all adds the methods"
                 " that the notebook does not see: compauth of outlook.com, and what only the later"
            " mails of a mailbox show.",
        "options": options,
        "counts": counts,
        "features": paper,
        "features_correct": correct,
        "differences": [{"provider": n, "feature": f, "paper": paper[n][f],
                         "correct": correct[n][f]}
                        for n in paper for f in FEATURES if paper[n][f] != correct[n][f]],
        "dns": {e.label: e.dns for e in world.esps},
        "auth_methods": {l: sorted(first_methods(inboxes[l]))
                         for l in INBOX_ORDER if l in inboxes},
        "auth_methods_all": {
            l: sorted(inboxes[l].methods
                      + (["compauth"] if l == "outlookcom" and inboxes[l].methods else []))
            for l in INBOX_ORDER if l in inboxes},
        "reports": [{
            "subject": report_subject(r)[0], "parsed_domain": r.domain,
            "parsed_submitter": r.submitter, "parsed_report_id": r.report_id.lower(),
            "msg_to": r.to, "msg_from": report_from(r), "feature_domain": r.folder,
            "local_part": r.local_part, "esp_label": r.esp_name, "kind": r.kind, "file": r.path,
        } for r in world.reports],
        "report_lists": report_lists(world),
        "oddities": world.oddities,
    }


def study_config(world: World) -> dict:
    """What a tool has to be told: nothing of it can be guessed from the data."""
    return {
        "paths": {"rspamd": "datasets/Rspamd/logs.json", "dns": "datasets/DNS/query.log",
                  "inboxes": "datasets/EmailReceived", "reports": "datasets/ReportReceived"},
        "senders": [
            {"domain": S1, "role": "internal", "mailbox": S1,
             "about": "rua and ruf inside the organizational domain: F1, F3, F4"},
            {"domain": S2, "role": "external-accepted", "mailbox": CONTROL,
             "about": "rua outside, verification passes: F6"},
            {"domain": S3, "role": "external-refused", "mailbox": INVALID,
             "about": "rua outside, verification fails: F7"},
            {"domain": S4, "role": "external-overwritten", "mailbox": OVERWRITE,
             "about": "rua outside, the verification record gives a new rua: F5, F8"}],
        "edv": {"domain": S4, "receiver": OVERWRITE, "redirect": REDIRECT},
        "local_parts": {"spf_pass": "goodrua", "spf_fail": "badrua", "rua": "rua", "ruf": "ruf"},
        "selectors": {"pass": "dkim", "fail": "dkimfalse"},
        "control": {"domain": CONTROL, "label": CONTROL_LABEL},
        "ignored_queries": IGNORED_NAMES,
        "result_headers": [
            {"name": "Authentication-Results", "syntax": "rfc8601"},
            {"name": "X-KLMS-AntiSpam-Auth", "syntax": "words"},
            {"name": "X-DMARC-Verification", "syntax": "words"}],
        "providers": [{"label": e.label, "name": e.name,
                       "submitters": [e.name] + [s for s, n in SUBMITTER_ALIAS.items()
                                                 if n == e.name]}
                      for e in world.providers()],
    }


def write_json(path: str, value) -> None:
    with open(path, "w", encoding="utf-8", newline="\n") as fp:
        json.dump(value, fp, indent=1, ensure_ascii=False)
        fp.write("\n")


def main(argv: Optional[List[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", required=True, metavar="DIR", help="folder to create")
    parser.add_argument("--profile", choices=["full", "sample"], default="full",
                        help="all 25 providers, or 6 of them")
    parser.add_argument("--seed", default="conext24", help="seed of what is made up")
    parser.add_argument("--mutate", metavar="SEED", help="flip features at random")
    parser.add_argument("--scale", type=int, default=1, metavar="N",
                        help="multiply the noise lines of the query log")
    parser.add_argument("--lines", type=int, metavar="N",
                        help="total lines of the query log (instead of --scale)")
    parser.add_argument("--layout", choices=["datasets", "notebook"], default="datasets",
                        help="notebook: data/logs/{rspamd.json,dns.txt}, data/EmailReceived...")
    parser.add_argument("--dns-only", action="store_true",
                        help="write only the query log and the truth")
    parser.add_argument("--force", action="store_true",
                        help="replace a folder that an earlier run made")
    args = parser.parse_args(argv)

    if os.path.exists(args.out) and os.listdir(args.out):
        if not args.force:
            parser.error("%s is not empty (--force replaces an earlier dataset)" % args.out)
        if not os.path.exists(os.path.join(args.out, "expected.json")):
            parser.error("%s holds something else than an earlier dataset" % args.out)
        for name in ("datasets", "data"):
            shutil.rmtree(os.path.join(args.out, name), ignore_errors=True)
    if args.layout == "datasets":
        top = os.path.join(args.out, "datasets")
        rspamd, dns = os.path.join(top, "Rspamd/logs.json"), os.path.join(top, "DNS/query.log")
    else:
        top = os.path.join(args.out, "data")
        rspamd, dns = os.path.join(top, "logs/rspamd.json"), os.path.join(top, "logs/dns.txt")
    for path in (rspamd, dns):
        os.makedirs(os.path.dirname(path), exist_ok=True)

    world = base_world(SAMPLE_LABELS if args.profile == "sample" else None)
    seed = args.seed
    if args.mutate is not None:
        seed += ":" + args.mutate
        world = mutated_world(world, args.mutate)
    plan_mails(world, seed)
    plan_reports(world, seed)

    noise = (600 if args.profile == "sample" else 12000) * args.scale
    counts = {} if args.dns_only else write_rspamd(rspamd, world, seed)
    counts.update(write_query_log(dns, world, seed, noise, args.lines))
    if not args.dns_only:
        counts["mails"], inbox_order = write_mails(os.path.join(top, "EmailReceived"), world)
        counts["reports"] = len(world.reports)
        report_order = write_reports(os.path.join(top, "ReportReceived"), world)
        write_json(os.path.join(args.out, "manifest.json"),
                   {"EmailReceived": inbox_order, "ReportReceived": report_order})
    options = {"profile": args.profile, "seed": args.seed, "mutate": args.mutate,
               "scale": args.scale, "lines": args.lines}
    write_json(os.path.join(args.out, "expected.json"), expected(world, options, counts))
    write_json(os.path.join(args.out, "study-config.json"), study_config(world))
    for name, features in (("expected_table.tex", paper_features(world)),
                           ("expected_table_correct.tex", correct_features(world))):
        with open(os.path.join(args.out, name), "w", newline="\n") as fp:
            fp.write(latex_table(features))
    print(json.dumps(counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
