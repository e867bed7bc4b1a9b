from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.mail import email_normalize

from .dunning_page_dialogue import CHOICES


class DunningPage(models.AbstractModel):
    """What somebody else collects stands apart: nothing of it is asked for or paid here."""

    _inherit = "dunning.page"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _set_apart(self, piles):
        found = (
            self.env["dunning.item"]
            .sudo()
            .browse([row.item_id for pile in piles for row in pile.rows])
            ._with_agents()
        )
        for pile in piles if found else ():
            pile.given = [row for row in pile.rows if row.item_id in found]
            pile.agents = {row.item_id: found[row.item_id].id for row in pile.given}
            pile.rows = [row for row in pile.rows if row.item_id not in found]

    @api.model
    def _extras(self, pile, asked):
        """Costs and interest because of it are collected there as well, also behind other links."""
        extras = super()._extras(pile, asked)
        charges = self.env["dunning.charge"].sudo()
        shared = charges.browse([extra.charge_id for extra in extras if extra.charge_id]).share_ids
        there = shared.item_id._with_agents()
        elsewhere = shared.filtered(lambda share: share.item_id.id in there).charge_id.ids
        return [
            extra
            for extra in extras
            if extra.charge_id not in elsewhere and not pile.agents.keys() & extra.shares
        ]


class DunningPageStory(models.AbstractModel):
    """Who collects, in the debtor's words."""

    _inherit = "dunning.page.story"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _collects(self, handover):
        """That an office collects now.

        :param handover: the handover, or empty where it is not known which
        """
        return self.env._(
            "%s collects this for us now. Please pay there, or speak to them about it.",
            handover.agent_id.partner_id.name or self.env._("Somebody else"),
        )

    @api.model
    def _with_agent(self, hold):
        """Who has the case of a hold now."""
        return self._collects(self.env["collection.case"].sudo().browse(hold.owner_id).handover_id)


class DunningPageChoice(models.AbstractModel):
    """What somebody else collects can't be paid here: old links say where."""

    _inherit = "dunning.page.choice"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _choose(self, pile, keys, amount_text="", invoice_id=0):
        self._refuse_given(pile, keys, invoice_id)
        return super()._choose(pile, keys, amount_text, invoice_id)

    @api.model
    def _refuse_given(self, pile, keys, invoice_id=0):
        """Refuse to pay what somebody else collects; with nothing chosen, where all of it is.

        :raises UserError: in the debtor's words
        """
        meant = [
            row
            for row in pile.given
            if f"r{row.item_id}" in keys or (invoice_id and row.move_id == invoice_id)
        ]
        if not (keys or invoice_id or pile.rows or pile.extras):
            meant = pile.given
        if meant:
            handovers = self.env["collection.handover"].sudo()
            handover = handovers.browse(pile.agents[meant[0].item_id])
            raise UserError(self.env["dunning.page.story"]._collects(handover))


class DunningPageDialogue(models.AbstractModel):
    """Of what somebody else collects one can ask us; all else is agreed there."""

    _inherit = "dunning.page.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _sections(self, door, piles, day, visitor):
        values = super()._sections(door, piles, day, visitor)
        given = [row for pile in piles for row in pile.given]
        if given:
            rows = [row for pile in piles for row in pile.rows]
            values["about"] = [(row.item_id, row.name) for row in (*rows, *given)][:CHOICES]
        return values

    @api.model
    def _parts_basis(self, door, piles, day, currency_id=0, keys=(), first=""):
        chosen = [pile for pile in piles if pile.currency.id == currency_id] or piles
        for pile in chosen[:1]:
            self.env["dunning.page.choice"]._refuse_given(pile, keys)
        return super()._parts_basis(door, piles, day, currency_id, keys, first)

    @api.model
    def _still_ours(self, items):
        """Those of some items that we collect ourselves; what is settled counts as ours.

        :raises UserError: in the debtor's words, when there are none
        """
        ours = items._ours()
        if items and not ours:
            handover = items._with_agents()[items[:1].id]
            raise UserError(self.env["dunning.page.story"]._collects(handover))
        return ours

    @api.model
    def _told_asked(self, door):
        open_items = door.items.filtered(lambda item: item.state == "open")
        found = open_items._with_agents()
        if len(found) < len(open_items) or not found:
            return super()._told_asked(door)
        return self.env._(
            "Thank you, we have your message and answer it. %s does not wait for our answer: speak "
            "to them about paying and about what they write to you.",
            next(iter(found.values())).agent_id.name,
        )


class DunningPageValues(models.AbstractModel):
    """Who has the case, and how to reach it."""

    _inherit = "dunning.page.values"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _claim(self, door, piles, day, page=1, chosen=0):
        values = super()._claim(door, piles, day, page, chosen)
        offices = [
            self._office(door, pile, handover)
            for pile in piles
            for handover in self.env["collection.handover"]
            .sudo()
            .browse(dict.fromkeys(pile.agents.values()))
        ]
        return {**values, "offices": offices}

    @api.model
    def _office(self, door, pile, handover):
        """An office with what it collects; our notes about it are ours."""
        looks, agent = self.env["dunning.page"], handover.agent_id
        rows = [row for row in pile.given if pile.agents[row.item_id] == handover.id]
        address = ", ".join(
            filter(
                None,
                (
                    agent.partner_id.street,
                    f"{agent.partner_id.zip or ''} {agent.partner_id.city or ''}".strip(),
                ),
            )
        )
        phone, email = agent.partner_id.phone, email_normalize(agent.partner_id.email or "")
        website = agent.partner_id.website
        facts = [
            (self.env._("Phone"), phone, f"tel:{(phone or '').replace(' ', '')}"),
            (self.env._("E-mail"), email, f"mailto:{email}"),
            (self.env._("Website"), website, website),
            (self.env._("Address"), address, ""),
            (self.env._("Their number"), handover.reference, ""),
            (self.env._("Our number"), handover.case_id.name, ""),
        ]
        name, total = agent.partner_id.name, sum(row.open for row in rows)
        return {
            "id": handover.id,
            "title": self.env._("%s collects this for us", name),
            "since": self.env._(
                "We handed it over on %s. Please pay there, not here or to us. From them you hear "
                "what you have to pay in all: costs and interest may come on top.",
                looks._date(handover._day_made()),
            ),
            "about": self.env._("What it is about: %s open", looks._money(total, pile.currency)),
            "facts": [fact for fact in facts if fact[1]],
            "rows": [
                (
                    self.env._(
                        "%(invoice)s, due on %(day)s: %(amount)s",
                        invoice=row.name,
                        day=looks._date(row.due),
                        amount=looks._money(row.open, pile.currency),
                    ),
                    self._pdf(door, row.item_id, row.move_id),
                )
                for row in rows
            ],
        }
