#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Inner packets that go up as a list: each takes its own route, whatever the one before it took.

b forwards to d0 and d1, dummies that count.  A queue in front of the outer link keeps what a
sends and lets 64 packets arrive at a time, so that one poll delivers all of them.
"""
import itertools
import json
import socket
import struct
import subprocess
import time

from l2tpsec import inside
from pair import INNER, Pair, Test, same, sh

ON_D0, ON_D1 = ("198.51.100.1", "198.51.100.2"), ("198.51.100.129", "198.51.100.130")
LOCAL = "172.17.0.1"
COUNT, AT_A_TIME, PORT = 64, 64, 5000

subprocess.run(["modprobe", "-a", "l2tpsec", "dummy", "sch_netem"], check=True)
p = Pair()
t = Test(p.disconnect)


def set_up():
    for end in "ab":
        sh("ethtool -K v0 gro on tso off", end)
    sh("tc qdisc add dev v0 root netem limit 10000 slot 20ms 20ms packets 64", "a")
    sh("ip -n a route add 198.51.100.0/24 via 172.16.0.2 dev l2s0")
    sh(f"ip -n a route add {LOCAL} via 172.16.0.2 dev l2s0")
    sh("sysctl -qw net.ipv4.ip_forward=1", "b")
    sh(f"ip -n b addr add {LOCAL}/32 dev lo")
    for name, network in (("d0", "198.51.100.0/25"), ("d1", "198.51.100.128/25")):
        sh(f"ip -n b link add {name} type dummy")
        sh(f"sysctl -qw net.ipv6.conf.{name}.disable_ipv6=1", "b")
        sh(f"ip -n b link set {name} arp off up")
        sh(f"ip -n b route add {network} dev {name}")


def sent(name):
    return json.loads(sh(f"ip -n b -s -j link show {name}"))[0]["stats64"]["tx"]["packets"]


def counter(name):
    return int(sh(f"nstat -asz {name}", "b").split(name)[1].split()[0])


def early():
    return p.owner["b"].do("DEVICE_GET")["device"]["stats"].get("rx_early_packets", 0)


def received():
    return p.session("b")["stats"]["rx_packets"]


def settle(find, wanted):
    deadline = time.monotonic() + 60
    while find() != wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    same(find(), wanted)


def dispatched(flows, d0, d1):
    """One packet of each flow after the other, COUNT times: how many leave by d0 and d1 for each round."""
    before = sent("d0"), sent("d1"), received()
    with inside("a"):
        sockets = {}
        for source, port, target in flows:
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind((source, port))
            sockets[source, port, target] = s
    total = COUNT * len(flows)
    for i, flow in zip(range(total), itertools.cycle(flows)):
        sockets[flow].sendto(struct.pack("!I", i) + bytes(500), (flow[2], PORT))
        if (i + 1) % AT_A_TIME == 0:                     # no more than the link has room for
            settle(lambda: received() - before[2], i + 1)
    settle(lambda: (sent("d0") - before[0], sent("d1") - before[1], received() - before[2]),
           (d0 * COUNT, d1 * COUNT, total))
    for s in sockets.values():
        s.close()


def flows_to(*targets, source=INNER["a"]):
    return [(source, 6000 + i, target) for i, target in enumerate(targets)]


def many_targets():
    """Some are forwarded, this way and that, some are for the host itself."""
    p.connect("aes256-gcm")
    before = early()
    with inside("b"):
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        listener.bind((LOCAL, PORT))
    listener.settimeout(20)
    dispatched(flows_to(ON_D0[0], ON_D0[0], ON_D1[0], LOCAL, ON_D0[1], LOCAL, ON_D1[1], ON_D1[1]), 3, 3)
    order = [struct.unpack("!I", listener.recv(1000)[:4])[0] for _ in range(2 * COUNT)]
    same(order, sorted(order))
    same(early() - before, 8 * COUNT)
    listener.close()
    p.disconnect()


def route_change():
    """Nothing remembers the route that a packet of the same flow took before."""
    p.connect("aes256-gcm")
    flows = flows_to(ON_D0[0], ON_D0[0])
    dispatched(flows, 2, 0)
    sh(f"ip -n b route add {ON_D0[0]} dev d1")
    dispatched(flows, 0, 2)
    sh(f"ip -n b route replace prohibit {ON_D0[0]}")
    dispatched(flows, 0, 0)
    sh(f"ip -n b route del prohibit {ON_D0[0]}")
    dispatched(flows, 2, 0)
    p.disconnect()


def policy_routing():
    """Packets that differ in nothing but a port take different routes."""
    p.connect("aes256-gcm")
    flows = flows_to(ON_D0[0], ON_D0[0], ON_D0[0])
    sh(f"ip -n b route add {ON_D0[0]} dev d1 table 100")
    sh("ip -n b rule add iif l2s0 ipproto udp sport 6001 table 100")
    dispatched(flows, 2, 1)
    sh("ip -n b rule add iif l2s0 ipproto udp sport 6000 prohibit")
    dispatched(flows, 1, 1)
    for port in (6001, 6000):
        sh(f"ip -n b rule del sport {port} ipproto udp")
    dispatched(flows, 3, 0)
    p.disconnect()


def reverse_path_filter():
    """A source whose route leads elsewhere is refused as soon as that is asked for, and no longer."""
    p.connect("aes256-gcm")
    flows = flows_to(ON_D0[0], ON_D0[0])
    route = f"ip -n b route replace {INNER['a']} proto kernel scope link"
    dispatched(flows, 2, 0)
    sh(route + " dev d1")
    dispatched(flows, 2, 0)
    before = counter("TcpExtIPReversePathFilter")
    sh("sysctl -qw net.ipv4.conf.l2s0.rp_filter=1", "b")
    dispatched(flows, 0, 0)
    same(counter("TcpExtIPReversePathFilter") - before, 2 * COUNT)
    sh(route + f" dev l2s0 src {INNER['b']}")
    dispatched(flows, 2, 0)
    sh("sysctl -qw net.ipv4.conf.l2s0.rp_filter=0", "b")
    p.disconnect()


set_up()
for test in (many_targets, route_change, policy_routing, reverse_path_filter):
    t.run(test.__name__.replace("_", " "), test)
t.end()
