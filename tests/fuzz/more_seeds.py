#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: more_seeds.py TOP

Seeds that come from the dialogues of the unit tests, the example configuration and the netlink contract.
"""
import os
import re
import struct
import subprocess
import sys
import tempfile

TOP = sys.argv[1]
SEEDS = os.path.join(TOP, "tests/fuzz/seeds")
PROTOCOLS = {0xc021: 0, 0x8021: 1, 0x80fd: 2, 0xc223: 3, 0xc023: 4}
OTHER, WAIT = 5, 10
WAIT_S = 8


def write(target, name, data):
    folder = os.path.join(SEEDS, target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)


def record(op, data=b""):
    return struct.pack(">BH", op, len(data)) + data


def frame_bytes(text):
    out = b""
    for word in re.findall(r'"[^"]*"|[0-9a-fA-F]+', text.split("#")[0]):
        out += word[1:-1].encode() if word[0] == '"' else bytes.fromhex(word[:len(word) // 2 * 2])
    return out


def dialogues():
    """What clients say in tests/unit/test_ppp_*.c: (name, [line])."""
    for test in ("clients", "link", "fsm"):
        source = os.path.join(TOP, "tests/unit/test_ppp_%s.c" % test)
        text = open(source).read()
        defines = "\n".join(re.findall(r"^#define(?:.*\\\n)*.*", text, re.M))
        arrays = re.findall(r"static const char \*const (\w+)\[\] = \{(.*?)\n\t*\};", text, re.S)
        body = "\n".join("@@%s %s\n%s" % (name, n, b) for n, (name, b) in enumerate(arrays))
        done = subprocess.run(["gcc", "-E", "-P", "-"], input=defines + "\n" + body, text=True,
                              capture_output=True, check=True).stdout
        for part in done.split("@@")[1:]:
            name, _, rest = part.partition(" ")
            joined = re.sub(r'"\s*\n?\s*"', "", rest)
            lines = re.findall(r'"((?:[^"\\]|\\.)*)"', joined)
            yield "%s-%s-%s" % (test, name, rest.split()[0]), [s.replace('\\"', '"') for s in lines]


def ppp():
    for name, lines in dialogues():
        script, logins = b"", {0: b"", 1: b""}
        for n, line in enumerate(lines):
            if line[:1] == "+":
                script += record(WAIT, struct.pack(">H", min(int(line[1:].split()[0]) // 100, 65535)))
            if line[:1] != "<":
                continue
            data = frame_bytes(line[1:])
            if len(data) < 2:
                continue
            protocol = struct.unpack(">H", data[:2])[0]
            op = PROTOCOLS.get(protocol, OTHER)
            script += record(op, data if op == OTHER else data[2:])
            if op in (0, 1, 2):
                write("option", "%s-%u" % (name, n), data[2:])
            if op in (3, 4):
                logins[op == 4] += record(int(op == 4), data[2:])
        if script:
            write("ppp", name, b"\x00" + script)
        for pap, login in logins.items():
            if login:
                write("login", "%s-%s" % (name, "pap" if pap else "chap"), bytes([2 if pap else 0]) + login)
    # a whole session by the harness's own means, for each set of methods
    for methods in range(7):
        request = bytes.fromhex("01010008010405dc")
        write("ppp", "session-%u" % methods, bytes([methods]) + record(0, request) + record(6) + record(8) +
              record(1, bytes.fromhex("0101000a030600000000")) + record(1, bytes.fromhex("0102000a03060a000065")) +
              record(7) + record(11) + record(WAIT, struct.pack(">H", 3000)) + record(12))


def avp():
    """The messages of the L2TP dialogues, one by one; and one with a hidden AVP (RFC 2661 4.3)."""
    folder = os.path.join(SEEDS, "l2tp")
    for name in sorted(os.listdir(folder)):
        data, n = open(os.path.join(folder, name), "rb").read(), 0
        while data:
            length, data = data[0], data[1:]
            if length == 255:
                continue
            if length > 12:
                write("avp", "%s-%u" % (name, n), data[:length])
            n, data = n + 1, data[length:]
    hidden = bytes.fromhex("8008000000000001") + bytes.fromhex("801600000024") + bytes(16) + \
        bytes.fromhex("c0160000000d") + bytes(16)
    write("avp", "hidden", struct.pack(">HHHHHH", 0xc802, 12 + len(hidden), 0, 0, 0, 0) + hidden)


def attribute(kind, data):
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def message(kind, body, flags=0):
    return struct.pack("=IHHII", 16 + len(body), kind, flags, 1, 2) + body


def contract():
    """Numbers of the attributes of <linux/l2tpsec.h>."""
    numbers = {}
    text = open(os.path.join(TOP, "uapi/linux/l2tpsec.h")).read()
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    for body in re.findall(r"enum (?:\w+ )?\{(.*?)\}", text, re.S):
        value = 0
        for name in filter(None, (w.strip() for w in body.split(","))):
            name, _, given = name.partition("=")
            value = int(given.strip(), 0) if given.strip().isdigit() else value
            numbers[name.strip()] = value
            value += 1
    return numbers


def netlink():
    a = contract()
    u16, u32, u64 = (lambda v: struct.pack("=H", v)), (lambda v: struct.pack("=I", v)), (lambda v: struct.pack("=Q", v))
    nest = 0x8000
    genl = bytes([1, 1, 0, 0])
    group = attribute(1 | nest, attribute(1, b"events\0") + attribute(2, u32(7)))
    write("netlink", "family", message(16, genl + attribute(1, u16(30)) + attribute(7 | nest, group)))
    stats = b"".join(attribute(a["L2TPSEC_A_STATS_" + n], u64(v)) for v, n in
                     enumerate(("RX_PACKETS", "RX_BYTES", "TX_PACKETS", "TX_BYTES", "RX_IDLE")))
    drops = b"".join(attribute(n, u64(n)) for n in range(1, 6))
    dev = attribute(a["L2TPSEC_A_DEVICE_SAS"], u32(1)) + \
        attribute(a["L2TPSEC_A_DEVICE_STATS"] | nest, stats) + attribute(a["L2TPSEC_A_DEVICE_DROPS"] | nest, drops)
    write("netlink", "device", message(30, genl + attribute(a["L2TPSEC_A_IFINDEX"], u32(3)) +
                                       attribute(a["L2TPSEC_A_DEVICE"] | nest, dev)))
    sa = attribute(a["L2TPSEC_A_SA_SPI_IN"], u32(0x1234)) + attribute(a["L2TPSEC_A_SA_STATS"] | nest, stats) + \
        attribute(a["L2TPSEC_A_SA_REMOTE_ADDR"], bytes(4)) + attribute(a["L2TPSEC_A_SA_REMOTE_PORT"], u16(4500)) + \
        attribute(a["L2TPSEC_A_SA_ICV_LEN"], u32(12))
    write("netlink", "sa", message(30, genl + attribute(a["L2TPSEC_A_EVENT"], u32(2)) +
                                   attribute(a["L2TPSEC_A_SA"] | nest, sa)))
    session = attribute(a["L2TPSEC_A_SESSION_STATS"] | nest, stats) + \
        attribute(a["L2TPSEC_A_SESSION_PATH_MTU"], u32(1400))
    write("netlink", "session", message(30, genl + attribute(a["L2TPSEC_A_SESSION"] | nest, session)))
    frame = attribute(a["L2TPSEC_A_FRAME_KIND"], u32(1)) + attribute(a["L2TPSEC_A_FRAME_SPI_IN"], u32(0x1234)) + \
        attribute(a["L2TPSEC_A_FRAME_PROTOCOL"], u16(0xc021)) + attribute(a["L2TPSEC_A_FRAME_DATA"], bytes(11))
    write("netlink", "frame", message(30, genl + attribute(a["L2TPSEC_A_FRAME"] | nest, frame)))
    request = struct.pack("=IHHII", 16, 30, 5, 1, 2)
    write("netlink", "refusal", message(2, struct.pack("=i", -22) + request + attribute(1, b"no such SA\0"), 0x300) +
          message(2, struct.pack("=i", 0) + request, 0x100))


def conf():
    example = open(os.path.join(TOP, "doc/l2tpsec.conf.example"), "rb").read()
    plain = b"\n".join(s for s in example.split(b"\n") if s and not s.startswith(b"#")) + b"\n"
    users = b'alice * "a good password" *\nbob * "another \\"one" 10.99.0.7\n# nobody\ncarol gw x 10.99.0.8\n'
    write("conf", "example", plain + b"\0" + users + b"\0a key\n")
    least = b"[ppp]\nlocal-address = 10.99.0.1\n[psk all]\nsecret = geheim\n[pool a]\nrange = 10.99.0.2-10.99.0.9\n"
    write("conf", "least", least + b"\0" + users)
    write("conf", "pools", least + b"[pool b]\nrange = 10.99.0.10-10.99.0.10\n[pool c]\nrange = 10.98.0.0/24\n\0" +
          users)


def ctl():
    requests = (b'{"command":"show"}\n', b'{"command":"disconnect","user":"alice"}\n', b'{"command":"disconnect","user":""}\n',
                b'{"command":"monitor"}\n', b'{"command":"reload"}\n')
    for n, text in enumerate(requests):
        write("ctl", "request-%u" % n, record(1, text))
    write("ctl", "several", record(0, requests[0][:9]) + record(1, requests[0][9:] + requests[1]) + record(3, requests[3]) +
          record(3, requests[0]))
    write("ctl", "not-json", record(1, b"hello\n[1]\n{\n"))


def fragment():
    pieces = [struct.pack(">BBHHBB", 0, 0, 8 + 40, 1, n, n == 3) + bytes([n]) * 40 for n in (1, 2, 3)]
    write("fragment", "in-order", b"".join(record(0, p) for p in pieces))
    write("fragment", "backwards", b"".join(record(0, p) for p in reversed(pieces)))
    write("fragment", "long-message", b"\xff" + bytes(range(256)) * 12)


def gateway():
    """The dialogues of IKE, with those of L2TP and PPP behind the first Quick Mode."""
    folder = os.path.join(SEEDS, "ike")
    session = b"".join(record(op) for op in (4, 5, 6, 7, 9, 10)) + record(12, b"\0") + record(12, b"\1")
    lcp = record(3, bytes.fromhex("c021" "01010008010405dc")) + record(3, bytes.fromhex("8021" "0101000a030600000000"))
    for name in sorted(n for n in os.listdir(folder) if n.startswith("ike-") and not n.endswith(("signed", "pieces", "busy"))):
        data, head, messages = open(os.path.join(folder, name), "rb").read()[1:], b"", 0
        wanted = 4 if "aggressive" in name else 5
        while data and messages < wanted:
            size = 3 + struct.unpack(">H", data[1:3])[0]
            messages += data[0] in (0, 1)
            head, data = head + data[:size], data[size:]
        write("gateway", name, head + session + data + record(WAIT_S, b"\0\x64") + record(10) + record(11))
        write("gateway", name + "-lcp", head + record(4) + record(5) + lcp + data)


def ike_operations():
    """A dialogue in fragments, and one with everything between its messages that may happen beside them."""
    name = "ike-strongswan-rekey"
    data, pieces, busy, n = open(os.path.join(SEEDS, "ike", name), "rb").read(), b"", b"", 0
    head, data = data[:1], data[1:]
    while data:
        size = 3 + struct.unpack(">H", data[1:3])[0]
        op, message, data = data[0], data[3:size], data[size:]
        pieces += record(5, b"\x28" + message) if op == 1 else record(op, message)
        busy += record(op, message) + record(6 + n % 2)
        if n > 6:
            busy += (record(11), record(12, b"\x0c"), record(13), record(9), record(14, head))[n % 5]
        n += 1
    write("ike", name + "-pieces", head + pieces)
    write("ike", name + "-busy", head + busy + record(10))


def ike_certificate():
    """A Main Mode of strongSwan's, as if it had offered signatures: message 5 gets a certificate and a signature."""
    name = "ike-strongswan-gcm-pfs"
    data, out, n = open(os.path.join(SEEDS, "ike", name), "rb").read()[1:], b"\x40", 0
    der = open(os.path.join(SEEDS, "certificate", "x509"), "rb").read()[4:]
    while data:
        size = 3 + struct.unpack(">H", data[1:3])[0]
        op, message, data = data[0], bytearray(data[3:size]), data[size:]
        n += op in (0, 1)
        if op in (0, 1) and n == 1:
            message = message.replace(b"\x80\x03\x00\x01", b"\x80\x03\x00\x03")
        if op in (0, 1) and n == 3:
            size = struct.unpack(">H", message[30:32])[0]
            message = message[:28] + b"\x06" + message[29:28 + size] + \
                struct.pack(">BBH", 9, 0, 5 + len(der)) + b"\x04" + der + struct.pack(">BBH", 0, 0, 260) + bytes(256)
        out += record(op, bytes(message))
    write("ike", name + "-signed", out)


def certificate():
    with tempfile.TemporaryDirectory() as d:
        def openssl(*args):
            subprocess.run(("openssl",) + args, cwd=d, check=True, capture_output=True)

        def read(name):
            return open(os.path.join(d, name), "rb").read()

        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "3650",
                "-subj", "/O=Test/CN=alice", "-addext", "subjectAltName=DNS:alice.example.net,email:alice@example.net")
        openssl("x509", "-in", "cert.pem", "-outform", "DER", "-out", "cert.der")
        openssl("crl2pkcs7", "-nocrl", "-certfile", "cert.pem", "-outform", "DER", "-out", "cert.p7")
        write("certificate", "x509", b"\0" + record(4, read("cert.der")))
        write("certificate", "pkcs7", b"\0" + record(1, read("cert.p7")) + record(4, read("cert.der")))
        write("certificate", "own-pem", b"\1" + read("cert.pem"))
        write("certificate", "ca-pem", b"\3" + read("cert.pem") * 2)
        write("certificate", "ca-der", b"\3" + read("cert.der"))
        open(os.path.join(d, "index"), "w").close()
        with open(os.path.join(d, "ca.cnf"), "w") as f:
            f.write("[ca]\ndefault_ca=x\n[x]\ndatabase=index\ndefault_md=sha256\ndefault_crl_days=3650\n")
        openssl("ca", "-config", "ca.cnf", "-gencrl", "-cert", "cert.pem", "-keyfile", "key.pem", "-out", "list.pem")
        write("certificate", "crl-pem", b"\4" + read("list.pem"))
        # no private key goes into the tree
        write("certificate", "own-key", b"\2-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n")


for make in (ppp, avp, netlink, conf, ctl, fragment, gateway):
    make()
if not os.path.isdir(SEEDS + "/certificate"):
    certificate()
ike_certificate()
ike_operations()
