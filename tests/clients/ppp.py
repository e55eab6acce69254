# SPDX-License-Identifier: MIT
"""PPP as a client (RFC 1661, 1332, 1877, 5072, 2759): options in the client's order and nothing else."""
import os
import struct
from socket import inet_aton, inet_ntoa

import crypto

LCP, PAP, CHAP, IPCP, IPV6CP, CCP, ACSCP, IPV4 = 0xc021, 0xc023, 0xc223, 0x8021, 0x8057, 0x80fd, 0x8235, 0x0021
REQ, ACK, NAK, REJ, TERM_REQ, TERM_ACK, CODE_REJ, PROTO_REJ, ECHO_REQ, ECHO_REP, DISCARD, IDENT = range(1, 13)
ADDRESS, VJ = 3, 2
# LCP
MRU, ASYNCMAP, AUTH, MAGIC, PCOMP, ACCOMP, CALLBACK, MRRU, ENDPOINT = 1, 2, 3, 5, 7, 8, 13, 17, 19
MSCHAPV2 = b"\xc2\x23\x81"
# what an option is called, by protocol and type
OPTION_NAMES = {(LCP, CALLBACK): "CBCP", (LCP, MRRU): "MRRU", (LCP, ENDPOINT): "endpoint", (CCP, 18): "CCP MPPE",
                (CCP, 26): "CCP Deflate", (CCP, 24): "CCP Deflate (draft)", (CCP, 21): "CCP BSD", (IPCP, VJ): "VJ",
                (IPCP, 130): "WINS", (IPCP, 132): "second WINS", (IPCP, 131): "second DNS"}
PROTOCOL_NAMES = {IPV6CP: "IPV6CP", CCP: "CCP without options", ACSCP: "ACSCP"}


def packet(code, identifier, data=b""):
    return struct.pack("!BBH", code, identifier, 4 + len(data)) + data


def options_put(options):
    return b"".join(bytes((kind, 2 + len(value))) + value for kind, value in options)


def options_read(data):
    out = []
    while data:
        assert 2 <= data[1] <= len(data), "option with a wrong length"
        out.append((data[0], data[2:data[1]]))
        data = data[data[1]:]
    return out


def des_key(seven):
    """56 bits as the eight bytes of a DES key; nobody looks at the parity."""
    bits = int.from_bytes(seven, "big")
    return bytes((bits >> 49 - 7 * i & 0x7f) << 1 for i in range(8))


class MsChapV2:
    """RFC 2759 section 8."""

    def __init__(self, user, password, challenge):
        self.peer_challenge = os.urandom(16)
        both = crypto.digest("sha1", self.peer_challenge, challenge, user.encode())[:8]
        password_hash = crypto.md4(password.encode("utf-16-le"))
        padded = password_hash + bytes(5)
        self.nt_response = b"".join(crypto.des(des_key(padded[i:i + 7]), both) for i in (0, 7, 14))
        signed = crypto.digest("sha1", crypto.md4(password_hash), self.nt_response,
                               b"Magic server to client signing constant")
        self.expected = crypto.digest("sha1", signed, both, b"Pad to make it do more than one iteration")

    def response(self):
        return self.peer_challenge + bytes(8) + self.nt_response + b"\0"

    def check(self, message):
        """S=<40 hex digits> M=<text>, with the space that Windows needs."""
        text = message.decode()
        return text.startswith("S=" + self.expected.hex().upper() + " M=")


class Ppp:
    """@p: the client's PPP as a table (profiles.py); @send(protocol, packet) takes what leaves the client."""

    def __init__(self, p, user, password, send):
        self.p, self.user, self.password, self.send = p, user, password, send
        self.magic = os.urandom(4)
        self.lcp_id, self.ids = p.get("first_id", 1) - 1, {}
        self.wanted = {proto: [(kind, self.magic if value == "magic" else value) for kind, value in options]
                       for proto, options in p["options"].items()}
        self.pending = {}           # protocol -> identifier of our request
        self.opened = {}            # protocol -> our options as they were acknowledged
        self.theirs = {}            # protocol -> options of the gateway that we acknowledged
        self.refused = {}           # name -> "rejected" or "protocol-rejected"
        self.challenge = self.verdict = None
        self.received = []          # IPv4 packets
        self.terminated = self.started = False

    def identifier(self, protocol):
        """Windows has one counter over all protocols, the others one for each."""
        if self.p.get("one_id_counter"):
            protocol = None
        self.ids[protocol] = self.ids.get(protocol, self.p.get("first_id", 1) - 1) + 1
        return self.ids[protocol]

    def request(self, protocol):
        self.pending[protocol] = self.identifier(protocol)
        self.send(protocol, packet(REQ, self.pending[protocol], options_put(self.wanted[protocol])))

    def start(self):
        self.started = True
        self.request(LCP)

    def repeat(self):
        for protocol in list(self.pending):
            self.request(protocol)

    def is_open(self, protocol):
        return protocol in self.opened and protocol in self.theirs

    def receive(self, protocol, data):
        if not self.started:        # Android: pppd is not there yet
            return
        if protocol == IPV4:
            self.received.append(data)
            return
        code, identifier, length = struct.unpack_from("!BBH", data)
        assert 4 <= length <= len(data), "length of a PPP packet"
        body = data[4:length]
        if protocol == CHAP:
            self.receive_chap(code, identifier, body)
        elif code == REQ:
            self.receive_request(protocol, identifier, body)
        elif code in (ACK, NAK, REJ):
            self.receive_answer(protocol, code, identifier, body)
        elif protocol == LCP:
            self.receive_lcp(code, identifier, body)
        elif code == TERM_ACK:
            self.terminated = protocol

    def receive_lcp(self, code, identifier, body):
        if code == PROTO_REJ:
            protocol = struct.unpack_from("!H", body)[0]
            self.pending.pop(protocol, None)
            self.refused[PROTOCOL_NAMES.get(protocol, hex(protocol))] = "protocol-rejected"
        elif code == TERM_REQ:
            self.terminated = LCP
            self.send(LCP, packet(TERM_ACK, identifier))
        elif code == TERM_ACK:
            self.terminated = LCP
        elif code == ECHO_REQ:
            self.send(LCP, packet(ECHO_REP, identifier, self.magic))
        else:
            assert code != CODE_REJ, f"Code-Reject of {body[:4].hex()}: never for an Identification"

    def receive_request(self, protocol, identifier, body):
        """The client takes what it knows, and refuses in one answer what it does not."""
        options = options_read(body)
        bad = [o for o in options if o[0] in self.p.get("rejects", {}).get(protocol, ())]
        if bad:
            self.send(protocol, packet(REJ, identifier, options_put(bad)))
            return
        if protocol == LCP:
            auth = [v for k, v in options if k == AUTH]
            if auth != [MSCHAPV2]:
                self.send(protocol, packet(NAK, identifier, options_put([(AUTH, MSCHAPV2)])))
                return
            assert all(v in (bytes(4),) for k, v in options if k == ASYNCMAP), "asyncmap other than 0"
            assert not {MRRU, CALLBACK} & {k for k, _ in options}, "asks for what clients refuse"
        self.theirs[protocol] = options
        self.send(protocol, packet(ACK, identifier, body))

    def receive_answer(self, protocol, code, identifier, body):
        if self.pending.get(protocol) != identifier:
            return
        options = options_read(body)
        if code == ACK:
            assert body == options_put(self.wanted[protocol]), "ACK of something else"
            del self.pending[protocol]
            self.opened[protocol] = options
            return
        for kind, value in options:
            assert kind in [k for k, _ in self.wanted[protocol]], "refuses what was not asked"
            if code == REJ:
                assert (protocol, kind) != (IPCP, ADDRESS), "the address is rejected: Windows hangs up with 738"
                self.refused[OPTION_NAMES.get((protocol, kind), f"{protocol:04x}/{kind}")] = "rejected"
        if code == REJ:
            gone = [k for k, _ in options]
            self.wanted[protocol] = [o for o in self.wanted[protocol] if o[0] not in gone]
        else:
            new = dict(options)
            self.wanted[protocol] = [(k, new.get(k, v)) for k, v in self.wanted[protocol]]
        if protocol == CCP and code == REJ and self.p.get("ccp_terminates"):
            del self.pending[CCP]   # Windows: error 732 in the words of its own
            self.terminate(CCP, 732)
        else:
            self.request(protocol)

    def receive_chap(self, code, identifier, body):
        if code == 1:
            challenge = body[1:1 + body[0]]
            if not self.challenge:
                self.challenge = MsChapV2(self.user, self.password, challenge)
            self.login = packet(2, identifier, bytes((49,)) + self.challenge.response() + self.user.encode())
            for text in self.p.get("identifications", ()):
                self.send(LCP, packet(IDENT, self.identifier(LCP), self.magic + text))
            self.send(CHAP, self.login)
        elif code == 3:
            assert self.challenge.check(body), f"authenticator response: {body}"
            self.verdict = "success"
        elif code == 4:
            self.verdict = body.decode()

    def network(self):
        """After the login, in the client's order."""
        for protocol in self.p["network"]:
            self.request(protocol)

    def address(self):
        return inet_ntoa(dict(self.opened[IPCP])[ADDRESS])

    def gateway(self):
        return inet_ntoa(dict(self.theirs[IPCP])[ADDRESS])

    def terminate(self, protocol, error=None):
        """Windows: its magic number, a mark, and the number that its user sees."""
        data = b"" if error is None else self.magic + bytes.fromhex("003ccd74") + struct.pack("!I", error)
        self.terminated = False
        self.send(protocol, packet(TERM_REQ, self.identifier(protocol), data or self.p.get("terminate_text", b"")))


def dhcp_inform(source, form):
    """What Apple's and Windows' clients ask about routes and domain once they have an address."""
    requested, hardware = {
        "apple": (bytes((6, 44, 43, 1, 249, 15)), b"\x08\x00\x00\x00\x01\x00\x00"),
        "windows": (bytes((6, 44, 46, 47, 15, 31, 33, 121, 249, 43, 252)), b"\x08\x00\x53\x45\x00\x00\x00")}[form]
    options = b"\x63\x82\x53\x63\x35\x01\x08" + bytes((61, len(hardware))) + hardware
    options += (b"\x3c\x08MSFT 5.0" if form == "windows" else b"") + bytes((55, len(requested))) + requested + b"\xff"
    body = struct.pack("!BBBBIHH4s", 1, 8, 6, 0, 1, 0, 0, inet_aton(source)) + bytes(12) + hardware[1:] + bytes(10 + 64 + 128)
    datagram = struct.pack("!HHHH", 68, 67, 8 + len(body + options), 0) + body + options
    return ip(source, "255.255.255.255", 17, datagram)


def is_dhcp(packet_):
    return packet_[9] == 17 and packet_[20:24] == struct.pack("!HH", 67, 68)


def echo(source, destination, number, size):
    """An ICMP echo request of @size bytes with its IPv4 header."""
    from esp import checksum
    data = bytes((number + i) & 255 for i in range(size - 28))
    icmp = struct.pack("!BBHHH", 8, 0, 0, 0x6c32, number) + data
    icmp = icmp[:2] + struct.pack("!H", checksum(icmp)) + icmp[4:]
    return ip(source, destination, 1, icmp)


def ip(source, destination, protocol, payload, identification=0):
    from esp import checksum
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), identification, 0, 64, protocol, 0,
                         inet_aton(source), inet_aton(destination))
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def is_reply(request, packet_):
    """The same echo backwards."""
    return packet_[12:20] == request[16:20] + request[12:16] and packet_[20:21] == b"\0" and packet_[24:] == request[24:]
