# SPDX-License-Identifier: MIT
"""The stock stack as strongSwan, xl2tpd and pppd leave it: xfrm, l2tp_ppp, ppp_generic."""
import ctypes
import fcntl
import os
import socket
import struct

from frames import AUTH_KEY, KEY, SERVER, address, client, inner, spi_in, spi_out, tunnel_id
from nic import inside, ip_batch

PPPIOCGCHAN, PPPIOCATTCHAN, PPPIOCNEWUNIT, PPPIOCCONNECT = (0x80047437, 0x40047438, 0xc004743e,
                                                            0x4004743a)
AF_PPPOX, PX_PROTO_OL2TP = 24, 1
UDP_ENCAP, UDP_ENCAP_ESPINUDP = 100, 2
libc = ctypes.CDLL(None, use_errno=True)


def algorithm(suite):
    if suite == "gcm":
        return f"aead rfc4106(gcm(aes)) 0x{KEY['gcm'].hex()} 128"
    return f"enc cbc(aes) 0x{KEY['cbc'].hex()} auth-trunc hmac(sha1) 0x{AUTH_KEY.hex()} 96"


def security(suite, i):
    peer, mode = client(i), f"proto esp reqid {i + 1} mode transport"
    for source, destination, spi, direction in ((SERVER, peer, spi_out(i), "out"),
                                                (peer, SERVER, spi_in(i), "in")):
        yield (f"xfrm state add src {source} dst {destination} spi {spi} {mode} replay-window 32 "
               f"{algorithm(suite)} encap espinudp 4500 4500 0.0.0.0")
        yield (f"xfrm policy add src {source}/32 dst {destination}/32 proto 17 sport 1701 dport 1701 "
               f"dir {direction} tmpl src {source} dst {destination} {mode}")


def pppol2tp(fd, i, session, peer_session):
    """A PPPoX socket, connected to the tunnel that has UDP socket @fd or to its session."""
    s = socket.socket(AF_PPPOX, socket.SOCK_DGRAM, PX_PROTO_OL2TP)
    where = struct.pack("=HIiiHH4s8xHHHH", AF_PPPOX, PX_PROTO_OL2TP, 0, fd, socket.AF_INET,
                        socket.htons(1701), address(client(i)), tunnel_id(i), session,
                        tunnel_id(i), peer_session)
    if libc.connect(s.fileno(), where, len(where)):
        raise OSError(ctypes.get_errno(), "connect of a PPPoL2TP socket")
    return s


def ppp_unit(channel):
    """A PPP interface over a channel: returns its number and what holds it."""
    attached, unit = (os.open("/dev/ppp", os.O_RDWR) for _ in range(2))
    fcntl.ioctl(attached, PPPIOCATTCHAN, struct.pack("=i", channel))
    number = bytearray(struct.pack("=i", -1))
    fcntl.ioctl(unit, PPPIOCNEWUNIT, number)
    fcntl.ioctl(attached, PPPIOCCONNECT, bytes(number))
    return struct.unpack("=i", number)[0], (attached, unit)


class Stock:
    def __init__(self, netns, suite, sessions):
        self.netns, self.held = netns, []
        ip_batch(netns, [line for i in range(sessions) for line in security(suite, i)])
        with inside(netns):
            encap = self.udp(4500)
            encap.setsockopt(socket.IPPROTO_UDP, UDP_ENCAP, UDP_ENCAP_ESPINUDP)
            self.udp(1701)
            units = [self.connect(i) for i in range(sessions)]
        ip_batch(netns, [line for i, unit in enumerate(units) for line in (
            f"link set ppp{unit} mtu 1400 up", f"addr add 172.31.0.1 peer {inner(i)} dev ppp{unit}")])

    def udp(self, port, peer=None):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((SERVER if peer else "", port))
        if peer:
            s.setsockopt(socket.SOL_SOCKET, 11, 1)	# SO_NO_CHECK, as xl2tpd does
            s.connect((peer, port))
        self.held.append(s)
        return s

    def connect(self, i):
        s = self.udp(1701, client(i))
        tunnel = pppol2tp(s.fileno(), i, 0, 0)
        session = pppol2tp(s.fileno(), i, 1, 1)
        channel = bytearray(4)
        fcntl.ioctl(session.fileno(), PPPIOCGCHAN, channel)
        unit, fds = ppp_unit(struct.unpack("=i", channel)[0])
        self.held += [tunnel, session, fds]
        return unit
