import re
from urllib.parse import parse_qsl, urlencode

from odoo import api, fields, models
from odoo.tools.mail import email_normalize

from ..tools import qr_image
from .dunning_money import STARTED_FOR
from .dunning_page import PAGE_SIZE
from .dunning_page_choice import payee_of
from .dunning_words import words_for

#: Languages that a page offers beside the reader's own, where they are installed.
OFFERED = ("nl", "en", "de")
NO_COLOR = "#1a5276"
#: What is left of the alphabet of an EPC QR: no line may hold a line break.
EPC_TEXT = 140


class DunningPageValues(models.AbstractModel):
    """What the templates of a debtor's page need: strings, in the reader's language."""

    _name = "dunning.page.values"
    _description = "Values of a Debtor's Page"

    # -- frame -----------------------------------------------------------------------------------

    @api.model
    def _frame(self, company, path, lang, query=""):
        """What every page shows: whose it is, colours, other languages.

        :param query: of the address; other languages keep it
        """
        company = company.sudo()
        back, ink = self._colors(company.primary_color)
        return {
            "company": company.name,
            "company_id": company.id,
            "has_logo": bool(company.logo) and not company.uses_default_logo,
            "back": back,
            "ink": ink,
            "path": path,
            "sender": self._sender(company),
            **self._frame_of_nobody(lang, query),
        }

    @api.model
    def _frame_of_nobody(self, lang, query=""):
        """The same where nobody knows yet whose page it is."""
        return {
            "lang": lang.replace("_", "-"),
            "languages": [
                {"short": code.split("_")[0], "name": name, "query": self._in_language(query, code)}
                for code, name in self._languages(lang)
            ],
        }

    @api.model
    def _in_language(self, query, lang):
        """The query of an address, for the same page in another language."""
        kept = [pair for pair in parse_qsl(query) if pair[0] != "lang"]
        return urlencode([*kept, ("lang", lang)])

    @api.model
    def _colors(self, color):
        """The company's colour, and black or white on it, whichever reads better."""
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", color or ""):
            color = NO_COLOR
        parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        return color, "#ffffff" if 1.05 / (light + 0.05) >= 4.5 else "#000000"

    @api.model
    def _languages(self, lang):
        """Other languages of the page: ``[(code, its own name)]``."""
        names = {"nl": "Nederlands", "en": "English", "de": "Deutsch"}
        found = {}
        for code, _name in self.env["res.lang"].get_installed():
            short = code.split("_")[0]
            if short in OFFERED and short != lang.split("_")[0]:
                found.setdefault(short, (code, names[short]))
        return list(found.values())

    @api.model
    def _sender(self, company):
        """Who the company is: what one can check."""
        registry = (
            self.env._("Chamber of Commerce (KvK)")
            if company.country_id.code == "NL"
            else self.env._("Company number")
        )
        address = ", ".join(
            filter(None, (company.street, f"{company.zip or ''} {company.city or ''}".strip()))
        )
        vat = company.vat if company.vat != "/" else ""
        facts = [
            (self.env._("Address"), address),
            (registry, company.company_registry),
            (self.env._("VAT number"), vat),
            (self.env._("Phone"), company.phone),
            (self.env._("E-mail"), email_normalize(company.email or "")),
            (self.env._("Website"), company.website),
        ]
        return [(label, text) for label, text in facts if text]

    # -- a claim, or everything ---------------------------------------------------------------------

    @api.model
    def _claim(self, door, piles, day, page=1, chosen=0):
        """A claim, or everything that is open.

        :param piles: see :meth:`~.dunning_page.DunningPage._piles`
        :param page: of the rows
        :param chosen: id of an invoice that is ticked alone
        """
        debtor = door.debtor
        handler = debtor.handler_id or debtor.company_id.dunning_handler_id
        return {
            "who": debtor.partner_id.name,
            "piles": [self._pile(door, pile, day, page, chosen) for pile in piles],
            "payable": any(pile.payable > 0 for pile in piles),
            "open_count": sum(len(pile.rows) for pile in piles),
            "first": next((row.name for pile in piles for row in pile.rows), ""),
            "paid": [
                {"name": name, "pdf": self._pdf(door, item_id, move_id)}
                for pile in piles
                for item_id, name, move_id in pile.paid[:PAGE_SIZE]
            ],
            "terms": self._terms(door),
            "chosen_open": bool(chosen),
            "message": bool(door.notice.body),
            "whole": door.whole,
            "portal": door.kind == "my",
            **(self._about(door) if door.whole else {}),
            "handler": {
                "name": handler.partner_id.name,
                "phone": handler.partner_id.phone or debtor.company_id.phone or "",
                "email": email_normalize(debtor.company_id.email or "") or "",
            },
        }

    @api.model
    def _about(self, door):
        """What only the debtor itself sees: every message, and what we know of it."""
        debtor, story = door.debtor, self.env["dunning.page.story"]
        notices = self.env["dunning.notice"].search(
            [
                ("debtor_id", "=", debtor.id),
                ("state", "=", "sent"),
                ("retry_of_id", "=", False),
            ],
            limit=PAGE_SIZE,
            order="sent_on desc, id desc",
        )
        partner = debtor.partner_id
        address = partner._display_address(without_company=True).split("\n")
        known = [
            (self.env._("Name"), partner.name),
            (self.env._("Address"), ", ".join(line.strip() for line in address if line.strip())),
            (self.env._("E-mail"), ", ".join(debtor._known_addresses())),
            (self.env._("Phone"), partner.phone),
        ]
        return {
            "messages": [
                {
                    "id": notice.id,
                    "day": self.env["dunning.page"]._date(notice.sent_on),
                    "what": story._told(notice),
                }
                for notice in notices
            ],
            "known": [(label, text) for label, text in known if text],
        }

    @api.model
    def _terms(self, door):
        """What the company calls what it sends; the policy's words where its message used them."""
        policy = door.notice.level_id.policy_id
        company = door.company
        return words_for(
            self.env,
            policy.bills or company.dunning_bills,
            policy.people or company.dunning_people,
        )

    @api.model
    def _pile(self, door, pile, day, page, chosen):
        looks, story = self.env["dunning.page"], self.env["dunning.page.story"]
        pages = max(-(-len(pile.rows) // PAGE_SIZE), 1)
        page = min(max(page, 1), pages)
        rows = pile.rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        asked = [row for row in pile.rows if not row.plan_id]
        late = [row for row in asked if row.late]
        books = self.env["dunning.page.choice"]._can_book(pile.company)
        online = pile.payable if books else pile.payable - pile.beside
        online -= sum(row.payable for row in pile.rows if not payee_of(pile, row).online)
        details, messages = looks._details(rows), story._messages(pile)
        return {
            "currency": pile.currency.id,
            "rows": [self._row(door, pile, row, chosen, details) for row in rows],
            "count": len(pile.rows),
            "asked": len(asked),
            # Whether anything is beside what is in a payment plan.
            "shown": bool(asked or pile.extras),
            "in_plan": pile.in_plan and looks._money(-pile.in_plan, pile.currency),
            "extras": [self._extra(pile, extra) for extra in pile.extras],
            "open": looks._money(pile.open, pile.currency),
            "covered": pile.covered and looks._money(-pile.covered, pile.currency),
            "under_way": pile.under_way and looks._money(-pile.under_way, pile.currency),
            "disputed": pile.disputed and looks._money(-pile.disputed, pile.currency),
            "payable": looks._money(pile.payable, pile.currency),
            # What the page for paying takes: costs only where they can be booked.
            "online": looks._money(online, pile.currency),
            "pays_online": online > 0,
            # What is to be paid to somebody else is chosen too: where it goes is shown then.
            "nothing": online <= 0 and not self._to_transfer(pile),
            "owes": pile.payable > 0,
            "summed": len(pile.rows) + len(pile.extras) > 1
            or bool(pile.covered or pile.under_way or pile.disputed),
            "due": looks._date(min((row.due for row in asked), default=day)),
            "late": max((row.late for row in late), default=0),
            "page": page,
            "pages": pages,
            "transfers": self._transfers_of(door, pile),
            "elsewhere": self._elsewhere_words(pile),
            "next": story._next(pile, day, messages),
            "past": [(looks._date(when), text) for when, text in story._past(pile, messages)],
        }

    @api.model
    def _row(self, door, pile, row, chosen, details):
        looks = self.env["dunning.page"]
        states = [
            (row.under_way > 0, self.env._("A payment is being processed")),
            (bool(row.plan_id), self.env._("In your payment plan")),
            (row.disputed > 0 and row.payable <= 0, self.env._("You don't agree with it")),
            (row.held and not row.disputed, self.env._("On hold")),
            (row.late == 1, self.env._("1 day late")),
            (row.late > 1, self.env._("%s days late", row.late)),
        ]
        return {
            "key": f"r{row.item_id}",
            "name": row.name,
            "due": looks._date(row.due),
            "late": row.late,
            "state": next((words for yes, words in states if yes), self.env._("Not due yet")),
            "open": looks._money(row.open, pile.currency),
            "payable": row.payable > 0,
            "red": bool(row.late) and row.payable > 0 and not row.held,
            "chosen": not chosen or row.move_id == chosen,
            "details": details[row.item_id] + self._details_of_payee(pile, row),
            "pdf": self._pdf(door, row.item_id, row.move_id),
        }

    @api.model
    def _extra(self, pile, extra):
        return {
            "key": extra.key,
            "label": extra.label,
            "amount": self.env["dunning.page"]._money(extra.amount, pile.currency),
            "basis": extra.basis,
            "lines": [line for line in extra.lines if line],
        }

    @api.model
    def _pdf(self, door, item_id, move_id):
        """Where the PDF of an invoice is; empty for what is none."""
        move = self.env["account.move"].sudo().browse(move_id)
        return f"{door.path}/invoice/{item_id}" if move and move.move_type != "entry" else ""

    # -- paying ---------------------------------------------------------------------------------------

    @api.model
    def _account(self, account, company):
        """The account to pay to, as people write it."""
        number = account.acc_number or ""
        if re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]+", account.sanitized_acc_number or ""):
            number = " ".join(re.findall(".{1,4}", account.sanitized_acc_number))
        return {"number": number, "holder": account.acc_holder_name or company.name}

    @api.model
    def _payment(self, door, pile, choice):
        """What the page for paying shows of a choice."""
        looks = self.env["dunning.page"]
        words = [(row.name, looks._money(row.payable, pile.currency)) for row in choice.rows]
        words += [(e.label, looks._money(e.amount, pile.currency)) for e in choice.extras]
        if choice.plan:
            words = [(choice.label, looks._money(choice.amount, pile.currency))]
        return {
            "who": door.debtor.partner_id.name,
            "chosen": words,
            "total": looks._money(choice.total, pile.currency),
            "amount": looks._money(choice.amount, pile.currency),
            "collect": bool(choice.plan and choice.number),
            "is_part": choice.is_part,
            "transfers": self._transfers_chosen(door, pile, choice),
            **self._online_words(pile, choice),
        }

    @api.model
    def _qr(self, account, pile, amount, reference):
        """The EPC QR code of a transfer as an address of an image; empty where there is none.

        Made of Odoo's own values of a SEPA transfer, the amount as exact decimal.
        """
        partner = self.env["res.partner"]
        known = "sct_qr" in dict(account.get_available_qr_methods_in_sequence())
        if not account or not known:
            return ""
        if account._get_error_messages_for_qr("sct_qr", partner, pile.currency):
            return ""
        lines = account._get_qr_vals(
            "sct_qr", f"{amount:.2f}", pile.currency, partner, reference[:EPC_TEXT], reference
        )
        return qr_image("\n".join(lines))

    @api.model
    def _result(self, transaction, begun):
        """What became of a payment, or that one is under way: ``(kind, text)``; or nothing.

        :param transaction: the visitor's own last one
        :param begun: see :meth:`~.dunning_page_choice.DunningPageChoice._begun`
        """
        if transaction.state == "done":
            return "good", self.env._(
                "Thank you. We have received your payment of %s.", self._paid_words(transaction)
            )
        if transaction.state in ("cancel", "error"):
            return "bad", self.env._(
                "The payment did not go through. No money was taken and nothing has changed: you "
                "can try again."
            )
        if begun:
            return "info", self._begun_words(begun[:1])
        return None

    @api.model
    def _paid_words(self, transaction):
        return self.env["dunning.page"]._money(transaction.amount, transaction.currency_id)

    @api.model
    def _begun_words(self, transaction):
        """That a payment is under way, and when another can be begun."""
        if transaction.state != "draft":
            return self.env._(
                "We have received your payment of %s and are processing it. You need not do "
                "anything more.",
                self._paid_words(transaction),
            )
        moment = fields.Datetime.context_timestamp(self, transaction.create_date + STARTED_FOR)
        return self.env._(
            "A payment of %(amount)s was begun, and we wait for its result. Did you break it off? "
            "Then you can try again after %(time)s.",
            amount=self._paid_words(transaction),
            time=f"{moment:%H:%M}",
        )
