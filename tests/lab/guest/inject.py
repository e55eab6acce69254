#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: inject.py PCAP WHAT SERVER...

Sends from this network namespace what a client sent, by a capture of its line (Ethernet, IPv4):
    first, last     its first or last ESP packet in UDP
    forged          the last one, with a later sequence number and otherwise as it was
    keepalive       a NAT-keepalive
    ike             every IKE message, to the port that it went to
"""
import socket
import struct
import sys


def datagrams(path):
    """(destination port, payload) of each UDP datagram to one of the servers."""
    data, at = open(path, "rb").read(), 24
    while at + 16 <= len(data):
        length = struct.unpack_from("=I", data, at + 8)[0]
        frame, at = data[at + 16:at + 16 + length], at + 16 + length
        if frame[12:14] != b"\x08\x00" or frame[23] != 17 or frame[30:34] not in SERVERS:
            continue
        udp = 14 + (frame[14] & 15) * 4
        yield struct.unpack_from("!H", frame, udp + 2)[0], frame[udp + 8:]


def forged(esp):
    return esp[:4] + struct.pack("!I", struct.unpack_from("!I", esp, 4)[0] + 100) + esp[8:]


path, what = sys.argv[1:3]
SERVERS = [socket.inet_aton(a) for a in sys.argv[3:]]
seen = list(datagrams(path))
esp = [(port, d) for port, d in seen if port == 4500 and len(d) > 8 and d[:4] != bytes(4)]
ike = [(port, d) for port, d in seen if port == 500 or (port == 4500 and len(d) > 8 and d[:4] == bytes(4))]
out = {
    "first": esp[:1],
    "last": esp[-1:],
    "forged": [(port, forged(d)) for port, d in esp[-1:]],
    "keepalive": [(4500, b"\xff")],
    "ike": ike,
}[what]
if not out:
    raise SystemExit(f"inject.py: no such packet in {path}")
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 4500))
for port, payload in out:
    s.sendto(payload, (sys.argv[3], port))
