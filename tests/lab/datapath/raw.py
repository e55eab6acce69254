#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ESP as IP protocol 50 between two of our devices, and what is left to xfrm."""
import errno
import socket
import struct
import subprocess

from l2tpsec import C, Owner, Refused, inside
from pair import (INNER, INNER6, OUTER, OUTER6, SPI, SUITES, Pair, Sniffer, Test, raw, sa, same, sh)

ESP, ICMP, ICMPV6 = 50, 1, 58
ETHERTYPE = {4: 0x0800, 6: 0x86dd}
HEADER = {4: 20, 6: 40}

subprocess.run(["modprobe", "-a", "l2tpsec", "esp4", "esp6"], check=True)
p = Pair()


def disconnect():
    for end in "ab":
        sh("ip xfrm state flush; ip xfrm policy flush", end)
    p.disconnect()


t = Test(disconnect)


def outer_of(version):
    return OUTER if version == 4 else OUTER6


def connect(version=4, name="aes256-gcm", sa_more={}, params_more={}):
    p.connect(name, {"outer": outer_of(version)} | sa_more, {}, params_more, describe=raw)


def unplaced(end):
    """What xfrm has received and knows no SA for."""
    for line in sh("cat /proc/net/xfrm_stat", end).splitlines():
        if line.split()[0] == "XfrmInNoStates":
            return int(line.split()[1])
    raise AssertionError("no xfrm_stat")


def suite(version, name, esn=False):
    connect(version, name, {"esn": esn})
    sniffer = Sniffer("b", ESP, ETHERTYPE[version])
    p.ping(size=1372, more="-M do")
    p.ping(size=0)
    p.ping(target=INNER6["b"], size=1352, more="-M do")
    for end in "ab":
        stats, described = p.session(end)["stats"], p.sa(end)
        same((stats["rx_packets"], stats["tx_packets"]), (9, 9))
        same(described["encap"], C["ENCAP_RAW"])
        same([k for k in described if k.endswith("_port")], [])
    frame = sniffer.next()
    same(struct.unpack_from("!I", frame, 14 + HEADER[version])[0], SPI["b"])
    if version == 4:                                     # DF: one asks the path, the others do not
        same([f[20] & 0x40 for f in (frame, sniffer.next())], [0x40, 0])
    p.disconnect()


def dscp(version):
    connect(version)
    sniffer = Sniffer("b", ESP, ETHERTYPE[version])
    p.ping(count=1, more="-Q 0xb8")
    frame = sniffer.next()
    same(frame[15] if version == 4 else struct.unpack_from("!H", frame, 14)[0] >> 4 & 0xff, 0xb8)
    p.disconnect()


def fragments(version):
    """IPv6 inside needs 1280: an outer path that is too narrow for it costs fragments, not packets."""
    connect(version)
    sh("ip link set v0 mtu 1300", "a")
    sh("ip link set v0 mtu 1300", "b")
    p.ping(target=INNER6["b"], size=1280 - 48, more="-M do")
    p.ping(size=1372, more="-M dont")
    for end in "ab":
        sh("ip link set v0 mtu 1600", end)
    p.disconnect()


def route_mtu(version):
    words = sh(f"ip -{version} route get {outer_of(version)['b']}", "a").split()
    return int(words[words.index("mtu") + 1]) if "mtu" in words else 0


def icmp_error(version, packet):
    """A router says that a packet of a's was longer than 1300 bytes."""
    with inside("b"):
        if version == 4:
            s = socket.socket(socket.AF_INET, socket.SOCK_RAW, ICMP)
            body = struct.pack("!BBHHH", 3, 4, 0, 0, 1300) + packet
            total = sum(struct.unpack(f"!{len(body) // 2}H", body))
            total = (total >> 16) + (total & 0xffff)
            total = ~(total + (total >> 16)) & 0xffff
            body = body[:2] + struct.pack("!H", total) + body[4:]
        else:
            s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, ICMPV6)
            body = struct.pack("!BBHI", 2, 0, 0, 1300) + packet
        s.sendto(body, (outer_of(version)["a"], 0))
        s.close()


def path_mtu(version):
    """Errors about what we sent teach the route its MTU; those about other SPIs are not ours."""
    connect(version)
    sniffer = Sniffer("b", ESP, ETHERTYPE[version])
    p.ping(count=1, size=1372)
    packet, spi = sniffer.next()[14:14 + 500], HEADER[version]
    icmp_error(version, packet[:spi] + struct.pack("!I", 0x9999) + packet[spi + 4:])
    p.ping(count=1)
    same(route_mtu(version), 0)
    if version == 4:
        icmp_error(version, packet[:6] + bytes(2) + packet[8:])     # of a packet without DF
    icmp_error(version, packet[:2 if version == 4 else 4] + struct.pack("!H", 1000) +
               packet[4 if version == 4 else 6:])                   # of one that is shorter
    p.ping(count=1)
    same((route_mtu(version), p.session("a")["path_mtu"]), (0, 1400))
    icmp_error(version, packet)
    p.ping(count=1)
    same(route_mtu(version), 1300)
    same(p.session("a")["path_mtu"], (1300 - HEADER[version] - 8 - 8 - 16) // 4 * 4 - 2 - 8 - 6 - 4)
    p.ping(count=2, size=1372, more="-M dont")
    sh(f"ip -{version} route flush cache", "a")
    p.disconnect()


def replay_and_forgery():
    connect()
    sniffer = Sniffer("a", ESP)
    p.ping(count=1)
    frame = sniffer.next()
    before = p.owner["a"].drops()
    sender = Sniffer("b", ESP)
    sender.send(frame)
    sender.send(frame[:38] + struct.pack("!I", 77) + frame[42:])
    p.ping(count=1)
    after = p.owner["a"].drops()
    same([after.get(k, 0) - before.get(k, 0) for k in ("RX_REPLAY", "RX_AUTH", "RX_NO_SA")], [1, 1, 0])
    p.disconnect()


def checksummed(frame):
    head = frame[14:24] + b"\0\0" + frame[26:34]
    total = sum(struct.unpack("!10H", head))
    total = ~((total >> 16) + (total & 0xffff)) & 0xffff
    return frame[:24] + struct.pack("!H", total) + frame[26:]


def received_drops(end):
    """What the host sends by itself, such as router solicitations, may be dropped at any time."""
    return {k: v for k, v in p.owner[end].drops().items() if k.startswith("RX_")}


def left_to_xfrm():
    """Another SPI, another source, another destination: not ours, and not counted as ours."""
    connect()
    sh("ip addr add 10.9.0.11/24 dev v0", "a")
    sniffer = Sniffer("a", ESP)
    p.ping(count=1)
    frame, sender = sniffer.next(), Sniffer("b", ESP)
    ours, theirs = received_drops("a"), unplaced("a")
    sender.send(frame[:34] + struct.pack("!I", 0x9999) + frame[38:])
    sender.send(checksummed(frame[:26] + socket.inet_aton("10.9.0.3") + frame[30:]))
    sender.send(checksummed(frame[:30] + socket.inet_aton("10.9.0.11") + frame[34:]))
    p.ping(count=1)
    same(unplaced("a") - theirs, 3)
    same(received_drops("a"), ours)
    p.disconnect()
    sender.send(frame)                                   # and when the SA is gone, its own too
    sh("ping -q -c 1 10.9.0.1", "b")
    same(unplaced("a") - theirs, 4)
    same(received_drops("a"), ours)
    sh("ip addr del 10.9.0.11/24 dev v0", "a")


def other_encapsulation():
    """A raw SA takes nothing from a socket, one with UDP nothing raw."""
    connect()
    sniffer = Sniffer("a", ESP)
    p.ping(count=1)
    esp = sniffer.next()[34:]
    before = p.owner["a"].drops().get("RX_NO_SA", 0)
    p.socket["b"].sendto(esp, (OUTER["a"], 4500))
    p.ping(count=1)
    same(p.owner["a"].drops()["RX_NO_SA"] - before, 1)
    p.disconnect()
    p.connect("aes256-gcm")
    sniffer = Sniffer("a")
    p.ping(count=1)
    frame = sniffer.next()
    frame = frame[:23] + bytes([ESP]) + frame[24:34] + frame[42:]
    frame = checksummed(frame[:16] + struct.pack("!H", len(frame) - 14) + frame[18:])
    before = unplaced("a")
    Sniffer("b", ESP).send(frame)
    p.ping(count=1)
    same(unplaced("a") - before, 1)
    p.disconnect()


def xfrm_pings(end):
    return sh("ping -q -c 5 -i 0.05 -W 2 " + OUTER[end], "b" if end == "a" else "a")


def beside_xfrm():
    """xfrm's SAs between the very same addresses, before, with and after ours."""
    key = "0x" + "11" * 20
    for end in "ab":
        for source, destination, spi in (("a", "b", 0x3000), ("b", "a", 0x4000)):
            way = f"src {OUTER[source]} dst {OUTER[destination]}"
            sh(f"ip xfrm state add {way} proto esp spi {spi} mode transport "
               f"aead 'rfc4106(gcm(aes))' {key} 128", end)
            sh(f"ip xfrm policy add {way} proto icmp dir {'out' if source == end else 'in'} "
               f"tmpl {way} proto esp mode transport", end)
    xfrm_pings("b")
    before = unplaced("a"), unplaced("b")
    connect()
    for _ in range(3):
        p.ping()
        xfrm_pings("b")
    p.disconnect()
    xfrm_pings("a")
    same((unplaced("a"), unplaced("b")), before)
    carried = sh("ip -s xfrm state list spi 0x4000", "a").split("lifetime current:")[1]
    same(int(carried.split("(packets)")[0].split()[-1]), 25)
    for end in "ab":
        sh("ip xfrm state flush; ip xfrm policy flush", end)


def policies():
    """The host's policies are about its own packets, in neither direction about ESP."""
    for direction, way in (("out", "dst"), ("in", "src")):
        sh(f"ip xfrm policy add {way} {OUTER['b']} dir {direction} action block", "a")
    connect()
    p.ping()
    sh("ip xfrm policy flush", "a")
    p.disconnect()


def refused(expected, **described):
    try:
        p.owner["a"].do("SA_NEW", sa=described)
    except Refused as reason:
        same(reason.errno, expected)
        assert reason.message, f"{described}: no sentence"
        return
    raise AssertionError(f"{described} was accepted")


def refusals():
    good = raw("a", "aes256-gcm")
    refused(errno.EINVAL, **good, local_port=4500)
    refused(errno.EINVAL, **good, remote_port=4500)
    refused(errno.EINVAL, **good, keepalive=20)
    refused(errno.EADDRNOTAVAIL, **(good | {"local_addr": bytes(4)}))
    refused(errno.EINVAL, **(good | {"local_addr": bytes(16)}))
    sh(f"ip xfrm state add src 10.9.0.77 dst {OUTER['a']} proto esp spi {SPI['a']} mode transport "
       f"aead 'rfc4106(gcm(aes))' 0x{'11' * 20} 128", "a")
    refused(errno.EEXIST, **good)                        # xfrm has the SPI
    sh("ip xfrm state flush", "a")
    sh("ip link add l2s1 type l2tpsec", "a")
    other = Owner("a", "l2s1")
    other.do("DEVICE_CLAIM")
    other.do("SA_NEW", sa=good)
    refused(errno.EEXIST, **good)                        # another device has it
    same(p.owner["a"].do("DEVICE_GET")["device"]["sas"], 0)
    sh("ip link del l2s1", "a")
    other.close()
    connect()
    p.ping()
    refused(errno.EEXIST, **good)
    p.ping()
    p.disconnect()


def without_socket():
    """Raw SAs work where no socket is attached, and UDP ones do not begin to."""
    sh("ip link add l2s1 type l2tpsec", "a")
    other = Owner("a", "l2s1")
    other.do("DEVICE_CLAIM")
    other.do("SA_NEW", sa=raw("a", "aes256-gcm"))
    try:
        other.do("SA_NEW", sa=sa("a", "aes256-gcm", 1))
        raise AssertionError("an SA without its socket was accepted")
    except Refused as reason:
        same(reason.errno, errno.EADDRNOTAVAIL)
    same(other.do("DEVICE_GET")["device"]["sas"], 1)
    sh("ip link del l2s1", "a")
    other.close()


def succession():
    connect()
    for end in "ba":
        p.owner[end].do("SA_NEW", sa=raw(end, "aes256-gcm", 1))
    p.ping()
    p.owner["a"].do("SA_ACTIVATE", sa={"spi_in": SPI["a"] + 1})
    p.ping()
    same(p.owner["b"].event()[0], "SA_ACTIVE")
    for end in "ab":
        p.owner[end].do("SA_DEL", sa={"spi_in": SPI[end]})
    p.ping()
    p.disconnect()


def limits():
    connect(sa_more={"soft_packets": 4, "hard_packets": 8})
    p.ping(count=4)
    same(p.owner["a"].event()[0], "SA_SOFT")
    p.ping(count=10, check=False)
    same(p.owner["a"].event()[0], "SA_HARD")
    same(p.sa("a")["stats"]["tx_packets"], 8)
    p.disconnect()


for v in (4, 6):
    for suite_name in SUITES:
        t.run(f"raw over IPv{v}, suite {suite_name}", suite, v, suite_name)
    t.run(f"raw over IPv{v} with ESN", suite, v, "aes256-gcm", True)
    for test in (dscp, fragments, path_mtu):
        t.run(f"raw over IPv{v}, {test.__name__}".replace("_", " "), test, v)
for test in (replay_and_forgery, left_to_xfrm, other_encapsulation, beside_xfrm, policies, refusals,
             without_socket, succession, limits):
    t.run("raw, " + test.__name__.replace("_", " "), test)
t.end()
