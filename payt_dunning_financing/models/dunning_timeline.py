from odoo import api, models

from odoo.addons.payt_dunning.models.dunning_timeline_sources import Source

#: Of pledges; the numbers are no other source's.
_PLEDGE = {
    "kind": "decision",
    "model": "receivable.pledge",
    "ref": "pledge.id",
    "key": "pledge.id",
    "tables": """receivable_pledge pledge
                 JOIN receivable_financing_draw draw ON draw.id = pledge.draw_id""",
    "owner": "pledge",
    "items": "SELECT pledge.id, item.id FROM receivable_pledge pledge"
    " JOIN dunning_item item ON item.move_id = pledge.move_id",
    "amount": "pledge.amount",
    "currency": "draw.currency_id",
}
SOURCES = (
    Source(
        50,
        what="pledged",
        moment="pledge.pledged_on",
        where="pledge.pledged_on IS NOT NULL AND pledge.debtor_id IS NOT NULL",
        user="pledge.pledged_by_id",
        reads=(
            (
                "receivable.pledge",
                ("debtor_id", "company_id", "pledged_on", "released_on", "why", "amount")
                + ("move_id", "pledged_by_id", "released_by_id"),
            ),
            ("receivable.financing.draw", ("currency_id",)),
        ),
        **_PLEDGE,
    ),
    Source(
        51,
        what="released",
        moment="pledge.released_on",
        where="pledge.pledged_on IS NOT NULL AND pledge.released_on IS NOT NULL"
        " AND pledge.debtor_id IS NOT NULL",
        user="pledge.released_by_id",
        words="pledge.why",
        **_PLEDGE,
    ),
    Source(
        52,
        kind="payment",
        what="paid",
        model="receivable.pledge.payment",
        ref="paid.id",
        key="paid.id",
        tables="receivable_pledge_payment paid",
        owner="paid",
        moment="paid.create_date",
        where="paid.debtor_id IS NOT NULL",
        items="SELECT paid.id, item.id FROM receivable_pledge_payment paid"
        " JOIN receivable_pledge pledge ON pledge.id = paid.pledge_id"
        " JOIN dunning_item item ON item.move_id = pledge.move_id",
        user="paid.noted_by_id",
        words="paid.why",
        amount="paid.amount",
        currency="paid.currency_id",
        reads=(
            (
                "receivable.pledge.payment",
                ("debtor_id", "company_id", "amount", "currency_id", "why", "pledge_id"),
            ),
        ),
    ),
)


class DunningTimeline(models.Model):
    """Invoices that were pledged and released, and what was paid to financiers."""

    _inherit = "dunning.timeline"
    _depends = dict(pair for source in SOURCES for pair in source.reads)

    @api.model
    def _sources(self):
        return [*super()._sources(), *SOURCES]

    def _say_receivable_pledge(self, pledge):
        values = {
            "invoice": pledge.name,
            "financier": pledge.financing_id.name,
            "amount": self._money(),
        }
        if self.what == "pledged":
            return self.env._("%(invoice)s pledged to %(financier)s for %(amount)s", **values)
        return self._with_words(
            self.env._("%(invoice)s no longer pledged to %(financier)s", **values)
        )

    def _say_receivable_pledge_payment(self, payment):
        return self._with_words(
            self.env._(
                "%(amount)s of %(invoice)s paid to %(financier)s",
                amount=self._money(),
                invoice=payment.pledge_id.name,
                financier=payment.financing_id.name,
            )
        )
