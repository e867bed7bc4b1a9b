from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import consteq, hmac
from odoo.tools.mail import email_normalize

from .dunning_page_about import ITEM_FIELDS

#: Characters of a token: 128 bits.
TOKEN_LENGTH = 32
#: Of so many replaced addresses a page still says that they were replaced.
REMEMBERED = 50
MODELS = {"m": "dunning.notice", "i": "account.move", "p": "dunning.payment.plan"}


class Door(NamedTuple):
    """An address of a debtor's page that somebody opened, and what lies behind it.

    Records are the system's: the address is the right to see them.

    :param kind: ``m`` (a message), ``i`` (an invoice), ``p`` (a payment plan) or ``my`` (a portal
        user's own)
    :param record_id: of the message, the invoice or the plan, or of the debtor
    :param items: the claim; of a message what it asks for
    :param replaced: the address was right once; nothing but that may be shown
    :param path: the address without the host
    :param whole: it opens everything that the debtor has open, after one more proof
    """

    kind: str
    record_id: int
    debtor: object
    items: object
    replaced: bool = False
    path: str = ""
    whole: bool = False

    @property
    def company(self):
        return self.debtor.company_id

    @property
    def notice(self):
        """The message that the address is in; empty for an invoice's."""
        known = self.record_id if self.kind == "m" else ()
        return self.debtor.env["dunning.notice"].browse(known)

    @property
    def plan(self):
        """The payment plan whose address it is; empty for any other."""
        known = self.record_id if self.kind == "p" else ()
        return self.debtor.env["dunning.payment.plan"].browse(known)


class DunningPageDoor(models.AbstractModel):
    """Addresses of debtors' pages: one for each message, invoice and payment plan.

    A token is computed from what it opens and from a number of the debtor, so none is stored;
    a higher number replaces all addresses of that debtor at once.
    """

    _name = "dunning.page.door"
    _description = "Addresses of Debtors' Pages"

    @api.model
    def _token(self, kind, record_id, version):
        text = f"{kind}:{record_id}:{version}"
        return hmac(self.env(su=True), "dunning-page", text)[:TOKEN_LENGTH]

    @api.model
    def _path(self, kind, record_id, debtor):
        return self._path_of(kind, record_id, debtor.page_version)

    @api.model
    def _path_of(self, kind, record_id, version):
        """The address of a version of a debtor's addresses, without the host."""
        return f"/claim/{kind}/{record_id}/{self._token(kind, record_id, version)}"

    @api.model
    def _url(self, record, debtor):
        """The whole address of the page of a message, an invoice or a plan of ``debtor``."""
        kind = next(kind for kind, model in MODELS.items() if model == record._name)
        return debtor.get_base_url() + self._path(kind, record.id, debtor.sudo())

    @api.model
    def _open(self, kind, record_id, token):
        """What an address opens.

        :return: :class:`Door`, or ``None`` where there is nothing behind it
        """
        record = self.env[MODELS[kind]].sudo().browse(record_id).exists() if kind in MODELS else ()
        debtor = record and self._debtor_of(record)
        if not debtor:
            # As long as with a record: how long it takes tells nothing.
            _same(self._token(kind, record_id, 0), token)
            return None
        items = self._items_of(record, debtor)
        right = self._token(kind, record_id, debtor.page_version)
        if _same(right, token):
            return Door(kind, record_id, debtor, items, path=f"/claim/{kind}/{record_id}/{right}")
        former = range(max(debtor.page_version - REMEMBERED, 0), debtor.page_version)
        if any(_same(self._token(kind, record_id, version), token) for version in former):
            path = f"/claim/{kind}/{record_id}/{token}"
            return Door(kind, record_id, debtor, items.browse(), replaced=True, path=path)
        return None

    @api.model
    def _widen(self, door):
        """The same door, open to everything: somebody has proven to be the debtor."""
        items = self.env["dunning.page"]._all_of(door.debtor)
        return door._replace(items=items, path=f"{door.path}/all", whole=True)

    @api.model
    def _of_user(self, user, debtor_id):
        """The door to everything of a debtor that a portal user may see; ``None`` where none.

        What Odoo's own rules let the user read of the invoices; of opening balances, which they
        don't know, what is the user's own company's.

        :param user: logged in
        """
        debtor = self.env["dunning.debtor"].sudo().browse(debtor_id).exists()
        if not debtor or user.partner_id.commercial_partner_id != debtor.partner_id:
            return None
        items = self.env["dunning.page"]._all_of(debtor)
        entries = items.filtered(lambda item: item.move_id.move_type == "entry")
        invoices = (items - entries).move_id.with_user(user)._filtered_access("read")
        readable = items.filtered(lambda item: item in entries or item.move_id.id in invoices.ids)
        path = f"/my/claims/{debtor.id}"
        return Door("my", debtor.id, debtor, readable, path=path, whole=True)

    @api.model
    def _debtor_of(self, record):
        if record._name != "account.move":
            return record.debtor_id
        owner = record.commercial_partner_id
        return (
            self.env["dunning.debtor"]
            .sudo()
            .search([("company_id", "=", record.company_id.id), ("partner_id", "=", owner.id)])
        )

    @api.model
    def _items_of(self, record, debtor):
        """The claim behind an address: nothing that has gone to another debtor since."""
        Item, domain = self.env["dunning.item"].sudo(), Domain("debtor_id", "=", debtor.id)
        if record._name == "dunning.notice":
            lines = self.env["dunning.notice.line"].sudo()
            reminded = [] if record.kind == "talk" else [("position", ">", 0)]
            lines = lines.search_fetch(
                [("notice_id", "in", (record | record.retry_of_id).ids), *reminded], ["item_id"]
            )
            domain &= Domain("id", "in", lines.item_id.ids)
        elif record._name == "dunning.payment.plan":
            domain &= Domain("id", "in", record.item_ids.ids)
        else:
            domain &= Domain("move_id", "=", record.id)
        return Item.search_fetch(domain, ITEM_FIELDS, order="date_due, id")


class DunningDebtor(models.Model):
    """Debtors have addresses of their pages."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    page_version = fields.Integer(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Goes up when all addresses of this debtor's page are replaced.",
    )

    payments_begun = fields.Integer(
        readonly=True, copy=False, help="Goes up with each payment that is begun on the page."
    )

    def _replace_addresses(self):
        """Addresses of these debtors' pages that were given out open nothing any more."""
        for debtor in self.sudo():
            debtor.page_version += 1

    def action_replace_addresses(self):
        """The same, because a person asks for it: a message went to somebody else, say."""
        self.check_access("write")
        self._replace_addresses()
        for debtor in self:
            debtor._message_log(
                body=self.env._("All addresses of the debtor's page were replaced.")
            )
        return True

    def _known_addresses(self):
        """E-mail addresses of this debtor that a code or a new link may go to, the best first."""
        self.ensure_one()
        day = self.env["dunning.message"]._today(self.company_id)
        house = self.env["dunning.house"].sudo()._read(self.company_id, day, self)
        person = self.env["dunning.debtor"].sudo()._people(self.ids, house)[self.id]
        own = [each[2] for each in person.recipients if each[0] == "email"]
        return list(dict.fromkeys(filter(None, map(email_normalize, own))))


class DunningNotice(models.Model):
    """Messages have a page."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    def _page_url(self):
        """The whole address of the page of this message; a copy's is its original's.

        A message about a payment plan leads to the plan: one address for as long as it lasts. A
        reminder that offers one leads to what it asks for.
        """
        self.ensure_one()
        return self.env["dunning.page.door"]._url(self._page_record(), self.debtor_id)

    def _page_record(self):
        """What the page of this message is of; see :meth:`_page_url`."""
        notice = self.retry_of_id or self
        return (notice.kind == "talk" and notice.plan_id.sudo()) or notice

    def _page_path(self, version):
        """The same address in a version of the debtor's addresses, without the host."""
        record = self._page_record()
        kind = next(kind for kind, model in MODELS.items() if model == record._name)
        return self.env["dunning.page.door"]._path_of(kind, record.id, version)


class ResPartner(models.Model):
    """A corrected address replaces the links that went to the wrong one."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        before = {partner: partner.email_normalized for partner in self} if "email" in vals else {}
        result = super().write(vals)
        corrected = self.browse().union(
            *(partner for partner, old in before.items() if old and old != partner.email_normalized)
        )
        if corrected:
            self.env["dunning.debtor"].sudo().search(
                [("partner_id", "in", corrected.commercial_partner_id.ids)]
            )._replace_addresses()
        return result


def _same(right, given):
    """Whether two tokens are the same, in constant time; as bytes, for any character may be given."""
    return consteq(right.encode(), given.encode())
