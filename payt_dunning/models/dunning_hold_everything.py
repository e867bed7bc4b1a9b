from odoo import api, fields, models
from odoo.tools import SQL

from .dunning_hold import FINAL_KINDS

#: Kinds of hold under which nothing goes to a debtor of its own accord, not even about a plan.
SILENT_KINDS = (
    "unknown_address",
    "insolvency",
    "restructuring",
    "debt_help",
    "deceased",
    "minor",
    "ignore",
    *FINAL_KINDS,
)
#: The same, unless somebody represents the debtor, who then gets everything.
SILENT_UNLESS_REPRESENTED = "administration"


class DunningHold(models.Model):
    """What a hold keeps back: reminders alone, or what is agreed with the debtor as well."""

    _inherit = "dunning.hold"  # pylint: disable=consider-merging-classes-inherited

    everything = fields.Boolean(
        "Pause Messages of Payment Plans Too",
        help="Off: only reminders wait; messages of a payment plan, that an instalment is due say, "
        "still go. On: everything waits, messages of payment plans too.",
    )

    @api.model
    def _silenced(self, items, day):
        """Those of items about which no message of a payment plan may leave on a day.

        One statement, whatever their number.
        """
        if not items:
            return items
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """WITH quiet AS MATERIALIZED (
                       SELECT company_id, debtor_id, move_id, item_id,
                              everything IS NOT TRUE AND kind = %(unless)s AS heard
                         FROM dunning_hold
                        WHERE company_id = ANY(%(companies)s)
                          AND released_on IS NULL AND proposed IS NOT TRUE
                          AND date_from <= %(day)s
                          AND (date_until IS NULL OR date_until >= %(day)s)
                          AND (everything OR kind = ANY(%(kinds)s))
                   )
                   SELECT item.id
                     FROM dunning_item item
                     JOIN dunning_debtor debtor ON debtor.id = item.debtor_id
                    WHERE item.id = ANY(%(items)s)
                      AND (%(silent)s OR %(heard)s AND NOT EXISTS (
                               SELECT FROM res_partner contact
                                WHERE contact.commercial_partner_id = debtor.partner_id
                                  AND contact.active AND contact.dunning_role = 'representative'))""",
                unless=SILENT_UNLESS_REPRESENTED,
                companies=items.company_id.ids,
                day=day,
                kinds=[*SILENT_KINDS, SILENT_UNLESS_REPRESENTED],
                items=items.ids,
                silent=self._is_about(SQL("NOT heard")),
                heard=self._is_about(SQL("heard")),
            )
        )
        return items & items.browse(item_id for (item_id,) in rows)

    @api.model
    def _is_about(self, which):
        """A condition: one of the quiet holds is about the item; looked up by hash, not one by one."""
        return SQL(
            """(item.id IN (SELECT item_id FROM quiet WHERE item_id IS NOT NULL AND %(which)s)
                OR item.move_id IN (SELECT move_id FROM quiet WHERE move_id IS NOT NULL AND %(which)s)
                OR item.debtor_id IN (SELECT debtor_id FROM quiet
                                       WHERE debtor_id IS NOT NULL AND %(which)s)
                OR item.company_id IN (SELECT company_id FROM quiet
                                        WHERE coalesce(item_id, move_id, debtor_id) IS NULL
                                          AND %(which)s))""",
            which=which,
        )
