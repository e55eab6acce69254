#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: early.py [TEST...]

ESP in UDP that is received at GRO: what is taken there, what is not, and who it depends on.
"""
import fcntl
import os
import socket
import struct
import subprocess
import sys

from l2tpsec import C, inside
from pair import INNER6, Pair, Sniffer, Test, iperf, same, sh

TUNSETIFF, TAP, NO_PI, NAPI, NAPI_FRAGS = 0x400454ca, 2, 0x1000, 0x10, 0x20
HEADERS = 14 + 20 + 8
# A kernel without XFRM_OFFLOAD goes on with what was taken from GRO: there nothing is.
with open("/proc/kallsyms") as symbols:
    OFFERED = " validate_xmit_xfrm\n" in symbols.read()

subprocess.run(["modprobe", "-a", "l2tpsec", "tun"], check=True)
p = Pair()
t = Test(p.disconnect)
print(f"# GRO lets go of packets: {OFFERED}")


def taken(end="b"):
    return p.owner[end].do("DEVICE_GET")["device"]["stats"].get("rx_early_packets", 0)


def received(end="b"):
    return p.session(end)["stats"]["rx_packets"]


def claim(early):
    p.owner["b"].do("DEVICE_CLAIM", device={"early": C["EARLY_" + early]})
    same(p.owner["b"].do("DEVICE_GET")["device"]["early"], C["EARLY_" + early])


def pinged(early, **how):
    """Three packets arrive at b, so many of them at GRO."""
    before = taken(), received()
    p.ping(**how)
    same((taken() - before[0], received() - before[1]), (early * OFFERED, 3))


def default():
    """An interface without NAPI offers nothing to GRO; then it does."""
    p.connect("aes256-gcm")
    pinged(0)
    for end in "ab":
        sh("ethtool -K v0 gro on tso off", end)
    pinged(3)
    pinged(3, size=1372, more="-M do")
    pinged(3, target=INNER6["b"], size=1352, more="-M do")
    assert taken("a") >= 9 * OFFERED
    p.disconnect()
    for suite in ("aes256-sha1", "aes256-sha512"):
        p.connect(suite, {"esn": True})
        pinged(3)
        p.disconnect()


def modes():
    p.connect("aes256-gcm")
    claim("NEVER")
    pinged(0)
    claim("ALWAYS")
    sniffer = Sniffer("b")
    pinged(3)
    sniffer.s.close()
    claim("AUTO")
    pinged(3)
    p.disconnect()


def while_captured():
    p.connect("aes256-gcm")
    for ethertype in (0x0800, 0x0003):
        sniffer = Sniffer("b", ethertype=ethertype)
        pinged(0)
        same([sniffer.next()[23] for _ in range(3)], [17] * 3)
        sniffer.s.close()
    other = Sniffer("b", ethertype=0x88cc)               # nobody's business
    pinged(3)
    other.s.close()
    p.disconnect()


def filtered(add, delete):
    before = taken(), received()
    sh(add, "b")
    p.ping()
    sh(delete, "b")
    same((taken() - before[0], received() - before[1], add), (0, 3, add))
    pinged(3)


def while_filtered():
    p.connect("aes256-gcm")
    for hook in ("prerouting", "input"):
        filtered("sh -c 'nft add table ip x; nft add chain ip x y "
                 f"\"{{ type filter hook {hook} priority 0; }}\"'", "nft delete table ip x")
    filtered("ip xfrm policy add src 192.0.2.1 dst 192.0.2.2 dir in action block",
             "ip xfrm policy flush")
    filtered("sh -c 'echo 1 >/sys/class/net/v0/queues/rx-0/rps_cpus'",
             "sh -c 'echo 0 >/sys/class/net/v0/queues/rx-0/rps_cpus'")
    p.disconnect()


def while_filtered_at_ingress():
    p.connect("aes256-gcm")
    filtered("sh -c 'nft add table netdev x; nft add chain netdev x y "
             "\"{ type filter hook ingress device v0 priority 0; }\"'", "nft delete table netdev x")
    filtered("sh -c 'tc qdisc add dev v0 clsact; tc filter add dev v0 ingress matchall action pass'",
             "tc qdisc del dev v0 clsact")
    p.disconnect()


def the_rule_is_obeyed():
    """A rule that drops works at once, and AUTO is what makes it so."""
    p.connect("aes256-gcm")
    sh("sh -c 'nft add table ip x; nft add chain ip x y \"{ type filter hook input priority 0; }\"; "
       "nft add rule ip x y udp dport 4500 drop'", "b")
    same(p.ping(count=2, check=False).count(" 0 received"), 1)
    claim("ALWAYS")
    same(p.ping(count=2, check=False).count(" 0 received"), 0 if OFFERED else 1)
    claim("AUTO")
    sh("nft delete table ip x", "b")
    pinged(3)
    p.disconnect()


def only_what_is_beyond_doubt():
    """Forged and replayed packets are dropped for the same reasons; a moved peer goes the long way once."""
    p.connect("aes256-gcm")
    sniffer, attacker = Sniffer("b"), Sniffer("a")
    p.ping(count=1)
    esp = sniffer.next()
    sniffer.s.close()
    before, drops = taken(), p.owner["b"].drops()
    attacker.send(esp)
    attacker.send(esp[:46] + struct.pack("!I", 1000) + esp[50:])
    attacker.send(esp[:42] + struct.pack("!I", 0x9999) + esp[46:])
    p.ping()
    same(taken() - before, (2 + 3) * OFFERED)
    found = {k: v - drops.get(k, 0) for k, v in p.owner["b"].drops().items()}
    same((found["RX_REPLAY"], found["RX_AUTH"], found["RX_NO_SA"]), (1, 1, 1))
    sh("sh -c 'nft add table ip nat; nft add chain ip nat post "
       "\"{ type nat hook postrouting priority 100; }\"; "
       "nft add rule ip nat post udp sport 4500 snat to 10.9.0.1:40000'", "a")
    pinged(2)
    same(p.owner["b"].event()[0], "SA_ENDPOINT")
    sh("nft delete table ip nat", "a")
    pinged(2)
    p.owner["b"].event()
    p.disconnect()


def to_the_socket():
    """What is not ESP goes to the owner's socket, a keepalive to nobody."""
    p.connect("aes256-gcm")
    listener = p.socket["b"]
    listener.settimeout(10)
    before = taken()
    for payload in (b"\xff", b"\0\0\0\0IKE", b"\1\2\3"):
        p.socket["a"].sendto(payload, ("10.9.0.2", 4500))
    same([listener.recv(100) for _ in range(2)], [b"\0\0\0\0IKE", b"\1\2\3"])
    same(taken() - before, 0)
    p.disconnect()


def in_pages():
    """A driver whose packets are in pages, only the headers in front of them."""
    p.connect("aes256-gcm")
    with inside("b"):
        tap = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", b"tap0", TAP | NO_PI | NAPI | NAPI_FRAGS))
    sh("ip -n b link set tap0 up address 02:00:00:00:00:0b")
    sh("sh -c 'nft add table ip x; nft add chain ip x y "
       "\"{ type filter hook prerouting priority 0; policy drop; }\"'", "b")
    sniffer = Sniffer("a", ethertype=0x0003)
    p.ping(count=3, size=1000, check=False)
    sh("nft delete table ip x", "b")
    before = taken(), received()
    for _ in range(3):
        frame = sniffer.next(incoming=False)
        frame = b"\2\0\0\0\0\x0b" + frame[6:]
        os.writev(tap, [frame[:HEADERS], frame[HEADERS:500], frame[500:]])
    same((taken() - before[0], received() - before[1]), (3 * OFFERED, 3))
    os.close(tap)
    sniffer.s.close()
    p.disconnect()


def over_ipv6():
    """The UDP checksum, which IPv6 needs, is verified by GRO."""
    p.connect6("aes256-gcm")
    pinged(3, size=1372, more="-M do")
    p.disconnect()


def bulk():
    """Nothing is lost or counted twice under load, both ways."""
    p.connect("aes256-gcm")
    before = taken()
    for options in ((), ("-R",)):
        moved = iperf(*options)["sum_received"]["bytes"]
        assert moved > 1000000, moved
    sent, got = p.session("a")["stats"], p.session("b")["stats"]
    same((got["rx_packets"], got["rx_bytes"]), (sent["tx_packets"], sent["tx_bytes"]))
    same((sent["rx_packets"], sent["rx_bytes"]), (got["tx_packets"], got["tx_bytes"]))
    same(taken() - before, p.sa("b")["stats"]["rx_packets"] * OFFERED)
    p.disconnect()


for test in (default, modes, while_captured, while_filtered, while_filtered_at_ingress, the_rule_is_obeyed,
             only_what_is_beyond_doubt, to_the_socket, in_pages, over_ipv6, bulk):
    if test.__name__ in sys.argv[1:] or not sys.argv[1:]:
        t.run(test.__name__.replace("_", " "), test)
t.end()
