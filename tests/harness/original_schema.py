# SPDX-License-Identifier: Apache-2.0
"""Databases of the original: its tables (tests/cases/original.sql), and many rows as it stored them.

`python3 -m harness.original_schema COUNT | mariadb DATABASE` (from tests/) makes COUNT mails; the rows are
the same for the same COUNT, and hold all that a real database of the original has to be mended for.
"""
import random
import sys

import harness

OLDEST = harness.CASES / "original.sql"
HEAD = "SET NAMES utf8; SET sql_mode = ''; SET unique_checks = 0; SET foreign_key_checks = 0;\n"
INSERT_ROWS = 200

WORDS = ("your account statement invoice payment notice of delivery please verify the wire transfer security "
         "update mailbox quota parcel order confirm password limited access customer service online bank "
         "dear sir madam kindly review document attached click below link within hours team support").split()


def literal(value):
    """A value as SQL: None, a number, octets, or text."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return "x'" + value.hex() + "'"
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r") + "'"


def insert(table, rows):
    """INSERT statements, some hundred rows each."""
    for at in range(0, len(rows), INSERT_ROWS):
        values = ",\n".join("(" + ",".join(map(literal, row)) + ")" for row in rows[at:at + INSERT_ROWS])
        yield f"INSERT INTO {table} VALUES {values};\n"


def tables():
    return OLDEST.read_text(encoding="utf-8")


def create(server, name="arf"):
    """A fresh database of the original, without rows."""
    server.execute(f"DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name} CHARACTER SET utf8", name=None)
    server.execute(tables(), name=name)


class Rows:
    """COUNT mails and what hangs on them."""

    def __init__(self, count, content=3000):
        self.count, self.content, self.random = count, content, random.Random(count)
        self.domains = max(count // 50, 20)
        self.locals = max(count // 4, 20)
        self.urls = max(count // 3, 20)
        self.files = max(count // 20, 5)
        self.bodies = [self.body() for _ in range(64)]

    def body(self):
        r = self.random
        lines = []
        while sum(map(len, lines)) < self.content * 3 // 4:
            lines.append(" ".join(r.choice(WORDS) for _ in range(12)) + r.choice([".", "&#65533;&#65533;", " =20"]))
        return "\n".join(lines)

    def names(self):
        """Every third name has the stray mark, of which every second is there without it as well."""
        for table, total, form in (("domain", self.domains, "d{}.example.com"), ("emailLocal", self.locals, "user{}")):
            mark = (lambda name: name + ">") if table == "domain" else (lambda name: "<" + name)
            names, rows = [""], []
            for i in range(2, total + 1):
                name = form.format(i if i % 6 else i - 1)
                names.append(mark(name) if i % 3 == 0 else name)
            for i, name in enumerate(names, 1):
                rows.append((i, name))
            yield from insert(table, rows)

    def links(self):
        r = self.random
        rows = []
        for i in range(1, self.urls + 1):
            same = i if i % 10 else i - 1  # each tenth is its neighbour written otherwise
            url = f"http://h{same % self.domains}.example.net/{same}/mail.htm"
            if i % 10 == 0:
                url = url.replace("http://h", "HTTP://H").replace("example.net", "example.net:80")
            rows.append((i, self.date(i), self.date(i), bytes((198, 18, i >> 8 & 255, i & 255)) if i % 4 else None,
                         i % self.domains + 1, 64496 + i % 10 if i % 5 else 0, None, url))
        yield from insert("url", rows)
        rows = [(i, self.date(i), self.date(i), f"{r.getrandbits(128):032x}", f"invoice-{i}.zip")
                for i in range(1, self.files + 1)]
        yield from insert("file", rows)
        yield from insert("asn", [(64496 + i, f"abuse@as{i}.example.com") for i in range(10)])

    @staticmethod
    def date(n):
        day, second = n // 86400 % 28 + 1, n % 86400
        return f"2014-05-{day:02} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"

    def mail(self, n):
        r = self.random
        known = r.random() < 0.9
        return (n, ("auth-failure", "abuse", "")[n % 10 // 8 + (n % 100 == 99)],
                ("normal", "bounce", "auto-replied")[(n % 7 == 0) + (n % 21 == 0)], int(n % 50 == 0),
                r.randint(1, self.locals), r.randint(1, self.domains), r.randint(1, self.locals),
                r.randint(1, self.domains), self.date(n), f"<{n}.{r.getrandbits(40):x}@mail.example.com>",
                "mx.example.org; dmarc=fail header.from=example.com",
                bytes((198, 18, r.randrange(256), r.randrange(256))) if n % 9 else r.randbytes(16),
                r.randint(1, self.domains), 64496 + r.randrange(2000) if known else 0,
                r.choice(("US", "DE", "CN", "BR")) if known else "ZZ", ("none", "quarantine", "reject")[n % 3], None,
                None if n % 40 == 0 else r.randint(1, 20), r.randint(1, self.locals), r.randint(1, self.domains),
                f"{r.choice(WORDS)} {r.choice(WORDS)} {n % 1000} &#228; =?utf-8?Q?=C3=BC?=",
                f"From: \"A\" <a{n}@example.com>\nSubject: mail {n}\nMessage-ID: <{n}@example.com>\n\n{n}\n"
                + r.choice(self.bodies) + r.choice(self.bodies)[:self.content // 3])

    def mails(self):
        """Mails and their links, some at a time."""
        r = self.random
        url_link = file_link = 0
        for at in range(1, self.count + 1, INSERT_ROWS):
            numbers = range(at, min(at + INSERT_ROWS, self.count + 1))
            yield from insert("arfEmail", [self.mail(n) for n in numbers])
            urls, files = [], []
            for n in numbers:
                for _ in range(n % 3):
                    url_link += 1
                    urls.append((url_link, n, r.randint(1, self.urls)))
                if n % 5 == 0:
                    url_link += 1
                    urls.append((url_link, n, urls[-1][2] if urls else 1))  # often the same pair again
                if n % 11 == 0:
                    file_link += 1
                    files.append((file_link, n, r.randint(1, self.files)))
            yield from insert("emailUrl", urls)
            yield from insert("emailFile", files)

    def statements(self, commit_every=5000):
        yield HEAD + "START TRANSACTION;\n"
        yield from self.names()
        yield from self.links()
        for i, statement in enumerate(self.mails()):
            yield statement
            if i % max(commit_every // INSERT_ROWS * 3, 1) == 0:
                yield "COMMIT; START TRANSACTION;\n"
        yield "COMMIT;\n"


def fill(server, count, name="arf", content=600):
    """COUNT mails into a database that create() made."""
    server.execute("".join(Rows(count, content).statements()), name=name)


if __name__ == "__main__":
    for text in Rows(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3000).statements():
        sys.stdout.write(text)
