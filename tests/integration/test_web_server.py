# SPDX-License-Identifier: Apache-2.0
"""The web daemon as a server: limits, slow and rude clients, log-in, rights, stop and reload."""
import concurrent.futures
import http.client
import signal
import ssl
import subprocess
import time
import unittest

import harness
from harness.shims import preloaded
from harness.web_site import PASSWORD, WebSite


class ServerCase(unittest.TestCase):
    settings = ""

    @classmethod
    def setUpClass(cls):
        cls.site = WebSite(cls.settings).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.site.__exit__(None, None, None)


class HttpTest(ServerCase):
    def test_health(self):
        answer = self.site.client().get("/healthz")
        self.assertEqual((answer.status, answer.json()["status"]), (200, "ok"))

    def test_no_threads(self):
        """A clear word and 75 where the system has no thread left."""
        for none in range(1, 5):
            with self.subTest(from_the=none):
                done = harness.run("lafayette-web", "-c", self.site.config, want=75, env=preloaded("fate", FATE_THREADS=none))
                self.assertIn("no thread to be had", done.stderr)

    def test_fields_of_every_answer(self):
        for path in ("/login", "/nowhere", "/healthz", "/static/style.css", "/account"):
            answer = self.site.client().get(path)
            with self.subTest(path):
                self.assertTrue(answer.fields["content-security-policy"].startswith("default-src 'none';"))
                self.assertNotIn("unsafe", answer.fields["content-security-policy"])
                self.assertEqual(answer.fields["x-content-type-options"], "nosniff")
                self.assertEqual(answer.fields["referrer-policy"], "no-referrer")
                self.assertEqual("no-store" in answer.fields["cache-control"], not path.startswith("/static"))

    def test_odd_requests(self):
        for request, status in {
            b"GET /a%ff HTTP/1.1\r\nHost: x\r\n\r\n": b"400",
            b"GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n": b"400",
            b"GET /a%2 HTTP/1.1\r\nHost: x\r\n\r\n": b"400",
            b"GET /login?x=%zz HTTP/1.1\r\nHost: x\r\n\r\n": b"400",
            b"GET /" + b"a/" * 40 + b" HTTP/1.1\r\nHost: x\r\n\r\n": b"404",
            b"DELETE /login HTTP/1.1\r\nHost: x\r\n\r\n": b"405",
            b"POST /account HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n": b"405",
            b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n": b"404",
            b"GET /static/../../forensic.cfg HTTP/1.1\r\nHost: x\r\n\r\n": b"404",
            b"GET /static/%2e%2e/style.css HTTP/1.1\r\nHost: x\r\n\r\n": b"404",
            b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n": b"413",
            b"GET /login HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 60000 + b"\r\n\r\n": b"431",
            b"HEAD /login HTTP/1.1\r\nHost: x\r\n\r\n": b"200",
        }.items():
            with self.subTest(request[:60]):
                answer = self.site.raw(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
                self.assertEqual(answer.split(b" ")[1], status, answer[:300])

    def test_chunked_body_over_the_limit(self):
        chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
        with self.site.socket() as line:
            line.sendall(b"POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            try:
                for _ in range(20):
                    line.sendall(chunk)
                line.sendall(b"0\r\n\r\n")
            except (BrokenPipeError, ConnectionResetError):
                pass
            self.assertEqual(line.recv(65536).split(b" ")[1], b"413")

    def test_cached_files(self):
        first = self.site.client().get("/static/style.css")
        again = self.site.client().get("/static/style.css", **{"If-None-Match": first.fields["etag"]})
        self.assertEqual((first.status, again.status, again.octets), (200, 304, b""))

    def test_metrics(self):
        text = self.site.client().get("/metrics").text
        self.assertIn("# TYPE lafayette_http_requests_total counter", text)
        self.assertRegex(text, r"lafayette_http_workers \d+")

    def test_slow_clients_stop_nobody(self):
        """A thousand clients that never end their request; they are cut off in the end."""
        lines = []
        try:
            for _ in range(1000):
                line = self.site.socket()
                line.sendall(b"GET /healthz HTTP/1.1\r\nHo")
                lines.append(line)
            for _ in range(5):
                started = time.monotonic()
                self.assertEqual(self.site.client().get("/healthz").status, 200)
                # Who waited for them would wait until they are cut off, after 15 s.
                self.assertLess(time.monotonic() - started, 10)
            for line in lines[:20]:
                self.assertEqual(line.recv(100), b"", "cut off without an answer")
        finally:
            for line in lines:
                line.close()

    def test_many_at_once(self):
        def ask(n):
            return self.site.client().get("/healthz" if n % 2 else "/login").status
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            self.assertEqual(set(pool.map(ask, range(400))), {200})


class LogInTest(ServerCase):
    def test_in_and_out(self):
        client = self.site.client()
        self.assertEqual(client.get("/account").fields["location"], "/login?next=%2Faccount")
        client.log_in("anna")
        page = client.get("/account")
        self.assertEqual(page.status, 200)
        self.assertIn("anna", page.text)
        self.assertEqual(client.post("/logout").status, 303)
        self.assertEqual(client.get("/account").status, 303)

    def test_the_cookie(self):
        client = self.site.client()
        answer = client.post("/login", {"name": "anna", "password": PASSWORD})
        cookie = next(one for one in answer.cookies if one.startswith("lafayette="))
        for word in ("HttpOnly", "SameSite=Lax", "Path=/"):
            self.assertIn(word, cookie)
        value = cookie.partition("=")[2].partition(";")[0]
        stored = self.site.db.query("SELECT HEX(valueHash) FROM session")
        self.assertNotIn(value, str(stored))

    def test_where_it_leads(self):
        for given, place in (("/account", "/account"), ("//evil.example", "/"), ("https://evil.example", "/"),
                             ("/\\evil.example", "/"), ("/a\r\nX: y", "/"), ("", "/"), ("/login", "/")):
            answer = self.site.client().post("/login", {"name": "anna", "password": PASSWORD, "next": given})
            self.assertEqual((answer.status, answer.fields.get("location")), (303, place), given)
            self.assertNotIn("x", answer.fields)

    def test_csrf(self):
        client = self.site.client("anna")
        good = client.csrf
        form = {"old": PASSWORD, "new": PASSWORD + "1", "again": PASSWORD + "1"}
        self.assertEqual(client.post("/account/password", {**form, "csrf": "0" * 64}).status, 403)
        self.assertEqual(client.ask("POST", "/account/password", "", {}).status, 403)
        self.assertEqual(client.post("/account/password", {**form, "csrf": good},
                                     **{"Sec-Fetch-Site": "cross-site"}).status, 403)
        self.assertEqual(client.post("/account/password", {**form, "csrf": good},
                                     Origin="https://evil.example").status, 403)
        other = self.site.client("vera")
        self.assertEqual(other.post("/account/password", {**form, "csrf": good}).status, 403)

    def test_cross_site_login(self):
        answer = self.site.client().post("/login", {"name": "anna", "password": PASSWORD},
                                         **{"Sec-Fetch-Site": "cross-site"})
        self.assertEqual(answer.status, 403)

    def test_new_password_ends_other_sessions(self):
        self.site.admin("user", "add", "nina", "--role", "viewer", stdin=PASSWORD + "\n")
        first, second = self.site.client("nina"), self.site.client("nina")
        answer = first.post("/account/password", {"old": PASSWORD, "new": "another-long-one", "again": "another-long-one"})
        self.assertEqual(answer.status, 303)
        self.assertIn("is changed", first.get("/account").text)
        self.assertEqual(second.get("/account").status, 303)
        self.site.client().log_in("nina", "another-long-one")

    def test_disabled(self):
        self.site.admin("user", "add", "gone", "--role", "analyst", stdin=PASSWORD + "\n")
        client = self.site.client("gone")
        self.site.admin("user", "disable", "gone")
        self.assertEqual(client.get("/account").status, 303)
        self.assertEqual(self.site.client().post("/login", {"name": "gone", "password": PASSWORD}).status, 403)

    def test_tokens(self):
        token = self.site.admin("token", "robot").stdout.strip()
        client = self.site.client(Authorization=f"Bearer {token}")
        self.assertEqual(client.get("/account").status, 200)
        self.assertEqual(client.ask("POST", "/logout", "", {}).status, 403, "it may read only")
        self.assertEqual(self.site.client(Authorization="Bearer nonsense").get("/account").status, 401)
        self.site.admin("token", "revoke", "robot")
        self.assertEqual(client.get("/account").status, 401)
        self.assertIn("log-in has ended", self.site.client().ask("POST", "/logout", "", {}).text)

    def test_what_was_written_is_not_lost(self):
        """A form sent behind the log-in's end comes back as text to copy: what a person wrote, to whom wrote it alone."""
        text = "</textarea><b>seen before &amp; elsewhere"
        shown = "\n&lt;/textarea&gt;&lt;b&gt;seen before &amp;amp; elsewhere</textarea>"
        note, mail, secret = "/email/1/note", "/reportspam", "a-secret-of-mine"
        cases = [("a note", note, {"note": text}, {}, [shown]), ("a mail", mail, {"email": text}, {}, [shown]),
                 ("addresses", "/reportemail/1", {"to7": "a@b.example", "to12": text, "feedbackType": "fraud"}, {},
                  ["\na@b.example\n&lt;/textarea&gt;"]),
                 ("an address", mail, {"abuseemail3": "a@b.example", "ip3": "192.0.2.1"}, {}, ["\na@b.example</textarea>"]),
                 ("much", mail, {"email": "\u00e9" * 65536}, {}, ["\n" + "\u00e9" * 32768 + "</textarea>", "its beginning"]),
                 ("from here", note, {"note": text}, {"Sec-Fetch-Site": "same-origin"}, [shown]),
                 ("from elsewhere", note, {"note": text}, {"Sec-Fetch-Site": "cross-site"}, []),
                 ("elsewhere's form", note, {"note": text}, {"Origin": "http://evil.example"}, []),
                 ("of a program", note, {"note": text}, {"Authorization": "Bearer nonsense"}, []),
                 ("nothing", note, {"note": " \r\n"}, {}, []),
                 ("what nobody writes", note, {"token": secret, "to": secret, "toes": secret, "to1x": secret, "": secret}, {}, []),
                 ("passwords", "/account/password", {"old": secret, "new": secret, "again": secret}, {}, [])]
        client = self.site.client("anna")
        for ended in (True, False):  # or anew, so that the page's token is of the log-in before
            old = client.csrf
            if ended:
                self.site.db.execute("DELETE FROM session")
            else:
                client = self.site.client("anna")
            for label, path, form, fields, want in cases:
                with self.subTest(f"{label}, {ended=}"):
                    answer = client.post(path, {**form, "csrf": old}, **fields)
                    self.assertEqual(answer.status, 401 if ended or "Authorization" in fields else 403)
                    self.assertEqual("<textarea readonly" in answer.text, want != [])
                    for one in want:
                        self.assertIn(one, answer.text)
                    for one in (text, secret, old):
                        self.assertNotIn(one, answer.text)
                    if not want:
                        self.assertNotIn("seen before", answer.text)
            self.assertIn(shown, client.upload(mail, {"csrf": old, "email": text}, []).text)
        self.assertEqual(self.site.db.query("SELECT COUNT(*) AS n FROM emailNote"), [{"n": "0"}])

    def test_audit(self):
        self.site.client("ada")
        rows = self.site.db.query("SELECT DISTINCT who, INET6_NTOA(ip) AS ip FROM audit WHERE action = 'login'")
        self.assertIn({"who": "ada", "ip": "127.0.0.1"}, rows)
        self.assertEqual(self.site.db.query("SELECT DISTINCT INET6_NTOA(ip) AS ip FROM session"), [{"ip": "127.0.0.1"}])

    def test_no_secret_in_the_log(self):
        self.site.client("ada")
        harness.wait_for(lambda: "/login" in self.site.log.read_text(), "the line of the log")
        self.assertNotIn(PASSWORD, self.site.log.read_text())


class ThrottleTest(ServerCase):
    def test_wrong_passwords_wait(self):
        client = self.site.client()
        wrong, right = {"name": "mallory", "password": "x" * 12}, {"name": "anna", "password": PASSWORD}
        self.assertEqual([client.post("/login", wrong).status for _ in range(5)], [403] * 5)

        def name_waits():
            """The first wait is 2 s; where a machine is so slow that it is over, the next one is longer."""
            return client.post("/login", wrong).status == 429
        harness.wait_for(name_waits, "a wait of the name at this address", 120)
        self.assertEqual(self.site.client().post("/login", right).status, 303, "another name of the same address")


class ProxyTest(ServerCase):
    settings = "auth = proxy\nproxies = 127.0.0.1\n"

    def test_the_proxy_says_who(self):
        client = self.site.client(**{"X-Remote-User": "anna", "X-Forwarded-For": "1.2.3.4, 203.0.113.9",
                                     "X-Forwarded-Proto": "https"})
        answer = client.get("/account")
        self.assertEqual(answer.status, 200)
        self.assertIn("strict-transport-security", answer.fields)
        harness.wait_for(lambda: "ip=203.0.113.9" in self.site.log.read_text(), "the line of the log")
        self.assertEqual(self.site.client(**{"X-Remote-User": "nobody"}).get("/account").status, 401)
        self.assertEqual(self.site.client().get("/account").status, 401)


class StrangerTest(ServerCase):
    settings = "auth = proxy\nproxies = 192.0.2.1\n"

    def test_its_word_is_nothing(self):
        answer = self.site.client(**{"X-Remote-User": "anna", "X-Forwarded-For": "192.0.2.1"}).get("/account")
        self.assertEqual(answer.status, 401)
        harness.wait_for(lambda: "ip=127.0.0.1" in self.site.log.read_text(), "the line of the log")


class TlsTest(unittest.TestCase):
    def test_own_certificate(self):
        with harness.TempFolder() as folder:
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem",
                            "-out", folder / "cert.pem"], check=True, capture_output=True)
            trust = ssl.create_default_context(cafile=folder / "cert.pem")
            with WebSite(f"tlsCertificate = {folder}/cert.pem\ntlsKey = {folder}/key.pem\n") as site:
                form = f"name=anna&password={PASSWORD}"
                line = http.client.HTTPSConnection("127.0.0.1", site.port, context=trust, timeout=60)
                line.request("POST", "/login", form, {"Content-Type": "application/x-www-form-urlencoded"})
                answer = line.getresponse()
                answer.read()
                self.assertEqual(answer.status, 303)
                self.assertIn("max-age", answer.getheader("Strict-Transport-Security"))
                self.assertRegex(answer.getheader("Set-Cookie"), "^__Host-lafayette=.*; Secure")
                line.close()
                self.assertEqual(site.raw(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")[:4] == b"HTTP", False, "no plain text there")


class LifeTest(unittest.TestCase):
    def test_database_away(self):
        with WebSite() as site:
            client = site.client("anna")
            site.db.kill()
            self.assertEqual(client.get("/account").status, 503)
            self.assertEqual(client.get("/healthz").status, 503)
            site.db.start()
            self.assertEqual(client.get("/account").status, 200)
            self.assertEqual(client.get("/healthz").status, 200)

    def test_reload(self):
        with WebSite() as site:
            client = site.client("anna")
            site.configure("sessionHours = 1\n")
            site.child.send_signal(signal.SIGHUP)
            harness.wait_for(lambda: "reloaded" in site.log.read_text(), "the reload")
            self.assertEqual(client.get("/account").status, 200)
            site.config.write_text("[web]\nnonsense = 1\n")
            site.child.send_signal(signal.SIGHUP)
            harness.wait_for(lambda: "reload-failed" in site.log.read_text(), "the refusal")
            self.assertEqual(client.get("/account").status, 200)

    def test_bad_starts(self):
        with harness.TempFolder() as folder:
            config = folder / "forensic.cfg"
            key, templates = "secret_key = 0123456789abcdef\n", f"templates = {harness.ROOT}/templates\n"
            files = f"files = {harness.ROOT}/web\n"
            for text, word in (("secret_key = secret\n" + templates + files, "secret_key"),
                               (key + templates + files + "host = example.com\n", "host"),
                               (key + files + "templates = /nowhere\n", "templates"),
                               (key + templates + "files = /nowhere\n", "nowhere"),
                               (key + templates + files + "tlsKey = /x\n", "tls")):
                config.write_text("[web]\n" + text)
                config.chmod(0o600)
                done = harness.run("lafayette-web", "-c", config)
                with self.subTest(word):
                    self.assertEqual(done.code, 78, done)
                    self.assertIn(word, done.stderr)


if __name__ == "__main__":
    unittest.main()
