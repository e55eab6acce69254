#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: tests/lab/run tests/lab/datapath/sizes.py [errors|udp4|raw4|udp6|raw6...]

Every size: the far end is the kernel's own xfrm, and this script's L2TP.

	ns c 10.8.0.3 ---- 10.8.0.1  ns a  10.9.0.1 ---- 10.9.0.2  ns b
	a host                       l2s0 172.16.0.1               xfrm, UDP port 1701

The outer path carries 1400 bytes.  Host c sends IPv4 packets of 64 to 1500 bytes
to the client and the client sends them to c, with DF and without: each arrives
whole, or its sender gets ICMP with the right MTU.  To c our route has MTU 1200.
"""
import select
import socket
import struct
import subprocess
import sys
import time

from l2tpsec import C, inside
from pair import (ALL_SUITES, INNER, OUTER, OUTER6, SESSION, SLOW, SPI, TUNNEL, Pair, Sniffer, Test, keys,
                  params, raw, sa, same, session_name, sh, tunnel)

UDP_ENCAP, UDP_ENCAP_ESPINUDP = 100, 2
ETH_P_IP = 0x0800
PATH, TO_C, CAP = 1400, 1200, 1400
SIZES = range(64, 1501)
BATCH = 120 // SLOW               # the kernel answers each of a batch with ICMP: as many as its socket has room for
HOST, HERE = "10.8.0.3", "10.8.0.1"
DF = 0x4000
# by cipher: how xfrm calls it, bytes of IV, block
CIPHERS = {C["CIPHER_AES_GCM_16"]: ("rfc4106(gcm(aes))", 8, 4), C["CIPHER_AES_CBC"]: ("cbc(aes)", 16, 16),
           C["CIPHER_3DES_CBC"]: ("cbc(des3_ede)", 8, 8)}
AUTHS = {C["AUTH_HMAC_SHA1"]: "hmac(sha1)", C["AUTH_HMAC_SHA2_256"]: "hmac(sha256)",
         C["AUTH_HMAC_SHA2_384"]: "hmac(sha384)", C["AUTH_HMAC_SHA2_512"]: "hmac(sha512)",
         C["AUTH_HMAC_MD5"]: "hmac(md5)"}
ICV_BITS = {C["AUTH_HMAC_SHA1"]: 96, C["AUTH_HMAC_MD5"]: 96, C["AUTH_HMAC_SHA2_256"]: 128,
            C["AUTH_HMAC_SHA2_384"]: 192, C["AUTH_HMAC_SHA2_512"]: 256}
OUTER_HEADER = {4: 20, 6: 40}
FORMS = {"udp4": (4, "udp"), "raw4": (4, "raw"), "udp6": (6, "udp"), "raw6": (6, "raw")}

subprocess.run(["modprobe", "-a", "l2tpsec", "esp4", "esp6"], check=True)
p = Pair()
p.owner["b"].close()                                     # ns b has no device of ours
p.socket["b"].close()
sh("ip -n b link del l2s0")
sh("ip netns add c")
sh("ip -n a link add v1 type veth peer name v0 netns c")
for ns, dev, address in (("a", "v1", HERE), ("c", "v0", HOST)):
    sh(f"ip -n {ns} addr add {address}/24 dev {dev}")
    sh(f"ip -n {ns} link set {dev} up")
    sh(f"ethtool -K {dev} tx off gro off", ns, check=False)
for end in "ab":
    sh(f"ip -n {end} link set v0 mtu {PATH}")
sh("sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0 net.ipv4.icmp_ratemask=0", "a")
sh(f"ip -n a route replace {HOST}/32 dev v1 mtu {TO_C}")
MAC = sh("cat /sys/class/net/v1/address", "a").strip()
with inside("c"):
    host = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP))
    host.bind(("v0", ETH_P_IP))
    host.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)      # SO_RCVBUFFORCE
HOST_TO = ("v0", ETH_P_IP, 0, 0, bytes.fromhex(MAC.replace(":", "")))


def family(version):
    return socket.AF_INET if version == 4 else socket.AF_INET6


def outer(version):
    return OUTER if version == 4 else OUTER6


class Peer:
    """The client: port 4500 for xfrm, and port 1701, which this script serves."""

    def __init__(self, version):
        with inside("b"):
            self.encap = socket.socket(family(version), socket.SOCK_DGRAM)
            self.encap.bind(("", 4500))
            self.encap.setsockopt(socket.IPPROTO_UDP, UDP_ENCAP, UDP_ENCAP_ESPINUDP)
            self.s = socket.socket(family(version), socket.SOCK_DGRAM)
            self.s.bind((outer(version)["b"], 1701))
            self.s.connect((outer(version)["a"], 1701))
            self.s.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)
            if version == 4:
                self.s.setsockopt(socket.IPPROTO_IP, 10, 0)      # IP_MTU_DISCOVER: never DF outside

    def close(self):
        self.encap.close()
        self.s.close()


def udp6_socket():
    with inside("a"):
        s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.bind(("::", 4500))
    p.owner["a"].do("SOCKET_ADD", socket={"fd": s.fileno()})
    return s


socket6 = udp6_socket()


def describe(version, encap, suite):
    if encap == "raw":
        return raw("a", suite, outer=outer(version))
    return sa("a", suite, local_addr=socket.inet_pton(family(version), outer(version)["a"]),
              remote_addr=socket.inet_pton(family(version), outer(version)["b"]))


def client_ip(*lines):
    """One process for all of it."""
    done = subprocess.run(["ip", "-n", "b", "-batch", "-"], input="\n".join(lines), text=True,
                          capture_output=True)
    same((done.returncode, done.stderr), (0, ""))


def xfrm_state(version, encap, suite, src, dst, spi, key, icv):
    cipher, auth = ALL_SUITES[suite][:2]
    name, text, where = CIPHERS[cipher][0], "0x" + key[0].hex(), outer(version)
    if auth in AUTHS:
        algorithms = f"enc {name} {text} auth-trunc {AUTHS[auth]} 0x{key[1].hex()} {icv * 8}"
    else:
        algorithms = f"aead {name} {text} {icv * 8}"
    around = f"encap espinudp 4500 4500 {'0.0.0.0' if version == 4 else '::'}" if encap == "udp" else ""
    return (f"xfrm state add src {where[src]} dst {where[dst]} proto esp spi {spi:#x} reqid 1 "
            f"mode transport replay-window 2048 {algorithms} {around}")


def xfrm_policy(version, src, dst, direction):
    where = outer(version)
    return (f"xfrm policy add src {where[src]} dst {where[dst]} proto udp sport 1701 dport 1701 "
            f"dir {direction} tmpl proto esp reqid 1 mode transport")


def connect(version, encap, suite, **more):
    o, key = p.owner["a"], keys(suite)
    o.do("SA_NEW", sa=describe(version, encap, suite))
    o.do("TUNNEL_NEW", tunnel=tunnel("a"))
    o.do("SESSION_NEW", session=session_name("a") | {"peer_id": SESSION["b"]})
    o.do("SESSION_SET", session=params("a", mtu=CAP, **more))
    icv = p.sa("a")["icv_len"]
    client_ip(
        xfrm_state(version, encap, suite, "a", "b", SPI["b"], key["a"], icv),
        xfrm_state(version, encap, suite, "b", "a", SPI["a"], key["b"], icv),
        xfrm_policy(version, "b", "a", "out"), xfrm_policy(version, "a", "b", "in"))


def disconnect():
    client_ip("xfrm state flush", "xfrm policy flush")
    o = p.owner["a"]
    for t_ in o.dump("TUNNEL_GET"):
        o.do("TUNNEL_DEL", tunnel={k: t_["tunnel"][k] for k in ("lineage", "id")})
    for s in o.dump("SA_GET"):
        o.do("SA_DEL", sa={"spi_in": s["sa"]["spi_in"]})
    while select.select([host], [], [], 0)[0]:
        host.recv(65536)


def inner_mtu(version, encap, suite, path=PATH, headers=8 + 6 + 4):
    """RFC 4303 2, counted from the outside: what is left of the path for an inner packet."""
    _, iv, block = CIPHERS[ALL_SUITES[suite][0]]
    text = path - OUTER_HEADER[version] - (8 if encap == "udp" else 0) - 8 - iv - p.sa("a")["icv_len"]
    return min(CAP, text // block * block - 2 - headers)


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff


PATTERN = bytes(i * 7 & 255 for i in range(4096))


def packet(size, df, source, target):
    """An IPv4 packet of a protocol nobody speaks; its identification is its size."""
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, size, size, df, 64, 253, 0,
                       socket.inet_aton(source), socket.inet_aton(target))
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + PATTERN[size:size + size - 20]


def payload_of(size):
    return PATTERN[size:size + size - 20]


class Arrivals:
    """Ticks off what arrives: packets, put together from inner fragments, and ICMP errors."""

    def __init__(self, largest):
        self.largest, self.whole, self.parts, self.told, self.count, self.bytes = largest, set(), {}, {}, 0, 0

    def take(self, data):
        length, ident, frag, _, protocol = struct.unpack_from("!HHHBB", data, 2)
        data = data[:length]
        same((checksum(data[:20]), length <= self.largest), (0, True))
        if protocol == 1:
            self.error(data)
            return
        self.count += 1
        self.bytes += length
        if not frag & 0x3fff:
            same(data[20:] == payload_of(ident) and length == ident, True)
            self.whole.add(ident)
            return
        same(frag & DF, 0)
        parts = self.parts.setdefault(ident, {})
        parts[(frag & 0x1fff) * 8] = data[20:]
        if sum(map(len, parts.values())) == ident - 20:
            same(b"".join(parts[k] for k in sorted(parts)) == payload_of(ident), True)
            self.whole.add(ident)

    def error(self, data):
        kind, code, total, _, mtu = struct.unpack_from("!BBHHH", data, 20)
        same((kind, code, checksum(data[20:])), (3, 4, 0))
        quoted = data[28:]
        same((quoted[9], quoted[20:28]), (253, payload_of(struct.unpack_from("!H", quoted, 4)[0])[:8]))
        self.told[struct.unpack_from("!H", quoted, 4)[0]] = mtu

    def expect(self, sizes, df, mtu):
        fit = {s for s in sizes if s <= mtu or not df}
        return self.whole >= fit and set(self.told) >= set(sizes) - fit


def from_client(data):
    return struct.pack("!HHH", 2, TUNNEL["a"], SESSION["a"]) + b"\xff\x03\x00\x21" + data


def take_ready(peer, down, up):
    """Whatever is there; returns whether anything was."""
    ready = select.select([peer.s, host], [], [], 0.2)[0]
    for s in ready:
        try:
            while True:
                data, address = s.recvfrom(65536, socket.MSG_DONTWAIT)
                if s is peer.s:
                    same(data[:10], struct.pack("!HHH", 2, TUNNEL["b"], SESSION["b"]) + b"\xff\x03\x00\x21")
                    (up if data[19] == 1 else down).take(data[10:])
                elif address[2] == socket.PACKET_HOST and data[9] in (1, 253):
                    (down if data[9] == 1 else up).take(data)
        except BlockingIOError:
            pass
    return bool(ready)


def batches(sizes):
    sizes = list(sizes)
    return [sizes[i:i + BATCH] for i in range(0, len(sizes), BATCH)]


def exchange(peer, df, sizes, mtu):
    """Both directions at once; what is missing after a while is missing."""
    down, up = Arrivals(mtu), Arrivals(TO_C)
    for batch in batches(sizes):
        for size in batch:
            host.sendto(packet(size, df, HOST, INNER["b"]), HOST_TO)
            peer.s.send(from_client(packet(size, df, INNER["b"], HOST)))
        idle = 0
        while not (down.expect(batch, df, mtu) and up.expect(batch, df, TO_C)):
            idle = 0 if take_ready(peer, down, up) else idle + 1
            if idle > 60:
                fit = {s for s in batch if s <= mtu or not df}
                raise AssertionError(f"down: lost {sorted(fit - down.whole)}, no ICMP about "
                                     f"{sorted(set(batch) - fit - set(down.told))}; up: "
                                     f"{len(batch)} sent, {len(up.whole)} whole, {len(up.told)} ICMP")
    return down, up


def counted(ns, version, group, name):
    """The namespace's own counter, of the group Ip or Icmp."""
    with inside(ns), open("/proc/thread-self/net/snmp" + ("6" if version == 6 else "")) as f:
        lines = [line.split() for line in f]
    if version == 6:
        return int(dict(lines)[f"{group}6{name}"])
    names, values = [words for words in lines if words[0] == group + ":"]
    return int(values[names.index(name)])


def fragments_outside(ns, version):
    """Fragments that this namespace had to put together."""
    return counted(ns, version, "Ip", "ReasmReqds")


def sweep(version, encap, suite, choose):
    """choose(suite, mtu): the sizes with DF, and those without."""
    connect(version, encap, suite)
    peer, drops = Peer(version), p.owner["a"].drops()
    try:
        exchange(peer, DF, [100], PATH)                  # the SA gets to know its path
        mtu = inner_mtu(version, encap, suite)
        same(p.session("a")["path_mtu"], mtu)
        before, outside = p.session("a")["stats"], fragments_outside("b", version)
        sizes = dict(zip((DF, 0), choose(suite, mtu)))
        results = [(df, *exchange(peer, df, sizes[df], mtu)) for df in (DF, 0)]
    finally:
        peer.close()
    after, errors = p.session("a")["stats"], 0
    for df, down, up in results:
        # what is larger than the interface's MTU meets that first
        same(set(down.told.items()), {(s, CAP if s > CAP else mtu) for s in sizes[df] if df and s > mtu})
        same(set(up.told.items()), {(s, TO_C) for s in sizes[df] if df and s > TO_C})
        errors += len(up.told)
    # counted exactly: packets, bytes, drops; and whatever left us fitted the path in one piece
    down, up = [r[1] for r in results], [r[2] for r in results]
    same(after["tx_packets"] - before["tx_packets"], sum(d.count for d in down) + errors)
    same(after["rx_packets"] - before["rx_packets"], sum(map(len, sizes.values())))
    same(after["rx_bytes"] - before["rx_bytes"], sum(map(sum, sizes.values())))
    same(p.owner["a"].drops().get("TX_TOO_BIG", 0) - drops.get("TX_TOO_BIG", 0),
         sum(size <= CAP for d in down for size in d.told))
    same(fragments_outside("b", version), outside)
    disconnect()


def shape(suite):
    """What of a suite decides about sizes: IV, block and ICV."""
    cipher, auth = ALL_SUITES[suite][:2]
    return CIPHERS[cipher][1:], 96 if suite.endswith("-96") else ICV_BITS.get(auth)


def some(suite, mtu):
    """Each edge and more than a block on either side of it, and elsewhere some."""
    near = CIPHERS[ALL_SUITES[suite][0]][2] + 1
    sizes = sorted({size for edge in (mtu, CAP, TO_C) for size in range(edge - near, edge + near + 1)}
                   | set(SIZES[::131]) | {64, 1500})
    return sizes, sizes


def all_of_them(suite, mtu):
    """Every size with DF.  Without DF the same happens, but for what does not fit."""
    return list(SIZES), sorted(set(SIZES[::7]) | set(some(suite, mtu)[0]))


def icmp_error(version, quoted, mtu):
    """Somebody says that this packet of ours was too long."""
    with inside("b"):
        if version == 4:
            s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
            body = struct.pack("!BBHHH", 3, 4, 0, 0, mtu) + quoted
            body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
        else:
            s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
            body = struct.pack("!BBHI", 2, 0, 0, mtu) + quoted
    s.sendto(body, (outer(version)["a"], 0))
    s.close()


def replaced(data, at, new):
    return data[:at] + new + data[at + len(new):]


def icmp_refused(version):
    """ICMP errors that nobody in ns a wanted to have."""
    return counted("a", version, "Icmp", "InErrors")


def refuses(version, quoted, mtu):
    before = icmp_refused(version)
    icmp_error(version, quoted, mtu)
    for _ in range(4000):
        if icmp_refused(version) > before:
            return True
        time.sleep(0.005)
    return False


def errors_about_udp(version):
    """RFC 4301 8.2.1: only an error that can be about a packet of ours is taken.

    Over IPv4 a kernel may let its routing learn before it asks the socket, which is then
    told nothing: so that the socket refuses is seen at the counter.
    """
    connect(version, "udp", "aes256-gcm")
    peer, udp = Peer(version), OUTER_HEADER[version]
    try:
        exchange(peer, DF, [100], PATH)
        before = inner_mtu(version, "udp", "aes256-gcm")
        sniffer = Sniffer("b", 17, 0x0800 if version == 4 else 0x86dd)
        exchange(peer, DF, [before], before)
        sent = sniffer.next()
        while len(sent) < before:                        # a late answer to the first one
            sent = sniffer.next()
        sent = sent[14:514]
        wrong = {"SPI": replaced(sent, udp + 8, b"\0\0\x99\x99"),
                 "port": replaced(sent, udp + 2, b"\x11\x95"),
                 "length": replaced(sent, 2 if version == 4 else 4, b"\x04\xec"), "end": sent[:udp + 8]}
        if version == 4:
            wrong["DF"] = replaced(sent, 6, b"\0\0")
        for what, quoted in wrong.items():
            assert refuses(version, quoted, 1300), f"an error with a wrong {what} is believed"
        if version == 6:
            assert "mtu" not in sh(f"ip -6 route get {OUTER6['b']}", "a"), "the routing has learned"
        refused = icmp_refused(version)
        icmp_error(version, sent, 1290)
        exchange(peer, DF, [100], before)
        same(p.session("a")["path_mtu"], inner_mtu(version, "udp", "aes256-gcm", 1290))
        same(icmp_refused(version), refused)
    finally:
        peer.close()
        sh(f"ip -{version} route flush cache", "a")
    disconnect()


def before_open(version):
    """What the peer had better send is known while PPP is negotiating; its headers may be as long as they get."""
    connect(version, "udp", "aes256-gcm")
    peer, o = Peer(version), p.owner["a"]
    try:
        exchange(peer, DF, [100], PATH)                  # the SA gets to know its path
    finally:
        peer.close()
    o.do("SESSION_DEL", session=session_name("a"))
    o.do("SESSION_NEW", session=session_name("a") | {"peer_id": SESSION["b"]})
    session = p.session("a")
    same((session.get("mtu"), session["path_mtu"]),
         (None, inner_mtu(version, "udp", "aes256-gcm", headers=8 + 8 + 4)))
    disconnect()


def part_errors(t):
    for version in (4, 6):
        t.run(f"the path's MTU is known before a session is open, IPv{version}", before_open, version)
        t.run(f"ICMP about our UDP over IPv{version}: only plausible errors are believed",
              errors_about_udp, version)


def part_form(t, form):
    """All sizes for the first suite of each shape, in UDP over IPv4, the common form."""
    version, encap = FORMS[form]
    shapes = set()
    for suite in ALL_SUITES:
        full = form == "udp4" and shape(suite) not in shapes
        shapes.add(shape(suite))
        what = "sizes 64..1500" if full else "sizes 64..1500, all of them around the edges"
        t.run(f"{what}, with and without DF, both ways: {suite}, {encap} over IPv{version}",
              sweep, version, encap, suite, all_of_them if full else some)


test = Test(disconnect)
for part in sys.argv[1:] or ["errors", *FORMS]:
    if part == "errors":
        part_errors(test)
    else:
        part_form(test, part)
test.end()
