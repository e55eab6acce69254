// SPDX-License-Identifier: MIT
#include <linux/l2tpsec.h>
#include <stdio.h>
#include <string.h>

#include "ike/dh.h"
#include "ike/proposal.h"

#define DES3_KEY_BITS	192
#define PLACE_NONE	1000

/* A phase 1 transform as it reads on the wire (RFC 2409 appendix A). */
struct phase1 {
	unsigned int cipher;
	unsigned int key_bits;
	unsigned int hash;
	unsigned int auth;
	unsigned int group;
	uint32_t lifetime;
	bool strange;		/* an attribute that we do not know: cannot be agreed to */
};

/* A phase 2 transform as it reads on the wire (RFC 2407 4.5). */
struct phase2 {
	unsigned int id;
	unsigned int key_bits;
	unsigned int auth;
	unsigned int encapsulation;
	unsigned int group;
	bool esn;
	uint32_t lifetime;
	uint64_t kilobytes;
	bool strange;
};

/* A number on the wire and its name in log lines and in the configuration. */
struct name {
	unsigned int number;
	const char *text;
};

static const struct name ike_ciphers[] = {
	{ 1, "des" }, { 3, "blowfish" }, { IKE_CIPHER_3DES_CBC, "3des" }, { IKE_CIPHER_AES_CBC, "aes" },
	{ 8, "camellia" }, { 0 },
};

static const struct name ike_hashes[] = {
	{ CONF_IKE_HASH_MD5, "md5" }, { CONF_IKE_HASH_SHA1, "sha1" }, { CONF_IKE_HASH_SHA2_256, "sha256" },
	{ CONF_IKE_HASH_SHA2_384, "sha384" }, { CONF_IKE_HASH_SHA2_512, "sha512" }, { 0 },
};

static const struct name groups[] = {
	{ 1, "modp768" }, { 2, "modp1024" }, { 5, "modp1536" }, { 14, "modp2048" }, { 15, "modp3072" },
	{ 16, "modp4096" }, { 17, "modp6144" }, { 18, "modp8192" }, { 19, "ecp256" }, { 20, "ecp384" },
	{ 21, "ecp521" }, { 31, "curve25519" }, { 0 },
};

static const struct name auth_methods[] = {
	{ IKE_AUTH_PSK, "psk" }, { IKE_AUTH_RSA_SIG, "rsa-signature" }, { 65001, "xauth-psk" },
	{ 65005, "xauth-rsa" }, { 0 },
};

static const struct name esp_ids[] = {
	{ 2, "des" }, { ESP_3DES, "3des" }, { 7, "blowfish" }, { 11, "null" }, { ESP_AES_CBC, "aes" }, { 13, "aesctr" },
	{ 18, "aesgcm8" }, { 19, "aesgcm12" }, { ESP_AES_GCM_16, "aesgcm16" }, { 22, "camellia" }, { 0 },
};

static const struct name esp_auths[] = {
	{ ESP_AUTH_HMAC_MD5, "md5" }, { ESP_AUTH_HMAC_SHA1, "sha1" }, { ESP_AUTH_HMAC_SHA2_256, "sha256" },
	{ ESP_AUTH_HMAC_SHA2_384, "sha384" }, { ESP_AUTH_HMAC_SHA2_512, "sha512" }, { 9, "aesxcbc" }, { 0 },
};

static const struct name encapsulations[] = {
	{ 1, "tunnel" }, { ENCAPSULATION_TRANSPORT, "transport" }, { 3, "udp-tunnel" },
	{ ENCAPSULATION_UDP_TRANSPORT, "udp-transport" }, { 61443, "draft-udp-tunnel" },
	{ 61444, "draft-udp-transport" }, { 0 },
};

static const char *name_of(const struct name *names, unsigned int number, char buf[16])
{
	for (; names->text; names++) {
		if (names->number == number)
			return names->text;
	}
	snprintf(buf, 16, "?%u", number);
	return buf;
}

static uint32_t to_u32(uint64_t v)
{
	return v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
}

static struct phase1 phase1_read(const struct payload_offer *o)
{
	struct phase1 t = { .auth = IKE_AUTH_PSK };
	struct payload_attribute a;
	uint64_t life_type = 0;
	struct rbuf r;

	t.strange = o->protocol != ISAKMP_PROTO_ISAKMP || o->id != TRANSFORM_KEY_IKE || o->combined;
	rbuf_init(&r, o->attributes, o->attributes_len);
	while (payload_attribute_next(&r, &a)) {
		switch (a.type) {
		case IKE_ATTR_CIPHER:
			t.cipher = to_u32(a.value);
			break;
		case IKE_ATTR_HASH:
			t.hash = to_u32(a.value);
			break;
		case IKE_ATTR_AUTH:
			t.auth = to_u32(a.value);
			break;
		case IKE_ATTR_GROUP:
			t.group = to_u32(a.value);
			break;
		case IKE_ATTR_KEY_BITS:
			t.key_bits = to_u32(a.value);
			break;
		case IKE_ATTR_LIFE_TYPE:
			life_type = a.value;
			break;
		case IKE_ATTR_LIFE_DURATION:
			if (life_type == LIFE_SECONDS)
				t.lifetime = to_u32(a.value);
			break;
		default:
			t.strange = true;
		}
	}
	/* Old peers leave the shortest AES key unsaid. */
	if (t.cipher == IKE_CIPHER_AES_CBC && !t.key_bits)
		t.key_bits = 128;
	return t;
}

/* Only what there are keys for. */
static bool auth_fits(unsigned int auth, const struct conf_ike *conf)
{
	return conf->certificate.own ? auth == IKE_AUTH_RSA_SIG || (auth == IKE_AUTH_PSK && conf->psks_len) :
				       auth == IKE_AUTH_PSK;
}

static bool phase1_fits(const struct phase1 *t, const struct conf_ike_proposal *p)
{
	return !t->strange && t->cipher == IKE_CIPHER_AES_CBC &&
	       t->key_bits == p->key_bits && t->hash == p->hash && t->group == p->group;
}

static struct proposal_phase1 phase1_take(const struct payload_offer *offer, const struct phase1 *t)
{
	bool des3 = t->cipher == IKE_CIPHER_3DES_CBC;

	return (struct proposal_phase1){
		.offer = *offer, .auth = t->auth, .cipher = des3 ? CONF_IKE_CIPHER_3DES : CONF_IKE_CIPHER_AES,
		.key_bits = des3 ? DES3_KEY_BITS : t->key_bits, .hash = t->hash, .group = t->group,
		.lifetime = t->lifetime,
	};
}

/**
 * proposal_phase1_match - choose a phase 1 transform
 * @chosen: result
 * @conf: what we accept, best first
 * @offers: what the peer offers
 * @n: how many
 * Return: false when nothing fits.
 */
bool proposal_phase1_match(struct proposal_phase1 *chosen, const struct conf_ike *conf,
			   const struct payload_offer *offers, size_t n)
{
	const struct conf_ike_proposal *p;
	struct phase1 t;
	size_t i;

	for (p = conf->proposals; p < conf->proposals + conf->proposals_len; p++) {
		for (i = 0; i < n; i++) {
			t = phase1_read(&offers[i]);
			if (!phase1_fits(&t, p) || !auth_fits(t.auth, conf))
				continue;
			*chosen = phase1_take(&offers[i], &t);
			return true;
		}
	}
	return false;
}

/* Where a number stands in a list that ends with 0; past its end if nowhere. */
static unsigned int place(const unsigned int *list, unsigned int number)
{
	unsigned int i;

	for (i = 0; list[i] && list[i] != number; i++)
		;
	return list[i] ? i : PLACE_NONE;
}

/* MODP1536 and MODP1024 */
static const unsigned int weak_groups[] = { 5, 2, 0 };

static bool phase1_is_weak(const struct phase1 *t)
{
	return t->cipher == IKE_CIPHER_3DES_CBC || t->hash == CONF_IKE_HASH_MD5 || t->group == 2 || t->group == 5;
}

/* How far from the best a transform with something weak in it is; PLACE_NONE and more: not to be taken at all. */
static unsigned int phase1_weakness(const struct phase1 *t)
{
	static const unsigned int hashes[] = {
		CONF_IKE_HASH_SHA2_512, CONF_IKE_HASH_SHA2_384, CONF_IKE_HASH_SHA2_256, CONF_IKE_HASH_SHA1,
		CONF_IKE_HASH_MD5, 0,
	};
	static const unsigned int key_bits[] = { 256, 192, 128, 0 };
	bool strong_group = dh_public_len(t->group) && place(weak_groups, t->group) == PLACE_NONE;
	bool des3 = t->cipher == IKE_CIPHER_3DES_CBC && (!t->key_bits || t->key_bits == DES3_KEY_BITS);

	if (t->strange || (!des3 && t->cipher != IKE_CIPHER_AES_CBC))
		return PLACE_NONE;
	return (strong_group ? 0 : 100 * (1 + place(weak_groups, t->group))) +
	       (des3 ? 30 : 10 * place(key_bits, t->key_bits)) + place(hashes, t->hash);
}

/**
 * proposal_phase1_match_weak - choose a phase 1 transform of a peer that proposal_phase1_match() has nothing for
 * @chosen: result
 * @conf: how to authenticate
 * @offers: what the peer offers
 * @n: how many
 *
 * 3DES, MD5, MODP1024, MODP1536: the fewest and the least weak of them, the group before the cipher before the hash.
 *
 * Return: false when nothing fits, or only what is strong.
 */
bool proposal_phase1_match_weak(struct proposal_phase1 *chosen, const struct conf_ike *conf,
				const struct payload_offer *offers, size_t n)
{
	unsigned int weakness, least = PLACE_NONE;
	struct phase1 t;
	size_t i;

	for (i = 0; i < n; i++) {
		t = phase1_read(&offers[i]);
		weakness = phase1_weakness(&t);
		if (weakness >= least || !phase1_is_weak(&t) || !auth_fits(t.auth, conf))
			continue;
		least = weakness;
		*chosen = phase1_take(&offers[i], &t);
	}
	return least < PLACE_NONE;
}

/**
 * proposal_phase1_keep - what Aggressive Mode leaves to choose from (RFC 2409 5.4)
 * @offers: what the peer offers
 * @n: how many
 * @ke_len: bytes of its KE payload: no two groups have the same
 * @kept: result, room for @n: those with a pre-shared key and with the group of the KE payload
 * Return: how many.
 */
size_t proposal_phase1_keep(const struct payload_offer *offers, size_t n, size_t ke_len, struct payload_offer *kept)
{
	struct phase1 t;
	size_t i, len = 0;

	for (i = 0; i < n; i++) {
		t = phase1_read(&offers[i]);
		if (t.auth == IKE_AUTH_PSK && ke_len && dh_public_len(t.group) == ke_len)
			kept[len++] = offers[i];
	}
	return len;
}

/**
 * proposal_group_accepted - may Quick Mode use this Diffie-Hellman group?
 * @conf: configuration
 * @group: its number
 * Return: whether phase 1 accepts it, with whatever cipher.
 */
bool proposal_group_accepted(const struct conf_ike *conf, unsigned int group)
{
	const struct conf_ike_proposal *p;

	for (p = conf->proposals; p < conf->proposals + conf->proposals_len; p++) {
		if (p->group == group)
			return true;
	}
	return false;
}

/**
 * proposal_phase1_method_fits - is there any way to authenticate in common?
 * @conf: configuration
 * @offers: what the peer offers
 * @n: how many
 * @text: storage for "offered rsa-signature, configured psk", if not
 * @size: its size
 * Return: whether there is.
 */
bool proposal_phase1_method_fits(const struct conf_ike *conf, const struct payload_offer *offers, size_t n,
				 char *text, size_t size)
{
	const char *configured = conf->certificate.own ? "rsa-signature" : "psk";
	char name[16];
	size_t i;

	for (i = 0; i < n; i++) {
		if (auth_fits(phase1_read(&offers[i]).auth, conf))
			return true;
	}
	if (conf->certificate.own && conf->psks_len)
		configured = "psk and rsa-signature";
	snprintf(text, size, "offered %s, configured %s",
		 name_of(auth_methods, phase1_read(&offers[0]).auth, name), configured);
	return false;
}

static void phase2_read_life(struct phase2 *t, uint64_t type, uint64_t value)
{
	if (type == LIFE_SECONDS)
		t->lifetime = to_u32(value);
	else if (type == LIFE_KILOBYTES)
		t->kilobytes = value;
}

static uint32_t spi_of(const struct payload_offer *o)
{
	struct rbuf r;

	rbuf_init(&r, o->spi, o->spi_len);
	return rbuf_u32(&r);
}

static struct phase2 phase2_read(const struct payload_offer *o)
{
	struct phase2 t = { .id = o->id };
	struct payload_attribute a;
	uint64_t life_type = 0;
	struct rbuf r;

	/* the SPIs up to 255 are reserved; sent in UDP, 0 would say that no ESP follows (RFC 4303 2.1, RFC 3948 2.2) */
	t.strange = o->protocol != ISAKMP_PROTO_ESP || o->spi_len != 4 || o->combined || spi_of(o) < IKE_SPI_MIN;
	rbuf_init(&r, o->attributes, o->attributes_len);
	while (payload_attribute_next(&r, &a)) {
		switch (a.type) {
		case ESP_ATTR_LIFE_TYPE:
			life_type = a.value;
			break;
		case ESP_ATTR_LIFE_DURATION:
			phase2_read_life(&t, life_type, a.value);
			break;
		case ESP_ATTR_GROUP:
			t.group = to_u32(a.value);
			break;
		case ESP_ATTR_ENCAPSULATION:
			t.encapsulation = to_u32(a.value);
			break;
		case ESP_ATTR_AUTH:
			t.auth = to_u32(a.value);
			break;
		case ESP_ATTR_KEY_BITS:
			t.key_bits = to_u32(a.value);
			break;
		case ESP_ATTR_ESN:
			t.esn = a.value == 1;
			t.strange |= a.value > 1;
			break;
		default:
			t.strange = true;
		}
	}
	if (t.id == ESP_AES_CBC && !t.key_bits)
		t.key_bits = 128;
	return t;
}

/* With something weak in them, best first: only for those who offer nothing better. */
static const struct conf_esp_proposal weak_esp[] = {
	{ L2TPSEC_CIPHER_AES_CBC, 256, L2TPSEC_AUTH_HMAC_MD5 },
	{ L2TPSEC_CIPHER_AES_CBC, 192, L2TPSEC_AUTH_HMAC_MD5 },
	{ L2TPSEC_CIPHER_AES_CBC, 128, L2TPSEC_AUTH_HMAC_MD5 },
	{ L2TPSEC_CIPHER_3DES_CBC, DES3_KEY_BITS, L2TPSEC_AUTH_HMAC_SHA2_256 },
	{ L2TPSEC_CIPHER_3DES_CBC, DES3_KEY_BITS, L2TPSEC_AUTH_HMAC_SHA1 },
	{ L2TPSEC_CIPHER_3DES_CBC, DES3_KEY_BITS, L2TPSEC_AUTH_HMAC_MD5 },
};

static unsigned int wire_cipher(unsigned int cipher)
{
	static const unsigned int wire[] = {
		[L2TPSEC_CIPHER_AES_GCM_16] = ESP_AES_GCM_16,
		[L2TPSEC_CIPHER_AES_CBC] = ESP_AES_CBC,
		[L2TPSEC_CIPHER_3DES_CBC] = ESP_3DES,
	};

	return cipher < sizeof(wire) / sizeof(wire[0]) ? wire[cipher] : 0;
}

static unsigned int wire_auth(unsigned int auth)
{
	static const unsigned int wire[] = {
		[L2TPSEC_AUTH_NONE] = 0,
		[L2TPSEC_AUTH_HMAC_SHA1] = ESP_AUTH_HMAC_SHA1,
		[L2TPSEC_AUTH_HMAC_SHA2_256] = ESP_AUTH_HMAC_SHA2_256,
		[L2TPSEC_AUTH_HMAC_SHA2_384] = ESP_AUTH_HMAC_SHA2_384,
		[L2TPSEC_AUTH_HMAC_SHA2_512] = ESP_AUTH_HMAC_SHA2_512,
		[L2TPSEC_AUTH_HMAC_MD5] = ESP_AUTH_HMAC_MD5,
	};

	return auth < sizeof(wire) / sizeof(wire[0]) ? wire[auth] : 0;
}

static bool phase2_fits(const struct phase2 *t, const struct conf_esp_proposal *p, const struct conf_ike *conf,
			const struct proposal_limits *limits)
{
	/* With a KE payload the group has to be named, and the other way round (RFC 2409 5.5). */
	size_t ke_len = t->group ? dh_public_len(t->group) : 0;
	unsigned int key_bits = t->id == ESP_3DES && !t->key_bits ? DES3_KEY_BITS : t->key_bits;

	/* MikroTik's default is MODP1024: with phase 1's secret in the keys no weaker than no PFS. */
	if (t->group && !proposal_group_accepted(conf, t->group) && place(weak_groups, t->group) == PLACE_NONE)
		return false;
	if (limits->no_sha256 && p->auth == L2TPSEC_AUTH_HMAC_SHA2_256)
		return false;
	return !t->strange && t->encapsulation == limits->encapsulation && ke_len == limits->ke_len &&
	       t->id == wire_cipher(p->cipher) && key_bits == p->key_bits && t->auth == wire_auth(p->auth);
}

/**
 * proposal_phase2_match - choose a phase 2 transform
 * @chosen: result
 * @conf: what we accept, best first
 * @limits: what this Quick Mode allows besides
 * @offers: what the peer offers
 * @n: how many
 * Return: false when nothing fits.
 */
bool proposal_phase2_match(struct proposal_phase2 *chosen, const struct conf_ike *conf,
			   const struct proposal_limits *limits, const struct payload_offer *offers, size_t n)
{
	size_t len = limits->weak ? sizeof(weak_esp) / sizeof(weak_esp[0]) : conf->esp_len, i;
	const struct conf_esp_proposal *list = limits->weak ? weak_esp : conf->esp, *p;
	struct phase2 t;

	for (p = list; p < list + len; p++) {
		for (i = 0; i < n; i++) {
			t = phase2_read(&offers[i]);
			if (!phase2_fits(&t, p, conf, limits))
				continue;
			*chosen = (struct proposal_phase2){
				.offer = offers[i], .esp = *p, .group = t.group, .spi = spi_of(&offers[i]),
				.esn = t.esn, .lifetime = t.lifetime, .kilobytes = t.kilobytes,
			};
			return true;
		}
	}
	return false;
}

/**
 * proposal_group_print - "modp2048"
 * @group: number of a Diffie-Hellman group
 * @out: storage
 * Return: its name, which may be in @out.
 */
const char *proposal_group_print(unsigned int group, char out[16])
{
	return name_of(groups, group, out);
}

/**
 * proposal_phase1_print - "aes256-sha1-modp2048"
 * @p: proposal
 * @out: storage
 * @size: its size
 */
void proposal_phase1_print(const struct conf_ike_proposal *p, char *out, size_t size)
{
	char h[16], g[16];

	snprintf(out, size, "aes%u-%s-%s", p->key_bits, name_of(ike_hashes, p->hash, h),
		 name_of(groups, p->group, g));
}

/**
 * proposal_phase1_print_chosen - "aes256-sha1-modp2048", "3des-md5-modp1024"
 * @p: what was chosen
 * @out: storage
 * @size: its size
 */
void proposal_phase1_print_chosen(const struct proposal_phase1 *p, char *out, size_t size)
{
	char c[16] = "3des", h[16], g[16];

	if (p->cipher == CONF_IKE_CIPHER_AES)
		snprintf(c, sizeof(c), "aes%u", p->key_bits);
	snprintf(out, size, "%s-%s-%s", c, name_of(ike_hashes, p->hash, h), name_of(groups, p->group, g));
}

/**
 * proposal_phase2_print - "aes256gcm16", "aes128-sha256"
 * @p: proposal
 * @out: storage
 * @size: its size
 */
void proposal_phase2_print(const struct conf_esp_proposal *p, char *out, size_t size)
{
	char a[16];

	if (p->cipher == L2TPSEC_CIPHER_AES_GCM_16)
		snprintf(out, size, "aes%ugcm16", p->key_bits);
	else if (p->cipher == L2TPSEC_CIPHER_3DES_CBC)
		snprintf(out, size, "3des-%s", name_of(esp_auths, wire_auth(p->auth), a));
	else
		snprintf(out, size, "aes%u-%s", p->key_bits, name_of(esp_auths, wire_auth(p->auth), a));
}

/* Append an item to a comma-separated list; what does not fit any more becomes "...". */
static void list_append(char *out, size_t size, const char *item)
{
	size_t used = strlen(out);

	if (used + strlen(item) + sizeof(", ...") < size)
		snprintf(out + used, size - used, "%s%s", used ? ", " : "", item);
	else if (used + sizeof("...") <= size && strcmp(out + used - 3, "..."))
		snprintf(out + used, size - used, "...");
}

static void phase1_describe(const struct payload_offer *o, char *out, size_t size)
{
	char c[16], h[16], g[16], a[16], bits[12] = "", auth[24] = "";
	struct phase1 t = phase1_read(o);

	if (t.key_bits)
		snprintf(bits, sizeof(bits), "%u", t.key_bits);
	if (t.auth != IKE_AUTH_PSK)
		snprintf(auth, sizeof(auth), "-%s", name_of(auth_methods, t.auth, a));
	snprintf(out, size, "%s%s-%s-%s%s", name_of(ike_ciphers, t.cipher, c), bits,
		 name_of(ike_hashes, t.hash, h), name_of(groups, t.group, g), auth);
}

/* The encapsulation and the group are what admins overlook: always said. */
static void phase2_describe(const struct payload_offer *o, char *out, size_t size)
{
	char c[16], a[16], g[16], e[16], bits[12] = "", auth[24] = "", group[24] = "";
	struct phase2 t = phase2_read(o);
	const char *cipher = name_of(esp_ids, t.id, c);
	int stem = strncmp(cipher, "aes", 3) ? strlen(cipher) : 3;

	if (o->protocol != ISAKMP_PROTO_ESP) {
		snprintf(out, size, o->protocol == ISAKMP_PROTO_AH ? "ah" : "protocol %u", o->protocol);
		return;
	}
	if (t.key_bits)
		snprintf(bits, sizeof(bits), "%u", t.key_bits);
	if (t.auth)
		snprintf(auth, sizeof(auth), "-%s", name_of(esp_auths, t.auth, a));
	if (t.group)
		snprintf(group, sizeof(group), "-%s", name_of(groups, t.group, g));
	/* "aes256gcm16", as in the configuration */
	snprintf(out, size, "%.*s%s%s%s%s/%s", stem, cipher, bits, cipher + stem, auth, group,
		 name_of(encapsulations, t.encapsulation, e));
}

/**
 * proposal_phase1_print_offers - what a peer offered, for a log line
 * @offers: transforms
 * @n: how many
 * @out: storage
 * @size: its size
 */
void proposal_phase1_print_offers(const struct payload_offer *offers, size_t n, char *out, size_t size)
{
	char item[96];
	size_t i;

	for (*out = '\0', i = 0; i < n; i++) {
		phase1_describe(&offers[i], item, sizeof(item));
		list_append(out, size, item);
	}
}

/**
 * proposal_phase2_print_offers - what a peer offered, for a log line
 * @offers: transforms
 * @n: how many
 * @out: storage
 * @size: its size
 */
void proposal_phase2_print_offers(const struct payload_offer *offers, size_t n, char *out, size_t size)
{
	char item[96];
	size_t i;

	for (*out = '\0', i = 0; i < n; i++) {
		phase2_describe(&offers[i], item, sizeof(item));
		list_append(out, size, item);
	}
}

/**
 * proposal_phase1_print_accepted - what we accept, for a log line
 * @conf: configuration
 * @out: storage
 * @size: its size
 */
void proposal_phase1_print_accepted(const struct conf_ike *conf, char *out, size_t size)
{
	char item[64];
	size_t i;

	for (*out = '\0', i = 0; i < conf->proposals_len; i++) {
		proposal_phase1_print(&conf->proposals[i], item, sizeof(item));
		list_append(out, size, item);
	}
}

/**
 * proposal_phase2_print_accepted - what we accept, for a log line
 * @conf: configuration
 * @out: storage
 * @size: its size
 */
void proposal_phase2_print_accepted(const struct conf_ike *conf, char *out, size_t size)
{
	char item[64];
	size_t i;

	for (*out = '\0', i = 0; i < conf->esp_len; i++) {
		proposal_phase2_print(&conf->esp[i], item, sizeof(item));
		list_append(out, size, item);
	}
}

/**
 * proposal_groups_print_accepted - the groups that Quick Mode may use, for a log line
 * @conf: configuration
 * @out: storage
 * @size: its size
 */
void proposal_groups_print_accepted(const struct conf_ike *conf, char *out, size_t size)
{
	const struct name *g;

	for (*out = '\0', g = groups; g->text; g++) {
		if (proposal_group_accepted(conf, g->number))
			list_append(out, size, g->text);
	}
}
