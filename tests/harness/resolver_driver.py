# SPDX-License-Identifier: Apache-2.0
"""Runs tests/unit/enrich/resolver_driver.c (questions through enrich/resolver) and dns_relay.c (a slow way)."""
import subprocess

import harness
from harness import imap_driver


def build():
    """Make the driver in the build under test; its path."""
    return imap_driver.build("tests/unit/enrich/resolver_driver")


class Answer:
    def __init__(self, words):
        self.lane, self.type, self.name, self.outcome = int(words[0]), words[1], words[2], words[3]
        self.ttl, rest = int(words[4]), words[5:]
        # A failure may be two words; records hold no blank, and there are none beside a failure.
        self.failure = None if rest[0] == "-" else " ".join(rest)
        self.records = rest[1:] if self.failure is None else []

    def __repr__(self):
        return f"{self.type} {self.name}: {self.outcome} {self.ttl} {self.failure} {self.records}"


class Outcome:
    """answers in their order; runs: (whole, seconds) each; asked, found, none, not_known, shared."""

    def __init__(self, args, code, out, err):
        self.args, self.code, self.err, self.answers, self.runs = args, code, err, [], []
        for line in out.splitlines():
            words = line.split(" ")
            if words[0] == "run":
                self.runs.append((words[1] == "whole", int(words[2]) / 1000))
            elif words[0] == "counts":
                self.asked, self.found, self.none, self.not_known, self.shared = map(int, words[1:])
            else:
                self.answers.append(Answer(words))

    def __getitem__(self, name):
        """The one answer to a name."""
        one, = [answer for answer in self.answers if answer.name == name]
        return one

    def __repr__(self):
        return f"{self.args}: exit {self.code}\n{self.err}{self.answers}"


def start(program, questions, **settings):
    """questions: lines as the driver takes them. The child; finish() gives its Outcome."""
    lists = {key: ",".join(map(str, value)) for key, value in settings.items() if isinstance(value, (list, tuple))}
    args = [f"{key}={value}" for key, value in {**settings, **lists}.items()]
    child = subprocess.Popen([program, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             text=True)
    child.questions = "".join(one + "\n" for one in questions)
    return child


def finish(child, timeout=120):
    out, err = child.communicate(child.questions, timeout=timeout * harness.PATIENCE)
    outcome = Outcome(child.args[1:], child.returncode, out, err)
    if "ERROR: " in err:
        raise AssertionError(err)
    return outcome


def ask(program, questions, **settings):
    return finish(start(program, questions, **settings))


class DnsRelay:
    """UDP to `port` and back: `with DnsRelay(port, delay_us=20000, lost_per_mille=10) as relay`, relay.server.
    relay.relayed and relay.lost are there afterwards."""

    def __init__(self, port, delay_us=0, lost_per_mille=0, seed=1, program=None):
        self.args = [str(one) for one in (port, delay_us, lost_per_mille, seed)]
        self.program = program

    def __enter__(self):
        program = self.program or imap_driver.build("tests/unit/enrich/dns_relay")
        self.child = subprocess.Popen([program, *self.args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.child.stdout.readline().split()[1])
        self.server = f"127.0.0.1:{self.port}"
        return self

    def __exit__(self, *exc):
        out, _ = self.child.communicate()
        words = out.split()
        self.relayed, self.lost = int(words[1]), int(words[3])
