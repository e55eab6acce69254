# SPDX-License-Identifier: MIT
"""One client: sockets and clock around isakmp, esp, l2tp and ppp, in the order in which a client lives."""
import os
import select
import socket
import struct
import time

import l2tp
import ppp
from esp import Esp, udp
from isakmp import AGGRESSIVE, INFORMATIONAL, MAIN, QUICK, Isakmp

PATIENCE = 40       # seconds for one step on a loaded, emulated machine
IPPROTO_ESP = 50


class Stuck(Exception):
    """Nothing came in time."""


class Client:
    """@profile: a table of profiles.py; the sockets are made in the calling thread's network namespace."""

    def __init__(self, profile, own, server, psk, user, password):
        self.p, self.own, self.server = profile, own, server
        self.sizes = {}             # of our own IKE messages, as they leave
        self.inbox = {}             # IKE messages: exchange -> datagram
        self.seen = set()
        self.ike = Isakmp(profile["ike"], psk.encode(), own, server)
        self.esp, self.port = None, profile["l2tp"]["port"] or 49152 + int.from_bytes(os.urandom(2), "big") % 16000
        self.l2tp = l2tp.L2tp(profile["l2tp"], profile["l2tp"]["tunnel"], profile["l2tp"]["session"], self.send_l2tp)
        self.ppp = ppp.Ppp(profile["ppp"], user, password, self.send_ppp)
        self.compression = set()    # of the header, as the gateway uses it
        self.sockets = {port: self.bind(port) for port in (500, 4500)}
        self.raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, IPPROTO_ESP)
        self.raw.bind((own, 0))

    def bind(self, port):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind((self.own, port))
        return s

    def close(self):
        for s in (*self.sockets.values(), self.raw):
            s.close()

    # out

    def send_ike(self, name, message):
        self.sizes[name] = len(message)
        self.last = message
        if self.floated():
            self.sockets[4500].sendto(bytes(4) + message, (self.server, 4500))
        else:
            self.sockets[500].sendto(message, (self.server, 500))

    def floated(self):
        return getattr(self.ike, "float", False)

    def send_l2tp(self, datagram):
        ends = socket.inet_aton(self.own), socket.inet_aton(self.server)
        packet = self.esp.seal(udp(*ends, (self.port, 1701), datagram))
        if self.floated():
            self.sockets[4500].sendto(packet, (self.server, 4500))
        else:
            self.raw.sendto(packet, (self.server, 0))

    def send_ppp(self, protocol, packet):
        """LCP goes uncompressed always; the rest as the client does it and the gateway allows it."""
        theirs = {k for k, _ in self.ppp.theirs.get(ppp.LCP, ())} if self.p["ppp"].get("compresses") else set()
        plain = protocol == ppp.LCP
        head = b"" if ppp.ACCOMP in theirs and not plain else b"\xff\x03"
        short = ppp.PCOMP in theirs and not plain and protocol < 256
        head += bytes((protocol,)) if short else struct.pack("!H", protocol)
        self.l2tp.data(head + packet)

    # in

    def pump(self, seconds):
        """Takes what comes within that time, one datagram."""
        ready, _, _ = select.select([*self.sockets.values(), self.raw], [], [], seconds)
        for s in ready:
            data = s.recv(65536)
            if s is self.raw:
                self.receive_esp(data[(data[0] & 15) * 4:])
            elif s is self.sockets[500]:
                self.receive_ike(data)
            elif data[:4] == bytes(4):
                self.receive_ike(data[4:])
            elif data != b"\xff":
                self.receive_esp(data)
        return ready

    def receive_ike(self, message):
        if message in self.seen or message[:8] != self.ike.cookies[:8]:
            return
        self.seen.add(message)
        if message[18] == INFORMATIONAL:
            self.ike.informational(message)
        else:
            self.inbox[message[18]] = message

    def receive_esp(self, packet):
        datagram = self.esp and self.esp.open(packet)
        if not datagram:
            return
        source, destination, length = struct.unpack_from("!HHH", datagram)
        assert (source, destination, length) == (1701, self.port, len(datagram)), "inner UDP header"
        frame = self.l2tp.receive(datagram[8:])
        if frame is not None:
            self.receive_frame(frame)

    def receive_frame(self, frame):
        """What is compressed must have been offered (RFC 1661 6.5, 6.6)."""
        offered = {k for k, _ in self.ppp.opened.get(ppp.LCP, ())}
        if frame[:2] == b"\xff\x03":
            frame = frame[2:]
        else:
            assert ppp.ACCOMP in offered, "ACFC that the client did not offer"
            self.compression.add("ACFC")
        if frame[0] & 1:
            assert ppp.PCOMP in offered, "PFC that the client did not offer"
            self.compression.add("PFC")
            protocol, frame = frame[0], frame[1:]
        else:
            protocol, frame = struct.unpack_from("!H", frame)[0], frame[2:]
        self.ppp.receive(protocol, frame)

    def until(self, done, what, repeat=None, every=2.0, seconds=PATIENCE):
        """Waits for a condition; @repeat is the client's retransmission."""
        now = time.monotonic()
        end, again = now + seconds, now + every
        while not done():
            now = time.monotonic()
            if now > end:
                raise Stuck(what)
            if repeat and now >= again:
                again = now + every
                repeat()
            self.pump(0.2)

    def exchange(self, kind, what):
        self.until(lambda: kind in self.inbox, what, lambda: self.send_ike("again", self.last),
                   self.p["ike"].get("retry", 2))
        return self.inbox.pop(kind)

    # the stages

    def phase1(self):
        ike = self.ike
        if "group" in self.p["ike"]:
            self.send_ike("message 1", ike.aggressive1())
            ike.aggressive_take2(self.exchange(AGGRESSIVE, "Aggressive Mode message 2"))
            self.send_ike("message 3", ike.aggressive3())
            return "-".join(ike.suite)
        self.send_ike("message 1", ike.message1())
        ike.take2(self.exchange(MAIN, "Main Mode message 2"))
        self.send_ike("message 3", ike.message3())
        ike.take4(self.exchange(MAIN, "Main Mode message 4"))
        self.send_ike("message 5", ike.message5())
        ike.take6(self.exchange(MAIN, "Main Mode message 6"))
        return "-".join(ike.suite)

    def phase2(self):
        ike = self.ike
        self.send_ike("quick 1", ike.quick1(os.urandom(3) + b"\1", self.p["ike"].get("id_port", self.port)))
        ike.quick_take(self.exchange(QUICK, "Quick Mode message 2"))
        icv = 12 if self.p["ike"].get("sha256_96") and ike.esp_suite[1] == "sha256" else None
        self.esp = Esp(ike.esp_suite, ike.spi_in, ike.esp_keys[0], ike.spi_out, ike.esp_keys[1], icv)
        self.send_ike("quick 3", ike.quick3())
        return "-".join(ike.esp_suite)

    def control(self, kind, answer=None, acknowledged=False):
        t = self.l2tp
        t.control(kind, self.p["l2tp"]["messages"](self)[kind],
                  t.peer_session if kind in (l2tp.ICCN, l2tp.CDN) else 0)
        done = (lambda: answer in t.messages) if answer else t.acknowledged
        if answer or acknowledged:
            self.until(done, f"answer to {l2tp.NAMES[kind]}", t.repeat, self.p["l2tp"].get("retry", 2))

    def tunnel(self):
        """mtpd waits for each acknowledgement, the others only for an answer."""
        patient = self.p["l2tp"].get("waits_for_acks", False)
        for _ in range(self.p["l2tp"].get("hellos_before", 0)):
            self.l2tp.hello_unreliable()
        if self.p["l2tp"].get("hellos_before"):
            self.pump(0.5)
            assert not self.l2tp.nr and not self.l2tp.messages, "an answer to a HELLO for no tunnel"
        self.control(l2tp.SCCRQ, l2tp.SCCRP)
        self.control(l2tp.SCCCN, acknowledged=patient)
        self.control(l2tp.ICRQ, l2tp.ICRP)
        self.control(l2tp.ICCN, acknowledged=patient)

    def link(self):
        p = self.ppp
        p.start()
        self.until(lambda: p.is_open(ppp.LCP), "LCP", p.repeat)
        self.until(lambda: p.verdict, "CHAP", lambda: hasattr(p, "login") and p.send(ppp.CHAP, p.login), 3)
        assert p.verdict == "success", p.verdict
        p.network()
        # IPCP, and a word about everything else that was asked for
        self.until(lambda: p.is_open(ppp.IPCP) and not p.pending, "IPCP", p.repeat)
        return p.address()

    def ask_dhcp(self, seconds=2):
        """DHCPINFORM; returns whether it is answered."""
        self.send_ppp(ppp.IPV4, ppp.dhcp_inform(self.ppp.address(), self.p["ppp"]["dhcp"]))
        try:
            self.until(lambda: any(map(ppp.is_dhcp, self.ppp.received)), "DHCPACK", seconds=seconds)
        except Stuck:
            return False
        return True

    def pings(self, sizes):
        """Each must come back as it was; returns how many."""
        before = len(self.ppp.received)
        requests = [ppp.echo(self.ppp.address(), self.ppp.gateway(), i, size) for i, size in enumerate(sizes)]
        back = 0
        for request in requests:
            self.send_ppp(ppp.IPV4, request)
            self.until(lambda: any(ppp.is_reply(request, p) for p in self.ppp.received[before:]),
                       f"echo of {len(request)} bytes", seconds=10)
            back += 1
        return back

    def disconnect(self):
        for step in self.p["disconnect"]:
            getattr(self, "end_" + step)()

    def end_lcp(self):
        error = self.p["ppp"].get("terminate_error")
        self.ppp.terminate(ppp.LCP, error)
        self.until(lambda: self.ppp.terminated == ppp.LCP, "LCP Terminate-Ack",
                   lambda: self.ppp.terminate(ppp.LCP, error))

    def end_cdn(self):
        if not self.l2tp.closed:
            self.control(l2tp.CDN, acknowledged=True)

    def end_stop(self):
        self.control(l2tp.STOPCCN, acknowledged=True)

    def end_esp(self):
        self.send_ike("delete ESP", self.ike.delete_esp())

    def end_ike(self):
        self.send_ike("delete IKE", self.ike.delete_ike())
