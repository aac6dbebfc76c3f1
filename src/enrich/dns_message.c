/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/dns_message.h"

#include "base/domain.h"

#include <arpa/nameser.h>

#define ANSWER_SCAN_MAX 512
#define AUTHORITY_SCAN_MAX 64
#define HEADER_OCTETS 12
#define TYPE_NS 2
#define TYPE_CNAME 5
#define TYPE_SOA 6
#define CLASS_IN 1
#define RCODE_NXDOMAIN 3

/* A name as DNS writes it, in lower case: no octet that tells a length is a letter. */
struct wire_name {
    unsigned char octets[NS_MAXCDNAME];
    size_t len;
};

struct reader {
    const unsigned char *start, *at, *end;
};

struct record {
    struct wire_name owner;
    unsigned type, class;
    uint32_t ttl;
    const unsigned char *content;
    size_t len;
};

/* What the answer section says of one name. */
struct finding {
    const struct wire_name *name;
    enum rr type;
    uint32_t ttl;
    struct {
        const unsigned char *content;
        size_t len;
    } records[ANSWER_RECORDS_MAX];
    size_t count;
    bool has_alias;
    struct wire_name alias;
};

static unsigned
number16(const unsigned char *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

static uint32_t
number32(const unsigned char *at)
{
    return (uint32_t)number16(at) << 16 | number16(at + 2);
}

static bool
read_name(struct reader *reader, struct wire_name *name)
{
    int used =
        ns_name_unpack(reader->start, reader->end, reader->at, name->octets, sizeof name->octets);
    size_t len = 0;
    if (used <= 0 || used > reader->end - reader->at)
        return false;
    while (name->octets[len] != 0)
        len += 1u + name->octets[len];
    name->len = len + 1;
    for (size_t i = 0; i < name->len; i++)
        name->octets[i] = (unsigned char)g_ascii_tolower((char)name->octets[i]);
    reader->at += used;
    return true;
}

static bool
same_name(const struct wire_name *a, const struct wire_name *b)
{
    return a->len == b->len && memcmp(a->octets, b->octets, a->len) == 0;
}

/* True when `name` is `parent` or lies below it. */
static bool
is_within(const struct wire_name *name, const struct wire_name *parent)
{
    size_t at = 0;
    while (name->len - at > parent->len)
        at += 1u + name->octets[at];
    return name->len - at == parent->len &&
           memcmp(name->octets + at, parent->octets, parent->len) == 0;
}

static bool
read_record(struct reader *reader, struct record *record)
{
    if (!read_name(reader, &record->owner) || reader->end - reader->at < 10)
        return false;
    record->type = number16(reader->at);
    record->class = number16(reader->at + 2);
    record->ttl = number32(reader->at + 4);
    if (record->ttl > INT32_MAX)
        record->ttl = 0; /* RFC 2181, 8 */
    record->len = number16(reader->at + 8);
    reader->at += 10;
    if ((size_t)(reader->end - reader->at) < record->len)
        return false;
    record->content = reader->at;
    reader->at += record->len;
    return true;
}

static bool
note_record(const struct reader *whole, const struct record *record, struct finding *finding)
{
    if (record->class != CLASS_IN || !same_name(&record->owner, finding->name))
        return true;
    if (record->type == (unsigned)finding->type && finding->count < ANSWER_RECORDS_MAX) {
        finding->records[finding->count].content = record->content;
        finding->records[finding->count].len = record->len;
        if (finding->count++ == 0 || record->ttl < finding->ttl)
            finding->ttl = record->ttl;
    } else if (record->type == TYPE_CNAME && finding->count == 0 && !finding->has_alias) {
        struct reader content = { whole->start, record->content, whole->end };
        if (!read_name(&content, &finding->alias) || content.at != record->content + record->len)
            return false;
        finding->has_alias = true;
        finding->ttl = record->ttl;
    }
    return true;
}

/* Reads the answer section; `reader` then stands behind it. False: it is malformed. */
static bool
find_records(struct reader *reader, unsigned records, struct finding *finding)
{
    for (unsigned i = 0; i < MIN(records, ANSWER_SCAN_MAX); i++) {
        struct record record;
        if (!read_record(reader, &record) || !note_record(reader, &record, finding))
            return false;
    }
    return true;
}

/* What the authority section says of a name that is not there: RFC 2308. */
static struct answer *
read_denial(struct reader *reader, unsigned rcode, const struct wire_name *name, uint32_t ttl,
            bool through_alias)
{
    unsigned records = number16(reader->start + 8);
    bool refers = false;
    for (unsigned i = 0; i < MIN(records, AUTHORITY_SCAN_MAX); i++) {
        struct record record;
        struct wire_name skipped;
        if (!read_record(reader, &record))
            return answer_not_known("malformed");
        if (record.type == TYPE_NS)
            refers = true;
        if (record.type != TYPE_SOA || record.class != CLASS_IN || !is_within(name, &record.owner))
            continue;
        struct reader content = { reader->start, record.content, reader->end };
        bool whole = read_name(&content, &skipped);     /* MNAME */
        whole = whole && read_name(&content, &skipped); /* RNAME */
        if (!whole || reader->at - content.at != 20)
            return answer_not_known("malformed");
        return answer_none(MIN(ttl, MIN(record.ttl, number32(content.at + 16))));
    }
    if (rcode == 0 && refers)
        return answer_not_known("referral");
    if (rcode == 0 && through_alias)
        return answer_not_known("cname chain");
    return answer_none(0);
}

static bool
append_strings(GString *text, const unsigned char *content, size_t len)
{
    for (size_t at = 0; at < len; at += 1u + content[at]) {
        if (content[at] >= len - at)
            return false;
        g_string_append_len(text, (const char *)content + at + 1, content[at]);
    }
    return len > 0;
}

/* Adds the canonical name, or nothing when it is no host name. False: it is malformed. */
static bool
append_host(GString *text, const struct reader *whole, const unsigned char *content, size_t len)
{
    struct reader reader = { whole->start, content, whole->end };
    struct wire_name name;
    char shown[NS_MAXDNAME];
    if (!read_name(&reader, &name) || reader.at != content + len ||
        ns_name_ntop(name.octets, shown, sizeof shown) < 0)
        return false;
    g_autofree char *canonical = domain_canonical(span_of(shown));
    if (canonical != NULL)
        g_string_append(text, canonical);
    return true;
}

/* The records as one block with their texts behind them; NULL: one is malformed. */
static struct answer *
build_answer(const struct reader *whole, const struct finding *finding)
{
    struct answer_record records[ANSWER_RECORDS_MAX] = { 0 };
    g_autoptr(GString) text = g_string_new(NULL);
    size_t count = 0;
    for (size_t i = 0; i < finding->count; i++) {
        const unsigned char *content = finding->records[i].content;
        size_t len = finding->records[i].len;
        size_t before = text->len;
        bool good = true;
        if (finding->type == RR_TXT)
            good = append_strings(text, content, len);
        else if (finding->type == RR_PTR)
            good = append_host(text, whole, content, len);
        else
            good = len == (finding->type == RR_A ? 4 : 16);
        if (!good)
            return NULL;
        if (finding->type == RR_PTR && text->len == before)
            continue;
        if (finding->type == RR_A || finding->type == RR_AAAA)
            records[count].ip = ip_of_octets((struct span){ (const char *)content, len });
        records[count++].text.len = text->len - before;
    }
    if (count == 0)
        return answer_none(finding->ttl);
    struct answer *answer = g_malloc(sizeof *answer + count * sizeof *records + text->len);
    struct answer_record *kept = (struct answer_record *)(answer + 1);
    char *at = (char *)(kept + count);
    *answer = (struct answer){ ANSWER_FOUND, finding->ttl, kept, count, NULL };
    memcpy(kept, records, count * sizeof *records);
    memcpy(at, text->str, text->len);
    for (size_t i = 0; i < count; at += kept[i++].text.len)
        kept[i].text.octets = at;
    return answer;
}

/* NULL: the message answers the question; else why it does not. */
static const char *
read_question(struct reader *reader, enum rr type, const char *name, struct wire_name *asked)
{
    struct wire_name echoed;
    const unsigned char *header = reader->start;
    if (reader->end - header < HEADER_OCTETS || (header[2] & 0xf8) != 0x80)
        return "malformed";
    reader->at = header + HEADER_OCTETS;
    if (ns_name_pton(name, asked->octets, sizeof asked->octets) < 0)
        return "wrong question";
    asked->len = strlen(name) + (g_str_has_suffix(name, ".") ? 1u : 2u);
    for (size_t i = 0; i < asked->len; i++)
        asked->octets[i] = (unsigned char)g_ascii_tolower((char)asked->octets[i]);
    if (number16(header + 4) != 1)
        return "wrong question";
    if (!read_name(reader, &echoed) || reader->end - reader->at < 4)
        return "malformed";
    if (!same_name(&echoed, asked) || number16(reader->at) != (unsigned)type ||
        number16(reader->at + 2) != CLASS_IN)
        return "wrong question";
    reader->at += 4;
    return NULL;
}

static const char *
rcode_failure(unsigned rcode)
{
    static const char *const failures[] = {
        NULL, "formerr", "servfail", NULL, "notimp", "refused"
    };
    return rcode < G_N_ELEMENTS(failures) ? failures[rcode] : "rcode";
}

/* Follows the aliases from `name` to the records. */
static struct answer *
follow(struct reader *reader, enum rr type, struct wire_name *name)
{
    const unsigned char *first = reader->at;
    unsigned rcode = reader->start[3] & 0x0f;
    uint32_t ttl = UINT32_MAX;
    for (unsigned aliases = 0; aliases <= ANSWER_CNAMES_MAX; aliases++) {
        struct finding finding = { .name = name, .type = type, .ttl = UINT32_MAX };
        struct answer *answer;
        reader->at = first;
        if (!find_records(reader, number16(reader->start + 6), &finding))
            return answer_not_known("malformed");
        ttl = MIN(ttl, finding.ttl);
        if (finding.count == 0 && finding.has_alias) {
            *name = finding.alias;
            continue;
        }
        if (finding.count == 0)
            return read_denial(reader, rcode, name, ttl, aliases > 0);
        finding.ttl = ttl;
        answer = rcode == 0 ? build_answer(reader, &finding) : NULL;
        return answer != NULL ? answer : answer_not_known("malformed");
    }
    return answer_not_known("cname chain");
}

struct answer *
dns_message_answer(struct span message, enum rr type, const char *name)
{
    struct reader reader = { .start = (const unsigned char *)message.octets };
    struct wire_name asked;
    const char *failure;
    if (message.len < HEADER_OCTETS || message.len > DNS_MESSAGE_MAX)
        return answer_not_known("malformed");
    reader.end = reader.start + message.len;
    failure = read_question(&reader, type, name, &asked);
    if (failure == NULL)
        failure = rcode_failure(reader.start[3] & 0x0f);
    if (failure == NULL && dns_message_is_truncated(message))
        failure = "truncated";
    return failure != NULL ? answer_not_known(failure) : follow(&reader, type, &asked);
}

bool
dns_message_is_truncated(struct span message)
{
    return message.len >= HEADER_OCTETS && (message.octets[2] & 0x02) != 0;
}

bool
dns_name_is_sound(const char *name)
{
    size_t label = 0;
    size_t len = strlen(name);
    if (len > 0 && name[len - 1] == '.')
        len--;
    if (len == 0 || len >= DNS_NAME_TEXT_MAX)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (name[i] <= ' ' || name[i] > '~' || name[i] == '\\')
            return false;
        label = name[i] == '.' ? 0 : label + 1;
        if (label > 63 || (label == 0 && (i == 0 || name[i - 1] == '.')))
            return false;
    }
    return label > 0;
}

struct answer *
answer_not_known(const char *failure)
{
    struct answer *answer = g_new(struct answer, 1);
    *answer = (struct answer){ ANSWER_NOT_KNOWN, 0, NULL, 0, failure };
    return answer;
}

struct answer *
answer_none(uint32_t ttl)
{
    struct answer *answer = g_new(struct answer, 1);
    *answer = (struct answer){ ANSWER_NONE, ttl, NULL, 0, NULL };
    return answer;
}

size_t
answer_octets(const struct answer *answer)
{
    size_t octets = sizeof *answer + answer->count * sizeof *answer->records;
    for (size_t i = 0; i < answer->count; i++)
        octets += answer->records[i].text.len;
    return octets;
}
