# SPDX-License-Identifier: Apache-2.0
"""The web daemon over generated mails of which all is known: `ToldSite.for_class(cls)`."""
import functools
import importlib.util
import pathlib
import time
import types

import harness
from harness import truth
from harness.ingest_site import Site
from harness.mariadb import PrivateMariadb
from harness.web_site import WebSite

MAILS, SEED = 600, "7"


def select_tests():
    """tests/integration/test_select.py: its filters and what they mean hold for the pages, too."""
    path = harness.ROOT / "tests" / "integration" / "test_select.py"
    spec = importlib.util.spec_from_file_location("told_by_test_select", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Select


class ToldSite:
    """site: the WebSite; db: its server; mails: [{id, arrival, subject, ...}]; filters(): {query: which mails}."""

    def __init__(self, mails=MAILS, settings="", sections=""):
        self.count, self.settings, self.sections = mails, settings, sections

    @classmethod
    def for_class(cls, case, *args, **how):
        told = cls(*args, **how)
        told.start(case.addClassCleanup)
        return told

    def start(self, cleanup):
        self.db = PrivateMariadb().__enter__()
        cleanup(self.db.__exit__, None, None, None)
        temp = harness.TempFolder()
        folder = pathlib.Path(temp.__enter__())
        cleanup(temp.__exit__)
        ingest = Site(self.db, folder)
        self.mend = ingest.mend
        want = truth.generate(folder, self.count, SEED, "--days", "3", "--end", "now",
                              "--maildir", folder / "mails")
        ingest.ingest("-q", folder / "mails", want=0, timeout=300)
        select = select_tests()
        self.mails = [select.mail(want[row["reportMessageId"]], row) for row in self.db.query(truth.MAILS)]
        self.like_select = types.SimpleNamespace(mails=self.mails, server=self.db, now=int(time.time()))
        self.like_select.most = functools.partial(select.most, self.like_select)
        select.prepare.__func__(self.like_select)
        self.select = select
        self.site = WebSite(self.settings, self.sections, database=self.db).__enter__()
        cleanup(self.site.__exit__, None, None, None)

    @staticmethod
    def stay_in_one_day():
        """Windows are whole days in UTC: what is expected must not change in the middle of a test."""
        left = 86400 - time.time() % 86400
        if left < 90 * harness.PATIENCE:
            time.sleep(left + 1)

    def filters(self):
        self.stay_in_one_day()
        self.like_select.now = int(time.time())
        return self.select.filters(self.like_select)

    def wanted(self, *checks):
        """Ids, newest first."""
        return self.select.wanted(self.like_select, *checks)
