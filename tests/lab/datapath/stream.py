# SPDX-License-Identifier: MIT
"""Numbered datagrams through a session, from one end of a pair to the other."""
import socket
import struct
import time

from l2tpsec import inside
from pair import INNER, PEER

PORT = 7000
SO_SNDBUFFORCE, SO_RCVBUFFORCE = 32, 33


class Stream:
    """From @end to its peer; what is not taken waits."""

    def __init__(self, end="a"):
        self.target = (INNER[PEER[end]], PORT)
        with inside(end):
            self.sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.sender.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 4 << 20)
        with inside(PEER[end]):
            self.receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.receiver.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
            self.receiver.bind(self.target)

    def send(self, count, gap=0.0, size=200):
        """One at a time, @gap seconds between two."""
        for number in range(count):
            self.sender.sendto(struct.pack("!I", number) + bytes(size), self.target)
            if gap:
                time.sleep(gap)

    def take(self):
        """The numbers in the order in which they came."""
        numbers = []
        self.receiver.setblocking(False)
        try:
            while True:
                numbers.append(struct.unpack_from("!I", self.receiver.recv(2048))[0])
        except BlockingIOError:
            return numbers

    def close(self):
        self.sender.close()
        self.receiver.close()
