#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: tests/lab/run --watched debug tests/lab/datapath/faults.py [commands|packets|module]

Memory runs out.  In each command of the owner's, in the making of an interface and in loading the module:
the first allocation fails, then the second, until the command has no more; what was
refused has changed nothing, and at last it is done.  Then on the way of one packet
out of so many: what is not delivered is counted, and TCP delivers everything.
"""
import collections
import ctypes
import errno
import os
import random
import socket
import struct
import subprocess
import sys
import threading
import time

from l2tpsec import C, NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR, Owner, attr, encode, inside
from pair import (INNER, LINEAGE, PEER, SESSION, SLOW, SPI, TUNNEL, Pair, Test, params, raw, sa, same, session_name,
                  sh, tunnel, udp_socket)
from stream import SO_RCVBUFFORCE, Stream

DEBUG = "/sys/kernel/debug/"
KINDS = {"failslab": 10, "fail_page_alloc": 50}           # percent that fail on the way of packets
MOST = 500                                               # allocations of one command
FIRST, NEVER = 100, 100000                               # of an interface's
REFUSALS = (errno.ENOMEM, errno.ENOBUFS, errno.EAGAIN, errno.E2BIG, errno.ENOENT)
MODULE = "/run/lab/l2tpsec.ko"                           # ../init
LOADING = 120                                            # of the last allocations
FINIT_MODULE, DELETE_MODULE = 313, 176
RTM_NEWLINK, NLM_F_CREATE, NLM_F_EXCL = 16, 0x400, 0x200
IFLA_IFNAME, IFLA_LINKINFO, IFLA_INFO_KIND = 3, 18, 1
PACKETS, FRAMES = 1500, 300
BULK = random.Random(1).randbytes(4 << 20)
ROOM = 11                                                # TCP has to live with it; prime, so that each place is met


def set_fault(kind, **values):
    for name, value in values.items():
        with open(f"{DEBUG}{kind}/{name.replace('_', '-')}", "w") as f:
            f.write(str(value))


class FailNth:
    """Makes the nth allocation of this thread fail, whether slab or page."""

    def __init__(self):
        self.fd = os.open("/proc/thread-self/fail-nth", os.O_RDWR)

    def arm(self, n):
        os.pwrite(self.fd, str(n).encode(), 0)

    def left(self):
        """No more of it.  Return: so many allocations too early, 0 if one has failed."""
        left = int(os.pread(self.fd, 16, 0))
        os.pwrite(self.fd, b"0", 0)
        return left

    def disarm(self):
        """Return: it has failed."""
        return self.left() == 0


def drained(s):
    """What nobody reads any more, and the error that something was lost."""
    s.setblocking(False)
    while True:
        try:
            s.recv(1 << 20)
        except BlockingIOError:
            break
        except OSError:
            pass
    s.settimeout(20)


def last_word(s):
    """Of an answer: 0 or the error."""
    while True:
        data = s.recv(1 << 20)
        while data:
            size, kind = struct.unpack_from("=IH", data)
            if kind in (NLMSG_ERROR, NLMSG_DONE):
                return -struct.unpack_from("=i", data, 16)[0]
            data = data[(size + 3) & ~3:]


def exchange(s, message, n, dump=False):
    """Return: 0, the error, or None: the answer was lost; and whether an allocation has failed."""
    nth.arm(n)
    try:
        s.send(message)
    except OSError as reason:
        nth.disarm()
        return reason.errno, True
    failed = None if dump else nth.disarm()
    try:
        answer = last_word(s)
    except OSError as reason:
        assert reason.errno in REFUSALS, reason
        answer = None
    if dump:                                             # it goes on while it is read
        failed = nth.disarm()
    drained(s)
    return answer, failed


def objects():
    """The owner's own view of everything, without what changes by itself."""
    found = [{k: v for k, v in each[name].items() if k != "stats"}
             for command, name in (("SA_GET", "sa"), ("TUNNEL_GET", "tunnel"), ("SESSION_GET", "session"))
             for each in o.dump(command)]
    device = o.do("DEVICE_GET")["device"]
    return found, {k: device[k] for k in ("owner", "sockets", "sas", "tunnels", "sessions")}


def each_allocation(name, command, undo=None, dump=False, **nests):
    """@undo(): after it was done.  A refusal names no memory and changes nothing."""
    body = struct.pack("=BBH", C["CMD_" + command], 1, 0) + encode("A_", {"ifindex": o.ifindex, **nests})
    flags = NLM_F_REQUEST | (NLM_F_DUMP if dump else NLM_F_ACK)
    message = struct.pack("=IHHII", 16 + len(body), o.family, flags, 1, 0) + body
    before, answers = objects(), collections.Counter()
    for n in range(1, MOST):
        asker = Owner("a") if dump else o                # a broken dump blocks its socket
        answer, failed = exchange(asker.s, message, n, dump)
        if dump:
            asker.close()
        answers["done" if answer == 0 else "no answer" if answer is None else errno.errorcode[answer]] += 1
        after = objects()
        if answer:
            same((name, n, after), (name, n, before))
            assert answer in REFUSALS, (name, n, os.strerror(answer))
        if undo and (answer == 0 or after != before):
            undo()
        same((name, n, objects()), (name, n, before))
        if not failed:
            same((name, n, answer), (name, n, 0))
            total["commands"] += 1
            total["allocations"] += n - 1
            print(f"# {name}: {n - 1} allocations, {dict(answers)}", flush=True)
            return
    raise AssertionError(f"{name}: more than {MOST} allocations")


def commands():
    name, named = session_name("a"), {"lineage": LINEAGE, "id": TUNNEL["a"]}
    spi = {"spi_in": SPI["a"]}

    def doing(command, **nests):
        return lambda: o.do(command, **nests)

    each_allocation("DEVICE_CLAIM", "DEVICE_CLAIM", device={"orphan_timeout": 0})
    each_allocation("DEVICE_GET", "DEVICE_GET")
    each_allocation("DEVICE_GET, dump", "DEVICE_GET", dump=True)
    for what, described in (
            ("GCM", sa("a", "aes256-gcm")), ("raw, CBC, ESN", raw("a", "aes256-sha1", esn=True)),
            ("detection, keepalive, limits", sa("a", "aes128-sha256", icv_detect=True, keepalive=1, soft_packets=1))):
        o.do("SA_NEW", sa=described)                     # so that the algorithms are there
        o.do("SA_DEL", sa=spi)
        each_allocation(f"SA_NEW, {what}", "SA_NEW", doing("SA_DEL", sa=spi), sa=described)
    o.do("SA_NEW", sa=sa("a", "aes256-gcm"))
    each_allocation("SA_NEW, a successor", "SA_NEW", doing("SA_DEL", sa={"spi_in": SPI["a"] + 1}),
                    sa=sa("a", "aes256-gcm", 1))
    o.do("SA_NEW", sa=sa("a", "aes256-gcm", 1))
    each_allocation("SA_ACTIVATE", "SA_ACTIVATE", doing("SA_ACTIVATE", sa=spi), sa={"spi_in": SPI["a"] + 1})
    o.do("SA_DEL", sa={"spi_in": SPI["a"] + 1})
    each_allocation("SA_GET", "SA_GET", sa=spi)
    each_allocation("SA_GET, dump", "SA_GET", dump=True)
    each_allocation("TUNNEL_NEW", "TUNNEL_NEW", doing("TUNNEL_DEL", tunnel=named), tunnel=tunnel("a"))
    o.do("TUNNEL_NEW", tunnel=tunnel("a"))
    each_allocation("TUNNEL_GET", "TUNNEL_GET", tunnel=named)
    each_allocation("TUNNEL_GET, dump", "TUNNEL_GET", dump=True)
    new = name | {"peer_id": SESSION["b"]}
    each_allocation("SESSION_NEW", "SESSION_NEW", doing("SESSION_DEL", session=name), session=new)
    o.do("SESSION_NEW", session=new)

    def renew():
        o.do("SESSION_DEL", session=name)
        o.do("SESSION_NEW", session=new)

    each_allocation("SESSION_SET", "SESSION_SET", renew, session=params("a", ifid6=b"12345678"))
    o.do("SESSION_SET", session=params("a", ifid6=b"12345678"))
    each_allocation("SESSION_SET, another", "SESSION_SET",
                    doing("SESSION_SET", session=params("a", ifid6=b"12345678")),
                    session=params("a", addr4=socket.inet_aton("172.16.0.9"), mtu=1300, tx_pfc=True,
                                   addr6=bytes.fromhex("fd170000000000000000000000000000"), addr6_len=64))
    each_allocation("SESSION_GET", "SESSION_GET", session=name)
    each_allocation("SESSION_GET, dump", "SESSION_GET", dump=True)
    for what, frame in (
            ("L2TP", {"kind": C["FRAME_L2TP"], "peer_port": 1701, "data": bytes(12)}),
            ("PPP", {"kind": C["FRAME_PPP"], "tunnel_id": TUNNEL["a"], "session_id": SESSION["a"],
                     "protocol": 0xc021, "data": bytes(1000)})):
        each_allocation(f"FRAME, {what}", "FRAME", frame=frame | {"lineage": LINEAGE})

    renew()
    each_allocation("SESSION_DEL", "SESSION_DEL", doing("SESSION_NEW", session=new), session=name)
    o.do("SESSION_DEL", session=name)
    each_allocation("TUNNEL_DEL", "TUNNEL_DEL", doing("TUNNEL_NEW", tunnel=tunnel("a")), tunnel=named)
    o.do("TUNNEL_DEL", tunnel=named)
    each_allocation("SA_DEL", "SA_DEL", doing("SA_NEW", sa=sa("a", "aes256-gcm")), sa=spi)
    o.do("SA_DEL", sa=spi)


def sockets():
    """Only the interface's end lets go of a socket: so an interface for each."""
    for n in range(1, MOST):
        sh("ip link add l2s7 type l2tpsec", "a")
        other, s = Owner("a", "l2s7"), udp_socket("a", 4577)
        other.do("DEVICE_CLAIM")
        body = struct.pack("=BBH", C["CMD_SOCKET_ADD"], 1, 0) + encode(
            "A_", {"ifindex": other.ifindex, "socket": {"fd": s.fileno()}})
        answer, failed = exchange(other.s, struct.pack("=IHHII", 16 + len(body), other.family,
                                                       NLM_F_REQUEST | NLM_F_ACK, 1, 0) + body, n)
        has = other.do("DEVICE_GET")["device"]["sockets"]
        if answer is not None:
            same((n, has), (n, int(answer == 0)))
        sh("ip link del l2s7", "a")
        other.close()
        s.close()
        if not failed:
            same(answer, 0)
            total["commands"] += 1
            total["allocations"] += n - 1
            print(f"# SOCKET_ADD: {n - 1} allocations")
            return
    raise AssertionError(f"more than {MOST} allocations")


def interfaces():
    """ip link add ... type l2tpsec: up to @FIRST, among which are ours; the rest are the core's, who complains."""
    with inside("a"):
        s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        s.bind((0, 0))
    body = struct.pack("=BxHiII", 0, 0, 0, 0, 0) + attr(IFLA_IFNAME, b"l2s8\0") + attr(
        IFLA_LINKINFO, attr(IFLA_INFO_KIND, b"l2tpsec\0"))
    message = struct.pack("=IHHII", 16 + len(body), RTM_NEWLINK,
                          NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, 1, 0) + body
    refused = 0
    for n in [*range(1, FIRST + 1), NEVER]:
        answer, failed = exchange(s, message, n)
        there = "l2s8" in sh("ip -o link show", "a")
        if answer:
            same((n, there), (n, False))
            refused += 1
        if there:
            sh("ip link del l2s8", "a")
        same((n, failed), (n, n <= FIRST))
    same(answer, 0)
    s.close()
    print(f"# an interface: {FIRST} allocations, {refused} times none")
    total["allocations"] += FIRST


def tap(end, dev):
    """Whoever sees a packet too shares its memory: we have to copy it then."""
    with inside(end):
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
        s.bind((dev, 3))
    return s


def host_drops(end, row, column):
    """A counter of /proc/net/snmp."""
    names, values = [line.split() for line in sh("cat /proc/net/snmp", end).splitlines() if line.startswith(row + ":")]
    return int(values[names.index(column)])


def measured():
    a, b = p.session("a")["stats"], p.session("b")["stats"]
    found = {"sent": a["tx_packets"], "not sent": a["tx_dropped"], "delivered": b["rx_packets"],
             "host before": host_drops("b", "Ip", "InDiscards"), "host after": host_drops("b", "Udp", "InErrors")}
    for end, way in (("a", "TX_"), ("b", "RX_")):
        for reason, count in p.owner[end].drops().items():
            if reason.startswith(way):
                found[end, reason] = count
    return collections.Counter(found)


def settled(before):
    """What has moved, when nothing moves any more."""
    last, since, until = None, time.monotonic(), time.monotonic() + 60
    while time.monotonic() - since < 1 and time.monotonic() < until:
        now = measured()
        if now != last:
            last, since = now, time.monotonic()
        time.sleep(0.2)
    return now - before


def accounted(moved):
    """Every packet that the sender's session counts is the receiver's or dropped for a reason."""
    drops = {k: v for k, v in moved.items() if isinstance(k, tuple)}
    dropped = {way: sum(v for (end, _), v in drops.items() if end == way) for way in "ab"}
    after_session = dropped["a"] - moved["not sent"]
    same(moved["sent"], moved["delivered"] + after_session + dropped["b"] + moved["host before"])
    return {f"{end} {reason}": v for (end, reason), v in drops.items()}


class Failing:
    """Of the allocations that cannot wait, as those on the way of a packet, so many fail: of every @interval'th."""

    def __init__(self, kind, interval=1):
        self.kind, self.interval = kind, interval

    def __enter__(self):
        set_fault(self.kind, ignore_gfp_wait="Y", interval=self.interval, times=-1, probability=KINDS[self.kind])

    def __exit__(self, *_):
        set_fault(self.kind, probability=0, interval=1, ignore_gfp_wait="N")


def send(stream, refused):
    """The host's own routes need memory too: what it refused was not sent."""
    for number in range(PACKETS):
        try:
            stream.sender.sendto(struct.pack("!I", number) + bytes(1000), stream.target)
        except OSError as reason:
            assert reason.errno in REFUSALS, reason
            refused.append(number)
        time.sleep(0.002)


def datagrams(kind, suite):
    """With others that look at the packets at both ends, and routes that change."""
    p.connect(suite)
    p.ping()
    taps, stream, refused = (tap("a", "l2s0"), tap("b", "v0")), Stream(), []
    before = measured()
    with Failing(kind):
        sender = threading.Thread(target=send, args=(stream, refused))
        sender.start()
        while sender.is_alive():
            sh("ip route flush cache", "a")
            time.sleep(0.2)
    moved, numbers = settled(before), stream.take()
    drops = accounted(moved)
    print(f"# {kind}, {suite}: {dict(moved)}")
    same(moved["sent"] + moved["not sent"], PACKETS - len(refused))
    same((len(numbers), len(set(numbers))), (moved["delivered"] - moved["host after"],) * 2)
    assert drops, "no allocation of ours has failed"
    for s in (stream, *taps):
        s.close()
    p.ping()
    p.disconnect()
    total["packets"] += PACKETS
    total["dropped"] += sum(drops.values())


def segments():
    """TCP in bulk: nothing is missing or altered.  But for the others that look at them there is little to allocate."""
    p.connect("aes256-gcm")
    came, before, taps = [], measured(), (tap("a", "l2s0"), tap("b", "v0"))
    with inside("b"):
        listener = socket.create_server((INNER["b"], 7001))
    with inside("a"):
        sender = socket.create_connection(listener.getsockname(), 20 * SLOW)
    receiver, _ = listener.accept()
    receiver.settimeout(60 * SLOW)

    def receive():
        while data := receiver.recv(1 << 20):
            came.append(data)

    taker = threading.Thread(target=receive, daemon=True)
    taker.start()
    with Failing("failslab", ROOM):
        sender.sendall(BULK)
        sender.shutdown(socket.SHUT_WR)
        taker.join(120 * SLOW)
    assert b"".join(came) == BULK, f"{sum(map(len, came))} bytes of {len(BULK)}"
    moved = settled(before)
    drops = accounted(moved)
    print(f"# TCP: {dict(moved)}")
    assert drops, "no allocation of ours has failed"
    for s in (sender, receiver, listener, *taps):
        s.close()
    p.disconnect()
    total["segments"] += moved["sent"]
    total["dropped"] += sum(drops.values())


def frames(kind):
    """Control packets up to the owner."""
    p.connect("aes256-gcm")
    p.owner["b"].s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
    before, came = {end: collections.Counter(p.owner[end].drops()) for end in "ab"}, 0
    with Failing(kind):
        for number in range(FRAMES):
            p.owner["a"].do("FRAME", frame={
                "kind": C["FRAME_PPP"], "lineage": LINEAGE, "tunnel_id": TUNNEL["a"], "session_id": SESSION["a"],
                "protocol": 0xc021, "data": struct.pack("!I", number) * 100})
    try:
        while True:
            data = p.owner["b"].frame(3)["data"]
            same(data, data[:4] * 100)
            came += 1
    except TimeoutError:
        p.owner["b"].s.settimeout(20)
    drops = {end: dict(collections.Counter(p.owner[end].drops()) - before[end]) for end in "ab"}
    print(f"# {kind}: {FRAMES} frames, {came} came up, {drops}")
    same(came + sum(drops["a"].values()) + sum(drops["b"].values()), FRAMES)
    assert drops["b"]["RX_NO_MEMORY"], "no allocation of ours has failed"
    p.disconnect()
    total["packets"] += FRAMES
    total["dropped"] += FRAMES - came


def ends():
    """Nothing holds the module."""
    for end in "ab":
        sh(f"ip netns del {end}")
        p.owner[end].close()
        p.socket[end].close()
    for _ in range(100):
        if subprocess.run(["rmmod", "l2tpsec"], stderr=subprocess.DEVNULL).returncode == 0:
            return
        time.sleep(0.1)
    raise AssertionError(open("/proc/modules").read())


def loaded(libc, n):
    """Return: 0 or the error, and how many allocations it is away from failing."""
    with open(MODULE, "rb") as f:
        nth.arm(n)
        refused = libc.syscall(FINIT_MODULE, f.fileno(), b"", 0)
        reason = ctypes.get_errno()
        left = nth.left()
    same((n, os.path.exists("/sys/module/l2tpsec")), (n, not refused))
    if not refused:
        same((n, libc.syscall(DELETE_MODULE, b"l2tpsec", os.O_NONBLOCK)), (n, 0))
    return reason if refused else 0, left


def loading():
    """The last allocations are our own; tracing and sysfs complain or go on when theirs fail."""
    libc, refused = ctypes.CDLL(None, use_errno=True), []
    reason, left = loaded(libc, NEVER)
    same(reason, 0)
    first = n = NEVER - left - LOADING
    left = 0
    while not left:
        reason, left = loaded(libc, n)
        assert reason in (0, *REFUSALS), (n, os.strerror(reason))
        if reason:
            refused.append(n)
        n += 1
    same((n, reason), (n, 0))
    print(f"# loading: without the allocations from {first} to {n - 2}; refused: {refused}")
    total["allocations"] += n - 1 - first


subprocess.run(["modprobe", "l2tpsec"], check=True)
p = Pair()
o = p.owner["a"]
for near in "ab":                                        # nothing on the wire but what is counted
    for device_name in ("v0", "l2s0"):
        sh(f"sysctl -qw net.ipv6.conf.{device_name}.disable_ipv6=1", near)
    mac = sh("cat /sys/class/net/v0/address", PEER[near]).strip()
    sh(f"ip neigh replace 10.9.0.{1 if near == 'b' else 2} lladdr {mac} dev v0 nud permanent", near)
total = collections.Counter()
nth = FailNth()
for fault in KINDS:
    set_fault(fault, verbose=0, ignore_gfp_wait="N", probability=0)
set_fault("fail_page_alloc", min_order=0)
t = Test(p.disconnect)
wanted = sys.argv[1:] or ("commands", "packets", "module")
if "commands" in wanted:
    t.run("each allocation of each command", commands)
    t.run("each allocation of attaching a socket", sockets)
    t.run("each allocation of making an interface", interfaces)
if "packets" in wanted:
    for fault in KINDS:
        for suite_name in ("aes256-gcm", "aes128-sha256"):
            t.run(f"datagrams with {fault}, {suite_name}", datagrams, fault, suite_name)
    t.run("TCP with failslab", segments)
    t.run("control packets with failslab", frames, "failslab")
t.clean_up = lambda: None
t.run("the module goes", ends)
if "module" in wanted:
    t.run("each allocation of loading the module", loading)
print(f"# {dict(total)}")
t.end()
