#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: wire.py [TEST...]

What wires and clocks do: netem loses, reorders, doubles and corrupts; routes lead into ourselves; time jumps.

A counted stream goes from ns a to ns b.  What enters ns b is looked at by a packet
socket and sorted by RFC 791, 768 and 3948: every ESP packet among it is accepted by
the device or dropped for one counted reason.
"""
import collections
import json
import socket
import struct
import subprocess
import sys
import threading
import time

from l2tpsec import Owner, inside
from pair import (INNER, LINEAGE, OUTER, PEER, SESSION, SLOW, SPI, TUNNEL, Pair, Test, sa, same, session_name,
                  sh, tunnel, udp_socket)
from stream import SO_RCVBUFFORCE, Stream

PACKETS = 2000
KERNEL, TO_SOCKET = "not ours", "to socket"


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def verdict(frame, mac):
    """Who decides on a frame that arrived at b: the host before us, or for which SPI the device."""
    ip = frame[14:]
    if frame[12:14] != b"\x08\0" or frame[:6] != mac and not frame[0] & 1:
        return KERNEL
    head, total = (ip[0] & 15) * 4, struct.unpack_from("!H", ip, 2)[0]
    if ip[0] >> 4 != 4 or head < 20 or total > len(ip) or checksum(ip[:head]) != 0xffff:
        return KERNEL
    udp = ip[head:total]
    _, port, size, check = struct.unpack_from("!HHHH", udp)
    if ip[9] != 17 or ip[16:20] != socket.inet_aton(OUTER["b"]) or port != 4500 or not 8 <= size <= len(udp):
        return KERNEL
    pseudo = ip[12:20] + struct.pack("!HH", 17, size)
    if check and checksum(pseudo + udp[:size]) != 0xffff:
        return KERNEL
    payload = udp[8:size]
    if len(payload) < 4 or payload[:4] == bytes(4):
        return TO_SOCKET
    return payload


class Arrivals:
    """What comes in at b's end of the wire."""

    def __init__(self):
        with inside("b"):
            self.s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            self.s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
            self.s.bind(("v0", 3))
        self.mac = bytes.fromhex(sh("cat /sys/class/net/v0/address", "b").strip().replace(":", ""))

    def take(self):
        """A Counter of verdicts, ESP packets as ours, and how many have our SA's SPI."""
        found = collections.Counter()
        self.s.setblocking(False)
        try:
            while True:
                frame, address = self.s.recvfrom(65536)
                if address[2] == socket.PACKET_OUTGOING:
                    continue
                what = verdict(frame, self.mac)
                if isinstance(what, bytes):
                    found["known" if what[:4] == struct.pack("!I", SPI["b"]) else "unknown"] += 1
                else:
                    found[what] += 1
        except BlockingIOError:
            return found


def state():
    """What the counters are compared by: at a's SA and qdisc, at b's wire, SA and drops."""
    qdisc = json.loads(sh("tc -s -j qdisc show dev v0", "a"))[0]
    drops = collections.Counter({k: v for k, v in p.owner["b"].drops().items() if k.startswith("RX_")})
    return {"sent": p.sa("a")["stats"]["tx_packets"], "lost": qdisc["drops"], "waiting": qdisc["qlen"],
            "accepted": p.sa("b")["stats"]["rx_packets"], "delivered": p.session("b")["stats"]["rx_packets"],
            "drops": drops}


def settled(before):
    """The state when nothing moves any more."""
    last, since, until = None, time.monotonic(), time.monotonic() + 60 * SLOW
    while time.monotonic() < until:
        now = state()
        if now != last:
            last, since = now, time.monotonic()
        elif not now["waiting"] and time.monotonic() - since > SLOW:
            break
        time.sleep(0.2)
    moved = {k: now[k] - before[k] for k in now}
    moved["drops"] = dict(moved["drops"])
    return moved


def disturbed(how, **sa_more):
    """Return: what moved, what arrived, which numbers."""
    p.connect("aes256-gcm", sa_more)
    p.ping(count=1)
    sh(f"tc qdisc replace dev v0 root netem limit 100000 {how}", "a")
    arrivals, stream = Arrivals(), Stream()
    before = state()
    stream.send(PACKETS)
    moved = settled(before)
    arrived, numbers = arrivals.take(), stream.take()
    stream.close()
    sh("tc qdisc del dev v0 root", "a")
    print(f"# {how}: {moved} {dict(arrived)}")
    same(moved["sent"], PACKETS)
    # the device has decided on every ESP packet that came in, once
    same(moved["accepted"] + sum(moved["drops"].values()), arrived["known"] + arrived["unknown"])
    same(moved["drops"].get("RX_NO_SA", 0), arrived["unknown"])
    same((moved["delivered"], len(numbers), len(set(numbers))), (moved["accepted"],) * 3)
    p.ping()
    p.disconnect()
    return moved, arrived, numbers


def loss():
    moved, arrived, _ = disturbed("loss 30%")
    same(moved["accepted"], PACKETS - moved["lost"])
    same((moved["drops"], sorted(arrived)), ({}, ["known"]))
    assert PACKETS / 5 < moved["lost"] < PACKETS / 2, moved


def reordering():
    moved, _, numbers = disturbed("delay 20ms reorder 50% 30%")
    same((moved["accepted"], moved["lost"], moved["drops"]), (PACKETS, 0, {}))
    late = sum(1 for before, after in zip(numbers, numbers[1:]) if after < before)
    assert late > 20, f"{late} late ones only"


def beyond_window():
    """What comes later than the window is wide is a replay, for all anybody can tell."""
    moved, arrived, _ = disturbed("delay 1s reorder 80%", replay_window=32)
    same((moved["accepted"] + moved["drops"]["RX_REPLAY"], arrived["known"]), (PACKETS, PACKETS))


def duplication():
    moved, arrived, _ = disturbed("duplicate 30%")
    same((moved["accepted"], moved["lost"]), (PACKETS, 0))
    same(moved["drops"], {"RX_REPLAY": arrived["known"] - PACKETS})
    assert moved["drops"]["RX_REPLAY"] > PACKETS / 5, moved


def corruption():
    """One bit of every third frame: of the Ethernet header too."""
    moved, arrived, _ = disturbed("corrupt 30%")
    same(moved["lost"], 0)
    same(sum(arrived.values()), PACKETS)
    assert moved["drops"]["RX_AUTH"] > PACKETS / 5, moved


def everything():
    disturbed("delay 5ms 5ms loss 10% duplicate 10% corrupt 10%")


def mutual_loop():
    """Two devices, and the way to the peer of each leads into the other."""
    sh("ip link add l2s1 type l2tpsec", "a")
    sh("ip addr add 172.17.0.1 peer 172.17.0.2 dev l2s1", "a")
    sh("ip link set l2s1 up", "a")
    p.connect("aes256-gcm")
    other, s = Owner("a", "l2s1"), udp_socket("a", 4501)
    other.do("DEVICE_CLAIM")
    other.do("SOCKET_ADD", socket={"fd": s.fileno()})
    other.do("SA_NEW", sa=sa("a", "aes256-gcm", 9, local_port=4501, remote_addr=socket.inet_aton("10.9.9.9")))
    other.do("TUNNEL_NEW", tunnel=tunnel("a"))
    other.do("SESSION_NEW", session=session_name("a") | {"peer_id": SESSION["b"]})
    other.do("SESSION_SET", session=session_name("a") | {"mtu": 1400, "addr4": socket.inet_aton("172.17.0.2")})
    sh(f"ip route add {OUTER['b']} via 172.17.0.2 dev l2s1", "a")
    sh(f"ip route add 10.9.9.9 via {INNER['b']} dev l2s0", "a")
    before = p.owner["a"].drops().get("TX_NO_ROUTE", 0)
    sent = p.session("a")["stats"]["tx_packets"]
    p.ping(count=3, size=1300, check=False)
    sent = p.session("a")["stats"]["tx_packets"] - sent
    assert sent >= 3, sent
    same(p.owner["a"].drops()["TX_NO_ROUTE"] - before, sent)
    same(other.do("DEVICE_GET")["device"]["stats"]["tx_packets"], 0)
    sh(f"ip route del {OUTER['b']}", "a")
    sh("ip link del l2s1", "a")
    other.close()
    s.close()
    p.ping()
    p.disconnect()


def clock_jumps():
    """The clock of the day is nobody's here: limits, idle times and keepalives go on."""
    p.connect("aes256-gcm", {"keepalive": 1})
    replays = [p.owner[end].drops().get("RX_REPLAY", 0) for end in "ab"]
    now, start = time.clock_gettime(time.CLOCK_REALTIME), time.monotonic()
    for jump in (3600, -86400, 10 * 365 * 86400, -20 * 365 * 86400, 0):
        time.clock_settime(time.CLOCK_REALTIME, max(now + jump, 1))
        p.ping()
        for end in "ab":
            assert p.session(end)["stats"]["rx_idle"] < 5000 * SLOW, p.session(end)
    time.clock_settime(time.CLOCK_REALTIME, now + time.monotonic() - start)
    same([p.owner[end].drops().get("RX_REPLAY", 0) for end in "ab"], replays)
    p.disconnect()


def owner_closes():
    """Socket, then owner go in mid-stream: the device is empty then, and can be taken again."""
    p.connect("aes256-gcm")
    stream = Stream()
    flood = threading.Thread(target=stream.send, args=(PACKETS, 0.002))
    flood.start()
    time.sleep(0.5)
    p.socket["b"].close()                                # the device has it still
    time.sleep(0.5)
    p.owner["b"].close()
    flood.join()
    stream.close()
    watcher = Owner("b")
    counts = watcher.do("DEVICE_GET")["device"]
    same([counts[k] for k in ("owner", "sockets", "sas", "tunnels", "sessions")], [0] * 5)
    watcher.close()
    p.claim("b")
    p.owner["a"].do("TUNNEL_DEL", tunnel={"lineage": LINEAGE, "id": TUNNEL["a"]})
    p.owner["a"].do("SA_DEL", sa={"spi_in": SPI["a"]})
    p.connect("aes256-gcm")
    p.ping()
    p.disconnect()


subprocess.run(["modprobe", "l2tpsec"], check=True)
p = Pair()
for end in "ab":                                         # nothing on the wire but what is counted
    for dev in ("v0", "l2s0"):
        sh(f"sysctl -qw net.ipv6.conf.{dev}.disable_ipv6=1", end)
    mac = sh("cat /sys/class/net/v0/address", PEER[end]).strip()
    sh(f"ip neigh replace {OUTER[PEER[end]]} lladdr {mac} dev v0 nud permanent", end)
    sh("nft add table ip quiet", end)
    sh("nft add chain ip quiet out '{ type filter hook output priority 0; }'", end)
    sh("nft add rule ip quiet out icmp type destination-unreachable drop", end)
t = Test(p.disconnect)
for test in (loss, reordering, beyond_window, duplication, corruption, everything, mutual_loop, clock_jumps,
             owner_closes):
    if test.__name__ in sys.argv[1:] or not sys.argv[1:]:
        t.run(test.__name__.replace("_", " "), test)
t.end()
