# SPDX-License-Identifier: Apache-2.0
"""Runs tests/unit/enrich/enrich_driver.c: facts about addresses, hosts and AS numbers."""
import json
import os
import re
import subprocess

import harness
from harness import imap_driver


def build():
    """Make the driver in the build under test; its path."""
    return imap_driver.build("tests/unit/enrich/enrich_driver")


class Facts:
    """runs: what each run said at its end (whole, seconds, asked, ..., networks, warnings). facts["KEY"] is
    the last fact of an address, a host or an AS number; facts["host 192.0.2.1"] that of a host that is an address."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err, self.runs, self.facts = code, out, err, [], {}
        if code != 0:
            return
        for line in out.splitlines():
            one = json.loads(line)
            if "whole" in one:
                self.runs.append(one)
            else:
                self.facts[self.key(one)] = one

    @staticmethod
    def key(fact):
        if "host" not in fact:
            return fact.get("ip") or fact["asn"]
        return f"host {fact['host']}" if re.fullmatch(r"[\d.]+|.*:.*", fact["host"]) else fact["host"]

    def __getitem__(self, key):
        return self.facts[key]

    def name(self, key):
        """(known, name, confirmed)"""
        return self[key]["name_known"], self[key]["name"], self[key]["confirmed"]

    def network(self, key):
        """(known, prefix, asn, country, from)"""
        network = self[key]["network"]
        return self[key]["network_known"], network["prefix"], network["asn"], network["country"], network["from"]

    def listings(self, key):
        """{list: (state, codes, meaning)}"""
        return {one["list"]: (one["state"], one["codes"], one["meaning"]) for one in self[key]["listings"]}

    @property
    def asked(self):
        return self.runs[-1]["asked"]

    @property
    def warnings(self):
        return self.runs[-1]["warnings"]

    def __repr__(self):
        return f"exit {self.code}\n{self.err}{self.out}"


def ask(program, config, lines, deadline=60, timeout=120):
    """config: the path of a forensic.cfg. Its clock stands still, so that what is "held" is exact."""
    done = subprocess.run([program, config, str(deadline)], input="\n".join(lines) + "\n", capture_output=True,
                          text=True, timeout=timeout * harness.PATIENCE, check=False,
                          env={**os.environ, "LAFAYETTE_NOW": "1770000000"})
    return Facts(done.returncode, done.stdout, done.stderr)
