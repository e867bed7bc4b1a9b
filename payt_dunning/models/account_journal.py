from odoo import fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    dunning_watched = fields.Boolean(
        "Watched for Dunning",
        default=True,
        help="Reminders wait while the newest line of this journal is too old. Switch it off for "
        "an account with few lines, such as savings.",
    )
