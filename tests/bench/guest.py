#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Inside the guest: one phase after the other, each measured between two markers.

A phase is named STACK/DIRECTION/SUITE/BYTES/SESSIONS/BURST and leaves a line in
/run/phases.json in the order in which the plugin numbers them.
"""
import fnmatch
import json
import resource
import subprocess
import sys
import traceback

from frames import BEHIND, ETHERNET, HOST, from_client, inner, packet
from nic import Card, network, sh

COUNT, WARM = 1024, 256
only = sys.argv[1] if len(sys.argv) > 1 else "*"
phases = []
sequence = {}


def measure(name, frames, burst=64, **how):
    """All frames arrive at in0 of the name's namespace; the first ones are not counted."""
    netns = how.pop("netns")
    card.load(frames)
    warm = len(frames) - how.pop("count", COUNT)
    card.run(netns, 0, warm, burst, **how)
    packets, skbs = card.run(netns, warm, len(frames) - warm, burst, measure=True, **how)
    phases.append({"name": name, "frames": len(frames) - warm, "packets": packets, "skbs": skbs})
    print(f"bench: {name}: {packets}", flush=True)


def plain_frames(length):
    return [ETHERNET + packet(HOST, BEHIND, length)] * (COUNT + WARM)


def tx_frames(length, sessions):
    count = max(COUNT, sessions)
    return [ETHERNET + packet(HOST, inner(i % sessions), length) for i in range(count + max(WARM, sessions))]


def rx_frames(netns, suite, length, sessions):
    """Every client counts its own packets, from one phase to the next."""
    frames = []
    numbers = sequence.setdefault(netns, [0] * sessions)
    for n in range(max(COUNT, sessions) + max(WARM, sessions)):
        i = n % sessions
        numbers[i] += 1
        frames.append(from_client(suite, i, numbers[i], packet(inner(i), BEHIND, length)))
    return frames


def plain(netns, label, lengths=(1400, 100)):
    for length in lengths:
        for burst in (64, 1):
            measure(f"{label}/forward/-/{length}/0/{burst}", plain_frames(length), burst, netns=netns)


def both_ways(stack, netns, suite, length, sessions, bursts=(64, 1)):
    count = max(COUNT, sessions)
    for burst in bursts:
        tail = f"{suite}/{length}/{sessions}/{burst}"
        measure(f"{stack}/tx/{tail}", tx_frames(length, sessions), burst, netns=netns, count=count)
        measure(f"{stack}/rx/{tail}", rx_frames(netns, suite, length, sessions), burst, netns=netns,
                count=count)


def stacks():
    from ours import Ours
    from stock import Stock
    return {"stock": Stock, "l2tpsec": Ours}


def session_phases(stack, create):
    """One namespace for each number of sessions and suite."""
    for suite, sessions, lengths in (("gcm", 1, (1400, 100)), ("cbc", 1, (1400,)), ("gcm", 1000, (1400,))):
        label = f"{suite}/{sessions}"
        if not fnmatch.fnmatch(f"{stack}/{label}", only):
            continue
        netns = f"{stack}-{suite}-{sessions}"
        network(netns)
        held.append(create(netns, suite, sessions))
        for length in lengths:
            both_ways(stack, netns, suite, length, sessions)
        if sessions == 1 and suite == "gcm":
            plain(netns, "beside-" + stack, (1400,))


held = []
resource.setrlimit(resource.RLIMIT_NOFILE, (10000, 10000))
sh("insmod /benchnic.ko")
card = Card()
network("plain")
plain("plain", "plain")
sh("modprobe -a xfrm_user esp4 l2tp_ppp ppp_generic pppox udp_tunnel ip6_udp_tunnel seqiv echainiv drbg "
   "authenc aesni-intel ghash-clmulni-intel sha1-ssse3 cbc")
subprocess.run(["insmod", "/l2tpsec.ko"], check=True)
failed = False
for stack_, create_ in stacks().items():
    try:
        session_phases(stack_, create_)
    except (OSError, RuntimeError):
        traceback.print_exc()
        failed = True
with open("/run/phases.json", "w", encoding="ascii") as out:
    json.dump(phases, out)
sys.exit(failed)
