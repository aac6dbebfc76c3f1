/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_scan - rspamd's history out of a file, whatever wrote it
 *
 * In:      JSON lines; a JSON array in one line (the controller's answer, mailcow), or an object
 *          whose "rows" is one; what redis-cli prints of a list, plain (`--raw`) or numbered and
 *          quoted (`1) "{\"...`); the octets of Redis' protocol (RESP, an append-only file). A row
 *          that is a zstd frame (keys that end in _zst) is unpacked. A byte order mark in front
 *          is left out.
 * Errors:  FAULT_OPERATOR: the file can't be opened. A broken row is named in `problems` and
 *          skipped.
 * Limits:  HISTORY_ROW_OCTETS_MAX a line or row. Threads: one scan, one thread.
 */
#pragma once

#include "base/progress.h"
#include "study/history_row.h"
#include "study/octet_stream.h"
#include "study/problems.h"

typedef void history_scan_row(void *user, const struct history_row *row, const char *where);

struct history_scan {
    history_scan_row *row; /* each one; it is gone afterwards */
    void *user;
    struct problems *problems; /* borrowed */
    struct progress *progress; /* borrowed; counts rows; NULL: none */
    uint64_t rows, broken;
};

bool history_scan_file(struct history_scan *scan, const char *path, GError **error);
/* The same for a stream, which is taken over. `where` is its name. */
void history_scan_stream(struct history_scan *scan, struct octet_stream *stream, const char *where);
