#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Our device against foreign code: the far end's ESP is the kernel's own xfrm.

	ns a  l2tpsec   10.9.0.1 ---- 10.9.0.2  ns b  xfrm, and this script's UDP port 1701

What we send to port 1701 leaves ns b as ESP in UDP made by net/xfrm; what comes back
was made by our module and taken apart there.
"""
import socket
import struct
import subprocess
import time
from collections import Counter

from l2tpsec import C, Refused, inside
from pair import (ALL_SUITES, INNER, LINEAGE, OUTER, SESSION, SPI, TUNNEL, Pair, Test, keys, params, sa,
                  same, session_name, sh, tunnel, udp_socket)

UDP_ENCAP, UDP_ENCAP_ESPINUDP = 100, 2
XFRM = {"aes128-gcm": ("aead 'rfc4106(gcm(aes))' {c} 128", ""),
        "aes256-gcm": ("aead 'rfc4106(gcm(aes))' {c} 128", ""),
        "aes256-sha1": ("enc 'cbc(aes)' {c}", "auth-trunc 'hmac(sha1)' {a} 96"),
        "aes128-sha256": ("enc 'cbc(aes)' {c}", "auth-trunc 'hmac(sha256)' {a} 128"),
        "aes192-sha384": ("enc 'cbc(aes)' {c}", "auth-trunc 'hmac(sha384)' {a} 192"),
        "aes256-sha512": ("enc 'cbc(aes)' {c}", "auth-trunc 'hmac(sha512)' {a} 256"),
        "aes128-md5": ("enc 'cbc(aes)' {c}", "auth-trunc 'hmac(md5)' {a} 96"),
        "3des-md5": ("enc 'cbc(des3_ede)' {c}", "auth-trunc 'hmac(md5)' {a} 96"),
        "3des-sha1": ("enc 'cbc(des3_ede)' {c}", "auth-trunc 'hmac(sha1)' {a} 96"),
        "3des-sha256": ("enc 'cbc(des3_ede)' {c}", "auth-trunc 'hmac(sha256)' {a} 128"),
        "3des-sha256-96": ("enc 'cbc(des3_ede)' {c}", "auth-trunc 'hmac(sha256)' {a} 96"),
        "aes128-sha256-96": ("enc 'cbc(aes)' {c}", "auth-trunc 'hmac(sha256)' {a} 96"),
        "aes192-sha256-96": ("enc 'cbc(aes)' {c}", "auth-trunc 'hmac(sha256)' {a} 96"),
        "aes256-sha256-96": ("enc 'cbc(aes)' {c}", "auth-trunc 'hmac(sha256)' {a} 96")}

subprocess.run(["modprobe", "l2tpsec"], check=True)
p = Pair()
p.owner["b"].close()                                     # ns b has no device of ours
p.socket["b"].close()
sh("ip -n b link del l2s0")
with inside("b"):
    encap = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    encap.bind(("", 4500))
    encap.setsockopt(socket.IPPROTO_UDP, UDP_ENCAP, UDP_ENCAP_ESPINUDP)
    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.bind((OUTER["b"], 1701))
    peer.connect((OUTER["a"], 1701))
peer.settimeout(20)


def xfrm_state(src, dst, spi, key, suite, esn, more=""):
    enc, auth = (part.format(c="0x" + key[0].hex(), a="0x" + key[1].hex()) for part in XFRM[suite])
    window = "flag esn replay-window 128" if esn else "replay-window 64"
    sh(f"ip -n b xfrm state add src {OUTER[src]} dst {OUTER[dst]} proto esp spi {spi:#x} reqid 1 "
       f"mode transport {window} {more} {enc} {auth} encap espinudp 4500 4500 0.0.0.0")


def xfrm_policy(src, dst, direction):
    sh(f"ip -n b xfrm policy add src {OUTER[src]} dst {OUTER[dst]} proto udp sport 1701 dport 1701 "
       f"dir {direction} tmpl proto esp reqid 1 mode transport")


def connect(suite, esn=False, **more):
    key = keys(suite)
    xfrm_state("a", "b", SPI["b"], key["a"], suite, esn)
    xfrm_state("b", "a", SPI["a"], key["b"], suite, esn)
    xfrm_policy("b", "a", "out")
    xfrm_policy("a", "b", "in")
    o = p.owner["a"]
    o.do("SA_NEW", sa=sa("a", suite, esn=esn, **more))
    o.do("TUNNEL_NEW", tunnel=tunnel("a"))
    o.do("SESSION_NEW", session=session_name("a") | {"peer_id": SESSION["b"]})
    o.do("SESSION_SET", session=params("a"))


def disconnect():
    peer.setblocking(False)
    while True:                                          # what a failed test has left
        try:
            peer.recv(65536)
        except BlockingIOError:
            break
    peer.settimeout(20)
    sh("ip -n b xfrm state flush; ip -n b xfrm policy flush")
    o = p.owner["a"]
    o.frames_and_events.clear()
    for t_ in o.dump("TUNNEL_GET"):
        o.do("TUNNEL_DEL", tunnel={k: t_["tunnel"][k] for k in ("lineage", "id")})
    for s in o.dump("SA_GET"):
        o.do("SA_DEL", sa={"spi_in": s["sa"]["spi_in"]})


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff


def echo_request(size, source=INNER["b"], target=INNER["a"]):
    icmp = struct.pack("!BBHHH", 8, 0, 0, 1, 1) + bytes(i & 255 for i in range(size))
    icmp = icmp[:2] + struct.pack("!H", checksum(icmp)) + icmp[4:]
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(icmp), 1, 0, 64, 1, 0,
                       socket.inet_aton(source), socket.inet_aton(target))
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + icmp


def l2tp(payload, flags=2, ns=0, offset=b"", tunnel_id=TUNNEL["a"]):
    """RFC 2661 3.1, written here once more, apart from the module's code."""
    out = struct.pack("!HH", tunnel_id, SESSION["a"])
    if flags & 0x0800:
        out += struct.pack("!HH", ns, 0)
    if flags & 0x0200:
        out += struct.pack("!H", len(offset)) + offset
    if flags & 0x4000:
        out = struct.pack("!H", 4 + len(out) + len(payload)) + out
    return struct.pack("!H", flags) + out + payload


def expect_reply(request):
    message = peer.recv(65536)
    same(message[:6], struct.pack("!HHH", 2, TUNNEL["b"], SESSION["b"]))
    same(message[6:10], b"\xff\x03\x00\x21")
    same(message[10 + 20:][:1], b"\0")                   # echo reply
    same(message[10 + 24:], request[24:])                # identifier, sequence, data


def suite(name, esn=False):
    connect(name, esn)
    for size in (0, 1, 2, 15, 16, 100, 1372):
        request = echo_request(size)
        peer.send(l2tp(b"\xff\x03\x00\x21" + request))
        expect_reply(request)
    same(p.owner["a"].drops().get("RX_AUTH", 0), 0)
    disconnect()


def count_from(name, esn, last):
    """A new state sends, which has sent @last already."""
    sh(f"ip -n b xfrm state delete src {OUTER['b']} dst {OUTER['a']} proto esp spi {SPI['a']:#x}")
    xfrm_state("b", "a", SPI["a"], keys(name)["b"], name, esn,
               f"replay-oseq {last:#x}" + ("" if esn else " extra-flag oseq-may-wrap"))


def ask():
    request = echo_request(100)
    peer.send(l2tp(b"\xff\x03\x00\x21" + request))
    return request


def numbers_pass_32_bits(name, esn):
    """RFC 4303 2.2.1, 3.3.3: with ESN they go on; without, whoever lets them wrap repeats himself."""
    connect(name, esn)
    drops, fresh = Counter(p.owner["a"].drops()), 6 if esn else 2
    refused = Counter() if esn else Counter(RX_REPLAY=6 - fresh)
    count_from(name, esn, 0x80000000)                    # half-way: from 0, the next ones look old
    expect_reply(ask())
    count_from(name, esn, 0xfffffffd)
    for _ in range(fresh):
        expect_reply(ask())
    for _ in range(6 - fresh):
        ask()
    until = time.monotonic() + 20
    while Counter(p.owner["a"].drops()) - drops != refused and time.monotonic() < until:
        time.sleep(0.05)
    same(Counter(p.owner["a"].drops()) - drops, refused)
    same(p.session("a")["stats"]["rx_packets"], 1 + fresh)
    disconnect()


def learns_icv(name, begins, events):
    """The SA is told that the length is to be found out; xfrm has one only."""
    size = 12 if name.endswith("-96") else 16
    connect(name, icv_detect=True, icv_len=begins)
    o = p.owner["a"]
    same(o.do("SA_GET", sa={"spi_in": SPI["a"]})["sa"]["icv_len"], begins)
    for _ in range(3):
        request = echo_request(100)
        peer.send(l2tp(b"\xff\x03\x00\x21" + request))
        expect_reply(request)
    if events:
        kind, event = o.event()
        same((kind, event["sa"]["spi_in"], event["sa"]["icv_len"]), ("SA_ICV", SPI["a"], size))
    same(o.do("SA_GET", sa={"spi_in": SPI["a"]})["sa"]["icv_len"], size)
    same(o.drops().get("RX_AUTH", 0), 0)
    disconnect()


def detection_refused():
    """Other algorithms have one length only."""
    for name in ("aes256-sha1", "aes256-sha512", "aes256-gcm", "3des-md5"):
        try:
            p.owner["a"].do("SA_NEW", sa=sa("a", name, icv_detect=True))
        except Refused as e:
            same((e.errno, e.message), (22, "only HMAC-SHA2-256 has ICVs of two lengths"))
        else:
            raise AssertionError(f"{name} with icv_detect is taken")


def header_forms():
    """Every legal mix of L, S, O, P, with every form of the PPP header."""
    connect("aes256-gcm")
    ns = 0
    for ppp in (b"\xff\x03\x00\x21", b"\x00\x21", b"\x21", b"\xff\x03\x21"):
        for bits in range(16):
            flags = 2 | sum(bit for i, bit in enumerate((0x4000, 0x0800, 0x0200, 0x0100))
                            if bits >> i & 1)
            request = echo_request(bits)
            peer.send(l2tp(ppp + request + b"tail" * (flags >> 14 & 1), flags, ns, b"\0" * bits))
            ns += flags >> 11 & 1
            expect_reply(request)
    disconnect()


def sequence():
    connect("aes256-gcm")
    request = echo_request(8)
    for ns in (0, 1, 5, 0x8004, 0x7000):                 # forward, gap, far forward, old
        peer.send(l2tp(b"\x21" + request, 0x0802, ns))
    for _ in range(4):
        expect_reply(request)
    same(p.owner["a"].drops()["RX_SEQUENCE"], 1)
    disconnect()


def control():
    connect("aes256-sha1")
    o = p.owner["a"]
    sccrq = l2tp(b"\x80\x08\0\0\0\0\0\1", 0xc802, tunnel_id=0)
    peer.send(sccrq)
    same(o.frame(), {"kind": C["FRAME_L2TP"], "spi_in": SPI["a"], "lineage": LINEAGE,
                     "peer_port": 1701, "data": sccrq})
    o.do("FRAME", frame={"kind": C["FRAME_L2TP"], "lineage": LINEAGE, "peer_port": 1701,
                         "data": sccrq[::-1]})
    same(peer.recv(100), sccrq[::-1])
    peer.send(l2tp(b"\xff\x03\xc0\x21\x01\x01\x00\x04"))
    same(o.frame()["data"], b"\x01\x01\x00\x04")
    o.do("SESSION_SET", session=params("a", tx_acfc=True, tx_pfc=True))
    o.do("FRAME", frame={"kind": C["FRAME_PPP"], "lineage": LINEAGE, "tunnel_id": TUNNEL["a"],
                         "session_id": SESSION["a"], "protocol": 0xc021, "data": b"\x02\x01\x00\x04"})
    same(peer.recv(100)[6:], b"\xff\x03\xc0\x21\x02\x01\x00\x04")   # never compressed
    disconnect()


def malformed():
    connect("aes256-gcm")
    good = echo_request(20)
    cases = ((b"\0\2\0", "RX_L2TP_HEADER"), (l2tp(b"\x21" + good, 3), "RX_L2TP_HEADER"),
             (l2tp(b"\x21" + good, tunnel_id=99), "RX_NO_TUNNEL"),
             (l2tp(b""), "RX_PPP_HEADER"), (l2tp(b"\xff\x03\x00"), "RX_PPP_HEADER"),
             (l2tp(b"\x21"), "RX_INNER_HEADER"), (l2tp(b"\x21" + good[:10]), "RX_INNER_HEADER"),
             (l2tp(b"\x21" + good[:-1]), "RX_INNER_HEADER"),
             (l2tp(b"\x21\x65" + good[1:]), "RX_INNER_HEADER"),
             (l2tp(b"\x57\x60" + bytes(38)), "RX_INNER_HEADER"),
             (l2tp(b"\x21" + echo_request(9, source="172.16.0.3")), "RX_SOURCE"),
             (l2tp(b"\x21" + echo_request(9, source=INNER["a"])), "RX_SOURCE"),
             (l2tp(b"\x57\x60" + bytes(5) + b"\x3a\x40" + b"\xfd" * 32), "RX_SOURCE"))
    for message, reason in cases:
        before = p.owner["a"].drops().get(reason, 0)
        peer.send(message)
        peer.send(l2tp(b"\x21" + good))                  # and the next one is served
        expect_reply(good)
        same((reason, p.owner["a"].drops().get(reason, 0) - before), (reason, 1))
    disconnect()


def congestion():
    """RFC 6040 4.2: a mark on the outer header reaches an inner packet that can carry it."""
    connect("aes256-gcm")
    with inside("a"):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind((INNER["a"], 5000))
        s.setsockopt(socket.IPPROTO_IP, 13, 1)           # IP_RECVTOS
        s.settimeout(20)
    sh("nft add table ip marks", "b")
    sh("nft add chain ip marks post '{ type filter hook postrouting priority 0; }'", "b")
    sh("nft add rule ip marks post udp dport 4500 ip ecn set ce", "b")
    for tos, seen in ((2, 3), (0, 0)):
        udp = struct.pack("!HHHH", 5001, 5000, 12, 0) + b"mark"
        head = struct.pack("!BBHHHBBH4s4s", 0x45, tos, 32, 1, 0, 64, 17, 0,
                           socket.inet_aton(INNER["b"]), socket.inet_aton(INNER["a"]))
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
        peer.send(l2tp(b"\x21" + head + udp))
        data, ancillary, _, _ = s.recvmsg(100, 100)
        same((data, ancillary[0][2][0]), (b"mark", seen))
    sh("nft delete table ip marks", "b")
    disconnect()


t = Test(disconnect)
for name in ALL_SUITES:
    t.run(f"xfrm {name}", suite, name)
    t.run(f"xfrm {name} with ESN", suite, name, True)
for name in ("aes128-sha256", "aes128-sha256-96", "3des-sha256", "3des-sha256-96"):
    for begins in (16, 12):
        right = begins == (12 if name.endswith("-96") else 16)
        t.run(f"xfrm {name} finds out, begins with {8 * begins} bits", learns_icv, name, begins, not right)
t.run("xfrm's numbers pass 32 bits, aes256-gcm with ESN", numbers_pass_32_bits, "aes256-gcm", True)
t.run("xfrm's numbers pass 32 bits, aes256-sha1 with ESN", numbers_pass_32_bits, "aes256-sha1", True)
t.run("xfrm's numbers wrap, aes256-gcm", numbers_pass_32_bits, "aes256-gcm", False)
t.run("detection of other algorithms' ICVs is refused", detection_refused)
for test in (header_forms, sequence, control, malformed, congestion):
    t.run(test.__name__.replace("_", " "), test)
t.end()
