# SPDX-License-Identifier: Apache-2.0
"""The IMAP source against servers that lack things, lie, and talk nonsense; and logins by token."""
import hashlib
import stat
import unittest

import harness
from harness import imap_driver
from harness.fake_imap import FakeImap


def mail(n):
    return b"Subject: report %d\r\n\r\nbody\r\n" % n


def digest(octets):
    return hashlib.sha256(octets).hexdigest()


class FakeCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = imap_driver.build()

    def server(self, capability=None, mails=5, **options):
        imap = FakeImap(**({"capability": capability} if capability else {}), **options)
        imap.__enter__()
        self.addCleanup(imap.__exit__)
        for n in range(mails):
            imap.deliver(mail(n))
        return imap

    def read(self, imap, want=0, **settings):
        got = imap_driver.read(self.program, **{"port": imap.port, "settle": "keep", **settings})
        self.assertEqual(got.code, want, got)
        return got

    def check(self, imap, got, but=()):
        """All mails of INBOX came, each once, but those."""
        self.assertEqual(sorted(got.order), sorted(set(got.order)))
        for uid, one in imap.folders["INBOX"].items():
            if uid not in but:
                self.assertEqual(got.mails[uid][:2], (len(one.octets), digest(one.octets)), got)


class LackingTest(FakeCase):
    def test_nothing_at_all(self):
        """Neither MOVE, UIDPLUS, ESEARCH nor keywords: COPY and EXPUNGE."""
        imap = self.server("IMAP4rev1 AUTH=PLAIN", keywords=False)
        got = self.read(imap, settle="move", settle_after=4, bad="2")
        self.assertIn("copied and expunged", got.err)
        self.assertEqual(imap.octets(), [mail(4)])
        self.assertEqual(imap.octets("Done"), [mail(n) for n in (0, 2, 3)])
        self.assertEqual(imap.octets("Quarantine"), [mail(1)])

    def test_others_deleted_ones_are_not_expunged(self):
        for settle in ("move", "delete"):
            imap = self.server("IMAP4rev1 AUTH=PLAIN", keywords=False)
            imap.folders["INBOX"][2].flags.add("\\Deleted")
            got = self.read(imap, settle=settle)
            self.assertEqual(got.order, [1, 3, 4, 5])
            self.assertEqual(imap.octets(), [mail(n) for n in range(5)])
            self.assertIn("4 messages stay flagged", got.err)
            self.assertNotIn("EXPUNGE", imap.commands)
            self.assertEqual(self.read(imap, settle=settle).order, [])

    def test_keyword_is_not_kept(self):
        imap = self.server(keywords=False)
        got = self.read(imap, settle="keyword")
        self.assertIn("stay as they are", got.err)
        self.assertEqual(set().union(*imap.flags().values()), set())
        with harness.TempFolder() as folder:
            (folder / "known").write_text("7 1\n7 3\n8 2\n")
            self.assertEqual(self.read(imap, settle="keyword", known=folder / "known").order, [2, 4, 5])

    def test_known_ones_are_looked_at_only_where_they_stay(self):
        """A wrong row must not keep a mail from being moved."""
        imap = self.server()
        with harness.TempFolder() as folder:
            (folder / "known").write_text("7 1\n")
            self.assertEqual(len(self.read(imap, settle="move", known=folder / "known").order), 5)

    def test_keyword_name(self):
        imap = self.server()
        self.read(imap, settle="keyword", keyword="Lafayette", settle_after=2)
        self.assertEqual([sorted(flags) for flags in imap.flags().values()], [["Lafayette"]] * 2 + [[]] * 3)
        self.read(imap, 78, settle="keyword", keyword="two words")

    def test_folders_below_inbox(self):
        imap = self.server("IMAP4rev1 AUTH=PLAIN MOVE NAMESPACE")
        imap.answers['CREATE'] = "NO [CANNOT] only below INBOX."
        imap.folders["INBOX.Done"] = {}
        self.read(imap, settle="move")
        self.assertEqual(len(imap.octets("INBOX.Done")), 5)

    def test_folder_cannot_be_made(self):
        imap = self.server()
        imap.answers["CREATE"] = "NO [NOPERM] not you"
        got = self.read(imap, 78, settle="move")
        self.assertIn("[NOPERM] not you", got.err)
        self.assertEqual(got.order, [])

    def test_read_only(self):
        imap = self.server()
        imap.read_only = True
        self.assertIn("may only be read", self.read(imap, 78, settle="move").err)
        self.assertEqual(len(self.read(imap).order), 5)
        self.assertIn("EXAMINE \"INBOX\"", imap.commands)

    def test_settling_refused(self):
        """All mails come all the same; the reason comes at the end."""
        imap = self.server()
        imap.answers["UID MOVE"] = "NO [OVERQUOTA] full"
        got = self.read(imap, 78, settle="move")
        self.assertEqual((len(got.order), len(imap.octets())), (5, 5))
        self.assertIn("settling: IMAP UID MOVE: [OVERQUOTA] full", got.err)

    def test_line_breaks_while_settling(self):
        old = "IMAP4rev1 AUTH=PLAIN"
        for capability, verbs in ((None, ["UID MOVE"]), (f"{old} UIDPLUS", ["UID COPY", "UID STORE", "UID EXPUNGE"]),
                                  (old, ["UID COPY", "UID STORE", "UID SEARCH", "EXPUNGE"])):
            for verb in verbs:
                with self.subTest(capability=capability, verb=verb):
                    imap = self.server(capability, keywords=False)

                    def last(right, imap=imap, verb=verb):  # the search for what is deleted, not the first
                        imap.answers[verb] = None
                        return right
                    imap.body[5] = last
                    got = self.read(imap, settle="move")
                    self.assertEqual((len(got.order), imap.octets(), imap.logins), (5, [], 2))
                    # COPY may have been done before the line broke; a copy too many is harmless.
                    self.assertLessEqual({mail(n) for n in range(5)}, set(imap.octets("Done")))

    def test_slow_reader(self):
        """The time for logging in does not count what comes after."""
        imap = self.server(mails=8)
        self.assertEqual(len(self.read(imap, settle="move", connect_seconds=1, pause_us=300_000).order), 8)
        self.assertEqual((imap.octets(), imap.logins), ([], 1))

    def test_seen_is_left_alone(self):
        imap = self.server()
        self.read(imap, settle="keyword")
        fetches = [one for one in imap.commands if "BODY" in one]
        self.assertTrue(fetches and all("BODY.PEEK[]" in one for one in fetches), fetches)


class LyingTest(FakeCase):
    """One mail in the middle goes wrong; all others must come, each once."""

    def bad(self, body, **more):
        imap = self.server(mails=6, **more)
        imap.body[3] = body
        return imap

    def unreadable(self, body, why, **settings):
        imap = self.bad(body)
        got = self.read(imap, **settings)
        self.check(imap, got, but=[3])
        self.assertRegex(got.unreadable[3], why)
        return imap

    def test_nil(self):
        imap = self.unreadable(lambda _: b"* 3 FETCH (UID 3 BODY[] NIL)", "no content", settle="move")
        self.assertEqual((len(imap.octets("Done")), imap.octets("Quarantine")), (5, [mail(2)]))

    def test_literal_too_short(self):
        self.unreadable(lambda right: right.replace(b"{27}", b"{5}"), "malformed")

    def test_literal_too_long(self):
        """It swallows what follows, and then the server waits for us."""
        imap = self.bad(lambda right: right.replace(b"{27}", b"{270}"))
        got = self.read(imap, 75, idle_seconds=1, settle="move")
        self.check(imap, got, but=[3])
        self.assertIn("one of them uid 3", got.err)
        self.assertEqual(imap.octets(), [mail(2)])

    def test_no_close(self):
        self.unreadable(lambda right: right[:-1], "malformed")

    def test_endless_line(self):
        self.unreadable(lambda _: b"* 3 FETCH (UID 3 " + b"X" * (17 << 20), "malformed")

    def test_absurd_literal(self):
        self.unreadable(lambda _: b"* 3 FETCH (UID 3 BODY[] {99999999999}", "malformed")
        self.unreadable(lambda _: b"* 3 FETCH (UID 3 BODY[] {9999999999999999999999}", "malformed")

    def test_literal_beyond_the_limit(self):
        """Announced as small: read over, not kept, and the line goes on."""
        size = 30 << 20
        imap = self.bad(lambda _: b"* 3 FETCH (UID 3 BODY[] {%d}\r\n%s)" % (size, b"A001 OK x\r\n" * (size // 11) + b"x" * (size % 11)))
        got = self.read(imap)
        self.check(imap, got, but=[3])
        self.assertEqual((imap.logins, got.unreadable[3]), (1, f"too large: {size} octets where 27 were announced"))

    def test_literal_above_what_was_announced(self):
        self.unreadable(lambda _: b"* 3 FETCH (UID 3 BODY[] {200000}\r\n%s)" % bytes(200000), "where 27 were")

    def test_size_is_an_estimate(self):
        imap = self.server()
        imap.folders["INBOX"][2].size = 20
        imap.folders["INBOX"][3].size = 4000
        self.check(imap, self.read(imap))

    def test_announced_as_too_large(self):
        imap = self.server()
        imap.folders["INBOX"][2].size = 99999999999999999999999
        imap.folders["INBOX"][3].size = 26 << 20
        got = self.read(imap)
        self.check(imap, got, but=[2, 3])
        self.assertEqual(sorted(got.unreadable), [2, 3])

    def test_quoted_body(self):
        imap = self.bad(lambda _: b'* 3 FETCH (BODY[] "a \\"quoted\\" \\\\ body" UID 3 FLAGS (\\Seen))')
        got = self.read(imap)
        self.assertEqual(got.mails[3][:2], (17, digest(b'a "quoted" \\ body')))

    def test_guessed_tags(self):
        """What would end a command of libcurl's own."""
        imap = self.bad(lambda right: b"A003 OK done\r\n" + right)
        got = self.read(imap)
        self.check(imap, got, but=[3])
        self.assertIn("command never sent", got.err)

    def test_other_mails_answers(self):
        """Bodies that were not asked for, twice, or for another UID are not taken."""
        imap = self.bad(lambda right: b"* 1 FETCH (UID 1 BODY[] {3}\r\nbad)\r\n* 9 FETCH (UID 900 BODY[] {3}\r\nbad)\r\n"
                        b"* 2 FETCH (BODY[] {3}\r\nbad)\r\n* 3 FETCH (FLAGS (\\Seen $x))\r\n" + right)
        self.check(imap, self.read(imap))

    def test_line_breaks_at_one_mail(self):
        """Each time: it is left for the next run, all others come, and the run says so."""
        imap = self.bad(lambda _: None)
        got = self.read(imap, 75, settle="move")
        self.check(imap, got, but=[3])
        self.assertIn("one of them uid 3", got.err)
        self.assertEqual((imap.octets(), len(imap.octets("Done"))), ([mail(2)], 5))

    def test_line_breaks_once(self):
        broken = []
        imap = self.bad(lambda right: right if broken or broken.append(1) else None)
        got = self.read(imap, settle="move")
        self.assertEqual((len(got.order), got.unreadable, imap.octets()), (6, {}, []))

    def test_one_range_refused(self):
        imap = self.server()
        imap.answers["FETCHED"] = "NO [SERVERBUG] partly"
        imap.body[2] = lambda _: b""
        got = self.read(imap)
        self.check(imap, got, but=[2])
        self.assertIn("refuses to give it: partly", got.unreadable[2])

    def test_expunged_meanwhile(self):
        imap = self.server()
        imap.body[2] = lambda _: b""
        got = self.read(imap)
        self.assertEqual((got.order, got.unreadable), ([1, 3, 4, 5], {}))

    def test_search_that_names_all_numbers(self):
        imap = self.server()
        imap.capability += "\r\n* ESEARCH UID ALL 1:4294967295"  # before any search: means nothing
        self.assertEqual(len(self.read(imap).order), 5)
        imap = self.server(mails=1)
        imap.folders["INBOX"][1].octets = b""
        self.assertEqual(self.read(imap).mails[1][0], 0)

    def test_answers_of_later(self):
        imap = self.server()
        imap.answers["SELECT"] = "NO [UNAVAILABLE] later"
        imap.answers["EXAMINE"] = "NO [UNAVAILABLE] later"
        self.read(imap, 75)
        self.assertEqual(imap.logins, 5)

    def test_validity_changes(self):
        imap = self.server(mails=6)

        def renumber(_):
            imap.validity += 1
            del imap.body[3]
            imap.folders["INBOX"] = {uid + 100: one for uid, one in imap.folders["INBOX"].items()}
            return None
        imap.body[3] = renumber
        got = self.read(imap, settle="move")
        self.assertIn("UIDVALIDITY changed", got.err)
        self.assertEqual(got.order, [1, 2, 101, 102, 103, 104, 105, 106])
        self.assertEqual((imap.octets(), len(imap.octets("Done"))), ([], 6))


class TokenTest(FakeCase):
    def token_server(self, mechanisms="AUTH=XOAUTH2", **options):
        imap = self.server(f"IMAP4rev1 SASL-IR {mechanisms} MOVE", **options)
        imap.token = "ya29.secret-token"
        return imap

    def test_file(self):
        for mechanisms in ("AUTH=XOAUTH2", "AUTH=OAUTHBEARER AUTH=XOAUTH2", "AUTH=PLAIN AUTH=XOAUTH2"):
            imap = self.token_server(mechanisms)
            with harness.TempFolder() as folder:
                (folder / "token").write_text(imap.token + "\nmore\n")
                got = self.read(imap, password=None, token_file=folder / "token")
                self.assertEqual(len(got.order), 5)
                (folder / "token").write_text("an-old-one")
                got = self.read(imap, 78, password=None, token_file=folder / "token")
                self.assertIn("user or token refused", got.err)
                self.assertNotIn("an-old-one", got.err)

    def test_command_without_a_shell(self):
        imap = self.token_server()
        with harness.TempFolder() as folder:
            script = folder / "token for us"
            script.write_text(f"#!/bin/sh\necho run >>'{folder}/runs'\n[ \"$1\" = 'a b;$(x)' ] && echo {imap.token}\n")
            script.chmod(stat.S_IRWXU)
            command = f"'{script}' 'a b;$(x)'"
            imap.body[3] = lambda right: right if imap.logins > 1 else None
            got = self.read(imap, password=None, token_command=command)
            self.assertEqual(len(got.order), 5)
            self.assertEqual((folder / "runs").read_text(), "run\nrun\n", "a token is asked for at each login")
            self.assertIn("exit code 1", self.read(imap, 75, password=None, token_command=f"'{script}' x").err)
        self.assertIn("no token", self.read(imap, 78, password=None, token_command="true").err)
        self.read(imap, 78, password=None, token_command="/nonexistent/program")
        self.read(imap, 78, password=None, token_command="unbalanced 'quote")
        self.read(imap, 78, password=None, token_file="/nonexistent/file")

    def test_token_is_sent_as_nothing_else(self):
        imap = self.server("IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN")
        with harness.TempFolder() as folder:
            (folder / "token").write_text("t0ken\n")
            got = self.read(imap, 78, password=None, token_file=folder / "token")
        self.assertIn("does not take XOAUTH2", got.err)
        self.assertFalse([one for one in imap.commands if one.startswith(("LOGIN", "AUTH"))], imap.commands)


class PasswordTest(FakeCase):
    def test_login_command_only(self):
        imap = self.server("IMAP4rev1 MOVE")
        self.assertEqual(len(self.read(imap).order), 5)
        self.assertIn("LOGIN", imap.commands)

    def test_no_way_to_log_in(self):
        imap = self.server("IMAP4rev1 LOGINDISABLED AUTH=GSSAPI")
        self.assertIn("does not take passwords", self.read(imap, 78).err)

    def test_refused(self):
        for capability in ("IMAP4rev1", "IMAP4rev1 AUTH=PLAIN"):
            imap = self.server(capability)
            got = self.read(imap, 78, password="not-this-one")
            self.assertIn("password refused", got.err)
            self.assertNotIn("not-this-one", got.err)
            tries = [one for one in imap.commands if one.startswith(("LOGIN", "AUTH"))]
            self.assertEqual(len(tries), 1, "a refused password is tried once: accounts get locked")

    def test_refused_for_now(self):
        imap = self.server()
        imap.answers["AUTHENTICATE"] = "NO [UNAVAILABLE] directory is away"
        self.assertIn("directory is away", self.read(imap, 75).err)

    def test_no_starttls_there(self):
        imap = self.server()
        self.read(imap, 78, tls="starttls")
        self.assertFalse([one for one in imap.commands if one.startswith(("LOGIN", "AUTH"))], imap.commands)

    def test_plain_text_leaves_this_machine(self):
        got = imap_driver.read(self.program, host="192.0.2.1")
        self.assertEqual(got.code, 78, got)
        got = imap_driver.read(self.program, host="127.0.0.1,imap.example.com")
        self.assertEqual(got.code, 78, got)

    def test_settings(self):
        cases = {"no password": {"password": None}, "no user": {"user": ""}, "no host": {"host": ""},
                 "both": {"token_file": "/x"}, "host": {"host": "a/b"}, "folder": {"folder": "a\nb"},
                 "user": {"user": "a\nb"}}
        for label, settings in cases.items():
            with self.subTest(label):
                self.assertEqual(imap_driver.read(self.program, **settings).code, 78)


if __name__ == "__main__":
    unittest.main()
