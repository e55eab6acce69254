# SPDX-License-Identifier: MIT
# Where the lab keeps what is too big for the tree; sourced by the host scripts.
set -eu
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

LAB=$(cd "$(dirname "$0")" && pwd)
REPO=$(cd "$LAB/../.." && pwd)
CACHE=${L2TPSEC_CACHE:-$HOME/.cache/l2tpsec}
mkdir -p "$CACHE"

die() { echo "${0##*/}: $*" >&2; exit 2; }

# lock NAME: one builder of a cached thing at a time, until the script ends.
lock() {
	exec 9>"$CACHE/.lock-$1"
	flock 9
}
