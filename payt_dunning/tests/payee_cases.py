from dataclasses import replace
from unittest.mock import patch

from odoo.addons.payt_dunning.models.dunning_payee import Payee

#: The account of a financier who collects what is pledged to it, and one of ours.
THEIRS, OURS = "NL02ABNA0123456789", "NL91ABNA0417164300"
#: Another financier's.
OTHERS = "NL44RABO0123456789"
NOTICE = "We have pledged this to Factor BV. Please pay it to Factor BV only."


class PayeeCases:
    """Invoices that are to be paid to somebody else: what an add-on would know of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pledged, cls.known, cls.asked = {}, {}, []
        cls.factor = cls.payee(7, THEIRS, "Factor BV", NOTICE)
        model = type(cls.env["dunning.payee"])
        cls.startClassPatcher(patch.object(model, "_of", cls.which))
        cls.startClassPatcher(
            patch.object(model, "_payee", lambda self, payee_id: cls.known[payee_id])
        )

    def setUp(self):
        super().setUp()
        self.pledged.clear()
        self.asked.clear()

    @classmethod
    def which(cls, move_ids):
        cls.asked.append(list(move_ids))
        return {move_id: cls.pledged[move_id] for move_id in move_ids if move_id in cls.pledged}

    @classmethod
    def payee(cls, payee_id, number, holder, notice="", online=False):
        """Somebody else who is paid; with an account of its own."""
        bank = cls.env["res.partner.bank"].create(
            {
                "acc_number": number,
                "partner_id": cls.env["res.partner"].create({"name": holder}).id,
            }
        )
        cls.known[payee_id] = Payee(payee_id, number, bank.id, holder, notice, online)
        return cls.known[payee_id]

    def pledge(self, moves, payee=None):
        """These invoices are to be paid to somebody else from now on."""
        self.pledged.update(dict.fromkeys(moves.ids, (payee or self.factor).payee_id))

    def allow_online(self, payee=None):
        """What is to be paid to this one can be paid online with us."""
        payee = payee or self.factor
        self.known[payee.payee_id] = replace(payee, online=True)
        self.addCleanup(self.known.__setitem__, payee.payee_id, payee)
