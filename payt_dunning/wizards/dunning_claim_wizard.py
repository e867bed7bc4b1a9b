from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..models.dunning_debtor_law import KINDS
from ..models.dunning_item_reasons import CONTRACT_KINDS
from .dunning_selection import SHOWN

#: Of more items the preview says what becomes of the first so many.
LOOKED_AT = 200


class DunningClaimWizard(models.TransientModel):
    """Say as what items were bought, from which contract, and whether their term was agreed."""

    _name = "dunning.claim.wizard"
    _description = "Law of These Claims"
    _inherit = "dunning.selection"

    bought_as = fields.Selection(
        [("keep", "Leave as It Is"), ("debtor", "As the Debtor Is"), *KINDS],
        required=True,
        default="keep",
        help="Whose rules apply to them. A sole trader buys privately too.",
    )
    contract_kind = fields.Selection(
        [
            ("keep", "Leave as It Is"),
            ("proposed", "As Proposed by Journal or Category"),
            ("none", "Not Known"),
            *CONTRACT_KINDS,
        ],
        "Kind of Contract",
        required=True,
        default="keep",
        help="Decides about limitation, court and a second fee.",
    )
    term = fields.Selection(
        [
            ("keep", "Leave as It Is"),
            ("company", "As the Company's Terms Say"),
            ("yes", "Agreed"),
            ("no", "Not Agreed"),
        ],
        "Term of Payment",
        required=True,
        default="keep",
        help="Against a consumer interest runs, and the statutory notice counts, only once the "
        "debtor is in default: after an agreed term, or after a written demand.",
    )
    document = fields.Char("Agreed In", help="Document, clause or note in which it was agreed.")
    note = fields.Char(help="Why, for the history.")
    needs_note = fields.Boolean(compute="_compute_changes")
    changes = fields.Text("What Changes", compute="_compute_changes")

    def _chosen(self):
        """The open items of the selection; those of one invoice all together.

        An entry with opening balances has those of many debtors: of it only what was selected.
        """
        items = self._open_items()
        moves = items.sudo().move_id.filtered(lambda move: move.move_type != "entry")
        return items | items.search([("state", "=", "open"), ("move_id", "in", moves.ids)])

    def _new_values(self, items):
        """What would be written: ``{item: {field: value}}``."""
        values = {}
        if self.bought_as != "keep":
            values["claim_kind"] = self.bought_as != "debtor" and self.bought_as
        if self.contract_kind not in ("keep", "proposed"):
            values["contract_kind"] = self.contract_kind != "none" and self.contract_kind
        if self.term != "keep":
            values["term_agreed"] = self.term != "company" and self.term
            values["term_document"] = self.term == "yes" and (self.document or "").strip()
        found = {item: dict(values) for item in items}
        if self.contract_kind == "proposed":
            for item, kind in items._proposed_contract_kinds().items():
                if kind:
                    found[item]["contract_kind"] = kind
        return found

    @api.depends(
        "item_ids", "debtor_ids", "selected_moves", "bought_as", "contract_kind", "term", "document"
    )
    def _compute_changes(self):
        for dialog in self:
            items = dialog._chosen()
            found, dialog.needs_note = defaultdict(list), False
            proposed = items._proposed_contract_kinds()
            for item, values in dialog._new_values(items[:LOOKED_AT]).items():
                now, then = item._law(proposed[item]), item._law(proposed[item], **values)
                if now.rules == "consumer" != then.rules:
                    dialog.needs_note = True
                for line in dialog._differences(now, then):
                    found[line].append(item.display_name)
            dialog.changes = "\n".join(dialog._lines(found, len(items)))

    def _lines(self, found, count):
        """The preview: what changes, and of which items."""
        lines = [
            f"{line} ({', '.join(names[:3])}{'…' if len(names) > 3 else ''})"
            for line, names in found.items()
        ]
        more = max(len(lines) - SHOWN, 0)
        lines = lines[:SHOWN] or [self.env._("Nothing yet.")]
        if more:
            lines.append(self.env._("… and %s more", more))
        if count > LOOKED_AT:
            lines.append(self.env._("Of the first %(few)s of %(all)s.", few=LOOKED_AT, all=count))
        return lines

    def _differences(self, now, then):
        """What changes for one item, a line each."""
        names = {
            "rules_why": self.env._("Costs"),
            "law": self.env._("Law"),
            "contract": self.env._("Contract"),
            "term": self.env._("Term"),
            "default_after": self.env._("In default after"),
            "limitation": self.env._("Can be enforced until"),
        }
        for field, name in names.items():
            before, after = getattr(now, field), getattr(then, field)
            if before != after:
                yield f"{name}: {self._told(before)} → {self._told(after)}"

    def _told(self, value):
        if not value:
            return self.env._("not yet, or not known")
        return value if isinstance(value, str) else format_date(self.env, value)

    def _check(self, items):
        """Refuse what says nothing, and what is harsher without a word of why.

        :raises UserError: telling what is missing
        """
        if not items:
            raise UserError(self.env._("Nothing of the selection is open and followed up."))
        if {self.bought_as, self.contract_kind, self.term} == {"keep"}:
            raise UserError(self.env._("Choose what is to change."))
        if self.term == "yes" and not (self.document or "").strip():
            raise UserError(
                self.env._("Say in which document, or how, the term of payment was agreed.")
            )
        if (self.note or "").strip() or self.bought_as == "keep":
            return
        for item in items:
            kind = self.bought_as != "debtor" and self.bought_as
            debtor = item.debtor_id
            if debtor._rules(item.claim_kind) == "consumer" != debtor._rules(kind):
                raise UserError(
                    self.env._(
                        "%s would lose the rules of consumers. Say in the note how you know that "
                        "it was bought for a business.",
                        item.display_name,
                    )
                )

    def action_apply(self):
        """Write it, note it in the history and decide anew."""
        self.ensure_one()
        items = self._chosen()
        writable = items._as_collector()
        self._check(items)
        watch = self.env["dunning.change"]._watch(items)
        same = defaultdict(list)
        for item, values in self._new_values(items).items():
            same[tuple(values.items())].append(item.id)
        for values, ids in same.items():
            writable.browse(ids).write(dict(values))
        what = self._in_words()
        writable._decided(
            lambda names: self.env._("Law of %(items)s: %(what)s", items=names, what=what)
        )
        return watch.keep(
            lambda count: self.env._("Law of %(count)s items: %(what)s", count=count, what=what)
        )

    def _in_words(self):
        """What was chosen, for the history."""
        told = []
        for name in ("bought_as", "contract_kind", "term"):
            if self[name] != "keep":
                field = self._fields[name]
                label = field._description_string(self.env)
                value = dict(field._description_selection(self.env))[self[name]]
                told.append(f"{label}: {value}")
        if self.term == "yes":
            told.append(self.document.strip())
        if (self.note or "").strip():
            told.append(self.note.strip())
        return "; ".join(told)
