# SPDX-License-Identifier: MIT
"""Seals ESP packets (RFC 4303, 4106, 3602) around any text, with libcrypto and hashlib."""
import ctypes
import hashlib
import hmac
import struct

from l2tpsec import C
from pair import SPI, SUITES, keys

_lib = ctypes.CDLL("libcrypto.so.3")
_lib.EVP_CIPHER_CTX_new.restype = _lib.EVP_get_cipherbyname.restype = ctypes.c_void_p
GET_TAG = 0x10                                           # EVP_CTRL_AEAD_GET_TAG
HASH = {C["AUTH_HMAC_SHA1"]: (hashlib.sha1, 12), C["AUTH_HMAC_SHA2_256"]: (hashlib.sha256, 16),
        C["AUTH_HMAC_SHA2_384"]: (hashlib.sha384, 24), C["AUTH_HMAC_SHA2_512"]: (hashlib.sha512, 32)}


class Cipher:
    """One key of one of libcrypto's ciphers; no padding."""

    def __init__(self, name, key):
        self.context = ctypes.c_void_p(_lib.EVP_CIPHER_CTX_new())
        cipher = ctypes.c_void_p(_lib.EVP_get_cipherbyname(name.encode()))
        assert _lib.EVP_CipherInit_ex(self.context, cipher, None, key, None, 1) == 1, name
        self.n = ctypes.c_int()

    def encrypt(self, iv, text, aad=None):
        """The text encrypted; behind it the tag if there is AAD."""
        out = ctypes.create_string_buffer(len(text) + 32)
        _lib.EVP_CipherInit_ex(self.context, None, None, None, iv, 1)
        _lib.EVP_CIPHER_CTX_set_padding(self.context, 0)
        if aad is not None:
            _lib.EVP_CipherUpdate(self.context, None, ctypes.byref(self.n), aad, len(aad))
        assert _lib.EVP_CipherUpdate(self.context, out, ctypes.byref(self.n), text, len(text)) == 1
        sealed = out.raw[:len(text)]
        if aad is None:
            return sealed
        _lib.EVP_CipherFinal_ex(self.context, out, ctypes.byref(self.n))
        assert _lib.EVP_CIPHER_CTX_ctrl(self.context, GET_TAG, 16, out) == 1
        return sealed + out.raw[:16]


class Sealer:
    """What @end sends through an SA of that suite.  @block: the text is a multiple of it."""

    def __init__(self, end, suite, esn=False):
        cipher, self.auth, _, _ = SUITES[suite]
        key, self.auth_key = keys(suite)[end]
        peer = {"a": "b", "b": "a"}[end]
        self.spi, self.esn, self.sequence = struct.pack("!I", SPI[peer]), esn, 0
        self.gcm = cipher == C["CIPHER_AES_GCM_16"]
        self.block = 4 if self.gcm else 16
        self.overhead = 8 + (8 + 16 if self.gcm else 16 + HASH[self.auth][1])
        if self.gcm:
            key, self.salt = key[:-4], key[-4:]
        self.cipher = Cipher(f"AES-{8 * len(key)}-{'GCM' if self.gcm else 'CBC'}", key)

    def seal(self, text):
        self.sequence += 1
        head = self.spi + struct.pack("!I", self.sequence)
        if self.gcm:
            iv = struct.pack("!Q", self.sequence)
            aad = self.spi + struct.pack("!Q", self.sequence) if self.esn else head
            return head + iv + self.cipher.encrypt(self.salt + iv, text, aad)
        iv = hashlib.sha256(head).digest()[:16]
        body = head + iv + self.cipher.encrypt(iv, text)
        digest, size = HASH[self.auth]
        high = bytes(4) if self.esn else b""
        return body + hmac.new(self.auth_key, body + high, digest).digest()[:size]
