# SPDX-License-Identifier: MIT
# Certification authorities made with openssl: CA/NAME.pem and CA/NAME.key, root included.
# All that they issue has the same key: the lab takes long to make one.
CA=/tmp/ca

# ca_new NAME: a CA of that name.
ca_new() {
	mkdir -p "$CA"
	ca_openssl req -x509 -newkey rsa:2048 -nodes -subj "/O=Lab/CN=$1" -days 30 \
		-addext basicConstraints=critical,CA:TRUE -keyout "$CA/$1.key" -out "$CA/$1.pem" && ca_adopt "$1"
}

# ca_adopt NAME: a certificate becomes a CA that can issue.
ca_adopt() {
	mkdir -p "$CA/$1"
	: >"$CA/$1/index.txt"
	echo 1000 >"$CA/$1/serial"
	echo 1000 >"$CA/$1/crlnumber"
	cat <<-END >"$CA/$1/openssl.cnf"
		[ca]
		default_ca = this
		[this]
		database = $CA/$1/index.txt
		serial = $CA/$1/serial
		crlnumber = $CA/$1/crlnumber
		new_certs_dir = $CA/$1
		certificate = $CA/$1.pem
		private_key = $CA/$1.key
		default_md = sha256
		default_crl_days = 30
		policy = anything
		copy_extensions = copy
		unique_subject = no
		[anything]
		organizationName = optional
		commonName = supplied
	END
}

# ca_issue CA NAME [EXTENSION...]: valid from CA_FROM to CA_TO, YYYYMMDDHHMMSSZ.
ca_issue() {
	local ca=$1 name=$2 options=() extension

	shift 2
	for extension in "$@"; do
		options+=(-addext "$extension")
	done
	[ -e "$CA/machine.key" ] || ca_openssl genrsa -out "$CA/machine.key" 2048 || return 1
	cp "$CA/machine.key" "$CA/$name.key" &&
	ca_openssl req -new -key "$CA/$name.key" -subj "/O=Lab/CN=$name" "${options[@]}" -out "$CA/$name.req" &&
	ca_openssl ca -batch -notext -config "$CA/$ca/openssl.cnf" -in "$CA/$name.req" -out "$CA/$name.pem" \
		-startdate "${CA_FROM:-$(date -u -d yesterday +%Y%m%d%H%M%SZ)}" \
		-enddate "${CA_TO:-$(date -u -d 30days +%Y%m%d%H%M%SZ)}"
}

# ca_revoke CA NAME
ca_revoke() { ca_openssl ca -config "$CA/$1/openssl.cnf" -revoke "$CA/$2.pem"; }

# ca_list CA: CA/CA.crl, what is revoked.
ca_list() { ca_openssl ca -config "$CA/$1/openssl.cnf" -gencrl -out "$CA/$1.crl"; }

ca_openssl() { openssl "$@" >>"$LOG/ca.log" 2>&1 || fail "openssl $1: $(tail -1 "$LOG/ca.log")"; }
