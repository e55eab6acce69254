#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: scale_report.py DIR [--check]

Reads what a run with two CPUs left in DIR/raw, writes DIR/scale.json and scale.md and
prints the latter.  --check: two clients on two CPUs get at least 1.8 times as much
through l2tpsec as one on one.
"""
import json
import os
import statistics
import sys

TARGET = 1.8
COUNT = 4096


def times_of_host(directory):
    """The plugin's file, which runs without an emulator do not have."""
    return os.path.join(directory, "raw", "phases", "times")


def is_time_of_host(directory):
    return os.path.exists(times_of_host(directory))


def read(directory):
    """For each phase what its clients needed on their CPUs: of the host's CPU, or else as time."""
    with open(os.path.join(directory, "raw", "phases.json"), encoding="ascii") as f:
        phases = json.load(f)
    lines = []
    if is_time_of_host(directory):
        with open(times_of_host(directory), encoding="ascii") as f:
            lines = [line.split() for line in f]
    for phase in phases:
        if not lines:
            yield phase["name"], phase["elapsed"]
            continue
        mine = dict(lines.pop(0) for _ in phase["elapsed"])
        yield phase["name"], {cpu: int(mine[cpu]) for cpu in phase["elapsed"]}


def rates(directory):
    """Packets in a millisecond, of all clients together, in the best run of each case, and in the median one.

    What else the host does can only make a run slower.
    """
    found = {}
    for name, needed in read(directory):
        found.setdefault(name, []).append(sum(COUNT / ns * 1e6 for ns in needed.values()))
    return {name: (max(runs), statistics.median(runs)) for name, runs in found.items()}


def main(directory, check):
    rate = rates(directory)
    lines = ["| case | one client | two clients on two CPUs | times | of the medians |",
             "| --- | ---: | ---: | ---: | ---: |"]
    results, failed = {}, 0
    for case in ("stock/tx", "stock/rx", "l2tpsec/tx", "l2tpsec/rx"):
        (one, usual_one), (two, usual_two) = rate[case + "/1"], rate[case + "/2"]
        results[case] = {"one": one, "two": two, "times": two / one, "of the medians": usual_two / usual_one}
        lines.append(f"| {case} | {one:.1f} | {two:.1f} | **{two / one:.2f}** | {usual_two / usual_one:.2f} |")
    if not is_time_of_host(directory):	# what an emulator's CPU is good at says nothing of two programs
        for way in ("tx", "rx"):
            times = results[f"l2tpsec/{way}"]["two"] / results[f"stock/{way}"]["two"]
            results[f"l2tpsec/{way}"]["beside stock"] = times
            lines.append(f"\n{way}: l2tpsec gets {times:.2f} times as much through as the stock stack")
    for name, content in (("scale.json", json.dumps(results, indent=1)), ("scale.md", "\n".join(lines))):
        with open(os.path.join(directory, name), "w", encoding="utf-8") as f:
            f.write(content + "\n")
    print("\n".join(lines))
    if not check:
        return 0
    for case in ("l2tpsec/tx", "l2tpsec/rx"):
        good = results[case]["times"] >= TARGET
        failed += not good
        print(f"{'ok' if good else 'not ok'} {case}: two CPUs do {results[case]['times']:.2f} times as much")
    print(f"{2 - failed} passed, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1], "--check" in sys.argv)))
