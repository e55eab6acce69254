# SPDX-License-Identifier: MIT
# Waiting is always for a condition, never for a time.

# seconds NUMBER: as many more as this kernel is slower.
seconds() { echo $(($1 * ${SLOW:-1})); }

# waitfor SECONDS COMMAND...: until it succeeds; fails when the time is over.  It looks
# every tenth of a second, a slow kernel has other things to do.
waitfor() {
	local end=$((SECONDS + $(seconds "$1")))

	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep "0.${SLOW:-1}"
	done
}

# gone COMMAND...: the command fails.
gone() { ! "$@"; }

# logged FILE PATTERN [COUNT]: at least COUNT lines match.
logged() { [ "$(grep -cE -- "$2" "$1" 2>/dev/null)" -ge "${3:-1}" ]; }
