from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, consteq, hmac

from ..rules.access_code import PIN_DIGITS, new_code, normalize, normalize_pin, pin_of, shown
from ..rules.texts import has_keys
from .dunning_page_try import CODE_TRIES


class Key(NamedTuple):
    """What somebody types who holds a message on paper or on a phone.

    :param code: eight characters; unique in the database
    :param pin: digits
    :param url: of the page that asks for them, with the code filled in
    """

    code: str
    pin: str
    url: str

    @property
    def shown(self):
        """The code as people read it."""
        return shown(self.code)


#: What examples show; no real code has a vowel.
EXAMPLE = ("ABCDEFGH", "0" * PIN_DIGITS)


class Opened(NamedTuple):
    """What came of typing a code.

    :param state: ``open``, ``wrong``, or who waits for an hour: ``code`` or ``address``
    :param notice: the message that the code is of, where it is open
    :param version: of the debtor's addresses when the message was made
    """

    state: str
    notice: object = None
    version: int = 0


class DunningPageKey(models.Model):
    """Codes in letters and text messages: with a PIN they open the page of their message.

    The PIN is computed from the code and is not stored. A code belongs to a version of its
    debtor's addresses: when these are replaced it opens no more than they do.
    """

    _name = "dunning.page.key"
    _description = "Code of a Message"
    _rec_name = "code"
    _order = "id desc"

    code = fields.Char(required=True, readonly=True)
    notice_id = fields.Many2one(
        "dunning.notice", "Message", required=True, readonly=True, ondelete="cascade"
    )
    debtor_id = fields.Many2one(related="notice_id.debtor_id")
    company_id = fields.Many2one(related="notice_id.company_id")
    version = fields.Integer(
        readonly=True, help="Of the addresses of the debtor's page when the code was made."
    )

    _code_unique = models.UniqueIndex("(code)")
    _notice_unique = models.UniqueIndex("(notice_id, version)")

    # -- making ----------------------------------------------------------------------------------

    @api.model
    def _keys(self, notices):
        """The code, PIN and address of each of these messages; new ones where there are none.

        A copy has its original's. As many statements for one message as for a thousand.

        :return: :class:`Key` by id of the message
        """
        originals = {notice.id: (notice.retry_of_id or notice).id for notice in notices}
        if not originals:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT notice.id, coalesce(debtor.page_version, 0), key.code
                     FROM dunning_notice notice
                     JOIN dunning_debtor debtor ON debtor.id = notice.debtor_id
                LEFT JOIN dunning_page_key key ON key.notice_id = notice.id
                      AND key.version = coalesce(debtor.page_version, 0)
                    WHERE notice.id = ANY(%s)""",
                list(set(originals.values())),
            )
        )
        versions = {notice_id: version for notice_id, version, _code in rows}
        codes = {notice_id: code for notice_id, _version, code in rows if code}
        # Again for whom a code was drawn that is somebody's already.
        while missing := [notice_id for notice_id in versions if notice_id not in codes]:
            codes |= self._draw({notice_id: versions[notice_id] for notice_id in missing})
        debtors = {notice.id: notice.debtor_id for notice in notices}
        return {
            notice_id: self._key(debtors[notice_id], codes[original], versions[original])
            for notice_id, original in originals.items()
        }

    @api.model
    def _draw(self, versions):
        """Draw a code for each message, in one statement.

        :param versions: by id of the message
        :return: the codes by id of the message, without those that were somebody's already
        """
        made = self.env.execute_query(
            SQL(
                """INSERT INTO dunning_page_key
                          (code, notice_id, version, create_uid, create_date, write_uid, write_date)
                   SELECT new.code, new.notice_id, new.version, %(user)s, %(now)s, %(user)s, %(now)s
                     FROM unnest(%(codes)s::text[], %(notices)s::int[], %(versions)s::int[])
                          AS new (code, notice_id, version)
                       ON CONFLICT DO NOTHING
                RETURNING notice_id, code""",
                codes=[new_code() for _each in versions],
                notices=list(versions),
                versions=list(versions.values()),
                user=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        return dict(made)

    @api.model
    def _key(self, debtor, code, version):
        return Key(code, self._pin(code, version), f"{debtor.get_base_url()}/c/{code}")

    @api.model
    def _example(self, base_url):
        """A made-up key for previews and tests of texts."""
        code, pin = EXAMPLE
        return Key(code, pin, f"{base_url}/c/{code}")

    @api.model
    def _pin(self, code, version):
        digest = hmac(self.env(su=True), "dunning-page-pin", f"{code}:{version}")
        return pin_of(bytes.fromhex(digest))

    # -- typing ----------------------------------------------------------------------------------

    @api.model
    def _open(self, typed, pin, address):
        """What a code and a PIN open. Each try counts, before it is looked at.

        A wrong PIN and an unknown code take the same statements and the same computations.

        :param typed: what was typed as the code
        :param pin: what was typed as the PIN
        :param address: of the visitor, on the network
        :return: :class:`Opened`
        """
        code, pin, tries = normalize(typed), normalize_pin(pin), self.env["dunning.page.try"]
        if not code or not pin:
            return Opened("wrong")
        turn = tries._count(address, code)
        if turn.waits:
            return Opened(turn.waits)
        right = consteq(self._pin(code, turn.version or 0), pin)
        if right and turn.notice_id:
            tries._forgive(address, code)
            notice = self.env["dunning.notice"].sudo().browse(turn.notice_id)
            return Opened("open", notice, turn.version)
        if turn.tries == CODE_TRIES:
            tries._look_later()
        return Opened("wrong")

    @api.model
    def _check(self, typed, address):
        """Whether a code is of one of our messages; only what is no code of ours counts.

        :return: :class:`Opened`
        """
        code, tries = normalize(typed), self.env["dunning.page.try"]
        if not code:
            return Opened("wrong")
        turn = tries._count(address, code, pin=False)
        if turn.waits:
            return Opened(turn.waits)
        notice = self.env["dunning.notice"].sudo().browse(turn.notice_id or ())
        if not notice or turn.version != notice.debtor_id.page_version:
            return Opened("wrong")
        tries._forgive(address)
        return Opened("open", notice, turn.version)

    @api.model
    def _sent(self, notice):
        """What whoever has the code of a message may know: nothing about the debtor or the claim.

        :param notice: in an environment in the reader's language
        :return: dict with a ``sentence``, the ``accounts`` that its company is paid on, and the
            ``payees`` that the message names beside it
        """
        company = notice.company_id.sudo()
        values = {
            "company": company.name,
            "day": self.env["dunning.page"]._date(notice.sent_on or notice.as_of),
        }
        if notice.state == "cancelled":
            sentence = self.env._(
                "%(company)s made this message on %(day)s and withdrew it before it was sent. "
                "Please do not act on it: ask us.",
                **values,
            )
        elif notice.channel == "letter":
            sentence = self.env._("Yes. %(company)s sent you a letter on %(day)s.", **values)
        elif notice.channel == "sms":
            sentence = self.env._("Yes. %(company)s sent you a text message on %(day)s.", **values)
        elif notice.channel == "email":
            sentence = self.env._("Yes. %(company)s sent you an e-mail on %(day)s.", **values)
        else:
            sentence = self.env._("Yes. %(company)s sent you a message on %(day)s.", **values)
        accounts = self.env["dunning.bank.account"]._numbers(company).checked()
        return {"sentence": sentence, "accounts": accounts, "payees": self._payees(notice)}

    @api.model
    def _payees(self, notice):
        """Others whose account a message names: ``[(in the name of, number)]``.

        Only those that it names: whoever has the code has read them there.
        """
        payees = self.env["dunning.payee"].sudo()
        keys = notice._lines_to_pay().mapped("payee_key")
        found = [payees._payee(key) for key in dict.fromkeys(keys) if key]
        return [(payee.holder, payee.number) for payee in found if payee.number]


class DunningNotice(models.Model):
    """Messages that show their code."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    def _with_keys(self, text):
        """A text of this message as it leaves: with its code and PIN, where it shows them."""
        self.ensure_one()
        if not has_keys(text):
            return text
        key = self.env["dunning.page.key"].sudo()._keys(self)[self.id]
        return self.env["dunning.message"]._insert_keys(text, key)
