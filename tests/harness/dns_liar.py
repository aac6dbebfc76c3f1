# SPDX-License-Identifier: Apache-2.0
"""A DNS server on 127.0.0.1 that answers as badly as it is told to.

    with DnsLiar() as liar: ... ask liar.server ("127.0.0.1:PORT") for "servfail.7.test" ...

The first label of a name says what happens; a label that is none of these is answered 192.0.2.7 (TXT: "text",
PTR: host.example.test), TTL 60:
  silent             nothing comes            slow-MS            comes after MS milliseconds
  servfail refused formerr notimp rcode-N     none               NXDOMAIN, SOA with TTL 30 and minimum 20
  nodata             the same, NOERROR        bare               NXDOMAIN without a SOA
  blocked            127.255.255.254          formerr-edns       FORMERR, until asked without EDNS
  wrong-id           with another id          forged             first with another id and address, then right
  wrong-question     the question is another  twice              comes two times
  truncated          TC; by TCP the answer    truncated-dead     TC; the TCP connection is closed
  truncated-silent   TC; TCP says nothing     garbage            noise behind a good header
  short              3 octets                 empty              a datagram of no octets
  alias-loop         CNAME to itself          alias-N            N CNAMEs, then the answer
  knot               a compression pointer to itself              half     the first half of the answer
mode="silent": what a label that says nothing gets. lost, seed: that part of the questions gets nothing.
hold=N: answers are kept until N wait, and 0.2 s longer to see whether more come. host="::1": listens there. tcp=False: nobody listens there by TCP.
buffer: octets of its UDP socket's buffer, of which the system makes twice as many.
Afterwards: liar.asked is a list of (name, type, "udp" or "tcp"), liar.most the largest number that waited at once.
"""
import heapq
import itertools
import random
import selectors
import socket
import struct
import threading
import time

from harness.nsd import TYPES

RCODES = {"formerr": 1, "servfail": 2, "none": 3, "bare": 3, "notimp": 4, "refused": 5}
LATER = 0.2
WORDS = {*RCODES, "rcode", "silent", "slow", "nodata", "blocked", "formerr-edns", "wrong-id", "forged",
         "wrong-question", "twice", "truncated", "truncated-dead", "truncated-silent", "garbage", "short", "empty", "alias",
         "alias-loop", "knot", "half"}


def wire(name):
    return b"".join(bytes([len(one)]) + one.encode() for one in name.split(".") if one) + b"\0"


class Question:
    def __init__(self, octets):
        self.ident, flags, _, _, _, extra = struct.unpack(">6H", octets[:12])
        at, labels = 12, []
        while octets[at]:
            labels.append(octets[at + 1:at + 1 + octets[at]].decode("latin-1"))
            at += 1 + octets[at]
        self.type = struct.unpack(">H", octets[at + 1:at + 3])[0]
        self.name, self.echo, self.edns = ".".join(labels), octets[12:at + 5], extra > 0
        self.read(labels[0] if labels else "")

    def read(self, label):
        """Take the word, and the number behind it."""
        self.word, _, number = label.rpartition("-")
        self.number = int(number) if number.isdigit() and self.word else None
        if self.number is None:
            self.word = label

    def message(self, rcode=0, answers=b"", count=0, authority=b"", ident=None, tc=False, echo=None):
        flags = 0x8180 | rcode | (0x0200 if tc else 0)
        return struct.pack(">6H", self.ident if ident is None else ident, flags, 1, count,
                           1 if authority else 0, 0) + (echo or self.echo) + answers + authority

    def record(self, owner=b"\xc0\x0c", address="192.0.2.7"):
        content = {TYPES["A"]: socket.inet_aton(address), TYPES["PTR"]: wire("host.example.test"),
                   TYPES["AAAA"]: socket.inet_pton(socket.AF_INET6, "2001:db8::7")}.get(self.type, b"\x04text")
        return rr(owner, self.type, 60, content)


def rr(owner, kind, ttl, content):
    return owner + struct.pack(">HHIH", kind, 1, ttl, len(content)) + content


def soa():
    return rr(b"\0", TYPES["SOA"], 30, wire("ns.test") + wire("root.test") + struct.pack(">5I", 1, 2, 3, 4, 20))


def aliases(question, count):
    names = [question.echo[:-4]] + [wire(f"alias.{i}.test") for i in range(count)]
    chain = b"".join(rr(one, TYPES["CNAME"], 50, other) for one, other in zip(names, names[1:]))
    return question.message(answers=chain + question.record(names[-1]), count=count + 1)


def messages(question, by_tcp):
    """What is sent for a question: octets of zero, one or two messages; None by TCP: close the connection."""
    word, number = question.word, question.number
    good = question.message(answers=question.record(), count=1)
    if word == "formerr-edns":
        return [question.message(1)] if question.edns else [good]
    if word in ("none", "nodata"):
        return [question.message(3 if word == "none" else 0, authority=soa())]
    if word in RCODES or word == "rcode":
        return [question.message(RCODES.get(word, number))]
    if word.startswith("truncated"):
        if not by_tcp:
            return [question.message(tc=True)]
        return {"truncated": [good], "truncated-dead": None, "truncated-silent": []}[word]
    loop = rr(b"\xc0\x0c", TYPES["CNAME"], 50, b"\xc0\x0c")
    return {
        "silent": lambda: [],
        "blocked": lambda: [question.message(answers=question.record(address="127.255.255.254"), count=1)],
        "wrong-id": lambda: [question.message(ident=question.ident ^ 1, answers=question.record(), count=1)],
        "forged": lambda: [question.message(ident=question.ident ^ 1, count=1,
                                            answers=question.record(address="192.0.2.66")), good],
        "wrong-question": lambda: [question.message(echo=wire("other.test") + question.echo[-4:],
                                                    answers=question.record(), count=1)],
        "twice": lambda: [good, good],
        "garbage": lambda: [question.message(answers=random.Random(question.name).randbytes(60), count=3)],
        "short": lambda: [good[:3]],
        "empty": lambda: [b""],
        "half": lambda: [good[:len(good) - 8]],
        "alias": lambda: [aliases(question, number)],
        "alias-loop": lambda: [question.message(answers=loop, count=1)],
        "knot": lambda: [question.message(answers=struct.pack(">H", 0xc000 | 12 + len(question.echo)) +
                                          question.record()[2:], count=1)],
    }.get(word, lambda: [good])()


class DnsLiar:
    def __init__(self, mode="", lost=0.0, seed=1, hold=0, tcp=True, host="127.0.0.1", buffer=4 << 20):
        self.mode, self.lost, self.random, self.hold, self.tcp = mode, lost, random.Random(seed), hold, tcp
        self.host, self.family = host, socket.AF_INET6 if ":" in host else socket.AF_INET
        self.buffer = buffer
        self.asked, self.most = [], 0
        self.waiting, self.order, self.later = [], itertools.count(), []

    def __enter__(self):
        self.selector = selectors.DefaultSelector()
        listener = self.bind()
        self.selector.register(self.udp, selectors.EVENT_READ, self.take_datagrams)
        if listener is not None:
            self.selector.register(listener, selectors.EVENT_READ, self.accept)
        self.wake, waker = socket.socketpair()
        self.selector.register(waker, selectors.EVENT_READ, lambda _socket: None)
        self.ending, self.failure = False, None
        self.thread = threading.Thread(target=self.live, daemon=True)
        self.thread.start()
        return self

    def bind(self):
        """A port that is ours for UDP and, with tcp, for TCP: that one's listener."""
        for turn in range(100):
            self.udp = socket.socket(self.family, socket.SOCK_DGRAM)
            self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.buffer)
            self.udp.bind((self.host, 0))
            self.port = self.udp.getsockname()[1]
            try:
                return socket.create_server((self.host, self.port), family=self.family) if self.tcp else None
            except OSError:
                self.udp.close()
                if turn == 99:
                    raise

    def __exit__(self, *exc):
        self.ending = True
        self.wake.send(b".")
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()
        self.wake.close()
        if self.failure is not None:
            raise self.failure

    @property
    def server(self):
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def live(self):
        try:
            self.serve()
        except Exception as failure:  # shown when the test ends, which may see only silence
            self.failure = failure

    def serve(self):
        while not self.ending:
            wait = max(0, self.later[0][0] - time.monotonic()) if self.later else None
            for key, _ in self.selector.select(wait):
                key.data(key.fileobj)
            while self.later and self.later[0][0] <= time.monotonic():
                heapq.heappop(self.later)[2]()

    def after(self, seconds, act):
        heapq.heappush(self.later, (time.monotonic() + seconds, next(self.order), act))

    def question(self, octets):
        question = Question(octets)
        if question.word not in WORDS:
            question.read(self.mode)
        return question

    def take_datagrams(self, udp):
        octets, address = udp.recvfrom(4096)
        self.answer(self.question(octets), False, lambda reply: udp.sendto(reply, address), None)

    def accept(self, listener):
        connection, _ = listener.accept()
        self.selector.register(connection, selectors.EVENT_READ, self.take_stream)

    def take_stream(self, connection):
        octets = connection.recv(65536)
        if not octets:
            self.close(connection)
        while len(octets) > 2:  # the questions of a test come in whole segments
            size = struct.unpack(">H", octets[:2])[0]
            question, octets = self.question(octets[2:2 + size]), octets[2 + size:]
            self.answer(question, True, lambda reply: self.send_stream(connection, reply),
                        lambda: self.close(connection))
            if connection.fileno() < 0:
                return

    @staticmethod
    def send_stream(connection, reply):
        if connection.fileno() >= 0:
            connection.sendall(struct.pack(">H", len(reply)) + reply)

    def close(self, connection):
        if connection.fileno() >= 0:
            self.selector.unregister(connection)
            connection.close()

    def answer(self, question, by_tcp, send, close):
        self.asked.append((question.name, question.type, "tcp" if by_tcp else "udp"))
        if self.random.random() < self.lost:
            return
        replies = messages(question, by_tcp)
        if replies is None:
            close()
        elif self.hold:
            self.keep(send, replies)
        else:
            self.after(question.number / 1000 if question.word == "slow" else 0,
                       lambda: [send(reply) for reply in replies])

    def keep(self, send, replies):
        self.waiting.append((send, replies))
        self.most = max(self.most, len(self.waiting))
        if len(self.waiting) == self.hold:
            self.after(LATER, self.release)

    def release(self):
        for send, replies in self.waiting:
            for reply in replies:
                send(reply)
        self.waiting = []
