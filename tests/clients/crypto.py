# SPDX-License-Identifier: MIT
"""What a client computes: ciphers of libcrypto, everything else from its published formula."""
import ctypes
import functools
import hashlib
import hmac
import os

_lib = ctypes.CDLL("libcrypto.so.3")
_lib.EVP_CIPHER_CTX_new.restype = ctypes.c_void_p
_lib.EVP_get_cipherbyname.restype = ctypes.c_void_p

CIPHERS = {  # name: (libcrypto's name, key bytes, block and IV bytes)
    "aes256": ("AES-256-CBC", 32, 16),
    "aes192": ("AES-192-CBC", 24, 16),
    "aes128": ("AES-128-CBC", 16, 16),
    "3des": ("DES-EDE3-CBC", 24, 8),
}
HASHES = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "sha384": "sha384", "sha512": "sha512"}


def _evp(name, key, iv, data, encrypt):
    cipher = ctypes.c_void_p(_lib.EVP_get_cipherbyname(name.encode()))
    context = ctypes.c_void_p(_lib.EVP_CIPHER_CTX_new())
    out, n = ctypes.create_string_buffer(len(data) + 32), ctypes.c_int()
    if not _lib.EVP_CipherInit_ex(context, cipher, None, key, iv, int(encrypt)):
        raise ValueError(name)
    _lib.EVP_CIPHER_CTX_set_padding(context, 0)
    if not _lib.EVP_CipherUpdate(context, out, ctypes.byref(n), data, len(data)):
        raise ValueError(name)
    _lib.EVP_CIPHER_CTX_free(context)
    return out.raw[:n.value]


def encrypt(cipher, key, iv, data):
    return _evp(CIPHERS[cipher][0], key, iv, data, True)


def decrypt(cipher, key, iv, data):
    return _evp(CIPHERS[cipher][0], key, iv, data, False)


def des(key, block):
    """Single DES: triple DES with three equal keys."""
    return _evp("DES-EDE3", key * 3, None, block, True)


def digest(name, *parts):
    return hashlib.new(HASHES[name], b"".join(parts)).digest()


def prf(name, key, *parts):
    return hmac.new(key, b"".join(parts), HASHES[name]).digest()


def md4(data):
    """RFC 1320."""
    def rotate(x, n):
        return (x << n | x >> 32 - n) & 0xffffffff

    rounds = (
        (lambda x, y, z: x & y | ~x & z, 0, range(16), (3, 7, 11, 19)),
        (lambda x, y, z: x & y | x & z | y & z, 0x5a827999,
         [i % 4 * 4 + i // 4 for i in range(16)], (3, 5, 9, 13)),
        (lambda x, y, z: x ^ y ^ z, 0x6ed9eba1,
         [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15], (3, 9, 11, 15)))
    state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
    padded = data + b"\x80" + bytes((55 - len(data)) % 64) + (8 * len(data)).to_bytes(8, "little")
    for at in range(0, len(padded), 64):
        words = [int.from_bytes(padded[at + 4 * i:at + 4 * i + 4], "little") for i in range(16)]
        a, b, c, d = state
        for f, constant, order, shifts in rounds:
            for i, k in enumerate(order):
                a, b, c, d = d, rotate((a + f(b, c, d) + words[k] + constant) & 0xffffffff, shifts[i % 4]), b, c
        state = [(x + y) & 0xffffffff for x, y in zip(state, (a, b, c, d))]
    return b"".join(x.to_bytes(4, "little") for x in state)


# Diffie-Hellman.  MODP primes are 2^n - 2^(n-64) - 1 + 2^64 * (floor(2^(n-130) pi) + k).
MODP = {"modp1024": (2, 1024, 129093), "modp1536": (5, 1536, 741804), "modp2048": (14, 2048, 124476),
        "modp3072": (15, 3072, 1690314)}
# RFC 5903: number, prime, b, generator; a = -3
ECP = {
    "ecp256": (19, 2**256 - 2**224 + 2**192 + 2**96 - 1,
               0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b,
               (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
                0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)),
    "ecp384": (20, 2**384 - 2**128 - 2**96 + 2**32 - 1,
               0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef,
               (0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7,
                0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f)),
}
GROUPS = {name: row[0] for name, row in (MODP | ECP).items()}


@functools.cache
def _pi(bits):
    """floor(2^bits * pi), by Machin's formula with 64 bits to spare."""
    one = 1 << bits + 64

    def arctan(x):
        term, total, n, sign = one // x, 0, 1, 1
        while term:
            total += sign * term // n
            term, n, sign = term // (x * x), n + 2, -sign
        return total

    return 4 * (4 * arctan(5) - arctan(239)) >> 64


@functools.cache
def modp_prime(name):
    _, n, k = MODP[name]
    return 2**n - 2**(n - 64) - 1 + 2**64 * (_pi(n - 130) + k)


def _ec_add(p, one, two):
    if one is None or two is None:
        return one or two
    if one[0] == two[0]:
        if (one[1] + two[1]) % p == 0:
            return None
        slope = 3 * (one[0] * one[0] - 1) * pow(2 * one[1], -1, p)
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, p)
    x = (slope * slope - one[0] - two[0]) % p
    return x, (slope * (one[0] - x) - one[1]) % p


def _ec_multiply(p, n, point):
    out = None
    while n:
        if n & 1:
            out = _ec_add(p, out, point)
        point, n = _ec_add(p, point, point), n >> 1
    return out


class DiffieHellman:
    """One key exchange: public is what a KE payload holds (for ECP x and y, RFC 5903 7)."""

    def __init__(self, group):
        self.group = group
        self._private = int.from_bytes(os.urandom(32), "big") | 1 << 255
        if group in MODP:
            self.length = MODP[group][1] // 8
            self.public = pow(2, self._private, modp_prime(group)).to_bytes(self.length, "big")
        else:
            _, p, _, generator = ECP[group]
            size = p.bit_length() // 8
            self.length = 2 * size
            self.public = b"".join(v.to_bytes(size, "big") for v in _ec_multiply(p, self._private, generator))

    def secret(self, theirs):
        if len(theirs) != self.length:
            raise ValueError(f"KE of {len(theirs)} bytes for {self.group}")
        if self.group in MODP:
            power = pow(int.from_bytes(theirs, "big"), self._private, modp_prime(self.group))
            return power.to_bytes(self.length, "big")
        _, p, b, _ = ECP[self.group]
        size = self.length // 2
        x, y = int.from_bytes(theirs[:size], "big"), int.from_bytes(theirs[size:], "big")
        if (y * y - x * x * x + 3 * x - b) % p:
            raise ValueError("KE is no point of the curve")
        return _ec_multiply(p, self._private, (x, y))[0].to_bytes(size, "big")
