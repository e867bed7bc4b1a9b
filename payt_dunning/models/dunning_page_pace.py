from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .dunning_page_try import _network

#: Forms in an hour: about one debtor, and from one address on the network, where many may sit.
FORMS, FORMS_FROM = 60, 300
#: Wrong codes for packages that an address may type in an hour, whatever the link.
CODES_FROM = 20
#: Messages in an hour that are not genuine, from one address to one of ours.
WRONG_FROM = 100


class TooMany(UserError):
    """Somebody sends more than people do: it waits for an hour."""


class DunningPageTry(models.Model):
    """How much comes from one place, counted as wrong codes are."""

    _inherit = "dunning.page.try"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _too_many(self, kind, what, most):
        """Count something that came in; whether there was more of it within the hour than may be.

        :param kind: what is counted
        :param what: of what or from where; of an address on the network :meth:`_from`
        """
        now = fields.Datetime.now()
        ((tries,),) = self._at_once(
            SQL(
                """INSERT INTO dunning_page_try AS old (digest, tries, since, lock_outs)
                   VALUES (%(digest)s, 1, %(now)s, 0)
                       ON CONFLICT (digest) DO UPDATE SET %(again)s
                RETURNING tries""",
                digest=self._digest(kind, what),
                now=now,
                again=self._again(most, now),
            )
        )
        return tries > most

    @api.model
    def _waits(self, kind, what):
        """Whether there was too much of something, without counting it."""
        digest, now = self._digest(kind, what), fields.Datetime.now()
        return bool(self.search_count([("digest", "=", digest), ("until", ">", now)], limit=1))

    @api.model
    def _from(self, address, what=""):
        """What comes from an address on the network, to be counted."""
        return f"{_network(address)} {what}"

    @api.model
    def _check_forms(self, debtor, address):
        """Count a form of a debtor's page.

        :raises TooMany: in the debtor's words, when there were too many
        """
        counted = (
            self._too_many("form", debtor.id, FORMS),
            self._too_many("form from", self._from(address), FORMS_FROM),
        )
        if any(counted):
            raise TooMany(
                self.env._(
                    "Very many forms were sent from here within an hour. Nothing of this one was "
                    "done. Try again in an hour, or call us."
                )
            )
