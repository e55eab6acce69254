// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "input.h"

/**
 * input_copy - bytes on the heap, of exactly their size
 * @data: bytes
 * @len: how many
 * Return: the copy; the caller frees it.
 */
void *input_copy(const void *data, size_t len)
{
	void *copy = malloc(len ? len : 1);

	if (!copy)
		abort();
	if (len)
		memcpy(copy, data, len);
	return copy;
}

/**
 * input_next - the next step
 * @r: script
 * @rec: the step before it, all zero at first; the result
 * Return: false at the end; nothing has to be freed then.
 */
bool input_next(struct rbuf *r, struct input_record *rec)
{
	size_t len;

	free(rec->data);
	rec->data = NULL;
	if (!rbuf_left(r))
		return false;
	rec->op = rbuf_u8(r);
	len = rbuf_left(r) < 2 ? 0 : rbuf_u16(r);
	rec->len = len < rbuf_left(r) ? len : rbuf_left(r);
	rec->data = input_copy(rbuf_bytes(r, rec->len), rec->len);
	return true;
}

static void drop_line(enum log_level level, const char *line)
{
	(void)level;
	(void)line;
}

/**
 * input_quiet - every line of the log is made, none is written
 */
void input_quiet(void)
{
	log_set_sink(drop_line);
	log_init(LOG_LEVEL_DEBUG, false);
}
