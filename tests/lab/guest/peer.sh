# SPDX-License-Identifier: MIT
# A peer is a machine of its own as far as its daemons can tell: a network
# namespace and a mount namespace with its own /run, /etc and /var/lib/ipsec.
#
#	peer_new NAME STACK	STACK: strongswan, libreswan or stock (a server)
#	peer_exec NAME COMMAND...
#	peer_connect NAME SUITE USER PASSWORD
#	peer_disconnect NAME
#	peer_end NAME		its daemons end with it
#
# NAME is the namespace's name too.  What differs between the IPsec stacks is
# behind the functions STACK_start, STACK_psk, STACK_up and STACK_down.
PEERS=/tmp/peers
PSK='a shared key of this lab'

# suite -> what the client's own configuration calls it
declare -A STRONGSWAN_ESP=(
	[aes256gcm16]=aes256gcm16 [aes256-sha1]=aes256-sha1 [aes128-sha256]=aes128-sha256)
declare -A LIBRESWAN_ESP=(
	[aes256gcm16]=aes_gcm256-null [aes256-sha1]=aes256-sha1 [aes128-sha256]=aes128-sha2_256)
SUITES="aes256gcm16 aes256-sha1 aes128-sha256"

peer_new() {
	local name=$1 stack=$2 dir=$PEERS/$1

	rm -rf "$dir" && mkdir -p "$dir"/{etc,run,ipsec,state}
	echo "$stack" >"$dir/stack"
	ip netns exec "$name" unshare -m --propagation private sh -c '
		mount -t overlay -o "lowerdir=/etc,upperdir=$1/etc,workdir=$1/state" etc /etc 2>/dev/null ||
			{ cp -a /etc/. "$1/etc" && mount --bind "$1/etc" /etc; }
		mount -t tmpfs tmpfs /run
		mkdir -p /etc/xl2tpd /run/lock /run/xl2tpd /run/pluto /var/lib/ipsec/nss
		mount --bind "$1/ipsec" /var/lib/ipsec && mkdir -p /var/lib/ipsec/nss
		if [ "$2" = libreswan ]; then
			mount --bind /opt/libreswan/usr/sbin/ipsec /usr/sbin/ipsec
			mount --bind /opt/libreswan/usr/libexec/ipsec /usr/libexec/ipsec
		fi
		echo $$ >"$1/pid"
		exec sleep infinity' peer "$dir" "$stack" &
	disown
	waitfor 10 test -s "$dir/pid" && ln -s "/proc/$(cat "$dir/pid")/root" "$dir/root" &&
	"${stack}_start" "$name" && xl2tpd_start "$name"
}

peer_exec() {
	local pid

	pid=$(cat "$PEERS/$1/pid")
	shift
	nsenter --target "$pid" --mount --net -- "$@"
}

# peer_stack NAME VERB [ARG...]: STACK_VERB for the stack of this peer.
peer_stack() {
	local name=$1 verb=$2

	shift 2
	"$(cat "$PEERS/$name/stack")_$verb" "$name" "$@"
}

# peer_psk NAME [KEY]
peer_psk() { peer_stack "$1" psk "${2:-$PSK}"; }

peer_connect() {
	peer_stack "$1" up "$2" && xl2tpd_dial "$1" "$3" "$4"
}

# peer_disconnect NAME: the client hangs up in order: PPP and L2TP, then IPsec.
peer_disconnect() {
	local status=0

	xl2tpd_hangup "$1" || status=1
	peer_stack "$1" down || status=1
	return $status
}

# peer_end NAME: every process of the network namespace goes, and none has time for a last word.
peer_end() {
	local pid self process all=()

	pid=$(cat "$PEERS/$1/pid")
	self=$(readlink "/proc/$pid/ns/net")
	for process in /proc/[0-9]*; do
		[ "$(readlink "$process/ns/net" 2>/dev/null)" != "$self" ] || all+=("${process#/proc/}")
	done
	kill -STOP "${all[@]}" 2>/dev/null
	kill -KILL "${all[@]}" 2>/dev/null
	waitfor 10 gone test -e "/proc/$pid"
}

# peer_address NAME: its inner address, once a route can go through ppp0: pppd sets the address first.
peer_address() {
	ip -n "$1" -4 -o address show dev ppp0 up 2>/dev/null | sed -n 's/.*inet \([0-9.]*\) .*/\1/p'
}
