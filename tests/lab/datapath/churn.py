#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many rekeys of one lineage in the module, under traffic: nothing is lost, nothing is left behind."""
import gc
import os
import re
import signal
import subprocess
import time

from pair import INNER, PEER, SLOW, SPI, Pair, Test, sa, same, sh

REKEYS, WARM_UP = 1200 // SLOW, 200 // SLOW
KEPT = 16         # SAs of the lineage that live at once: a packet may be under way for a third of a second
SLACK_KB = 1500 // SLOW   # a leak of 1 kB for each SA would be more
# KASAN keeps freed memory in quarantine; a kernel that has it looks for leaks itself, at the end of the run.
QUARANTINE = os.path.exists("/sys/kernel/debug/kmemleak")
COUNTED = os.path.join(os.path.dirname(__file__), "../guest/counted.py")

subprocess.run(["modprobe", "l2tpsec"], check=True)
p = Pair()
t = Test(p.disconnect)
for end in "ab":                # no packets but the counted ones
    sh("sysctl -qw net.ipv6.conf.l2s0.disable_ipv6=1", end)


def kernel_memory():
    """kB that the kernel itself holds, when what is freed late has been freed."""
    gc.collect()
    smallest = None
    for _ in range(20):
        text = open("/proc/meminfo").read()
        now = sum(int(re.search(rf"^{name}: *(\d+)", text, re.M)[1]) for name in ("SUnreclaim", "Percpu"))
        smallest = now if smallest is None else min(smallest, now)
        time.sleep(0.1)
    return smallest


def arrived(generation):
    """Has each end received all that the other has sent through this SA?"""
    stats = {end: p.sa(end, generation)["stats"] for end in "ab"}
    return all(stats[end]["rx_packets"] == stats[PEER[end]]["tx_packets"] for end in "ab")


def rekey(generation):
    """A successor at both ends, then both send through it, then the oldest goes, once nothing is under way in it."""
    for end in "ab":
        p.owner[end].do("SA_NEW", sa=sa(end, "aes256-gcm", generation))
    for end in "ab":
        p.owner[end].do("SA_ACTIVATE", sa={"spi_in": SPI[end] + generation})
    oldest = generation - KEPT
    if oldest < 0:
        return
    until = time.monotonic() + 10
    while not arrived(oldest):
        assert time.monotonic() < until, f"lost in SA {oldest}: {[p.sa(end, oldest) for end in 'ab']}"
    for end in "ab":
        p.owner[end].do("SA_DEL", sa={"spi_in": SPI[end] + oldest})


class Stream:
    """Counted packets from a to b and back."""

    def __init__(self):
        self.echo = self.start("b", "echo", "7007")
        same(self.echo.stderr.readline(), "listening\n")
        self.sender = self.start("a", "send", INNER["b"], "7007", "200")
        same(self.sender.stderr.readline(), "flowing\n")

    @staticmethod
    def start(end, *arguments):
        return subprocess.Popen(["ip", "netns", "exec", end, COUNTED, *arguments],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def end(self):
        """Numbers: sent, back, twice, and the first that are missing."""
        self.sender.send_signal(signal.SIGTERM)
        numbers = [int(n) for n in self.sender.communicate(timeout=60)[0].split()]
        self.echo.kill()
        self.echo.wait()
        return numbers


def rekeys():
    p.connect("aes256-gcm")
    drops = [p.owner[end].drops() for end in "ab"]
    for generation in range(1, WARM_UP):
        rekey(generation)
    before = kernel_memory()
    stream = Stream()
    for generation in range(WARM_UP, WARM_UP + REKEYS):
        rekey(generation)
    sent, back, twice, *missing = stream.end()
    same([p.owner[end].drops() for end in "ab"], drops)
    stats = {end: p.session(end)["stats"] for end in "ab"}
    same([stats[end][way] for end in "ab" for way in ("tx_packets", "rx_packets")], [sent] * 4)
    same((back, twice, missing), (sent, 0, []))
    assert sent >= 1000, f"only {sent} packets"
    for end in "ab":
        same(sorted(s["sa"]["spi_in"] for s in p.owner[end].dump("SA_GET")),
             [SPI[end] + generation - n for n in reversed(range(KEPT))])
    grown = kernel_memory() - before
    assert QUARANTINE or grown < SLACK_KB, f"{grown} kB more after {2 * REKEYS} SAs"
    p.disconnect()
    print(f"# {sent} packets there and back, {grown} kB more")


t.run(f"{REKEYS} rekeys of one lineage under traffic: nothing lost, memory as before", rekeys)
t.end()
