/* SPDX-License-Identifier: Apache-2.0 */
#include <archive.h>
#include <archive_entry.h>

#include "base/fault.h"
#include "complaint/zip.h"
#include "test.h"

static GString *
unpack(GBytes *zip, const char *password, char **name, bool *locked)
{
    struct archive *archive = archive_read_new();
    struct archive_entry *entry = NULL;
    GString *out = NULL;
    char block[4096];
    la_ssize_t len;
    archive_read_support_format_zip(archive);
    archive_read_add_passphrase(archive, password);
    if (archive_read_open_memory(archive, g_bytes_get_data(zip, NULL), g_bytes_get_size(zip)) ==
            ARCHIVE_OK &&
        archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
        out = g_string_new(NULL);
        *name = g_strdup(archive_entry_pathname(entry));
        *locked = archive_entry_is_encrypted(entry) != 0;
        while ((len = archive_read_data(archive, block, sizeof block)) > 0)
            g_string_append_len(out, block, len);
        if (len < 0) {
            g_string_free(out, TRUE);
            out = NULL;
        }
    }
    archive_read_free(archive);
    return out;
}

static void
test_opens(void **state)
{
    g_autoptr(GString) large = g_string_new(NULL);
    (void)state;
    for (unsigned i = 0; i < 200000; i++)
        g_string_append_c(large, (char)(i * 2654435761u >> 24));
    const struct span texts[] = { { "a\0b\r\n", 5 }, { large->str, large->len }, { "", 0 } };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        for (int encryption = ZIP_CRYPTO; encryption <= ZIP_AES256; encryption++) {
            g_autoptr(GError) error = NULL;
            g_autoptr(GBytes) zip = zip_one("email 7.eml", texts[i], "infected",
                                            (enum zip_encryption)encryption, &error);
            g_autofree char *name = NULL, *other = NULL;
            bool locked = false;
            assert_null(error);
            assert_memory_equal(g_bytes_get_data(zip, NULL), "PK\3\4", 4);
            g_autoptr(GString) out = unpack(zip, "infected", &name, &locked);
            assert_non_null(out);
            assert_string_equal(name, "email 7.eml");
            assert_int_equal(out->len, texts[i].len);
            if (texts[i].len > 0) {
                assert_true(locked);
                assert_memory_equal(out->str, texts[i].octets, texts[i].len);
                assert_null(unpack(zip, "wrong", &other, &locked));
            }
        }
}

static void
test_refused(void **state)
{
    static const struct {
        const char *label, *name, *password;
    } cases[] = {
        { "no password", "a.eml", "" }, { "NULL password", "a.eml", NULL },
        { "no name", "", "x" },         { "slash", "a/b", "x" },
        { "backslash", "a\\b", "x" },   { "dots", "..", "x" },
        { "control", "a\nb", "x" },     { "not ASCII", "\xC3\xA4.eml", "x" },
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        if (zip_one(cases[i].name, span_of("x"), cases[i].password, ZIP_CRYPTO, &error) != NULL)
            fail_msg("%s: was taken", cases[i].label);
        assert_true(g_error_matches(error, FAULT, FAULT_REJECT));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_opens),
                                        cmocka_unit_test(test_refused) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
