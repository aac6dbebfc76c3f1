/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config.h"
#include "base/config_keys.h"
#include "base/fault.h"

static char *scratch; /* folder of the files */

static char *
scratch_path(const char *name)
{
    return g_build_filename(scratch, name, NULL);
}

static void
scratch_write(const char *name, const char *octets, size_t len)
{
    g_autofree char *path = scratch_path(name);
    assert_true(g_file_set_contents(path, octets, (gssize)len, NULL));
}

static struct config *
load(const char *text, GError **error)
{
    g_autofree char *path = scratch_path("forensic.cfg");
    scratch_write("forensic.cfg", text, strlen(text));
    return config_load(path, error);
}

static struct config *
load_good(const char *text)
{
    g_autoptr(GError) error = NULL;
    struct config *config = load(text, &error);
    if (config == NULL)
        fail_msg("%s", error->message);
    return config;
}

static int
set_up(void **state)
{
    (void)state;
    scratch = g_dir_make_tmp("lafayette-test-XXXXXX", NULL);
    return scratch == NULL;
}

static int
tear_down(void **state)
{
    g_autoptr(GDir) folder = g_dir_open(scratch, 0, NULL);
    const char *name;
    (void)state;
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *path = scratch_path(name);
        g_remove(path);
    }
    g_rmdir(scratch);
    g_clear_pointer(&scratch, g_free);
    return 0;
}

static void
test_defaults(void **state)
{
    (void)state;
    g_autoptr(Config) config = load_good("");
    assert_string_equal(config->db.host, "localhost");
    assert_string_equal(config->db.name, "arf");
    assert_null(config->db.password);
    assert_int_equal(config->db.port, 3306);
    assert_string_equal(config->web.host, "127.0.0.1");
    assert_int_equal(config->web.port, 5000);
    assert_string_equal(config->reports.arf_zip, "always");
    assert_string_equal(config->dns.cymru6, "origin6.asn.cymru.com");
    assert_int_equal(config->ingest.batch, 512);
    assert_int_equal(config->feeds->len, 0);
    assert_null(config_feed(config, "mailbox"));
    config_free(NULL);
}

/* Whatever is a list is never NULL, so that readers need not ask; sections lie together, as
 * config_load() needs them; a standard value is a good one. */
static void
test_table(void **state)
{
    (void)state;
    g_autoptr(Config) config = load_good("[f]\nsource = dir:x\n");
    const struct config_feed *feed = config_feed(config, "f");
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    const char *last = "";
    for (size_t i = 0; i < config_key_count; i++) {
        const struct key *key = &config_keys[i];
        const char *base = key->section != NULL ? (const char *)config : (const char *)feed;
        const char *section = key->section != NULL ? key->section : "(feed)";
        if (strcmp(section, last) != 0 && !g_hash_table_add(seen, (void *)(uintptr_t)section))
            fail_msg("%s: sections are mixed", section);
        last = section;
        if (key->type >= KEY_LIST &&
            *(char *const *const *)(const void *)(base + key->offset) == NULL)
            fail_msg("%s.%s is NULL", section, key->name);
        if (key->type == KEY_NUMBER) {
            guint32 standard;
            if (key->standard == NULL || !span_to_u32(span_of(key->standard), &standard) ||
                *(const uint32_t *)(const void *)(base + key->offset) != standard)
                fail_msg("%s.%s has not its standard value", section, key->name);
        }
    }
}

static void
test_values(void **state)
{
    (void)state;
    g_autoptr(Config) config = load_good("# comment\n\n"
                                         "[db]\n"
                                         "DBHOST = db1, db2:3307 \n"
                                         "dbpassword=  a = b ; # %% \\n \xC3\xA9  \n"
                                         "dbPort = 65535\n"
                                         "dbSocket = run/my.sock\n"
                                         "[web]\r\n"
                                         "host = ::1\r\n"
                                         "maskHeaders = To, , Cc ,\r\n"
                                         "[reports]\n"
                                         "email =\n"
                                         "arfZip = never\n"
                                         "[networks]\n"
                                         "file = /etc/networks.csv\n"
                                         "countryDb =\n"
                                         "public = 198.18.0.0/15, 2001:db8::/32\n"
                                         "[db]\n"
                                         "dbName = again\n");
    g_autofree char *socket = scratch_path("run/my.sock");
    assert_string_equal(config->db.host, "db1, db2:3307");
    assert_string_equal(config->db.password, "a = b ; # %% \\n \xC3\xA9");
    assert_int_equal(config->db.port, 65535);
    assert_string_equal(config->db.socket, socket);
    assert_string_equal(config->db.name, "again");
    assert_string_equal(config->web.host, "::1");
    assert_int_equal(g_strv_length(config->web.mask_headers), 2);
    assert_string_equal(config->web.mask_headers[0], "To");
    assert_string_equal(config->web.mask_headers[1], "Cc");
    assert_int_equal(g_strv_length(config->reports.email), 0);
    assert_string_equal(config->reports.arf_zip, "never");
    assert_string_equal(config->networks.file, "/etc/networks.csv");
    assert_null(config->networks.country_db);
    assert_int_equal(g_strv_length(config->networks.public), 2);
}

static void
test_feeds(void **state)
{
    (void)state;
    g_autoptr(Config) config = load_good("[mailbox]\nimapHost = a.example\nimapKeep = Yes\n"
                                         "authservId = mx.example, mx2.example\n"
                                         "[spamtrap]\nIMAPHOST = b.example\nimapKEEP = OFF\n"
                                         "[third]\nsource = maildir:mail\nkind = spamtrap\n"
                                         "imapTls = none\n"
                                         "[fourth]\nsource = mbox:/var/mail/x\n");
    const struct config_feed *mailbox = config_feed(config, "mailbox");
    const struct config_feed *third = config_feed(config, "third");
    g_autofree char *source = g_strdup_printf("maildir:%s/mail", scratch);
    assert_int_equal(config->feeds->len, 4);
    assert_ptr_equal(g_ptr_array_index(config->feeds, 2), third);
    assert_string_equal(mailbox->imap_host, "a.example");
    assert_string_equal(mailbox->kind, "reports");
    assert_true(mailbox->imap_keep);
    assert_int_equal(mailbox->imap_port, 993);
    assert_string_equal(mailbox->imap_folder, "INBOX");
    assert_string_equal(mailbox->imap_settle, "move");
    assert_string_equal(mailbox->imap_tls, "tls");
    assert_null(mailbox->source);
    assert_string_equal(mailbox->authserv_id[1], "mx2.example");
    assert_string_equal(config_feed(config, "spamtrap")->kind, "spamtrap");
    assert_false(config_feed(config, "spamtrap")->imap_keep);
    assert_string_equal(third->kind, "spamtrap");
    assert_string_equal(third->source, source);
    assert_string_equal(third->imap_tls, "none");
    assert_string_equal(config_feed(config, "fourth")->source, "mbox:/var/mail/x");
    assert_null(config_feed(config, "Mailbox"));
    assert_null(config_feed(config, "db"));
}

#define SECRET "hunter2"
/* clang-format off */
static const struct {
    const char *label, *text;
    const char *named; /* what the message must tell */
} faults[] = {
    { "unknown section",        "[dbb]\ndbHost = x\n",              "[dbb]" },
    { "section in other case",  "[DB]\ndbHost = x\n",               "[DB]" },
    { "section without source", "[feed]\nimapUser = x\n",           "[feed]" },
    { "unknown key",            "[db]\ndbHots = x\n",               "\"dbHots\"" },
    { "unknown key of a feed",  "[f]\nsource = dir:x\nimapHots = x\n", "\"imapHots\"" },
    { "a key's beginning",      "[db]\ndbHos = x\n",                "\"dbHos\"" },
    { "a key and more",         "[db]\ndbHostFile = x\n",           "\"dbHostFile\"" },
    { "key of a language",      "[db]\ndbHost[de] = x\n",           "dbHost" },
    { "key of another section", "[db]\nzen = x\n",                  "\"zen\"" },
    { "port 0",                 "[db]\ndbPort = 0\n",               "dbPort = 0" },
    { "port too large",         "[db]\ndbPort = 65536\n",           "1 to 65535" },
    { "no number",              "[db]\ndbPort = 33o6\n",            "dbPort = 33o6" },
    { "empty number",           "[db]\ndbPort =\n",                 "dbPort" },
    { "comment behind",         "[db]\ndbPort = 3306 ; the port\n", "comments begin with #" },
    { "percent",                "[db]\ndbPort = 3306%%\n",          "3306%%" },
    { "number below",           "[dns]\ntimeout = 99\n",            "100 to 60000" },
    { "unknown word",           "[reports]\narfZip = Always\n",     "always|attachments|never" },
    { "empty word",             "[reports]\narfZip =\n",            "always|attachments|never" },
    { "two words",              "[reports]\narfZip = always|never\n", "always|attachments|never" },
    { "no bool",                "[f]\nsource = dir:x\nimapKeep = 2\n", "yes or no" },
    { "no scheme",              "[f]\nsource = /var/mail\n",        "maildir:PATH" },
    { "scheme without path",    "[f]\nsource = mbox:\n",            "mbox:PATH" },
    { "no range",               "[networks]\nown = 192.0.2.0/24, 192.0.2\n", "CIDR" },
    { "range too long",         "[networks]\npublic = 192.0.2.0/33\n", "CIDR" },
    { "no server",              "[dns]\nservers = 192.0.2.1, foo\n", "[dns] servers = 192.0.2.1, foo: expected IP" },
    { "port of a server",       "[dns]\nservers = 192.0.2.1:0\n", "[dns] servers" },
    { "no mail address",        "[reports]\nemail = a@example.com, notanaddress\n", "[reports] email" },
    { "mail to no domain",      "[reports]\nemailSpam = a@b..example\n", "[reports] emailSpam" },
    { "mail address and name",  "[reports]\nemail = A <a@example.com>\n", "[reports] email" },
    { "no field's name",        "[web]\nmaskHeaders = To, a b:c\n", "[web] maskHeaders" },
    { "own domain is a URL",    "[dnsbl]\nwldomain = http://example.com/\n", "[dnsbl] wldomain" },
    { "own domains, semicolon", "[dnsbl]\nwldomain = example.com;example.net\n", "expected domains" },
    { "a star within",          "[networks]\nforwarders = a.*.example.com\n", "[networks] forwarders" },
    { "no zone",                "[dns]\ncymru4 = ..\n",          "[dns] cymru4 = ..: expected a domain" },
    { "no zone for contacts",   "[dns]\nabuse = a b\n",          "[dns] abuse" },
    { "colon",                  "[db]\ndbPassword: " SECRET "\n",   "line 2: \"dbPassword\"" },
    { "colon and equals",       "[db]\ndbPassword: " SECRET "=x\n", "\"dbPassword\"" },
    { "semicolon comment",      "[db]\n; " SECRET "\n",             "line 2" },
    { "continued line",         "[db]\ndbPassword = x\n  " SECRET "\n", "line 3" },
    { "name alone",             "[db]\ndbPassword " SECRET "\n",    "line 2" },
    { "no name",                "[db]\n = " SECRET "\n",            "line 2" },
    { "before any section",     "dbPassword = " SECRET "\n",        "before the first [section]" },
    { "section not closed",     "[db\ndbPassword = " SECRET "\n",   "line 1" },
    { "empty section name",     "[]\ndbPassword = " SECRET "\n",    "line 1" },
    { "missing secret file",    "[db]\ndbPasswordFile = none\n",    "none: No such file" },
    { "secret file is a folder", "[db]\ndbPasswordFile = .\n",      "dbPasswordFile" },
    { "secret file not named",  "[db]\ndbPasswordFile =\n",         "dbPasswordFile" },
    { "File of no secret",      "[web]\nreportSenderFile = x\n",    "\"reportSenderFile\"" },
};
/* clang-format on */

static void
test_good_lists(void **state)
{
    (void)state;
    g_autoptr(Config) config =
        load_good("[dns]\nservers = 192.0.2.1, 192.0.2.1:5353,[2001:db8::1]:53, 2001:db8::1\n"
                  "cymru4 =\nabuse = Abuse.Example.\n"
                  "[dnsbl]\nwldomain = Example.COM., .a.example,*.b.example, b\xc3\xbc"
                  "cher.example\n"
                  "[reports]\nemail = a+b@example.com,c@xn--bcher-kva.example\nemailSpam =\n"
                  "[web]\nmaskHeaders = X-To, List-Unsubscribe\n");
    assert_int_equal(g_strv_length(config->dns.servers), 4);
    assert_string_equal(config->dns.cymru4, "");
    assert_string_equal(config->dns.abuse, "Abuse.Example.");
    g_autofree char *own = g_strjoinv(" ", config->dnsbl.wldomain);
    assert_string_equal(own, "example.com a.example b.example xn--bcher-kva.example");
    assert_int_equal(g_strv_length(config->reports.email), 2);
    assert_int_equal(g_strv_length(config->reports.email_spam), 0);
    assert_int_equal(g_strv_length(config->web.mask_headers), 2);
}

static void
test_files_of_networks(void **state)
{
    static const char *const keys[] = { "file", "countryDb", "asnDb" };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        static const char *const values[] = { "missing.csv", "." };
        for (size_t k = 0; k < G_N_ELEMENTS(values); k++) {
            g_autofree char *text = g_strdup_printf("[networks]\n%s = %s\n", keys[i], values[k]);
            g_autofree char *named = g_strdup_printf("[networks] %s = ", keys[i]);
            g_autoptr(GError) error = NULL;
            g_autoptr(Config) config = load_good(text);
            assert_false(config_check_networks(config, &error));
            assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
            assert_non_null(strstr(error->message, named));
        }
    }
    g_autoptr(Config) none = load_good("");
    assert_true(config_check_networks(none, NULL));
    g_autoptr(Config) there = load_good("[networks]\nfile = forensic.cfg\n");
    assert_true(config_check_networks(there, NULL));
}

static void
test_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Config) config = load(faults[i].text, &error);
        if (config != NULL)
            fail_msg("%s: is taken", faults[i].label);
        if (!g_error_matches(error, FAULT, FAULT_OPERATOR) ||
            strstr(error->message, faults[i].named) == NULL ||
            strstr(error->message, "forensic.cfg: ") == NULL)
            fail_msg("%s: %s", faults[i].label, error->message);
        if (strstr(error->message, SECRET) != NULL)
            fail_msg("%s: shows a password: %s", faults[i].label, error->message);
    }
}

static void
expect_load_fault(const char *name, const char *named)
{
    g_autofree char *path = scratch_path(name);
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = config_load(path, &error);
    if (config != NULL || !g_error_matches(error, FAULT, FAULT_OPERATOR) ||
        strstr(error->message, named) == NULL || strstr(error->message, path) == NULL)
        fail_msg("%s: %s", name, error != NULL ? error->message : "is taken");
}

static void
test_files(void **state)
{
    (void)state;
    g_autofree char *large = g_strnfill(CONFIG_OCTETS_MAX + 1, '#');
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = NULL;
    g_autofree char *full = scratch_path("full.cfg");
    scratch_write("large.cfg", large, CONFIG_OCTETS_MAX + 1);
    scratch_write("full.cfg", large, CONFIG_OCTETS_MAX);
    scratch_write("nul.cfg", "[db]\n\0", 6);
    expect_load_fault("missing.cfg", "No such file");
    expect_load_fault(".", "directory");
    expect_load_fault("large.cfg", "too large");
    expect_load_fault("nul.cfg", "value 0");
    config = config_load(full, &error);
    assert_non_null(config);
}

static void
test_secrets(void **state)
{
    (void)state;
    g_autofree char *most = g_strnfill(4096, 'x');
    const struct {
        const char *label;
        struct span file;
        const char *want; /* NULL: a fault */
    } cases[] = {
        { "no newline", { "pass", 4 }, "pass" },
        { "newline", { "pass\n", 5 }, "pass" },
        { "CRLF", { "pass\r\n", 6 }, "pass" },
        { "more lines", { "pass\n# note\n", 12 }, "pass" },
        { "blanks count", { " pa ss \n", 8 }, " pa ss " },
        { "empty", { "", 0 }, "" },
        { "all characters", { "%;#\\=\xE9\n", 7 }, "%;#\\=\xE9" },
        { "largest", { most, 4096 }, most },
        { "NUL", { "pa\0ss", 5 }, NULL },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Config) config = NULL;
        scratch_write("secret", cases[i].file.octets, cases[i].file.len);
        config = load("[db]\ndbpasswordFILE = secret\n", &error); /* relative to the config */
        if (g_strcmp0(config != NULL ? config->db.password : NULL, cases[i].want) != 0 ||
            (config == NULL && !g_error_matches(error, FAULT, FAULT_OPERATOR)))
            fail_msg("%s: got %s", cases[i].label, config != NULL ? config->db.password : "none");
    }
}

static void
test_more_secrets(void **state)
{
    (void)state;
    g_autofree char *large = g_strnfill(4097, 'x');
    g_autofree char *text = g_strdup_printf("[f]\nsource = dir:x\nimapPasswordFile = %s/secret\n"
                                            "[reports]\narfPasswordFile = secret\n",
                                            scratch);
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = NULL;
    scratch_write("secret", "pass\n", 5);
    config = load_good(text);
    assert_string_equal(config_feed(config, "f")->imap_password, "pass");
    assert_string_equal(config->reports.arf_password, "pass");
    scratch_write("secret", large, 4097);
    assert_null(load(text, &error));
    assert_non_null(strstr(error->message, "too large"));
}

static char *
find_or_reason(const char *given)
{
    g_autoptr(GError) error = NULL;
    char *found = config_find(given, &error);
    if (found != NULL)
        return found;
    assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
    return g_strdup(strstr(error->message, "is not used") != NULL ? "not used" : "none");
}

/* In the scratch folder: forensic.cfg of that mode (0: none) and owner (0: the caller). */
static void
expect_found(const char *label, const char *given, const char *variable, mode_t mode, uid_t owner,
             const char *want)
{
    g_autofree char *found = NULL;
    g_remove("forensic.cfg");
    if (mode != 0) {
        assert_true(g_file_set_contents("forensic.cfg", "", 0, NULL));
        assert_int_equal(chmod("forensic.cfg", mode), 0);
        if (owner != 0)
            assert_int_equal(chown("forensic.cfg", owner, (gid_t)-1), 0);
    }
    if (variable != NULL)
        g_setenv("LAFAYETTE_CONFIG", variable, TRUE);
    else
        g_unsetenv("LAFAYETTE_CONFIG");
    found = find_or_reason(given);
    if (strcmp(found, want) != 0)
        fail_msg("%s: got %s", label, found);
}

static void
test_find(void **state)
{
    (void)state;
    g_autofree char *before = g_get_current_dir();
    bool installed = access(LAFAYETTE_SYSCONFDIR "/lafayette/forensic.cfg", F_OK) == 0;
    assert_int_equal(g_chdir(scratch), 0);
    expect_found("-c wins", "a.cfg", "b.cfg", 0600, 0, "a.cfg");
    expect_found("then the variable", NULL, "b.cfg", 0600, 0, "b.cfg");
    if (installed) {
        expect_found("then the system's", NULL, "", 0600, 0,
                     LAFAYETTE_SYSCONFDIR "/lafayette/forensic.cfg");
    } else {
        expect_found("an empty variable is none", NULL, "", 0600, 0, "forensic.cfg");
        expect_found("ours", NULL, NULL, 0640, 0, "forensic.cfg");
        expect_found("all may read it", NULL, NULL, 0644, 0, "forensic.cfg");
        expect_found("its group may write", NULL, NULL, 0660, 0, "not used");
        expect_found("all may write", NULL, NULL, 0602, 0, "not used");
        expect_found("there is none", NULL, NULL, 0, 0, "none");
        if (geteuid() == 0)
            expect_found("a stranger's", NULL, NULL, 0600, 12345, "not used");
    }
    g_unsetenv("LAFAYETTE_CONFIG");
    assert_int_equal(g_chdir(before), 0);
}

static void
test_byte_order_mark(void **state)
{
    (void)state;
    g_autoptr(Config) config = load_good("\xEF\xBB\xBF[dns]\ntimeout = 1234\n");
    assert_int_equal(config->dns.timeout_ms, 1234);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_byte_order_mark), cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_table),           cmocka_unit_test(test_values),
        cmocka_unit_test(test_feeds),           cmocka_unit_test(test_faults),
        cmocka_unit_test(test_good_lists),      cmocka_unit_test(test_files_of_networks),
        cmocka_unit_test(test_files),           cmocka_unit_test(test_secrets),
        cmocka_unit_test(test_more_secrets),    cmocka_unit_test(test_find),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
