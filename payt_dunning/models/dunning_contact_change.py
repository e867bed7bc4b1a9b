import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.mail import email_normalize, email_split

from odoo.addons.phone_validation.tools import phone_validation

STATES = [
    ("open", "To Decide"),
    ("accepted", "Taken Over"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
]
#: What a debtor may propose, with how many characters fit.
DETAILS = {"email": 254, "phone": 30, "street": 100, "zip": 20, "city": 60}


class DunningContactChange(models.Model):
    """Contact details that a debtor proposes on its page; one of us accepts or refuses them."""

    _name = "dunning.contact.change"
    _description = "Contact Details Proposed by a Debtor"
    _inherit = "dunning.handled"
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="cascade"
    )
    handler_id = fields.Many2one(related="debtor_id.handler_id", store=True, index="btree_not_null")
    email_partner_id = fields.Many2one(
        "res.partner",
        "Contact With the Address",
        readonly=True,
        ondelete="set null",
        help="Whose e-mail address it is: that of accounts payable comes before the debtor's own.",
    )
    state = fields.Selection(STATES, required=True, default="open", readonly=True)
    asked_on = fields.Datetime(required=True, readonly=True)
    decided_on = fields.Datetime(readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    answer = fields.Text("Reason Told", readonly=True)
    old_email = fields.Char("E-mail Then", readonly=True)
    old_phone = fields.Char("Phone Then", readonly=True)
    old_street = fields.Char("Street Then", readonly=True)
    old_zip = fields.Char("ZIP Then", readonly=True)
    old_city = fields.Char("City Then", readonly=True)
    new_email = fields.Char("New E-mail", readonly=True)
    new_phone = fields.Char(readonly=True)
    new_street = fields.Char(readonly=True)
    new_zip = fields.Char("New ZIP", readonly=True)
    new_city = fields.Char(readonly=True)
    summary = fields.Text("What Changes", compute="_compute_summary")

    _by_age = models.Index("(company_id, asked_on) WHERE state <> 'open'")
    _one_open = models.UniqueIndex(
        "(debtor_id) WHERE state = 'open'", "This debtor has proposed something already."
    )

    @api.depends("debtor_id.display_name")
    def _compute_display_name(self):
        for change in self:
            change.display_name = change.debtor_id.display_name

    def _compute_summary(self):
        labels = self._labels()
        for change in self:
            change.summary = "\n".join(
                self.env._(
                    "%(what)s: %(old)s → %(new)s",
                    what=labels[name],
                    old=change[f"old_{name}"] or "–",
                    new=change[f"new_{name}"],
                )
                for name in change._details()
            )

    @api.model
    def _labels(self):
        """What each detail is called, for people."""
        return {
            "email": self.env._("E-mail"),
            "phone": self.env._("Phone"),
            "street": self.env._("Street and number"),
            "zip": self.env._("Postcode"),
            "city": self.env._("City"),
        }

    def _details(self):
        """The names of the details that this proposal changes."""
        self.ensure_one()
        return [name for name in DETAILS if self[f"new_{name}"]]

    # -- the debtor proposes --------------------------------------------------------------------

    @api.model
    def _known(self, debtor):
        """What we know of a debtor: the details, and the contact with the e-mail address."""
        debtor = debtor.sudo()
        partner = debtor.partner_id
        known = debtor._known_addresses()[:1]
        contacts = self.env["res.partner"].sudo()
        if known:
            contacts = contacts.search([("commercial_partner_id", "=", partner.id)])
            contacts = contacts.filtered(lambda each: each.email_normalized == known[0])
        person = partner if partner in contacts else contacts[:1] or partner
        details = {name: partner[name] or "" for name in DETAILS}
        return {**details, "email": known[0] if known else partner.email or ""}, person

    @api.model
    def _propose(self, debtor, typed):
        """Keep what a debtor proposes, in place of what it proposed before.

        :param typed: text by name of the detail; what is empty stays as it is
        :raises UserError: in the debtor's words
        """
        known, person = self._known(debtor)
        new = {name: self._check(debtor, name, typed.get(name)) for name in DETAILS}
        changed = {name for name, text in new.items() if text and text != known[name]}
        if "phone" in changed and _digits(new["phone"]) == _digits(known["phone"]):
            changed.remove("phone")
        if not changed:
            raise UserError(self.env._("Nothing of this is new: we know it like this already."))
        # Two at the same time: the second one begins anew and sees the first.
        self.env.cr.execute(
            SQL("UPDATE dunning_debtor SET write_date = write_date WHERE id = %s", debtor.id)
        )
        before = self.search([("debtor_id", "=", debtor.id), ("state", "=", "open")])
        before.write({"state": "withdrawn", "decided_on": fields.Datetime.now()})
        self.flush_model(["state"])
        change = self.create(
            {
                "company_id": debtor.company_id.id,
                "debtor_id": debtor.id,
                "email_partner_id": person.id,
                "asked_on": fields.Datetime.now(),
                **{f"old_{name}": known[name] or False for name in changed},
                **{f"new_{name}": new[name] for name in changed},
            }
        )
        self.env["dunning.task"]._ask(
            debtor,
            "contact",
            lambda env: env._("Decide about the contact details that the debtor proposes"),
        )
        return change

    @api.model
    def _check(self, debtor, name, text):
        """One detail as it was typed, checked and tidied up.

        :raises UserError: says which and why
        """
        text = re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", " ", text or "")
        text = " ".join(text.split())
        if len(text) > DETAILS[name]:
            raise UserError(
                self.env._(
                    "%(what)s has %(count)s characters; at most %(most)s fit.",
                    what=self._labels()[name],
                    count=len(text),
                    most=DETAILS[name],
                )
            )
        if text and name == "email":
            return self._check_email(text)
        if text and name == "phone":
            return self._check_phone(debtor, text)
        if re.search(r"[<>]", text):
            raise UserError(
                self.env._("%s can't have the characters < and >.", self._labels()[name])
            )
        return text

    @api.model
    def _check_email(self, text):
        address = email_normalize(text)
        if not address or email_split(text) != [text] or not re.fullmatch(r"\S+\.\w{2,}", address):
            raise UserError(self.env._("“%s” is not an e-mail address.", text[:60]))
        return address

    @api.model
    def _check_phone(self, debtor, text):
        country = debtor.partner_id.country_id or debtor.company_id.country_id
        known = re.fullmatch(r"[+0-9() ./-]+", text) and len(_digits(text)) >= 6
        try:
            if not known:
                raise UserError(text)
            return phone_validation.phone_format(text, country.code, country.phone_code)
        except UserError:
            raise UserError(
                self.env._(
                    "“%s” is not a phone number we can call. Write it with the country, like "
                    "this: +31 10 123 45 67",
                    text,
                )
            ) from None

    def _withdraw(self):
        """The debtor takes back what it proposed."""
        waiting = self.filtered(lambda change: change.state == "open")
        waiting.write({"state": "withdrawn", "decided_on": fields.Datetime.now()})
        self.env["dunning.task"]._done(waiting.debtor_id, "contact")

    # -- we decide -----------------------------------------------------------------------------

    def _check_open(self):
        """Refuse what was decided or replaced meanwhile.

        :raises UserError: says what became of it
        """
        self.ensure_one()
        if self.state != "open":
            states = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "What %(debtor)s proposed is not open any more (%(state)s). Look at the list "
                    "for what waits now.",
                    debtor=self.debtor_id.display_name,
                    state=states[self.state],
                )
            )

    def _now(self):
        """What we know by now of what the proposal changes: ``{name: text}``."""
        self.ensure_one()
        partner, person = self.debtor_id.partner_id, self.email_partner_id
        return {
            name: (person.email_normalized if name == "email" else partner[name]) or ""
            for name in self._details()
        }

    def _shown(self):
        """What whoever decides sees of it; nothing without a proposal."""
        return self._now() if self else {}

    def _accept(self, names, user):
        """Write details on the contacts, with the rights of who accepts, and tell the debtor.

        :param names: of the details that are accepted
        """
        self._check_open()
        before = next(iter(self.debtor_id._known_addresses()), False)
        values = {name: self[f"new_{name}"] for name in names}
        email = values.pop("email", None)
        if values:
            self.debtor_id.partner_id.with_user(user).sudo(False).write(values)
        if email:
            person = self.email_partner_id or self.debtor_id.partner_id
            person.with_user(user).sudo(False).write({"email": email})
        self._decided("accepted", user)
        self._tell_accepted(names, before, email)

    def _refuse(self, answer, user):
        """Leave the details as they are, and tell the debtor why."""
        self._check_open()
        self._decided("refused", user)
        self.answer = answer
        self._tell(
            next(iter(self.debtor_id._known_addresses()), False),
            lambda env: (
                env._("Your contact details stay as they are"),
                [
                    env._("You asked us to change your contact details. We did not do that."),
                    answer,
                ],
            ),
        )

    def _decided(self, state, user):
        self.write({"state": state, "decided_on": fields.Datetime.now(), "decided_by_id": user.id})
        self.env["dunning.task"]._done(self.debtor_id, "contact")

    def _tell_accepted(self, names, before, email):
        """Tell the debtor what was changed; of a new address the old one gets no link."""

        def changed(env):
            labels = self.with_env(env)._labels()
            return ", ".join(labels[name] for name in names)

        def to_old(env):
            return env._("Your contact details were changed"), [
                env._("We have changed your contact details: %s.", changed(env)),
                env._("Was that not you? Then call us at once."),
            ]

        def to_new(env):
            return env._("Your contact details were changed"), [
                env._("We have changed your contact details: %s.", changed(env)),
                env._("From now on we write to this address.") if email else None,
                env._("Was that not you? Then call us at once."),
            ]

        if email and before and before != email:
            self._tell(before, to_old, link=False)
        self._tell(email or before, to_new)

    def _tell(self, recipient, words, link=True):
        """Mail the debtor, without an entry in the threads of its invoices.

        :param link: whether the page that the message leads to shows what is open
        """
        if not recipient:
            return
        debtor = self.debtor_id
        items = debtor.item_ids.filtered(lambda item: item.state == "open")
        self.env["dunning.talk"]._tell(
            debtor,
            items if link else items.browse(),
            "contact",
            words,
            recipient=recipient,
            shown=False,
        )

    @api.model
    def _follow_debtor(self, debtor, survivor):
        """What a debtor proposed that becomes another one goes along, as history."""
        changes = self.search([("debtor_id", "=", debtor.id)])
        changes._withdraw()
        changes.write({"debtor_id": survivor.id})


class DunningPageDialogue(models.AbstractModel):
    """The form for contact details, on the page that shows everything."""

    _inherit = "dunning.page.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _sections(self, door, piles, day, visitor):
        values = super()._sections(door, piles, day, visitor)
        if not door.whole:
            return values
        Change = self.env["dunning.contact.change"]
        return {
            **values,
            "contact": Change._known(door.debtor)[0],
            "contact_labels": Change._labels(),
            "contact_longest": DETAILS,
        }

    @api.model
    def _told(self, what, door):
        words = {
            "contact": self.env._(
                "Thank you. We look at it before we change anything, and mail you then."
            ),
            "contact_kept": self.env._("Your details stay as they are."),
        }
        return words.get(what) or super()._told(what, door)

    @api.model
    def _agreed(self, door, piles, day):
        found = super()._agreed(door, piles, day)
        if not door.whole:
            return found
        Change = self.env["dunning.contact.change"].sudo()
        waiting = Change.search([("debtor_id", "=", door.debtor.id), ("state", "=", "open")])
        return found + [
            {
                "text": self.env._(
                    "You asked us to change this: %s. We look at it.",
                    ", ".join(change[f"new_{name}"] for name in change._details()),
                ),
                "action": "contact/withdraw",
                "record": change.id,
                "button": self.env._("Leave it as it was"),
            }
            for change in waiting
        ]


def _digits(text):
    """The digits of a phone number, without what differs between ways of writing it."""
    return re.sub(r"\D", "", text or "")
