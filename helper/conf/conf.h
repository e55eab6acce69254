/* SPDX-License-Identifier: MIT */
/* The configuration file as a validated structure.  Reading it has no side effects. */
#ifndef L2TPSEC_CONF_CONF_H
#define L2TPSEC_CONF_CONF_H

#include <net/if.h>
#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/log.h"

#define CONF_MAX_LISTEN		8
#define CONF_MAX_PROPOSALS	32
#define CONF_MAX_DNS		2
#define CONF_MAX_FILES		16
#define CONF_PROFILE_HINT_MAX	160

/**
 * struct conf_psk - a pre-shared key: section [psk NAME]
 * @name: the section's name, for log lines
 * @peers: which outer addresses may use it (peers =, default 0.0.0.0/0 and ::/0)
 * @peers_len: how many ranges
 * @id: the only phase 1 identity that may use it (id =), NULL = any
 * @secret: the key's bytes (secret = or secret-file =)
 * @secret_len: how many
 *
 * Several may match one peer: each is tried on Main Mode message 5.  In
 * Aggressive Mode one has to do: the first with the peer's identity, or else
 * the first without any.
 */
struct conf_psk {
	char *name;
	struct prefix *peers;
	size_t peers_len;
	char *id;
	uint8_t *secret;
	size_t secret_len;
};

/**
 * struct conf_files - names of files
 * @names: absolute, or relative to our working folder
 * @n: how many
 */
struct conf_files {
	char *names[CONF_MAX_FILES];
	size_t n;
};

/**
 * struct conf_certificate - section [certificate]: who we are, and whom we believe
 * @file: our certificate and what leads to its CA, PEM (certificate =)
 * @key_file: its RSA key, PEM (key =)
 * @pkcs12_file: all of that in one file instead (pkcs12 =)
 * @password_file: opens @key_file or @pkcs12_file (password-file =)
 * @cas: who issues the certificates of clients, PEM or DER (ca =)
 * @crls: which of them are revoked, PEM or DER (crl =)
 * @own: our certificate; NULL: certificates are not configured
 * @key: its RSA key
 * @chain: what leads from @own to its CA, sent with it
 * @issuers: certificates of @cas
 * @trusted: @issuers and the lists of @crls; chains are checked against it, in any thread
 */
struct conf_certificate {
	char *file;
	char *key_file;
	char *pkcs12_file;
	char *password_file;
	struct conf_files cas;
	struct conf_files crls;
	X509 *own;
	EVP_PKEY *key;
	struct stack_st_X509 *chain;
	struct stack_st_X509 *issuers;
	X509_STORE *trusted;
};

/**
 * struct conf_pool - addresses for sessions: section [pool NAME]
 * @name: the section's name
 * @first: first IPv4 address, host order (range = FIRST-LAST)
 * @last: last IPv4 address, inclusive
 */
struct conf_pool {
	char *name;
	uint32_t first;
	uint32_t last;
};

/**
 * struct conf_user - one line of chap-secrets: client server secret address
 * @name: user name
 * @secret: password
 * @has_address: a fixed address stands in the fourth column
 * @address: that address, host order
 */
struct conf_user {
	char *name;
	char *secret;
	bool has_address;
	uint32_t address;
};

/** conf_auth bits of struct conf_ppp: what a client may log in with, strongest asked first */
#define CONF_AUTH_MSCHAPV2	0x1
#define CONF_AUTH_CHAP_MD5	0x2
#define CONF_AUTH_PAP		0x4

/**
 * struct conf_ppp - section [ppp]
 * @auth: CONF_AUTH_* bits (auth =, default mschapv2)
 * @local_address: our inner address, host order (local-address =)
 * @dns: name servers given to clients, host order (dns =)
 * @dns_len: how many
 * @wins: WINS servers, host order (wins =)
 * @wins_len: how many
 * @mtu: cap of what is computed from the path (mtu =, default 1400)
 * @clamp_mss: TCP SYNs have their MSS lowered to what fits (clamp-mss =, default yes)
 * @echo_interval: seconds of silence before an LCP Echo-Request (lcp-echo-interval =, default 30, 0 = never)
 * @echo_failures: unanswered ones before the peer counts as dead (lcp-echo-failures =, default 4)
 * @users_file: chap-secrets (users =)
 * @users: its lines, sorted by name
 * @users_len: how many
 */
struct conf_ppp {
	unsigned int auth;
	uint32_t local_address;
	uint32_t dns[CONF_MAX_DNS];
	size_t dns_len;
	uint32_t wins[CONF_MAX_DNS];
	size_t wins_len;
	unsigned int mtu;
	bool clamp_mss;
	unsigned int echo_interval;
	unsigned int echo_failures;
	char *users_file;
	struct conf_user *users;
	size_t users_len;
};

/** enum conf_ike_hash - IKE hash and PRF (RFC 2409 appendix A values) */
enum conf_ike_hash {
	CONF_IKE_HASH_MD5 = 1,
	CONF_IKE_HASH_SHA1 = 2,
	CONF_IKE_HASH_SHA2_256 = 4,
	CONF_IKE_HASH_SHA2_384 = 5,
	CONF_IKE_HASH_SHA2_512 = 6,
};

/** enum conf_ike_cipher - what phase 1 encrypts with */
enum conf_ike_cipher {
	CONF_IKE_CIPHER_AES,
	CONF_IKE_CIPHER_3DES,
};

/**
 * struct conf_ike_proposal - one acceptable phase 1 transform, e.g. "aes256-sha1-modp2048"
 * @key_bits: AES-CBC key length
 * @hash: hash and PRF
 * @group: Diffie-Hellman group number (14 modp2048, 15 modp3072, 16 modp4096, 19 ecp256, 20 ecp384, 21 ecp521,
 *	31 curve25519)
 */
struct conf_ike_proposal {
	unsigned int key_bits;
	enum conf_ike_hash hash;
	unsigned int group;
};

/**
 * struct conf_esp_proposal - one acceptable phase 2 transform, e.g. "aes256gcm16" or "aes128-sha256"
 * @cipher: enum l2tpsec_cipher
 * @key_bits: key length without salt
 * @auth: enum l2tpsec_auth
 */
struct conf_esp_proposal {
	unsigned int cipher;
	unsigned int key_bits;
	unsigned int auth;
};

/** enum conf_client - what a client is, by the vendor IDs of its first message */
enum conf_client {
	CONF_CLIENT_ANY,
	CONF_CLIENT_WINDOWS,
	CONF_CLIENT_APPLE,
	CONF_CLIENT_ANDROID,
	CONF_CLIENT_LINUX,
};

/** enum conf_sha256_96 - is HMAC-SHA2-256 cut to 96 bits, as old Android does? */
enum conf_sha256_96 {
	CONF_SHA256_96_AUTO,	/* avoided if the client looks like it, and found out from its packets */
	CONF_SHA256_96_YES,
	CONF_SHA256_96_NO,
};

/**
 * struct conf_profile - what holds for some clients only: section [profile NAME]; the first that fits counts
 * @name: the section's name
 * @peers: their outer addresses (peers =, default 0.0.0.0/0 and ::/0)
 * @peers_len: how many ranges
 * @client: which of them (client =, default any)
 * @legacy: who offers nothing better gets 3DES, MD5, MODP1024 and MODP1536 (legacy =, default no)
 * @sha256_96: see there (sha256-96 =, default auto)
 */
struct conf_profile {
	char *name;
	struct prefix *peers;
	size_t peers_len;
	enum conf_client client;
	bool legacy;
	enum conf_sha256_96 sha256_96;
};

/**
 * struct conf_ike - sections [ike] and [esp]
 * @proposals: what phase 1 accepts, best first ([ike] proposals =)
 * @proposals_len: how many
 * @psks: every [psk NAME]
 * @psks_len: how many
 * @certificate: section [certificate]
 * @profiles: every [profile NAME], in their order
 * @profiles_len: how many
 * @half_open_max: unfinished phase 1 exchanges in total (half-open-max =, default 1000)
 * @half_open_per_source: the same per source address (half-open-per-source =, default 50)
 * @dpd_interval: seconds of silence before R-U-THERE to a peer that knows DPD (dpd-interval =, default 30, 0 = never)
 * @dpd_failures: unanswered ones before the peer counts as dead (dpd-failures =, default 5)
 * @force_udp_encapsulation: make peers believe that they are behind NAT
 *	(force-udp-encapsulation =, default no)
 * @aggressive_mode: answer Aggressive Mode (aggressive-mode =, default no)
 * @has_public_address: @public_address is set
 * @public_address: the address clients dial when we are behind NAT ([gateway] public-address =)
 * @esp: what phase 2 accepts, best first ([esp] proposals =)
 * @esp_len: how many
 * @replay_window: packets ([esp] replay-window =, default 1024)
 */
struct conf_ike {
	struct conf_ike_proposal proposals[CONF_MAX_PROPOSALS];
	size_t proposals_len;
	struct conf_psk *psks;
	size_t psks_len;
	struct conf_certificate certificate;
	struct conf_profile *profiles;
	size_t profiles_len;
	unsigned int half_open_max;
	unsigned int half_open_per_source;
	unsigned int dpd_interval;
	unsigned int dpd_failures;
	bool force_udp_encapsulation;
	bool aggressive_mode;
	bool has_public_address;
	struct addr public_address;
	struct conf_esp_proposal esp[CONF_MAX_PROPOSALS];
	size_t esp_len;
	unsigned int replay_window;
};

/**
 * struct conf_l2tp - section [l2tp]
 * @host_name: Host Name AVP (host-name =, default the machine's)
 * @hello_interval: seconds of silence before a HELLO (hello-interval =, default 60, 0 = never)
 * @retransmit_max: tries of one control message (retransmit-max =, default 8)
 * @sessions_max: sessions in one tunnel (sessions-max =, default 64)
 */
struct conf_l2tp {
	char host_name[64];
	unsigned int hello_interval;
	unsigned int retransmit_max;
	unsigned int sessions_max;
};

/**
 * enum conf_early_receive - when the module takes ESP in UDP in front of the host's IP layer
 * @CONF_EARLY_AUTO: while no capture or packet filter would miss it
 * @CONF_EARLY_NEVER: never
 * @CONF_EARLY_ALWAYS: always
 */
enum conf_early_receive {
	CONF_EARLY_AUTO,
	CONF_EARLY_NEVER,
	CONF_EARLY_ALWAYS,
};

/**
 * struct conf_gateway - section [gateway]
 * @device: network interface of the module (device =, default l2s0)
 * @listen: local addresses for UDP 500 and 4500 (listen =, default 0.0.0.0)
 * @listen_len: how many
 * @control_socket: path (control-socket =, default /run/l2tpsec/control)
 * @orphan_timeout: seconds that sessions outlive a dead daemon (orphan-timeout =, default 0)
 * @early_receive: (early-receive =, default auto)
 * @log_level: (log-level =, default info)
 */
struct conf_gateway {
	char device[IFNAMSIZ];
	struct addr listen[CONF_MAX_LISTEN];
	size_t listen_len;
	char *control_socket;
	unsigned int orphan_timeout;
	enum conf_early_receive early_receive;
	enum log_level log_level;
};

/**
 * struct conf - everything
 * @gateway: section [gateway]; a reload does not change @gateway.device and @gateway.listen
 * @ike: sections [ike], [esp], [psk NAME], [certificate], [profile NAME]
 * @l2tp: section [l2tp]
 * @ppp: section [ppp]
 * @pools: every [pool NAME]
 * @pools_len: how many
 */
struct conf {
	struct conf_gateway gateway;
	struct conf_ike ike;
	struct conf_l2tp l2tp;
	struct conf_ppp ppp;
	struct conf_pool *pools;
	size_t pools_len;
};

/** conf_complain - takes one finding, "FILE:LINE: what is wrong and what would be right" */
typedef void (*conf_complain)(void *arg, const char *text);

struct conf *conf_read(const char *path, conf_complain complain, void *arg);
void conf_free(struct conf *conf);
const struct conf_user *conf_user_find(const struct conf *conf, const char *name);
const struct conf_profile *conf_profile_find(const struct conf_ike *conf, const struct addr *peer,
					     enum conf_client client);
const char *conf_profile_hint(const struct conf_ike *conf, const struct addr *peer, enum conf_client client,
			      char out[CONF_PROFILE_HINT_MAX]);
const char *conf_ike_proposal_print(const struct conf_ike_proposal *p, char out[64]);
const char *conf_esp_proposal_print(const struct conf_esp_proposal *p, char out[64]);

#endif
