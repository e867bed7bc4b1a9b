from odoo import api, fields, models


class DunningAccessWizard(models.TransientModel):
    """Make the access export of a natural person; the file itself is kept nowhere."""

    _name = "dunning.access.wizard"
    _description = "Access Export"

    debtor_id = fields.Many2one("dunning.debtor", required=True, ondelete="cascade")
    people_ids = fields.Many2many("res.partner", compute="_compute_people_ids")
    person_id = fields.Many2one(
        "res.partner",
        required=True,
        compute="_compute_person_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', people_ids)]",
        ondelete="cascade",
    )
    noted = fields.Boolean(readonly=True)

    @api.depends("debtor_id")
    def _compute_people_ids(self):
        for wizard in self:
            wizard.people_ids = self.env["dunning.access"]._people(wizard.debtor_id)

    @api.depends("debtor_id")
    def _compute_person_id(self):
        for wizard in self:
            wizard.person_id = self.env["dunning.access"]._people(wizard.debtor_id)[:1]

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, "noted": False} for vals in vals_list])

    def write(self, vals):
        """That it was noted is for us to say, and is true of the person of then only."""
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name != "noted"}
        if vals.keys() & {"debtor_id", "person_id"}:
            vals = {**vals, "noted": False}
        return super().write(vals)

    def action_apply(self):
        """Note it on the debtor, and download the export."""
        self.ensure_one()
        access = self.env["dunning.access"]
        access._check_may(self.debtor_id, self.person_id)
        access._note(self.debtor_id, self.person_id)
        self.sudo().noted = True
        return {
            "type": "ir.actions.act_url",
            "url": f"/payt_dunning/access/{self.id}",
            "target": "download",
        }


class DunningDebtor(models.Model):
    """Access exports begin at a debtor."""

    _inherit = "dunning.debtor"

    def action_access(self):
        """The dialog for the access export of a person."""
        self.ensure_one()
        person = self.env["dunning.access"]._people(self)[:1]
        self.env["dunning.access"]._check_may(self, person)
        action = self.env["ir.actions.act_window"]._for_xml_id("payt_dunning.action_dunning_access")
        return {**action, "context": {"default_debtor_id": self.id}}
