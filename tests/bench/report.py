#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: report.py DIR [OTHER]

Reads what a run of the benchmark left in DIR/raw and writes results.json,
report.md, profile.md and plot.svg; prints report.md, and of profile.md the head of each case
with one of our sessions and 1400 bytes.  With OTHER: only prints by function what became of
that run's costs.
"""
import bisect
import json
import os
import re
import sys

# Work on every byte, and the API in front of it, which both stacks call.
CIPHER_MODULES = {"aesni_intel", "ghash_clmulni_intel", "sha1_ssse3", "sha1_generic", "libaes",
                  "aes_generic", "sha256_ssse3", "sha512_ssse3", "curve25519_x86_64",
                  "chacha_x86_64", "poly1305_x86_64", "libcurve25519_generic", "libchacha",
                  "libchacha20poly1305", "libblake2s", "blake2s_x86_64"}
API_MODULES = {"authenc", "echainiv", "seqiv", "cryptd", "crypto_simd", "gcm", "ctr", "cbc", "hmac",
               "geniv", "drbg"}
API_SYMBOL = re.compile(r"_*(crypto_|aead_|skcipher_|ahash_|shash_|scatterwalk_|kernel_fpu_|simd_|"
                        r"fpregs_|save_fpregs|irq_fpu_usable|geniv|chacha|poly1305|blake2s|sha1_|aes_|"
                        r"gcm_|hmac_)")
ALLOCATORS = re.compile(r"(kmem_cache_alloc\w*|__kmalloc\w*|kmalloc\w*trace\w*|kmalloc_large\w*|"
                        r"page_frag_alloc_align|__page_frag_alloc_align)$")
# How nic.c waits for what ksoftirqd or a work queue has taken over; no stack calls these for a packet.
HARNESS = {"bursts", "ktime_get", "read_tsc", "__cond_resched"}
XMIT, RECEIVE = "__dev_queue_xmit", "__netif_receive_skb_core"


class Symbols:
    def __init__(self, path):
        found = []
        with open(path, encoding="ascii") as f:
            for line in f:
                address, kind, name, *module = line.split()
                if kind in "tTwW":
                    found.append((int(address, 16), name, module[0][1:-1] if module else ""))
        found.sort()
        self.addresses = [f[0] for f in found]
        self.names = [f[1:] for f in found]

    def find(self, address):
        """Name, module, and whether it is the function's first instruction."""
        i = bisect.bisect_right(self.addresses, address) - 1
        if i < 0 or address < 0xffff800000000000:
            return "user", "", False
        return *self.names[i], self.addresses[i] == address


def group_of(name, module):
    if module in CIPHER_MODULES:
        return "cipher"
    if module in API_MODULES or not module and API_SYMBOL.match(name):
        return "api"
    return "rest"


class Phase:
    """Sums per frame: by function, by group; locked instructions, calls."""
    def __init__(self, meta, path, symbols):
        self.name, self.per = meta["name"], meta["packets"]
        self.functions, self.calls = {}, {}
        self.sums = {"cipher": 0, "api": 0, "rest": 0, "locked": 0}
        with open(path, encoding="ascii") as f:
            for line in f:
                address, insns, locked, runs = line.split()
                runs = int(runs)
                name, module, entry = symbols.find(int(address, 16))
                if name in HARNESS:
                    continue
                n = int(insns) * runs / self.per
                key = f"{name} [{module}]" if module else name
                self.functions[key] = self.functions.get(key, 0) + n
                self.sums[group_of(name, module)] += n
                self.sums["locked"] += int(locked) * runs / self.per
                if entry:
                    self.calls[name] = self.calls.get(name, 0) + runs / self.per
        self.total = sum(self.sums[k] for k in ("cipher", "api", "rest"))
        self.sums["allocations"] = sum(n for name, n in self.calls.items() if ALLOCATORS.match(name))
        self.sums["xmit"] = self.calls.get(XMIT, 0)
        self.sums["receive"] = self.calls.get(RECEIVE, 0)


def base_of(name, phases):
    stack, direction, _, length, _, burst = name.split("/")
    direction = {"tx": "forward", "rx": "forward", "rx-gro": "forward-gro"}.get(direction, direction)
    base = f"plain/{direction}/-/{length}/0/{burst}"
    return None if stack == "plain" else phases.get(base)


def result_of(phase, base):
    """What a phase costs per packet; if there is a base, above it."""
    result = {"total": round(phase.total, 1)}
    for key, value in phase.sums.items():
        result[key] = round(value - (base.sums[key] if base else 0), 2)
    result["excess"] = round(phase.total - (base.total if base else 0), 1)
    return result


HEAD = ("case", "total", "excess", "cipher", "crypto API", "**the rest**", "locked", "allocations",
        "netdev passes")


def cells(name, r):
    return (name, f"{r['total']:,.0f}", f"{r['excess']:,.0f}", f"{r['cipher']:,.0f}",
            f"{r['api']:,.0f}", f"**{r['rest']:,.0f}**", f"{r['locked']:.1f}",
            f"{r['allocations']:.2f}", f"{r['xmit'] + r['receive']:.1f}")


def table(results):
    rows = [HEAD, ("---",) + ("---:",) * (len(HEAD) - 1)]
    rows += [cells(name, r) for name, r in results.items()]
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


def profile(phases, limit=40, of=re.compile("")):
    """What each case whose name begins so costs by function, above its base."""
    out = []
    for name, phase in phases.items():
        if not of.match(name):
            continue
        base = base_of(name, phases)
        before = base.functions if base else {}
        delta = {f: phase.functions.get(f, 0) - before.get(f, 0)
                 for f in phase.functions.keys() | before.keys()}
        top = sorted(delta.items(), key=lambda item: (-abs(item[1]), item[0]))[:limit]
        out.append(f"\n## {name}{', above ' + base.name if base else ''}\n\n| function | instructions |\n|---|---:|\n")
        out += [f"| {f} | {n:,.1f} |\n" for f, n in top if abs(n) >= 1]
    return "".join(out)


OURS = re.compile("l2tpsec/[^/]+/[^/]+/1400/1/")

COLOURS = {"rest": "#356", "api": "#8ab", "cipher": "#cde"}


def plot(results):
    """Horizontal bars: the rest, crypto API, cipher; cases of one kind side by side."""
    cases = {}
    for name, r in results.items():
        stack, _, case = name.partition("/")
        if stack in ("stock", "wireguard", "l2tpsec"):
            cases.setdefault(case, []).append((stack, r))
    bars = sum(len(b) for b in cases.values())
    height = 40 + 18 * bars + 12 * len(cases)
    widest = max([max(r["rest"], 0) + r["api"] + r["cipher"] for b in cases.values() for _, r in b] + [1])
    widest = min(widest, 30000)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="{height}" '
           'font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="#fff"/>'
           '<text x="10" y="16">Instructions per packet above plain forwarding: dark: the stack; '
           'lighter: crypto API; lightest: cipher</text>']
    y = 30
    for case, bars_ in cases.items():
        for stack, r in bars_:
            x = 290
            out.append(f'<text x="10" y="{y + 12}">{case}</text><text x="215" y="{y + 12}">{stack}</text>')
            for key, colour in COLOURS.items():
                width = max(r[key], 0) / widest * 520
                width = min(width, 810 - x)
                out.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="15" fill="{colour}"/>')
                x += width
            out.append(f'<text x="{x + 4:.1f}" y="{y + 12}">{r["rest"]:,.0f}</text>')
            y += 18
        y += 12
    return "".join(out) + "</svg>\n"


def difference(directory, other):
    """For development: what another run's functions cost more or less."""
    runs = [load(d) for d in (other, directory)]
    for name in runs[1]:
        if name in runs[0]:
            before, after = (run[name].functions for run in runs)
            delta = {f: after.get(f, 0) - before.get(f, 0) for f in before.keys() | after.keys()}
            top = sorted(delta.items(), key=lambda item: (-abs(item[1]), item[0]))[:15]
            print(name, ", ".join(f"{f} {n:+.0f}" for f, n in top if abs(n) >= 2))


def load(directory):
    raw = os.path.join(directory, "raw")
    symbols = Symbols(os.path.join(raw, "kallsyms"))
    with open(os.path.join(raw, "phases.json"), encoding="ascii") as f:
        meta = json.load(f)
    return {m["name"]: Phase(m, os.path.join(raw, "phases", str(i)), symbols)
            for i, m in enumerate(meta)}


def main(directory):
    phases = load(directory)
    results = {name: result_of(phase, base_of(name, phases)) for name, phase in phases.items()}
    text = table(results)
    for name, content in (("results.json", json.dumps(results, indent=1, sort_keys=True) + "\n"),
                          ("report.md", text), ("profile.md", profile(phases)),
                          ("plot.svg", plot(results))):
        with open(os.path.join(directory, name), "w", encoding="utf-8") as f:
            f.write(content)
    print(text + profile(phases, 24, OURS), end="")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        difference(*sys.argv[1:])
    else:
        main(sys.argv[1])
