from odoo import api, fields, models

from odoo.addons.payt_dunning.tools import exact

from .receivable_financing_export import Export

#: Files that are kept of an offer.
KEPT = ("xlsx", "invoices.csv", "debtors.csv", "json")


class ReceivableFinancingDraw(models.Model):
    """What of a draw is sent to a financier; kept as it was when it was offered."""

    _inherit = "receivable.financing.draw"  # pylint: disable=consider-merging-classes-inherited

    def _financing_export_name(self):
        self.ensure_one()
        number = (self.name or f"draft-{self.id}").replace("/", "-")
        return f"draw-{number}-{self._export_day()}"

    def _export_day(self):
        return (
            fields.Date.to_date(self.applied_on) or self.check_id.as_of or self.create_date.date()
        )

    def _financing_export(self):
        """See :class:`~.receivable_financing_export.Export`."""
        self.ensure_one()
        env, check = self.env, self.check_id
        head = [
            ("draw", env._("Draw"), self.display_name),
            *(row for row in check._export_head() if row[0] != "says"),
        ]
        sums = (("open", "open_amount"), ("counts", "amount"), ("advance", "advance"))
        step = env["receivable.financing.facts"]._step(self.currency_id)
        return Export(
            what="draw",
            number=self.name or str(self.id),
            day=self._export_day(),
            currency=self.currency_id.name,
            digits=self.currency_id.decimal_places,
            head=head,
            sums=[
                (
                    key,
                    self._fields[name]._description_string(env),
                    exact(self.currency_id.round(self[name])).quantize(step),
                )
                for key, name in sums
            ],
            answers=check._financing_export().answers,
            rows=self._financing_rows(step),
        )

    def _financing_rows(self, step):
        """The invoices that are asked on, by what the check found; their shares are the draw's."""
        asked = self.pledge_ids.filtered(
            lambda each: each.state in ("proposed", "offered", "pledged") or each.pledged_on
        )
        pledges = {pledge.move_id.id: pledge for pledge in asked}
        lines = self.check_id.line_ids.filtered(lambda line: line.move_id.id in pledges)
        rows = []
        for line, row in zip(lines, lines._financing_rows(), strict=True):
            pledge = pledges[line.move_id.id]
            shares = {"counts": pledge.amount, "advance": pledge.advance}
            rows.append({**row, **{key: exact(shares[key]).quantize(step) for key in shares}})
        return sorted(rows, key=lambda row: (str(row["due_date"] or ""), row["number"]))

    def _keep_files(self):
        """Keep what is exported of the offer, as it is at this moment, in the company's language."""
        self.ensure_one()
        lang = self.company_id.partner_id.lang or self.env.lang
        export = self.with_context(lang=lang).env["receivable.financing.export"]
        draw = self.with_env(export.env)
        self.env["ir.attachment"].create(
            [
                {
                    "name": export._name_of(kind, draw),
                    "raw": export._make(kind, draw),
                    "res_model": self._name,
                    "res_id": self.id,
                    "description": kind,
                }
                for kind in KEPT
            ]
        )

    def _kept_file(self, kind):
        """What was kept of the offer; nothing of a draft."""
        self.ensure_one()
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("description", "=", kind),
                ],
                limit=1,
            )
        )
        return attachment.raw if self.applied_on else None

    def action_download(self):
        """Download the file whose kind the context names."""
        self.ensure_one()
        self._check_may()
        kind = self.env.context.get("financing_file")
        return {
            "type": "ir.actions.act_url",
            "url": f"/payt_dunning_financing/draw/{self.id}/{kind if kind in KEPT else 'xlsx'}",
            "target": "download",
        }


class ReceivableFinancingExport(models.AbstractModel):
    """What was offered is never made anew."""

    _inherit = "receivable.financing.export"

    @api.model
    def _file(self, kind, source):
        keep = ("receivable.financing.draw", "receivable.financing.report")
        kept = source._kept_file(kind) if source._name in keep else None
        return kept or self._make(kind, source)

    @api.model
    def _make(self, kind, source):
        """A file of a source as it is now."""
        return super()._file(kind, source)
