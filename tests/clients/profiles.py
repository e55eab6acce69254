# SPDX-License-Identifier: MIT
"""What each client sends, as data.  Sizes are those of published server logs and captures.

ike    phase 1 and 2: offers in the client's order, the order of attributes, vendor IDs, nonce, identities
l2tp   ports, ids, and each message's AVPs
ppp    options of each protocol in the order of the request; what it rejects of ours; the order after the login
disconnect	how it leaves
expect	what must come of it; "quirks": what each of its oddities is answered with
option	of the gateway that it needs, "refusal": what the log says without it, "needs": the same for people
"""
import os

import l2tp
from ppp import (ACCOMP, ACSCP, ADDRESS, ASYNCMAP, CALLBACK, CCP, ENDPOINT, IPCP, IPV6CP, LCP, MAGIC, MRRU, MRU, PCOMP, VJ)

RFC3947 = "4a131c81070358455c5728f20e95452f"
DRAFT_00 = "4485152d18b6bbcd0be8a8469579ddcc"
DRAFT_02, DRAFT_02N = "cd60464335df21f87cfdb2fc68b6a448", "90cb80913ebb696e086381b5ec427b1f"
DRAFTS_03_TO_08 = ["7d9419a65310ca6f2c179d9215529d56", "9909b64eed937c6573de52ace952fa6b",
                   "80d0bb3def54565ee84645d4c85ce3ee", "4d1e0e136deafa34c4f3ea9f02ec7285",
                   "439b59f8ba676c4c7737ae22eab8f582", "8f8d83826d246b6fc7a8a6a428c11de8"]
APPLE_DRAFT = "4df37928e9fc4fd1b3262170d515c662"
FRAGMENTATION = "4048b7d56ebce88525e7de7f00d6c2d3"
DPD = "afcad71368a1f1c96b8696fc77570100"
XAUTH = "09002689dfd6b712"
NT5 = "1e2b516905991c7d7c96fcbfb587e461"

NO_ADDRESS, U32 = bytes(4), (0).to_bytes(4, "big")
SHORT_DEFLATE = [(26, b"\x78\x00"), (24, b"\x78\x00"), (21, b"\x2f")]   # pppd: <deflate 15> <deflate(old#) 15> <bsd v1 15>


def cross(ciphers, hashes, *group):
    return [(c, h, *group) for c in ciphers for h in hashes]


LEGACY = {"option": "legacy", "refusal": "only weak algorithms fit: offered .*legacy = yes"}


# Windows

def windows_messages(client):
    p = client.p["l2tp"]
    guid = l2tp.avp(1, os.urandom(16), False, 311)      # [MS-L2TPIE] 2.2.1.1
    return {
        l2tp.SCCRQ: [(l2tp.VERSION, 0x0100), (l2tp.FRAMING, 1), (l2tp.BEARER, 0), (l2tp.FIRMWARE, 0x0a00, False),
                     (l2tp.HOST, p["host"].encode()), (l2tp.VENDOR, b"Microsoft", False), (l2tp.TUNNEL, p["tunnel"]),
                     (l2tp.WINDOW, 8)],
        l2tp.SCCCN: [],
        l2tp.ICRQ: [(l2tp.SESSION, p["session"]), (l2tp.SERIAL, 0), (l2tp.BEARER_TYPE, 2), guid],
        l2tp.ICCN: [(l2tp.TX_SPEED, 100000000), (l2tp.FRAMING_TYPE, 1)],
        l2tp.STOPCCN: [(l2tp.TUNNEL, p["tunnel"]), (l2tp.RESULT, b"\0\6\0\0")],
    }


WINDOWS_VENDOR_IDS = [RFC3947, DRAFT_02N, FRAGMENTATION, "fb1de3cdf341b7ea16b7e5be0855f120",
                      "26244d38eddb61b3172a36e3d0cfb819", "e3a5966a76379fe707228231e5ce8652"]
WINDOWS_IKE = {
    "phase1": [("aes256", "sha1", "ecp384"), ("aes128", "sha1", "ecp256"), ("aes256", "sha1", "modp2048"),
               ("3des", "sha1", "modp2048"), ("3des", "sha1", "modp1024")],
    "phase1_form": "cipher bits hash group auth type duration32", "phase1_seconds": 28800, "nonce": 48,
    "identity": (0, 0), "small_message_ids": True,
    "phase2": [("aes256", "sha1"), ("aes128", "sha1"), ("3des", "sha1")], "phase2_layout": "proposals",
    "phase2_form": "mode seconds32 kilobytes32 auth bits", "phase2_seconds": 3600, "kilobytes": 250000,
    "id_port": 1701,
}
# "optional encryption", what a connection has when nobody changes it: two more, and so 444 bytes behind NAT
WINDOWS_OPTIONAL = WINDOWS_IKE | {"phase2": WINDOWS_IKE["phase2"] + [("des", "sha1"), ("null", "sha1")]}
WINDOWS_PPP = {
    "first_id": 0, "one_id_counter": True,
    "options": {
        LCP: [(MRU, b"\x05\x78"), (MAGIC, "magic"), (PCOMP, b""), (ACCOMP, b""), (CALLBACK, b"\6")],
        IPV6CP: [(1, bytes.fromhex("483c272cc66aebe1"))],
        CCP: [(18, bytes.fromhex("01000000"))],
        IPCP: [(ADDRESS, NO_ADDRESS), (129, U32), (130, U32), (131, U32), (132, U32)],
    },
    "rejects": {IPCP: (VJ,)}, "network": [IPV6CP, CCP, IPCP], "ccp_terminates": True, "compresses": True, "dhcp": "windows",
    "identifications": [b"MSRASV5.20", b"MSRAS-0-DESKTOP-7Q3", bytes.fromhex("00112233445566778899aabbccddeeff")],
}
WINDOWS_QUIRKS = {"CBCP": ["rejected"], "CCP MPPE": ["rejected"], "IPV6CP": ["protocol-rejected", "open"],
                  "second DNS": ["rejected"], "WINS": ["rejected"], "second WINS": ["rejected"]}
WINDOWS_SIZES = {"message 1": 408, "message 3": 228, "message 5": 76, "quick 1": 444, "quick 3": 60, "delete ESP": 76,
                 "delete IKE": 92}
WINDOWS_EXPECT = {"phase1": "aes256-sha1-ecp384", "phase2": "aes256-sha1", "kind": "Windows 8 or later", "mtu": 1400,
                  "sizes": WINDOWS_SIZES, "vector": "windows10-main-mode-1.hex", "quirks": WINDOWS_QUIRKS,
                  "log": {"Identification": "client identifies itself: MSRASV5.20"}}

WINDOWS_10 = {
    "name": "windows-10", "title": "Windows 8.1, 10, 11", "place": "nat",
    "ike": WINDOWS_OPTIONAL | {"vendor_ids": ["01528bbbc00696121849ab9a1c5b2a5100000001", NT5 + "00000009"] + WINDOWS_VENDOR_IDS},
    "l2tp": {"port": 1701, "tunnel": 1, "session": 1, "host": "RWB-LAPTOP-DELL", "messages": windows_messages,
             "data_length_bit": True},
    "ppp": WINDOWS_PPP | {"terminate_error": 0}, "disconnect": ["lcp", "esp", "ike"], "expect": WINDOWS_EXPECT,
}
WINDOWS_10_NO_NAT = WINDOWS_10 | {
    "name": "windows-10-no-nat", "title": "Windows 8.1, 10, 11, no NAT", "place": "wan",
    "ike": WINDOWS_10["ike"] | {"phase2": WINDOWS_IKE["phase2"]},
    "expect": WINDOWS_EXPECT | {"sizes": WINDOWS_SIZES | {"quick 1": 316}},
}
# multilink ticked
WINDOWS_7 = {
    "name": "windows-7", "title": "Windows 7", "place": "nat",
    "ike": WINDOWS_OPTIONAL | {"vendor_ids": [NT5 + "00000007"] + WINDOWS_VENDOR_IDS},
    "l2tp": WINDOWS_10["l2tp"] | {"host": "ENIGMA-PC", "tunnel": 7},
    "ppp": WINDOWS_PPP | {
        "terminate_error": 738, "compresses": False,
        "options": WINDOWS_PPP["options"] | {LCP: WINDOWS_PPP["options"][LCP] + [(MRRU, b"\6\x4e"), (ENDPOINT, b"\1" + b"7" * 8)]},
        "identifications": [b"MSRASV5.20", b"MSRAS-0-ENIGMA-PC", bytes.fromhex("00112233445566778899aabbccddeeff")]},
    "disconnect": ["lcp", "esp", "ike"],
    "expect": WINDOWS_EXPECT | {
        "kind": "Windows 7", "sizes": WINDOWS_SIZES | {"message 1": 384}, "vector": None,
        "quirks": WINDOWS_QUIRKS | {"MRRU": ["rejected"], "endpoint": ["rejected"]},
        "log": {"Identification": "client identifies itself: MSRAS-0-ENIGMA-PC",
                "Terminate data": "Windows error 738"}},
}


# Apple: racoon, pppd

def apple_messages(client):
    p = client.p["l2tp"]
    # the code in little-endian order, and six stale bytes behind it
    return {
        l2tp.SCCRQ: [(l2tp.VERSION, 0x0100), (l2tp.FRAMING, 3), (l2tp.HOST, p["host"].encode() + b"\0"),
                     (l2tp.TUNNEL, p["tunnel"]), (l2tp.WINDOW, 4)],
        l2tp.SCCCN: [],
        l2tp.ICRQ: [(l2tp.SESSION, p["session"]), (l2tp.SERIAL, 1)],
        l2tp.ICCN: [(l2tp.TX_SPEED, 1000000), (l2tp.FRAMING_TYPE, 3)],
        l2tp.CDN: [(l2tp.RESULT, bytes.fromhex("0300a90f00000100")), (l2tp.SESSION, p["session"])],
        l2tp.STOPCCN: [(l2tp.TUNNEL, p["tunnel"]), (l2tp.RESULT, bytes.fromhex("0100a90f00000100"))],
    }


RACOON_FORM = {"phase1_form": "type duration cipher bits auth hash group", "phase2_form": "seconds mode bits auth",
               "phase2_layout": "transforms", "nonce": 16, "identity": (17, 500), "initial_contact": True, "retry": 2}
APPLE_IKE = RACOON_FORM | {
    "vendor_ids": [RFC3947, APPLE_DRAFT, *reversed(DRAFTS_03_TO_08), DRAFT_02, DRAFT_02N, FRAGMENTATION + "80000000", DPD],
    "phase1": cross(["aes256"], ["sha256", "sha1", "md5", "sha512"], "modp2048") +
    cross(["aes256"], ["sha256", "sha1", "md5"], "modp1536") + cross(["aes256"], ["sha256", "sha1", "md5"], "modp1024") +
    cross(["aes128", "3des"], ["sha1", "md5"], "modp1024"),
    "phase1_seconds": 3600, "phase2": cross(["aes256", "aes128", "3des"], ["sha256", "sha1", "md5"]), "phase2_seconds": 3600,
}
APPLE_PPP = {
    "options": {
        LCP: [(ASYNCMAP, bytes(4)), (MAGIC, "magic"), (PCOMP, b""), (ACCOMP, b"")],
        IPCP: [(VJ, bytes.fromhex("002d0f01")), (ADDRESS, NO_ADDRESS), (129, U32), (131, U32)],
        ACSCP: [(1, bytes.fromhex("00000001")), (2, bytes.fromhex("00000001"))],
    },
    "network": [IPCP, ACSCP], "compresses": True, "terminate_text": b"User request", "mtu": 1280, "dhcp": "apple",
}
MACOS = {
    "name": "macos-ios", "title": "macOS 11, iOS 14 and later", "place": "nat",
    "ike": APPLE_IKE,
    "l2tp": {"port": None, "tunnel": 3, "session": 411, "host": "Johns-iPhone", "messages": apple_messages,
             "data_length_bit": True, "hellos_before": 3, "retry": 1},
    "ppp": APPLE_PPP, "disconnect": ["lcp", "cdn", "stop", "esp", "ike"],
    "expect": {"phase1": "aes256-sha512-modp2048", "phase2": "aes256-sha256", "kind": "Apple", "mtu": 1400, "host": "Johns-iPhone",
               "quirks": {"VJ": ["rejected"], "ACSCP": ["protocol-rejected"], "second DNS": ["rejected"]},
               "log": {}},
}
MACOS_OLD = MACOS | {
    "name": "macos-ios-2016", "title": "macOS 10.11, iOS 9 to 10.15, 13", "place": "wan",
    "ike": APPLE_IKE | {"phase2": cross(["aes256", "aes128", "3des"], ["sha1", "md5"])},
    "ppp": APPLE_PPP | {"options": {LCP: APPLE_PPP["options"][LCP], IPCP: APPLE_PPP["options"][IPCP][1:]}, "network": [IPCP]},
    "expect": MACOS["expect"] | {"phase2": "aes256-sha1", "quirks": {"second DNS": ["rejected"]}},
}
MACOS_GROUP = MACOS | {
    "name": "macos-ios-group", "title": "macOS, iOS with a group name (Aggressive Mode)", "option": "aggressive",
    "needs": "`aggressive-mode = yes`", "psk": "the key of the staff",
    "refusal": "Aggressive Mode is not allowed.*aggressive-mode = yes",
    "ike": APPLE_IKE | {"group": "staff", "phase1": APPLE_IKE["phase1"][:4], "initial_contact": False},
}


# Android: racoon, mtpd, pppd

def android_messages(client):
    p = client.p["l2tp"]
    return {
        l2tp.SCCRQ: [(l2tp.VERSION, 0x0100), (l2tp.HOST, b"anonymous"), (l2tp.FRAMING, 3), (l2tp.TUNNEL, p["tunnel"]),
                     (l2tp.WINDOW, 1)],
        l2tp.SCCCN: [],
        l2tp.ICRQ: [(l2tp.SESSION, p["session"]), (l2tp.SERIAL, int.from_bytes(os.urandom(4), "big"))],
        l2tp.ICCN: [(l2tp.TX_SPEED, 100000000), (l2tp.FRAMING_TYPE, 3)],
        l2tp.STOPCCN: [(l2tp.TUNNEL, p["tunnel"]), (l2tp.RESULT, b"\0\6")],
    }


ANDROID_IKE = RACOON_FORM | {
    "vendor_ids": [DRAFT_00, DRAFT_02N, RFC3947, FRAGMENTATION + "80000000", DPD], "phase1_seconds": 28800,
    "phase2_seconds": 28800, "retry": 3, "id_port": 0,
}
ANDROID_4 = {
    "name": "android-4-7", "title": "Android 4 to 7", "place": "nat", **LEGACY, "needs": "`legacy = yes` (MODP1024)",
    "ike": ANDROID_IKE | {
        "phase1": cross(["aes256", "aes128", "3des", "des"], ["sha256", "sha1", "md5"], "modp1024"),
        "phase2": cross(["aes256", "aes128", "3des", "des"], ["sha256", "sha1", "md5"]), "sha256_96": True},
    "l2tp": {"port": None, "tunnel": 24117, "session": 8213, "host": "anonymous", "messages": android_messages,
             "data_length_bit": False, "waits_for_acks": True, "retry": 2},
    "ppp": {
        "options": {
            LCP: [(MRU, b"\x05\x78"), (ASYNCMAP, bytes(4)), (MAGIC, "magic"), (PCOMP, b""), (ACCOMP, b"")],
            CCP: SHORT_DEFLATE,
            IPCP: [(VJ, bytes.fromhex("002d0f01")), (ADDRESS, NO_ADDRESS), (129, U32), (131, U32)],
        },
        "network": [CCP, IPCP], "terminate_text": b"User request"},
    "disconnect": ["lcp", "stop", "esp", "ike"],
    "expect": {"phase1": "aes256-sha256-modp1024", "phase2": "aes256-sha1", "kind": "Android or racoon", "mtu": 1400,
               "sccrq": 69, "strict": True,
               "quirks": {"CCP Deflate": ["rejected"], "CCP Deflate (draft)": ["rejected"], "CCP BSD": ["rejected"],
                          "CCP without options": ["protocol-rejected"], "VJ": ["rejected"], "second DNS": ["rejected"]},
               "log": {}},
}
ANDROID_8 = ANDROID_4 | {
    "name": "android-8-11", "title": "Android 8 to 11",
    "ike": ANDROID_IKE | {
        "phase1": cross(["aes256"], ["sha384", "sha256", "sha512", "sha1", "md5"], "modp1024") +
        cross(["aes128"], ["sha512", "sha384", "sha256", "sha1", "md5"], "modp1024") +
        cross(["3des", "des"], ["sha256", "sha1", "md5"], "modp1024"),
        "phase2": cross(["aes256", "aes128", "3des", "des"], ["sha512", "sha1", "sha256", "md5"])},
    "ppp": ANDROID_4["ppp"] | {
        "options": ANDROID_4["ppp"]["options"] | {LCP: [(MRU, b"\x04\xf6")] + ANDROID_4["ppp"]["options"][LCP][1:]}},
    "expect": ANDROID_4["expect"] | {"phase1": "aes256-sha512-modp1024", "phase2": "aes256-sha512", "mtu": 1270},
}


# Routers

def router_messages(client):
    p = client.p["l2tp"]
    name = p["host"].encode()
    return {
        l2tp.SCCRQ: [(l2tp.VERSION, 0x0100), (l2tp.FRAMING, 1), (l2tp.BEARER, 0), (l2tp.FIRMWARE, 1, False),
                     (l2tp.HOST, name), (l2tp.VENDOR, p["vendor"], False), (l2tp.TUNNEL, p["tunnel"]), (l2tp.WINDOW, 4)],
        l2tp.SCCCN: [],
        l2tp.ICRQ: [(l2tp.SESSION, p["session"]), (l2tp.SERIAL, 1)],
        l2tp.ICCN: [(l2tp.TX_SPEED, 0), (l2tp.FRAMING_TYPE, 1)],
        l2tp.CDN: [(l2tp.RESULT, b"\0\3\0\0"), (l2tp.SESSION, p["session"])],
        l2tp.STOPCCN: [(l2tp.TUNNEL, p["tunnel"]), (l2tp.RESULT, b"\0\6\0\0")],
    }


MIKROTIK_IKE = {
    "vendor_ids": [RFC3947, DRAFT_02N, XAUTH, DPD], "nonce": 24, "identity": (0, 0), "initial_contact": True,
    "phase1": [("aes128", "sha1", "modp2048"), ("aes128", "sha1", "modp1024"), ("aes256", "sha1", "modp2048"),
               ("aes256", "sha1", "modp1024")],
    "phase1_form": "type duration32 cipher bits auth hash group", "phase1_seconds": 86400,
    "phase2": [("aes256", "sha1"), ("aes192", "sha1"), ("aes128", "sha1")], "phase2_layout": "transforms",
    "phase2_form": "seconds mode bits auth group", "phase2_seconds": 1800, "id_port": 1701,
}
MIKROTIK = {
    "name": "mikrotik", "title": "MikroTik RouterOS, pfs-group=modp2048", "place": "wan",
    "ike": MIKROTIK_IKE | {"pfs": "modp2048"},
    "l2tp": {"port": 1701, "tunnel": 5, "session": 1, "host": "MikroTik", "vendor": b"MikroTik", "messages": router_messages,
             "data_length_bit": True},
    "ppp": {
        "options": {LCP: [(MRU, b"\x05\xaa"), (MAGIC, "magic"), (MRRU, b"\x06\x40")], IPCP: [(ADDRESS, NO_ADDRESS), (129, U32)]},
        "network": [IPCP]},
    "disconnect": ["lcp", "cdn", "stop", "esp", "ike"],
    "expect": {"phase1": "aes256-sha1-modp2048", "phase2": "aes256-sha1", "mtu": 1400,
               "quirks": {"MRRU": ["rejected"]}, "log": {}, "compression": []},
}
MIKROTIK_DEFAULT = MIKROTIK | {
    "name": "mikrotik-default", "title": "MikroTik RouterOS as it comes (PFS with modp1024)", "place": "nat",
    "ike": MIKROTIK_IKE | {"pfs": "modp1024"},
}
TPLINK = {
    "name": "tp-link", "title": "TP-Link TL-R483G, Archer MR200 and alike", "place": "router", **LEGACY,
    "needs": "`legacy = yes` (3DES, MODP1024)",
    "ike": {
        "vendor_ids": [RFC3947, DPD], "nonce": 16, "identity": (0, 0),
        "phase1": [("3des", "md5", "modp1024"), ("3des", "sha1", "modp1024")],
        "phase1_form": "cipher hash auth group type duration", "phase1_seconds": 28800,
        "phase2": [("3des", "md5"), ("3des", "sha1")], "phase2_layout": "transforms",
        "phase2_form": "seconds mode auth", "phase2_seconds": 3600, "id_port": 1701},
    # of its L2TP and PPP nothing is known: the least that works
    "l2tp": MIKROTIK["l2tp"] | {"host": "TP-LINK", "vendor": b"TP-LINK", "tunnel": 1},
    "ppp": {"options": {LCP: [(MRU, b"\x05\x78"), (MAGIC, "magic")], IPCP: [(ADDRESS, NO_ADDRESS), (129, U32), (131, U32)]},
            "network": [IPCP]},
    "disconnect": ["lcp", "cdn", "stop", "esp", "ike"],
    "expect": {"phase1": "3des-sha1-modp1024", "phase2": "3des-sha1", "mtu": 1400, "quirks": {"second DNS": ["rejected"]},
               "log": {}, "compression": []},
}

PROFILES = [WINDOWS_7, WINDOWS_10, WINDOWS_10_NO_NAT, MACOS, MACOS_OLD, MACOS_GROUP, ANDROID_4, ANDROID_8, MIKROTIK, MIKROTIK_DEFAULT,
            TPLINK]
