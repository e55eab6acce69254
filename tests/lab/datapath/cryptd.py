#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: tests/lab/run --kernel 6.12 tests/lab/datapath/cryptd.py

The kernel's own asynchronous templates between two of our devices.

cryptd hands each request to a worker of its CPU, pcrypt spreads them over all CPUs.
An administrator gives one to all who ask for an algorithm by a high priority, over the
netlink of crypto_user; so does this test.

On 6.12: those of 6.1.192 have faults of their own.  cryptd changes the request that it
was given and fails the kernel's test of it ("encryption corrupted request struct"); and
lockdep complains of two locks that padata_do_serial(), pcrypt's, holds at once.
"""
import os
import socket
import struct
import subprocess
import time

from l2tpsec import NLM_F_ACK, NLM_F_REQUEST, attr
from pair import SLOW, Pair, Test, iperf, same, sh
from stream import Stream

PACKETS = 1000
PRIORITY = 9000
NETLINK_CRYPTO, CRYPTO_MSG_NEWALG, CRYPTO_MSG_DELALG, CRYPTOCFGA_PRIORITY_VAL = 21, 0x10, 0x11, 1
CRYPTO_ALG_TYPE_AEAD, CRYPTO_ALG_TYPE_MASK = 3, 15

# what each suite asks for, and who does it without help: cryptd takes no driver that is asynchronous already
ALGORITHMS = {"aes256-gcm": ("rfc4106(gcm(aes))", "rfc4106(gcm_base(ctr(aes-generic),ghash-generic))"),
              "aes128-sha256": ("authenc(hmac(sha256),cbc(aes))", "authenc(hmac(sha256-generic),cbc(aes-generic))")}


def drivers(algorithm):
    """Name to number of users: all that do @algorithm, the preferred one first."""
    with open("/proc/crypto") as f:
        entries = [dict((part.strip() for part in line.split(":", 1)) for line in entry.splitlines())
                   for entry in f.read().strip().split("\n\n")]
    entries = [e for e in entries if e["name"] == algorithm]
    entries.sort(key=lambda e: -int(e["priority"]))
    return {e["driver"]: int(e["refcnt"]) for e in entries}


def preferred(algorithm):
    return next(iter(drivers(algorithm)))


def configure(message, driver, attributes=b""):
    """struct crypto_user_alg of linux/cryptouser.h; raises what the kernel answers."""
    body = struct.pack("64s64s64sIIII", b"", driver.encode(), b"", CRYPTO_ALG_TYPE_AEAD, CRYPTO_ALG_TYPE_MASK, 0, 0)
    body += attributes
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_CRYPTO) as s:
        s.send(struct.pack("IHHII", 16 + len(body), message, NLM_F_REQUEST | NLM_F_ACK, 1, 0) + body)
        error = -struct.unpack_from("i", s.recv(65536), 16)[0]
    if error:
        raise OSError(error, os.strerror(error), driver)


def wait_for_users(algorithm, driver, count):
    """An SA lets go of its transforms a grace period after it went."""
    until = time.monotonic() + 10 * SLOW
    while drivers(algorithm)[driver] != count:
        assert time.monotonic() < until, f"{drivers(algorithm)[driver]} users, expected {count}"
        time.sleep(0.1)


def carried(count):
    """As fast as they go; nothing is lost or comes twice.  The order is the template's business."""
    stream = Stream()
    stream.send(count)
    numbers, until = [], time.monotonic() + 10 * SLOW
    while len(numbers) < count and time.monotonic() < until:
        numbers += stream.take()
        time.sleep(0.05)
    stream.close()
    same(sorted(numbers), list(range(count)))


def through(template, suite):
    algorithm, worker = ALGORITHMS[suite]
    driver = f"{template}({worker})"
    configure(CRYPTO_MSG_NEWALG, driver, attr(CRYPTOCFGA_PRIORITY_VAL, struct.pack("I", PRIORITY)))
    same(preferred(algorithm), driver)
    idle, drops = drivers(algorithm)[driver], {end: p.owner[end].drops() for end in "ab"}
    p.connect(suite)
    same(drivers(algorithm)[driver], idle + 4)           # two ends, two directions
    p.ping(size=0)
    p.ping(size=1372)
    carried(PACKETS)
    same({end: p.owner[end].drops() for end in "ab"}, drops)
    for options in ((), ("-R",)):
        received = iperf(*options)["sum_received"]["bytes"]
        assert received > 100_000, f"TCP: {received} bytes"
    p.disconnect()
    wait_for_users(algorithm, driver, idle)
    configure(CRYPTO_MSG_DELALG, driver)
    assert driver not in drivers(algorithm)


subprocess.run(["modprobe", "-a", "l2tpsec", "crypto_user", "cryptd", "pcrypt"], check=True)
p = Pair()
for netns in "ab":                                       # nothing is sent but what is counted
    for dev in ("v0", "l2s0"):
        sh(f"sysctl -qw net.ipv6.conf.{dev}.disable_ipv6=1", netns)
t = Test(p.disconnect)
for way in ("cryptd", "pcrypt"):
    for name in ALGORITHMS:
        t.run(f"{way}, {name}", through, way, name)
t.end()
