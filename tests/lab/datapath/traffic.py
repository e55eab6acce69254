#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Keeps traffic flowing between two devices until it is killed."""
import argparse
import subprocess
import sys
import threading
import time

from pair import (INNER, LINEAGE, PEER, SESSION, SLOW, SPI, TUNNEL, Pair, params, raw, sa, session_name,
                  tunnel)

# As fast as it goes would leave nothing of a debug kernel's time to those who take things away.
PACE = ["-i", str(0.005 * SLOW)] if SLOW > 1 else []

parser = argparse.ArgumentParser()
parser.add_argument("--orphan", type=int, default=0)
parser.add_argument("--churn", type=int, default=0)
parser.add_argument("--raw", action="store_true")
options = parser.parse_args()

p = Pair()
describe = raw if options.raw else sa
p.connect("aes256-gcm", describe=describe)
for end in "ab":
    p.owner[end].do("DEVICE_CLAIM", device={"orphan_timeout": options.orphan})
    for _ in range(2):
        subprocess.Popen(["ip", "netns", "exec", end, "ping", "-q", "-f", *PACE, "-s", "1000", INNER[PEER[end]]],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while p.session("a")["stats"]["rx_packets"] < 100:
    time.sleep(0.1)
print("flowing", flush=True)


def churn(end):
    o = p.owner[end]
    for i in range(1, options.churn + 1):
        o.do("SA_NEW", sa=describe(end, "aes256-gcm", i))
        o.do("SA_ACTIVATE", sa={"spi_in": SPI[end] + i})
        o.do("SA_DEL", sa={"spi_in": SPI[end] + i - 1})
        if i % 4 == 0:
            o.do("TUNNEL_DEL", tunnel={"lineage": LINEAGE, "id": TUNNEL[end]})
            o.do("TUNNEL_NEW", tunnel=tunnel(end))
        else:
            o.do("SESSION_DEL", session=session_name(end))
        o.do("SESSION_NEW", session=session_name(end) | {"peer_id": SESSION[PEER[end]]})
        o.do("SESSION_SET", session=params(end))
        o.dump("SA_GET"), o.dump("SESSION_GET"), o.dump("TUNNEL_GET"), o.dump("DEVICE_GET")


if options.churn:
    threads = [threading.Thread(target=churn, args=end) for end in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    p.ping()
    counts = p.owner["a"].do("DEVICE_GET")["device"]
    sys.exit(0 if (counts["sas"], counts["tunnels"], counts["sessions"]) == (1, 1, 1) else 1)
time.sleep(600)
