// SPDX-License-Identifier: MIT
#include <ctype.h>
#include <stdio.h>

#include "core/buf.h"
#include "ppp/ending.h"

/* Windows: its magic number, a fixed mark, and the RAS error that its user is shown. */
#define WINDOWS_MAGIC_LEN	4
#define WINDOWS_MARK		0x003ccd74

static const struct {
	uint32_t error;
	const char *text;
} errors[] = {
	{ 629, "connection closed by the remote computer" },
	{ 691, "user name or password not accepted" },
	{ 718, "no answer in time" },
	{ 719, "connection ended by the remote computer" },
	{ 720, "no PPP control protocols configured" },
	{ 721, "remote computer does not respond" },
	{ 732, "could not agree on PPP control protocols" },
	{ 733, "a PPP control protocol is not available" },
	{ 734, "PPP link control protocol ended" },
	{ 735, "requested address rejected" },
	{ 736, "remote computer ended the control protocol" },
	{ 737, "loopback detected" },
	{ 738, "no address assigned" },
	{ 741, "local computer requires encryption" },
	{ 742, "remote computer does not support encryption" },
};

/**
 * ending_windows_error - find Windows' error number
 * @data: data of a Terminate-Request
 * @len: its length
 * @error: the RAS error; 0 when the user hung up
 * Return: whether the data has Windows' form.
 */
bool ending_windows_error(const uint8_t *data, size_t len, uint32_t *error)
{
	uint32_t mark;
	struct rbuf r;

	rbuf_init(&r, data, len);
	rbuf_bytes(&r, WINDOWS_MAGIC_LEN);
	mark = rbuf_u32(&r);
	*error = rbuf_u32(&r);
	return !r.failed && !rbuf_left(&r) && mark == WINDOWS_MARK;
}

static bool is_text(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!isprint(data[i]))
			return false;
	}
	return len > 0;
}

/**
 * ending_print - say it for the log
 * @data: data of a Terminate-Request
 * @len: its length
 * @out: storage
 * Return: @out, one phrase that begins with "client ended".
 */
const char *ending_print(const uint8_t *data, size_t len, char out[ENDING_TEXT_LEN])
{
	const char *text = "not a known one";
	uint32_t error;

	if (!ending_windows_error(data, len, &error) || !error) {
		if (is_text(data, len))
			snprintf(out, ENDING_TEXT_LEN, "client ended: \"%.*s\"", (int)(len < 100 ? len : 100),
				 (const char *)data);
		else
			snprintf(out, ENDING_TEXT_LEN, "client ended");
		return out;
	}
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (errors[i].error == error)
			text = errors[i].text;
	}
	snprintf(out, ENDING_TEXT_LEN, "client ended: Windows error %u, %s", error, text);
	return out;
}
