from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..rules.checks import (
    Finding,
    LevelDraft,
    check_ladder,
    check_level_texts,
    check_text,
    departures,
    faults,
    open_secrets,
)
from .dunning_words import languages

TEXTS = ("subject", "text", "closing")


class DunningChecks(models.AbstractModel):
    """Reads a policy as it is being written, and says in words what is odd about it.

    Hints keep nobody from saving; what would be shown to a debtor as it is typed does.
    """

    _name = "dunning.checks"
    _description = "Checks of Policies While They Are Written"

    @api.model
    def _outline(self, policy):
        """A policy as it is drawn: its levels by day, each with its hints.

        :param policy: may be unsaved
        :return: dict with ``levels``, and ``warnings`` about what all levels share
        """
        levels = policy.level_ids.sorted(lambda level: (level.days, level.position or 9999))
        drafts = self._drafts(levels)
        findings = [*check_ladder(drafts, policy.gap_days), *self._check_shared(policy, drafts)]
        languages = tuple(self._languages(policy.company_id))
        for place, draft in enumerate(drafts):
            findings += check_level_texts(draft, place, languages)
        said = self._say(findings, drafts)
        leaving = departures(drafts, policy.gap_days)
        phases = dict(levels._fields["phase"]._description_selection(self.env))
        return {
            "levels": [
                {
                    "name": level.name or "",
                    "day": level.days,
                    "leaves": leaves,
                    "phase": level.phase or "reminder",
                    "phase_name": phases.get(level.phase, ""),
                    "channels": [
                        {
                            "code": channel.code,
                            "name": level._named(channel.name, least) if least else channel.name,
                        }
                        for channel, least in level._channels_shown()
                    ],
                    "active": level.active,
                    "warnings": said.get(place, []),
                }
                for place, (level, leaves) in enumerate(zip(levels, leaving, strict=True))
            ],
            "warnings": said.get(-1, []),
        }

    @api.model
    def _level_warnings(self, policy, level, values):
        """Hints about one level while somebody types in it.

        :param level: the saved one, or empty for a new one
        :param values: of its fields, as they are on the screen
        """
        others = policy.level_ids - level
        mine = LevelDraft(
            name=values.get("name") or "",
            days=values.get("days") or 0,
            spacing=values.get("spacing") or 0,
            phase=values.get("phase") or "reminder",
            channels=("chosen",) * bool(values.get("channels", True)),
            active=values.get("active", True),
            texts=self._texts_of(level, values),
        )
        drafts = sorted([*self._drafts(others), mine], key=lambda draft: draft.days)
        place = next(place for place, draft in enumerate(drafts) if draft is mine)
        findings = [
            *check_level_texts(mine, place, tuple(self._languages(policy.company_id))),
            *(each for each in check_ladder(drafts, policy.gap_days) if each.level == place),
        ]
        return self._say(findings, drafts).get(place, [])

    @api.model
    def _shared_warnings(self, policy, values):
        """Hints about what all levels of a policy share, while somebody types in it."""
        drafts = self._drafts(policy.level_ids)
        texts = {name: values.get(f"policy_{name}") for name in ("greeting", "closing")}
        return self._say(self._check_shared(texts, drafts), drafts).get(-1, [])

    # -- reading ------------------------------------------------------------------------

    @api.model
    def _drafts(self, levels):
        stored = self._stored_texts(levels._origin.ids)
        return [
            LevelDraft(
                name=level.name or "",
                days=level.days,
                spacing=level.spacing,
                phase=level.phase or "reminder",
                channels=tuple(level.channel_ids.mapped("code")),
                active=level.active,
                texts=self._merge(
                    stored.get(level._origin.id, {}), {name: level[name] for name in TEXTS}
                ),
            )
            for level in levels
        ]

    @api.model
    def _texts_of(self, level, values):
        """Texts of a level by language and field; what is on the screen replaces what is stored."""
        stored = self._stored_texts(level.ids).get(level.id, {})
        return self._merge(stored, {name: values.get(name) for name in TEXTS})

    @api.model
    def _merge(self, stored, shown):
        lang = self.env.lang or "en_US"
        texts = {}
        for name in TEXTS:
            by_lang = dict(stored.get(name) or {})
            if (shown[name] or "") != (by_lang.get(lang, by_lang.get("en_US")) or ""):
                # A first text stands in for English too, as it does once it is saved.
                by_lang = {"en_US": shown[name], **by_lang, lang: shown[name]}
            for code, text in by_lang.items():
                texts.setdefault(code, {})[name] = text or ""
        return texts

    @api.model
    def _stored_texts(self, level_ids):
        """Every translation of the texts of levels, read in one statement."""
        if not level_ids:
            return {}
        levels = self.env["dunning.level"].browse(level_ids)
        levels.check_access("read")
        levels.flush_recordset(TEXTS)
        rows = self.env.execute_query(
            SQL(
                "SELECT id, subject, text, closing FROM dunning_level WHERE id = ANY(%s)", level_ids
            )
        )
        return {level_id: dict(zip(TEXTS, texts, strict=True)) for level_id, *texts in rows}

    @api.model
    def _languages(self, company):
        """Languages that debtors of a company read (of the user's where it is none's): names by
        code."""
        companies = company or self.env.companies
        installed = dict(self.env["res.lang"].get_installed())
        if len(installed) == 1:
            return installed
        debtors = self.env["dunning.debtor"].sudo()
        return {
            code: name
            for code, name in installed.items()
            if code in companies.sudo().partner_id.mapped("lang")
            or debtors.search_count(
                [("company_id", "in", companies.ids), ("partner_id.lang", "=", code)], limit=1
            )
        }

    @api.model
    def _check_shared(self, texts, drafts):
        """Hints about the opening and closing of a policy, which friendly messages hold too.

        :param texts: ``greeting`` and ``closing``, by name
        """
        phases = {draft.phase for draft in drafts if draft.active}
        phase = "courtesy" if phases & {"courtesy", "reminder"} else "collection"
        for name in ("greeting", "closing"):
            values = {"field": name, "lang": self.env.lang or "en_US"}
            yield from check_text(texts[name], phase, -1, values)

    # -- refusing -----------------------------------------------------------------------

    @api.model
    def _refuse_faults(self, record, field, text, lang=None):
        """Refuse a text of a level or policy that no debtor may read, naming what is wrong.

        :raises ValidationError: for half or foreign placeholders, scripts and remote images
        """
        values = {"field": field, "lang": lang or self.env.lang or "en_US"}
        place = -1 if record._name == "dunning.policy" else 0
        found = [
            self._text_words(Finding(code, place, {**values, "name": name}), None)
            for code, name in (*faults(text), *(open_secrets(text) if field == "subject" else ()))
        ]
        if found:
            raise ValidationError(
                self.env._(
                    "“%(record)s” can't be saved like this.\n%(faults)s",
                    record=record.display_name,
                    faults="\n".join(found),
                )
            )

    # -- words --------------------------------------------------------------------------

    @api.model
    def _say(self, findings, drafts):
        """Findings as sentences, by place, each once."""
        said = {}
        for finding in findings:
            words = self._ladder_words if "field" not in finding.values else self._text_words
            said.setdefault(finding.level, {})[words(finding, drafts)] = True
        return {place: list(sentences) for place, sentences in said.items()}

    @api.model
    def _ladder_words(self, finding, drafts):
        values = finding.values
        if finding.code == "no_channel":
            return self.env._("No channel is chosen: nothing can be sent.")
        if finding.code == "order":
            return self.env._(
                "It comes after “%s”, which is harsher. Messages should go from friendly to formal.",
                drafts[values["harsher"]].name,
            )
        previous = values["previous"]
        name = drafts[previous].name if previous is not None else ""
        if finding.code == "never":
            return self.env._(
                "It never leaves: so soon after “%(previous)s” its turn comes when the due date "
                "has passed, and a level before the due date lapses then.",
                previous=name,
            )
        return self.env._(
            "It is set to day %(day)s, but leaves on day %(leaves)s at the earliest: it has to wait "
            "after “%(previous)s”.",
            day=values["day"],
            leaves=values["leaves"],
            previous=name,
        )

    @api.model
    def _text_words(self, finding, _drafts):
        values = {**finding.values}
        shared = finding.level < 0
        owner = self.env["dunning.policy" if shared else "dunning.level"]
        field = owner._fields[values["field"]]._description_string(self.env)
        installed = dict(languages(self.env))
        lang = values.get("lang")
        language = installed.get(lang, lang or "")
        name = values.get("name", "")
        where = field if lang == (self.env.lang or "en_US") else f"{field}, {language}"
        if finding.code == "no_text":
            return self.env._("%s: nothing is written yet.", field)
        if finding.code == "no_translation":
            return self.env._(
                "%(field)s: there is no version in %(language)s. Debtors who read that get it in "
                "another language.",
                field=field,
                language=language,
            )
        if finding.code == "unknown":
            return self._unknown_words(where, name, values["near"])
        if finding.code == "threat":
            return self.env._(
                "%(where)s: “%(name)s” sounds like a threat. Courtesies and reminders do without.",
                where=where,
                name=name,
            )
        return {
            "foreign": self.env._(
                "%(where)s: “%(name)s” is not filled in. Placeholders are written like {amount}.",
                where=where,
                name=name,
            ),
            "markup": self.env._(
                "%(where)s: “%(name)s” is shown as it is typed. Texts are plain text, without HTML.",
                where=where,
                name=name,
            ),
            "image": self.env._(
                "%(where)s: the image “%(name)s” is not shown, only its address.",
                where=where,
                name=name,
            ),
            "secret": self.env._(
                "%(where)s: {%(name)s} is a secret. A subject is read by others, write it in the "
                "text.",
                where=where,
                name=name,
            ),
            "brace": self.env._(
                "%(where)s: a curly bracket has no other half, near “%(name)s”.",
                where=where,
                name=name,
            ),
        }[finding.code]

    @api.model
    def _unknown_words(self, where, name, near):
        if near:
            return self.env._(
                "%(where)s: {%(name)s} is not known; did you mean {%(near)s}?",
                where=where,
                name=name,
                near=near,
            )
        return self.env._(
            "%(where)s: {%(name)s} is not known. Choose one from the list of placeholders.",
            where=where,
            name=name,
        )
