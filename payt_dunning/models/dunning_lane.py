from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..rules.law.terms import BY_POST
from .dunning_call_outcomes import RIGHT_PARTY

#: Lanes beside the usual one.
LANES = [("soft", "Soft"), ("short", "Short"), ("fast", "Fast")]
#: The policy of a policy that each lane leads to.
POLICY_OF = {"soft": "soft_policy_id", "short": "short_policy_id", "fast": "fast_policy_id"}


class DunningPolicy(models.Model):
    """Which policies debtors follow who can't pay, don't want to, or don't react at all.

    Nothing set: nothing changes. Everybody else stays on the friendly one.
    """

    _inherit = "dunning.policy"  # pylint: disable=consider-merging-classes-inherited

    no_reaction_after = fields.Integer(
        help="So many messages in a row, on different days, without any payment, answer, visit, "
        "promise, dispute, plan or call that reached somebody. 0: it makes no difference.",
    )
    fast_policy_id = fields.Many2one(
        "dunning.policy",
        "Without Reaction",
        check_company=True,
        ondelete="restrict",
        help="Followed by whoever did not react; after any reaction this policy again.",
    )
    short_policy_id = fields.Many2one(
        "dunning.policy",
        "In Bad Faith",
        check_company=True,
        ondelete="restrict",
        help="Followed while a manager's confirmation counts that the debtor acts in bad faith "
        "(a reason for not paying, six months at most).",
    )
    soft_policy_id = fields.Many2one(
        "dunning.policy",
        "In Hardship",
        check_company=True,
        ondelete="restrict",
        help="Followed while the debtor has told that it can't pay. Where one of us noted it, it "
        "comes before the others; what only the debtor says counts for 90 days, and comes after "
        "bad faith.",
    )

    _no_reaction_not_negative = models.Constraint(
        "CHECK(no_reaction_after >= 0)", "The number of messages can't be negative."
    )

    @api.constrains("fast_policy_id", "short_policy_id", "soft_policy_id", "level_ids")
    def _check_lanes(self):
        for policy in self | self.search(
            Domain.OR(Domain(name, "in", self.ids) for name in POLICY_OF.values())
        ):
            policy._check_own_lanes()

    def _check_own_lanes(self):
        """No lane is the policy itself, or leaves out a notice that the law wants."""
        self.ensure_one()
        wanted = self._notice_codes()
        for name in POLICY_OF.values():
            other = self[name]
            if not other:
                continue
            if other == self:
                raise ValidationError(
                    self.env._(
                        "“%s” can't be the lane of itself: choose another policy.", self.name
                    )
                )
            missing = name != "soft_policy_id" and wanted - other._notice_codes()
            if missing:
                raise ValidationError(
                    self.env._(
                        "“%(lane)s” has no level that is the statutory notice of “%(policy)s”. "
                        "A shorter way must not leave it out: add that level first.",
                        lane=other.name,
                        policy=self.name,
                    )
                )

    def _notice_codes(self):
        """The statutory notices among the levels that are used."""
        return set(self.level_ids.filtered("active").mapped("statutory_code")) - {False}

    @api.model
    def _lanes(self, policy_ids):
        """Where lanes lead to: ``{(policy id, lane): policy id}``, of published policies only."""
        found = {}
        for policy in self.sudo().browse(policy_ids).exists():
            for lane, name in POLICY_OF.items():
                other = policy[name]
                if other.revision_id and other.active:
                    found[policy.id, lane] = other.id
        return found

    @api.model
    def _resolve(self, debtors):
        found = super()._resolve(debtors)
        lanes = self._lanes({policy.id for policy in found.values()})
        for debtor in debtors.filtered("lane"):
            other = lanes.get((found[debtor.id].id, debtor.lane))
            if other:
                found[debtor.id] = self.sudo().browse(other)
        return found


class DunningLevel(models.Model):
    """The notice that the law wants stays in the lanes that need it."""

    _inherit = "dunning.level"  # pylint: disable=consider-merging-classes-inherited

    @api.constrains("statutory_code", "active")
    def _check_lanes(self):
        self.policy_id._check_lanes()


class DunningDebtor(models.Model):
    """Debtors keep the lane that the daily run found, since when and why."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    lane = fields.Selection(LANES, readonly=True, copy=False, index="btree_not_null")
    lane_since = fields.Date("In This Lane Since", readonly=True, copy=False)
    lane_contacts = fields.Integer("Messages Without Reaction", readonly=True, copy=False)
    lane_why = fields.Char("Lane of Follow-up", compute="_compute_lane_why")

    @api.depends("lane", "lane_since", "lane_contacts")
    @api.depends_context("lang")
    def _compute_lane_why(self):
        for debtor in self:
            debtor.lane_why = debtor.lane and debtor._lane_words()

    def _lane_words(self):
        """Which lane a debtor follows, since when and why, in a sentence."""
        self.ensure_one()
        day = format_date(self.env, self.lane_since, date_format="long")
        if self.lane == "soft":
            return self.env._(
                "Follows the soft lane since %s, because it told us that it can't pay.", day
            )
        if self.lane == "short":
            return self.env._(
                "Follows the short lane since %s, because a manager confirmed that it acts in bad "
                "faith.",
                day,
            )
        return self.env._(
            "Follows the fast lane since %(day)s, because %(count)s messages in a row brought no "
            "reaction at all.",
            day=day,
            count=self.lane_contacts,
        )


class DunningLane(models.AbstractModel):
    """Finds the lane of each debtor, once a day, before anything is decided."""

    _name = "dunning.lane"
    _description = "Lanes of Follow-up"

    @api.model
    def _watch_sql(self, company, day):
        """Whether any policy has lanes, or any debtor is in one."""
        return SQL(
            """EXISTS (SELECT FROM dunning_policy
                        WHERE active AND (company_id IS NULL OR company_id = ANY(%s))
                          AND (soft_policy_id IS NOT NULL OR short_policy_id IS NOT NULL
                               OR fast_policy_id IS NOT NULL AND no_reaction_after > 0))
               OR EXISTS (SELECT FROM dunning_debtor
                           WHERE company_id = %s AND lane IS NOT NULL)""",
            company.sudo().parent_ids.ids,
            company.id,
        )

    @api.model
    def _watch(self, company, day):
        """Put debtors in their lane, or back on the usual one; both are noted with the reason."""
        debtors = self.env["dunning.debtor"].search(
            [
                ("company_id", "=", company.id),
                "|",
                ("lane", "!=", False),
                ("item_ids.state", "=", "open"),
            ]
        )
        self.env.flush_all()
        noted, told = self._hardship(debtors, day)
        # The first that fits counts; what a debtor says itself is no way out of the short lane.
        fits = (("soft", noted), ("short", self._bad_faith(debtors, day)), ("soft", told))
        silent = self._without_reaction(debtors)
        policies = self._usual(debtors)
        moves = {}
        for debtor in debtors:
            policy, count = policies[debtor.id], silent.get(debtor.id, 0)
            own = (way for way, ids in fits if debtor.id in ids and policy[POLICY_OF[way]])
            lane = next(own, False)
            if not lane and policy.fast_policy_id and 0 < policy.no_reaction_after <= count:
                lane = "fast"
            if lane != debtor.lane:
                key = (lane, count if lane == "fast" else 0)
                moves[key] = moves.get(key, debtors.browse()) | debtor
        for (lane, count), moved in moves.items():
            since = day if lane else False
            moved.write({"lane": lane, "lane_since": since, "lane_contacts": count})
            self._note(moved)
            moved._look_again()

    @api.model
    def _usual(self, debtors):
        """The policies of debtors, whatever their lane: ``{debtor id: policy}``."""
        policies = self.env["dunning.policy"].sudo()
        found = {}
        for company, own in debtors.grouped("company_id").items():
            chosen = policies._choose(
                policies._segments(company),
                {each.id: (each.policy_id.id, each.kind, each.partner_id.id) for each in own},
            )
            found |= {debtor_id: policies.browse(key or ()) for debtor_id, key in chosen.items()}
        return found

    @api.model
    def _note(self, debtors):
        """Keep the change in the history of debtors of one lane and of their open items."""
        words = (
            debtors[0]._lane_words()
            if debtors[0].lane
            else self.env._("Follows the usual policy again.")
        )
        debtors._message_log_batch(dict.fromkeys(debtors.ids, words))
        items = debtors.item_ids.filtered(lambda item: item.state == "open")
        self.env["dunning.event"].sudo()._note(items, words)

    # -- what lanes depend on --------------------------------------------------------------------

    @api.model
    def _hardship(self, debtors, day):
        """Ids of those who told that they can't pay, about anything that is open.

        :return: those of whom one of us noted it, and those who say it themselves
        """
        reasons = self.env["dunning.nonpayment"]._of_hardship(debtors, day)
        holds = self.env["dunning.hold"]
        held = holds.search(
            holds._in_force()
            & Domain("item_id.debtor_id", "in", debtors.ids)
            & Domain("hardship", "=", True)
            & Domain("kind", "!=", "plan")
        )
        told = (
            reasons.filtered("by_debtor").debtor_id | held.filtered("by_debtor").item_id.debtor_id
        )
        noted = (reasons - reasons.filtered("by_debtor")).debtor_id
        noted |= (held - held.filtered("by_debtor")).item_id.debtor_id
        return set(noted.ids), set(told.ids)

    @api.model
    def _bad_faith(self, debtors, day):
        """Ids of those of whom a manager confirmed that they act in bad faith, and it counts."""
        return set(self.env["dunning.nonpayment"]._in_bad_faith(debtors, day).ids)

    @api.model
    def _without_reaction(self, debtors):
        """On how many days messages left since the debtor reacted last: ``{debtor id: days}``.

        What came back is no contact, nor is a copy or a message of a conversation, nor a call
        that reached nobody. A missing visit is nothing; a visit is a reaction.
        """
        if not debtors:
            return {}
        rows = self.env.execute_query(
            SQL(
                """WITH reaction AS (
                       SELECT debtor_id, max(moment) AS moment FROM (%(reactions)s) AS every
                        GROUP BY debtor_id)
                   SELECT notice.debtor_id, count(DISTINCT notice.sent_on)
                     FROM dunning_notice notice
                LEFT JOIN reaction ON reaction.debtor_id = notice.debtor_id
                    WHERE notice.debtor_id = ANY(%(debtors)s) AND notice.state = 'sent'
                      AND notice.kind = 'reminder' AND notice.retry_of_id IS NULL
                      AND notice.channel != ALL(%(work)s)
                      AND (reaction.moment IS NULL
                           -- When a letter was posted may be noted days later.
                           OR CASE WHEN notice.channel = ANY(%(post)s)
                                   THEN least(notice.sent_at, notice.sent_on + 1)
                                   ELSE notice.sent_at END > reaction.moment)
                 GROUP BY notice.debtor_id""",
                reactions=SQL(" UNION ALL ").join(self._reactions(debtors)),
                debtors=debtors.ids,
                post=list(BY_POST),
                work=list(self.env["dunning.channel"]._work()),
            )
        )
        return dict(rows)

    @api.model
    def _reactions(self, debtors):
        """What counts as a reaction: queries of ``(debtor id, moment)``, for others to add to."""
        simple = {
            "dunning_page_visit": "moment",
            "dunning_question": "asked_on",
            "dunning_dispute": "opened_on",
            "dunning_promise": "create_date",
            "dunning_payment_advice": "create_date",
            "dunning_contact_change": "asked_on",
        }
        found = [
            SQL(
                "SELECT debtor_id, %s AS moment FROM %s WHERE debtor_id = ANY(%s)",
                SQL.identifier(moment),
                SQL.identifier(table),
                debtors.ids,
            )
            for table, moment in simple.items()
        ]
        found.append(
            SQL(
                "SELECT debtor_id, create_date FROM dunning_nonpayment"
                " WHERE debtor_id = ANY(%s) AND by_debtor",
                debtors.ids,
            )
        )
        # A plan that a message of ours offers is no reaction before somebody agrees to it.
        found.append(
            SQL(
                "SELECT debtor_id, create_date FROM dunning_payment_plan"
                " WHERE debtor_id = ANY(%s) AND origin != 'invitation'",
                debtors.ids,
            )
        )
        found.append(
            SQL(
                "SELECT plan.debtor_id, version.made_on FROM dunning_payment_plan_version version"
                " JOIN dunning_payment_plan plan ON plan.id = version.plan_id"
                " WHERE plan.debtor_id = ANY(%s) AND version.how != 'lighter'",
                debtors.ids,
            )
        )
        found.append(
            SQL(
                "SELECT debtor_id, moment FROM dunning_call"
                " WHERE debtor_id = ANY(%s) AND outcome = ANY(%s)",
                debtors.ids,
                list(RIGHT_PARTY),
            )
        )
        return [*found, *self._payments(debtors)]

    @api.model
    def _payments(self, debtors):
        """Money as a reaction: matched with what was open, or only there."""
        return [
            SQL(
                """SELECT item.debtor_id, part.create_date
                     FROM dunning_item item
                     JOIN account_partial_reconcile part ON part.debit_move_id = item.line_id
                     JOIN account_move_line credit ON credit.id = part.credit_move_id
                     JOIN account_journal journal ON journal.id = credit.journal_id
                    WHERE item.debtor_id = ANY(%s)
                      AND journal.type IN ('bank', 'cash', 'credit')""",
                debtors.ids,
            ),
            SQL(
                """SELECT debtor.id, line.create_date
                     FROM dunning_debtor debtor
                     JOIN res_partner payer ON payer.commercial_partner_id = debtor.partner_id
                     JOIN account_bank_statement_line line ON line.partner_id = payer.id
                                                          AND line.company_id = debtor.company_id
                    WHERE debtor.id = ANY(%s) AND line.amount > 0""",
                debtors.ids,
            ),
        ]


class DunningDialogue(models.AbstractModel):
    """Lanes are looked at after everything that they depend on."""

    _inherit = "dunning.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _watched(self):
        return [*super()._watched(), "dunning.lane"]
