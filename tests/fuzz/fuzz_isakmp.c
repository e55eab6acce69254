// SPDX-License-Identifier: MIT
/* libFuzzer target: an ISAKMP message in clear: header, payload chain and every payload that is read by itself. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "ike/cert.h"
#include "ike/payload.h"
#include "ike/vendor.h"

static void read_payload(const struct payload *p)
{
	struct payload_notify n;
	struct payload_delete d;
	struct payload_id id;
	char text[256];

	if (payload_id_parse(&id, p) && id.data + id.len > p->body + p->len)
		abort();
	if (payload_notify_parse(&n, p) && n.data + n.len > p->body + p->len)
		abort();
	if (payload_delete_parse(&d, p) && d.spis + d.count * d.spi_len > p->body + p->len)
		abort();
	cert_print_dn(p->body, p->len, text, sizeof(text));
}

/* What was read, written again, reads the same. */
static void write_again(const struct isakmp_header *h, const struct payload_list *list)
{
	uint8_t out[IKE_MESSAGE_MAX];
	struct payload_builder b;
	struct payload_list again;
	struct isakmp_header head;
	size_t i;

	payload_message_begin(&b, out, sizeof(out), h);
	for (i = 0; i < list->n; i++)
		payload_put(&b, list->p[i].type, list->p[i].body, list->p[i].len);
	if (!payload_message_end(&b))
		return;
	if (!payload_header_parse(&head, out, b.w.len) || head.length != b.w.len ||
	    !payload_list_parse(&again, head.next, out + ISAKMP_HEADER_LEN, b.w.len - ISAKMP_HEADER_LEN) ||
	    again.n != list->n || again.present != list->present)
		abort();
	for (i = 0; i < list->n; i++) {
		if (again.p[i].type != list->p[i].type || again.p[i].len != list->p[i].len ||
		    memcmp(again.p[i].body, list->p[i].body, list->p[i].len))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct payload_list list;
	struct isakmp_header h;
	char client[64];
	size_t i;

	if (!payload_header_parse(&h, data, size) ||
	    !payload_list_parse(&list, h.next, data + ISAKMP_HEADER_LEN, h.length - ISAKMP_HEADER_LEN))
		return 0;
	for (i = 0; i < list.n; i++)
		read_payload(&list.p[i]);
	vendor_read(&list, client, sizeof(client));
	vendor_client(&list);
	write_again(&h, &list);
	return 0;
}
