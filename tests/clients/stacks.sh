# SPDX-License-Identifier: MIT
# Clients whose real programs are at hand: strongSwan or Libreswan, xl2tpd and pppd, with the lists
# that NetworkManager-l2tp, ChromeOS and RouterOS give them.
SUITES="nm-l2tp-strongswan chromeos mikrotik-strongswan"

NM_IKE=$STRONGSWAN_IKE
# ChromeOS adds strongSwan's own defaults to its lists; in ipsec.conf that is a list without "!"
declare -A STACK_IKE=(
	[nm-l2tp-strongswan]="$NM_IKE!"
	[chromeos]="aes128-sha256-modp3072,aes128-sha1-modp2048,3des-sha1-modp1536,3des-sha1-modp1024"
	[mikrotik-strongswan]="aes128-sha1-modp2048,aes128-sha1-modp1024,aes256-sha1-modp2048,aes256-sha1-modp1024!")
declare -A STRONGSWAN_ESP=(
	[nm-l2tp-strongswan]="aes256-sha1,aes128-sha1,3des-sha1!"
	[chromeos]="aes128gcm16,aes128-sha256,aes128-sha1,3des-sha1,3des-md5"
	[mikrotik-strongswan]="aes256-sha1-modp2048,aes192-sha1-modp2048,aes128-sha1-modp2048!")
declare -A LIBRESWAN_ESP=([nm-l2tp-libreswan]=aes256-sha1,aes128-sha1,3des-sha1)
declare -A STACK_TITLE=(
	[nm-l2tp-strongswan]="NetworkManager-l2tp with strongSwan"
	[nm-l2tp-libreswan]="NetworkManager-l2tp with Libreswan"
	[chromeos]="ChromeOS"
	[mikrotik-strongswan]="MikroTik RouterOS's lists with strongSwan, PFS modp2048, MRRU")
declare -A STACK_PPP=(
	[nm-l2tp-strongswan]=$XL2TPD_PPP
	[nm-l2tp-libreswan]=$XL2TPD_PPP
	[chromeos]="mtu 1410 mru 1410 lcp-echo-failure 4 lcp-echo-interval 30"
	[mikrotik-strongswan]="mtu 1450 mru 1450 multilink mrru 1600 nopcomp noaccomp novj noipv6")

strongswan_conn() {
	cat <<-END
		conn $1
		    auto=add
		    type=transport
		    keyexchange=ikev1
		    authby=psk
		    left=%defaultroute
		    leftprotoport=udp/l2tp
		    right=$SERVER
		    rightid=%any
		    rightprotoport=udp/l2tp
		    keyingtries=%forever
		    ikelifetime=$((180 + $3))m
		    ike=${STACK_IKE[$1]}
		    esp=$2
	END
}

# our_words: strongSwan's and Libreswan's names of algorithms in ours
our_words() {
	sed -E 's/AES_GCM_16_([0-9]+)(-NONE)?/aes\1gcm16/g; s/AES_CBC_([0-9]+)/aes\1/g; s/3DES_CBC/3des/g
		s/HMAC_SHA2_(256|384|512)(_[0-9]+)?/sha\1/g; s/HMAC_SHA1(_96)?/sha1/g; s/PRF_[^\/]*\///
		s/MODP_?([0-9]+)/modp\1/; s/ECP_/ecp/; s/CURVE_25519|DH31/curve25519/; s/DH19/ecp256/; s/DH20/ecp384/; s/DH21/ecp521/; s/\/NO_EXT_SEQ//; s/\//-/g'
}

# strongswan_suites NAME: phase 1 and phase 2 as the client has them
strongswan_suites() {
	peer_exec "$1" ipsec statusall >"$LOG/$1-status.log" 2>&1
	sed -nE 's/.*IKE proposal: (.*)/\1/p' "$LOG/$1-status.log" | head -1 | our_words
	sed -nE 's/^.*\{[0-9]+\}:  *([A-Z0-9_]+(\/[A-Z0-9_]+)*), [0-9]+ bytes_i.*/\1/p' "$LOG/$1-status.log" | head -1 |
		our_words
}

libreswan_suites() {
	peer_exec "$1" ipsec whack --status >"$LOG/$1-status.log" 2>&1
	sed -nE 's/.*IKE(v1)? algorithm newest: ([^;]*).*/\2/p' "$LOG/$1-status.log" | head -1 | our_words
	sed -nE 's/.*ESP algorithm newest: ([^;]*);.*/\1/p' "$LOG/$1-status.log" | head -1 | our_words
}

stack_ipsec() {
	gateway_mark
	peer_stack "$1" up "$STACK_CLIENT" 60 || return 1
	waitfor 30 stack_says "$1" || fail "the client does not say what it negotiated: ${SAID[*]}"
}

# stack_says NAME: its kernel has the SAs a moment after the daemon has.
stack_says() {
	mapfile -t SAID < <(peer_stack "$1" suites)
	PHASE1=${SAID[0]:-} PHASE2=${SAID[1]:-}
	[ -n "$PHASE1" ] && [ -n "$PHASE2" ]
}

# stack_ppp NAME: and l2tpsec show agrees with the client; strongSwan names the group of PFS too.
stack_ppp() {
	local is

	xl2tpd_dial "$1" alice "$GATEWAY_PASSWORD" || return 1
	waitfor 20 gateway_is_up alice || fail "alice is not up in l2tpsec show" || return 1
	is=$(gateway_field alice '| "\(.phase1) \(.suite) \(.auth) \(.address)"')
	[ "$is" = "$PHASE1 ${PHASE2%-modp*} mschapv2 $(peer_address "$1")" ] ||
		fail "l2tpsec show says $is, the client $PHASE1 $PHASE2 $(peer_address "$1")" || return 1
	! gateway_said 'failed at' || fail "$(gateway_since | grep -m 1 'failed at')"
}

mrru_rejected() { logged "$LOG/$1-pppd.log" 'rcvd \[LCP ConfRej.*mrru' || fail "no ConfRej of MRRU"; }

# stack_row [QUIRK]: for the page, of the session that is up.
stack_row() {
	local pfs=

	[[ $PHASE2 != *-modp* ]] || pfs=", PFS modp${PHASE2##*-modp}"
	gateway_ctl show --json |
		jq -c --arg name "$STACK_CLIENT" --arg title "${STACK_TITLE[$STACK_CLIENT]}" --arg pfs "$pfs" \
		--argjson quirks "${1:-{\}}" '.subscribers[] | select(.user == "alice") |
		{name: $name, title: $title, real: true, phase1, phase2: (.suite + $pfs), mtu, ppp: "MS-CHAPv2",
		 esp: (if .encap == "udp" then "in UDP" else "IP protocol 50" end), l2tp: "1701, xl2tpd",
		 quirks: $quirks, failed: false}' >>"$RESULTS/clients.jsonl"
}

# stack_client NAME CLIENT: all stages, in the namespace where its programs run.
stack_client() {
	local name=$1 quirks=

	STACK_CLIENT=$2 XL2TPD_PPP=${STACK_PPP[$2]}
	check "$2: sets up IPsec" stack_ipsec "$name" || {
		peer_stack "$name" down
		return 1
	}
	if check "$2: phase 1 $PHASE1, phase 2 $PHASE2, l2tp, ppp MS-CHAPv2: as l2tpsec show has it" stack_ppp "$name"; then
		if [ "$2" = mikrotik-strongswan ]; then
			check "$2: MRRU rejected" mrru_rejected "$name" && quirks='{"MRRU": "rejected"}'
		fi
		check "$2: data 20 pings back, counted exactly" pings "$name" alice && stack_row "$quirks"
	fi
	check "$2: disconnect nothing left" client_hangs_up "$name"
}
