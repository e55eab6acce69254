// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "ike/vendor.h"

/*
 * A vendor ID: @len bytes of @id, more may follow.  @client: what sends it, for
 * people; the first row that matches and names a client wins, so the telling
 * ones stand on top.
 */
struct row {
	const char *id;
	size_t len;
	unsigned int means;
	const char *client;
};

/* MS NT5 ISAKMPOAKLEY; four bytes of version follow */
#define NT5 "\x1e\x2b\x51\x69\x05\x99\x1c\x7d\x7c\x96\xfc\xbf\xb5\x87\xe4\x61"

static const struct row rows[] = {
	{ NT5 "\x00\x00\x00\x02", 20, 0, "Windows 2000" },
	{ NT5 "\x00\x00\x00\x03", 20, 0, "Windows XP" },
	{ NT5 "\x00\x00\x00\x04", 20, 0,
	  "Windows XP SP2 or Server 2003" },
	{ NT5 "\x00\x00\x00\x05", 20, 0, "Windows Vista" },
	{ NT5 "\x00\x00\x00\x06", 20, 0,
	  "Windows Server 2008" },
	{ NT5 "\x00\x00\x00\x07", 20, 0, "Windows 7" },
	{ NT5 "\x00\x00\x00\x08", 20, 0,
	  "Windows Server 2008 R2" },
	{ NT5 "\x00\x00\x00\x09", 20, 0,
	  "Windows 8 or later" },
	{ NT5, 16, 0, "Windows" },
	/* "draft-ietf-ipsec-nat-t-ike" without a number */
	{ "\x4d\xf3\x79\x28\xe9\xfc\x4f\xd1\xb3\x26\x21\x70\xd5\x15\xc6\x62", 16, 0, "Apple" },
	{ "\x88\x2f\xe5\x6d\x6f\xd2\x0d\xbc\x22\x51\x61\x3b\x2e\xbe\x5b\xeb", 16, 0, "strongSwan" },
	{ "OE-Libreswan", 12, 0, "Libreswan" },
	{ "\x70\x03\xcb\xc1\x09\x7d\xbe\x9c\x26\x00\xba\x69\x83\xbc\x8b\x35", 16, 0, "racoon" },
	/* draft-00 and no newer draft than 02: the racoon of Android */
	{ "\x44\x85\x15\x2d\x18\xb6\xbb\xcd\x0b\xe8\xa8\x46\x95\x79\xdd\xcc", 16, 0, "Android or racoon" },
	{ "\x12\xf5\xf2\x8c\x45\x71\x68\xa9\x70\x2d\x9f\xe2\x74\xcc\x01\x00", 16, 0, "Cisco Unity" },
	{ "\x4a\x13\x1c\x81\x07\x03\x58\x45\x5c\x57\x28\xf2\x0e\x95\x45\x2f", 16, VENDOR_RFC3947, NULL },
	{ "\xaf\xca\xd7\x13\x68\xa1\xf1\xc9\x6b\x86\x96\xfc\x77\x57", 14, VENDOR_DPD, NULL },
	{ "\x40\x48\xb7\xd5\x6e\xbc\xe8\x85\x25\xe7\xde\x7f\x00\xd6\xc2\xd3", 16, VENDOR_FRAGMENTATION, NULL },
	{ "\x09\x00\x26\x89\xdf\xd6\xb7\x12", 8, VENDOR_XAUTH, NULL },
};

/*
 * Ours, by VENDOR_* bit.  DPD ends in the protocol's version, 1.0 (RFC 3706 5.1),
 * FRAGMENTATION in what Cisco and Apple look for: fragments of Main Mode.
 */
static const struct {
	unsigned int means;
	const char *id;
	size_t len;
} ours[] = {
	{ VENDOR_RFC3947, "\x4a\x13\x1c\x81\x07\x03\x58\x45\x5c\x57\x28\xf2\x0e\x95\x45\x2f", 16 },
	{ VENDOR_DPD, "\xaf\xca\xd7\x13\x68\xa1\xf1\xc9\x6b\x86\x96\xfc\x77\x57\x01\x00", 16 },
	{ VENDOR_FRAGMENTATION,
	  "\x40\x48\xb7\xd5\x6e\xbc\xe8\x85\x25\xe7\xde\x7f\x00\xd6\xc2\xd3\x80\x00\x00\x00", 20 },
};

/* What a [profile] calls a client, by the beginning of what people call it. */
static const struct {
	const char *client;
	enum conf_client kind;
} kinds[] = {
	{ "Windows", CONF_CLIENT_WINDOWS },
	{ "Apple", CONF_CLIENT_APPLE },
	{ "Android", CONF_CLIENT_ANDROID },
	{ "strongSwan", CONF_CLIENT_LINUX },
	{ "Libreswan", CONF_CLIENT_LINUX },
};

static bool row_present(const struct row *row, const struct payload_list *list)
{
	const struct payload *p;
	size_t i;

	for (i = 0; (p = payload_find(list, ISAKMP_VID, i)); i++) {
		if (p->len >= row->len && !memcmp(p->body, row->id, row->len))
			return true;
	}
	return false;
}

/**
 * vendor_read - what a message's vendor IDs say
 * @list: message
 * @client: what the peer seems to be; left alone when nothing is known or something is in it already
 * @size: its size
 * Return: VENDOR_* bits.
 */
unsigned int vendor_read(const struct payload_list *list, char *client, size_t size)
{
	unsigned int means = 0;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!row_present(&rows[i], list))
			continue;
		means |= rows[i].means;
		if (rows[i].client && !*client)
			snprintf(client, size, "%s", rows[i].client);
	}
	return means;
}

/**
 * vendor_client - what is it, for a [profile]?
 * @list: message 1
 * Return: the kind; CONF_CLIENT_ANY when nothing tells.
 */
enum conf_client vendor_client(const struct payload_list *list)
{
	const unsigned int charon = VENDOR_XAUTH | VENDOR_DPD | VENDOR_FRAGMENTATION;
	unsigned int means;
	char client[64] = "";
	size_t i;

	means = vendor_read(list, client, sizeof(client));
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!strncmp(client, kinds[i].client, strlen(kinds[i].client)))
			return kinds[i].kind;
	}
	/* strongSwan gives its name only if told to; this is what it sends instead. */
	return !*client && (means & charon) == charon ? CONF_CLIENT_LINUX : CONF_CLIENT_ANY;
}

/**
 * vendor_put - append our vendor IDs
 * @b: message
 * @which: VENDOR_* bits; those that we have no ID for are left out
 */
void vendor_put(struct payload_builder *b, unsigned int which)
{
	size_t i;

	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		if (which & ours[i].means)
			payload_put(b, ISAKMP_VID, ours[i].id, ours[i].len);
	}
}
