# SPDX-License-Identifier: MIT
"""Ethernet frames: clear ones, and ESP-in-UDP ones as a client would send them."""
import ctypes
import hashlib
import hmac
import struct

crypto = ctypes.CDLL("libcrypto.so.3")
for name in ("EVP_CIPHER_CTX_new", "EVP_aes_256_gcm", "EVP_aes_256_cbc"):
    getattr(crypto, name).restype = ctypes.c_void_p
CTX = ctypes.c_void_p(crypto.EVP_CIPHER_CTX_new())
GCM = ctypes.c_void_p(crypto.EVP_aes_256_gcm())
CBC = ctypes.c_void_p(crypto.EVP_aes_256_cbc())
ETHERNET = b"\2\0\0\0\0\1" + b"\2\0\0\0\0\3" + b"\x08\0"		# to in0
SERVER, HOST, BEHIND = "10.2.0.1", "10.1.0.2", "10.3.0.2"

SUITES = ("gcm", "cbc")
KEY = {"gcm": bytes(range(36)), "cbc": bytes(range(32))}
AUTH_KEY = bytes(range(100, 120))


def address(text):
    return bytes(int(part) for part in text.split("."))


def client(i):
    return f"10.2.{1 + i // 200}.{1 + i % 200}"


def inner(i):
    return f"172.16.{1 + i // 200}.{1 + i % 200}"


def spi_in(i):
    return 0x10000 + i


def spi_out(i):
    return 0x20000 + i


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff


def ip(source, destination, protocol, payload, identification=0):
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), identification, 0x4000, 64,
                         protocol, 0, address(source), address(destination))
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def udp(source, destination, payload):
    return struct.pack("!HHHH", source, destination, 8 + len(payload), 0) + payload


def packet(source, destination, length):
    """A UDP packet of so many bytes from its IP header on."""
    return ip(source, destination, 17, udp(40000, 40001, bytes(length - 28)))


def tcp_packet(source, destination, sequence, payload_len, partial=False):
    """A TCP segment; @partial: only the pseudo header is summed, as before offloading."""
    header = struct.pack("!HHIIBBHHH", 40000, 40001, sequence, 1, 0x50, 0x10, 65535, 0, 0)
    length = len(header) + payload_len
    pseudo = address(source) + address(destination) + struct.pack("!HH", 6, length)
    data = bytes(payload_len)
    if partial:
        total = ~checksum(pseudo) & 0xffff
    else:
        total = checksum(pseudo + header + data + b"\0" * (payload_len & 1))
    return ip(source, destination, 6, header[:16] + struct.pack("!H", total) + header[18:] + data,
              sequence // max(payload_len, 1) & 0xffff)


def encrypt(cipher, key, iv, aad, text, tag_len):
    out = ctypes.create_string_buffer(len(text) + 32)
    n, total = ctypes.c_int(0), 0
    crypto.EVP_EncryptInit_ex(CTX, cipher, None, key, iv)
    crypto.EVP_CIPHER_CTX_set_padding(CTX, 0)
    if aad:
        crypto.EVP_EncryptUpdate(CTX, None, ctypes.byref(n), aad, len(aad))
    crypto.EVP_EncryptUpdate(CTX, out, ctypes.byref(n), text, len(text))
    total += n.value
    crypto.EVP_EncryptFinal_ex(CTX, ctypes.byref(out, total), ctypes.byref(n))
    total += n.value
    tag = ctypes.create_string_buffer(16)
    if tag_len:
        crypto.EVP_CIPHER_CTX_ctrl(CTX, 0x10, tag_len, tag)
    return out.raw[:total] + tag.raw[:tag_len]


def esp(suite, spi, sequence, payload):
    """RFC 4303 with RFC 4106, or with RFC 3602 and RFC 2404."""
    block = 4 if suite == "gcm" else 16
    pad = -(len(payload) + 2) % block
    text = payload + bytes(range(1, pad + 1)) + bytes((pad, 17))
    header = struct.pack("!II", spi, sequence)
    if suite == "gcm":
        key, salt, iv = KEY["gcm"][:32], KEY["gcm"][32:], struct.pack("!Q", sequence)
        return header + iv + encrypt(GCM, key, salt + iv, header, text, 16)
    iv = struct.pack("!QQ", spi, sequence)
    body = header + iv + encrypt(CBC, KEY["cbc"], iv, b"", text, 0)
    return body + hmac.digest(AUTH_KEY, body, hashlib.sha1)[:12]


def from_client(suite, i, sequence, packet_):
    """What client @i sends: ESP in UDP, L2TP without options, PPP with a full header."""
    l2tp = struct.pack("!HHH", 2, tunnel_id(i), 1) + b"\xff\x03\0\x21" + packet_
    return ETHERNET + ip(client(i), SERVER, 17,
                         udp(4500, 4500, esp(suite, spi_in(i), sequence, udp(1701, 1701, l2tp))))


def tunnel_id(i):
    return 1 + i
