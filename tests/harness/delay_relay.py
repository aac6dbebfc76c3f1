# SPDX-License-Identifier: Apache-2.0
"""A TCP relay on 127.0.0.1 that is as far away as one likes, and can be cut.

`with DelayRelay(port, round_trip=0.010) as relay:` then connect to relay.port. Each octet arrives half a round
trip after it was sent, in both directions; throughput is not limited (at most 16 MB are on their way).
cut() breaks all connections. cut_after = [N, M]: the first connection made from then on breaks once the server
has sent N octets, the next after M, the rest never. stall(): nothing goes through any more, but no end either;
stall_after = N does so when the servers have sent N octets. resume(): all goes on.
"""
import collections
import socket
import threading
import time

CHUNK = 256 * 1024
ON_THE_WAY = 16 * 1024 * 1024


class Pipe:
    """One direction: a thread that reads and one that writes when it is time."""

    def __init__(self, relay, source, sink, from_server, cut_after=None):
        self.relay, self.source, self.sink, self.left = relay, source, sink, cut_after
        self.from_server = from_server
        self.queue, self.held = collections.deque(), 0
        self.changed = threading.Condition()
        for work in (self.read, self.write):
            threading.Thread(target=self.guarded, args=(work,), daemon=True).start()

    def guarded(self, work):
        try:
            work()
        except OSError:
            pass  # either side went away
        if work == self.write:
            hang_up(self.source)
            hang_up(self.sink)

    def read(self):
        while True:
            try:
                octets = self.source.recv(CHUNK if self.left is None else max(1, min(CHUNK, self.left)))
            except OSError:
                octets = b""
            due = time.monotonic() + self.relay.round_trip / 2
            with self.changed:
                self.queue.append((due, octets))
                self.held += len(octets)
                self.changed.notify_all()
                while self.held > ON_THE_WAY:
                    self.changed.wait()
            if not octets:
                return
            if self.left is not None:
                self.left -= len(octets)
                if self.left <= 0:
                    with self.changed:
                        self.queue.append((due, b""))
                        self.changed.notify_all()
                    return

    def write(self):
        while True:
            with self.changed:
                while not self.queue:
                    self.changed.wait()
                due, octets = self.queue.popleft()
            wait = due - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            while self.relay.stalled.is_set():
                time.sleep(0.05)
            if not octets:
                return
            self.sink.sendall(octets)
            if self.from_server:
                self.relay.count(len(octets))
            with self.changed:
                self.held -= len(octets)
                self.changed.notify_all()


class DelayRelay:
    def __init__(self, port, round_trip=0.0):
        self.target, self.round_trip = port, round_trip
        self.cut_after, self.stall_after, self.passed, self.connections = [], None, 0, 0
        self.open, self.ended = [], []
        self.lock, self.stalled = threading.Lock(), threading.Event()

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *exc):
        hang_up(self.listener)
        self.listener.close()
        self.stalled.clear()
        self.cut()
        for end in self.ended:
            end.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                self.open += [client, server]
                limit = self.cut_after.pop(0) if self.cut_after else None
            Pipe(self, client, server, False)
            Pipe(self, server, client, True, limit)

    def cut(self):
        with self.lock:
            ends, self.open = self.open, []
            self.ended += ends
        for end in ends:
            hang_up(end)

    def count(self, octets):
        with self.lock:
            self.passed += octets
            if self.stall_after is not None and self.passed >= self.stall_after:
                self.stall_after = None
                self.stalled.set()

    def stall(self):
        self.stalled.set()

    def resume(self):
        self.stalled.clear()


def hang_up(end):
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
