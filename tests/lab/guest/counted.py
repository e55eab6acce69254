#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A counted stream of UDP packets through a session and back.

	counted.py echo PORT			in the server's namespace; says "listening" on stderr
	counted.py send ADDRESS PORT RATE [COUNT]	in the client's, COUNT packets; or until SIGTERM, LEAST at least

The sender numbers its packets, takes the echoes, waits a while for the last ones
and prints one line: packets sent, packets that came back, packets that came twice,
the first that are missing.  With the first echo it says "flowing" on stderr.
"""
import select
import signal
import socket
import struct
import sys
import time

SIZE, BUFFER, PATIENCE, LEAST = 1000, 4 << 20, 15, 100
SO_SNDBUFFORCE, SO_RCVBUFFORCE = 32, 33


def open_socket():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
    s.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, BUFFER)
    return s


def echo(port):
    s = open_socket()
    s.bind(("", port))
    print("listening", file=sys.stderr, flush=True)
    while True:
        data, peer = s.recvfrom(2 * SIZE)
        s.sendto(data, peer)


class Sender:
    def __init__(self, address, port, rate, count=None):
        self.s, self.gap, self.count = open_socket(), 1 / rate, count
        self.s.connect((address, port))
        self.sent, self.back, self.twice, self.ending = 0, set(), 0, False
        signal.signal(signal.SIGTERM, self.end)

    def end(self, *_):
        self.ending = True

    def take(self, seconds):
        """Return: one came."""
        if not select.select([self.s], [], [], seconds)[0]:
            return False
        number, = struct.unpack_from("!I", self.s.recv(2 * SIZE))
        if not self.back:
            print("flowing", file=sys.stderr, flush=True)
        self.twice += number in self.back
        self.back.add(number)
        return True

    def run(self):
        following = time.monotonic()
        while self.sent != self.count and not (self.ending and self.sent >= LEAST):
            now = time.monotonic()
            if now < following:
                self.take(following - now)
                continue
            self.s.send(struct.pack("!I", self.sent) + bytes(SIZE - 4))
            self.sent += 1
            following = max(following + self.gap, now)
            while self.take(0):                          # who is slower than the rate has no time to wait
                pass
        until = time.monotonic() + PATIENCE
        while len(self.back) < self.sent and time.monotonic() < until:
            self.take(0.1)
        missing = [n for n in range(self.sent) if n not in self.back]
        print(self.sent, len(self.back), self.twice, *missing[:5], flush=True)


if sys.argv[1] == "echo":
    echo(int(sys.argv[2]))
Sender(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), *map(int, sys.argv[5:])).run()
