# SPDX-License-Identifier: MIT
"""L2TP as a LAC (RFC 2661): one tunnel with one session, each message as the client writes it.

A message is a list of (attribute, value) or (attribute, value, options), options being "optional" for an
AVP without the M bit, or vendor=N.  Values may be numbers: "H" and "I" are in the table below.
"""
import struct

SCCRQ, SCCRP, SCCCN, STOPCCN, HELLO, ICRQ, ICRP, ICCN, CDN = 1, 2, 3, 4, 6, 10, 11, 12, 14
TYPE, RESULT, VERSION, FRAMING, BEARER, FIRMWARE, HOST, VENDOR, TUNNEL, WINDOW, CHALLENGE = 0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11
SESSION, SERIAL, BEARER_TYPE, FRAMING_TYPE, TX_SPEED, RX_SPEED, SEQUENCING = 14, 15, 18, 19, 24, 38, 39
FORMAT = {TYPE: "H", VERSION: "H", FRAMING: "I", BEARER: "I", FIRMWARE: "H", TUNNEL: "H", WINDOW: "H", SESSION: "H",
          SERIAL: "I", BEARER_TYPE: "I", FRAMING_TYPE: "I", TX_SPEED: "I", RX_SPEED: "I"}
CONTROL, LENGTH, SEQUENCE, OFFSET = 0x8000, 0x4000, 0x0800, 0x0200
NAMES = {SCCRQ: "SCCRQ", SCCRP: "SCCRP", SCCCN: "SCCCN", STOPCCN: "StopCCN", HELLO: "HELLO", ICRQ: "ICRQ", ICRP: "ICRP",
         ICCN: "ICCN", CDN: "CDN"}


def avp(attribute, value, mandatory=True, vendor=0):
    if isinstance(value, int):
        value = struct.pack("!" + FORMAT[attribute], value)
    return struct.pack("!HHH", mandatory << 15 | 6 + len(value), vendor, attribute) + value


def read_avps(body):
    """{attribute: value} of a message of the gateway; a hidden or unknown mandatory one fails a client's call."""
    found = {}
    while body:
        flags, vendor, attribute = struct.unpack_from("!HHH", body)
        length = flags & 0x3ff
        assert 6 <= length <= len(body), "AVP with a wrong length"
        assert not flags & 0x7c00, "hidden AVP, or reserved bits"
        assert vendor == 0 and (attribute in FORMAT or attribute in (RESULT, HOST, VENDOR)) or not flags & 0x8000, \
            f"unknown mandatory AVP {vendor}/{attribute}"
        found[attribute] = body[6:length]
        body = body[length:]
    return found


class L2tp:
    """@p: the client's L2TP as a table (profiles.py); @send takes what leaves the client."""

    def __init__(self, p, tunnel, session, send):
        self.p, self.tunnel, self.session, self.send = p, tunnel, session, send
        self.peer_tunnel = self.peer_session = 0
        self.ns = self.nr = self.acked = 0
        self.messages = {}          # of the gateway, by type
        self.waiting = None         # ours that is not acknowledged
        self.acks = 0               # ZLBs that acknowledged one of ours
        self.closed = False

    def header(self, session, length, ns=None):
        return struct.pack("!HHHHHH", 0xc802, 12 + length, self.peer_tunnel, session, self.ns if ns is None else ns, self.nr)

    def control(self, kind, avps, session=0):
        """Sends a message; repeat() sends it again until it is acknowledged."""
        body = avp(TYPE, kind) + b"".join(a if isinstance(a, bytes) else avp(*a) for a in avps)
        self.waiting = (self.ns, session, body)
        self.send(self.header(session, len(body)) + body)
        self.ns += 1

    def repeat(self):
        if self.waiting:
            ns, session, body = self.waiting
            self.send(self.header(session, len(body), ns) + body)

    def hello_unreliable(self):
        """Apple's trigger for IPsec: for no tunnel, and no answer wanted."""
        body = avp(TYPE, HELLO)
        self.send(struct.pack("!HHHHHH", 0xc802, 12 + len(body), 0, 0, 0, 0) + body)

    def acknowledged(self):
        return self.acked == self.ns

    def receive(self, datagram):
        """Returns a PPP frame if it is one for the session."""
        flags = struct.unpack_from("!H", datagram)[0]
        return self.receive_control(datagram) if flags & CONTROL else self.receive_data(datagram, flags)

    def receive_control(self, datagram):
        flags, length, tunnel, session, ns, nr = struct.unpack_from("!HHHHHH", datagram)
        # what Android's client checks of each packet, and no more than what the RFC has
        assert flags & 0xcb0f == 0xc802, f"control flags {flags:04x}"
        assert length == len(datagram), "header length is not that of the datagram"
        assert tunnel == self.tunnel, f"tunnel {tunnel} is not the client's"
        assert nr <= self.ns, "acknowledges what was never sent"
        self.acked = max(self.acked, nr)
        if self.waiting and self.acked == self.ns:
            self.waiting = None
            self.acks += length == 12
        if length == 12:
            return
        assert datagram[12:18] == bytes.fromhex("800800000000"), "Message Type AVP"
        assert ns <= self.nr, "more than one message in flight, or one out of order"
        if ns == self.nr:
            self.nr += 1
            self.take(datagram[18:20], session, read_avps(datagram[12:]))
        self.send(self.header(0, 0))

    def take(self, kind, session, avps):
        kind = struct.unpack("!H", kind)[0]
        self.messages[kind] = avps
        if kind == SCCRP:
            assert {VERSION, FRAMING, HOST, TUNNEL} <= set(avps) and avps[VERSION] == b"\1\0", "AVPs of SCCRP"
            assert CHALLENGE not in avps, "SCCRP with a Challenge"
            self.peer_tunnel = struct.unpack("!H", avps[TUNNEL])[0]
        elif kind == ICRP:
            assert session == self.session, "ICRP for another session"
            self.peer_session = struct.unpack("!H", avps[SESSION])[0]
        elif kind in (STOPCCN, CDN):
            self.closed = True

    def receive_data(self, datagram, flags):
        assert flags & 0x000f == 2, "version of a data header"
        at = 2
        if flags & LENGTH:
            assert struct.unpack_from("!H", datagram, at)[0] == len(datagram), "length of a data header"
            at += 2
        tunnel, session = struct.unpack_from("!HH", datagram, at)
        assert (tunnel, session) == (self.tunnel, self.session), "data for another session"
        assert not flags & (SEQUENCE | OFFSET), "sequence numbers or offset that nobody asked for"
        return datagram[at + 4:]

    def data(self, frame):
        if self.p["data_length_bit"]:
            header = struct.pack("!HHHH", 0x4002, 8 + len(frame), self.peer_tunnel, self.peer_session)
        else:
            header = struct.pack("!HHH", 0x0002, self.peer_tunnel, self.peer_session)
        self.send(header + frame)
