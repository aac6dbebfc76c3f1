# SPDX-License-Identifier: Apache-2.0
"""The IMAP source against a real Dovecot, behind a line that delays and breaks."""
import hashlib
import re
import threading
import time
import unittest

import harness
from harness import imap_driver
from harness.delay_relay import DelayRelay
from harness.whole_dovecot import WholeDovecot

DATE = 1700000000
# What a server says, as a sender of mail would write it: tags cannot be guessed, literals are counted.
HOSTILE = [
    b"A001 OK done\r\nA002 OK FETCH completed\r\n* 5 EXPUNGE\r\n* BYE so long\r\n)\r\n",
    b"* 1 FETCH (UID 2 BODY[] {5}\r\nhello)\r\n* 2 FETCH (UID 2 BODY[] NIL)\r\n",
    b"{4000000000}\r\n{0}\r\n* OK [UIDVALIDITY 1] x\r\n+ go on\r\n",
    b"\"unbalanced \\\" ( { [ \r\n(((((((((((((\r\n",
    b"\x00\xff\xfe\r\r\n\n\r" + bytes(range(256)),
    b")\r\n",
    b"",
]


def mail(n, octets=b"", lines=None):
    lines = lines or n % 40
    return (b"From: a@example.com\r\nSubject: report %d\r\n\r\n" % n) + b"one more line of text\r\n" * lines + octets


def digests(octets):
    return [hashlib.sha256(one).hexdigest() for one in octets]


class DovecotCase(unittest.TestCase):
    extra = ""

    @classmethod
    def setUpClass(cls):
        cls.dovecot = WholeDovecot(cls.extra)
        cls.dovecot.__enter__()
        cls.addClassCleanup(cls.dovecot.__exit__)
        cls.program = imap_driver.build()

    def setUp(self):
        # An account of its own for each test.
        self.user = self.id().rpartition(".")[2]

    def deliver(self, mails, folder="INBOX"):
        for n, octets in enumerate(mails):
            self.dovecot.deliver(octets, folder, DATE + n, self.user)

    def read(self, want=0, **settings):
        settings = {"port": self.dovecot.port, "user": self.user, "settle": "keep", **settings}
        got = imap_driver.read(self.program, **settings)
        self.assertEqual(got.code, want, got)
        return got

    def folder(self, name="INBOX"):
        return [octets for _, octets in self.dovecot.mails(name, self.user)]

    def flags(self, name="INBOX"):
        return {flags for flags, _ in self.dovecot.mails(name, self.user)}


class ReadingTest(DovecotCase):
    def test_octets_and_dates_are_as_they_lie_there(self):
        mails = [mail(n) for n in range(20)] + [mail(100, one) for one in HOSTILE]
        self.deliver(mails)
        for settle in ("keep", "move"):
            got = self.read(settle=settle)
            self.assertEqual([one[2] for one in got.mails.values()], [DATE + n for n in range(len(mails))])
            self.assertEqual(got.digests, digests(crlf(one) for one in mails))
        self.assertEqual(self.folder(), [])
        self.assertEqual(self.folder("Done"), mails)
        self.assertEqual(self.flags("Done"), {""}, "\\Seen was set")

    def test_keep_changes_nothing(self):
        self.deliver([mail(n) for n in range(5)])
        before = self.dovecot.mails(user=self.user)
        self.read()
        self.assertEqual(self.dovecot.mails(user=self.user), before)

    def test_known_ones_are_not_fetched(self):
        self.deliver([mail(n) for n in range(300)])
        with harness.TempFolder() as folder:
            first = self.read(known=folder / "known")
            self.assertEqual(len(first.mails), 300)
            self.deliver([mail(1000)])
            second = self.read(known=folder / "known")
        self.assertEqual((second.order, second.expected), ([301], 1))

    def test_too_large_is_not_downloaded(self):
        self.deliver([mail(1), b"Subject: big\n\n" + b"0123456789abcde\n" * (26 * 1024 * 1024 // 16), mail(2)])
        with DelayRelay(self.dovecot.port) as relay:
            got = self.read(port=relay.port, settle="move")
        self.assertEqual(sorted(got.mails), [1, 3])
        self.assertRegex(got.unreadable[2], "^too large: 2[0-9]{7} octets")
        self.assertEqual((len(self.folder("Done")), len(self.folder("Quarantine"))), (2, 1))
        def sent():
            """Octets, as Dovecot logs them some time after a connection's end."""
            return [int(octets) for line in self.dovecot.log().splitlines() if self.user in line
                    for octets in re.findall(r"out=(\d+)", line)]
        harness.wait_for(sent, "Dovecot's count of octets")
        self.assertLess(sum(sent()), 100_000)

    def test_largest_is_read(self):
        big = b"Subject: big\r\n\r\n" + b"0123456789abcd\r\n" * (24 * 1024 * 1024 // 16)
        self.deliver([mail(1), big, mail(2), big])
        self.assertEqual(self.read().digests, digests([mail(1), big, mail(2), big]))

    def test_no_mail(self):
        self.deliver([mail(1)])
        self.read(settle="delete")
        self.assertEqual(self.read(settle="delete").order, [])

    def test_folder_name_is_encoded(self):
        self.deliver([mail(1)], "Pr&APw-fung")
        self.assertEqual(len(self.read(folder="Prüfung", settle="move", done="Erledigt & gut ß").mails), 1)
        self.assertEqual(self.folder("Erledigt &- gut &AN8-"), [mail(1)])


def crlf(octets):
    """As Dovecot sends it: LF without CR gets one; literals may not hold NUL (RFC 3501, 4.3)."""
    return re.sub(rb"(?<!\r)\n", b"\r\n", octets).replace(b"\0", b"\x80")


class LoginTest(DovecotCase):
    def test_tls(self):
        self.deliver([mail(n) for n in range(100)])
        for tls, port in (("tls", self.dovecot.tls_port), ("starttls", self.dovecot.port)):
            for host in ("127.0.0.1", "localhost"):
                got = self.read(tls=tls, port=port, host=host, ca_file=self.dovecot.ca_file)
                self.assertEqual(len(got.mails), 100)

    def test_certificate_unknown(self):
        for tls, port in (("tls", self.dovecot.tls_port), ("starttls", self.dovecot.port)):
            self.assertIn("certificate", self.read(78, tls=tls, port=port).err)
            self.read(tls=tls, port=port, unverified=1)

    def test_password_refused(self):
        got = self.read(78, password="wrong-one")
        self.assertIn("user or password refused", got.err)
        self.assertNotIn("wrong-one", got.err)

    def test_folder_is_not_there(self):
        self.assertIn("folder Nowhere", self.read(78, folder="Nowhere").err)

    def test_folder_is_its_own_target(self):
        """Moved into the folder that is read, messages would come again with each run, and purge would take
        unread ones for done."""
        self.deliver([mail(1)])
        for how in ({"settle": "move", "done": "INBOX"}, {"settle": "move", "done": "inbox"},
                    {"settle": "move", "quarantine": "Inbox"}, {"settle": "keyword", "quarantine": "INBOX"}):
            with self.subTest(how):
                self.assertRegex(self.read(78, **how).err, "(imapDone|imapQuarantine) is the folder that is read")
        self.assertEqual(self.folder(), [mail(1)])
        self.assertEqual(len(self.read(settle="keep", done="INBOX").mails), 1)

    def test_server_away(self):
        with DelayRelay(1) as relay:
            port = relay.port
        start = time.monotonic()
        self.assertIn("trying again", self.read(75, port=port).err)
        self.assertLess(time.monotonic() - start, 40 * harness.PATIENCE)

    def test_next_host_of_the_list(self):
        self.deliver([mail(1)])
        with DelayRelay(1) as relay:
            dead = relay.port
        got = self.read(port=dead, host=f"127.0.0.1,127.0.0.1:{self.dovecot.port}")
        self.assertEqual(len(got.mails), 1)

    def test_silent_server(self):
        self.deliver([mail(1)])
        with DelayRelay(self.dovecot.port) as relay:
            relay.stall()
            self.read(75, port=relay.port, connect_seconds=1)


class SettlingTest(DovecotCase):
    def test_delete(self):
        self.deliver([mail(n) for n in range(10)])
        self.read(settle="delete", settle_after=7)
        self.assertEqual(self.folder(), [mail(n) for n in (7, 8, 9)])

    def test_keyword(self):
        self.deliver([mail(n) for n in range(10)])
        self.assertEqual(len(self.read(settle="keyword", settle_after=7).mails), 10)
        self.assertEqual(self.read(settle="keyword").order, [8, 9, 10])
        self.assertEqual(self.read(settle="keyword").order, [])
        self.assertEqual(len(self.folder()), 10)

    def test_quarantine(self):
        self.deliver([mail(n) for n in range(6)])
        self.read(settle="move", bad="2,5", done="Out", quarantine="Bad")
        self.assertEqual(self.folder("Bad"), [mail(1), mail(4)])
        self.assertEqual(self.folder("Out"), [mail(n) for n in (0, 2, 3, 5)])

    def test_quarantine_is_not_deleted(self):
        self.deliver([mail(n) for n in range(3)])
        self.read(settle="delete", bad="2")
        self.assertEqual((self.folder(), self.folder("Quarantine")), ([], [mail(1)]))

    def test_deleted_by_hand_is_left_alone(self):
        self.deliver([mail(n) for n in range(4)])
        self.read(settle="keep", quarantine="Bad")  # SELECT moves the files to cur/
        cur = self.dovecot.place("INBOX", self.user) / "cur"
        path = next(file for file in cur.iterdir() if file.read_bytes() == mail(2))
        path.rename(path.with_name(path.name.partition(":2,")[0] + ":2,T"))
        self.assertEqual(self.read(settle="delete").order, [1, 2, 4])
        self.assertEqual(self.folder(), [mail(2)])

    def test_many_are_settled_on_the_way(self):
        self.deliver([mail(n, lines=1) for n in range(9000)])
        child = imap_driver.start(self.program, port=self.dovecot.port, user=self.user, settle="move", limit=8800,
                                  hold=6000, quiet=1)
        harness.wait_for(lambda: len(self.folder("Done")) >= 2000, "settling before the end")
        imap_driver.release(child)
        got = imap_driver.finish(child)
        self.assertEqual((got.code, got.expected), (0, 9000), got)
        self.assertEqual((len(self.folder("Done")), len(self.folder())), (8800, 200))


class TwoIngestersTest(DovecotCase):
    def test_both_at_once(self):
        """Two hosts on one feed: each mail is in Done once, whoever moved it."""
        mails = [mail(n, lines=30) for n in range(3000)]
        self.deliver(mails)
        children = [imap_driver.start(self.program, port=self.dovecot.port, user=self.user, settle="move",
                                      limit=limit) for limit in (0, 2500)]
        got = [imap_driver.finish(child) for child in children]
        self.assertEqual([one.code for one in got], [0, 0], got)
        self.assertEqual(set(got[0].digests) | set(got[1].digests), set(digests(mails)))
        self.assertEqual((self.folder(), sorted(self.folder("Done"))), ([], sorted(mails)))

    def test_gone_meanwhile(self):
        self.deliver([mail(n, lines=800) for n in range(2000)])
        child = imap_driver.start(self.program, port=self.dovecot.port, user=self.user, settle="move",
                                  hold=1)
        child.stdout.readline()
        self.read(settle="delete", limit=1900)
        imap_driver.release(child)
        got = imap_driver.finish(child)
        self.assertEqual((got.code, got.unreadable), (0, {}), got)
        self.assertEqual(self.folder(), [])


class BrokenLineTest(DovecotCase):
    COUNT = 1500

    def setUp(self):
        super().setUp()
        self.mails = [mail(n, lines=300) for n in range(self.COUNT)]
        self.deliver(self.mails)

    def check(self, got):
        self.assertEqual(got.order, sorted(set(got.order)), "a mail came twice or out of order")
        self.assertEqual(got.digests, digests(self.mails))
        self.assertEqual(got.unreadable, {})

    def test_cut_in_the_middle(self):
        with DelayRelay(self.dovecot.port, 0.002) as relay:
            # Amid the 8 MB: in sizes, in a literal's count, in literals.
            relay.cut_after = [1200, 3_000, 700_001, 2_000_003, 400_007]
            got = self.read(port=relay.port, settle="move")
            self.assertGreaterEqual(relay.connections, 5)
        self.check(got)
        self.assertEqual((self.folder(), len(self.folder("Done"))), ([], self.COUNT))

    def test_stalled(self):
        with DelayRelay(self.dovecot.port) as relay:
            child = imap_driver.start(self.program, port=relay.port, host="127.0.0.1,localhost:%d" % self.dovecot.port,
                                      user=self.user, settle="move", hold=1, idle_seconds=4)
            child.stdout.readline()
            relay.stall()
            imap_driver.release(child)
            relay.stalled.wait()
            out, err = imap_driver.finish_text(child)
        self.assertEqual(child.returncode, 0, err)
        self.assertIn("does not answer in time", err)
        self.assertEqual(out.count("\n"), self.COUNT)
        self.assertEqual(len(self.folder("Done")), self.COUNT)

    def test_killed(self):
        """kill -9 of all of Dovecot, thrice, while mails come in; then kill -9 of us."""
        child = imap_driver.start(self.program, port=self.dovecot.port, user=self.user, settle="move", hold="100,500,1000")
        lines = []
        reader = threading.Thread(target=lambda: lines.extend(child.stdout), daemon=True)
        reader.start()
        for at in (100, 500, 1000):
            harness.wait_for(lambda at=at: len(lines) >= at, f"{at} mails")
            self.dovecot.kill()
            self.dovecot.start()
            imap_driver.release(child)
        reader.join(120)
        err = child.stderr.read()
        got = imap_driver.Outcome([], child.wait(60), "".join(lines), err)
        self.assertEqual(got.code, 0, err)
        self.assertGreaterEqual(err.count("connecting anew"), 1, err)
        self.check(got)
        self.assertEqual((self.folder(), len(self.folder("Done"))), ([], self.COUNT))

    def test_we_are_killed(self):
        with harness.TempFolder() as folder:
            child = imap_driver.start(self.program, port=self.dovecot.port, user=self.user, settle="keep",
                                      hold=200)
            first = [child.stdout.readline() for _ in range(200)]
            child.kill()
            child.communicate()
            (folder / "known").write_text("".join(" ".join(line.split()[:2]) + "\n" for line in first))
            second = self.read(known=folder / "known")
        self.assertEqual(len(second.mails), self.COUNT - 200)

    def test_uidvalidity_changes_on_the_way(self):
        with DelayRelay(self.dovecot.port) as relay:
            child = imap_driver.start(self.program, port=relay.port, user=self.user, settle="move", hold=50)
            lines = [child.stdout.readline() for _ in range(50)]
            self.dovecot.kill()
            place = self.dovecot.place("INBOX", self.user)
            for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.cache", "dovecot.index.log"):
                (place / name).unlink(missing_ok=True)
            self.dovecot.start()
            imap_driver.release(child)
            out, err = imap_driver.finish_text(child)
        self.assertEqual(child.returncode, 0, err)
        self.assertIn("UIDVALIDITY changed", err)
        lines += out.splitlines()
        validities = {line.split()[0] for line in lines if not line.startswith("end")}
        self.assertEqual(len(validities), 2)
        self.assertEqual({line.split()[3] for line in lines if not line.startswith("end")}, set(digests(self.mails)))
        self.assertEqual((self.folder(), len(self.folder("Done"))), ([], self.COUNT))


class NoMoveTest(DovecotCase):
    extra = "imap_capability = IMAP4rev1 UIDPLUS"

    def test_copy_and_expunge(self):
        self.deliver([mail(n) for n in range(20)])
        got = self.read(settle="move", settle_after=15, bad="3")
        self.assertIn("no MOVE there", got.err)
        self.assertEqual(self.folder(), [mail(n) for n in range(15, 20)])
        self.assertEqual((len(self.folder("Done")), len(self.folder("Quarantine"))), (14, 1))
        self.assertEqual(self.flags("Done"), {""})


class OldServerTest(DovecotCase):
    extra = "imap_capability = IMAP4rev1"

    def test_keyword_instead(self):
        self.deliver([mail(n) for n in range(3000)])
        self.assertIn("keyword instead", self.read(settle="move", settle_after=2990).err)
        self.assertEqual(len(self.read(settle="move").order), 10)
        self.assertEqual((len(self.folder()), len(self.read(settle="move").order)), (3000, 0))


if __name__ == "__main__":
    unittest.main()
