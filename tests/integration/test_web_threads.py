# SPDX-License-Identifier: Apache-2.0
"""The web daemon with all its threads at work: what ThreadSanitizer is to look at.

Clients that read, log in, export and leave, complaints that are sent, reloads in between, and a stop in the midst of
it. In a SANITIZE=thread build a race is a finding of tests/run.py and exit code 66 here; in others the answers count.
"""
import http.client
import signal
import threading
import unittest

import harness
from harness import imap_driver
from harness.fake_smtp import FakeSmtp
from harness.ingest_site import generate
from harness.outbox_site import NO_CAPS, TARGET
from harness.web_site import WebSite

REPORTS, COMPLAINTS, CLIENTS, RELOADS = 150, 12, 4, 3
PAGES = ("/", "/email", "/email?subject=a*", "/email.csv", "/api/email?limit=5", "/url", "/network", "/email/graph", "/outbox",
         "/email/map", "/campaign", "/healthz", "/metrics", "/style.css", "/nowhere", "/quarantine", "/study", "/account")
# What one client or another may meet: refusals of the log-in throttle among them.
FINE = {200, 303, 403, 404, 429}


class WebThreadsTest(unittest.TestCase):
    def site(self, smtp):
        site = WebSite(settings=f"reportSender = reports@example.com\nmailSmtp = 127.0.0.1:{smtp.port}\nsmtpTls = none\n"
                       "smtpWorkers = 2\nworkers = 4\n", sections=f"[reports]\n{NO_CAPS}")
        site.__enter__()
        self.addCleanup(site.__exit__)
        maildir = harness.temp_folder(self) / "mails"
        generate(maildir, REPORTS)
        config = site.config.read_text(encoding="utf-8")
        feed = site.folder / "feed.cfg"
        feed.write_text(f"{config}\n[mailbox]\nsource = maildir:{maildir}\nimapSettle = keep\n", encoding="utf-8")
        feed.chmod(0o600)
        harness.run("lafayette-ingest", "-q", "-c", feed, "-f", "mailbox",
                    env={"LAFAYETTE_STATE": str(site.folder / "state")}, want=0, timeout=120)
        return site

    def client(self, site, number, over, seen):
        """Reads all pages in an order of its own until all is over; what it met goes to `seen`."""
        try:
            client = site.client("anna")
            while not over.is_set():
                for place in range(len(PAGES)):
                    page = PAGES[(place * (number * 2 + 1) + number) % len(PAGES)]
                    seen.append((page, client.get(page).status))
                seen.append(("log-in", client.post("/login", {"name": "vera", "password": "wrong"}).status))
                seen.append(("leave", self.leave(site, client)))
        except (OSError, http.client.HTTPException) as problem:
            if not over.is_set():
                seen.append((repr(problem), 0))

    @staticmethod
    def leave(site, client):
        """Goes away in the midst of an answer that flows."""
        with site.socket() as line:
            cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
            line.sendall(f"GET /email.csv HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())
            line.recv(1)
        return 200

    def reload(self, site):
        before = site.log.read_text(encoding="utf-8").count("reloaded")
        site.child.send_signal(signal.SIGHUP)
        harness.wait_for(lambda: site.log.read_text(encoding="utf-8").count("reloaded") > before, "the reload", timeout=60)

    def test_all_at_once(self):
        with FakeSmtp() as smtp:
            site = self.site(smtp)
            driver = imap_driver.build(TARGET)
            over, seen = threading.Event(), []
            clients = [threading.Thread(target=self.client, args=(site, number, over, seen)) for number in range(CLIENTS)]
            for client in clients:
                client.start()
            try:
                for turn in range(RELOADS):
                    lines = "".join(f"LF-{turn}-{i}\t198.51.100.{i}\t0\t\tabuse{i}@net.example\t\t\t1\t0\n"
                                    for i in range(COMPLAINTS))
                    harness.run(driver, site.config, "put", stdin=lines, want=0)
                    self.reload(site)
                harness.wait_for(lambda: len(smtp.mails) == RELOADS * COMPLAINTS, "all complaints", timeout=120)
                harness.wait_for(lambda: len(seen) >= 2 * CLIENTS * len(PAGES), "pages read", timeout=300)
            finally:
                over.set()
                try:
                    site.stop()  # while they still ask
                finally:
                    for client in clients:
                        client.join()
            self.assertEqual([(page, status) for page, status in seen if status not in FINE], [])
            self.assertIn(("/email.csv", 200), seen)
            log = site.log.read_text(encoding="utf-8")
            self.assertEqual(log.count("complaint is=sent"), RELOADS * COMPLAINTS)
            self.assertNotIn("WARNING: ThreadSanitizer", log)


if __name__ == "__main__":
    unittest.main()
