/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/network_blocks.h"

#include "enrich/cymru.h"
#include "enrich/network_set.h"

#define BLOCK_BITS_4 24u
#define BLOCK_BITS_6 48u
#define BURST_MAX 1024u

/* Somebody who waits for an address's network. */
struct waiting {
    struct ip ip;
    network_told *told;
    void *user;
};

struct block {
    struct ip base;  /* its key */
    GPtrArray *line; /* of struct waiting: not asked about */
    unsigned burst;  /* questions that are put at once */
    unsigned open;   /* questions, and one while they are being put */
    bool asked;      /* DNS has answered about one of its addresses */
    bool lost;       /* it did not answer */
};

/* A question about one address of a block. */
struct origin_question {
    struct enrich *enrich;
    struct network_blocks *blocks;
    struct block *block;
    struct waiting *waiting;
};

struct network_blocks {
    struct network_set *set; /* of struct network, given and learnt */
    GPtrArray *given, *learnt;
    GStringChunk *texts;
    GHashTable *blocks; /* base: struct block */
};

static void
block_free(void *pointer)
{
    struct block *block = pointer;
    g_ptr_array_unref(block->line);
    g_free(block);
}

struct network_blocks *
network_blocks_new(void)
{
    struct network_blocks *blocks = g_new0(struct network_blocks, 1);
    blocks->set = network_set_new();
    blocks->given = g_ptr_array_new_with_free_func(g_free);
    blocks->learnt = g_ptr_array_new_with_free_func(g_free);
    blocks->texts = g_string_chunk_new(1024);
    blocks->blocks = g_hash_table_new_full(enrich_ip_hash, enrich_ip_equal, NULL, block_free);
    return blocks;
}

void
network_blocks_free(struct network_blocks *blocks)
{
    g_hash_table_unref(blocks->blocks);
    network_set_free(blocks->set);
    g_ptr_array_unref(blocks->given);
    g_ptr_array_unref(blocks->learnt);
    g_string_chunk_free(blocks->texts);
    g_free(blocks);
}

static const struct network *
keep(struct network_blocks *blocks, GPtrArray *among, const struct network *network)
{
    struct network *kept = g_memdup2(network, sizeof *network);
    if (network->asns != NULL)
        kept->asns = g_string_chunk_insert_const(blocks->texts, network->asns);
    g_ptr_array_add(among, kept);
    network_set_add(blocks->set, &kept->prefix, kept);
    return kept;
}

void
network_blocks_know(struct network_blocks *blocks, const struct network *network)
{
    if (network->prefix.base.len != 0 && network->expires > clock_now())
        keep(blocks, blocks->given, network);
}

static unsigned
block_bits(const struct ip *ip)
{
    return ip->len == 4 ? BLOCK_BITS_4 : BLOCK_BITS_6;
}

static struct block *
block_of(struct network_blocks *blocks, const struct ip *ip)
{
    struct ip base = { .len = ip->len };
    struct block *block;
    memcpy(base.octets, ip->octets, block_bits(ip) / 8);
    block = g_hash_table_lookup(blocks->blocks, &base);
    if (block != NULL)
        return block;
    block = g_new0(struct block, 1);
    block->base = base;
    block->burst = 1;
    block->line = g_ptr_array_new();
    g_hash_table_insert(blocks->blocks, &block->base, block);
    return block;
}

/* What is known already of an address of that block. */
static const struct network *
covering(const struct network_blocks *blocks, const struct block *block, const struct ip *ip)
{
    return network_set_find_from(blocks->set, ip, block->asked ? 0 : block_bits(ip));
}

static void
tell(struct waiting *waiting, enum known known, const struct network *network)
{
    waiting->told(waiting->user, known, network);
    g_free(waiting);
}

/* Serves those of the line that a learnt prefix holds. */
static void
serve_line(const struct network_blocks *blocks, struct block *block)
{
    guint kept = 0;
    for (guint i = 0; i < block->line->len; i++) {
        struct waiting *waiting = g_ptr_array_index(block->line, i);
        const struct network *network = covering(blocks, block, &waiting->ip);
        if (network != NULL)
            tell(waiting, KNOWN, network);
        else
            block->line->pdata[kept++] = waiting;
    }
    g_ptr_array_set_size(block->line, (gint)kept);
}

static void
give_up(struct block *block)
{
    for (guint i = 0; i < block->line->len; i++)
        tell(g_ptr_array_index(block->line, i), NOT_KNOWN, NULL);
    g_ptr_array_set_size(block->line, 0);
    block->lost = false;
}

static void on_origin(void *user, const struct answer *answer);
static void ask_line(struct enrich *enrich, struct network_blocks *blocks, struct block *block);

/* After the last answer of a burst. */
static void
go_on(struct enrich *enrich, struct network_blocks *blocks, struct block *block)
{
    if (--block->open > 0)
        return;
    serve_line(blocks, block);
    if (block->lost)
        give_up(block);
    if (block->line->len > 0) {
        block->burst = MIN(block->burst * 2, BURST_MAX);
        ask_line(enrich, blocks, block);
    }
}

static void
ask_line(struct enrich *enrich, struct network_blocks *blocks, struct block *block)
{
    const struct config *config = enrich->config;
    const char *zone = block->base.len == 4 ? config->dns.cymru4 : config->dns.cymru6;
    block->open++;
    for (unsigned i = 0; i < block->burst && block->line->len > 0; i++) {
        struct origin_question *question = g_new(struct origin_question, 1);
        struct waiting *waiting = g_ptr_array_steal_index(block->line, block->line->len - 1);
        g_autofree char *name = ip_reverse(&waiting->ip, zone);
        *question = (struct origin_question){ enrich, blocks, block, waiting };
        block->open++;
        resolver_ask(enrich->resolver, 0, RR_TXT, name, on_origin, question);
    }
    go_on(enrich, blocks, block);
}

static const struct network *
learn(struct network_blocks *blocks, const struct cymru_origin *origin, int64_t expires)
{
    char text[CYMRU_ASNS_TEXT_MAX];
    struct network network = { .prefix = origin->prefix, .from = NETWORK_FROM_DNS };
    const struct network *there = network_set_exact(blocks->set, &origin->prefix);
    if (there != NULL && there->asn == cymru_origin_asn(origin))
        return there;
    network.asn = cymru_origin_asn(origin);
    network.expires = expires;
    memcpy(network.country, origin->country, sizeof network.country);
    if (origin->asn_count > 1)
        network.asns = cymru_origin_asns(origin, text);
    return keep(blocks, blocks->learnt, &network);
}

static void
on_origin(void *user, const struct answer *answer)
{
    struct origin_question *question = user;
    struct network_blocks *blocks = question->blocks;
    struct block *block = question->block;
    struct enrich *enrich = question->enrich;
    struct network none = { .expires = enrich_expiry(answer) };
    struct cymru_origin origin;
    if (answer->outcome == ANSWER_FOUND &&
        cymru_origin_best(answer, &question->waiting->ip, &origin)) {
        block->asked = true;
        tell(question->waiting, KNOWN, learn(blocks, &origin, none.expires));
    } else if (answer->outcome == ANSWER_NONE) {
        block->asked = true;
        tell(question->waiting, KNOWN_NONE, &none);
    } else {
        block->lost = true;
        tell(question->waiting, NOT_KNOWN, NULL);
    }
    g_free(question);
    go_on(enrich, blocks, block);
}

void
network_blocks_ask(struct enrich *enrich, struct network_blocks *blocks, const struct ip *ip,
                   network_told *told, void *user)
{
    struct block *block = block_of(blocks, ip);
    const struct network *network = covering(blocks, block, ip);
    struct waiting *waiting;
    if (network != NULL) {
        told(user, KNOWN, network);
        return;
    }
    waiting = g_new(struct waiting, 1);
    *waiting = (struct waiting){ *ip, told, user };
    g_ptr_array_add(block->line, waiting);
    if (block->open == 0)
        ask_line(enrich, blocks, block);
}

void
network_blocks_learnt(const struct network_blocks *blocks,
                      void (*each)(void *user, const struct network *), void *user)
{
    for (guint i = 0; i < blocks->learnt->len; i++)
        each(user, g_ptr_array_index(blocks->learnt, i));
}
