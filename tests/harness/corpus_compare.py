# SPDX-License-Identifier: Apache-2.0
"""How arfdump's output is held against the corpus' expected parses (one place for the rules).

delivery_result is compared with delivery_result_raw, addresses in canonical form; a field that the
expectation leaves out may be there when `derived` says where it came from.
"""
import ipaddress

FIELDS = """feedback_type user_agent version source_ip source_port arrival_date original_mail_from
original_rcpt_to reported_domain reported_uri auth_failure delivery_result identity_alignment
authentication_results original_envelope_id dkim_domain dkim_selector dkim_identity incidents
subject from message_id""".split()


def canonical(name, value):
    if value in (None, []):
        return None
    if name == "source_ip":
        ip = ipaddress.ip_address(value)
        return str(getattr(ip, "ipv4_mapped", None) or ip)
    return value


def differences(expected, got):
    """List of (field, expected, got) and the number of fields that were compared."""
    wrong, compared = [], 0
    derived = got.get("derived", {})
    jmrp = expected.get("_jmrp", {})
    for name in FIELDS:
        want = canonical(name, expected.get(name))
        key = "delivery_result_raw" if name == "delivery_result" else name
        have = canonical(name, got.get(key))
        compared += 1
        if name == "delivery_result" and want is not None and have is not None:
            want, have = want.lower(), have.lower()
        if want is None and name in derived:
            if name in jmrp:
                want = canonical(name, jmrp[name])
                have = have[0] if isinstance(have, list) and have else have
            else:
                continue
        if want != have:
            wrong.append((name, want, have))
    return wrong, compared
