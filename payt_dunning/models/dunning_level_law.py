from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Texts of a level that together are the notice.
TEXTS = ("subject", "text", "closing")


class DunningLevelLaw(models.Model):
    """Levels whose message the law looks at."""

    _inherit = "dunning.level"  # pylint: disable=consider-merging-classes-inherited

    @api.constrains("statutory_code", "subject", "text", "closing", "phase", "active")
    def _check_statutory(self):
        """A statutory notice that lacks something is void: it is refused, not hinted at."""
        for level in self.filtered("statutory_code"):
            level._refuse_invalid({name: level[name] for name in TEXTS})

    @api.constrains("fee", "statutory_code", "announces_costs")
    def _check_fee(self):
        """A notice is free, and what it announces is all that may follow."""
        for level in self.filtered("fee"):
            if level.statutory_code or level.announces_costs:
                raise ValidationError(
                    self.env._(
                        "Level “%s” announces costs: it can't cost a fee itself.", level.name
                    )
                )

    @api.constrains("asks", "announces_costs", "phase", "statutory_code", "fee")
    def _check_formal(self):
        """What may cost money is no friendly message."""
        for level in self:
            claims = level.asks or level.announces_costs or level.statutory_code or level.fee
            if claims and level.phase not in ("notice", "collection"):
                raise ValidationError(
                    self.env._(
                        "Level “%s” claims or announces costs: make it a statutory notice or "
                        "collection.",
                        level.name,
                    )
                )

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        """Other languages are written around constraints: they are checked here."""
        if field_name in TEXTS and self.statutory_code:
            stored = self._stored_texts()
            for lang, text in translations.items():
                if isinstance(text, str):
                    texts = {name: by_lang.get(lang) for name, by_lang in stored.items()}
                    self._refuse_invalid({**texts, field_name: text}, lang)
        return super()._update_field_translations(field_name, translations, *args, **kwargs)

    def _stored_texts(self):
        """Texts of this level by name and language; a language without one has the English."""
        self.ensure_one()
        stored = self.env["dunning.checks"]._stored_texts(self.ids)[self.id]
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        return {
            name: {code: texts.get(code) or texts.get("en_US") for code in codes}
            for name, texts in ((name, stored.get(name) or {}) for name in TEXTS)
        }

    def _refuse_invalid(self, texts, lang=None):
        """Refuse texts that are no valid notice.

        :param texts: by name; nothing is wrong with a level that says nothing yet
        :raises ValidationError: naming each element, and where the law says so
        """
        self.ensure_one()
        if not texts.get("text"):
            return
        policy = self.policy_id.with_context(lang=lang or self.env.lang)
        parts = (policy.greeting, *texts.values(), "" if texts["closing"] else policy.closing)
        day = fields.Date.context_today(self)
        found = self.env["dunning.message"]._statutory_findings(self.statutory_code, parts, day)
        if found:
            raise ValidationError(
                self.env._(
                    "“%(level)s” is no valid notice: no costs could be claimed after it.\n"
                    "%(findings)s",
                    level=self.name,
                    findings="\n".join(found),
                )
            )
