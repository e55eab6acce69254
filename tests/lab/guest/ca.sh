# SPDX-License-Identifier: MIT
# Certification authorities made with openssl: CA/NAME.pem and CA/NAME.key, root included.
CA=/tmp/ca

# ca_new NAME [DAYS]: a CA of that name.
ca_new() {
	mkdir -p "$CA/$1"
	: >"$CA/$1/index.txt"
	echo 1000 >"$CA/$1/serial"
	echo 1000 >"$CA/$1/crlnumber"
	cat <<-END >"$CA/$1/openssl.cnf"
		[ca]
		default_ca = this
		[this]
		dir = $CA/$1
		database = \$dir/index.txt
		serial = \$dir/serial
		crlnumber = \$dir/crlnumber
		new_certs_dir = \$dir
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
	ca_openssl req -x509 -newkey rsa:2048 -nodes -subj "/O=Lab/CN=$1" -days 30 \
		-addext basicConstraints=critical,CA:TRUE -keyout "$CA/$1.key" -out "$CA/$1.pem"
}

# ca_issue CA NAME [EXTENSION...]: valid from CA_FROM to CA_TO, YYYYMMDDHHMMSSZ.
ca_issue() {
	local ca=$1 name=$2 options=() extension

	shift 2
	for extension in "$@"; do
		options+=(-addext "$extension")
	done
	ca_openssl req -new -newkey rsa:2048 -nodes -subj "/O=Lab/CN=$name" "${options[@]}" \
		-keyout "$CA/$name.key" -out "$CA/$name.req" &&
	ca_openssl ca -batch -notext -config "$CA/$ca/openssl.cnf" -in "$CA/$name.req" -out "$CA/$name.pem" \
		-startdate "${CA_FROM:-$(date -u -d yesterday +%Y%m%d%H%M%SZ)}" \
		-enddate "${CA_TO:-$(date -u -d 30days +%Y%m%d%H%M%SZ)}"
}

# ca_revoke CA NAME
ca_revoke() { ca_openssl ca -config "$CA/$1/openssl.cnf" -revoke "$CA/$2.pem"; }

# ca_list CA: CA/CA.crl, what is revoked.
ca_list() { ca_openssl ca -config "$CA/$1/openssl.cnf" -gencrl -out "$CA/$1.crl"; }

ca_openssl() { openssl "$@" >>"$LOG/ca.log" 2>&1 || fail "openssl $1: $(tail -1 "$LOG/ca.log")"; }
