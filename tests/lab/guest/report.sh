# SPDX-License-Identifier: MIT
# Results: "ok NAME (SECONDS s)" or "not ok NAME: REASON", shown and kept in $RESULTS/tap.

REPORT_FAILED=0
REPORT_REASON=

# fail REASON: remembers why, for use as "... || fail REASON" at the end of a test function.
fail() {
	REPORT_REASON=$*
	return 1
}

# check NAME FUNCTION [ARG...]: one test.
check() {
	local name=$1 start=${EPOCHREALTIME/./} line

	shift
	REPORT_REASON=
	if "$@"; then
		line=$(printf 'ok %s (%.1f s)' "$name" "$(( (${EPOCHREALTIME/./} - start) / 100000 ))e-1")
	else
		line="not ok $name: ${REPORT_REASON:-$* failed}"
		REPORT_FAILED=$((REPORT_FAILED + 1))
	fi
	echo "$line" | tee -a "$RESULTS/tap"
	echo "lab: ${line:0:900}" >/dev/kmsg	# a line of its own has 976 bytes
	[ "${line#ok }" != "$line" ]
}

# report_end: the script's exit status.
report_end() {
	exit $((REPORT_FAILED > 0))
}

# complaints_none: the kernel has not complained so far.
complaints_none() {
	! dmesg | grep -E -f "$LAB/complaints" >"$RESULTS/complaints.now" ||
		fail "dmesg: $(head -1 "$RESULTS/complaints.now")"
}
