// SPDX-License-Identifier: MIT
/* libFuzzer target: NAT-D and NAT-OA payloads of a message in clear. */
#include <stdlib.h>

#include "fuzz.h"
#include "ike/natt.h"

static void look(const struct isakmp_header *h, const struct payload_list *list, enum conf_ike_hash hash)
{
	const struct natt_cookies c = { .hash = hash, .icookie = h->icookie, .rcookie = h->rcookie };
	struct endpoint e = { .port = 500 };
	struct payload_list back;
	struct isakmp_header head;
	struct payload_builder b;
	uint8_t out[512];

	addr_parse(&e.addr, h->flags & 2 ? "2001:db8::1" : "192.0.2.1");
	natt_is_destination(&c, list, &e);
	natt_is_source(&c, list, &e);
	payload_message_begin(&b, out, sizeof(out), h);
	natt_put(&b, &c, &e);
	natt_put_false(&b, &c);
	natt_put(&b, &c, &e);
	natt_put_original(&b, &e.addr);
	if (!payload_message_end(&b) || !payload_header_parse(&head, out, b.w.len) ||
	    !payload_list_parse(&back, head.next, out + ISAKMP_HEADER_LEN, b.w.len - ISAKMP_HEADER_LEN) ||
	    !natt_is_destination(&c, &back, &e) || !natt_is_source(&c, &back, &e))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum conf_ike_hash hashes[] = {
		CONF_IKE_HASH_MD5, CONF_IKE_HASH_SHA1, CONF_IKE_HASH_SHA2_256, CONF_IKE_HASH_SHA2_512,
	};
	struct payload_list list;
	struct isakmp_header h;
	size_t i;

	if (!payload_header_parse(&h, data, size) ||
	    !payload_list_parse(&list, h.next, data + ISAKMP_HEADER_LEN, h.length - ISAKMP_HEADER_LEN))
		return 0;
	for (i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
		look(&h, &list, hashes[i]);
	return 0;
}
