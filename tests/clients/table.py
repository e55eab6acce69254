# SPDX-License-Identifier: MIT
"""usage: table.py RESULTS [PAGE]

Makes doc/clients.md from clients.jsonl of a run and prints it; with PAGE, compares instead: exit status 1 if a
client of this run got something else than the page says.  A client that this build refuses for want of an
option it does not know yet is left out of the comparison.
"""
import json
import sys

HEAD = """# Clients

Made by `tests/clients/table.py` from a run of `tests/run clients`, which fails if this page says otherwise.
The gateway has its default configuration; what a client needs besides stands under "needs".
Played: a program of its own sends what that client sends, byte by byte, from the first packet to the last.
Real: strongSwan or Libreswan, xl2tpd and pppd with that client's lists and options.

| client | | phase 1 | phase 2 | ESP | MTU | L2TP port, host name | what its oddities are answered with | needs |
|---|---|---|---|---|---|---|---|---|
"""


def line(row):
    quirks = ", ".join(f"{name} {answer}" for name, answer in sorted(row["quirks"].items()))
    return "| " + " | ".join([row["title"], "real" if row.get("real") else "played", row["phase1"], row["phase2"], row["esp"],
                              str(row["mtu"]), row["l2tp"].replace('"', ""), quirks, row.get("needs", "")]) + " |"


def main():
    rows = [json.loads(text) for text in open(sys.argv[1] + "/clients.jsonl")]
    rows = [row for row in rows if not row["failed"] and "refused" not in row]
    lines = [line(row) for row in rows]
    if len(sys.argv) == 2:
        print(HEAD + "\n".join(lines))
        return
    page = open(sys.argv[2]).read()
    lost = [text for text in lines if text not in page.splitlines()]
    for text in lost:
        print(f"doc/clients.md has no row\n  {text}")
    sys.exit(bool(lost) or not lines or not page.startswith(HEAD))


main()
