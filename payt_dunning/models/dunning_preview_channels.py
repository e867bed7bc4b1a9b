from dataclasses import replace

from markupsafe import Markup

from odoo import api, models, tools

from ..rules import sms_text
from ..rules.law.terms import BY_POST
from ..rules.spoken import spoken
from .dunning_form import LEVEL_TEXTS

#: A text message as a phone shows it.
BUBBLE = Markup(
    '<div style="max-width:320px;margin:12px;padding:10px 14px;border-radius:14px;'
    "background:#e9e9eb;font:15px/1.4 sans-serif;white-space:pre-wrap;"
    'overflow-wrap:anywhere;">%s</div>'
)
#: A letter as its first page lies on a table.
PAGE = Markup("<style>%s\n%s</style>%s")
ON_SCREEN = (
    "body { width: 170mm; margin: 12px auto; padding: 15mm 20mm; background: #fff;"
    " box-shadow: 0 1px 6px rgba(0, 0, 0, .3); position: relative; zoom: .6; }"
    " html { background: #ddd; }"
)


class DunningTextPreview(models.AbstractModel):
    """The texts of a level by each way they may go: mail, text message, letter."""

    _inherit = "dunning.text.preview"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _channels(self):
        """Code and name of the channels that carry a text, in their order."""
        channels = self.env["dunning.channel"].search([])
        codes = set(channels._codes()) - set(channels._work())
        return [(each.code, each.name) for each in channels if each.code in codes]

    @api.model
    def _informal(self, values):
        """Informal variants on the screen, as :class:`~.message_sources.LevelText` has them."""
        found = {name: values.get(f"{name}_informal") for name in LEVEL_TEXTS}
        if not values.get("closing"):
            found["closing"] = found["closing"] or values.get("policy_closing_informal")
        found["greeting"] = values.get("policy_greeting_informal")
        return tuple(found.items())

    @api.model
    def _other_language(self, level, lang, shown, channel):
        """A note that who reads ``lang`` gets a level in another language, where that is so.

        :param level: as it is saved; empty: nothing is known yet
        """
        if not level.id or lang == (self.env.lang or "en_US"):
            return []
        short = self.env["dunning.channel"]._way(channel)._format == "text"
        written = self._words().languages_of_level(level)[short]
        company = shown.company.sudo().partner_id.lang or ""
        other = spoken(lang, company, [written] if written else [])
        if other == lang:
            return []
        names = dict(self.env["res.lang"].get_installed())
        return [
            self.env._(
                "This level is not written in %(wanted)s: who reads that gets it in %(other)s.",
                wanted=names.get(lang, lang),
                other=names.get(other, other),
            )
        ]

    @api.model
    def _in_channel(self, channel, content, notice, shown):
        """A rendered message as it looks where it arrives, with notes about it.

        Codes and PINs are made up: nothing in it opens a page.
        """
        messages = self.env["dunning.message"]
        key = self.env["dunning.page.key"]._example(shown.company.get_base_url())
        content = replace(
            content,
            **{
                name: messages._insert_keys(getattr(content, name), key)
                for name in ("subject", "body", "text")
            },
        )
        way = self.env["dunning.channel"]._way(channel)
        if way._format == "text":
            return self._as_short(content)
        if channel in BY_POST:
            return {"subject": content.subject, "html": self._as_letter(content, notice, shown)}
        return {"subject": content.subject, "html": str(content.body)}

    @api.model
    def _as_short(self, content):
        """A text message, with how long it is and what makes it long."""
        size = sms_text.size(content.text)
        notes = [
            self.env._(
                "%(units)s characters: sent and paid as %(parts)s, with room for %(room)s more.",
                units=size.units,
                parts=self.env._("1 text message")
                if size.parts == 1
                else self.env._("%s text messages", size.parts),
                room=size.room,
            )
        ]
        if size.forcing:
            notes.append(
                self.env._(
                    "%s is not in the alphabet of text messages: with it only 70 characters fit in "
                    "one.",
                    ", ".join(f"“{each}”" for each in size.forcing),
                )
            )
        return {"subject": "", "html": str(BUBBLE % content.text), "notes": notes}

    @api.model
    def _as_letter(self, content, notice, shown):
        """A letter as its paper looks, without codes that open anything."""
        company = shown.company.sudo()
        debtor = shown.item.debtor_id.partner_id
        paper = self.env["dunning.letter.paper"].sudo().with_context(lang=notice.lang)
        letter = paper.env["dunning.notice"].new(
            {
                "subject": content.subject,
                "body": content.body,
                "partner_id": debtor.id,
                "company_id": company.id,
                "as_of": notice.day,
                "lang": notice.lang,
            }
        )
        lines = paper._address_lines(letter, company)[letter.id] if debtor else []
        lines = lines or [self.env._("Example Ltd")]
        shared = {"company": company, "logo": paper._logo(company)}
        base = company.get_base_url()
        key = self.env["dunning.page.key"]._example(base)
        html = paper._document(letter, shared, lines, key, base, "")
        with tools.file_open("payt_dunning/static/letter/letter.css") as file:
            css = file.read()
        return str(PAGE % (Markup(css), Markup(ON_SCREEN), html))  # nosec B704 # our own style sheets
