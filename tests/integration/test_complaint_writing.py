# SPDX-License-Identifier: Apache-2.0
"""A page queues what a person decided; the sender writes it, once, and stores it before anything is sent."""
import collections
import re
import signal
import subprocess
import threading
import unittest

import harness
from harness.fake_smtp import HANG, FakeSmtp
from harness.report_site import COPY, ReportSite, end, fated, without_to

WRITTEN = "SELECT COUNT(*) FROM complaintMessage"


class Case(unittest.TestCase):
    COUNT = 450

    @classmethod
    def setUpClass(cls):
        cls.site = ReportSite(cls.COUNT)
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)

    def setUp(self):
        self.site.db.execute("UPDATE complaintRecipient SET state = 'cancelled' WHERE state IN ('queued', 'deferred')")

    def smtp(self, rule=None):
        server = FakeSmtp(rule)
        server.__enter__()
        self.addCleanup(server.__exit__)
        return server


class Queueing(Case):
    def test_queued_then_written_then_sent(self):
        site, smtp = self.site, self.smtp()
        before = site.value("SELECT COUNT(*) FROM rawMessage"), site.value(WRITTEN)
        numbers = site.queue(site.ids(3))
        self.assertEqual(len(numbers), 3)
        self.assertEqual((site.value("SELECT COUNT(*) FROM rawMessage"), site.value(WRITTEN)), before)
        page = site.anna.get(f"/outbox/{numbers[0]}").text
        self.assertIn("Not written yet", page)
        self.assertIn("message/feedback-report", site.texts(page)[0])
        self.assertEqual(site.value(WRITTEN), before[1], "looking at it writes nothing")
        site.drain(smtp.port)
        self.assertEqual([site.states(number) for number in numbers], [["sent", "sent"]] * 3)
        self.assertEqual(len(smtp.mails), 6)
        for number in numbers:
            page = site.anna.get(f"/outbox/{number}").text
            self.assertNotIn("Not written yet", page)
            reference = site.value(f"SELECT reference FROM complaint WHERE complaintId = {number}")
            sent = [mail.octets for mail in smtp.mails if f"Complaint: {reference}\r\n".encode() in mail.octets]
            self.assertEqual({without_to(octets) for octets in sent}, {site.texts(page)[0]}, "shown as it was sent")
            self.assertEqual(len(sent), 2)
            subject = site.value(f"SELECT subject FROM complaint WHERE complaintId = {number}")
            self.assertTrue(subject.endswith(f"[{reference}]"), subject)

    def test_few_round_trips(self):
        """What the page asks the server does not grow with the mails."""
        site, counts = self.site, []
        for mails in (20, 100):
            ids = site.ids(mails)
            self.assertEqual(len(ids), mails)
            executed = "SELECT SUM(VARIABLE_VALUE) FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME IN " \
                       "('COM_STMT_EXECUTE', 'COM_SELECT', 'COM_INSERT', 'COM_UPDATE', 'COM_DELETE')"
            before = float(site.value(executed))
            self.assertEqual(len(site.queue(ids)), mails)
            counts.append(float(site.value(executed)) - before)
        self.assertLess(counts[1], counts[0] + 60, "80 mails more")

    def test_preview_is_what_goes_out(self):
        site, smtp = self.site, self.smtp()
        ids = site.ids(2)
        place = site.draft(ids)
        shown = site.texts(site.anna.post(place, {"emailid": ids, "submit": "Preview", "feedbackType": "abuse"}).text)
        site.anna.post(place, {"emailid": ids, "submit": "Send Reports", "feedbackType": "abuse"})
        site.drain(smtp.port)
        sent = [without_to(mail.octets) for mail in smtp.mails if mail.recipients == [COPY]]
        self.assertEqual(sorted(map(self.plain, sent)), sorted(map(self.plain, shown)))

    def plain(self, text):
        """Without what is another each time: reference, Message-ID, boundary, date, the zip. A page shows 16 KB."""
        text = text.partition("Content-Type: application/zip")[0]
        reference = re.search(r"^X-Lafayette-Complaint: (\S+)$", text, re.MULTILINE)[1]
        boundary = re.search(r'boundary="(.*?)"', text)[1]
        text = text.replace(reference, "REFERENCE").replace(boundary, "BOUNDARY")
        return re.sub(r"(?m)^(Message-ID: <REFERENCE\.).*|^(Date:).*", r"\1\2", text, count=2)

    def test_each_mail_once(self):
        """However often a form names it."""
        site = self.site
        ids = site.ids(2)
        numbers = site.queue(ids * 300)
        self.assertEqual(len(numbers), 2)

    def test_a_draft_is_sent_once(self):
        site = self.site
        ids = site.ids(2)
        place = site.draft(ids)
        form = {"emailid": ids, "submit": "Send Reports"}
        client = site.client("anna")
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(client.post(place, form).status)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(answers.count(303), 1, answers)
        self.assertTrue(set(answers) <= {303, 400, 404}, answers)
        told = site.value(f"SELECT COUNT(*) FROM complaintEmail WHERE emailId IN ({ids[0]}, {ids[1]})")
        self.assertEqual(told, "2")

    def test_long_preview(self):
        """All are listed, some are written; what was typed and unticked stays so."""
        site = self.site
        ids = sorted(site.ids(60))
        place = site.draft(ids)
        page = site.anna.post(place, {"emailid": ids, "submit": "Preview"}).text
        self.assertEqual((len(site.texts(page)), page.count('name="emailid"')), (25, 60))
        self.assertIn('name="show" value="51"', page)
        typed = f"to{ids[59]}"
        page = site.anna.post(place, {"emailid": ids[1:], "show": "51", typed: "typed@elsewhere.example"}).text
        self.assertEqual((len(site.texts(page)), page.count('name="emailid"')), (9, 59))
        self.assertIn(f'name="{typed}" value="typed@elsewhere.example"', page)

    def test_two_daemons_write_and_send_once(self):
        site, smtp = self.site, self.smtp()
        numbers = site.queue(site.ids(60))
        children = [site.send(smtp.port, "smtpWorkers = 4", word="drain") for _ in range(2)]
        for child in children:
            out = child.communicate(timeout=120 * harness.PATIENCE)[0]
            self.assertEqual(child.returncode, 0, out)
        self.assertEqual({tuple(site.states(number)) for number in numbers}, {("sent", "sent")})
        told = collections.Counter((mail.message["X-Lafayette-Complaint"], mail.recipients[0]) for mail in smtp.mails)
        self.assertEqual((len(told), set(told.values())), (120, {1}))
        wanted = ",".join(map(str, numbers))
        self.assertEqual(site.value(f"{WRITTEN} WHERE complaintId IN ({wanted})"), "60", "one for contact and copy")
        self.assertEqual(len({mail.message["Message-ID"] for mail in smtp.mails}), 60)


class CannotBeWritten(Case):
    def test_purged_meanwhile(self):
        site, smtp = self.site, self.smtp()
        ids = site.ids(3)
        numbers = site.queue(ids)
        about = site.value(f"SELECT emailId FROM complaintEmail WHERE complaintId = {numbers[0]}")
        site.db.execute(f"DELETE FROM arfEmail WHERE emailId = {about}")
        page = site.anna.get(f"/outbox/{numbers[0]}").text
        self.assertIn("it was purged", page)
        site.drain(smtp.port)
        self.assertEqual([site.states(number) for number in numbers], [["failed"] * 2, ["sent"] * 2, ["sent"] * 2])
        self.assertEqual(site.row(numbers[0])["smtpText"],
                         "it could not be written: what it is about is not stored any more, it was purged")
        site.anna.get("/outbox")
        answer = site.anna.post(f"/outbox/{numbers[0]}", {"what": "retry", "position": "1"})
        self.assertEqual((answer.status, site.states(numbers[0])[0]), (303, "queued"))
        site.drain(smtp.port)
        self.assertEqual((site.states(numbers[0])[0], len(smtp.mails)), ("failed", 4))

    def test_another_source_by_now(self):
        site, smtp = self.site, self.smtp()
        number, = site.queue(site.ids(1))
        site.db.execute("UPDATE arfEmail SET sourceIp = INET6_ATON('198.19.255.1') WHERE emailId = "
                        f"(SELECT emailId FROM complaintEmail WHERE complaintId = {number})")
        site.drain(smtp.port)
        self.assertEqual((site.states(number), smtp.mails), (["failed"] * 2, []))
        self.assertIn("from another address by now", site.row(number)["smtpText"])

    def test_part_of_a_series_is_gone(self):
        site, smtp = self.site, self.smtp()
        ids = sorted(site.ids(3))
        wanted = ",".join(map(str, ids))
        site.db.execute("UPDATE arfEmail a JOIN arfEmail b ON b.emailId = " + str(ids[0])
                        + " SET a.sourceIp = b.sourceIp, a.originalFromLocalId = b.originalFromLocalId, "
                          "a.originalFromDomainId = b.originalFromDomainId, a.fromHeader = b.fromHeader, "
                          f"a.reportedDomainID = b.reportedDomainID WHERE a.emailId IN ({wanted})")
        number, = site.queue(ids, grouped="1")
        site.db.execute(f"DELETE FROM arfEmail WHERE emailId = {ids[0]}")
        site.drain(smtp.port)
        self.assertEqual(site.states(number), ["sent", "sent"])
        self.assertIn(b"\r\nIncidents: 2\r\n", smtp.mails[0].octets)

    def test_what_kills_the_writer_ends(self):
        """Others go out meanwhile; it is given up the third time."""
        site, smtp = self.site, self.smtp()
        numbers = site.queue(site.ids(6))
        reference = site.value(f"SELECT reference FROM complaint WHERE complaintId = {numbers[2]}")
        env = fated(IN_ZSTD=1, MARK=f"X-Lafayette-Complaint: {reference}")
        site.db.execute("UPDATE complaintRecipient SET state = 'cancelled' WHERE role = 'copy' AND state = 'queued'")
        for time in range(1, 4):
            child = site.send(smtp.port, "smtpWorkers = 1", env=env)
            self.assertEqual(child.wait(60 * harness.PATIENCE), -signal.SIGABRT)
            child.stdout.close()
            self.assertEqual((site.row(numbers[2])["state"], site.row(numbers[2])["attempts"]), ("writing", str(time)))
            site.expire(smtp.port, 1000)
        self.assertEqual(site.row(numbers[2])["state"], "failed")
        self.assertIn("the program ended each time", site.row(numbers[2])["smtpText"])
        site.drain(smtp.port, env=env)
        self.assertEqual({site.row(number)["state"] for number in numbers if number != numbers[2]}, {"sent"})
        self.assertEqual(len(smtp.mails), 5)


class Killed(Case):
    def test_while_it_writes(self):
        """Nothing was sent, so it is queued again, and goes out once."""
        site, smtp = self.site, self.smtp()
        number, = site.queue(site.ids(1))
        told = site.folder / "hangs"
        child = site.send(smtp.port, "smtpWorkers = 1", env=fated(
            IN_ZSTD=1, MARK="message/feedback-report", DEATH="hang", TOLD=told))
        harness.wait_for(told.exists, "a message that is being compressed")
        self.assertEqual(sorted(site.states(number)), ["queued", "writing"])
        self.assertEqual(end(child), -signal.SIGKILL)
        self.assertEqual(site.value(f"{WRITTEN} WHERE complaintId = {number}"), "0")
        site.expire(smtp.port, 100)
        self.assertIn("writing", site.states(number), "its lease is not over")
        site.expire(smtp.port, 1000)
        self.assertEqual(site.states(number), ["queued", "queued"])
        site.drain(smtp.port)
        self.assertEqual((site.states(number), len(smtp.mails)), (["sent", "sent"], 2))

    def test_between_writing_and_smtp(self):
        """The message is there when the first octet goes to the server; it may have been sent, so a person decides."""
        site = self.site
        number, = site.queue(site.ids(1))
        there, seen = threading.Event(), []

        def rule(stage, text, session):
            if stage == "connect" and not seen:
                seen.append(site.value(f"{WRITTEN} WHERE complaintId = {number}"))
                there.set()
                return HANG
            return None
        smtp = self.smtp(rule)
        child = site.send(smtp.port, "smtpWorkers = 1")
        self.assertTrue(there.wait(60 * harness.PATIENCE))
        self.assertEqual(end(child), -signal.SIGKILL)
        self.assertEqual(seen, ["1"], "stored before SMTP began")
        self.assertEqual(site.states(number), ["sending", "queued"])
        page = site.anna.get(f"/outbox/{number}").text
        stored, = site.texts(page)
        site.expire(smtp.port, 1000)
        self.assertEqual(site.states(number), ["unknown", "queued"])
        site.drain(smtp.port)
        self.assertEqual((site.states(number), len(smtp.mails)), (["unknown", "sent"], 1))
        site.anna.get("/outbox")
        site.anna.post(f"/outbox/{number}", {"what": "retry", "position": "1"})
        site.drain(smtp.port)
        self.assertEqual((site.states(number), len(smtp.mails)), (["sent", "sent"], 2))
        self.assertEqual({without_to(mail.octets) for mail in smtp.mails}, {stored})

    def test_who_cancelled(self):
        site = self.site
        number, = site.queue(site.ids(1))
        site.anna.get("/outbox")
        self.assertEqual(site.anna.post(f"/outbox/{number}", {"what": "cancel", "position": "1"}).status, 303)
        self.assertEqual(site.states(number)[0], "cancelled")
        self.assertIn("cancelled by anna", site.anna.get(f"/outbox/{number}").text)

    def test_a_claim_that_was_lost(self):
        """Who wakes up behind his lease sends nothing."""
        site, smtp = self.site, self.smtp()
        number, = site.queue(site.ids(1))
        site.db.execute("UPDATE complaintRecipient SET state = 'cancelled' WHERE role = 'copy' AND state = 'queued'")
        lock = subprocess.Popen(["mariadb", "--no-defaults", f"--socket={site.db.socket}", "--user=root", "-N", "--unbuffered",
                                 site.db.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        lock.stdin.write(f"BEGIN; SELECT complaintId FROM complaint WHERE complaintId = {number} FOR UPDATE;\n")
        lock.stdin.flush()
        self.assertEqual(lock.stdout.readline().strip(), str(number))
        child = site.send(smtp.port, "smtpWorkers = 1")
        harness.wait_for(lambda: site.states(number)[0] == "writing", "the claim")
        site.db.execute(f"UPDATE complaintRecipient SET state = 'cancelled', claim = NULL WHERE complaintId = {number}")
        lock.stdin.close()
        lock.wait()
        lock.stdout.close()
        line = child.stdout.readline()
        self.assertEqual(line.split("\t")[0], "lost", line)
        end(child, signal.SIGTERM)
        self.assertEqual((site.states(number)[0], smtp.mails), ("cancelled", []))
        self.assertEqual(site.value(f"{WRITTEN} WHERE complaintId = {number}"), "0")


if __name__ == "__main__":
    unittest.main()
