/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ports - a library for LD_PRELOAD: who connects to port 80 of this machine comes to another port,
 * and names that end in .test are this machine
 *
 *   PORTS_80=N   connect() to port 80 of 127.0.0.0/8 goes to port N there: a server that a test
 *                starts as a plain user
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int
connect(int fd, const struct sockaddr *address, socklen_t len)
{
    static int (*real)(int, const struct sockaddr *, socklen_t);
    const char *port = getenv("PORTS_80");
    struct sockaddr_in other;
    if (real == NULL)
        *(void **)(&real) = dlsym(RTLD_NEXT, "connect");
    if (port == NULL || address->sa_family != AF_INET || len < sizeof other)
        return real(fd, address, len);
    memcpy(&other, address, sizeof other);
    if (ntohl(other.sin_addr.s_addr) >> 24 != 127 || other.sin_port != htons(80))
        return real(fd, address, len);
    other.sin_port = htons((unsigned short)atoi(port));
    return real(fd, (struct sockaddr *)&other, sizeof other);
}

int
getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
            struct addrinfo **found)
{
    static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    size_t len = name != NULL ? strlen(name) : 0;
    if (real == NULL)
        *(void **)(&real) = dlsym(RTLD_NEXT, "getaddrinfo");
    if (len > strlen(".test") && strcmp(name + len - strlen(".test"), ".test") == 0)
        name = "127.0.0.1";
    return real(name, service, hints, found);
}
