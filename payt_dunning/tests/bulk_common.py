from odoo.tests import Form

from .common import DunningCommon


class BulkCommon(DunningCommon):
    """Dialogs about many records, and people who use them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.person("bulk_collector", "group_dunning_user")
        cls.colleague = cls.person("bulk_colleague", "group_dunning_user")
        cls.manager = cls.person("bulk_manager", "group_dunning_manager")
        cls.loss = cls.env["account.account"].create(
            {"name": "Small losses", "code": "649900", "account_type": "expense"}
        )

    def make_once(self):
        super().make_once()
        self.moves = self.invoice() + self.invoice(days_late=20)
        self.found = self.synced(*self.moves)

    def dialog(self, model, records, user=None):
        wizard = self.env[model].with_user(user or self.collector)
        return Form(wizard.with_context(active_model=records._name, active_ids=records.ids))

    def changes(self, user=None):
        found = self.env["dunning.change"].search([], limit=1)
        return found.sudo(False).with_user(user or self.collector)

    def pause(self, records, **values):
        form = self.dialog("dunning.pause.wizard", records)
        form.date_until = self.after(5)
        form.reason = "Spoke to them"
        for name, value in values.items():
            setattr(form, name, value)
        return form.save().action_apply()

    def assign(self, records, user=None, **values):
        form = self.dialog("dunning.debtor.wizard", records, user)
        for name, value in values.items():
            setattr(form, name, value)
        return form.save().action_apply()
