# SPDX-License-Identifier: Apache-2.0
"""enrich/resolver against a real DNS server (nsd) and against one that lies, is slow, or says nothing."""
import collections
import signal
import socket
import unittest

import harness
from harness import resolver_driver
from harness.dns_liar import DnsLiar
from harness.nsd import private_nsd

PATIENT = 60000  # ms: a time-out that no test reaches
HASTY = 100      # ms: for what never comes

# first label, type: outcome, TTL, failure, records
ANSWERS = [
    ("host", "A", "found", 60, None, ["192.0.2.7"]),
    ("host", "AAAA", "found", 60, None, ["2001:db8::7"]),
    ("host", "PTR", "found", 60, None, ["host.example.test"]),
    ("host", "TXT", "found", 60, None, ["text"]),
    ("slow-300", "A", "found", 60, None, ["192.0.2.7"]),
    ("twice", "A", "found", 60, None, ["192.0.2.7"]),
    ("forged", "A", "found", 60, None, ["192.0.2.7"]),
    ("blocked", "A", "found", 60, None, ["127.255.255.254"]),
    ("none", "A", "none", 20, None, []),
    ("nodata", "A", "none", 20, None, []),
    ("bare", "A", "none", 0, None, []),
    ("alias-1", "A", "found", 50, None, ["192.0.2.7"]),
    ("alias-8", "A", "found", 50, None, ["192.0.2.7"]),
    ("alias-9", "A", "not-known", 0, "cname chain", []),
    ("alias-loop", "A", "not-known", 0, "cname chain", []),
    ("servfail", "A", "not-known", 0, "servfail", []),
    ("refused", "A", "not-known", 0, "refused", []),
    ("notimp", "A", "not-known", 0, "notimp", []),
    ("rcode-9", "A", "not-known", 0, "rcode", []),
    ("garbage", "A", "not-known", 0, "malformed", []),
    ("half", "A", "not-known", 0, "malformed", []),
    ("knot", "A", "not-known", 0, "malformed", []),
    ("truncated", "A", "found", 60, None, ["192.0.2.7"]),
]
TRIED_TWICE = {"garbage", "half", "knot"}


class Resolver(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = resolver_driver.build()

    def liar(self, *args, **settings):
        liar = DnsLiar(*args, **settings)
        liar.__enter__()
        self.addCleanup(liar.__exit__)
        return liar

    def ask(self, servers, questions, **settings):
        outcome = resolver_driver.ask(self.program, questions, servers=servers, **settings)
        self.assertEqual(outcome.code, 0, outcome)
        return outcome

    def test_what_is_said(self):
        liar = self.liar()
        outcome = self.ask([liar.server], [f"0 {kind} {label}.{kind}.test" for label, kind, *_ in ANSWERS],
                           timeout=PATIENT)
        asked = collections.Counter(name for name, _, by in liar.asked if by == "udp")
        for label, kind, *want in ANSWERS:
            with self.subTest(f"{label} {kind}"):
                name = f"{label}.{kind}.test"
                answer = outcome[name]
                self.assertEqual([answer.outcome, answer.ttl, answer.failure, answer.records], want)
                self.assertEqual(asked[name.lower()], 2 if label in TRIED_TWICE else 1)
        found = sum(want[0] == "found" for _, _, *want in ANSWERS)
        self.assertEqual((outcome.asked, outcome.found, outcome.none, outcome.shared), (len(ANSWERS), found, 3, 0))
        self.assertEqual(outcome.not_known, len(ANSWERS) - found - 3)

    def test_nothing_comes(self):
        liar = self.liar()
        labels = ["silent", "wrong-id", "wrong-question", "short"]
        outcome = self.ask([liar.server], [f"0 A {label}.test" for label in labels], timeout=HASTY)
        harness.wait_for(lambda: len(liar.asked) >= 2 * len(labels), "all questions")
        asked = collections.Counter(name for name, _, _ in liar.asked)
        for label in labels:
            with self.subTest(label):
                self.assertEqual((outcome[f"{label}.test"].outcome, outcome[f"{label}.test"].failure),
                                 ("not-known", "timeout"))
                self.assertEqual(asked[f"{label}.test"], 2)
        self.assertGreaterEqual(outcome.runs[0][1], 0.3)  # the second try has twice the time
        self.assertLess(outcome.runs[0][1], 30 * harness.PATIENCE)

    def test_server_without_edns(self):
        liar = self.liar(mode="formerr-edns")
        outcome = self.ask([liar.server], [f"0 A n{n}.test" for n in range(300)], timeout=PATIENT)
        self.assertEqual(outcome.found, 300, outcome)
        self.assertLessEqual(len(liar.asked), 300 + 100)  # those in flight when it became known

    def test_tcp_fails_for_the_one_name_alone(self):
        silent = self.liar(mode="truncated-silent")
        for label, settings, failure in (("truncated-dead", {}, "unreachable"),
                                         ("truncated", {"tcp": False}, "unreachable")):
            with self.subTest(label, **settings):
                liar = self.liar(**settings)
                slow = [f"slow-500.{n}.test" for n in range(20)]
                outcome = self.ask([liar.server], [f"0 A {name}" for name in [*slow, f"{label}.test"]], timeout=PATIENT)
                self.assertEqual((outcome[f"{label}.test"].outcome, outcome[f"{label}.test"].failure),
                                 ("not-known", failure))
                for name in slow:
                    self.assertEqual(outcome[name].outcome, "found")
                self.assertEqual(sum(name in slow for name, _, _ in liar.asked), len(slow))
        outcome = self.ask([silent.server], ["0 A n.test"], timeout=HASTY)
        self.assertEqual(outcome["n.test"].failure, "timeout")

    def test_an_empty_datagram(self):
        """c-ares 1.18, where Debian's mending is not in, ends a try of all questions in flight (CVE-2023-32067)."""
        liar = self.liar()
        slow = [f"slow-100.{n}.test" for n in range(20)]
        outcome = self.ask([liar.server], [f"0 A {name}" for name in [*slow, "empty.test"]], timeout=5000)
        self.assertEqual(outcome.found, len(slow), outcome)
        self.assertEqual(outcome["empty.test"].outcome, "not-known")

    def test_cap(self):
        for lane, settings in ((0, {"in_flight": 7}), (1, {"lanes": [7]})):
            with self.subTest(lane=lane):
                liar = self.liar(hold=7)
                outcome = self.ask([liar.server], [f"{lane} A n{n}.test" for n in range(28)], timeout=PATIENT,
                                   **settings)
                self.assertEqual((outcome.found, liar.most), (28, 7))

    def test_closed_lane(self):
        """A list that refuses us is asked no more, the others are."""
        liar = self.liar()
        questions = ["1 A blocked.test", *(f"1 A n{n}.list.test" for n in range(50)), "2 A n.other.test",
                     *(f"0 A n{n}.test" for n in range(50))]
        outcome = self.ask([liar.server], questions, lanes=[1, 1], close=1, timeout=PATIENT)
        self.assertEqual(outcome["blocked.test"].records, ["127.255.255.254"])
        for n in range(50):
            self.assertEqual(outcome[f"n{n}.list.test"].failure, "list error")
            self.assertEqual(outcome[f"n{n}.test"].outcome, "found")
        self.assertEqual(outcome["n.other.test"].outcome, "found")
        self.assertNotIn("list.test", {name.partition(".")[2] for name, _, _ in liar.asked})
        outcome = self.ask([liar.server], [*questions, "run", "1 A n99.list.test"], lanes=[1, 1], close=1)
        self.assertEqual(outcome["n99.list.test"].failure, "list error")

    def test_each_name_once(self):
        liar = self.liar()
        again = ["0 A n.test", "0 A N.TEST", "0 A n.test.", "0 AAAA n.test", "0 A servfail.test", "0 A servfail.test"]
        outcome = self.ask([liar.server], [*again, "run", *again], timeout=PATIENT)
        self.assertEqual(len(outcome.answers), 2 * len(again))
        self.assertEqual(sorted(liar.asked), [("n.test", 1, "udp"), ("n.test", 28, "udp"), ("servfail.test", 1, "udp")])
        self.assertEqual((outcome.asked, outcome.found, outcome.not_known, outcome.shared), (3, 2, 1, 9))

    def test_names_that_dns_cannot_carry(self):
        liar = self.liar()
        longest = ".".join(["a" * 63] * 3 + ["b" * 61])
        bad = ["a..test", ".test", ".", "x" * 64 + ".test", "x." + longest, "a\\.test", "\u00e4.test"]
        outcome = self.ask([liar.server], [f"0 A {name}" for name in [*bad, longest, "x" * 63 + ".test"]],
                           timeout=PATIENT)
        self.assertEqual([answer.outcome for answer in outcome.answers], ["none"] * len(bad) + ["found"] * 2)
        self.assertEqual(len(liar.asked), 2)

    def test_callbacks_ask_more(self):
        liar = self.liar()
        outcome = self.ask([liar.server], [f"0 PTR n{n}.test" for n in range(100)], chain=1, in_flight=10,
                           timeout=PATIENT)
        self.assertEqual((outcome.asked, outcome.found, outcome.shared), (101, 101, 99))
        self.assertEqual(sum(answer.name == "host.example.test" for answer in outcome.answers), 100)

    def test_deadline(self):
        liar = self.liar()
        names = [f"silent.{n}.test" for n in range(30)]
        outcome = self.ask([liar.server], [*(f"0 A {name}" for name in names), "run", "0 A silent.0.test"],
                           in_flight=10, timeout=PATIENT, deadline=300)
        self.assertEqual([whole for whole, _ in outcome.runs], [False, False])
        self.assertGreaterEqual(outcome.runs[0][1], 0.3)
        self.assertEqual([answer.failure for answer in outcome.answers], ["deadline"] * 31)
        # What nobody answered for want of time is asked again; what waited in line was never asked.
        harness.wait_for(lambda: len(liar.asked) >= 11, "all questions")
        self.assertEqual(collections.Counter(name for name, _, _ in liar.asked),
                         {**dict.fromkeys(names[:10], 1), names[0]: 2})

    def test_signal(self):
        liar = self.liar(mode="silent")
        child = resolver_driver.start(self.program, ["0 A n.test"], servers=[liar.server], timeout=PATIENT)
        child.stdin.write(child.questions)
        child.stdin.close()
        child.stdin = None
        harness.wait_for(lambda: liar.asked, "the question")
        child.send_signal(signal.SIGTERM)
        outcome = resolver_driver.finish(child)
        self.assertEqual(outcome.runs[0][0], False)
        self.assertEqual(outcome["n.test"].failure, "deadline")

    def test_second_server(self):
        """What the first does not answer, or refuses, is asked of the next; then the first is left alone."""
        for mode in ("silent", "refused", "servfail", "nobody there"):
            with self.subTest(mode):
                with DnsLiar() as gone:
                    pass
                first = gone if mode == "nobody there" else self.liar(mode=mode)
                second = self.liar()
                outcome = self.ask([first.server, second.server], [f"0 A n{n}.test" for n in range(200)], in_flight=1,
                                   timeout=500 if mode == "silent" else PATIENT)
                self.assertEqual(outcome.found, 200, outcome)
                if mode == "silent" or mode == "refused":
                    self.assertLessEqual(len(first.asked), 10 + 1 + outcome.runs[0][1] / 2)
                elif mode == "servfail":  # a word about the name, not about the server
                    self.assertEqual(len(first.asked), 200)

    def test_silent_resolver(self):
        """Who waits in a long line need not wait for as many time-outs."""
        liar = self.liar(mode="silent")
        outcome = self.ask([liar.server], [f"0 A n{n}.test" for n in range(5000)], in_flight=100, timeout=HASTY)
        self.assertEqual((outcome.not_known, {answer.failure for answer in outcome.answers}), (5000, {"timeout"}))
        self.assertEqual(outcome.runs[0][0], True)
        self.assertLess(len({name for name, _, _ in liar.asked}), 1000)

    def test_dead_domain(self):
        """Names of a dead domain, as three hostile mails bring, are in the way of no other; none is settled unasked."""
        liar = self.liar()
        dead = [f"silent.{n}.dead.test" for n in range(1470)]
        good = [f"n{n}.good.test" for n in range(300)]
        outcome = self.ask([liar.server], [f"0 A {name}" for name in dead + good] + ["run"] + [f"0 A {dead[-1]}"],
                           in_flight=100, timeout=500)
        self.assertEqual((outcome.found, {answer.failure for answer in outcome.answers} - {None}), (300, {"timeout"}), outcome)
        asked = {name for name, _, _ in liar.asked}
        self.assertLess(len(asked & set(dead)), 60)
        self.assertIn(dead[-1], asked, "it was settled without having been asked")

    def test_many_dead_domains(self):
        liar = self.liar()
        dead = [f"silent.d{n}.test" for n in range(400)]
        good = [f"n.g{n}.test" for n in range(300)]
        outcome = self.ask([liar.server], [f"0 A {name}" for name in dead + good], in_flight=50, timeout=HASTY)
        self.assertGreater(outcome.found, 250, outcome)  # a loaded machine may miss some
        asked = {name for name, _, _ in liar.asked}
        self.assertEqual(asked, {"", *dead, *good}, "the root tells that the resolver lives")

    def test_full_socket(self):
        """What the system does not take is sent a moment later, and no try is spent on it."""
        liar = self.liar()
        outcome = self.ask([liar.server], [f"0 A n{n}.test" for n in range(500)], full=3, timeout=PATIENT)
        self.assertEqual((outcome.found, len(liar.asked)), (500, 500))

    def test_nobody_listens(self):
        with DnsLiar() as liar:
            server = liar.server
        outcome = self.ask([server], [f"0 A n{n}.test" for n in range(500)], timeout=1000)
        self.assertEqual((outcome.not_known, {answer.failure for answer in outcome.answers} - {"timeout"}),
                         (500, {"unreachable"}))  # a system tells of a limited number a second

    def test_lost_answers(self):
        liar = self.liar(lost=0.01, seed=4)
        names = [f"n{n}.test" for n in range(2000)]
        outcome = self.ask([liar.server], [f"0 A {name}" for name in names], timeout=2000)
        self.assertGreaterEqual(outcome.found, 1990)
        rest = [answer.name for answer in outcome.answers if answer.outcome != "found"]
        self.assertEqual({outcome[name].failure for name in rest} - {"timeout"}, set())
        while rest:  # the next run
            outcome = self.ask([liar.server], [f"0 A {name}" for name in rest], timeout=2000)
            rest = [answer.name for answer in outcome.answers if answer.outcome != "found"]

    def test_a_small_buffer(self):
        """A server whose socket holds some 250 questions, as most do, and reads them one by one."""
        liar = self.liar(buffer=106496)
        outcome = self.ask([liar.server], [f"0 A n{n}.test" for n in range(4000)], timeout=2000, in_flight=1000)
        self.assertEqual(outcome.found, 4000)
        self.assertLess(len(liar.asked), 4040)

    def test_ipv6_server(self):
        try:
            liar = self.liar(host="::1")
        except OSError:
            raise unittest.SkipTest("no IPv6 on this machine") from None
        outcome = self.ask([liar.server], ["0 A n.test", "0 A truncated.test"], timeout=PATIENT)
        self.assertEqual(outcome.found, 2, outcome)

    def test_servers_that_are_none(self):
        for server in ("dns.example.com", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:", "192.0.2.1:53x", "[::1",
                       "[::1]:", ":53", "192.0.2.1 53"):
            with self.subTest(server):
                outcome = resolver_driver.ask(self.program, [], servers=server)
                self.assertEqual(outcome.code, 78, outcome)
                self.assertIn(server, outcome.err)
        outcome = resolver_driver.ask(self.program, [], servers=["192.0.2.1"] * 9)
        self.assertEqual(outcome.code, 78, outcome)
        self.assertEqual(resolver_driver.ask(self.program, []).code, 0)  # the system's

    def test_nsd(self):
        big = "".join(f'big TXT "{"x" * 200}{n}"\n' for n in range(10))
        nsd = private_nsd(self, zones={"example.test": f"""
@ A 192.0.2.1
@ AAAA 2001:db8::1
www CNAME @
away CNAME www.example.com.
two A 192.0.2.2
two A 192.0.2.3
text TXT "a b" "c" ""
text 100 TXT "second\\000\\255"
ptr PTR A-Host.Example.TEST.
odd PTR not\\032a\\032host.example.test.
{big}"""})
        outcome = self.ask([nsd.server], ["0 A www.example.test", "0 AAAA www.example.test", "0 A two.example.test",
                                          "0 TXT text.example.test", "0 PTR ptr.example.test", "0 PTR odd.example.test",
                                          "0 TXT big.example.test", "0 A nobody.example.test", "0 TXT two.example.test",
                                          "0 A away.example.test", "0 A www.example.com"], timeout=PATIENT)
        got = {(answer.type, answer.name): (answer.outcome, answer.ttl, answer.failure, sorted(answer.records))
               for answer in outcome.answers}
        self.assertEqual(got.pop(("TXT", "big.example.test")),
                         ("found", 300, None, sorted(f"{'x' * 200}{n}" for n in range(10))))  # too large for UDP
        self.assertEqual(got, {
            ("A", "www.example.test"): ("found", 300, None, ["192.0.2.1"]),
            ("AAAA", "www.example.test"): ("found", 300, None, ["2001:db8::1"]),
            ("A", "two.example.test"): ("found", 300, None, ["192.0.2.2", "192.0.2.3"]),
            ("TXT", "text.example.test"): ("found", 100, None, ["a\\x20bc", "second\\x00\\xff"]),
            ("PTR", "ptr.example.test"): ("found", 300, None, ["a-host.example.test"]),
            ("PTR", "odd.example.test"): ("none", 300, None, []),
            ("A", "nobody.example.test"): ("none", 60, None, []),
            ("TXT", "two.example.test"): ("none", 60, None, []),
            ("A", "away.example.test"): ("not-known", 0, "cname chain", []),
            ("A", "www.example.com"): ("not-known", 0, "refused", []),
        })


if __name__ == "__main__":
    unittest.main()
