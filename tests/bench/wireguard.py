# SPDX-License-Identifier: MIT
"""Two WireGuards that shake hands over a veth pair, and then have it taken away.

	ns wg	  10.9.0.1, the gateway that is measured: 172.16/16 is behind its peer
	ns wgpeer 10.9.0.2, its peer; what it sends can be taken off its card, to arrive at the gateway's
"""
import socket
import struct
import time

from frames import BEHIND, ETHERNET, address, checksum, inner, packet
from l2tpsec import NLA_F_NESTED, NLM_F_ACK, NLM_F_DUMP, Owner, attr, attributes
from nic import inside, ip_batch, network

PORT = 51820
SO_RCVBUFFORCE, ETH_P_ALL = 33, 3
MESSAGE_DATA = 4
GET_DEVICE, SET_DEVICE = 0, 1


class Link(Owner):
    def __init__(self, netns):  # pylint: disable=super-init-not-called
        with inside(netns):
            self.s = self.open()
        self.frames_and_events = []
        answer = self.transact(16, 3, attr(2, b"wireguard\0"), NLM_F_ACK)[0]
        self.family = struct.unpack("=H", dict(attributes(answer[4:]))[1])[0]

    def public_key(self):
        answer = self.transact(self.family, GET_DEVICE, attr(2, b"wg0\0"), NLM_F_ACK | NLM_F_DUMP)[0]
        return dict(attributes(answer[4:]))[4]

    def set(self, *attributes_):
        self.transact(self.family, SET_DEVICE, attr(2, b"wg0\0") + b"".join(attributes_), NLM_F_ACK)


def nest(number, payload):
    return attr(number | NLA_F_NESTED, payload)


def peer(key, endpoint, network_, prefix_len):
    where = struct.pack("=H", socket.AF_INET) + struct.pack("!H4s8x", PORT, address(endpoint))
    allowed = nest(0, attr(1, struct.pack("=H", socket.AF_INET)) + attr(2, address(network_)) +
                   attr(3, bytes((prefix_len,))))
    return nest(8, nest(0, attr(1, key) + attr(4, where) + nest(9, allowed)))


class WireGuard:
    def __init__(self):
        self.links = {}
        for number, netns in enumerate(("wg", "wgpeer")):
            network(netns)
            ip_batch(netns, ["link add wg0 type wireguard", "link set wg0 mtu 1420"])
            self.links[netns] = Link(netns)
            self.links[netns].set(attr(3, bytes(range(number, number + 32))), attr(6, struct.pack("=H", PORT)))
        ip_batch("wg", ["link add w0 type veth peer name w0 netns wgpeer"])
        for netns, number in (("wg", 1), ("wgpeer", 2)):
            ip_batch(netns, [f"addr add 10.9.0.{number}/32 dev lo", "link set w0 up", "link set wg0 up",
                             f"route add 10.9.0.{3 - number}/32 dev w0 src 10.9.0.{number}"])
        keys = {netns: link.public_key() for netns, link in self.links.items()}
        self.links["wg"].set(peer(keys["wgpeer"], "10.9.0.2", "172.16.0.0", 16))
        self.links["wgpeer"].set(peer(keys["wg"], "10.9.0.1", "0.0.0.0", 0))
        ip_batch("wg", ["route add 172.16.0.0/16 dev wg0"])
        ip_batch("wgpeer", ["addr add 172.16.1.1/32 dev wg0", "route del 10.3.0.0/16", f"route add {BEHIND} dev wg0"])
        self.shake_hands()
        for netns, number in (("wg", 2), ("wgpeer", 1)):
            ip_batch(netns, ["link del w0"] if netns == "wg" else
                     ["addr del 172.16.1.1/32 dev wg0", f"route replace {BEHIND} dev wg0"])
            ip_batch(netns, [f"route add 10.9.0.{number}/32 dev out0 src 10.9.0.{3 - number}"])

    @staticmethod
    def shake_hands():
        """Until a packet has passed through both."""
        with inside("wg"):
            listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            listener.bind(("", 9))
            listener.settimeout(1)
        ip_batch("wg", [f"addr add {BEHIND}/32 dev lo"])
        with inside("wgpeer"):
            sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for _ in range(20):
            sender.sendto(b"?", (BEHIND, 9))
            try:
                listener.recv(10)
                break
            except TimeoutError:
                time.sleep(0.1)
        else:
            raise RuntimeError("WireGuard does not shake hands")
        ip_batch("wg", [f"addr del {BEHIND}/32 dev lo"])
        time.sleep(0.5)

    @staticmethod
    def sealed(card, count, length):
        """Frames with packets from behind the peer, as the gateway gets them; each once."""
        with inside("wgpeer"):
            tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        tap.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, count * 4096)
        tap.bind(("out0", ETH_P_ALL))
        card.load([ETHERNET + packet(inner(0), BEHIND, length)] * count)
        card.run("wgpeer", 0, count, 64)
        frames = []
        while len(frames) < count:
            datagram = tap.recv(2000, socket.MSG_DONTWAIT)
            if datagram[28] == MESSAGE_DATA and len(datagram) > length:
                frames.append(ETHERNET + summed(datagram))
        tap.close()
        return frames


def summed(datagram):
    """With the UDP checksum that the peer left to its card."""
    udp = datagram[20:26] + b"\0\0" + datagram[28:]
    pseudo = datagram[12:20] + struct.pack("!HH", socket.IPPROTO_UDP, len(udp))
    total = checksum(pseudo + udp + b"\0" * (len(udp) & 1)) or 0xffff
    return datagram[:26] + struct.pack("!H", total) + udp[8:]
