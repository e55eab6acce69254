// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <string.h>

#include "core/random.h"
#include "ike/keymat.h"
#include "ike/natt.h"

/**
 * natt_hash - HASH(CKY-I | CKY-R | IP | Port) (RFC 3947 3.2)
 * @c: cookies and hash
 * @e: endpoint
 * @out: keymat_hash_len() bytes
 */
void natt_hash(const struct natt_cookies *c, const struct endpoint *e, uint8_t *out)
{
	const uint16_t port = htons(e->port);
	const struct keymat_part parts[] = {
		{ c->icookie, ISAKMP_COOKIE_LEN }, { c->rcookie, ISAKMP_COOKIE_LEN },
		{ e->addr.b, addr_len(&e->addr) }, { &port, sizeof(port) },
	};

	keymat_hash(c->hash, parts, 4, out);
}

static bool matches(const struct natt_cookies *c, const struct payload *p, const struct endpoint *e)
{
	uint8_t expected[IKE_HASH_MAX];

	natt_hash(c, e, expected);
	return p->len == keymat_hash_len(c->hash) && !memcmp(p->body, expected, p->len);
}

/**
 * natt_is_destination - did the sender aim at this endpoint? (first NAT-D payload)
 * @c: cookies and hash
 * @list: message 3
 * @e: endpoint as we know it
 * Return: whether it did: no NAT changed it on the way.
 */
bool natt_is_destination(const struct natt_cookies *c, const struct payload_list *list, const struct endpoint *e)
{
	const struct payload *p = payload_find(list, ISAKMP_NATD, 0);

	return p && matches(c, p, e);
}

/**
 * natt_is_source - does the sender know itself by this endpoint? (any further NAT-D payload)
 * @c: cookies and hash
 * @list: message 3
 * @e: endpoint that its message came from
 * Return: whether it does: the sender is not behind NAT.
 */
bool natt_is_source(const struct natt_cookies *c, const struct payload_list *list, const struct endpoint *e)
{
	const struct payload *p;
	size_t i;

	for (i = 1; (p = payload_find(list, ISAKMP_NATD, i)); i++) {
		if (matches(c, p, e))
			return true;
	}
	return false;
}

/**
 * natt_dialled - our endpoint as peers know it, if a 1:1 NAT stands in front of us
 * @conf: may have a public address; it counts for its own family only
 * @local: our endpoint as we know it
 * Return: the endpoint.
 */
struct endpoint natt_dialled(const struct conf_ike *conf, const struct endpoint *local)
{
	struct endpoint e = *local;

	if (conf->has_public_address && conf->public_address.family == local->addr.family)
		e.addr = conf->public_address;
	return e;
}

/**
 * natt_put - append a NAT-D payload
 * @b: message
 * @c: cookies and hash
 * @e: endpoint it describes
 */
void natt_put(struct payload_builder *b, const struct natt_cookies *c, const struct endpoint *e)
{
	uint8_t hash[IKE_HASH_MAX];

	natt_hash(c, e, hash);
	payload_put(b, ISAKMP_NATD, hash, keymat_hash_len(c->hash));
}

/**
 * natt_put_false - append a NAT-D payload that fits no endpoint
 * @b: message
 * @c: cookies and hash
 *
 * Whom it describes finds itself behind NAT and encapsulates ESP in UDP.
 */
void natt_put_false(struct payload_builder *b, const struct natt_cookies *c)
{
	uint8_t hash[IKE_HASH_MAX];
	size_t len = keymat_hash_len(c->hash);

	random_bytes(hash, len);
	payload_put(b, ISAKMP_NATD, hash, len);
}

/**
 * natt_put_original - append a NAT-OA payload (RFC 3947 5.2)
 * @b: message
 * @a: address
 */
void natt_put_original(struct payload_builder *b, const struct addr *a)
{
	size_t start = payload_begin(b, ISAKMP_NATOA);

	wbuf_u8(&b->w, a->family == AF_INET ? IPSEC_ID_IPV4_ADDR : IPSEC_ID_IPV6_ADDR);
	wbuf_u8(&b->w, 0);
	wbuf_u16(&b->w, 0);
	wbuf_bytes(&b->w, a->b, addr_len(a));
	payload_end(b, start);
}
