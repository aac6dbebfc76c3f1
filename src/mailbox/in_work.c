/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/in_work.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/auto.h"
#include "base/fault.h"
#include "mailbox/beneath.h"
#include "mailbox/state_folder.h"

/* With the version of the layout: another one is begun anew. */
static const char magic[8] = { 'L', 'a', 'f', 'W', 'o', 'r', 'k', '1' };

#define SLOT_FREE 0
#define SLOT_NOTED 1
#define SLOT_CLAIMED (-1) /* its digest is being written */

struct slot {
    _Atomic int64_t order; /* above 0: the digest is whole; of two suspects the younger has more */
    unsigned char digest[IN_WORK_DIGEST_OCTETS];
};

struct journal_file {
    char magic[8];
    struct slot slots[IN_WORK_SLOTS];
    struct slot suspects[IN_WORK_SUSPECTS];
};

struct in_work {
    struct journal_file *file;
    atomic_uint cursor;        /* where to look for a free slot */
    atomic_uint suspect_count; /* so that the usual question costs one load */
};

static bool
holds(struct slot *slot, const unsigned char *digest)
{
    return atomic_load_explicit(&slot->order, memory_order_acquire) > SLOT_FREE &&
           memcmp(slot->digest, digest, IN_WORK_DIGEST_OCTETS) == 0;
}

static struct slot *
find_suspect(struct journal_file *file, const unsigned char *digest)
{
    for (size_t i = 0; i < IN_WORK_SUSPECTS; i++)
        if (holds(&file->suspects[i], digest))
            return &file->suspects[i];
    return NULL;
}

/* Puts a digest into a free, or else the oldest, place of the suspects. */
static void
add_suspect(struct journal_file *file, struct slot *left)
{
    struct slot *place = &file->suspects[0];
    int64_t youngest = 0;
    if (find_suspect(file, left->digest) != NULL)
        return;
    for (size_t i = 0; i < IN_WORK_SUSPECTS; i++) {
        youngest = MAX(youngest, file->suspects[i].order);
        if (file->suspects[i].order < place->order)
            place = &file->suspects[i];
    }
    atomic_store(&place->order, SLOT_CLAIMED);
    memcpy(place->digest, left->digest, sizeof(place->digest));
    atomic_store(&place->order, youngest + 1);
}

/* What a run that died left in work becomes suspect; noted there before it is erased here, so that
 * a death in between loses nothing. */
static void
collect(struct in_work *journal)
{
    struct journal_file *file = journal->file;
    for (size_t i = 0; i < IN_WORK_SLOTS; i++) {
        if (file->slots[i].order > SLOT_FREE)
            add_suspect(file, &file->slots[i]);
        atomic_store(&file->slots[i].order, SLOT_FREE);
    }
    for (size_t i = 0; i < IN_WORK_SUSPECTS; i++) {
        if (file->suspects[i].order > SLOT_FREE)
            journal->suspect_count++;
        else
            atomic_store(&file->suspects[i].order, SLOT_FREE);
    }
}

/* Maps the file, of the right size and with all its blocks: a write to a mapped hole on a full
 * disk would be SIGBUS. NULL with errno. */
static struct journal_file *
map_file(int fd)
{
    struct stat there;
    struct journal_file *file;
    int cause;
    if (fstat(fd, &there) != 0)
        return NULL;
    if (!S_ISREG(there.st_mode)) {
        errno = ENOTDIR; /* somebody put something else there: a person must look */
        return NULL;
    }
    if (there.st_size != (off_t)sizeof(*file) && ftruncate(fd, 0) != 0)
        return NULL;
    cause = posix_fallocate(fd, 0, (off_t)sizeof(*file));
    if (cause != 0) {
        errno = cause;
        return NULL;
    }
    file = mmap(NULL, sizeof(*file), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (file == MAP_FAILED)
        return NULL;
    if (memcmp(file->magic, magic, sizeof(magic)) != 0) {
        memset(file, 0, sizeof(*file));
        memcpy(file->magic, magic, sizeof(magic));
    }
    return file;
}

struct in_work *
in_work_open(const char *folder, const char *name, GError **error)
{
    g_autofree char *file = state_folder_file(name, ".inwork");
    struct in_work *journal;
    struct journal_file *mapped;
    auto_fd int dir = state_folder_open_path(folder, error);
    auto_fd int fd = dir < 0 ? -1 : state_folder_open_file(dir, folder, file, error);
    if (fd < 0)
        return NULL;
    mapped = map_file(fd);
    if (mapped == NULL) {
        beneath_set_error(error, "open", file, errno);
        return NULL;
    }
    journal = g_new0(struct in_work, 1);
    journal->file = mapped;
    collect(journal);
    return journal;
}

void
in_work_free(struct in_work *journal)
{
    if (journal == NULL)
        return;
    munmap(journal->file, sizeof(*journal->file));
    g_free(journal);
}

size_t
in_work_suspects(struct in_work *journal, unsigned char (*digests)[IN_WORK_DIGEST_OCTETS],
                 size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < IN_WORK_SUSPECTS; i++) {
        struct slot *slot = &journal->file->suspects[i];
        if (atomic_load_explicit(&slot->order, memory_order_acquire) <= SLOT_FREE)
            continue;
        if (count < max)
            memcpy(digests[count], slot->digest, IN_WORK_DIGEST_OCTETS);
        count++;
    }
    return count;
}

bool
in_work_is_suspect(struct in_work *journal, const unsigned char digest[IN_WORK_DIGEST_OCTETS])
{
    return atomic_load(&journal->suspect_count) > 0 && find_suspect(journal->file, digest) != NULL;
}

void
in_work_clear_suspect(struct in_work *journal, const unsigned char digest[IN_WORK_DIGEST_OCTETS])
{
    struct slot *slot = find_suspect(journal->file, digest);
    if (slot != NULL && atomic_exchange(&slot->order, SLOT_FREE) > SLOT_FREE)
        atomic_fetch_sub(&journal->suspect_count, 1);
}

int
in_work_begin(struct in_work *journal, const unsigned char digest[IN_WORK_DIGEST_OCTETS])
{
    unsigned from = atomic_fetch_add_explicit(&journal->cursor, 1, memory_order_relaxed);
    for (unsigned i = 0; i < IN_WORK_SLOTS; i++) {
        unsigned at = (from + i) % IN_WORK_SLOTS;
        struct slot *slot = &journal->file->slots[at];
        int64_t expected = SLOT_FREE;
        if (!atomic_compare_exchange_strong(&slot->order, &expected, SLOT_CLAIMED))
            continue;
        memcpy(slot->digest, digest, IN_WORK_DIGEST_OCTETS);
        atomic_store_explicit(&slot->order, SLOT_NOTED, memory_order_release);
        return (int)at;
    }
    return IN_WORK_NO_SLOT;
}

void
in_work_end(struct in_work *journal, int slot)
{
    if (slot != IN_WORK_NO_SLOT)
        atomic_store_explicit(&journal->file->slots[slot].order, SLOT_FREE, memory_order_release);
}
