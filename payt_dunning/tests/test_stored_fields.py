from odoo.tests import TransactionCase, tagged

#: Models of which a company has a few rows only.
SMALL = {"account.journal", "digest.digest", "res.company", "res.users"}


@tagged("post_install", "-at_install")
class TestStoredFields(TransactionCase):
    """Installing writes no row of the ledger, however large it is."""

    def added(self):
        """Stored fields that this add-on adds to models of others."""
        for model in self.env.values():
            own = (model._original_module or "").startswith("payt_dunning")
            if own or model._abstract or model._transient or not model._auto:
                continue
            for field in model._fields.values():
                ours = field._modules and field._modules[0].startswith("payt_dunning")
                if ours and field.store and field.column_type:
                    yield model._name, field

    def test_fields_are_added_to_models_of_others(self):
        self.assertIn("dunning_notice_id", {field.name for _model, field in self.added()})

    def test_none_of_them_is_computed_for_every_row(self):
        computed = [
            str(field)
            for model, field in self.added()
            if model not in SMALL and (field.compute or field.related)
        ]
        self.assertEqual(computed, [])

    def test_none_of_them_is_filled_with_a_default(self):
        """Odoo writes the default of a new column in every row."""
        filled = [
            str(field)
            for model, field in self.added()
            if model not in SMALL and (field.default or field.required)
        ]
        self.assertEqual(filled, [])
