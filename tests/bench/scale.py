#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Inside a guest with two CPUs: how much two clients on two CPUs get through, beside one on one.

While one works, the other CPU is busy as well: then both cases have the same share of a host whose
CPUs share caches or cores.  A line of /run/phases.json for each client of each run, in the order
in which they ended on their CPU.
"""
import json
import os
import subprocess
import sys
import traceback

from frames import BEHIND, HOST, ETHERNET, from_client, inner, packet
from nic import Card, ip_batch, network, sh

COUNT, REPEAT = 4096, 12
CPUS = (0, 1)


def name_of(cpu):
    return ("in0", "in1")[cpu]


class Client:
    """A process that stays on a CPU; its frames arrive at a card of its own."""

    def __init__(self, netns, cpu):
        self.netns, self.cpu = netns, cpu
        self.sequence = 0
        self.card = Card()
        self.results = os.pipe()

    def load(self, direction):
        if direction == "tx":
            frames = [ETHERNET + packet(HOST, inner(self.cpu), 1400)] * COUNT
        else:
            frames = []
            for _ in range(COUNT):
                self.sequence += 1
                frames.append(from_client("gcm", self.cpu, self.sequence,
                                          packet(inner(self.cpu), BEHIND, 1400)))
        mac = bytes((2, 0, 0, 0, 0, 1 + 8 * self.cpu))
        self.card.load([mac + frame[6:] for frame in frames])

    def start(self, gate, measure):
        pid = os.fork()
        if not pid:
            try:
                os.sched_setaffinity(0, {self.cpu})
                os.read(gate, 1)
                sent, _, ns = self.card.run(self.netns, 0, COUNT, 64, measure=measure,
                                            name=name_of(self.cpu))
                os.write(self.results[1], json.dumps([sent, ns]).encode())
                os._exit(0)
            finally:
                os._exit(1)
        return pid

    def result(self):
        sent, ns = json.loads(os.read(self.results[0], 100))
        if sent != COUNT:
            raise RuntimeError(f"{sent} of {COUNT} packets on CPU {self.cpu}")
        return ns


def spin(cpu):
    pid = os.fork()
    if not pid:
        os.sched_setaffinity(0, {cpu})
        while True:
            pass
    return pid


def together(clients, measure):
    """All begin at the same time; what each of them needed, in the guest's time."""
    gate = os.pipe()
    pids = [client.start(gate[0], measure) for client in clients]
    os.write(gate[1], b"x" * len(clients))
    for pid in pids:
        if os.waitpid(pid, 0)[1]:
            raise RuntimeError("a client failed")
    for end in gate:
        os.close(end)
    return {client.cpu: client.result() for client in clients}


def measure(name, clients, direction):
    for client in clients:
        client.load(direction)
    spinner = spin(1) if len(clients) == 1 else None
    elapsed = together(clients, True)
    if spinner:
        os.kill(spinner, 9)
        os.waitpid(spinner, 0)
    phases.append({"name": name, "elapsed": elapsed})
    print(f"bench: {name}: {elapsed}", flush=True)


def stack_phases(stack, create):
    netns = stack
    network(netns)
    ip_batch(netns, ["link add in1 address 02:00:00:00:00:09 mtu 9000 type benchnic",
                     "addr add 10.4.0.1/16 dev in1", "link set in1 up"])
    held.append(create(netns, "gcm", 2))
    clients = [Client(netns, cpu) for cpu in CPUS]
    for direction in ("tx", "rx"):
        for client in clients:
            client.load(direction)
        together(clients, False)	# translates the code
        for _ in range(REPEAT):
            measure(f"{stack}/{direction}/1", clients[:1], direction)
            measure(f"{stack}/{direction}/2", clients, direction)


phases, held = [], []
sh("insmod /benchnic.ko")
sh("modprobe -a xfrm_user esp4 l2tp_ppp ppp_generic pppox udp_tunnel ip6_udp_tunnel seqiv drbg "
   "aesni-intel ghash-clmulni-intel")
subprocess.run(["insmod", "/l2tpsec.ko"], check=True)
from ours import Ours  # noqa: E402 pylint: disable=wrong-import-position
from stock import Stock  # noqa: E402 pylint: disable=wrong-import-position
failed = False
for stack_, create_ in (("stock", Stock), ("l2tpsec", Ours)):
    try:
        stack_phases(stack_, create_)
    except (OSError, RuntimeError):
        traceback.print_exc()
        failed = True
with open("/run/phases.json", "w", encoding="ascii") as out:
    json.dump(phases, out)
sys.exit(failed)
