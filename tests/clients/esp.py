# SPDX-License-Identifier: MIT
"""ESP in user space (RFC 4303, 3602, 2451, 2404, 4868), transport mode around UDP."""
import os
import struct

import crypto

ICV = {"md5": 12, "sha1": 12, "sha256": 16, "sha384": 24, "sha512": 32}
UDP = 17


def checksum(data):
    """RFC 1071."""
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def udp(source, destination, ports, payload):
    """With the checksum over the addresses that the client knows: behind NAT not those that arrive (RFC 3948 3.1.2)."""
    header = struct.pack("!HHHH", *ports, 8 + len(payload), 0)
    pseudo = source + destination + struct.pack("!BBH", 0, UDP, 8 + len(payload))
    return header[:6] + struct.pack("!H", checksum(pseudo + header + payload) or 0xffff) + payload


class Esp:
    """A pair of SAs.  @icv: bytes of the integrity check value if the client's kernel has its own idea of it."""

    def __init__(self, suite, spi_in, keys_in, spi_out, keys_out, icv=None):
        self.cipher, self.hash = suite
        self.spi_in, self.keys_in, self.spi_out, self.keys_out = spi_in, keys_in, spi_out, keys_out
        self.icv = icv or ICV[self.hash]
        self.sequence, self.seen = 0, set()

    def seal(self, payload):
        self.sequence += 1
        block = crypto.CIPHERS[self.cipher][2]
        pad = -(len(payload) + 2) % block
        plain = payload + bytes(range(1, pad + 1)) + bytes((pad, UDP))
        iv = os.urandom(block)
        out = self.spi_out + struct.pack("!I", self.sequence) + iv
        out += crypto.encrypt(self.cipher, self.keys_out[0], iv, plain)
        return out + crypto.prf(self.hash, self.keys_out[1], out)[:self.icv]

    def open(self, packet):
        """The UDP datagram inside; None when it is not for this SA."""
        if packet[:4] != self.spi_in:
            return None
        body, icv = packet[:-self.icv], packet[-self.icv:]
        assert icv == crypto.prf(self.hash, self.keys_in[1], body)[:self.icv], "ESP: integrity check"
        sequence = struct.unpack_from("!I", body, 4)[0]
        assert sequence and sequence not in self.seen, f"ESP: sequence number {sequence} comes twice"
        self.seen.add(sequence)
        block = crypto.CIPHERS[self.cipher][2]
        plain = crypto.decrypt(self.cipher, self.keys_in[0], body[8:8 + block], body[8 + block:])
        pad, header = plain[-2:]
        assert header == UDP, f"ESP: next header {header}"
        assert plain[-2 - pad:-2] == bytes(range(1, pad + 1)), "ESP: padding (RFC 4303 2.4)"
        return plain[:len(plain) - 2 - pad]
