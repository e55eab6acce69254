# SPDX-License-Identifier: MIT
# A stock server, strongSwan + xl2tpd + pppd in srv: the control that shows that
# lab and clients work without anything of ours.  (Its peer name is srv.)

stock_start() {
	local name=$1 dir=$PEERS/$1 suite esp=

	for suite in $SUITES; do
		esp=$esp${esp:+,}${STRONGSWAN_ESP[$suite]}
	done
	strongswan_log "$name" "$name-charon.log"
	cat <<-END >"$dir/root/etc/ipsec.conf"
		config setup
		conn stock
		    auto=add
		    type=transport
		    keyexchange=ikev1
		    authby=psk
		    left=$SERVER
		    leftprotoport=udp/l2tp
		    right=%any
		    rightprotoport=udp/%any
		    ike=aes256-sha256-modp2048!
		    esp=$esp!
	END
	echo ": PSK \"$PSK\"" >"$dir/root/etc/ipsec.secrets"
	mkdir -p "$dir/root/etc/xl2tpd"
	cat <<-END >"$dir/root/etc/xl2tpd/xl2tpd.conf"
		[global]
		port = 1701
		[lns default]
		ip range = 10.99.0.10-10.99.0.20
		local ip = $INNER
		require chap = yes
		refuse pap = yes
		require authentication = yes
		name = stock
		pppoptfile = /etc/ppp/options.stock
		length bit = yes
	END
	cat <<-END >"$dir/root/etc/ppp/options.stock"
		require-mschap-v2
		noccp
		auth
		mtu 1400
		mru 1400
		nodefaultroute
		debug
		logfile $LOG/$name-pppd.log
	END
	echo 'alice * "wonder land" *' >"$dir/root/etc/ppp/chap-secrets"
	peer_exec "$name" ipsec start >"$LOG/$name-starter.log" 2>&1
	peer_exec "$name" xl2tpd -D -c /etc/xl2tpd/xl2tpd.conf -p /run/xl2tpd.pid -C /run/xl2tpd/l2tp-control \
		>"$LOG/$name-xl2tpd.log" 2>&1 &
	waitfor 30 stock_ready "$name" || fail "the stock server does not start"
}

stock_ready() { peer_exec "$1" ipsec statusall | grep -q '^ *stock:'; }
