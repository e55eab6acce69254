#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Attacks on the data path: whatever is sent, each packet is counted once and what it is not entitled to does not happen.

	ns a  this script, with ESP of its own   10.9.0.1 ---- 10.9.0.2  ns b  l2tpsec

Two clients, alice and mallory, have sessions with equal tunnel and session ids in ns b.  What
they send is made here, by libcrypto; for the suites with AES-GCM by another device of ours.
"""
import os
import random
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../clients"))
sys.dont_write_bytecode = True

import crypto                                            # noqa: E402
from esp import UDP, checksum, udp                       # noqa: E402
from l2tpsec import inside                               # noqa: E402
from pair import (ALL_SUITES, INNER, OUTER, SPI, Pair, Sniffer, Test, keys, sa, same, sh)  # noqa: E402

SUITE, CIPHER, HASH, ICV = "aes256-sha1", "aes256", "sha1", 12
TUNNEL, SESSION = 21, 22
ETH_P_ALL = 3
SERVER = INNER["b"]

subprocess.run(["modprobe", "l2tpsec"], check=True)
p = Pair()
for near in "ab":                # no packets but ours: not even router solicitations
    sh("sysctl -qw net.ipv6.conf.l2s0.disable_ipv6=1", near)
for number in (10, 11):
    sh(f"ip -n b route add 172.16.0.{number} dev l2s0")
t = Test(p.disconnect)
o = p.owner["b"]


def echo(source, number=1, size=56):
    """An ICMP Echo-Request to the server."""
    icmp = struct.pack("!BBHHH", 8, 0, 0, 1, number) + bytes(size)
    icmp = icmp[:2] + struct.pack("!H", checksum(icmp)) + icmp[4:]
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(icmp), number, 0, 64, 1, 0,
                         socket.inet_aton(source), socket.inet_aton(SERVER))
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + icmp


class Client:
    """A session in ns b, and the far end of its SA here."""

    def __init__(self, lineage, port, spi, inner):
        self.lineage, self.spi, self.inner, self.sequence = lineage, spi, inner, 0
        with inside("a"):
            self.s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.s.bind((OUTER["a"], port))
            self.s.connect((OUTER["b"], 4500))
        self.key = keys(SUITE, lineage)
        o.do("SA_NEW", sa=sa("b", SUITE, lineage, spi_in=spi, spi_out=spi + 1, lineage=lineage, remote_port=port))
        o.do("TUNNEL_NEW", tunnel={"lineage": lineage, "id": TUNNEL, "peer_id": 11, "peer_port": 1701})
        o.do("SESSION_NEW", session=self.name() | {"peer_id": 12})
        o.do("SESSION_SET", session=self.name() | {"mtu": 1400, "addr4": socket.inet_aton(inner)})

    def name(self):
        return {"lineage": self.lineage, "tunnel_id": TUNNEL, "id": SESSION}

    def sealed(self, plain, sequence=None):
        """ESP around @plain, trailer included, as it is."""
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        iv = os.urandom(16)
        out = struct.pack("!II", self.spi, sequence) + iv + crypto.encrypt(CIPHER, self.key["a"][0], iv, plain)
        return out + crypto.prf(HASH, self.key["a"][1], out)[:ICV]

    @staticmethod
    def trailed(payload, following=UDP):
        pad = -(len(payload) + 2) % 16
        return payload + bytes(range(1, pad + 1)) + bytes((pad, following))

    def data(self, packet, tunnel=TUNNEL, session=SESSION, protocol=0x0021):
        """An L2TP data message in UDP."""
        ppp = struct.pack("!HHHBBH", 2, tunnel, session, 0xff, 3, protocol) + packet
        return udp(socket.inet_aton(OUTER["a"]), socket.inet_aton(OUTER["b"]), (1701, 1701), ppp)

    def send(self, packet, **more):
        self.s.send(self.sealed(self.trailed(self.data(packet, **more))))

    def stats(self):
        return o.do("SESSION_GET", session=self.name())["session"]["stats"]

    def close(self):
        self.s.close()


class Ledger:
    """Packets that ns b took, by what became of them, since it was opened."""

    def __init__(self, *clients):
        self.clients, self.before = clients, self.now(clients)

    @staticmethod
    def now(clients):
        received = {k: n for k, n in o.drops().items() if k.startswith("RX_")}
        return received | {f"rx {c.lineage}": c.stats()["rx_packets"] for c in clients}

    def since(self):
        now = self.now(self.clients)
        return {k: n - self.before.get(k, 0) for k, n in now.items() if n != self.before.get(k, 0)}

    def closes(self, expected):
        """Exactly this, when everything has arrived."""
        until = time.monotonic() + 20
        while sum(self.since().values()) < sum(expected.values()) and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.1)
        same(self.since(), expected)


def alone():
    return Client(7, 40007, 0x2000, "172.16.0.10")


def two_clients():
    return alone(), Client(8, 40008, 0x3000, "172.16.0.11")


def end(*clients):
    for c in clients:
        c.close()
    p.disconnect()


def entitled():
    """What the rest stands on: a client's own packets pass, and are answered through its own SA."""
    alice, mallory = two_clients()
    book = Ledger(alice, mallory)
    alice.send(echo(alice.inner))
    mallory.send(echo(mallory.inner))
    for c in (alice, mallory):
        c.s.settimeout(20)
        same(struct.unpack("!I", c.s.recv(2000)[:4])[0], c.spi + 1)
    book.closes({"rx 7": 1, "rx 8": 1})
    end(alice, mallory)


def in_anothers_name():
    """Equal ids name one's own session, and the address of another is none of one's own."""
    alice, mallory = two_clients()
    book = Ledger(alice, mallory)
    mallory.send(echo(alice.inner))                      # a spoofed source
    mallory.send(echo("8.8.8.8"))
    mallory.send(echo(SERVER))                           # the server's own
    mallory.send(echo("127.0.0.1"))
    book.closes({"RX_SOURCE": 4})
    same((alice.stats()["tx_packets"], mallory.stats()["tx_packets"]), (0, 0))
    end(alice, mallory)


def ids_guessed():
    """Sessions and tunnels that are another's, or nobody's."""
    alice, mallory = two_clients()
    for kind, number in (("TUNNEL_NEW", 31), ("SESSION_NEW", 32)):
        name = {"lineage": alice.lineage, "id": number}
        o.do(kind, **({"tunnel": name | {"peer_id": 1, "peer_port": 1701}} if kind == "TUNNEL_NEW" else
                      {"session": name | {"tunnel_id": 31, "peer_id": 1}}))
    book = Ledger(alice, mallory)
    mallory.send(echo(alice.inner), tunnel=31, session=32)
    guesses = random.Random(4303).sample([n for n in range(65536) if n != SESSION], 1000)
    for n in guesses:
        mallory.send(echo(mallory.inner), session=n)
    for n in guesses[:200]:
        mallory.send(echo(mallory.inner), tunnel=n)
    known = sum(n == TUNNEL for n in guesses[:200])
    book.closes({"RX_NO_SESSION": 1000, "RX_NO_TUNNEL": 201 - known} | ({"rx 8": known} if known else {}))
    end(alice, mallory)


def forged_spi():
    """Another's SPI with one's own keys; SPIs that nobody has."""
    alice, mallory = two_clients()
    book = Ledger(alice, mallory)
    good = mallory.sealed(mallory.trailed(mallory.data(echo(mallory.inner))))
    mallory.s.send(struct.pack("!I", alice.spi) + good[4:])
    for spi in (1, 255, 256, 0x2001, 0x3001, 0xffffffff):
        mallory.s.send(struct.pack("!I", spi) + good[4:])
    book.closes({"RX_AUTH": 1, "RX_NO_SA": 6})
    mallory.s.send(good)
    book.closes({"RX_AUTH": 1, "RX_NO_SA": 6, "rx 8": 1})
    end(alice, mallory)


def truncated():
    """A good packet, cut at every length: RFC 3948 2.2 gives what is shorter than SPI and more to the daemon."""
    alice = alone()
    book = Ledger(alice)
    good = alice.sealed(alice.trailed(alice.data(echo(alice.inner))))
    for n in range(len(good)):
        alice.s.send(good[:n])
    counted = {}
    until = time.monotonic() + 20
    listener, daemon = p.socket["b"], 0
    listener.setblocking(False)
    while sum(counted.values()) + daemon < len(good) and time.monotonic() < until:
        try:
            listener.recv(100)
            daemon += 1
        except BlockingIOError:
            time.sleep(0.05)
        counted = book.since()
    same((sum(counted.values()) + daemon, "rx 7" in counted), (len(good), False))
    assert set(counted) <= {"RX_SHORT", "RX_AUTH", "RX_TRAILER"}, counted
    alice.s.send(good)
    book.closes(counted | {"rx 7": 1})
    end(alice)


def trailers():
    """RFC 4303 2.4 to 2.7: padding that is longer than the packet or wrong; other next headers; dummies; TFC padding."""
    alice = alone()
    payload = alice.data(echo(alice.inner))
    good = alice.trailed(payload)
    pad = good[-2]
    assert 0 < pad < 16, pad
    cases = [(good[:-2] + bytes((n, UDP)), "RX_TRAILER") for n in (255, len(good) - 1, pad + 16)]
    cases += [(good[:-2 - pad] + bytes(pad) + good[-2:], "RX_TRAILER")]
    cases += [(alice.trailed(payload, n), "RX_NOT_L2TP") for n in (0, 4, 6, 41, 50, 255)]
    cases += [(alice.trailed(b"", 59), None), (alice.trailed(os.urandom(100), 59), None)]
    cases += [(good[:-2] + bytes((0, UDP)), "rx 7")]     # what is behind the datagram is padding too
    for plain, reason in cases:
        book = Ledger(alice)
        alice.s.send(alice.sealed(plain))
        alice.send(echo(alice.inner))                    # the dummies leave no other trace
        expected = {"rx 7": 1}
        if reason:
            expected[reason] = expected.get(reason, 0) + 1
        book.closes(expected)
    end(alice)


def window():
    """RFC 4303 3.4.3: late within 1024 once, later never; the number 0 and those beyond the last never."""
    alice = alone()
    book = Ledger(alice)
    plain = alice.trailed(alice.data(echo(alice.inner)))
    passed = late = 0
    for number, good in ((5000, True), (5000, False), (3977, True), (3976, False), (3977, False), (4999, True),
                         (0, False), (1, False), (0xffffffff, True), (0, False), (1, False), (5000, False),
                         (0xffffffff, False), (0xfffffffe, True)):
        alice.s.send(alice.sealed(plain, number))
        passed, late = passed + good, late + (not good)
    book.closes({"rx 7": passed, "RX_REPLAY": late})
    end(alice)


def flipped(suite):
    """Every single bit of a packet that has not arrived yet: nothing but the packet itself is taken."""
    hold("add")
    p.connect(suite)
    try:
        sniffer, attacker = Sniffer("b", ethertype=ETH_P_ALL), Sniffer("a")
        p.ping(count=1, size=8, more="-W 1", check=False)
        frame = sniffer.next()
        while frame[36:38] != struct.pack("!H", 4500) or len(frame) < 60:
            frame = sniffer.next()
    finally:
        hold("delete")
    before, taken = o.drops(), p.session("b")["stats"]["rx_packets"]
    esp = 42
    bits = (len(frame) - esp) * 8
    for n in range(bits):
        changed = bytearray(frame)
        changed[esp + n // 8] ^= 1 << n % 8
        changed[40:42] = b"\0\0"                         # no UDP checksum
        attacker.send(bytes(changed))

    def counted():
        return {k: v - before.get(k, 0) for k, v in o.drops().items() if v != before.get(k, 0)}

    until = time.monotonic() + 20
    while sum(counted().values()) < bits - 1 and time.monotonic() < until:
        time.sleep(0.05)
    drops = counted()
    # an SPI of one bit less is none: RFC 3948 2.2 gives that packet to the daemon
    same((sum(drops.values()), drops["RX_NO_SA"], SPI["b"].bit_count()), (bits - 1, 31, 1))
    # what is left are sequence numbers, of which some are too old
    assert set(drops) <= {"RX_NO_SA", "RX_AUTH", "RX_REPLAY"} and drops["RX_AUTH"] >= bits - 64, drops
    same(p.session("b")["stats"]["rx_packets"], taken)
    attacker.send(frame)
    until = time.monotonic() + 20
    while p.session("b")["stats"]["rx_packets"] == taken and time.monotonic() < until:
        time.sleep(0.05)
    same(p.session("b")["stats"]["rx_packets"], taken + 1)
    p.disconnect()


def hold(verb):
    """ESP is seen, but not taken."""
    if verb == "delete":
        sh("nft delete table netdev hold", "b")
        return
    sh("nft 'add table netdev hold; add chain netdev hold in { type filter hook ingress device v0 priority 0; }; "
       "add rule netdev hold in udp dport 4500 drop'", "b")


for test in (entitled, in_anothers_name, ids_guessed, forged_spi, truncated, trailers, window):
    t.run(test.__name__.replace("_", " "), test)
for name in ALL_SUITES:
    t.run(f"every bit flipped: {name}", flipped, name)
t.end()
