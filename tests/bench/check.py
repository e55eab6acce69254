#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: check.py DIR [--record]

Compares what l2tpsec costs in DIR/results.json with tests/bench/recorded.json, case
by case: instructions above plain forwarding without crypto may be 2 % more, locked
instructions one half more, allocations none.  Counts depend on the kernel: with
another one than recorded the cost relative to the stock stack's, measured in the
same boot, is compared instead, within 10 %.
"""
import json
import os
import sys

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "recorded.json")
SAME, OTHER = 1.02, 1.10


def read(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def ours(results):
    """Our cases that the stock stack has too: its instructions beside ours."""
    for name, result in sorted(results.items()):
        stock = results.get(name.replace("l2tpsec/", "stock/", 1))
        if name.startswith("l2tpsec/") and stock:
            yield name, result, stock["rest"]


def record(version, results):
    known = read(RECORDED) if os.path.exists(RECORDED) else {}
    series = ".".join(version.split(".")[:2])
    known[series] = {"kernel": version, "cases": {
        name: {"rest": r["rest"], "locked": r["locked"], "allocations": r["allocations"], "stock": stock}
        for name, r, stock in ours(results)}}
    with open(RECORDED, "w", encoding="utf-8") as f:
        json.dump(known, f, indent=1, sort_keys=True)
        f.write("\n")


def verdict(result, stock, before, same_kernel):
    """Empty, or what is worse than recorded."""
    limit = before["rest"] * SAME if same_kernel else before["rest"] / before["stock"] * stock * OTHER
    faults = []
    if result["rest"] > limit:
        faults.append(f"{result['rest']:.0f} instructions, at most {limit:.0f}")
    if result["locked"] > before["locked"] + 0.5:
        faults.append(f"{result['locked']:.1f} locked instructions, recorded {before['locked']:.1f}")
    if result["allocations"] > before["allocations"] + 0.1:
        faults.append(f"{result['allocations']:.2f} allocations, recorded {before['allocations']:.2f}")
    return "; ".join(faults)


def check(version, results):
    recorded = read(RECORDED)[".".join(version.split(".")[:2])]
    same_kernel = recorded["kernel"] == version
    passed = failed = 0
    if not same_kernel:
        print(f"recorded with {recorded['kernel']}, not {version}: compared with the stock stack")
    for name, result, stock in ours(results):
        before = recorded["cases"].get(name)
        if not before:
            continue
        fault = verdict(result, stock, before, same_kernel)
        print(f"not ok {name}: {fault}" if fault else f"ok {name}: {result['rest']:.0f} instructions")
        passed += not fault
        failed += bool(fault)
    print(f"{passed} passed, {failed} failed")
    return bool(failed or not passed)


def main():
    results = read(os.path.join(sys.argv[1], "results.json"))
    with open(os.path.join(sys.argv[1], "raw", "version"), encoding="ascii") as f:
        version = f.read().strip()
    if "--record" in sys.argv:
        record(version, results)
        return 0
    return check(version, results)


if __name__ == "__main__":
    sys.exit(main())
