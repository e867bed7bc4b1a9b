"""What tests of record rules need: every model of an add-on, and who may see whose records."""

from odoo import Command
from odoo.tests import new_test_user

from .common import DunningCommon

MODES = ("read", "write", "create", "unlink")


class CompanyRules(DunningCommon):
    """Models of an add-on: of one company's records nobody of another sees anything."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company()["company"]
        cls.stranger = new_test_user(
            cls.env,
            "rules.stranger",
            groups=",".join(cls.all_groups()),
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
        )
        cls.portal = new_test_user(cls.env, "rules.portal", groups="base.group_portal")
        cls.outsider = new_test_user(cls.env, "rules.outsider", groups="base.group_user")

    @classmethod
    def all_groups(cls):
        """All that a person can be given in this add-on."""
        return ["payt_dunning.group_dunning_manager"]

    def models_of(self, module, transient=False):
        """The models that a module brings, with a table of their own."""
        return [
            model
            for _name, model in sorted(self.env.items())
            if model._original_module == module
            and not model._abstract
            and (model._auto or model._table_query is not None or not model._transient)
            and (transient or not model._transient)
        ]

    def domain(self, model, mode, user):
        """What of a model somebody may see or do, as Odoo works it out."""
        rules = self.env["ir.rule"].with_user(user).with_company(user.company_id)
        rules = rules.with_context(allowed_company_ids=user.company_ids.ids)
        return rules._compute_domain(model._name, mode)

    def of_company(self, model, company, path=""):
        """A record of a company that is not stored."""
        model = model.sudo()
        if not path:
            return model.new({"company_id": company.id})
        field, _dot, rest = path.partition(".")
        parent = self.env[model._fields[field].comodel_name]
        return model.new({field: self.of_company(parent, company, rest)})

    def check_companies(self, module, parents, shared):
        """Each model keeps companies apart, or is in a table that says why not.

        :param parents: by model without a stored company of its own: the field that leads to it
        :param shared: by model of nobody in particular: why
        """
        models = self.models_of(module)
        names = {model._name for model in models}
        self.assertLessEqual(set(parents) | set(shared), names, "no model is called so")
        for model in models:
            if model._name in shared:
                continue
            own = "company_id" in model._fields
            with self.subTest(model._name):
                self.assertTrue(own or model._name in parents, "it has a company or a reason")
                path = parents.get(model._name, "")
                theirs = self.of_company(model, self.company, path)
                mine = self.of_company(model, self.other, path)
                for mode in MODES:
                    domain = self.domain(model, mode, self.stranger)
                    self.assertFalse(theirs.filtered_domain(domain), mode)
                    self.assertTrue(mine.filtered_domain(domain), mode)

    def check_outsiders(self, module, but=()):
        """Whoever is no user of ours reads and does nothing of any model, dialogs included."""
        public = self.env.ref("base.public_user").sudo()
        for model in self.models_of(module, transient=True):
            for user in (public, self.portal, self.outsider):
                for mode in MODES:
                    if (model._name, user.login, mode) in but:
                        continue
                    with self.subTest(model._name, user=user.login, mode=mode):
                        theirs = model.sudo(False).with_user(user)
                        theirs = theirs.with_context(allowed_company_ids=user.company_ids.ids)
                        self.assertFalse(theirs.has_access(mode))
