#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: tests/lab/run [--watched debug] tests/lab/datapath/fuzz.py [SECONDS [SEED]]

Packets with valid ICVs around mutated ESP trailers, UDP, L2TP, PPP and IP headers,
and some with none, from ns b to the device in ns a.  Beside the generator stands a
reader of its own, written from the RFCs: for each packet it says which one counter
has to move, or what the owner has to get.  They are compared after each batch.
"""
import collections
import os
import random
import socket
import struct
import subprocess
import sys
import time

from l2tpsec import C, inside
from pair import INNER, INNER6, OUTER, SESSION, TUNNEL, Pair, Test, same
from seal import Sealer

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 40
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else int.from_bytes(os.urandom(4), "big")
BATCH = 300
SUITES = (("aes256-gcm", False), ("aes128-gcm", True), ("aes128-sha256", False), ("aes256-sha1", True))
UDP, DUMMY, L2TP_PORT = 17, 59, 1701
FRAME, SILENT, TO_SOCKET = "frame", "silent", "to socket"
EVERY_VERDICT = ["RX_SHORT", "RX_NO_SA", "RX_REPLAY", "RX_AUTH", "RX_TRAILER", "RX_NOT_L2TP", "RX_L2TP_HEADER",
                 "RX_NO_TUNNEL", "RX_NO_SESSION", "RX_SEQUENCE", "RX_PPP_HEADER", "RX_INNER_HEADER",
                 "RX_SOURCE", "delivered", FRAME, SILENT, TO_SOCKET]
R = random.Random(SEED)


def chance(percent):
    return R.random() * 100 < percent


def some(size):
    return R.randbytes(size)


class Reader:
    """What RFC 4303, 768, 2661, 1661, 791 and 8200 say of a text.  It remembers Ns, as a session does."""

    def __init__(self):
        self.expected_ns = 0

    def esp(self, text):
        pad, following = text[-2:]
        if pad + 2 > len(text) or text[len(text) - 2 - pad:-2] != bytes(range(1, pad + 1)):
            return "RX_TRAILER", None
        if following == DUMMY:
            return SILENT, None
        if following != UDP:
            return "RX_NOT_L2TP", None
        return self.udp(text[:len(text) - 2 - pad])

    def udp(self, data):
        if len(data) < 8:
            return "RX_SHORT", None
        source, port, size = struct.unpack_from("!HHH", data)
        if port != L2TP_PORT:
            return "RX_NOT_L2TP", None
        if not 8 <= size <= len(data):
            return "RX_SHORT", None
        return self.l2tp(data[8:size], source)

    def l2tp(self, data, port):
        if len(data) < 6:
            return "RX_L2TP_HEADER", None
        flags, = struct.unpack_from("!H", data)
        t, length, s, o, prio = (flags & bit for bit in (0x8000, 0x4000, 0x0800, 0x0200, 0x0100))
        head = 6 + 2 * bool(length) + 4 * bool(s) + 2 * bool(o)
        if flags & 15 != 2 or t and not (length and s and not o and not prio) or len(data) < head:
            return "RX_L2TP_HEADER", None
        fields = list(struct.unpack_from(f"!{head // 2 - 1}H", data, 2))
        total = fields.pop(0) if length else len(data)
        tunnel_id, session_id = fields.pop(0), fields.pop(0)
        ns = fields[0] if s else None
        head += fields[-1] if o else 0
        if total > len(data) or head > total:
            return "RX_L2TP_HEADER", None
        if t:
            return FRAME, (C["FRAME_L2TP"], port, data[:total])
        if tunnel_id != TUNNEL["a"]:
            return "RX_NO_TUNNEL", None
        if session_id != SESSION["a"]:
            return "RX_NO_SESSION", None
        if s:
            if (ns - self.expected_ns) % 65536 >= 32768:
                return "RX_SEQUENCE", None
            self.expected_ns = ns + 1
        return self.ppp(data[head:total])

    def ppp(self, data):
        if data[:1] == b"\xff":
            if data[1:2] != b"\x03":
                return "RX_PPP_HEADER", None
            data = data[2:]
        size = 1 if data and data[0] & 1 else 2
        if len(data) < size or not data[size - 1] & 1:
            return "RX_PPP_HEADER", None
        protocol, data = int.from_bytes(data[:size], "big"), data[size:]
        if protocol == 0xff:
            return "RX_PPP_HEADER", None
        if protocol == 0x21:
            return self.ipv4(data)
        if protocol == 0x57:
            return self.ipv6(data)
        return FRAME, (C["FRAME_PPP"], protocol, data)

    @staticmethod
    def ipv4(data):
        if len(data) < 20:
            return "RX_INNER_HEADER", None
        size, head = struct.unpack_from("!H", data, 2)[0], (data[0] & 15) * 4
        if data[0] >> 4 != 4 or head < 20 or not head <= size <= len(data):
            return "RX_INNER_HEADER", None
        return "delivered" if data[12:16] == socket.inet_aton(INNER["b"]) else "RX_SOURCE", None

    @staticmethod
    def ipv6(data):
        if len(data) < 40 or data[0] >> 4 != 6 or 40 + struct.unpack_from("!H", data, 4)[0] > len(data):
            return "RX_INNER_HEADER", None
        mine = data[8:24] == socket.inet_pton(socket.AF_INET6, INNER6["b"])
        return "delivered" if mine else "RX_SOURCE", None


def lie(value, limit=65535):
    return R.choice((value, 0, 1, value - 1, value + 1, limit, R.randint(0, limit))) & limit


def size():
    return R.choice((0, 1, 3, 20, R.randint(0, 200), R.randint(0, 1400), R.randint(0, 30) * R.randint(0, 700)))


def transport():
    """Something above IP: TCP with options more often than its share, for the MSS is looked at."""
    if chance(40):
        options = b"".join(R.choice((b"\1", b"\0", b"\2\4" + some(2), b"\2" + some(1), some(3),
                                     bytes((R.randint(2, 30), lie(4, 255))) + some(2)))
                           for _ in range(R.randint(0, 10)))[:40]
        options += bytes(-len(options) % 4)
        offset = lie(5 + len(options) // 4, 15) if chance(20) else 5 + len(options) // 4
        return 6, some(12) + bytes((offset << 4, R.choice((2, 18, 16, R.randint(0, 255))))) + some(6) + options
    return R.choice((1, 17, 58, 0, 43, 44, R.choice((2, 4, 41, 47, 60, 132, 135)))), some(size())


def ipv4():
    protocol, payload = transport()
    options = some(4 * R.randint(0, 10)) if chance(10) else b""
    source = socket.inet_aton(INNER["b"]) if chance(85) else some(4)
    target = socket.inet_aton(INNER["a"]) if chance(85) else some(4)
    total = 20 + len(options) + len(payload)
    head = struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, R.randint(0, 255),
                       lie(total) if chance(15) else min(total, 65535), R.randint(0, 65535),
                       R.randint(0, 65535) if chance(15) else 0x4000, 64, protocol, 0, source, target) + options
    return checksummed(head) + payload + (some(size()) if chance(10) else b"")


def checksummed(head):
    total = sum(struct.unpack(f"!{len(head) // 2}H", head))
    total = (total & 0xffff) + (total >> 16)
    return head[:10] + struct.pack("!H", ~(total + (total >> 16)) & 0xffff) + head[12:]


def ipv6():
    protocol, payload = transport()
    if chance(20):                                       # extension headers, whole or lying
        payload, protocol = bytes((protocol, lie(1, 255))) + some(14) + payload, R.choice((0, 43, 44, 60))
    source = socket.inet_pton(socket.AF_INET6, INNER6["b"]) if chance(85) else some(16)
    target = socket.inet_pton(socket.AF_INET6, INNER6["a"]) if chance(85) else some(16)
    return struct.pack("!IHBB", 6 << 28, lie(len(payload)) if chance(15) else min(len(payload), 65535),
                       protocol, 64) + source + target + payload


def ppp():
    protocol, payload = R.choice(((0x21, ipv4), (0x21, ipv4), (0x57, ipv6), (None, None)))
    if protocol is None:
        protocol, payload = R.choice((0xc021, 0x8021, 0x8057, 0xc223, 0xff, R.randint(0, 65535))), lambda: some(size())
    head = struct.pack("!H", protocol)
    if protocol < 256 and chance(50):
        head = head[1:]
    if chance(50):
        head = (b"\xff\x03" if chance(90) else b"\xff" + some(1)) + head
    return head + payload()


def l2tp():
    flags = R.choice((2, 2, 0x4002, 0x0802, 0xc802, R.randint(0, 15) << 12 | R.randint(0, 15) << 8 | 2,
                      R.randint(0, 65535)))
    payload = some(size()) if flags & 0x8000 else ppp()
    out = struct.pack("!HH", TUNNEL["a"] if chance(93) else R.randint(0, 65535),
                      SESSION["a"] if chance(93) else R.randint(0, 65535))
    if flags & 0x0800:
        ns = generator.ns + R.choice((0, 0, 0, 0, 1, 5)) if chance(90) else R.randint(0, 65535)
        out += struct.pack("!HH", ns & 65535, R.randint(0, 65535))
    if flags & 0x0200:
        offset = R.randint(0, 40)
        out += struct.pack("!H", lie(offset) if chance(20) else offset) + bytes(offset)
    total = len(out) + len(payload) + 4
    if flags & 0x4000:
        out = struct.pack("!H", lie(total) if chance(15) else min(total, 65535)) + out
    return struct.pack("!H", flags) + out + payload


def udp():
    payload = l2tp()
    port = L2TP_PORT if chance(96) else R.randint(0, 65535)
    length = 8 + len(payload)
    return struct.pack("!HHHH", R.choice((1701, R.randint(1, 65535))), port,
                       lie(length) if chance(5) else min(length, 65535), R.randint(0, 65535)) + payload


def damaged(data):
    """A few bytes changed, cut off or put in, anywhere."""
    data = bytearray(data)
    for _ in range(R.randint(1, 4)):
        at, how = R.randint(0, min(len(data), 80)), R.randint(0, 4)
        if how == 0:
            del data[at:]
        elif how == 1:
            del data[at:at + R.randint(1, 8)]
        elif how == 2:
            data[at:at] = some(R.randint(1, 8))
        elif data and at < len(data):
            data[at] = R.choice((0, 0xff, 0x80, data[at] ^ 1 << R.randint(0, 7)))
    return bytes(data)


class Generator:
    """Texts and packets around them, each with what the reader says."""

    def __init__(self, suite, esn):
        self.sealer, self.reader, self.last = Sealer("b", suite, esn), Reader(), None

    @property
    def ns(self):
        return self.reader.expected_ns

    def text(self):
        data = udp()
        if chance(20):
            data = damaged(data)
        data = data[:60000]
        pad = -(len(data) + 2) % self.sealer.block
        if chance(5):                                    # RFC 4303 2.4: up to 255, to hide the length
            pad = R.choice(range(pad, 256, self.sealer.block))
        following = UDP if chance(95) else R.choice((DUMMY, 4, 41, R.randint(0, 255)))
        trailer = bytearray((*range(1, pad + 1), pad, following))
        if chance(5):
            trailer[R.randrange(len(trailer) - 1)] = R.randint(0, 255)
        return data + bytes(trailer)

    def packet(self):
        if self.last and chance(1):
            return self.last, ("RX_REPLAY", None)
        if chance(6):
            return self.unsealed()
        text = self.text()
        packet, verdict = self.sealer.seal(text), self.reader.esp(text)
        if verdict[0] != "RX_TRAILER":                   # not taken, so not remembered
            self.last = packet
        return packet, verdict

    def unsealed(self):
        """What anybody can send who has no keys."""
        how = R.randint(0, 4)
        if how == 0:
            data = some(R.randint(0, 7))
            return data, ((SILENT, None) if data == b"\xff" else (TO_SOCKET, None)
                          if len(data) < 4 or data[:4] == bytes(4) else ("RX_SHORT", None))
        if how == 1:
            return bytes(4) + some(size()), (TO_SOCKET, None)
        if how == 2:
            return R.choice((b"\xff", some(3)))[:1] + some(3) + some(4 + size()), ("RX_NO_SA", None)
        head = self.sealer.spi + struct.pack("!I", self.sealer.sequence + R.randint(1, 1 << 20))
        body = some(size())
        fits = len(body) + 8 - self.sealer.overhead
        whole = fits >= self.sealer.block and fits % self.sealer.block == 0
        return head + body, ("RX_AUTH" if whole else "RX_TRAILER", None)


def name_of(frame):
    if frame["kind"] == C["FRAME_L2TP"]:
        return frame["kind"], frame["peer_port"], frame["data"]
    return frame["kind"], frame["protocol"], frame["data"]


def counted(before):
    """What has moved in the device since then, frames apart."""
    described = o.do("DEVICE_GET")["device"]
    now = collections.Counter({k: v for k, v in described.get("drops", {}).items() if k.startswith("RX_")})
    now["delivered"] = described["stats"]["rx_packets"]
    return now - before, now


def to_socket():
    """How many datagrams the socket itself got."""
    n = 0
    p.socket["a"].setblocking(False)
    try:
        while True:
            p.socket["a"].recv(65536)
            n += 1
    except BlockingIOError:
        return n


def all_counted(before, expected):
    frames, found = [], collections.Counter()
    until = time.monotonic() + 30
    while True:
        moved, _ = counted(before)
        while o.frames_and_events:
            frames.append(name_of(o.frame()))
        found[TO_SOCKET] += to_socket()
        moved += found
        moved[FRAME] = len(frames)
        if moved.total() >= expected.total() or time.monotonic() > until:
            return +moved, frames
        time.sleep(0.05)


def batch(suite, esn):
    global generator
    generator = Generator(suite, esn)
    p.connect(suite, {"esn": esn}, {}, {"clamp_mss": True})
    _, before = counted(collections.Counter())
    expected, frames = collections.Counter(), []
    for _ in range(BATCH):
        data, (verdict, frame) = generator.packet()
        sender.sendto(data, (OUTER["a"], 4500))
        expected[verdict] += 1
        if frame:
            frames.append(frame)
    reached.update(expected)
    del expected[SILENT]
    moved, got = all_counted(before, expected)
    same(dict(moved), dict(expected))
    same(got, frames)
    p.disconnect()


def fuzz():
    start, n = time.monotonic(), 0
    while time.monotonic() - start < SECONDS:
        suite, esn = SUITES[n % len(SUITES)]
        try:
            batch(suite, esn)
        except AssertionError as reason:
            raise AssertionError(f"seed {SEED}, batch {n}, {suite}: {reason}") from reason
        n += 1
    print(f"# seed {SEED}: {n * BATCH} packets in {time.monotonic() - start:.0f} s: {dict(reached.most_common())}")
    same([verdict for verdict in EVERY_VERDICT if not reached[verdict]], [])


def flows():
    for suite, esn in SUITES:
        p.connect(suite, {"esn": esn})
        p.ping(size=1372)
        p.ping("b", target=INNER["a"])
        p.disconnect()


subprocess.run(["modprobe", "l2tpsec"], check=True)
os.sched_setaffinity(0, {0})                             # in order, from the wire to the owner
p = Pair()
o = p.owner["a"]
o.s.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)          # SO_RCVBUFFORCE
p.socket["a"].setsockopt(socket.SOL_SOCKET, 33, 32 << 20)
reached = collections.Counter()
with inside("b"):
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setsockopt(socket.SOL_SOCKET, 32, 4 << 20)    # SO_SNDBUFFORCE
print(f"# seed {SEED}", flush=True)
t = Test(p.disconnect)
t.run("each packet moves the one counter that the RFCs tell", fuzz)
t.run("good traffic flows afterwards", flows)
t.end()
