# SPDX-License-Identifier: Apache-2.0
"""Writes small files in MaxMind's DB format 2.0 (its public specification) for the tests.

    write(path, {"198.18.0.0/24": {"country": {"iso_code": "DE"}}, "2001:db8::/48": {...}})

Values: str, int (uint32), dict. Prefixes of both families go into one tree of IPv6, IPv4 under ::/96;
version=4 makes a tree of IPv4. Of nested prefixes the longer one wins.
"""
import ipaddress
import struct

MARK = b"\xab\xcd\xefMaxMind.com"
UINT16, UINT32, UINT64 = 5, 6, 9


def control(kind, size):
    """The octets before a value: its type and size."""
    extended = bytes([kind - 7]) if kind > 7 else b""
    head = 0 if kind > 7 else kind << 5
    if size < 29:
        return bytes([head | size]) + extended
    if size < 285:
        return bytes([head | 29]) + extended + bytes([size - 29])
    return bytes([head | 30]) + extended + struct.pack(">H", size - 285)


def number(value, kind=UINT32):
    octets = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return control(kind, len(octets)) + octets


def encode(value):
    if isinstance(value, bytes):  # encoded already
        return value
    if isinstance(value, str):
        octets = value.encode()
        return control(2, len(octets)) + octets
    if isinstance(value, int):
        return number(value)
    if isinstance(value, list):
        return control(11, len(value)) + b"".join(map(encode, value))
    return control(7, len(value)) + b"".join(encode(key) + encode(one) for key, one in value.items())


class Tree:
    """Nodes of two records; a record is None, ("node", N) or ("data", OFFSET)."""

    def __init__(self, version):
        self.bits = 32 if version == 4 else 128
        self.nodes = [[None, None]]

    def add(self, prefix, offset):
        network = ipaddress.ip_network(prefix)
        front = 96 if self.bits == 128 and network.version == 4 else 0
        length = front + network.prefixlen
        value = int(network.network_address)
        total = self.bits
        node = 0
        for depth in range(length - 1):
            bit = value >> (total - 1 - depth) & 1
            record = self.nodes[node][bit]
            if record is None or record[0] == "data":  # the wider prefix goes on below
                self.nodes.append([record, record])
                record = self.nodes[node][bit] = ("node", len(self.nodes) - 1)
            node = record[1]
        self.nodes[node][value >> (total - length) & 1] = ("data", offset)

    def octets(self):
        count, out = len(self.nodes), bytearray()
        for node in self.nodes:
            for record in node:
                value = count if record is None else record[1] if record[0] == "node" else count + 16 + record[1]
                out += value.to_bytes(3, "big")
        return bytes(out)


def write(path, networks, version=6):
    tree, data, places = Tree(version), bytearray(), {}
    for prefix in sorted(networks, key=lambda one: ipaddress.ip_network(one).prefixlen):
        value = encode(networks[prefix])
        if value not in places:
            places[value] = len(data)
            data += value
        tree.add(prefix, places[value])
    about = {"node_count": len(tree.nodes), "record_size": number(24, UINT16),
             "ip_version": number(version, UINT16), "database_type": "Test", "languages": ["en"],
             "binary_format_major_version": number(2, UINT16), "binary_format_minor_version": number(0, UINT16),
             "build_epoch": number(1700000000, UINT64), "description": {"en": "made by a test"}}
    path.write_bytes(tree.octets() + bytes(16) + bytes(data) + MARK + encode(about))
