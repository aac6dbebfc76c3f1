/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "report/received.h"

/* clang-format off */
static const struct {
    const char *label, *field, *ip, *by, *date; /* ip "": none */
} cases[] = {
    { "Postfix", "from mail.example.org (rdns.example.org [203.0.113.5]) by mx.example.com (Postfix) with ESMTPS id 4A for <u@example.com>; Sat, 31 Jan 2026 09:26:53 +0000 (UTC)",
      "203.0.113.5", "mx.example.com", "Sat, 31 Jan 2026 09:26:53 +0000 (UTC)" },
    { "Postfix, HELO is a literal", "from [192.0.2.66] (unknown [203.0.113.5]) by mx.example.com (Postfix) with SMTP; d", "203.0.113.5", "mx.example.com", "d" },
    { "Postfix, IPv6", "from a (b [IPv6:2001:db8::5]) by mx.example.com; d", "2001:db8::5", "mx.example.com", "d" },
    { "Postfix, pickup", "by mx.example.com (Postfix, from userid 33) id 4A; d", "", "mx.example.com", "d" },
    { "Sendmail", "from helo.example.org (rdns.example.org [203.0.113.5] (may be forged)) by mx.example.com (8.15.2/8.15.2) with ESMTP id 1; d", "203.0.113.5", "mx.example.com", "d" },
    { "Sendmail, ident", "from helo (IDENT:user@rdns.example.org [203.0.113.5]) by mx.example.com; d", "203.0.113.5", "mx.example.com", "d" },
    { "Exim", "from [203.0.113.5] (helo=mail.example.org) by mx.example.com with esmtp (Exim 4.94) (envelope-from <a@example.org>) id 1; d", "203.0.113.5", "mx.example.com", "d" },
    { "Exim, HELO is a literal", "from [203.0.113.5] (port=4021 helo=[192.0.2.66]) by mx.example.com with esmtp; d", "203.0.113.5", "mx.example.com", "d" },
    { "Exim, host known", "from rdns.example.org ([203.0.113.5]:4021 helo=mail.example.org) by mx.example.com with esmtp; d", "203.0.113.5", "mx.example.com", "d" },
    { "qmail", "from unknown (HELO mail.example.org) (203.0.113.5) by 0 with SMTP; 31 Jan 2026 09:26:53 -0000", "203.0.113.5", "0", "31 Jan 2026 09:26:53 -0000" },
    { "qmail, HELO is an address", "from unknown (HELO 192.0.2.66) (203.0.113.5) by mx.example.com with SMTP; d", "203.0.113.5", "mx.example.com", "d" },
    { "qmail, user", "from unknown (HELO x) (user@203.0.113.5) by mx.example.com; d", "203.0.113.5", "mx.example.com", "d" },
    { "Yahoo", "from 203.0.113.5 (EHLO mail.example.org) by 192.0.2.1 with SMTP; d", "203.0.113.5", "192.0.2.1", "d" },
    { "Yahoo, EHLO is an address", "from 203.0.113.5 (EHLO 192.0.2.66) by mta1.example.com with SMTP; d", "203.0.113.5", "mta1.example.com", "d" },
    { "Yahoo, EHLO is a literal", "from 203.0.113.5 (EHLO [192.0.2.66]) by mta1.example.com with SMTP; d", "203.0.113.5", "mta1.example.com", "d" },
    { "Google", "from mail.example.org (mail.example.org. [203.0.113.5]) by mx.google.example with ESMTPS id x for <u@example.com> (version=TLS1_3 cipher=X bits=256/256); d", "203.0.113.5", "mx.google.example", "d" },
    { "Microsoft", "from mail.example.org (203.0.113.5) by AM1.mail.protection.example.com (192.0.2.7) with Microsoft SMTP Server (version=TLS1_2) id 15.20; d", "203.0.113.5", "AM1.mail.protection.example.com", "d" },
    { "Exchange, inside", "from A.example.com ([fe80::1]) by B.example.com ([fe80::2%4]) with mapi id 15; d", "fe80::1", "B.example.com", "d" },
    { "CommuniGate", "from [203.0.113.5] (account u HELO mail.example.org) by example.com (CommuniGate Pro SMTP 6) with ESMTP id 1; d", "203.0.113.5", "example.com", "d" },
    { "Courier", "from mail.example.org ([203.0.113.5]) by mx.example.com with ESMTP; d", "203.0.113.5", "mx.example.com", "d" },
    { "v4 in v6", "from a (b [::ffff:203.0.113.5]) by mx.example.com; d", "203.0.113.5", "mx.example.com", "d" },
    { "by in a comment", "from a (sent by b.example [203.0.113.5]) by mx.example.com; d", "203.0.113.5", "mx.example.com", "d" },
    { "the receiver's address is not the client's", "from a.example by mx.example.com ([192.0.2.1]) ; d", "", "mx.example.com", "d" },
    { "folded", "from a (b [203.0.113.5])\r\n\tby mx.example.com\r\n\tfor u; d", "203.0.113.5", "mx.example.com", "d" },
    { "upper case", "FROM a ([203.0.113.5]) BY mx.example.com; d", "203.0.113.5", "mx.example.com", "d" },
    { "not an address", "from a ([999.0.2.1]) by mx.example.com; d", "", "mx.example.com", "d" },
    { "never closed", "from a ([203.0.113.5", "", "", "" },
    { "no date", "from a ([203.0.113.5]) by mx", "203.0.113.5", "mx", "" },
    { "no from", "(qmail 4711 invoked by uid 33); 31 Jan 2026", "", "", "31 Jan 2026" },
    { "empty", "", "", "", "" },
};
/* clang-format on */

static void
test_received(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct span field = span_of(cases[i].field);
        struct ip ip = { .len = 0 };
        char text[IP_TEXT_MAX];
        bool found = received_from_ip(field, &ip);
        struct span by = received_by_host(field);
        struct span date = received_date(field);
        if (found != (cases[i].ip[0] != '\0') || strcmp(ip_text(&ip, text), cases[i].ip) != 0)
            fail_msg("%s: from %s", cases[i].label, text);
        if (!span_equals(by, cases[i].by))
            fail_msg("%s: by %.*s", cases[i].label, (int)by.len, by.octets);
        if (!span_equals(date, cases[i].date))
            fail_msg("%s: date %.*s", cases[i].label, (int)date.len, date.octets);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_received) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
