# SPDX-License-Identifier: Apache-2.0
"""width.py FILE... - comments of at most 100 columns: clang-format leaves their layout to us.

Code it has broken already where that can be done. What stands between "clang-format off" and "on" is a table.
Exit 1, and a line for each, when any is wider.
"""
import re
import sys

WIDEST = 100


def wide_comments(path):
    table = False
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if mark := re.search(r"clang-format (off|on)", line):
                table = mark[1] == "off"
            if not table and len(line) > WIDEST and re.search(r"^\s*(/\*|\*)|\*/$", line):
                yield f"{path}:{number}: {len(line)} columns"


if __name__ == "__main__":
    found = [line for path in sys.argv[1:] for line in wide_comments(path)]
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)
