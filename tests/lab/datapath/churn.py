#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many rekeys of one lineage in the module, under traffic: nothing is lost, nothing is left behind."""
import gc
import re
import subprocess
import time

from pair import SPI, Pair, Test, sa, same, sh

REKEYS, WARM_UP = 1200, 200
SLACK_KB = 1500   # a leak of 1 kB for each SA would be more

subprocess.run(["modprobe", "l2tpsec"], check=True)
p = Pair()
t = Test(p.disconnect)


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


def rekey(generation):
    """A successor at both ends, then both send through it, then the one before the last goes."""
    for end in "ab":
        p.owner[end].do("SA_NEW", sa=sa(end, "aes256-gcm", generation))
    for end in "ab":
        p.owner[end].do("SA_ACTIVATE", sa={"spi_in": SPI[end] + generation})
    if generation >= 2:
        for end in "ab":
            p.owner[end].do("SA_DEL", sa={"spi_in": SPI[end] + generation - 2})


def rekeys():
    p.connect("aes256-gcm")
    for generation in range(1, WARM_UP):
        rekey(generation)
    before = kernel_memory()
    ping = subprocess.Popen(
        ["ip", "netns", "exec", "a", "ping", "-n", "-q", "-i", "0.005", "-s", "1000", "-c", "4000", "172.16.0.2"],
        stdout=subprocess.PIPE, text=True)
    for generation in range(WARM_UP, WARM_UP + REKEYS):
        rekey(generation)
    out = ping.communicate(timeout=120)[0]
    sent, got = map(int, re.search(r"(\d+) packets transmitted, (\d+) received", out).groups())
    same([p.owner[end].drops() for end in "ab"], [{}, {}])
    same((sent, got), (4000, 4000))
    for end in "ab":
        same(sorted(s["sa"]["spi_in"] for s in p.owner[end].dump("SA_GET")),
             [SPI[end] + generation - 1, SPI[end] + generation])
    grown = kernel_memory() - before
    assert grown < SLACK_KB, f"{grown} kB more after {2 * REKEYS} SAs"
    p.disconnect()


t.run(f"{REKEYS} rekeys of one lineage under traffic: nothing lost, memory as before", rekeys)
t.end()
