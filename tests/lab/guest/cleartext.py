#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""L2TP outside of IPsec (RFC 3193 1: never to be taken).

	cleartext.py SOURCE SERVER TUNNEL SESSION NR

From SOURCE, port 1701, to the server's ports 1701, 500 and 4500, bare, behind a non-ESP
marker, and as IP protocol 115 (L2TPv3): a request for a tunnel, HELLO, StopCCN and CDN
of the tunnel and the session that are up, a PPP Terminate-Request in that session, data.
Prints how many packets it sent.
"""
import socket
import struct
import sys

SOURCE, SERVER = sys.argv[1:3]
TUNNEL, SESSION, NR = map(int, sys.argv[3:])


def avp(number, value, mandatory=True):
    return struct.pack("!HHH", mandatory << 15 | 6 + len(value), 0, number) + value


def control(kind, tunnel, session, ns, *avps):
    body = avp(0, struct.pack("!H", kind)) + b"".join(avps)
    return struct.pack("!HHHHHH", 0xc802, 12 + len(body), tunnel, session, ns, 0) + body


def data(protocol, information):
    return struct.pack("!HHHBBH", 2, TUNNEL, SESSION, 0xff, 3, protocol) + information


NAME, RESULT = avp(7, b"intruder"), avp(1, struct.pack("!HH", 1, 0))
SCCRQ = control(1, 0, 0, 0, avp(2, b"\1\0"), avp(3, struct.pack("!I", 3)), NAME, avp(9, b"\0\7"))
MESSAGES = [SCCRQ]
for ns in (NR, NR + 1, 0):
    MESSAGES += [control(6, TUNNEL, 0, ns), control(14, TUNNEL, SESSION, ns, RESULT, avp(14, b"\0\1")),
                 control(4, TUNNEL, 0, ns, RESULT, avp(9, b"\0\1"))]
MESSAGES += [data(0xc021, b"\5\1\0\4"), data(0x0021, bytes(40))]

sent = 0
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((SOURCE, 1701))
    for message in MESSAGES:
        for port in (1701, 500, 4500):
            for marker in (b"", bytes(4)):
                s.sendto(marker + message, (SERVER, port))
                sent += 1
with socket.socket(socket.AF_INET, socket.SOCK_RAW, 115) as s:
    s.bind((SOURCE, 0))
    for message in MESSAGES:
        s.sendto(message, (SERVER, 0))
        sent += 1
print(sent)
