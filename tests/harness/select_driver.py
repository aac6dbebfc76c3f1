# SPDX-License-Identifier: Apache-2.0
"""tests/unit/select/select_driver: the reads of select/, asked by lines of text."""
import json
import subprocess

from harness import imap_driver

TARGET = "tests/unit/select/select_driver"


class SelectDriver:
    """`driver.ask("emails", "type=bounce&days=2")` gives the answer as a dict."""

    def __init__(self, server, name, now):
        self.child = subprocess.Popen([imap_driver.build(TARGET), server.socket, name, str(now)], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True)

    def ask(self, command, rest=""):
        self.child.stdin.write(f"{command} {rest}\n")
        self.child.stdin.flush()
        line = self.child.stdout.readline()
        if not line:
            raise AssertionError(f"the driver ended at {command} {rest}: {self.child.wait()}")
        return json.loads(line)

    def close(self):
        self.child.stdin.close()
        code = self.child.wait(60)
        self.child.stdout.close()
        if code != 0:
            raise AssertionError(f"the driver ended with {code}")
