# SPDX-License-Identifier: MIT
"""IKEv1 as an initiator (RFC 2407 to 2409, 3947): Main and Aggressive Mode with a pre-shared key, Quick Mode.

Messages are built and read here; who sends them, and when, is client.py.
"""
import os
import struct
from socket import inet_aton

import crypto

SA, PROPOSAL, TRANSFORM, KE, ID, HASH, NONCE, NOTIFY = 1, 2, 3, 4, 5, 8, 10, 11
DELETE, VID, NATD, NATOA = 12, 13, 20, 21
MAIN, AGGRESSIVE, INFORMATIONAL, QUICK = 2, 4, 5, 32
ENCRYPTED = 1
INITIAL_CONTACT, FIRST_STATUS, KEY_ID = 24578, 16384, 11
RFC3947 = "4a131c81070358455c5728f20e95452f"
UDP, PORT = 17, 1701

# numbers of RFC 2409 appendix A
IKE_CIPHER = {"des": (1, None), "3des": (5, None), "aes128": (7, 128), "aes256": (7, 256)}
IKE_HASH = {"md5": 1, "sha1": 2, "sha256": 4, "sha384": 5, "sha512": 6}
# RFC 2407 4.4.4 and 4.5, RFC 2451, RFC 3602, RFC 4868
ESP_CIPHER = {"des": (2, None), "3des": (3, None), "null": (11, None), "aes128": (12, 128), "aes192": (12, 192),
              "aes256": (12, 256)}
ESP_AUTH = {"md5": 1, "sha1": 2, "sha256": 5, "sha384": 6, "sha512": 7}


class Refused(Exception):
    """The gateway's own word for why it does not go on."""


def chain(payloads):
    """[(type, body)...] with their generic headers."""
    out, types = b"", [t for t, _ in payloads[1:]] + [0]
    for (_, body), following in zip(payloads, types):
        out += struct.pack("!BBH", following, 0, 4 + len(body)) + body
    return out


def unchain(first, data):
    """The same backwards: [(type, body, whole payload)...]; what pads the last one is left."""
    out = []
    while first:
        following, reserved, length = struct.unpack_from("!BBH", data)
        assert reserved == 0 and 4 <= length <= len(data), "payload with a wrong length"
        out.append((first, data[4:length], data[:length]))
        first, data = following, data[length:]
    return out, data


def basic(attribute, value):
    return struct.pack("!HH", 0x8000 | attribute, value)


def long(attribute, value):
    return struct.pack("!HHI", attribute, 4, value)


def transform(number, identity, attributes, last):
    return struct.pack("!BBHBBH", 0 if last else TRANSFORM, 0, 8 + len(attributes), number, identity, 0) + attributes


def proposal(number, protocol, spi, transforms, last):
    body = b"".join(transforms)
    return struct.pack("!BBHBBBB", 0 if last else PROPOSAL, 0, 8 + len(spi) + len(body), number, protocol,
                       len(spi), len(transforms)) + spi + body


def phase1_attributes(form, offer, lifetime):
    """@form: the client's order, e.g. "cipher bits hash group auth type duration"."""
    cipher, md, group = offer
    number, bits = IKE_CIPHER[cipher]
    words = {"cipher": lambda: basic(1, number), "bits": lambda: basic(14, bits) if bits else b"",
             "hash": lambda: basic(2, IKE_HASH[md]), "group": lambda: basic(4, crypto.GROUPS[group]),
             "auth": lambda: basic(3, 1), "type": lambda: basic(11, 1), "duration": lambda: basic(12, lifetime),
             "duration32": lambda: long(12, lifetime)}
    return b"".join(words[w]() for w in form.split())


def phase2_attributes(form, offer, lifetime, kilobytes, group, mode):
    cipher, md = offer
    bits = ESP_CIPHER[cipher][1]
    words = {"mode": lambda: basic(4, mode), "bits": lambda: basic(6, bits) if bits else b"",
             "auth": lambda: basic(5, ESP_AUTH[md]), "seconds": lambda: basic(1, 1) + basic(2, lifetime),
             "seconds32": lambda: basic(1, 1) + long(2, lifetime),
             "kilobytes32": lambda: basic(1, 2) + long(2, kilobytes),
             "group": lambda: basic(3, crypto.GROUPS[group]) if group else b""}
    return b"".join(words[w]() for w in form.split())


def only_transform(body):
    """What the gateway chose: exactly one proposal with one transform (RFC 2408 4.2)."""
    assert body[:8] == bytes.fromhex("0000000100000001"), "DOI or situation"
    following, _, length, number, protocol, spi_len, count = struct.unpack_from("!BBHBBBB", body, 8)
    assert following == 0 and count == 1 and length == len(body) - 8, "not exactly one proposal with one transform"
    spi, t = body[16:16 + spi_len], body[16 + spi_len:]
    following, _, length, t_number, identity, _ = struct.unpack_from("!BBHBBH", t)
    assert following == 0 and length == len(t), "not exactly one transform"
    return {"proposal": number, "protocol": protocol, "spi": spi, "number": t_number, "id": identity,
            "attributes": t[8:]}


class Isakmp:
    """One ISAKMP SA of a client; @p is the client's phase 1 and 2 as a table (profiles.py)."""

    def __init__(self, p, psk, own, server):
        self.p, self.psk, self.own, self.server = p, psk, own, server
        self.cookies = os.urandom(8) + bytes(8)
        self.vendor_ids = []
        self.message_ids = iter(range(1, 100)) if p.get("small_message_ids") else None
        self.ivs = {}

    # the driver asks these for what to send next, and gives them what came

    def header(self, first, exchange, flags, message_id, length):
        return self.cookies + struct.pack("!BBBBII", first, 0x10, exchange, flags, message_id, 28 + length)

    def plain(self, payloads, exchange=MAIN):
        body = chain(payloads)
        return self.header(payloads[0][0], exchange, 0, 0, len(body)) + body

    def seal(self, exchange, message_id, payloads, body=None):
        body = chain(payloads) if body is None else body
        cipher = self.suite[0]
        block = crypto.CIPHERS[cipher][2]
        body += bytes(-len(body) % block)
        if message_id not in self.ivs:
            self.ivs[message_id] = self.phase2_iv(message_id)
        sealed = crypto.encrypt(cipher, self.key, self.ivs[message_id], body)
        self.ivs[message_id] = sealed[-block:]
        return self.header(payloads[0][0], exchange, ENCRYPTED, message_id, len(body)) + sealed

    def open(self, message):
        first, _, exchange, flags, message_id, length = struct.unpack_from("!BBBBII", message, 16)
        assert length == len(message), "length of an ISAKMP header"
        body = message[28:]
        if flags & ENCRYPTED:
            cipher = self.suite[0]
            block = crypto.CIPHERS[cipher][2]
            if message_id not in self.ivs:
                self.ivs[message_id] = self.phase2_iv(message_id)
            iv, self.ivs[message_id] = self.ivs[message_id], body[-block:]
            body = crypto.decrypt(cipher, self.key, iv, body)
        return unchain(first, body)

    def phase2_iv(self, message_id):
        block = crypto.CIPHERS[self.suite[0]][2]
        return crypto.digest(self.suite[1], self.last_iv, struct.pack("!I", message_id))[:block]

    # Main Mode

    def offer(self):
        form, offers = self.p["phase1_form"], self.p["phase1"]
        transforms = [transform(i + 1, 1, phase1_attributes(form, o, self.p["phase1_seconds"]), o is offers[-1])
                      for i, o in enumerate(offers)]
        self.transforms = [t[8:] for t in transforms]
        self.sai = struct.pack("!II", 1, 1) + proposal(1, 1, b"", transforms, True)
        return [(SA, self.sai)], [(VID, bytes.fromhex(v)) for v in self.p["vendor_ids"]]

    def message1(self):
        offer, vendor_ids = self.offer()
        return self.plain(offer + vendor_ids)

    def take_choice(self, message, payloads):
        self.cookies = message[:16]
        self.refusal(payloads)
        chosen = only_transform(payloads[0][1])
        assert payloads[0][0] == SA and chosen["attributes"] == self.transforms[chosen["number"] - 1], \
            "the transform came back changed"
        assert chosen["proposal"] == 1 and chosen["spi"] == b"", "the proposal came back changed"
        self.vendor_ids = [body.hex() for t, body, _ in payloads if t == VID]
        # FRAGMENTATION comes with a capability word or without, DPD ends in a version
        odd = [v for v in self.vendor_ids if not any(v[:28] == o[:28] for o in self.p["vendor_ids"])]
        assert not odd, f"vendor IDs that the client did not send: {odd}"
        self.suite = self.p["phase1"][chosen["number"] - 1]
        self.natt = RFC3947 in self.vendor_ids

    def take2(self, message):
        self.take_choice(message, self.open(message)[0])

    def natd(self, address, port):
        return crypto.digest(self.suite[1], self.cookies, inet_aton(address), struct.pack("!H", port))

    def nat_discovery(self):
        """The first describes the destination."""
        return [(NATD, self.natd(self.server, 500)), (NATD, self.natd(self.own, 500))] if self.natt else []

    def message3(self):
        self.dh = crypto.DiffieHellman(self.suite[2])
        self.ni = os.urandom(self.p["nonce"])
        return self.plain([(KE, self.dh.public), (NONCE, self.ni)] + self.nat_discovery())

    def take4(self, message):
        payloads, _ = self.open(message)
        self.refusal(payloads)
        assert [t for t, _, _ in payloads] == [KE, NONCE] + [NATD] * (2 * self.natt), "payloads of message 4"
        self.derive(payloads[0][1], payloads[1][1])
        self.discover_nat(payloads)

    def derive(self, ke, nonce):
        """RFC 2409 5 and appendix B."""
        shared, md, c = self.dh.secret(ke), self.suite[1], self.cookies
        self.ke_r, self.nr = ke, nonce
        self.skeyid = crypto.prf(md, self.psk, self.ni, self.nr)
        self.d = crypto.prf(md, self.skeyid, shared, c, b"\0")
        self.a = crypto.prf(md, self.skeyid, self.d, shared, c, b"\1")
        e = crypto.prf(md, self.skeyid, self.a, shared, c, b"\2")
        size = crypto.CIPHERS[self.suite[0]][1]
        if len(e) < size:
            long_key, block = b"", b"\0"
            while len(long_key) < size:
                block = crypto.prf(md, e, block)
                long_key += block
            e = long_key
        self.key = e[:size]
        self.ivs[0] = crypto.digest(md, self.dh.public, ke)[:crypto.CIPHERS[self.suite[0]][2]]

    def discover_nat(self, payloads):
        natd = [body for t, body, _ in payloads if t == NATD]
        self.client_behind_nat = bool(natd) and natd[0] != self.natd(self.own, 500)
        self.server_behind_nat = bool(natd) and self.natd(self.server, 500) not in natd[1:]
        self.float = self.client_behind_nat or self.server_behind_nat

    def hash_i(self):
        return crypto.prf(self.suite[1], self.skeyid, self.dh.public, self.ke_r, self.cookies, self.sai, self.idii)

    def take_identity(self, idir, theirs):
        c = self.cookies
        ours = crypto.prf(self.suite[1], self.skeyid, self.ke_r, self.dh.public, c[8:] + c[:8], self.sai, idir)
        assert theirs == ours, "HASH_R is wrong"
        assert idir[0] == 1 and idir[4:] == inet_aton(self.server), "Apple wants an address as identity of the gateway"

    def initial_contact(self):
        return (NOTIFY, struct.pack("!IBBH", 1, 1, 16, INITIAL_CONTACT) + self.cookies)

    def message5(self):
        protocol, port = self.p["identity"]
        self.idii = struct.pack("!BBH", 1, protocol, port) + inet_aton(self.own)
        payloads = [(ID, self.idii), (HASH, self.hash_i())]
        return self.seal(MAIN, 0, payloads + [self.initial_contact()] * self.p.get("initial_contact", False))

    def take6(self, message):
        payloads, _ = self.open(message)
        assert [t for t, _, _ in payloads][:2] == [ID, HASH], "payloads of message 6"
        self.take_identity(payloads[0][1], payloads[1][1])
        self.last_iv = self.ivs[0]

    # Aggressive Mode, with a group's name; message 3 is in clear as racoon sends it

    def aggressive1(self):
        offer, vendor_ids = self.offer()
        self.dh = crypto.DiffieHellman(self.p["phase1"][0][2])
        self.ni = os.urandom(self.p["nonce"])
        self.idii = struct.pack("!BBH", KEY_ID, 0, 0) + self.p["group"].encode()
        return self.plain(offer + [(KE, self.dh.public), (NONCE, self.ni), (ID, self.idii)] + vendor_ids, AGGRESSIVE)

    def aggressive_take2(self, message):
        payloads, _ = self.open(message)
        self.take_choice(message, payloads)
        found = {t: body for t, body, _ in payloads}
        assert [t for t, _, _ in payloads][:5] == [SA, KE, NONCE, ID, HASH], "payloads of message 2"
        self.derive(found[KE], found[NONCE])
        self.take_identity(found[ID], found[HASH])
        self.discover_nat(payloads)
        self.last_iv = self.ivs[0]

    def aggressive3(self):
        return self.plain([(HASH, self.hash_i())] + self.nat_discovery(), AGGRESSIVE)

    # Quick Mode

    def quick1(self, spi, port):
        """@port: of the L2TP client."""
        p = self.p
        self.quick_id = next(self.message_ids) if self.message_ids else struct.unpack("!I", os.urandom(4))[0] | 1
        self.spi_in, self.quick_ni = spi, os.urandom(p["nonce"])
        mode = 4 if self.float else 2
        attributes = [phase2_attributes(p["phase2_form"], o, p["phase2_seconds"], p.get("kilobytes"), p.get("pfs"),
                                        mode) for o in p["phase2"]]
        self.esp_transforms = attributes
        last = len(attributes)
        if p["phase2_layout"] == "proposals":
            body = b"".join(proposal(i + 1, 3, spi, [transform(1, ESP_CIPHER[o[0]][0], a, True)], i + 1 == last)
                            for i, (o, a) in enumerate(zip(p["phase2"], attributes)))
        else:
            body = proposal(1, 3, spi, [transform(i + 1, ESP_CIPHER[o[0]][0], a, i + 1 == last)
                                        for i, (o, a) in enumerate(zip(p["phase2"], attributes))], True)
        payloads = [(SA, struct.pack("!II", 1, 1) + body), (NONCE, self.quick_ni)]
        self.quick_dh = crypto.DiffieHellman(p["pfs"]) if p.get("pfs") else None
        if self.quick_dh:
            payloads += [(KE, self.quick_dh.public)]
        self.ids = [struct.pack("!BBH", 1, UDP, port) + inet_aton(self.own),
                    struct.pack("!BBH", 1, UDP, PORT) + inet_aton(self.server)]
        payloads += [(ID, i) for i in self.ids]
        if self.float and p.get("nat_oa", True):
            payloads += [(NATOA, b"\1\0\0\0" + inet_aton(a)) for a in (self.own, self.server)]
        return self.quick_seal(payloads, self.quick_id, b"")

    def quick_seal(self, payloads, message_id, before, exchange=QUICK):
        """HASH(1), or whatever comes first, covers the message id and all that follows it."""
        rest = chain(payloads)
        check = crypto.prf(self.suite[1], self.a, struct.pack("!I", message_id), before, rest)
        first = struct.pack("!BBH", payloads[0][0], 0, 4 + len(check)) + check
        return self.seal(exchange, message_id, [(HASH, check)], first + rest)

    def quick_take(self, message):
        payloads, _ = self.open(message)
        assert payloads[0][0] == HASH, "Quick Mode without HASH"
        rest = b"".join(whole for _, _, whole in payloads[1:])
        check = crypto.prf(self.suite[1], self.a, struct.pack("!I", self.quick_id), self.quick_ni, rest)
        assert payloads[0][1] == check, "HASH(2) is wrong"
        found = {t: body for t, body, _ in payloads}
        chosen = only_transform(found[SA])
        index = (chosen["proposal"] if self.p["phase2_layout"] == "proposals" else chosen["number"]) - 1
        assert chosen["attributes"] == self.esp_transforms[index], "the ESP transform came back changed"
        assert [body for t, body, _ in payloads if t == ID] == self.ids, "the identities came back changed"
        assert (KE in found) == bool(self.quick_dh), "KE in one direction only"
        self.esp_suite, self.spi_out, quick_nr = self.p["phase2"][index], chosen["spi"], found[NONCE]
        shared = self.quick_dh.secret(found[KE]) if self.quick_dh else b""
        seed = [shared, b"\3"], [self.quick_ni, quick_nr]
        self.esp_keys = [self.keymat(seed, spi) for spi in (self.spi_in, self.spi_out)]
        self.quick_nr = quick_nr

    def keymat(self, seed, spi):
        size = crypto.CIPHERS[self.esp_suite[0]][1] + {"md5": 16, "sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64}[
            self.esp_suite[1]]
        out = block = b""
        while len(out) < size:
            block = crypto.prf(self.suite[1], self.d, block, *seed[0], spi, *seed[1])
            out += block
        cipher = crypto.CIPHERS[self.esp_suite[0]][1]
        return out[:cipher], out[cipher:size]

    def quick3(self):
        check = crypto.prf(self.suite[1], self.a, b"\0" + struct.pack("!I", self.quick_id), self.quick_ni, self.quick_nr)
        return self.seal(QUICK, self.quick_id, [(HASH, check)])

    # Informational

    def informational_id(self):
        return next(self.message_ids) if self.message_ids else struct.unpack("!I", os.urandom(4))[0] | 1

    def delete_esp(self):
        body = struct.pack("!IBBH", 1, 3, 4, 1) + self.spi_in
        return self.quick_seal([(DELETE, body)], self.informational_id(), b"", INFORMATIONAL)

    def delete_ike(self):
        body = struct.pack("!IBBH", 1, 1, 16, 1) + self.cookies
        return self.quick_seal([(DELETE, body)], self.informational_id(), b"", INFORMATIONAL)

    def informational(self, message):
        """An error notification ends everything; others are of no interest to a client."""
        self.refusal(self.open(message)[0])

    @staticmethod
    def refusal(payloads):
        for kind, body, _ in payloads:
            if kind == NOTIFY and struct.unpack_from("!H", body, 6)[0] < FIRST_STATUS:
                code = struct.unpack_from("!H", body, 6)[0]
                names = {14: "NO-PROPOSAL-CHOSEN", 24: "AUTHENTICATION-FAILED", 18: "INVALID-ID-INFORMATION",
                         29: "UNSUPPORTED-EXCHANGE-TYPE"}
                raise Refused(names.get(code, f"notification {code}"))
