# SPDX-License-Identifier: Apache-2.0
"""The outbox and its senders: what the SMTP server says becomes a state, caps hold, nobody is told twice."""
import collections
import random
import signal
import ssl
import subprocess
import threading
import time
import unittest

import harness
from harness import imap_driver
from harness.fake_smtp import CLOSE, HANG, FakeSmtp, SmtpSink, free_port
from harness.ingest_site import FULL
from harness.mariadb import PrivateMariadb
from harness.outbox_site import NO_CAPS, TARGET, OutboxSite, batch, epoch
from harness.web_site import WebSite

TO = "abuse@net.example"


class Outbox(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = PrivateMariadb.for_class(cls)

    def site(self, name="arf_outbox"):
        return OutboxSite(self.server, harness.temp_folder(self), name)

    def smtp(self, rule=None, **how):
        server = FakeSmtp(rule, **how)
        server.__enter__()
        self.addCleanup(server.__exit__)
        return server

    def one(self, rule, want, now=None, **web):
        """One complaint to a server that does as the rule says; its row."""
        site, smtp = self.site(), self.smtp(rule)
        site.configure(smtp.port, web="\n".join(f"{key} = {value}" for key, value in web.items()))
        site.put([{"ref": "LF-1", "to": [TO]}], now=now)
        site.drain(now=now)
        row = site.rows()["LF-1", TO]
        self.assertEqual(row["state"], want, row)
        return site, smtp, row

    def test_sent(self):
        site, smtp = self.site(), self.smtp()
        site.configure(smtp.port)
        site.add_mails([5, 6, 7])
        site.put([{"ref": "LF-1", "to": [TO, "noc@net.example"], "copies": ["copies@example.com"], "emails": [5, 6, 6]}])
        site.drain()
        self.assertEqual(site.states(), {"sent": 3})
        self.assertEqual(site.value("SELECT GROUP_CONCAT(emailId ORDER BY 1) FROM arfEmail WHERE reported = 1"), "5,6")
        mails = {mail.recipients[0]: mail for mail in smtp.mails}
        self.assertEqual(" ".join(mails[TO].message["To"].split()), f"{TO}, noc@net.example")
        self.assertEqual(mails["copies@example.com"].message["To"], "copies@example.com")
        self.assertEqual(mails[TO].mail_from, "reports@example.com")
        self.assertIn(b"\r\n.one dot\r\n..two\r\n.\r\n", mails[TO].octets)
        row = site.rows()["LF-1", TO]
        self.assertEqual((row["smtpCode"], row["smtpText"], row["attempts"]), ("250", "2.0.0 queued as F00", "1"))

    def test_a_copy_alone_marks_the_mails(self):
        site = self.site()
        smtp = self.smtp(lambda stage, text, _: "550 5.1.1 no such user" if stage == "RCPT" and TO in text else None)
        site.configure(smtp.port)
        site.add_mails([5])
        site.put([{"ref": "LF-1", "to": [TO], "copies": ["copies@example.com"], "emails": [5]}])
        site.drain()
        self.assertEqual(site.state("LF-1"), ["failed", "sent"])
        self.assertEqual(site.value("SELECT reported FROM arfEmail"), "1")

    def test_kept_connection(self):
        site, smtp = self.site(), self.smtp()
        site.configure(smtp.port, web="smtpWorkers = 1")
        site.put(batch(20))
        site.drain()
        self.assertEqual((site.states(), len(smtp.sessions)), ({"sent": 20}, 1))
        self.assertTrue(all(len(mail.recipients) == 1 for mail in smtp.mails))

    def test_answers(self):
        def at(where, reply):
            return lambda stage, text, session: reply if stage == where else None
        cases = [
            ("450 to RCPT", at("RCPT", "450 4.2.0 greylisted"), "deferred", "450", "4.2.0 greylisted"),
            ("550 to RCPT", at("RCPT", "550 5.1.1 no such user"), "failed", "550", "5.1.1 no such user"),
            ("452 to MAIL", at("MAIL", "452 4.3.1 full"), "deferred", "452", "4.3.1 full"),
            ("553 to MAIL", at("MAIL", "553 5.1.8 not you"), "failed", "553", "5.1.8 not you"),
            ("451 to DATA", at("DATA", "451 4.3.0 later"), "deferred", "451", "4.3.0 later"),
            ("554 to DATA", at("DATA", "554 5.6.0 no"), "failed", "554", "5.6.0 no"),
            ("451 behind the dot", at("end", "451 4.7.1 later"), "deferred", "451", "4.7.1 later"),
            ("554 behind the dot", at("end", "554 5.7.1 spam"), "failed", "554", "5.7.1 spam"),
            ("554 greeting", at("connect", "554 go away"), "deferred", "554", None),
            ("421 greeting", at("connect", "421 too busy"), "deferred", "421", None),
            ("500 to EHLO and HELO", lambda s, *_: "500 what" if s in ("EHLO", "HELO") else None, "deferred", "500", None),
            ("cut at connect", at("connect", CLOSE), "deferred", None, None),
            ("cut at MAIL", at("MAIL", CLOSE), "deferred", None, None),
            ("cut at RCPT", at("RCPT", CLOSE), "deferred", None, None),
            ("cut at DATA", at("DATA", CLOSE), "deferred", None, None),
            ("cut behind the dot", at("end", CLOSE), "unknown", None, None),
            ("silent at MAIL", at("MAIL", HANG), "deferred", None, None),
            ("silent behind the dot", at("end", HANG), "unknown", None, None),
            ("controls in the answer", at("RCPT", "550 no \x1b[31m\xff\x00 way"), "failed", "550", None),
        ]
        for label, rule, state, code, text in cases:
            with self.subTest(label):
                _, _, row = self.one(rule, state, smtpTimeout=400)
                self.assertEqual(row["smtpCode"], code)
                if text is not None:
                    self.assertEqual(row["smtpText"], text)
                self.assertTrue(row["smtpText"].isascii() and row["smtpText"].isprintable(), row["smtpText"])

    def test_unknown_is_left_to_a_person(self):
        site, smtp, row = self.one(lambda stage, text, session: CLOSE if stage == "end" else None, "unknown")
        self.assertTrue(row["smtpText"].startswith("the mail was out, no answer came: "), "what a person decides by")
        smtp.rule = lambda stage, text, session: None
        site.drain(now=epoch() + 86400 * 10)
        self.assertEqual((site.state("LF-1"), smtp.mails), (["unknown"], []))
        site.run("change", "1", "1", "cancel", want=65)
        site.run("change", "1", "1", "retry", want=0)
        site.drain()
        self.assertEqual((site.state("LF-1"), len(smtp.mails)), (["sent"], 1))

    def test_a_persons_word(self):
        site = self.site()
        cases = [("queued", "cancel", "cancelled"), ("deferred", "cancel", "cancelled"), ("sending", "cancel", None),
                 ("writing", "cancel", None), ("writing", "retry", None), ("writing", "sent", None),
                 ("sent", "retry", None), ("sent", "cancel", None), ("bounced", "retry", None),
                 ("failed", "retry", "queued"), ("unknown", "retry", "queued"), ("refused", "retry", "queued"),
                 ("cancelled", "retry", "queued"), ("deferred", "retry", "queued"), ("unknown", "sent", "sent"),
                 ("unknown", "failed", "failed"), ("failed", "sent", None), ("sending", "sent", None),
                 ("sending", "retry", None), ("queued", "sent", None), ("queued", "nonsense", None)]
        site.add_mails([1])
        site.put([{"ref": "LF-1", "to": [TO], "emails": [1]}])
        for state, what, want in cases:
            with self.subTest(f"{what} of {state}"):
                site.execute(f"UPDATE complaintRecipient SET state = '{state}'; UPDATE arfEmail SET reported = 0")
                site.run("change", "1", "1", what, want=65 if want is None else 0)
                self.assertEqual(site.state("LF-1"), [want or state])
                self.assertEqual(site.value("SELECT reported FROM arfEmail"), str(int(want == "sent")))
        site.run("change", "1", "9", "retry", want=65)

    def test_deferred_backs_off_and_gives_up(self):
        start = epoch()
        site, smtp, row = self.one(lambda stage, *_: "451 4.3.0 later" if stage == "RCPT" else None, "deferred", now=start)
        waits, now, tries = [], start, 1
        while row["state"] == "deferred" and tries < 60:
            next_try = int(site.value("SELECT TIMESTAMPDIFF(SECOND, '1970-01-01', nextTry) FROM complaintRecipient"))
            waits.append(next_try - now)
            seen = len(smtp.commands)
            site.drain(now=next_try - 1)
            self.assertEqual(len(smtp.commands), seen, "tried too early")
            now, tries = next_try, tries + 1
            site.drain(now=now)
            row = site.rows()["LF-1", TO]
        self.assertEqual(waits[:7], [300, 600, 1200, 2400, 4800, 9600, 14400])
        self.assertEqual((row["state"], row["smtpCode"]), ("failed", "451"))
        self.assertTrue(2.7 * 86400 < now - start <= 3 * 86400, now - start)

    def test_nobody_listens(self):
        site = self.site()
        site.configure(free_port())
        site.put(batch(5))
        child = site.start("send")
        harness.wait_for(lambda: site.states().get("deferred"), "a deferred row")
        code, _ = site.stop(child)
        self.assertEqual(code, 0)
        self.assertLess(site.states().get("deferred"), 5, "all were tried on a server that is away")

    def test_tls_and_log_in(self):
        folder = harness.temp_folder(self)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out",
                        folder / "cert.pem"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        ca = f"smtpCaFile = {folder}/cert.pem\n"
        cases = [("starttls, our CA", f"smtpTls = starttls\n{ca}", context, "sent", True),
                 ("starttls, unknown CA", "smtpTls = starttls", context, "deferred", None),
                 ("starttls, not offered", f"smtpTls = starttls\n{ca}", None, "deferred", None),
                 ("optional, any certificate", "smtpTls = optional", context, "sent", True),
                 ("optional, not offered", "smtpTls = optional", None, "sent", False),
                 ("none, though offered", "smtpTls = none", context, "sent", False)]
        for label, web, offered, state, tls in cases:
            with self.subTest(label):
                site, smtp = self.site(), self.smtp(context=offered)
                site.configure(smtp.port, web=web)
                # The fixture's smtpTls stands before: one of them only.
                text = site.path.read_text().replace("smtpTls = none\n", "", 1)
                site.path.write_text(text)
                site.put([{"ref": "LF-1", "to": [TO]}])
                site.drain()
                self.assertEqual(site.state("LF-1"), [state], site.rows())
                self.assertEqual([mail.tls for mail in smtp.mails], [] if tls is None else [tls])
        for password, state in (("secret", "sent"), ("wrong", "deferred")):
            with self.subTest(password):
                site, smtp = self.site(), self.smtp(account=("lafayette", "secret"))
                site.configure(smtp.port, web=f"smtpUser = lafayette\nsmtpPassword = {password}")
                site.put([{"ref": "LF-1", "to": [TO]}])
                site.drain()
                self.assertEqual(site.state("LF-1"), [state], site.rows())
                self.assertEqual([mail.user for mail in smtp.mails], ["lafayette"] if state == "sent" else [])
                self.assertNotIn(password, str(site.rows()))

    def test_the_server_left_a_kept_connection(self):
        site = self.site()
        left = []

        def rule(stage, text, session):
            """After its first mail each session says 421 to the next command, or just goes."""
            if stage == "MAIL" and session.count == 1:
                left.append(session)
                return "421 4.4.2 idle for too long" if len(left) % 2 else CLOSE
            return None
        smtp = self.smtp(rule)
        site.configure(smtp.port, web="smtpWorkers = 1")
        site.put(batch(6))
        site.drain()
        self.assertEqual((site.states(), len(smtp.mails), len(smtp.sessions)), ({"sent": 6}, 6, 6))

    def test_hostile_fields(self):
        """What stands in the database is not believed: no second command, no second recipient, no header."""
        site, smtp = self.site(), self.smtp()
        site.configure(smtp.port, web="bounceAddress = bounces@example.com")
        bad = ["a@x.example>\r\nRCPT TO:<evil@x.example", "a@x.example\r\nBcc: evil@x.example", "a@x.example,b@x.example",
               "a b@x.example", "<a@x.example>", "a@x.example\x00b", "@x.example", "a@", "a@b", "a@@x.example", "a\"@x.example",
               "ä@x.example", "a@x.example SIZE=1", "a@x.example>", "|/bin/sh@x.example\n", "", "-", "a@[127.0.0.1]",
               "a" * 240 + "@x.example.org"]
        site.put([{"ref": f"LF-{i}", "to": [TO], "ip": f"198.51.100.{i}"} for i in range(len(bad))])
        for i, address in enumerate(bad):
            site.execute(f"UPDATE complaintRecipient r JOIN complaint c USING (complaintId) SET r.address = "
                         f"x'{address.encode().hex()}' WHERE c.reference = 'LF-{i}'")
        site.execute("INSERT INTO complaint SELECT complaintId + 500, 'LF\r\nRCPT TO:<evil@x.example>', created, who, "
                     "feedbackType, sourceIp, asn, host, incidents, subject, forced FROM complaint WHERE complaintId = 1; "
                     "INSERT INTO complaintMessage SELECT 501, form, written, messageId, rawId FROM complaintMessage WHERE "
                     "complaintId = 1; INSERT INTO complaintRecipient SELECT 501, position, 'good@x.example', role, origin, "
                     "form, state, attempts, nextTry, NULL, NULL, NULL, NULL, NULL FROM complaintRecipient WHERE "
                     "complaintId = 1")
        site.drain()
        self.assertEqual(site.states(), {"failed": len(bad), "sent": 1}, site.rows())
        self.assertEqual([mail.recipients for mail in smtp.mails], [["good@x.example"]])
        self.assertEqual(smtp.mails[0].mail_from, "bounces@example.com")
        self.assertFalse([line for line in smtp.commands if "evil" in line or "sh@" in line], smtp.commands)

    def test_octets_that_may_not_go_out(self):
        site, smtp = self.site(), self.smtp()
        site.configure(smtp.port)
        site.put([{"ref": f"LF-{i}", "to": [TO], "ip": f"198.51.100.{i}"} for i in range(3)])
        of = "rawId = (SELECT m.rawId FROM complaintMessage m JOIN complaint USING (complaintId) WHERE reference = '%s')"
        site.execute(f"DELETE FROM rawMessage WHERE {of % 'LF-0'}; "
                     f"UPDATE rawMessage SET body = 'no frame' WHERE {of % 'LF-1'}")
        site.drain()
        self.assertEqual([site.state(f"LF-{i}") for i in range(3)], [["failed"], ["failed"], ["sent"]])

    def test_verp(self):
        site, smtp = self.site(), self.smtp()
        site.configure(smtp.port, web="bounceAddress = bounces@example.com")
        site.put([{"ref": "LF-1", "to": [TO, "noc@net.example"]}, {"ref": "x" * 60, "to": ["c@net.example"]}])
        site.drain()
        froms = {mail.recipients[0]: mail.mail_from for mail in smtp.mails}
        self.assertRegex(froms[TO], r"^bounces\+LF-1-1-[0-9a-f]{16}@example\.com$")
        self.assertRegex(froms["noc@net.example"], r"^bounces\+LF-1-2-[0-9a-f]{16}@example\.com$")
        self.assertEqual(froms["c@net.example"], "bounces@example.com", "too long for a local part")

    def test_refused(self):
        site, smtp = self.site(), self.smtp()
        site.configure(smtp.port, reports=NO_CAPS.replace("quietHours = 0", "quietHours = 24")
                       + "email = copies@example.com", web="bounceAddress = bounces@example.com",
                       feeds="[dnsbl]\nwldomain = brand.example\n")
        site.execute("INSERT INTO contactOptOut (kind, subject, reason, since) VALUES "
                     "('address', 'gone@net.example', 'bounced twice', NOW()), ('domain', 'stop.example', '', NOW()), "
                     "('asn', '64500', 'asked by phone', NOW())")
        cases = [("address", {"to": ["Gone@net.example"]}, "bounced twice"), ("domain", {"to": ["a@stop.example"]}, "stop"),
                 ("below the domain", {"to": ["a@b.c.stop.example"]}, "stop.example"),
                 ("far below the domain", {"to": ["a@a.b.c.d.e.f.g.h.i.stop.example"]}, "stop.example"),
                 ("AS", {"to": [TO], "asn": 64500}, "asked by phone"),
                 ("our sender's domain", {"to": ["x@Example.com"]}, "own domains (wldomain, reportSender): example.com"),
                 ("below it", {"to": ["x@desk.example.com"]}, "own domains"),
                 ("wldomain", {"to": ["abuse@brand.example"]}, "own domains (wldomain, reportSender): brand.example"),
                 ("not our domain", {"to": ["x@nobrand.example"]}, None),
                 ("our sender", {"to": ["reports@example.com"]}, "own"), ("our copies", {"to": ["Copies@Example.com"]}, "own"),
                 ("our bounces", {"to": ["bounces@example.com"]}, "own"),
                 ("a VERP of ours", {"to": ["bounces+x-1-2@example.com"]}, "own"),
                 ("not the domain", {"to": ["a@nonstop.example"]}, None), ("no opt-out", {"to": [TO], "asn": 6450}, None),
                 ("a copy to ourselves", {"to": [], "copies": ["copies@example.com"]}, None)]
        site.put([{"ref": f"LF-{i}", "ip": f"198.51.100.{i}", **case} for i, (_, case, _) in enumerate(cases)])
        site.drain()
        for i, (label, _, reason) in enumerate(cases):
            with self.subTest(label):
                row = next(row for (ref, _), row in site.rows().items() if ref == f"LF-{i}")
                self.assertEqual(row["state"], "refused" if reason else "sent", row)
                self.assertIn(reason or "", row["smtpText"])
                self.assertEqual(row["attempts"], "0" if reason else "1")

    def test_quiet_period(self):
        now = epoch()
        site, smtp = self.site(), self.smtp()
        site.configure(smtp.port, reports=NO_CAPS.replace("quietHours = 0", "quietHours = 24"), web="smtpWorkers = 4")
        same = {"to": [TO], "ip": "198.51.100.7", "host": "a.example.org", "copies": ["copies@other.example"]}
        site.put([{"ref": f"LF-{i}", **same} for i in range(8)]
                 + [{"ref": "other-host", **same, "host": "b.example.org"}, {"ref": "other-ip", **same, "ip": "198.51.100.8"},
                    {"ref": "other-contact", **same, "to": ["x@net.example"]}, {"ref": "forced", **same, "forced": True}], now=now)
        # One that met another of its kind on its way waits to see what becomes of that.
        for minute in range(10):
            site.drain(now=now + 60 * minute)
            if "queued" not in site.states():
                break
        told = collections.Counter(mail.key[1] for mail in smtp.mails)
        self.assertEqual(told, {TO: 4, "x@net.example": 1, "copies@other.example": 12})
        self.assertEqual(site.states(), {"sent": 17, "refused": 7})
        refused = next(ref for (ref, to), row in site.rows().items() if row["state"] == "refused")
        site.put([{"ref": "next-day", **same, "copies": []}], now=now + 25 * 3600)
        site.drain(now=now + 25 * 3600 + 60)
        self.assertEqual(site.state("next-day"), ["sent"])
        number = site.value(f"SELECT complaintId FROM complaint WHERE reference = '{refused}'")
        site.run("change", number, "1", "retry", now=now + 25 * 3600 + 60, want=0)
        site.drain(now=now + 25 * 3600 + 61)
        self.assertEqual(site.state(refused)[0], "sent", "a person said so")

    def test_caps_of_two_daemons(self):
        """Two processes of four threads each: no hour and no day ever has more than the cap."""
        start = epoch()
        site, smtp = self.site(), self.smtp()
        site.configure(smtp.port, reports="anHour = 30\naDay = 55\ncontactAnHour = 4\ncontactADay = 6\nquietHours = 0\n",
                       web="smtpWorkers = 4")
        site.put(batch(200, contacts=10), now=start)
        sent = []  # (time, contact)
        clock = start
        while clock < start + 50 * 3600 and site.states().get("queued"):
            before = len(smtp.mails)
            children = [site.start("drain", now=clock) for _ in range(2)]
            for child in children:
                out = child.communicate(timeout=120 * harness.PATIENCE)[0]
                self.assertEqual(child.returncode, 0, out)
            sent += [(clock, mail.recipients[0]) for mail in smtp.mails[before:]]
            clock += 1200 if FULL else 3000
        for cap, seconds, contact in ((30, 3600, False), (55, 86400, False), (4, 3600, True), (6, 86400, True)):
            most = 0
            for when, to in sent:
                window = [one for one in sent if when <= one[0] < when + seconds and (not contact or one[1] == to)]
                most = max(most, len(window))
            self.assertLessEqual(most, cap, f"{cap} in {seconds} s{' a contact' if contact else ''}")
            if not FULL and seconds == 3600:
                continue
            self.assertGreaterEqual(most, cap - 1, "the cap was never reached: the test tests nothing")
        self.assertGreater(len(sent), 100)
        self.assertEqual(len({mail.key for mail in smtp.mails}), len(smtp.mails))

    def test_why_it_waits(self):
        for caps, words in (("contactAnHour = 1", "held back: at most 1 an hour to this contact"),
                            ("aDay = 1", "held back: at most 1 a day")):
            with self.subTest(caps):
                site, smtp = self.site(), self.smtp()
                site.configure(smtp.port, reports=f"{NO_CAPS}\n{caps}\n")
                site.put(batch(3, contacts=1))
                site.execute("UPDATE complaintRecipient SET state = 'deferred', smtpText = 'busy' "
                             "ORDER BY complaintId DESC LIMIT 2")
                # A person said "again" of what a server had put off: the code is no answer any more.
                site.execute("UPDATE complaintRecipient SET smtpCode = 451 WHERE state = 'deferred' OR complaintId = 1")
                site.drain()
                self.assertEqual(sorted(row["state"] for row in site.rows().values()), ["deferred", "queued", "sent"])
                self.assertEqual({(row["state"], row["smtpCode"], row["smtpText"]) for row in site.rows().values()
                                  if row["state"] != "sent"}, {("deferred", "451", "busy"), ("queued", None, words)})
                site.drain(now=epoch() + 2 * 86400)
                self.assertNotIn(words, [row["smtpText"] for row in site.rows().values() if row["state"] == "sent"])

    def test_cancelled_says_by_whom(self):
        held, busy = "NULL, smtpText = 'held back: at most 1 a day'", "451, smtpText = '4.3.0 busy'"
        cases = [("held back", "queued", held, ["anna"], "cancelled by anna"),
                 ("nobody named", "queued", held, [], "cancelled"),
                 ("not looked at yet", "queued", "NULL, smtpText = NULL", ["anna"], "cancelled by anna"),
                 ("the server's word stays", "deferred", busy, ["anna"], "cancelled by anna, after: 451 4.3.0 busy"),
                 ("no word came", "deferred", "NULL, smtpText = NULL", ["anna"], "cancelled by anna"),
                 ("a long word", "deferred", "451, smtpText = REPEAT('x', 512)", ["anna"],
                  ("cancelled by anna, after: 451 " + 512 * "x")[:512])]
        site = self.site()
        site.put([{"ref": "LF-1", "to": [TO]}])
        for label, state, text, who, want in cases:
            with self.subTest(label):
                site.execute(f"UPDATE complaintRecipient SET state = '{state}', smtpCode = {text}")
                for _ in range(2):  # done already is done
                    site.run("change", "1", "1", "cancel", *who, want=0)
                    row = site.rows()["LF-1", TO]
                    self.assertEqual((row["state"], row["smtpCode"], row["smtpText"]), ("cancelled", None, want))
                site.run("change", "1", "1", "retry", *who, want=0)
                row = site.rows()["LF-1", TO]
                self.assertEqual((row["state"], row["smtpText"]), ("queued", None), "it is not cancelled any more")

    def test_two_daemons_send_once(self):
        site, smtp = self.site(), self.smtp()
        site.configure(smtp.port, web="smtpWorkers = 4")
        complaints = batch(300)
        site.put(complaints)
        children = [site.start("drain") for _ in range(2)]
        for child in children:
            out = child.communicate(timeout=120 * harness.PATIENCE)[0]
            self.assertEqual(child.returncode, 0, out)
        self.assertEqual(site.states(), {"sent": 300})
        self.assertEqual(collections.Counter(mail.key for mail in smtp.mails),
                         {(one["ref"], one["to"][0]): 1 for one in complaints})

    def test_stop_finishes_the_mail_in_hand(self):
        gate, there = threading.Event(), threading.Event()

        def rule(stage, text, session):
            if stage == "end":
                there.set()
                gate.wait(30)
            return None
        site, smtp = self.site(), self.smtp(rule)
        site.configure(smtp.port, web="smtpWorkers = 1")
        site.put(batch(20))
        child = site.start()
        self.assertTrue(there.wait(30 * harness.PATIENCE))
        child.send_signal(signal.SIGTERM)
        gate.set()
        self.assertEqual(child.wait(20 * harness.PATIENCE), 0)
        child.stdout.close()
        states = site.states()
        self.assertEqual(states["sent"], len(smtp.mails))
        self.assertEqual(set(states), {"sent", "queued"})

    def test_stop_does_not_wait_for_ever(self):
        for stage, state in (("MAIL", "queued"), ("end", "unknown")):
            with self.subTest(stage):
                there = threading.Event()

                def rule(where, text, session, stage=stage, there=there):
                    if where == stage:
                        there.set()
                        return HANG
                    return None
                site, smtp = self.site(), self.smtp(rule)
                site.configure(smtp.port, web="smtpWorkers = 1")
                site.put([{"ref": "LF-1", "to": [TO]}])
                child = site.start()
                self.assertTrue(there.wait(30 * harness.PATIENCE))
                started = time.monotonic()
                code, out = site.stop(child)
                self.assertEqual((code, site.state("LF-1")), (0, [state]), out)
                self.assertLess(time.monotonic() - started, 15 * harness.PATIENCE)
                self.assertEqual(site.rows()["LF-1", TO]["attempts"], "0" if state == "queued" else "1")

    def test_killed(self):
        """kill -9 at any moment: what was told once is never told again, what may have been is listed."""
        kills = 50 if FULL else 8
        goals = [0]

        def rule(stage, text, session):
            """Some more than the goal, and then no other begins: who is to be killed is not over before."""
            while stage == "MAIL" and len(smtp.mails) > goals[-1] + 10:
                time.sleep(0.02)
            return None
        site, smtp = self.site(), self.smtp(rule)
        site.configure(smtp.port, web="smtpWorkers = 4")
        seed = random.randrange(1 << 30)
        chance = random.Random(seed)
        complaints = batch(50 * kills)
        site.put(complaints)
        for number in range(kills):
            goal = len(smtp.mails) + chance.randrange(1, 30)
            goals.append(goal)
            child = site.start()
            harness.wait_for(lambda child=child, goal=goal: len(smtp.mails) >= goal or child.poll() is not None,
                             f"mail {goal} (seed {seed})")
            child.kill()
            child.wait()
            child.stdout.close()
        goals.append(len(complaints))
        self.assertTrue(site.states().get("queued"), "all was sent before the last kill")
        later = epoch() + 1000
        left = int(site.run("expire", now=later, want=0).stdout)
        site.drain(now=later)
        told = collections.Counter(mail.key for mail in smtp.mails)
        rows = site.rows()
        self.assertEqual([key for key, count in told.items() if count > 1], [], f"told twice (seed {seed})")
        self.assertEqual([key for key, row in rows.items() if row["state"] not in ("sent", "unknown")], [])
        self.assertEqual([key for key, row in rows.items() if row["state"] == "sent" and key not in told], [])
        self.assertEqual([key for key in told if key not in rows], [])
        unknown = [key for key, row in rows.items() if row["state"] == "unknown"]
        self.assertEqual(len(unknown), left)
        self.assertLessEqual(left, 4 * kills)
        print(f"\n{kills} kills: {len(told)} of {len(rows)} told, {left} unknown "
              f"({sum(key in told for key in unknown)} of them told), seed {seed}")

    def test_database_goes_away(self):
        """What was sent while the database is down is noted when it is back."""
        gate, there = threading.Event(), threading.Event()

        def rule(stage, text, session):
            if stage == "end":
                there.set()
                gate.wait(60)
            return None
        site, smtp = self.site(), self.smtp(rule)
        site.configure(smtp.port, web="smtpWorkers = 1\nsmtpTimeout = 90000")
        site.put([{"ref": "LF-1", "to": [TO]}])
        child = site.start()
        self.assertTrue(there.wait(30 * harness.PATIENCE))
        self.server.kill()
        gate.set()
        harness.wait_for(lambda: smtp.mails, "the mail")
        self.server.start()
        harness.wait_for(lambda: site.state("LF-1") == ["sent"], "the note", 90)
        self.assertEqual(site.stop(child)[0], 0)
        self.assertEqual(len(smtp.mails), 1)

    def test_a_real_server(self):
        with SmtpSink() as sink:
            site = self.site()
            site.configure(sink.port, web="bounceAddress = bounces@example.com\nsmtpWorkers = 3")
            site.put(batch(30) + [{"ref": "LF-large", "to": [TO], "octets": 3_000_000}])
            site.drain()
            self.assertEqual(site.states(), {"sent": 31}, site.rows())
            mails = {mail["Message-ID"]: mail for mail in sink.mails()}
            self.assertEqual(len(mails), 31)
            for i in range(30):
                mail = mails[f"<LF-{i}@example.com>"]
                self.assertEqual(mail["X-Rcpt-Args"].split(">")[0].strip("<"), f"abuse{i % 50}@net.example")
                self.assertIn(f"bounces+LF-{i}-1-", mail["X-Mail-Args"])
                self.assertIn(".one dot\n..two\n.\nreference LF", mail.get_payload().replace("\r\n", "\n"))
            self.assertGreater(len(mails["<LF-large@example.com>"].get_payload()), 2_900_000)

    def test_the_web_daemon_sends(self):
        with FakeSmtp() as smtp, WebSite(settings=f"reportSender = reports@example.com\nmailSmtp = 127.0.0.1:{smtp.port}\n"
                                         "smtpTls = none\nsmtpWorkers = 2") as web:
            driver = imap_driver.build(TARGET)
            line = f"LF-1\t198.51.100.7\t0\t\t{TO}\tcopies@example.com\t\t0\t0\n"
            harness.run(driver, web.config, "put", stdin=line, want=0)
            harness.wait_for(lambda: web.db.value("SELECT COUNT(*) FROM complaintRecipient WHERE state = 'sent'") == "2",
                             "both mails")
            web.stop()
            self.assertEqual(len(smtp.mails), 2)
            self.assertIn("complaint is=sent reference=LF-1", web.log.read_text())

    def test_reload_of_the_web_daemon(self):
        """SIGHUP: what is in hand is sent as it was begun, all else by the new configuration."""
        gate, there = threading.Event(), threading.Event()

        def rule(stage, text, session):
            if stage == "end":
                there.set()
                gate.wait(30 * harness.PATIENCE)
            return None

        def settings(smtp, sender):
            return f"reportSender = {sender}\nmailSmtp = 127.0.0.1:{smtp.port}\nsmtpTls = none\nsmtpWorkers = 1\n"

        driver = imap_driver.build(TARGET)
        old, new = self.smtp(rule), self.smtp()
        with WebSite(settings=settings(old, "old@example.com")) as web:
            def put(reference):
                harness.run(driver, web.config, "put", stdin=f"{reference}\t198.51.100.7\t0\t\t{TO}\t\t\t1\t0\n", want=0)

            def state(reference):
                return web.db.value("SELECT state FROM complaintRecipient JOIN complaint USING (complaintId) "
                                    f"WHERE reference = '{reference}'")

            def reload(text, word="reloaded"):
                before = web.log.read_text().count(word)
                web.configure(text)
                web.child.send_signal(signal.SIGHUP)
                gate.set()
                harness.wait_for(lambda: web.log.read_text().count(word) > before, word)

            put("LF-1")
            self.assertTrue(there.wait(30 * harness.PATIENCE))
            reload(settings(new, "new@example.com"))
            put("LF-2")
            harness.wait_for(lambda: state("LF-2") == "sent", "the second mail")
            self.assertEqual((state("LF-1"), [mail.mail_from for mail in old.mails]), ("sent", ["old@example.com"]))
            self.assertEqual([mail.mail_from for mail in new.mails], ["new@example.com"])
            reload("")
            put("LF-3")
            reload(settings(new, "nobody"))
            self.assertIn("complaints-not-sent", web.log.read_text())
            self.assertEqual(web.client("anna").get("/account").status, 200)
            self.assertEqual(state("LF-3"), "queued")
            reload(settings(old, "third@example.com"))
            harness.wait_for(lambda: state("LF-3") == "sent", "the third mail")
            self.assertEqual((len(new.mails), [mail.mail_from for mail in old.mails]),
                             (1, ["old@example.com", "third@example.com"]))

    def test_a_thousand_are_queued_in_a_second(self):
        site = self.site()
        _, seconds = site.put([{**one, "octets": 6000} for one in batch(1000)])
        print(f"\n1,000 complaints queued in {seconds:.2f} s")
        self.assertLess(seconds, 30 * harness.PATIENCE, "far from the second that the page has")
        self.assertEqual(site.states(), {"queued": 1000})


if __name__ == "__main__":
    unittest.main()
