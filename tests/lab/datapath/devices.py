#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Two of our devices against each other: the whole data path and the netlink contract."""
import errno
import json
import os
import socket
import struct
import subprocess
import threading
import time

from l2tpsec import C, Owner, Refused, inside
from pair import (INNER, INNER6, LINEAGE, OUTER, PEER, SESSION, SLOW, SPI, SUITES, TUNNEL, Pair, Sniffer,
                  Test, iperf, params, sa, same, session_name, sh, tunnel)

subprocess.run(["modprobe", "l2tpsec"], check=True)
p = Pair()
t = Test(p.disconnect)


def suite(name, esn=False):
    p.connect(name, {"esn": esn})
    p.ping(size=1372, more="-M do")
    p.ping(size=0)
    p.ping(target=INNER6["b"], size=1352, more="-M do")
    for end in "ab":
        stats = p.session(end)["stats"]
        same((stats["rx_packets"], stats["tx_packets"]), (9, 9))
        same(stats["rx_bytes"], 3 * 1400 + 3 * 28 + 3 * 1400)
        # SA: with inner UDP, L2TP (no options) and PPP
        same(p.sa(end)["stats"]["tx_bytes"], stats["tx_bytes"] + 9 * (8 + 6 + 4))
        assert stats["rx_idle"] < 5000 * SLOW, stats
        same("cipher_key_in" in p.sa(end), False)
    p.disconnect()


def napi_is_nobodys():
    """Receiving stays on the CPU that decrypts: what would move it is refused."""
    p.connect("aes256-gcm")
    for value in (1, 0):
        written = sh(f"bash -c 'echo {value} >/sys/class/net/l2s0/threaded'", "a", check=False)
        assert "not supported" in written, written
    p.ping()
    p.disconnect()


def headers(session_more, params_more, extra):
    p.connect("aes256-gcm", {}, session_more, params_more)
    p.ping(size=1372, more="-M do")
    stats = p.session("a")["stats"]
    same(p.sa("a")["stats"]["tx_bytes"] - stats["tx_bytes"], 3 * extra)
    p.disconnect()


def bulk():
    p.connect("aes256-gcm")
    for options in ((), ("-R",)):
        moved = iperf(*options)["sum_received"]["bytes"]
        assert moved > 1000000, moved
    udp = ("-u", "-b", f"{5 / SLOW}M", "-l", "1300")
    for options in (udp, (*udp, "-R")):
        end = iperf(*options)
        assert end["sum"]["packets"] > 100 and end["sum"]["lost_percent"] < 2, end["sum"]
    sent, got = p.session("a")["stats"], p.session("b")["stats"]
    same((got["rx_packets"], got["rx_bytes"]), (sent["tx_packets"], sent["tx_bytes"]))
    same((sent["rx_packets"], sent["rx_bytes"]), (got["tx_packets"], got["tx_bytes"]))
    link = json.loads(sh("ip -n a -s -j link show l2s0"))[0]["stats64"]
    same(link["tx"]["errors"] + link["rx"]["errors"], 0)
    p.disconnect()


def network_behind(gateway):
    """A namespace c behind @gateway, which forwards; 10.1.0.2 is in it."""
    sh("ip netns add c")
    sh("ip -n c link add v0 type veth peer name v1 netns " + gateway)
    for netns, name, address in (("c", "v0", "10.1.0.2"), (gateway, "v1", "10.1.0.1")):
        sh(f"ip -n {netns} addr add {address}/24 dev {name}")
        sh(f"ip -n {netns} link set {name} up")
    sh("ip -n c route add default via 10.1.0.1")
    sh("sysctl -qw net.ipv4.ip_forward=1", gateway)
    sh(f"ip -n {PEER[gateway]} route add 10.1.0.0/24 via {INNER[gateway]} dev l2s0")


def transfer(data):
    """By TCP, from behind a to b."""
    with inside("b"):
        listener = socket.create_server((INNER["b"], 6000))
    with inside("c"):
        source = socket.create_connection((INNER["b"], 6000), 20 * SLOW)
    sink, _ = listener.accept()
    listener.close()
    sink.settimeout(20 * SLOW)
    thread = threading.Thread(target=lambda: (source.sendall(data), source.close()))
    thread.start()
    with sink:
        same(b"".join(iter(lambda: sink.recv(65536), b"")) == data, True)
    thread.join()


def datagram(frame):
    """Of a frame that is whole and has no UDP checksum: identification, DSCP, UDP length."""
    same(sum(struct.unpack("!10H", frame[14:34])) % 0xffff, 0)
    tos, length, identification = struct.unpack_from("!xBHH", frame, 14)
    udp_length, checksum = struct.unpack_from("!HH", frame, 38)
    same((length, udp_length, checksum), (len(frame) - 14, len(frame) - 34, 0))
    return identification, tos >> 2, udp_length


def forwarded():
    """What becomes of TCP super-packets: one datagram for each segment, and the host's rules see every one."""
    network_behind("a")
    p.connect("aes256-gcm")
    sh("nft add table ip marks", "a")
    sh("nft add chain ip marks post '{ type filter hook postrouting priority 0; }'", "a")
    sh("nft add rule ip marks post udp sport 4500 ip dscp set cs5", "a")
    sniffer = Sniffer("b")
    sniffer.s.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)  # SO_RCVBUFFORCE
    transfer(bytes(i * i % 251 for i in range(300000)))
    arrived = json.loads(sh("ip -n a -s -j link show v1"))[0]["stats64"]["rx"]["packets"]
    sent = p.session("a")["stats"]["tx_packets"]
    assert sent > arrived, (sent, arrived)               # else there were no super-packets
    seen = [datagram(sniffer.next()) for _ in range(sent)]
    same(sorted(s[0] for s in seen), list(range(1, sent + 1)))  # TCP may send on both CPUs at once
    same({s[1] for s in seen}, {40})
    lengths = [s[2] for s in seen]
    same(max(lengths), 8 + 8 + 8 + (8 + 6 + 4 + 1400) + 2 + 16)  # UDP, ESP, IV, the packet, trailer, ICV
    assert lengths.count(max(lengths)) > 200, lengths    # of 1348 bytes each, with TCP's timestamps
    same(p.session("b")["stats"]["rx_packets"] >= sent, True)
    sh("nft delete table ip marks", "a")
    sh("ip netns del c")
    sh("ip -n b route del 10.1.0.0/24")
    p.disconnect()


def replay_and_forgery():
    p.connect("aes256-gcm")
    sniffer = Sniffer("b")
    attacker = Sniffer("a")
    p.ping(count=1)
    esp = sniffer.next()
    before = p.owner["b"].drops()
    attacker.send(esp)                                   # the very same packet again
    attacker.send(esp[:-1] + bytes([esp[-1] ^ 1]))       # replayed and changed
    fresh = esp[:46] + struct.pack("!I", 1000) + esp[50:]
    attacker.send(fresh)                                 # sequence number forged
    attacker.send(esp[:42] + struct.pack("!I", 0x9999) + esp[46:])  # unknown SPI
    time.sleep(0.2)
    drops = {k: v - before.get(k, 0) for k, v in p.owner["b"].drops().items()}
    same((drops["RX_REPLAY"], drops["RX_AUTH"], drops["RX_NO_SA"]), (2, 1, 1))
    same(p.sa("b")["stats"]["rx_dropped"], 3)
    p.ping()                                             # the forgery moved no window
    p.disconnect()


def demultiplexing():
    """RFC 3948: keepalive eaten, non-ESP marker and what is too short to the socket."""
    p.connect("aes256-gcm")
    listener = p.socket["b"]
    listener.settimeout(10)
    with inside("a"):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for payload in (b"\xff", b"\0\0\0\0IKE", b"\1\2\3", b"\1\2\3\4\5", b"\xff" * 2):
        s.sendto(payload, (OUTER["b"], 4500))
    same([listener.recv(100) for _ in range(3)], [b"\0\0\0\0IKE", b"\1\2\3", b"\xff\xff"])
    same(p.owner["b"].drops()["RX_SHORT"], 1)
    p.disconnect()


def keepalive():
    p.connect("aes256-gcm", {"keepalive": 1})
    sniffer = Sniffer("b")
    same(sniffer.next()[42:43], b"\xff")
    p.disconnect()


def roaming():
    """The peer's NAT gives it another port: seen only after authentication."""
    p.connect("aes256-gcm")
    sh("nft add table ip nat", "a")
    sh("nft add chain ip nat post '{ type nat hook postrouting priority 100; }'", "a")
    sh("nft add rule ip nat post udp sport 4500 snat to 10.9.0.1:40000", "a")
    p.ping()
    name, found = p.owner["b"].event()
    same((name, found["sa"]["remote_port"]), ("SA_ENDPOINT", 40000))
    same(p.sa("b")["remote_port"], 40000)
    p.ping("b")
    sh("nft delete table ip nat", "a")
    p.ping()
    same(p.owner["b"].event()[1]["sa"]["remote_port"], 4500)
    p.disconnect()


def succession():
    p.connect("aes256-gcm")
    for end in "ba":
        p.owner[end].do("SA_NEW", sa=sa(end, "aes256-gcm", 1))
    same([p.sa("a").get("outbound"), p.sa("a", 1).get("outbound")], [True, None])
    p.ping()
    p.owner["a"].do("SA_ACTIVATE", sa={"spi_in": SPI["a"] + 1})
    p.ping()                                             # b follows a's first packet
    same(p.owner["b"].event()[0], "SA_ACTIVE")
    for end in "ab":
        same([p.sa(end).get("outbound"), p.sa(end, 1).get("outbound")], [None, True])
        assert p.sa(end, 1)["stats"]["tx_packets"] >= 3
    for end in "ab":                                     # the newer one goes: the older takes over
        p.owner[end].do("SA_DEL", sa={"spi_in": SPI[end] + 1})
    p.ping()
    for end in "ab":                                     # none left: tunnel stays, nothing is sent
        p.owner[end].do("SA_DEL", sa={"spi_in": SPI[end]})
    p.ping(count=1, check=False)
    assert p.owner["a"].drops()["TX_NO_SA"] >= 1
    for end in "ab":                                     # and the lineage can be taken up again
        p.owner[end].do("SA_NEW", sa=sa(end, "aes128-gcm", 2))
    p.ping()
    p.disconnect()


def limits():
    p.connect("aes256-gcm", {"soft_packets": 4, "hard_packets": 8})
    p.ping(count=4)
    same([p.owner["a"].event()[0] for _ in range(1)], ["SA_SOFT"])
    p.ping(count=10, check=False)
    same(p.owner["a"].event()[0], "SA_HARD")
    same(p.sa("a")["stats"]["tx_packets"], 8)
    assert p.owner["a"].drops()["TX_EXPIRED"] >= 5
    p.disconnect()
    while True:
        try:
            p.owner["b"].event(0.2)
        except TimeoutError:
            break
    p.connect("aes256-sha1", {"soft_bytes": 1000, "hard_bytes": 3000})
    p.ping(size=1000, count=5, check=False)
    same([p.owner["a"].event()[0], p.owner["a"].event()[0]], ["SA_SOFT", "SA_HARD"])
    same(p.sa("a")["stats"]["tx_packets"], 3)
    p.disconnect()


def mtu():
    p.connect("aes256-gcm", {}, {}, {"mtu": 1000})
    out = p.ping(size=1372, more="-M do", count=1, check=False)
    assert p.owner["a"].drops()["TX_TOO_BIG"] >= 1, out
    p.ping(size=1372, more="-M dont", count=2)           # fragmented, both ways
    p.ping(size=972, more="-M do")
    moved = iperf()["sum_received"]["bytes"]             # TCP learns the path's MTU
    assert moved > 100000, moved
    sh("ip -n a route flush cache; ip -n b route flush cache")
    p.disconnect()


def source_check():
    p.connect("aes256-gcm")
    sh("ip -n a addr add 192.168.77.1/32 dev lo")
    same(p.ping(target="-I 192.168.77.1 " + INNER["b"], count=2, check=False).count(" 0 received"), 1)
    same(p.owner["b"].drops()["RX_SOURCE"], 2)
    sh(f"ip -n b route add 192.168.77.0/24 via {INNER['a']} dev l2s0 onlink")
    p.ping(target="-I 192.168.77.1 " + INNER["b"])       # behind the client, by our route
    p.ping("b", target="192.168.77.1")                   # and by the route's gateway
    sh("ip -n b route del 192.168.77.0/24")
    sh("ip -n a addr del 192.168.77.1/32 dev lo")
    p.disconnect()


def outer6():
    """The same in UDP over IPv6, where the UDP checksum is needed."""
    p.connect6("aes256-gcm")
    p.ping(size=1372, more="-M do")
    p.ping(target=INNER6["b"])
    same(p.owner["a"].do("DEVICE_GET")["device"]["sockets"], 2)
    p.disconnect()


def no_session():
    p.connect("aes256-gcm")
    out = p.ping(target="172.16.0.99", count=1, check=False)
    sh("ip -n a route add 172.16.0.99 dev l2s0")
    out = p.ping(target="172.16.0.99", count=1, check=False)
    assert "errors" in out or "Unreachable" in out, out
    sh("ip -n a route del 172.16.0.99 dev l2s0")
    p.disconnect()


def loop():
    """The route to the endpoint leads into the device itself."""
    p.connect("aes256-gcm")
    sh(f"ip -n a route add {OUTER['b']} dev l2s0")
    p.ping(count=1, check=False)
    assert p.owner["a"].drops()["TX_NO_ROUTE"] >= 1
    sh(f"ip -n a route del {OUTER['b']} dev l2s0")
    p.ping()
    p.disconnect()


def frames():
    p.connect("aes256-gcm")
    a, b = p.owner["a"], p.owner["b"]
    control = struct.pack("!HHHHHH", 0xc802, 12, TUNNEL["b"], 0, 0, 1)
    a.do("FRAME", frame={"kind": C["FRAME_L2TP"], "lineage": LINEAGE, "peer_port": 1701,
                         "data": control})
    same(b.frame(), {"kind": C["FRAME_L2TP"], "spi_in": SPI["b"], "lineage": LINEAGE,
                     "peer_port": 1701, "data": control})
    echo = b"\x09\x01\x00\x08\x00\x00\x00\x00"
    a.do("FRAME", frame={"kind": C["FRAME_PPP"], "lineage": LINEAGE, "tunnel_id": TUNNEL["a"],
                         "session_id": SESSION["a"], "protocol": 0xc021, "data": echo})
    same(b.frame(), {"kind": C["FRAME_PPP"], "spi_in": SPI["b"], "lineage": LINEAGE,
                     "tunnel_id": TUNNEL["b"], "session_id": SESSION["b"], "protocol": 0xc021,
                     "data": echo})
    same(a.dump("TUNNEL_GET")[0]["tunnel"]["stats"]["tx_packets"], 2)
    same(b.dump("TUNNEL_GET")[0]["tunnel"]["stats"]["rx_packets"], 2)
    p.disconnect()


def not_open():
    p.connect("aes256-gcm")
    o = p.owner["b"]
    o.do("SESSION_DEL", session=session_name("b"))
    p.ping(count=1, check=False)
    assert o.drops()["RX_NO_SESSION"] >= 1
    o.do("SESSION_NEW", session=session_name("b") | {"peer_id": SESSION["a"]})
    p.ping(count=1, check=False)
    assert o.drops()["RX_NOT_OPEN"] >= 1
    o.do("TUNNEL_DEL", tunnel={"lineage": LINEAGE, "id": TUNNEL["b"]})
    p.ping(count=1, check=False)
    assert o.drops()["RX_NO_TUNNEL"] >= 1
    p.disconnect()


def owner_busy():
    p.connect("aes256-gcm")
    for _ in range(3000):
        p.owner["a"].do("FRAME", frame={
            "kind": C["FRAME_L2TP"], "lineage": LINEAGE, "peer_port": 1701,
            "data": struct.pack("!HHHHHH", 0xc802, 12, TUNNEL["b"], 0, 0, 1)})
    watcher = Owner("b")
    assert watcher.drops()["RX_OWNER_BUSY"] >= 1
    watcher.close()
    empty(p.owner["b"].s)
    p.ping()
    p.disconnect()


def empty(s):
    """Read and forget; the kernel says ENOBUFS once after it has dropped a message."""
    s.setblocking(False)
    while True:
        try:
            s.recv(1 << 16)
        except BlockingIOError:
            break
        except OSError as reason:
            same(reason.errno, errno.ENOBUFS)
    s.settimeout(20)


def refused(owner, expected, cmd, **request):
    try:
        owner.do(cmd, **request)
    except Refused as reason:
        same(reason.errno, expected)
        assert reason.message, f"{cmd} {request}: no sentence"
        return
    raise AssertionError(f"{cmd} {request} was accepted")


def refusals():
    a, stranger = p.owner["a"], Owner("a")
    good = sa("a", "aes256-gcm")
    refused(stranger, errno.EBUSY, "DEVICE_CLAIM")
    refused(stranger, errno.EPERM, "SA_NEW", sa=good)
    refused(stranger, errno.EPERM, "FRAME", frame={"kind": 0})
    refused(a, errno.ENODEV, "DEVICE_GET", ifindex=4711)
    refused(a, errno.ENODEV, "DEVICE_GET", ifindex=1)
    stranger.do("DEVICE_GET")
    stranger.close()
    udp = {"socket": {"fd": p.socket["a"].fileno()}}
    refused(a, errno.EBUSY, "SOCKET_ADD", **udp)
    refused(a, errno.EINVAL, "SOCKET_ADD")
    refused(a, errno.EINVAL, "SOCKET_ADD", socket={})
    refused(a, errno.EBADF, "SOCKET_ADD", socket={"fd": 999})
    with open("/dev/null") as null:
        refused(a, errno.ENOTSOCK, "SOCKET_ADD", socket={"fd": null.fileno()})
    with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unbound:
        refused(a, errno.EPROTONOSUPPORT, "SOCKET_ADD", socket={"fd": tcp.fileno()})
        refused(a, errno.EDESTADDRREQ, "SOCKET_ADD", socket={"fd": unbound.fileno()})
    refused(a, errno.EINVAL, "SA_NEW")
    for missing in ("spi_in", "spi_out", "lineage", "cipher", "cipher_key_in", "cipher_key_out",
                    "local_addr", "local_port", "remote_addr", "remote_port"):
        refused(a, errno.EINVAL, "SA_NEW", sa={k: v for k, v in good.items() if k != missing})
    for bad, expected in (({"spi_in": 255}, errno.ERANGE), ({"lineage": 0}, errno.ERANGE),
                          ({"cipher": 99}, errno.ERANGE), ({"auth": 99}, errno.ERANGE),
                          ({"auth": C["AUTH_HMAC_SHA1"]}, errno.EINVAL),
                          ({"cipher_key_in": b"short"}, errno.EINVAL),
                          ({"cipher_key_in": b"x" * 37}, errno.ERANGE),
                          ({"auth_key_in": b"x" * 20}, errno.EINVAL),
                          ({"icv_len": 13}, errno.EINVAL), ({"replay_window": 31}, errno.ERANGE),
                          ({"replay_window": 4097}, errno.ERANGE),
                          ({"encap": C["ENCAP_RAW"]}, errno.EINVAL),
                          ({"local_addr": b"12345"}, errno.EINVAL),
                          ({"remote_addr": b"x" * 16}, errno.EINVAL),
                          ({"local_port": 4501}, errno.EADDRNOTAVAIL),
                          ({"keepalive": 3601}, errno.ERANGE)):
        refused(a, expected, "SA_NEW", sa=good | bad)
    refused(a, errno.ENOENT, "SA_GET", sa={"spi_in": SPI["a"]})
    refused(a, errno.ENOENT, "SA_DEL", sa={"spi_in": SPI["a"]})
    refused(a, errno.ENOENT, "SA_ACTIVATE", sa={"spi_in": SPI["a"]})
    refused(a, errno.ENOENT, "TUNNEL_NEW", tunnel=tunnel("a"))
    refused(a, errno.ENOENT, "FRAME", frame={"kind": 0, "lineage": LINEAGE, "peer_port": 1701,
                                             "data": b"x"})
    p.connect("aes256-gcm")
    session, opened = session_name("a"), params("a")
    refused(a, errno.EEXIST, "SA_NEW", sa=good)
    refused(a, errno.EEXIST, "TUNNEL_NEW", tunnel=tunnel("a"))
    refused(a, errno.EINVAL, "TUNNEL_NEW", tunnel={"lineage": LINEAGE, "id": 5, "peer_id": 5})
    refused(a, errno.ERANGE, "TUNNEL_NEW", tunnel=tunnel("a") | {"id": 0})
    refused(a, errno.ENOENT, "TUNNEL_DEL", tunnel={"lineage": LINEAGE, "id": 5})
    refused(a, errno.ENOENT, "TUNNEL_GET", tunnel={"lineage": 5, "id": 5})
    refused(a, errno.EEXIST, "SESSION_NEW", session=session | {"peer_id": 1})
    refused(a, errno.EINVAL, "SESSION_NEW", session=session | {"id": 5})
    refused(a, errno.ENOENT, "SESSION_NEW", session=session | {"tunnel_id": 5, "peer_id": 1})
    refused(a, errno.ENOENT, "SESSION_SET", session=opened | {"id": 5})
    refused(a, errno.ENOENT, "SESSION_DEL", session=session | {"id": 5})
    refused(a, errno.ENOENT, "SESSION_GET", session=session | {"id": 5})
    refused(a, errno.EINVAL, "SESSION_SET", session=session | {"mtu": 1400})
    refused(a, errno.EINVAL, "SESSION_SET", session=session | {"addr4": b"1234"})
    refused(a, errno.ERANGE, "SESSION_SET", session=opened | {"mtu": 67})
    refused(a, errno.EINVAL, "SESSION_SET", session=opened | {"addr6_len": 96})
    refused(a, errno.EINVAL, "SESSION_SET", session=session | {"mtu": 1400, "addr6": b"x" * 16})
    a.do("SESSION_NEW", session=session | {"id": 5, "peer_id": 5})
    refused(a, errno.EADDRINUSE, "SESSION_SET", session=opened | {"id": 5})
    frame = {"kind": C["FRAME_PPP"], "lineage": LINEAGE, "tunnel_id": TUNNEL["a"], "session_id": 99,
             "protocol": 0xc021, "data": b"x"}
    refused(a, errno.ENOENT, "FRAME", frame=frame)
    refused(a, errno.EINVAL, "FRAME", frame={k: v for k, v in frame.items() if k != "protocol"})
    refused(a, errno.ERANGE, "FRAME", frame=frame | {"data": b"x" * 16385})
    p.disconnect()


def capability():
    """Without CAP_NET_ADMIN nothing is answered."""
    script = ("import sys; sys.path.insert(0, %r); import l2tpsec, errno\n"
              "o = l2tpsec.Owner.__new__(l2tpsec.Owner); o.s = o.open(); o.frames_and_events = []\n"
              "o.family, _ = o.resolve(); o.ifindex = 1\n"
              "try: o.do('DEVICE_GET')\n"
              "except l2tpsec.Refused as e: sys.exit(0 if e.errno == errno.EPERM else 1)\n"
              "sys.exit(1)" % os.path.dirname(__file__))
    subprocess.run(["ip", "netns", "exec", "a", "setpriv", "--reuid=1000", "--clear-groups",
                    "--bounding-set=-all", "python3", "-c", script], check=True)


def dumps():
    """More objects than fit one message; each exactly once."""
    p.connect("aes256-gcm")
    a = p.owner["a"]
    for i in range(500):
        a.do("SESSION_NEW", session=session_name("a") | {"id": 1000 + i, "peer_id": 1})
        a.do("SESSION_SET", session=session_name("a") | {
            "id": 1000 + i, "mtu": 1300, "addr4": struct.pack("!I", 0x0a630000 + i)})
    found = [s["session"]["id"] for s in a.dump("SESSION_GET")]
    same((len(found), len(set(found))), (501, 501))
    same(len(a.dump("SESSION_GET", ifindex=a.ifindex)), 501)
    same(a.do("DEVICE_GET")["device"]["sessions"], 501)
    p.ping()
    p.disconnect()


def owner_dies(timeout):
    p.connect("aes256-gcm")
    p.owner["a"].do("DEVICE_CLAIM", device={"orphan_timeout": timeout})
    watcher = Owner("a")
    p.owner["a"].close()
    p.socket["a"].close()
    same(watcher.event()[0], "DEVICE_ORPHAN")
    if timeout:
        p.ping()                                         # sessions outlive their owner
        same(watcher.do("DEVICE_GET")["device"]["sessions"], 1)
        same(watcher.event(timeout + 20)[0], "DEVICE_FLUSH")
    else:
        same(watcher.event()[0], "DEVICE_FLUSH")
    counts = watcher.do("DEVICE_GET")["device"]
    same([counts[k] for k in ("owner", "sockets", "sas", "tunnels", "sessions")], [0] * 5)
    watcher.close()
    p.claim("a")                                         # the port is free again
    p.owner["b"].do("TUNNEL_DEL", tunnel={"lineage": LINEAGE, "id": TUNNEL["b"]})
    p.owner["b"].do("SA_DEL", sa={"spi_in": SPI["b"]})


def successor():
    """A new owner claims an orphan in time, and brings its own socket for the same port."""
    p.connect("aes256-gcm")
    p.owner["a"].do("DEVICE_CLAIM", device={"orphan_timeout": 12})
    p.socket["a"].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    p.owner["a"].close()
    p.socket["a"].close()
    with inside("a"):
        p.socket["a"] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        p.socket["a"].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        p.socket["a"].bind(("", 4500))
    p.owner["a"] = Owner("a")
    p.owner["a"].do("DEVICE_CLAIM", device={"orphan_timeout": 0})
    p.owner["a"].do("SOCKET_ADD", socket={"fd": p.socket["a"].fileno()})
    same(p.owner["a"].do("DEVICE_GET")["device"]["sockets"], 1)
    time.sleep(12.5)
    p.ping()
    p.disconnect()


def successor_anew():
    """A new owner claims an orphan as an empty device: the port is free when it has it."""
    p.connect("aes256-gcm")
    p.owner["a"].do("DEVICE_CLAIM", device={"orphan_timeout": 600})
    p.owner["a"].close()
    p.socket["a"].close()
    watcher = Owner("a")
    p.ping()
    p.owner["a"] = Owner("a")
    p.owner["a"].do("DEVICE_CLAIM", device={"orphan_timeout": 0, "flush": True})
    with inside("a"), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("", 4500))
    same(watcher.event()[0], "DEVICE_FLUSH")
    counts = watcher.do("DEVICE_GET")["device"]
    same([counts[k] for k in ("sockets", "sas", "tunnels", "sessions")], [0] * 4)
    watcher.close()
    p.owner["a"].close()
    p.claim("a")
    p.owner["b"].do("TUNNEL_DEL", tunnel={"lineage": LINEAGE, "id": TUNNEL["b"]})
    p.owner["b"].do("SA_DEL", sa={"spi_in": SPI["b"]})


for name in SUITES:
    t.run(f"suite {name}", suite, name)
    t.run(f"suite {name} with ESN", suite, name, True)
t.run("header: Length", headers, {"length_bit": True}, {}, 8 + 8 + 4)
t.run("header: Ns and Nr", headers, {"sequencing": True}, {}, 8 + 10 + 4)
t.run("header: ACFC", headers, {}, {"tx_acfc": True}, 8 + 6 + 2)
t.run("header: PFC and all the rest", headers, {"length_bit": True, "sequencing": True},
      {"tx_acfc": True, "tx_pfc": True}, 8 + 12 + 1)
for test in (bulk, forwarded, napi_is_nobodys, replay_and_forgery, demultiplexing, keepalive, roaming, succession,
             limits, mtu, source_check, outer6, no_session, loop, frames, not_open, owner_busy, refusals, capability,
             dumps):
    t.run(test.__name__.replace("_", " "), test)
t.run("successor empties the orphan", successor_anew)
t.run("owner dies, timeout 0", owner_dies, 0)
t.run("owner dies, timeout 12", owner_dies, 12)
t.run("successor claims the orphan", successor)
t.end()
