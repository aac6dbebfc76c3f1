#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A database of very many mails, quickly: rows written into the tables as the ingester would leave them.

For speed at size, not for truth: the texts are invented, the raw messages are those of some hundred generated reports,
repeated. What matters for a query is as in life: mails arrive all day and more by daylight, ids follow arrival only
roughly (blocks of two ingesters), hosts, networks, URLs and campaigns have a few very common values and a long tail.
Values for tests to ask for stand in `samples()`: a common and a rare one of each kind.

  bulk_mails.py --socket PATH [--name arf] [-n 1000000] [--days 30] [--now EPOCH] [--seed 1]
"""
import argparse
import datetime
import hashlib
import itertools
import pathlib
import random
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import harness  # noqa: E402
from harness.mariadb import PrivateMariadb  # noqa: E402

CHUNK = 50_000
WORDS = ("account invoice payment transfer wire parcel delivery security alert document scan printer voice message tax "
         "refund order purchase confirm update limited verify mailbox quota fax shared folder meeting salary bonus offer "
         "urgent request statement bank card expired renew login signin action required unusual activity").split()
PAGES = "mail.htm login.php index.html secure verify.aspx account doc.html view signin.php track".split()
RARE = "zyxrare"  # a word of one subject and of one URL in 50,000


def digest(*parts):
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


class Zipf:
    """A number from 0 to n - 1, small ones much more often."""

    def __init__(self, rng, n, power=1.0):
        self.rng, self.numbers = rng, range(n)
        self.weights = list(itertools.accumulate(1 / (i + 1) ** power for i in range(n)))

    def many(self, count):
        return self.rng.choices(self.numbers, cum_weights=self.weights, k=count)


class Bulk:
    def __init__(self, server, name, count, days=30, now=None, seed=1, quiet=False):
        self.server, self.name, self.count, self.days, self.quiet = server, name, count, days, quiet
        self.now = int(now or time.time())
        self.rng = random.Random(seed)
        scale = max(count / 1_000_000, 0.02)
        self.hosts, self.urls = int(50_000 * scale), int(300_000 * scale)
        self.ips, self.asns, self.templates = int(60_000 * scale), 3_000, int(20_000 * scale)
        self.locals, self.files = int(100_000 * scale), int(5_000 * scale)
        self.countries = [a + b for a in "ABCDEFGH" for b in "ABCDEFGH"][:60]
        self.begun = time.monotonic()

    def say(self, what):
        if not self.quiet:
            print(f"bulk_mails: {what} ({time.monotonic() - self.begun:.0f} s)", file=sys.stderr, flush=True)

    # ---- how rows get in ----

    def load(self, table, columns, rows):
        """Rows of texts, None is NULL; a column that begins with x: is hexadecimal."""
        names = [name.removeprefix("x:") for name in columns]
        into = [f"@{name}" if given.startswith("x:") else name for given, name in zip(columns, names)]
        unhex = [f"{name} = UNHEX(@{name})" for given, name in zip(columns, names) if given.startswith("x:")]
        rows = iter(rows)
        path = self.server.folder / f"{self.name}.{table}.tsv"
        while chunk := list(itertools.islice(rows, CHUNK)):
            path.write_text("".join("\t".join("\\N" if cell is None else str(cell) for cell in row) + "\n"
                                    for row in chunk), encoding="utf-8")
            self.server.execute(f"SET unique_checks = 0; LOAD DATA INFILE '{path}' INTO TABLE {table} CHARACTER SET utf8mb4 "
                                f"({', '.join(into)}) {'SET ' + ', '.join(unhex) if unhex else ''}", name=self.name)
        path.unlink(missing_ok=True)
        self.say(table)

    def when(self, i):
        """Arrival of mail i: evenly over the days, less by night, up to some hours late now and then."""
        day, place = divmod(i * self.days / self.count, 1)
        seconds = place * 86400 - 7000 * (1 - abs(2 * place - 1))
        late = self.rng.expovariate(1 / 300) if i % 7 else self.rng.random() * 7200
        return int(self.now - self.days * 86400 + day * 86400 + max(0, seconds) - late)

    @staticmethod
    def sql(when):
        return datetime.datetime.fromtimestamp(when, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")

    # ---- the dictionaries ----

    def host(self, i):
        return f"{WORDS[i % len(WORDS)]}{i}.example{i % 97}.test"

    def ip(self, i):
        return f"20010db8{i:024x}" if i % 10 == 9 else f"{0xC6120000 + i:08x}"  # 198.18.0.0/15

    def words(self, count):
        return " ".join(self.rng.choices(WORDS, k=count))

    def names(self):
        self.load("domain", ("domainId", "domain", "x:keyHash"),
                  ((i + 1, self.host(i), digest(self.host(i))) for i in range(self.hosts)))
        self.load("emailLocal", ("emailLocalId", "emailLocal", "x:keyHash"),
                  ((i + 1, f"{WORDS[i % 41]}.{i}", digest("local", i)) for i in range(self.locals)))
        self.load("asName", ("asn", "name", "countryCode", "checked", "expires"),
                  ((64512 + i, f"NETWORK-{i} Example {i}", self.countries[i % 60], self.sql(self.now), self.sql(self.now + 86400))
                   for i in range(self.asns)))
        self.load("asn", ("asn", "email"), ((64512 + i, f"abuse@as{i}.test") for i in range(0, self.asns, 3)))
        self.load("ipListing", ("x:ip", "list", "state", "checked", "expires"),
                  ((self.ip(i), "zen", ("listed", "policy", "clean", "clean")[i % 4], self.sql(self.now),
                    self.sql(self.now + 86400)) for i in range(self.ips) if i % 5))

    def url_rows(self):
        for i, (first, last) in sorted(self.seen.items()):
            path = f"{self.rng.choice(WORDS)}/{digest(i)[:12]}/" + (RARE if i % 50_000 == 49_999 else PAGES[i % len(PAGES)])
            url = f"http://{self.host(i % self.hosts)}/{path}"
            self.texts["url"].append((i + 1, None, url))
            yield (i + 1, self.sql(first), self.sql(last), f"{0xC6120000 + i % 65536:08x}", i % self.hosts + 1,
                   64512 + i % self.asns, self.countries[i % 60], url, url.rsplit("/", 1)[1], digest("url", i))

    def note(self, seen, i, when):
        first, last = seen.get(i, (when, when))
        seen[i] = (min(first, when), max(last, when))

    # ---- the mails ----

    def subject(self, i, template):
        if i % 50_000 == 49_999:
            return f"{self.words(3)} {RARE} {i}"
        return f"{self.shapes[template]} {self.rng.randrange(10**6)} {self.rng.choice(WORDS)}"

    def mails(self):
        rng = self.rng
        pick = {name: Zipf(rng, n, power) for name, n, power in
                (("ip", self.ips, 0.8), ("template", self.templates, 0.9), ("own", 12, 1), ("from", self.locals, 0.7),
                 ("rcpt", self.locals, 0.5))}
        for start in range(0, self.count, CHUNK):
            n = min(CHUNK, self.count - start)
            chosen = {name: zipf.many(n) for name, zipf in pick.items()}
            for at in range(n):
                i = start + at
                ip, template, own = chosen["ip"][at], chosen["template"][at], chosen["own"][at]
                when = self.when(i)
                self.arrival.append(when)
                self.template.append(template)
                roll, subject = rng.random(), self.subject(i, template)
                self.texts["subject"].append((i + 1, when, subject))
                yield (i + 1, "abuse" if roll < 0.05 else "virus" if i % 100_000 == 7 else "auth-failure",
                       "normal" if roll < 0.77 else "bounce" if roll < 0.92 else "auto-replied",
                       int(rng.random() < 0.05), chosen["from"][at] % 4000 + 1, chosen["from"][at] % self.hosts + 1,
                       chosen["rcpt"][at] + 1, own + 1, self.sql(when), f"<{i}.m@{self.host(ip % self.hosts)}>",
                       f"mx{own}.example.test; dmarc=fail header.from=example{own}.test; spf=none", self.ip(ip),
                       ip % self.hosts + 1 if ip % 6 else None, 64512 + ip % self.asns if ip % 50 else None,
                       self.countries[ip % 7 if ip % 3 else ip % 60] if ip % 50 else None,
                       ("none", "none", "none", "reject", "quarantine", None)[i % 6], "dmarc", own + 1,
                       chosen["from"][at] + 1, chosen["from"][at] % self.hosts + 1, subject,
                       "direct", "arf", "mailbox", self.sql(when + 60), f"<{i}.r@reporter.test>", own % 5 + 1, own + 20,
                       "pass" if own else "none", "stated", f"{WORDS[i % 41]} <{WORDS[i % 41]}.{chosen['from'][at]}@x.test>",
                       digest("fp", i), 4000 + i % 2000, i + 1, digest("mail", i), 1)

    MAIL = ("emailId", "feedbackType", "emailType", "reported", "originalMailFromLocalId", "originalMailFromDomainId",
            "originalRcptToLocalId", "originalRcptToDomainId", "arrivalDate", "messageId", "authenticationResults",
            "x:sourceIp", "sourceDomainId", "sourceAsn", "countryCode", "deliveryResult", "authFailure", "reportedDomainID",
            "originalFromLocalId", "originalFromDomainId", "subject", "emailRule", "kind", "feed", "receivedDate",
            "reportMessageId", "reporterLocalId", "reporterDomainId", "reportAuth", "ipTrust", "fromHeader", "x:fingerprint",
            "octets", "rawId", "x:digest", "parserVersion")

    def links(self):
        self.seen = {}
        pick = Zipf(self.rng, self.urls, 0.6)
        for start in range(0, self.count, CHUNK):
            n = min(CHUNK, self.count - start)
            urls = iter(pick.many(5 * n))
            for i in range(start, start + n):
                mine = list(dict.fromkeys(itertools.islice(urls, (0, 1, 2, 3, 4, 5)[i % 6])))
                for position, url in enumerate(mine):
                    self.note(self.seen, url, self.arrival[i])
                    yield i + 1, url + 1, position + 1

    def attachments(self):
        self.held = {}
        for i, file in zip(range(0, self.count, 12), Zipf(self.rng, self.files, 0.8).many(self.count // 12 + 1)):
            self.note(self.held, file, self.arrival[i])
            yield i + 1, file + 1, 1, f"{WORDS[file % 41]}_{file}.zip"

    def file_rows(self):
        for i, (first, last) in sorted(self.held.items()):
            yield (i + 1, self.sql(first), self.sql(last), digest("md5", i)[:32], f"{WORDS[i % 41]}_{i}.zip", 1000 + i,
                   digest("file", i), digest("file", i))

    def pattern_rows(self):
        for i in range(self.templates):
            yield 3 * i + 1, "subject", self.shapes[i] + " # *", digest("p", i, 1)
            yield 3 * i + 2, "sender", f"{WORDS[i % 41]} * {i}", digest("p", i, 2)
            yield 3 * i + 3, "subject+sender", f"{self.shapes[i]} | {i}", digest("p", i, 3)
        for i, page in enumerate(PAGES):
            yield 3 * self.templates + i + 1, "url", page, digest("p", i, 4)

    def mail_patterns(self):
        for i, template in enumerate(self.template):
            yield i + 1, 3 * template + 1
            yield i + 1, 3 * (template if i % 4 else i % self.templates) + 2
            yield i + 1, 3 * template + 3
            if i % 6:
                yield i + 1, 3 * self.templates + i % len(PAGES) + 1

    def blocks(self):
        """Lines of what is searched, as store/search_lines.c puts them together."""
        number = itertools.count(1)
        for kind, texts in self.texts.items():
            lines, octets = [], 0
            for line in itertools.chain(texts, [None]):
                if lines and (line is None or octets + len(line[2]) >= 16000):
                    dates = [self.sql(when) for _, when, _ in lines if when is not None]
                    yield (next(number), kind, min(dates, default=None), max(dates, default=None),
                           ",".join(str(i) for i, _, _ in lines), "\n".join(text for _, _, text in lines).lower().encode().hex(), "", "")
                    lines, octets = [], 0
                if line is not None:
                    lines.append(line)
                    octets += len(line[2]) + 1
            texts.clear()

    def raw(self):
        """Messages of generated reports as the ingester stored them, again and again."""
        with harness.TempFolder() as folder:
            subprocess.run([sys.executable, harness.TOOLS / "gen_reports.py", "-q", "-n", "500", "--dir", folder / "mails"],
                           check=True)
            self.server.execute("DROP DATABASE IF EXISTS arf_sample; CREATE DATABASE arf_sample", name=None)
            config = folder / "forensic.cfg"
            config.write_text(self.server.config().replace("dbName = arf", "dbName = arf_sample"), encoding="utf-8")
            for command in (("lafayette-admin", "-c", config, "init"), ("lafayette-ingest", "-q", "-c", config, folder / "mails")):
                harness.run(*command, env={"LAFAYETTE_STATE": str(folder)}, want=0, timeout=300)
        self.server.execute("CREATE TABLE frame AS SELECT ROW_NUMBER() OVER (ORDER BY rawId) - 1 AS n, dictionaryId, body "
                            "FROM rawMessage WHERE rawId IN (SELECT rawId FROM rawMessage GROUP BY rawId HAVING COUNT(*) = 1); "
                            "ALTER TABLE frame ADD PRIMARY KEY (n)", name="arf_sample")
        frames = int(self.server.value("SELECT COUNT(*) FROM frame", name="arf_sample"))
        for start in range(0, self.count, CHUNK):
            end = min(self.count, start + CHUNK)
            self.server.execute("INSERT INTO rawMessage SELECT seq, 1, f.dictionaryId, f.body FROM "
                                f"seq_{start + 1}_to_{end} JOIN arf_sample.frame f ON f.n = seq % {frames}", name=self.name)
        self.server.execute("DROP DATABASE arf_sample", name=None)
        self.say("rawMessage")

    def fill(self, raw=True):
        self.arrival, self.template, self.texts = [], [], {"subject": [], "url": []}
        self.shapes = [self.words(2 + i % 4) + (" wire transfer" if i % 25 == 3 else "") for i in range(self.templates)]
        self.names()
        self.load("arfEmail", self.MAIL, self.mails())
        self.load("emailUrl", ("emailId", "urlId", "position"), self.links())
        self.load("url", ("urlId", "firstSeen", "lastSeen", "x:urlIp", "urlDomainId", "urlAsn", "urlCountryCode", "url",
                          "tail", "x:keyHash"), self.url_rows())
        self.load("emailFile", ("emailId", "fileId", "position", "filename"), self.attachments())
        self.load("file", ("fileId", "firstSeen", "lastSeen", "hash", "filename", "size", "sha256", "x:keyHash"),
                  self.file_rows())
        self.load("pattern", ("patternId", "kind", "pattern", "x:keyHash"), self.pattern_rows())
        self.load("emailPattern", ("emailId", "patternId"), self.mail_patterns())
        self.load("searchBlock", ("blockId", "kind", "firstDate", "lastDate", "plainIds", "x:plain", "otherIds", "other"),
                  self.blocks())
        if raw:
            self.raw()
        self.server.execute("UPDATE idBlock SET next = 100000000; ANALYZE TABLE arfEmail, emailUrl, url, emailFile, file, "
                            "emailPattern, pattern, domain, emailLocal, ipListing", name=self.name)
        self.say("analysed")


class Running(PrivateMariadb):
    """A server that runs already."""

    def __init__(self, socket, folder):
        super().__init__()
        self.socket, self.folder = socket, pathlib.Path(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--socket", required=True)
    parser.add_argument("--name", default="arf")
    parser.add_argument("-n", "--count", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--now", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with harness.TempFolder() as folder:
        server = Running(options.socket, folder)
        Bulk(server, options.name, options.count, options.days, options.now, options.seed).fill()


if __name__ == "__main__":
    main()
