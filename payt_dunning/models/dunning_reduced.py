from odoo import api, fields, models
from odoo.tools import format_date


class DunningReduced(models.AbstractModel):
    """What was reduced to its proof because its time is over, and says so on its screen."""

    _name = "dunning.reduced"
    _description = "Reduced After Its Time"

    reduced_on = fields.Date("Removed On", readonly=True, copy=False)
    reduced_after = fields.Integer("Years Kept", readonly=True, copy=False)
    reduced_words = fields.Char("What Was Removed", compute="_compute_reduced_words")

    @api.depends("reduced_on", "reduced_after")
    @api.depends_context("lang")
    def _compute_reduced_words(self):
        for record in self:
            record.reduced_words = record.reduced_on and self.env._(
                "Texts, names and addresses were removed on %(day)s after %(years)s years. What was "
                "reached, when it was sent and its SHA-256 stay.",
                day=format_date(self.env, record.reduced_on),
                years=record.reduced_after,
            )


class DunningItem(models.Model):
    """Items whose history was reduced."""

    _name = "dunning.item"
    _inherit = ["dunning.item", "dunning.reduced"]

    _to_reduce = models.Index(
        "(company_id, closed_on) WHERE state = 'closed' AND reduced_on IS NULL"
    )


class DunningNotice(models.Model):
    """Messages of which only the proof is left."""

    _name = "dunning.notice"
    _inherit = ["dunning.notice", "dunning.reduced"]


class DunningQuestion(models.Model):
    """Questions of which the words are gone."""

    _name = "dunning.question"
    _inherit = ["dunning.question", "dunning.reduced"]


class DunningDispute(models.Model):
    """Disputes of which the words are gone."""

    _name = "dunning.dispute"
    _inherit = ["dunning.dispute", "dunning.reduced"]


class CollectionCase(models.Model):
    """Cases of which the packages are gone."""

    _name = "collection.case"
    _inherit = ["collection.case", "dunning.reduced"]

    _to_reduce = models.Index(
        "(company_id, closed_on) WHERE phase = 'closed' AND reduced_on IS NULL"
    )
