# SPDX-License-Identifier: MIT
# What a script inside the lab's guest starts with:	. "$LAB/guest/guest.sh"
# Each file is one noun; a function's name starts with it.
set -u
LOG=$RESULTS/log
mkdir -p "$LOG"
for noun in wait report topology capture peer strongswan libreswan xl2tpd traffic stock gateway; do
	. "$LAB/guest/$noun.sh"
done
