# SPDX-License-Identifier: Apache-2.0
"""A private authoritative DNS server (Debian's nsd, only unpacked) on 127.0.0.1, UDP and TCP.

    with PrivateNsd(folder, zones={"example.test": "@ A 192.0.2.1"}) as dns:
        ... "[dns]\\nservers = " + dns.server ...

folder: what `tests/tools/gen_reports.py --zones folder` wrote; any number of them. zones: name → lines of a
zone file (names relative to the zone; SOA and NS are put before them). dns.port, dns.server ("127.0.0.1:PORT").
A name outside its zones is REFUSED, one inside that is not there NXDOMAIN. In a TestCase:
`dns = private_nsd(self, folder)` ends with the test. SkipTest where nsd is not there.
"""
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import unittest

import harness

UNPACKED = pathlib.Path(os.environ.get("LAFAYETTE_SERVERS", harness.ROOT / "build" / "servers")) / "root"
TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
# TTLs are the generator's: 300 s, and 60 s for what is not there.
APEX = "$ORIGIN {name}.\n$TTL 300\n@ SOA ns.localhost. root.localhost. {serial} 3600 600 86400 60\n@ NS ns.localhost.\n"
CONFIG = """
server:
  ip-address: 127.0.0.1@{port}
  server-count: {servers}
  username: ""
  chroot: ""
  zonesdir: "{dir}"
  database: ""
  zonelistfile: "{dir}/zone.list"
  xfrdfile: ""
  xfrdir: "{dir}"
  pidfile: ""
  logfile: "{dir}/log"
  rrl-ratelimit: 0
  hide-version: yes
remote-control:
  control-enable: no
"""


class PrivateNsd:
    def __init__(self, *folders, zones=None, servers=1):
        self.folders, self.zones, self.servers = [pathlib.Path(one) for one in folders], dict(zones or {}), servers
        self.master, self.serial = None, 1

    def __enter__(self):
        unpacked = UNPACKED / "usr/sbin/nsd"
        self.program = str(unpacked) if unpacked.exists() else shutil.which("nsd", path="/usr/sbin:/usr/bin")
        if self.program is None:
            raise unittest.SkipTest("nsd (build/servers, made by make check) is not there")
        self.temp = harness.TempFolder()
        self.folder = self.temp.__enter__()
        try:
            self.start_somewhere()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start_somewhere(self):
        """A port that was free may be taken when nsd wants it."""
        for turn in range(5):
            self.port = free_port()
            try:
                return self.start()
            except RuntimeError:
                self.kill()
                if turn == 4:
                    raise

    def __exit__(self, *exc):
        self.kill()
        self.temp.__exit__()

    @property
    def server(self):
        return f"127.0.0.1:{self.port}"

    def write_config(self):
        entries = [(folder / "nsd.conf").read_text(encoding="utf-8") for folder in self.folders]
        taken = set(re.findall(r'name: "([^"]+)"', "".join(entries)))
        for name, lines in self.zones.items():
            if name in taken:
                raise ValueError(f"zone {name} is in a folder already")
            path = self.folder / f"{name}.zone"
            path.write_text(APEX.format(name=name, serial=self.serial) + lines + "\n", encoding="utf-8")
            entries.append(f'zone:\n  name: "{name}"\n  zonefile: "{path}"\n')
        config = CONFIG.format(dir=self.folder, port=self.port, servers=self.servers)
        (self.folder / "nsd.conf").write_text(config + "".join(entries), encoding="utf-8")

    def start(self):
        self.write_config()
        harness.wait_for(self.begin, "a port that the one before has let go of", 60)
        harness.wait_for(self.answers, "nsd's first answer", 60)

    def begin(self):
        """False: the port is still held, by a server that was killed a moment ago."""
        told = self.log().count("nsd started"), self.log().count("Address already in use")
        with open(self.folder / "out", "ab") as out:
            self.master = subprocess.Popen([self.program, "-d", "-c", str(self.folder / "nsd.conf")], stdout=out,
                                           stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)
        harness.wait_for(lambda: self.log().count("nsd started") > told[0] or self.master.poll() is not None, "nsd", 60)
        return self.master.poll() is None or self.log().count("Address already in use") == told[1]

    def answers(self):
        if self.master.poll() is not None:
            raise RuntimeError(f"nsd ended: {self.log()}")
        try:
            return self.ask("version.server", "TXT") is not None
        except OSError:
            return False

    def zone(self, name, lines):
        """Another zone, or other lines for one of `zones`; served when this returns."""
        self.zones[name] = lines
        self.serial += 1
        self.kill()
        self.start()

    def kill(self):
        if self.master is not None:
            harness.end_session(self.master)
        self.master = None

    def log(self):
        paths = [self.folder / name for name in ("out", "log")]
        return "".join(path.read_text(errors="replace") for path in paths if path.exists())

    def ask(self, name, kind, timeout=1):
        """(rcode, octets of the answer) over UDP."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(timeout)
            client.connect(("127.0.0.1", self.port))
            client.send(question(name, kind))
            octets = client.recv(65535)
            return octets[3] & 15, octets


def question(name, kind, ident=1):
    labels = b"".join(bytes([len(one)]) + one.encode() for one in name.split(".") if one)
    return struct.pack(">6H", ident, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", TYPES[kind], 1)


def free_port():
    """A port that is free for UDP and for TCP."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams, socket.socket() as stream:
            datagrams.bind(("127.0.0.1", 0))
            try:
                stream.bind(datagrams.getsockname())
            except OSError:
                continue
            return stream.getsockname()[1]


def private_nsd(test, *folders, **how):
    """The same for a unittest.TestCase: gone when the test ends."""
    dns = PrivateNsd(*folders, **how)
    dns.__enter__()
    test.addCleanup(dns.__exit__)
    return dns
