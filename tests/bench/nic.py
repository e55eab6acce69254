# SPDX-License-Identifier: MIT
"""The network card without a wire (nic/nic.c), and namespaces that have two of them.

	in0  10.1.0.1/16	where frames arrive
	out0 10.2.0.1/16	where they leave; clients are 10.2.x.y, 10.3/16 is behind it, too
"""
import fcntl
import os
import socket
import struct
import subprocess

from l2tpsec import inside

RUN, CLEAR = 0xc0386201, 0x6202
RUN_FORMAT = "=8IQQQ"


def sh(*commands):
    for command in commands:
        done = subprocess.run(command.split(), capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")


def ip_batch(netns, lines):
    done = subprocess.run(["ip", "-n", netns, "-batch", "-"], input="\n".join(lines) + "\n",
                          capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"ip: {done.stderr}")


def sysctl(name, value):
    with open("/proc/sys/net/" + name, "w", encoding="ascii") as f:
        f.write(value)


def network(netns):
    sh(f"ip netns add {netns}")
    with inside(netns):
        sysctl("ipv6/conf/default/disable_ipv6", "1")
        sysctl("ipv6/conf/all/disable_ipv6", "1")
        sysctl("ipv4/ip_forward", "1")
    ip_batch(netns, ["link set lo up",
                     "link add in0 address 02:00:00:00:00:01 mtu 9000 type benchnic",
                     "link add out0 address 02:00:00:00:00:02 mtu 9000 type benchnic",
                     "addr add 10.1.0.1/16 dev in0", "addr add 10.2.0.1/16 dev out0",
                     "link set in0 up", "link set out0 up", "route add 10.3.0.0/16 dev out0"])


class Card:
    def __init__(self):
        self.fd = os.open("/dev/benchnic", os.O_RDWR)

    def load(self, frames):
        fcntl.ioctl(self.fd, CLEAR)
        for frame in frames:
            os.write(self.fd, frame)

    def run(self, netns, first, count, burst, gro=False, gso_size=0, expect=1, measure=False, name="in0"):
        """Frames arrive; returns how many packets, and skbs, cards were given to send, and ns."""
        with inside(netns):
            request = bytearray(struct.pack(RUN_FORMAT, socket.if_nametoindex(name), first, count,
                                            burst, gro, gso_size, expect, measure, 0, 0, 0))
            fcntl.ioctl(self.fd, RUN, request)
        return struct.unpack(RUN_FORMAT, request)[8:]
