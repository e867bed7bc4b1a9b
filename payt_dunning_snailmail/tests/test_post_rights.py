from odoo.tests import tagged

from odoo.addons.payt_dunning.tests.common import DunningCommon
from odoo.addons.payt_dunning.tests.public_common import public_methods_of


@tagged("post_install", "-at_install")
class TestPostRights(DunningCommon):
    """What clients can call of this add-on: two of Odoo's own methods, which do less by it."""

    def test_every_public_method_is_known(self):
        self.assertEqual(
            public_methods_of(self.env, "payt_dunning_snailmail"),
            {("snailmail.letter", "cancel"), ("snailmail.letter", "snailmail_print")},
        )
