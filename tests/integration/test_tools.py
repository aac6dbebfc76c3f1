# SPDX-License-Identifier: Apache-2.0
"""/tools: where a URL leads, over real HTTP to servers on loopback, and what lists say of its hosts; lists of RDAP servers are kept."""
import http.server
import re
import threading
import unittest

import harness
from harness.fake_rdap import FakeRdap
from harness.nsd import PrivateNsd
from harness.shims import preloaded
from harness.web_page import WebPage
from harness.web_site import WebSite

ENDLESS = 64 << 20  # far more than a trace takes
DNS = """[dns]\nservers = {dns}\ntimeout = 10000\nabuse =\ncymru4 =\ncymru6 =\ncymruAsn =\n
[dnsbl]\nzen =\ndbl = dbl.test\nsurbl = surbl.test\n[tools]\ntrace = {trace}\n[networks]\npublic = {public}\n{more}"""


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # a client that had enough

    def __init__(self):
        self.paths, self.fields, self.sent, self.gone, self.release = [], [], 0, threading.Event(), threading.Event()
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def answer(self, status, location=None, body=b""):
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.send_header("Set-Cookie", "seen=1")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                server.paths.append((self.headers["Host"], self.path))
                server.fields.append(dict(self.headers))
                word, _, number = self.path[1:].partition("/")
                if word == "loop":
                    self.answer(302, f"/loop/{int(number or 0) + 1}")
                elif word == "to":
                    self.answer(301, f"http://{number}")
                elif word == "slow":
                    server.release.wait()
                elif word == "endless":
                    self.endless()
                else:
                    self.answer(200, body=b"here\n")

            def endless(self):
                self.send_response(200)
                self.end_headers()
                try:
                    while server.sent < ENDLESS:
                        server.sent += self.wfile.write(b"x" * 65536)
                except OSError:
                    server.gone.set()
        super().__init__(("127.0.0.1", 0), Handler)
        self.daemon_threads = True


class ToolsCase(unittest.TestCase):
    public, trace, more = "127.0.0.0/8", "yes", ""

    @classmethod
    def setUpClass(cls):
        cls.dns = PrivateNsd(zones={"dbl.test": "bad.test A 127.0.1.2", "surbl.test": "bad.test A 127.0.0.8"}).__enter__()
        cls.addClassCleanup(cls.dns.__exit__)
        cls.server = Server()
        threading.Thread(target=cls.server.serve_forever, daemon=True, kwargs={"poll_interval": 0.05}).start()
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)
        cls.addClassCleanup(cls.server.release.set)
        # Only ports 80 and 443 are asked: the shim leads those of this machine to our server.
        cls.site = WebSite("smtpWorkers = 0\n", DNS.format(dns=cls.dns.server, trace=cls.trace, public=cls.public, more=cls.more),
                           environment=preloaded("ports", PORTS_80=cls.server.server_address[1]))
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        cls.client = cls.site.client("anna")

    def setUp(self):
        self.server.paths.clear()
        self.server.fields.clear()

    def hops(self, url, client=None):
        """[(URL, status, what is told)] as the page shows them."""
        answer = (client or self.client).post("/tools", {"url": url})
        self.assertEqual(answer.status, 200, answer)
        WebPage(answer.text)
        self.page = answer.text
        return [(url.replace("[.]", "."), int(status), re.sub("<[^>]*>", "", rest).strip()) for url, status, rest in re.findall(
            r'<p><span class="mono break">(.*?)</span><br><b>(\d+)</b>(.*?)</p>', answer.text, re.S)]


class TraceTest(ToolsCase):
    def test_a_chain_and_the_lists(self):
        hops = self.hops("http://127.0.0.1/to/www.bad.test/to/127.0.0.1/end")
        self.assertEqual([hop[:2] for hop in hops], [("http://127.0.0.1/to/www.bad.test/to/127.0.0.1/end", 301),
                                                     ("http://www.bad.test/to/127.0.0.1/end", 301), ("http://127.0.0.1/end", 200)])
        self.assertEqual(self.server.paths, [("127.0.0.1", "/to/www.bad.test/to/127.0.0.1/end"),
                                             ("www.bad.test", "/to/127.0.0.1/end"), ("127.0.0.1", "/end")])
        self.assertRegex(hops[1][2], r"301 Moved Permanently.*listed dbl.*listed surbl")
        self.assertNotIn("listed dbl", hops[0][2] + hops[2][2])
        for fields in self.server.fields:
            self.assertFalse({"Cookie", "Referer", "Authorization"} & set(fields), fields)
        audit = self.site.client("ada").get("/audit").text
        self.assertIn("http://127.0.0.1/to/www.bad.test/to/127.0.0.1/end", audit)

    def test_as_our_pages_write_it(self):
        for url in ("hxxp://127[.]0[.]0[.]1/end", " hxxp[://]127.0.0[.]1/end "):
            self.assertEqual([hop[:2] for hop in self.hops(url)], [("http://127.0.0.1/end", 200)], url)

    def test_a_name_of_two_addresses(self):
        """::1 is refused, 127.0.0.1 answers: what is told is the answer."""
        self.assertEqual(self.hops("http://x.localhost/end"), [("http://x.localhost/end", 200, "200 OK")])

    def test_ten_hops_and_no_more(self):
        hops = self.hops("http://127.0.0.1/loop")
        self.assertEqual(len(hops), 10)
        self.assertEqual([path for _, path in self.server.paths], ["/loop"] + [f"/loop/{n}" for n in range(1, 10)])

    def test_a_slow_server(self):
        """It is let go while it still waits: the limit ended this, not its answer."""
        hops = self.hops("http://127.0.0.1/slow")
        self.assertFalse(self.server.release.is_set())
        self.assertEqual([hop[1] for hop in hops], [0])
        self.assertIn("Timeout", hops[0][2])

    def test_an_endless_answer(self):
        hops = self.hops("http://127.0.0.1/endless")
        self.assertEqual([hop[1] for hop in hops], [200])
        self.assertTrue(self.server.gone.wait(60), "it was not let go")
        self.assertLess(self.server.sent, ENDLESS)

    def test_where_it_does_not_go(self):
        for url, told in (("http://10.0.0.1/", "special-purpose"), ("http://[::1]/", "special-purpose"),
                          ("http://127.0.0.1/to/192.168.0.1/x", "special-purpose"), ("http://127.0.0.1/to/[::1]/", "special-purpose"),
                          ("http://127.0.0.1/to/127.0.0.1:8080/", "ports 80 and 443"), ("ftp://127.0.0.1/", "only http and https"),
                          ("http://anna@127.0.0.1/", "a user in it"), ("nonsense", ""), ("http://", "no URL")):
            with self.subTest(url):
                hops = self.hops(url)
                self.assertEqual(hops[-1][1], 0, hops)
                self.assertIn(told, hops[-1][2])
        self.assertNotIn("[::1]", [host for host, _ in self.server.paths])

    def test_who_may(self):
        self.assertEqual(self.site.client("vera").post("/tools", {"url": "http://127.0.0.1/end"}).status, 403)
        self.assertEqual(self.client.post("/tools", {"url": "http://127.0.0.1/end", "csrf": "0" * 64}).status, 403)
        self.assertEqual(self.server.paths, [])


class RefusedTest(ToolsCase):
    public = ""

    def test_loopback_is_special(self):
        for url in ("http://127.0.0.1/end", "http://www.bad.test/end", "http://bad.localhost/end", "http://2130706433/end", "http://0x7f.1/end"):
            hops = self.hops(url)
            self.assertEqual([hop[1] for hop in hops], [0], url)
            self.assertIn("special-purpose", hops[0][2], url)
        self.assertEqual(self.server.paths, [])


class OffTest(ToolsCase):
    trace = "no"

    def test_off(self):
        self.assertEqual(self.hops("http://127.0.0.1/end"), [])
        self.assertIn("not followed here", self.page)
        self.assertEqual(self.server.paths, [])


class ListsOfServersTest(ToolsCase):
    @classmethod
    def setUpClass(cls):
        cls.iana = FakeRdap().__enter__()
        cls.addClassCleanup(cls.iana.__exit__)
        cls.iana.answers["/rdap/ipv4.json"] = {"services": [[["198.18.0.0/16"], ["http://127.0.0.1/nowhere/"]]]}
        cls.more = f"[rdap]\nurl = bootstrap\nbootstrap = {cls.iana.url}rdap\ncaFile = {cls.iana.ca_file}\n"
        cls.public = "127.0.0.0/8, ::1, 198.18.0.0/15"
        super().setUpClass()
        cls.site.stop()
        cls.site.environment["LAFAYETTE_STATE"] = str(cls.site.folder / "state")
        cls.site.start()

    def test_iana_is_asked_once(self):
        client = self.site.client("anna")
        for address in ("198.18.0.1", "198.18.9.1", "198.18.17.1"):
            self.assertIn("not known", client.post("/tools", {"ip": address}).text)
        self.assertEqual(self.iana.paths, ["/rdap/ipv4.json"])


if __name__ == "__main__":
    unittest.main()
