/* SPDX-License-Identifier: Apache-2.0 */
/* What is let through can stand in a RCPT TO and in a header, and is let through again; a list holds
 * what its limits say. */
#include "demand.h"

#include "enrich/contact_address.h"

static char *own[] = { (char[]){ "example.net" }, NULL };

static void
demand_address(const char *address)
{
    g_autofree char *again = NULL;
    demand(strlen(address) <= MAIL_ADDRESS_OCTETS_MAX);
    demand(strchr(address, '@') != NULL && strchr(address, '@') == strrchr(address, '@'));
    for (const char *at = address; *at != '\0'; at++)
        demand(g_ascii_isgraph(*at) && strchr("<>,;()[]\\\":", *at) == NULL);
    demand(!g_str_has_suffix(address, "example.net") ||
           g_ascii_isalnum(address[strlen(address) - strlen("example.net") - 1]) ||
           address[strlen(address) - strlen("example.net") - 1] == '-');
    demand(contact_address_read(span_of(address), own, &again) == NULL);
    demand(strcmp(again, address) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span text = exact_copy(octets, len);
    g_autofree char *address = NULL;
    if (contact_address_read(text, own, &address) == NULL)
        demand_address(address);
    g_autoptr(GString) list = g_string_new(NULL);
    contact_list_add(list, text, own);
    demand(list->len <= CONTACT_LIST_OCTETS_MAX);
    demand(contact_list_count(list->str) <= CONTACT_ADDRESSES_MAX);
    g_auto(GStrv) items = g_strsplit(list->str, ",", -1);
    for (char **item = items; list->len > 0 && *item != NULL; item++)
        demand_address(*item);
    g_autofree char *before = g_strdup(list->str);
    contact_list_add(list, span_of(before), own);
    demand(strcmp(before, list->str) == 0);
    return 0;
}
