from odoo import api, models

from ..rules import sms_text
from ..rules.readability import readability

#: Texts that somebody reads as a whole.
READ = ("text", "text_informal")
SHORT = ("short_text", "short_text_informal")
#: So much of a long sentence is named.
NAMED = 60


class DunningChecks(models.AbstractModel):
    """Hints about how easily a text is read, and about text messages; they keep nobody back."""

    _inherit = "dunning.checks"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _level_warnings(self, policy, level, values):
        return [*super()._level_warnings(policy, level, values), *self._style_warnings(values)]

    @api.model
    def _style_warnings(self, values):
        """Hints about the style of texts in the user's language.

        :param values: of a level, as they are on the screen
        """
        lang = self.env.lang or "en_US"
        fields = self.env["dunning.level"]._fields
        found = []
        for name in READ:
            where = fields[name]._description_string(self.env)
            for hint in readability(values.get(name) or "", lang).hints:
                found.append(self._reading_words(where, hint))
        for name in SHORT:
            where = fields[name]._description_string(self.env)
            text = values.get(name) or ""
            # The way to the page is added to a text that has none.
            found += [
                self._short_words(where, fault)
                for fault in (sms_text.faults(text) if text else ())
                if fault.code != "no_page"
            ]
        return found

    @api.model
    def _reading_words(self, where, hint):
        values = hint.values
        if hint.code == "sentence_long":
            sentence = values["sentence"]
            if len(sentence) > NAMED:
                sentence = f"{sentence[:NAMED].rstrip()}…"
            return self.env._(
                "%(where)s: a sentence has %(words)s words; up to %(most)s is easier to read: "
                "“%(sentence)s”",
                where=where,
                words=values["words"],
                most=values["most"],
                sentence=sentence,
            )
        return self.env._(
            "%(where)s: %(share)s %% of the words are long. Shorter ones are easier to read: "
            "%(words)s.",
            where=where,
            share=values["share"],
            words=", ".join(values["words"]),
        )

    @api.model
    def _short_words(self, where, fault):
        found = fault.values.get("found", "")
        words = {
            "amount": self.env._(
                "%(where)s: “%(found)s” tells an amount, which shows on a locked screen.",
                where=where,
                found=found,
            ),
            "collection": self.env._(
                "%(where)s: “%(found)s” tells bystanders that somebody has not paid.",
                where=where,
                found=found,
            ),
            "no_company": self.env._("%s: it does not say who sends it. Use {company}.", where),
        }
        return words[fault.code]
