from odoo import fields, models

#: Where the window of the company's envelopes is.
WINDOWS = [("left", "On the Left"), ("right", "On the Right")]


class ResCompany(models.Model):
    """How a company prints its letters."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_letter_window = fields.Selection(
        WINDOWS,
        "Window of Envelopes",
        required=True,
        default="left",
        help="The address lies 50 mm from the top and 20 mm from this side of the sheet.",
    )
    dunning_letter_double_sided = fields.Boolean(
        "Letters Are Printed on Both Sides",
        help="Each letter begins on a sheet of its own: a blank page is put in where needed.",
    )
    dunning_letter_answer = fields.Char(
        "Postal Address for Answers",
        help="Where debtors write to, as it is printed on letters. Empty: the company's address.",
    )
    dunning_letter_daily = fields.Boolean(
        "Make a Print Batch Each Working Day",
        help="When letters wait to be printed, a batch of them is made and printed by itself.",
    )
