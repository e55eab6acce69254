#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: tests/lab/run --own-modules tests/lab/datapath/late.py [TEST...]

Ciphers that are done later, out of order, have room for so many requests and fail
now and then: the lab's own drivers (../debug/modules/late.c).  Every packet that was
sent arrives or is dropped for a counted reason, whatever goes away meanwhile.
"""
import collections
import subprocess
import sys
import threading
import time

from l2tpsec import Refused
from pair import (INNER, LINEAGE, OUTER, OUTER6, PEER, SESSION, SPI, TUNNEL, Pair, Test, params, raw, sa, same,
                  session_name, sh, tunnel)
from stream import Stream

PACKETS = 1000
PARAMETERS = "/sys/module/late/parameters/"


def driver(name, value=None):
    """A parameter or counter of the driver's."""
    with open(PARAMETERS + name, "r" if value is None else "w") as f:
        return int(f.read()) if value is None else f.write(str(value))


def wait(what, condition):
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.05)


def idle():
    """No request is inside, and for a while none has been: what is encrypted comes to be decrypted."""
    quiet, last, until = 0, -1, time.monotonic() + 60
    while quiet < 5:
        now = driver("completed")
        quiet = 0 if now != last or driver("waiting") else quiet + 1
        last = now
        assert time.monotonic() < until, "the driver is not done"
        time.sleep(0.05)


def counted():
    return {end: collections.Counter(p.owner[end].drops()) for end in "ab"}


def carried(stream, before, meanwhile=None, count=PACKETS, copies=1, gap=0.0):
    """Send, and account for all.  Return: numbers received, drops of both ends."""
    sender = threading.Thread(target=stream.send, args=(count, gap))
    driver("peak", 0)
    sender.start()
    if meanwhile:
        meanwhile()
    sender.join()
    idle()
    numbers, after = stream.take(), counted()
    drops = {end: dict(after[end] - before[end]) for end in "ab"}
    print(f"# {count} sent, {len(numbers)} received, at most {driver('peak')} inside at once, {drops}")
    assert driver("peak") > 1, "never two at once"
    same(len(set(numbers)), len(numbers))                # none twice
    # one that was dropped at a did not get its copies
    lost = sum(drops["a"].values())
    same(len(numbers) + lost * copies + sum(drops["b"].values()), count * copies)
    return numbers, drops


def settings(latest=0, most=0, broken=0):
    for name, value in (("latest", latest), ("most", most), ("broken", broken)):
        driver(name, value)


def through(suite="aes256-gcm", latest=5, describe=sa, meanwhile=None, sa_more={}, gap=0.0, copies=1, **more):
    settings(latest, **more)
    p.connect(suite, sa_more, describe=describe)
    done, stream = driver("completed"), Stream()
    try:
        found = carried(stream, counted(), meanwhile, copies=copies, gap=gap)
    finally:
        settings()
        stream.close()
    assert driver("completed") > done, f"{suite} is not the late one"
    p.ping()
    p.disconnect()
    idle()
    return found


def late_ones(numbers):
    """How many come after one that was sent later."""
    top, late = -1, 0
    for number in numbers:
        late += number < top
        top = max(top, number)
    return late


def out_of_order(suite, describe=sa, sa_more={}):
    overtaken = driver("overtaken")
    numbers, drops = through(suite, 5, describe, sa_more=sa_more)
    same(drops, {"a": {}, "b": {}})
    same(sorted(numbers), list(range(PACKETS)))
    assert late_ones(numbers) > 10 and driver("overtaken") > overtaken + 10, "nothing was overtaken"


def in_order():
    """What the driver does not reorder, and completes on one CPU, nobody else reorders."""
    for suite in ("aes256-gcm", "aes128-sha256"):
        numbers, drops = through(suite, 0)
        same((late_ones(numbers), len(numbers), drops), (0, PACKETS, {"a": {}, "b": {}}))


def beyond_window():
    """What comes out later than the window is wide is a replay, for all anybody can tell."""
    numbers, drops = through(latest=25, sa_more={"replay_window": 32})
    same((drops["a"], list(drops["b"])), ({}, ["RX_REPLAY"]))


def doubled():
    """Both copies are inside at once and have passed the first look at the window."""
    sh("tc qdisc replace dev v0 root netem limit 100000 duplicate 100%", "a")
    try:
        numbers, drops = through(copies=2)
    finally:
        sh("tc qdisc del dev v0 root", "a")
    same((sorted(numbers), drops), (list(range(PACKETS)), {"a": {}, "b": {"RX_REPLAY": PACKETS}}))


def full():
    refused = driver("refused")
    _, drops = through(most=10)
    same(driver("refused") - refused, drops["a"].get("TX_CRYPTO", 0) + drops["b"].get("RX_CRYPTO", 0))
    assert driver("refused") > refused, "it was never full"
    same(set(drops["a"]) | set(drops["b"]) | {"TX_CRYPTO", "RX_CRYPTO"}, {"TX_CRYPTO", "RX_CRYPTO"})


def broken():
    failed = driver("failed")
    _, drops = through(broken=10)
    same(driver("failed") - failed, drops["a"]["TX_CRYPTO"] + drops["b"]["RX_CRYPTO"])


def flows(count):
    """So many packets more are on their way, some of them inside."""
    sent = p.session("a")["stats"]["tx_packets"]
    wait("nothing flows", lambda: p.session("a")["stats"]["tx_packets"] >= sent + count)


def rekeyed(describe=sa):
    """The predecessor goes while packets of its are inside: these come out, or have no SA any more."""
    def rekey():
        for generation in range(1, 6):
            flows(30)
            for end in "ba":
                p.owner[end].do("SA_NEW", sa=describe(end, "aes256-gcm", generation))
            p.owner["a"].do("SA_ACTIVATE", sa={"spi_in": SPI["a"] + generation})
            for end in "ab":
                p.owner[end].do("SA_DEL", sa={"spi_in": SPI[end] + generation - 1})

    numbers, drops = through(latest=10, describe=describe, meanwhile=rekey, gap=0.002)
    same((drops["a"], set(drops["b"]) | {"RX_NO_SA"}), ({}, {"RX_NO_SA"}))
    assert len(numbers) > PACKETS / 2, numbers


def rekeyed_raw():
    """The same without UDP, where xfrm gets what has no SA: nothing is deleted too early."""
    def rekey():
        for generation in range(1, 6):
            flows(30)
            for end in "ba":
                p.owner[end].do("SA_NEW", sa=raw(end, "aes256-gcm", generation))
            p.owner["a"].do("SA_ACTIVATE", sa={"spi_in": SPI["a"] + generation})
            flows(200 // 5)
            wait("the predecessor is in use", lambda: not moving(generation - 1))
            for end in "ab":
                p.owner[end].do("SA_DEL", sa={"spi_in": SPI[end] + generation - 1})

    def moving(generation):
        first = [p.sa("b", generation)["stats"]["rx_packets"], p.sa("a", generation)["stats"]["tx_packets"]]
        time.sleep(0.3)
        return first[0] != first[1]

    _, drops = through(latest=10, describe=raw, meanwhile=rekey, gap=0.002)
    same(drops, {"a": {}, "b": {}})


def taken_away():
    """Session, tunnel, SA of the receiver go, one after the other, and come back."""
    def take():
        o, peer_id = p.owner["b"], {"peer_id": SESSION["a"]}
        for _ in range(4):
            flows(30)
            o.do("SESSION_DEL", session=session_name("b"))
            o.do("SESSION_NEW", session=session_name("b") | peer_id)
            o.do("SESSION_SET", session=params("b"))
            flows(30)
            o.do("TUNNEL_DEL", tunnel={"lineage": LINEAGE, "id": TUNNEL["b"]})
            o.do("TUNNEL_NEW", tunnel=tunnel("b"))
            o.do("SESSION_NEW", session=session_name("b") | peer_id)
            o.do("SESSION_SET", session=params("b"))
            flows(30)
            o.do("SA_DEL", sa={"spi_in": SPI["b"]})
            o.do("SA_NEW", sa=sa("b", "aes256-gcm"))

    _, drops = through(latest=10, meanwhile=take, gap=0.002)
    reasons = {"RX_NO_SA", "RX_NO_TUNNEL", "RX_NO_SESSION", "RX_NOT_OPEN"}
    same((drops["a"], set(drops["b"]) | reasons), ({}, reasons))


def ipv6(on):
    for end in "ab":
        for dev in ("v0", "l2s0"):
            sh(f"sysctl -qw net.ipv6.conf.{dev}.disable_ipv6={int(not on)}", end)
        if on:
            sh(f"ip addr replace {OUTER6[end]}/64 dev v0 nodad", end)


def raw6(end, suite):
    return raw(end, suite, outer=OUTER6)


def loops():
    """The way to the peer leads into the interface: a packet goes in once, and not round for ever."""
    ipv6(True)
    settings(2)
    for connect, outer in ((p.connect, OUTER), (p.connect6, OUTER6),
                           (lambda suite: p.connect(suite, describe=raw), OUTER),
                           (lambda suite: p.connect(suite, describe=raw6), OUTER6)):
        connect("aes256-gcm")
        sh(f"ip route add {outer['b']} dev l2s0", "a")
        done, before = driver("completed"), counted()["a"]
        p.ping(count=5, more="-W 0.3", check=False)
        idle()
        same((driver("completed") - done, (counted()["a"] - before)["TX_NO_ROUTE"]), (5, 5))
        sh(f"ip route del {outer['b']} dev l2s0", "a")
        p.ping()
        p.disconnect()
    settings()
    ipv6(False)


def sender_gone():
    """The sender's socket, then its SAs go with packets inside: what comes out has no way to go."""
    settings(50)
    p.connect("aes256-gcm")
    before, stream = counted(), Stream()
    stream.send(200)
    p.socket["a"].close()
    p.owner["a"].close()                                 # everything of a's is flushed
    idle()
    p.claim("a")
    numbers, after = stream.take(), counted()
    drops = {end: dict(after[end] - before[end]) for end in "ab"}
    print(f"# 200 sent, {len(numbers)} received, {drops}")
    same(len(numbers) + drops["a"]["TX_NO_SOCKET"], 200)
    same((list(drops["a"]), drops["b"]), (["TX_NO_SOCKET"], {}))
    stream.close()
    settings()
    p.disconnect()


def floods():
    return [subprocess.Popen(["ip", "netns", "exec", end, "ping", "-q", "-f", "-s", "1000", INNER[PEER[end]]],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for end in "ab"]


def held():
    return subprocess.run(["rmmod", "late"], stderr=subprocess.DEVNULL).returncode != 0


def full_of_packets():
    """Return: pings both ways that go on, with many of their packets inside."""
    settings(100)
    p.connect("aes256-gcm")
    pings = floods()
    wait("nothing is inside", lambda: driver("waiting") > 20)
    assert held(), "the driver can go while packets are inside"
    return pings


def stop(pings):
    for ping in pings:
        ping.kill()
        ping.wait()


def create():
    """Nothing is on its wires but what is counted."""
    pair = Pair()
    for end in "ab":
        for dev in ("v0", "l2s0"):
            sh(f"sysctl -qw net.ipv6.conf.{dev}.disable_ipv6=1", end)
    return pair


def recreate():
    global p
    for end in "ab":
        subprocess.run(["ip", "netns", "del", end], stderr=subprocess.DEVNULL)
        p.owner[end].close()
        p.socket[end].close()
    p = create()


def interface_removed():
    for _ in range(3):
        pings = full_of_packets()
        sh("ip link del l2s0", "a")
        stop(pings)
        p.owner["a"].close()
        p.socket["a"].close()
        p.interface("a")
        p.disconnect()


def namespaces_removed():
    stop(full_of_packets())
    recreate()


def module_removed():
    """Ours; the driver is free then, which has nothing of ours."""
    pings = full_of_packets()
    sh("rmmod l2tpsec")
    stop(pings)
    wait("something holds the driver", lambda: not held())


def clean_up():
    settings()
    try:
        p.disconnect()
    except (Refused, OSError):
        recreate()


subprocess.run(["insmod", "/run/lab/late.ko"], check=True)
subprocess.run(["modprobe", "l2tpsec"], check=True)
p = create()
t = Test(clean_up)
for name in ("aes256-gcm", "aes128-sha256"):
    if not sys.argv[1:] or "out_of_order" in sys.argv:
        t.run(f"out of order, {name}", out_of_order, name)
if not sys.argv[1:] or "out_of_order" in sys.argv:
    t.run("out of order, aes256-sha1 with ESN", out_of_order, "aes256-sha1", sa, {"esn": True})
    t.run("out of order, raw", out_of_order, "aes256-gcm", raw)
for test in (in_order, beyond_window, doubled, full, broken, rekeyed, rekeyed_raw, taken_away, loops, sender_gone,
             interface_removed, namespaces_removed, module_removed):
    if test.__name__ in sys.argv[1:] or not sys.argv[1:]:
        t.run(test.__name__.replace("_", " "), test)
t.end()
