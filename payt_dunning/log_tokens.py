"""Addresses that are secrets themselves are not written into the server's log.

Odoo logs the address of each request. Those of debtors' pages, of links for offices and of offices'
messages would let whoever reads the log open them.
"""

import logging
import re

#: What leads to a secret in an address, and the secret, of which the first four signs are shown.
_SECRETS = re.compile(
    r"(/claim/[mip]/\d+/|/dossier/\d+/|/payt_dunning/office/|/transaction/|hub\.verify_token=)"
    r"([^/?&#\s\"']{1,4})[^/?&#\s\"']*"
)
#: Who logs addresses.
_LOGGERS = (
    "werkzeug",
    "odoo.http",
    "odoo.addons.base.models.ir_http",
    "odoo.addons.http_routing.models.ir_http",
)


def hidden(text):
    """A text without the secrets in addresses; anything else as it is."""
    return _SECRETS.sub(r"\1\2…", text) if isinstance(text, str) else text


class _Hides(logging.Filter):
    """Takes the secrets out of what is logged."""

    def filter(self, record):
        record.msg = hidden(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(map(hidden, record.args))
        return super().filter(record)


def install():
    """From now on the server's log holds no such secret."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(each, _Hides) for each in logger.filters):
            logger.addFilter(_Hides())
