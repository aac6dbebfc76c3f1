/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch_floor PORT USER PASSWORD - what fetching the mails from an IMAP server on this machine
 * costs at least: LOGIN, SELECT, then FETCH of 500 whole messages at a time; literals are read by
 * their length and thrown away. Prints "mails octets".
 */
#include <arpa/inet.h>
#include <glib.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define WINDOW 500

static FILE *server;
static char line[65536];

/* Reads lines up to the one with our tag; literals are skipped and counted. The number before the
 * untagged `word` is returned. */
static unsigned
answer(const char *word, guint64 *literals, guint64 *octets)
{
    static char room[65536];
    unsigned number = 0;
    while (fgets(line, sizeof line, server) != NULL) {
        const char *brace = strrchr(line, '{');
        size_t left =
            brace != NULL && g_str_has_suffix(line, "}\r\n") ? strtoul(brace + 1, NULL, 10) : 0;
        if (left > 0) {
            ++*literals;
            *octets += left;
        }
        while (left > 0) {
            size_t got = fread(room, 1, MIN(left, sizeof room), server);
            if (got == 0)
                exit(69);
            left -= got;
        }
        if (word != NULL && line[0] == '*' && strstr(line, word) != NULL)
            number = (unsigned)strtoul(line + 2, NULL, 10);
        if (line[0] == 'a' && line[1] == ' ') {
            if (strncmp(line, "a OK", 4) == 0)
                return number;
            break;
        }
    }
    fprintf(stderr, "fetch_floor: %s\n", line);
    exit(69);
}

int
main(int argc, char **argv)
{
    guint64 mails = 0, octets = 0;
    if (argc != 4)
        return 64;
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)atoi(argv[1])),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
        return 69;
    server = fdopen(fd, "r");
    setvbuf(server, NULL, _IOFBF, 1 << 18);
    dprintf(fd, "a LOGIN \"%s\" \"%s\"\r\n", argv[2], argv[3]);
    answer(NULL, &mails, &octets);
    dprintf(fd, "a SELECT INBOX\r\n");
    unsigned exists = answer(" EXISTS", &mails, &octets);
    for (unsigned from = 1; from <= exists; from += WINDOW) {
        dprintf(fd, "a FETCH %u:%u (UID INTERNALDATE BODY.PEEK[])\r\n", from,
                MIN(from + WINDOW - 1, exists));
        answer(NULL, &mails, &octets);
    }
    dprintf(fd, "a LOGOUT\r\n");
    printf("%" PRIu64 " %" PRIu64 "\n", mails, octets);
    return 0;
}
