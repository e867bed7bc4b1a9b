"""Which addresses of ours there are, and what tests of them need."""

import logging
import threading
import time
from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.sql_db import Cursor
from odoo.tests import HttpCase, new_test_user

from .test_page_access import WRITES

GROUPS = {
    "outsider": "base.group_user",
    "viewer": "payt_dunning.group_dunning_viewer",
    "collector": "payt_dunning.group_dunning_user",
    "manager": "payt_dunning.group_dunning_manager",
    "elsewhere": "payt_dunning.group_dunning_manager",
}


class RouteCase(HttpCase):
    """Addresses that our controllers answer, as Odoo itself knows them."""

    @classmethod
    def make_people(cls, other):
        """A user of each group; and a manager of another company only."""
        for name, group in GROUPS.items():
            company = other if name == "elsewhere" else cls.company
            new_test_user(
                cls.env,
                f"routes.{name}",
                groups=group,
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )

    def sign_in(self, person):
        """Become somebody; ``None`` for nobody, ``False`` to stay who one is."""
        if person is not False:
            login = person and f"routes.{person}"
            self.authenticate(login, login)

    def routes_of(self, module):
        """The addresses of a module: ``{(method, pattern): routing}``.

        One of Odoo's that the module answers in its place is one of them too.
        """
        found = {}
        for rule in self.env["ir.http"].routing_map().iter_rules():
            if self._is_ours(rule.endpoint, f"odoo.addons.{module}."):
                for method in ("GET", "POST"):
                    if not rule.methods or method in rule.methods:
                        found[method, rule.rule] = rule.endpoint.routing
        return found

    def _is_ours(self, endpoint, prefix):
        controller, name = endpoint.func.__self__, endpoint.func.__name__
        return any(
            kind.__module__.startswith(prefix) and name in vars(kind)
            for kind in type(controller).mro()
        )

    @contextmanager
    def server_log(self):
        """What the server says about requests, as it would be written."""
        said, logger = [], logging.getLogger("werkzeug")
        handler = logging.Handler(logging.INFO)
        handler.emit = lambda record: said.append(record.getMessage())
        logger.addHandler(handler)
        try:
            yield said
            # It is said after the answer has left.
            for _turn in range(50):
                if said:
                    break
                time.sleep(0.1)
        finally:
            logger.removeHandler(handler)

    def assert_reasons(self, module, reasons):
        """Each form goes without Odoo's token for a reason, or with it."""
        for (method, path), routing in self.routes_of(module).items():
            with self.subTest(path, method=method):
                free = routing["type"] == "jsonrpc" or routing.get("csrf") is False
                self.assertEqual(bool(reasons[method, path]), method == "POST" and free)

    def assert_read_only(self, module, but=()):
        """What answers to a GET runs in a transaction that may only read."""
        for (method, path), routing in self.routes_of(module).items():
            if method == "GET" and path not in but:
                with self.subTest(path):
                    self.assertIs(routing.get("readonly"), True)

    def request(self, method, path, **options):
        """The answer to a request, and what it wrote: statements of the server alone."""
        found, execute = [], Cursor.execute

        def spy(cursor, query, params=None, **more):
            if threading.current_thread() is not threading.main_thread():
                text = getattr(query, "code", query)
                found.extend([text] if WRITES.search(text) else [])
            return execute(cursor, query, params, **more)

        self.env.flush_all()
        with patch.object(Cursor, "execute", spy):
            answer = self.url_open(
                path, method=method, allow_redirects=False, timeout=60, **options
            )
        self.env.invalidate_all()
        return answer, found
