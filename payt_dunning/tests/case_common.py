from datetime import timedelta

from .law_common import LawCommon


class CaseCommon(LawCommon):
    """A ladder of friendly and formal levels, and cases on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Case = cls.env["collection.case"]
        cls.policy = cls.env["dunning.policy"].create(
            {
                "name": "Two friendly, three formal",
                "gap_days": 7,
                "case_opening": "notice",
            }
        )
        levels = [
            ("First", 3, "courtesy", False),
            ("Second", 10, "reminder", False),
            ("Formal", 20, "notice", "default_notice"),
            ("Demand", 29, "collection", "demand"),
            ("Last Demand", 38, "collection", "second_demand"),
        ]
        for place, (name, days, phase, step) in enumerate(levels, 1):
            cls.env["dunning.level"].create(
                {
                    "policy_id": cls.policy.id,
                    "position": place,
                    "name": name,
                    "days": days,
                    "spacing": 5,
                    "phase": phase,
                    "case_step": step,
                    "channel_ids": [cls.env.ref("payt_dunning.channel_email").id],
                    "subject": f"{name}: {{amount}} is open",
                    "text": "Please pay {amount}.",
                }
            )
        cls.policy.action_publish()
        cls.company.write({"dunning_policy_id": cls.policy.id, "dunning_terms_agreed": True})
        cls.env["dunning.policy"].search([("id", "!=", cls.policy.id)]).active = False

    def late(self, days, amount=500.0, partner=None):
        """An invoice so many days late, with its item."""
        move = self.invoice(days, amount, partner)
        return self.taken_in(move)

    def at_level(self, position, days=20, amount=500.0, partner=None):
        """An item of which some level left a week ago."""
        item = self.late(days, amount, partner)
        item.write(
            {
                "revision_id": self.policy.revision_id.id,
                "reached": position,
                "reached_on": self.today - timedelta(days=8),
            }
        )
        return item

    def open_case(self, items, **values):
        with self.on_day(self.today):
            return self.Case._open(items, "clerk", **values)

    def after(self, days):
        return self.today + timedelta(days=days)
