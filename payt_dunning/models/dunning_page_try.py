import ipaddress
from datetime import timedelta
from typing import NamedTuple

from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED

from odoo import api, fields, models, modules
from odoo.tools import SQL, hmac

from .dunning_retention import BATCH, clean

#: A code may be tried so often in an hour, and from one address all codes together.
CODE_TRIES, ADDRESS_TRIES = 5, 20
#: Then one waits for so long.
AN_HOUR = timedelta(hours=1)
#: After so many waits within a day somebody of us is asked to look at it.
LOCK_OUTS = 3


class Turn(NamedTuple):
    """How a try stands.

    :param waits: who has tried too often, ``code`` or ``address``; empty when it may go on
    :param tries: how often this code was tried within the hour, this try included
    :param notice_id: the message that the code is of; ``None`` when there is none
    :param version: of its code, see :class:`~.dunning_page_key.DunningPageKey`
    """

    waits: str
    tries: int
    notice_id: int | None
    version: int | None


class DunningPageTry(models.Model):
    """Wrong codes and PINs, counted by what was typed and by where it came from.

    Codes that do not exist are counted as those that do. Of neither anything is kept but a keyed
    digest, for a day.
    """

    _name = "dunning.page.try"
    _description = "Wrong Codes of Debtors' Pages"
    _log_access = False

    digest = fields.Char(required=True)
    tries = fields.Integer(required=True)
    since = fields.Datetime(required=True)
    until = fields.Datetime(help="It waits until then.")
    lock_outs = fields.Integer(required=True)
    key_id = fields.Many2one("dunning.page.key", index="btree_not_null", ondelete="cascade")

    _digest_unique = models.UniqueIndex("(digest)")

    @api.model
    def _count(self, address, code, pin=True):
        """Count a try, and look the code up with it.

        One statement in a transaction of its own, which is over before anything is answered: two
        tries at the same moment are two, and what becomes of the request takes none back. Each
        try counts as a wrong one at first, see :meth:`_forgive`.

        :param pin: whether a PIN was typed too; else only the address counts
        :return: :class:`Turn`
        """
        now = fields.Datetime.now()
        query = SQL(
            """WITH address AS (
                   INSERT INTO dunning_page_try AS old (digest, tries, since, lock_outs)
                   VALUES (%(address)s, 1, %(now)s, 0)
                       ON CONFLICT (digest) DO UPDATE SET %(again)s
                RETURNING tries
               ), code AS (
                   INSERT INTO dunning_page_try AS old (digest, tries, since, lock_outs, key_id)
                   SELECT %(digest)s, 1, %(now)s, 0,
                          (SELECT id FROM dunning_page_key WHERE code = %(code)s)
                     FROM address WHERE tries <= %(most)s AND %(pin)s
                       ON CONFLICT (digest) DO UPDATE SET %(again_code)s
                RETURNING tries
               )
               SELECT address.tries, code.tries, key.notice_id, key.version
                 FROM address
            LEFT JOIN code ON true
            LEFT JOIN dunning_page_key key ON key.code = %(code)s""",
            address=self._digest("address", _network(address)),
            digest=self._digest("code", code),
            code=code,
            pin=pin,
            now=now,
            most=ADDRESS_TRIES,
            again=self._again(ADDRESS_TRIES, now),
            again_code=self._again(CODE_TRIES, now),
        )
        ((of_address, of_code, notice_id, version),) = self._at_once(query)
        waits = "address" if of_address > ADDRESS_TRIES else ""
        if not waits and pin and of_code > CODE_TRIES:
            waits = "code"
        return Turn(waits, of_code or 0, notice_id, version)

    @api.model
    def _again(self, most, now):
        """What one try more makes of a row; whoever waits makes it no longer by trying."""
        begins = SQL("coalesce(old.until, old.since + %s) <= %s", AN_HOUR, now)
        last = SQL("old.tries + 1 = %s", most)
        return SQL(
            """tries = CASE WHEN %(begins)s THEN 1 ELSE least(old.tries, %(most)s) + 1 END,
               since = CASE WHEN %(begins)s THEN %(now)s ELSE old.since END,
               until = CASE WHEN %(begins)s THEN NULL WHEN %(last)s THEN %(wait)s
                            ELSE old.until END,
               lock_outs = old.lock_outs + (NOT %(begins)s AND %(last)s)::int""",
            begins=begins,
            last=last,
            most=most,
            now=now,
            wait=now + AN_HOUR,
        )

    @api.model
    def _forgive(self, address, code=None):
        """The try that was counted was right: it is none of the wrong ones.

        :param code: that was typed with its PIN: it begins anew
        """
        self._at_once(
            SQL(
                """UPDATE dunning_page_try
                      SET tries = CASE WHEN digest = %(code)s THEN 0
                                       ELSE greatest(tries - 1, 0) END,
                          lock_outs = lock_outs - (until IS NOT NULL)::int,
                          until = NULL
                    WHERE digest = ANY(%(all)s)
                RETURNING id""",
                code=self._digest("code", code or ""),
                all=[
                    self._digest("address", _network(address)),
                    *([self._digest("code", code)] if code else ()),
                ],
            )
        )

    @api.model
    def _at_once(self, query):
        """Rows of a statement in a transaction of its own, which waits for others' instead of
        failing because of them."""
        with self.env.registry.cursor() as cr:
            if not modules.module.current_test:
                cr.connection.set_isolation_level(ISOLATION_LEVEL_READ_COMMITTED)
            cr.execute(query)
            return cr.fetchall()

    @api.model
    def _digest(self, kind, text):
        return hmac(self.env(su=True), "dunning-page-try", f"{kind}:{text}")[:32]

    # -- what comes of many ----------------------------------------------------------------------

    @api.model
    def _look_later(self):
        """A code waits: have :meth:`_tell` look whether it was too often.

        Later, and for codes that do not exist as well: how long an answer takes tells nothing.
        """
        self.env.ref("payt_dunning.ir_cron_page_tries").sudo()._trigger()

    @api.model
    def _tell(self):
        """Ask the handler about debtors whose codes have waited again and again."""
        often = self.search([("lock_outs", ">=", LOCK_OUTS), ("key_id", "!=", False)])
        debtors = often.key_id.notice_id.debtor_id
        often.lock_outs = 0
        self.env["dunning.task"]._ask(
            debtors,
            "page_tries",
            lambda env: env._(
                "Somebody keeps typing wrong PINs for a message: call, and replace the addresses "
                "of the page if it was not the debtor"
            ),
        )

    @api.autovacuum
    def _gc_tries(self):
        """Tries are kept for a day."""
        yesterday = fields.Datetime.now() - timedelta(days=1)
        return clean(self.search([("since", "<", yesterday)], limit=BATCH))


def _network(address):
    """Whose tries are counted together: of IPv6 the network that one subscriber has."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if parsed.version == 6:
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
