from odoo import api, models
from odoo.exceptions import AccessError

#: What the program keeps about an order. ``readonly`` binds screens, not calls.
KEPT = frozenset(
    {
        "dunning_prepayment_amount",
        "dunning_prepayment_reason",
        "dunning_prepayment_asked",
        "dunning_prepayment_seen",
        "dunning_hold_start",
        "dunning_held_on",
        "dunning_held_free",
    }
)
#: What the screen of a draft sends back as it got it, by the type of what is in it.
REMEMBERED = {"dunning_payment_basis": bool, "dunning_percent_basis": (int, float)}


def _well_formed(basis, kind):
    """Whether a client may have got this from us."""
    return (
        isinstance(basis, dict)
        and {"base", "own", "put"} <= basis.keys() <= {"base", "own", "put", "mine"}
        and isinstance(basis["own"], kind)
        and isinstance(basis["put"], kind)
        and (basis["base"] is None or isinstance(basis["base"], kind))
        and isinstance(basis.get("mine", False), bool)
    )


class SaleOrder(models.Model):
    """What was asked, and whether the start waits, is no client's to say.

    What a draft remembers of its prepayment is sent by its own screen. It lowers nothing: of a
    draft the class asks anew at each change. Of a quotation that was sent nobody may change it.
    """

    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse what only the program keeps, given or as a default of the context."""
        given = {name.removeprefix("default_") for name in self.env.context}
        for vals in vals_list:
            self._dunning_check_kept({**dict.fromkeys(given & KEPT), **vals})
        return super().create(vals_list)

    def write(self, vals):
        """Refuse what only the program keeps."""
        self._dunning_check_kept(vals)
        return super().write(vals)

    def _dunning_check_kept(self, vals):
        """:raises AccessError: a client gives a value that only the program gives"""
        if self.env.su:
            return
        refused = KEPT & vals.keys()
        for name in REMEMBERED.keys() & vals.keys():
            sent = any(order.state != "draft" for order in self)
            if sent or not _well_formed(vals[name], REMEMBERED[name]):
                refused |= {name}
        if refused:
            names = sorted(self._fields[name]._description_string(self.env) for name in refused)
            raise AccessError(
                self.env._(
                    "%s: only the program itself changes this. To let an order go on without its "
                    "prepayment, somebody with the right uses Override… and says why.",
                    ", ".join(names),
                )
            )
