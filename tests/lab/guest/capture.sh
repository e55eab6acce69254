# SPDX-License-Identifier: MIT
# What passes a wire, one capture at a time.
CAPTURE=	# tcpdump's pid
CAPTURED=	# the file of the last one

# capture_start NAME [NAMESPACE INTERFACE]: of what passes wan, or there, as $RESULTS/NAME.pcap.
# Whole packets of any size would leave room for eight in the kernel's buffer.
capture_start() {
	CAPTURED=$RESULTS/$1.pcap
	rm -f "$CAPTURED"
	ip netns exec "${2:-wan}" tcpdump -q -U --immediate-mode -s 2048 -B 8192 -i "${3:-br0}" -w "$CAPTURED" >/dev/null 2>&1 &
	CAPTURE=$!
	# the file's header is written when the socket takes packets
	waitfor 20 test -s "$CAPTURED" || fail "tcpdump does not start"
}

capture_end() {
	kill "$CAPTURE"
	wait "$CAPTURE" 2>/dev/null
	return 0
}

# captured FILTER: how many of its packets.
captured() { tcpdump -n -r "$CAPTURED" "$1" 2>/dev/null | wc -l; }

# captured_enough COUNT FILTER
captured_enough() { [ "$(captured "$2")" -ge "$1" ]; }
