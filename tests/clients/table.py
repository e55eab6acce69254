# SPDX-License-Identifier: MIT
"""usage: table.py RESULTS [PAGE]

Makes doc/clients.md from clients.jsonl of a run and prints it; with PAGE, compares instead: exit status 1 if
the page says something else.
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
    cells = [row["title"], "real" if row.get("real") else "played", row["phase1"], row["phase2"], row["esp"],
             str(row["mtu"]), row["l2tp"].replace('"', ""), quirks, row.get("needs", "")]
    return "| " + " | ".join(cells) + " |"


def main():
    rows = [json.loads(text) for text in open(sys.argv[1] + "/clients.jsonl")]
    page = HEAD + "".join(line(row) + "\n" for row in rows if not row["failed"])
    if len(sys.argv) == 2:
        print(page, end="")
    elif page != open(sys.argv[2]).read():
        sys.exit("doc/clients.md is not what this run makes: see clients.md of its results")


main()
