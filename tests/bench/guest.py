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

from frames import BEHIND, ETHERNET, HOST, from_client, inner, packet, tcp_packet
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
    packets, skbs, _ = card.run(netns, warm, len(frames) - warm, burst, measure=True, **how)
    phases.append({"name": name, "frames": len(frames) - warm, "packets": packets, "skbs": skbs})
    print(f"bench: {name}: {packets}", flush=True)


def plain_frames(length):
    return [ETHERNET + packet(HOST, BEHIND, length)] * (COUNT + WARM)


def tx_frames(length, sessions):
    count = max(COUNT, sessions)
    return [ETHERNET + packet(HOST, inner(i % sessions), length) for i in range(count + max(WARM, sessions))]


def next_sequence(netns, i):
    sequence[netns, i] = sequence.get((netns, i), 0) + 1
    return sequence[netns, i]


def rx_frames(netns, suite, length, sessions):
    """Every client counts its own packets, from one phase to the next."""
    clients = [n % sessions for n in range(max(COUNT, sessions) + max(WARM, sessions))]
    return [from_client(suite, i, next_sequence(netns, i), packet(inner(i), BEHIND, length))
            for i in clients]


def bulk(stack, netns, suite=None):
    """TCP: super-packets as a GRO in front of us makes them, and segments for our own GRO."""
    tail = f"{suite or '-'}/1400/{1 if suite else 0}"
    target = inner(0) if suite else BEHIND
    segments, mss = 44, 1360
    frames = [ETHERNET + tcp_packet(HOST, target, 1 + i * segments * mss, segments * mss, partial=True)
              for i in range(32 + 8)]
    # more in one poll would be handed to ksoftirqd
    measure(f"{stack}/bulk-tx/{tail}/1", frames, 1, netns=netns, count=32, gso_size=mss, expect=segments)
    source = inner(0) if suite else HOST
    packets = [tcp_packet(source, BEHIND, 1 + i * mss, mss) for i in range(COUNT + WARM)]
    if suite:
        packets = [from_client(suite, 0, next_sequence(netns, 0), p)[len(ETHERNET):] for p in packets]
    measure(f"{stack}/bulk-rx/{tail}/64", [ETHERNET + p for p in packets], 64, netns=netns, gro=True)


def plain(netns, label, lengths=(1400, 100)):
    for length in lengths:
        for burst in (64, 1):
            measure(f"{label}/forward/-/{length}/0/{burst}", plain_frames(length), burst, netns=netns)
    measure(f"{label}/forward-gro/-/1400/0/64", plain_frames(1400), netns=netns, gro=True)


def both_ways(stack, netns, suite, length, sessions, bursts):
    count = max(COUNT, sessions)
    for burst in bursts:
        tail = f"{suite}/{length}/{sessions}/{burst}"
        measure(f"{stack}/tx/{tail}", tx_frames(length, sessions), burst, netns=netns, count=count)
        measure(f"{stack}/rx/{tail}", rx_frames(netns, suite, length, sessions), burst, netns=netns,
                count=count)
        if length == 1400 and burst == 64:
            measure(f"{stack}/rx-gro/{tail}", rx_frames(netns, suite, length, sessions), burst,
                    netns=netns, count=count, gro=True)


def stacks():
    from ours import Ours
    from stock import Stock
    return {"stock": Stock, "l2tpsec": Ours}


def session_phases(stack, create):
    """One namespace for each number of sessions and suite."""
    for suite, sessions, lengths, bursts in (("gcm", 1, (1400, 100), (64, 1)), ("cbc", 1, (1400,), (64,)),
                                             ("gcm", 1000, (1400,), (64,))):
        label = f"{suite}/{sessions}"
        if not fnmatch.fnmatch(f"{stack}/{label}", only):
            continue
        netns = f"{stack}-{suite}-{sessions}"
        network(netns)
        held.append(create(netns, suite, sessions))
        for length in lengths:
            both_ways(stack, netns, suite, length, sessions, bursts)
        if sessions == 1:
            bulk(stack, netns, suite)
        if sessions == 1 and suite == "gcm":
            plain(netns, "beside-" + stack, (1400,))


def wireguard_phases():
    sh("modprobe -a wireguard veth")
    from wireguard import WireGuard
    wireguard = WireGuard()
    held.append(wireguard)
    for burst in (64, 1):
        measure(f"wireguard/tx/chacha/1400/1/{burst}", tx_frames(1400, 1), burst, netns="wg")
        for direction in ("rx", "rx-gro") if burst == 64 else ("rx",):
            measure(f"wireguard/{direction}/chacha/1400/1/{burst}", wireguard.sealed(card, COUNT + WARM, 1400),
                    burst, netns="wg", gro=direction == "rx-gro")


held = []
resource.setrlimit(resource.RLIMIT_NOFILE, (10000, 10000))
sh("insmod /benchnic.ko")
card = Card()
network("plain")
plain("plain", "plain")
bulk("plain", "plain")
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
# last: it has timers that go on
if fnmatch.fnmatch("wireguard/chacha/1", only):
    try:
        wireguard_phases()
    except (OSError, RuntimeError):
        traceback.print_exc()
        failed = True
with open("/run/phases.json", "w", encoding="ascii") as out:
    json.dump(phases, out)
sys.exit(failed)
