from .company_rules import MODES, CompanyRules

#: Models without a company of their own, and what leads to it.
PARENTS = {
    "dunning.charge.share": "charge_id",
    "dunning.level": "policy_id",
    "dunning.notice.line": "notice_id",
    "dunning.page.key": "notice_id",
    "dunning.payment.plan.version": "plan_id",
    "dunning.plan.tier": "policy_id",
    "dunning.policy.revision": "policy_id",
    "dunning.presence": "debtor_id",
}
#: Models that are no company's, and why.
SHARED = {
    "collection.jurisdiction": "laws are everybody's",
    "collection.law.row": "laws are everybody's",
    "dunning.channel": "the ways that there are",
    "dunning.dispute.reason": "a list to choose from",
    "dunning.hold.reason": "a list to choose from",
    "dunning.nonpayment.reason": "a list to choose from",
    "dunning.page.code": "nobody has any right",
    "dunning.page.try": "nobody has any right",
    "dunning.reply": "texts to begin with, about nobody",
    "dunning.retention": "how long data are kept, told to all",
    "dunning.retention.term": "laws are everybody's",
    "dunning.substitute": "of users, see below",
}


class TestCompanyRules(CompanyRules):
    """Companies are apart, and who is none of ours sees nothing; a new model fails until known."""

    def test_each_model_keeps_companies_apart(self):
        self.check_companies("payt_dunning", PARENTS, SHARED)

    def test_who_is_none_of_ours_reads_and_does_nothing(self):
        self.check_outsiders("payt_dunning")

    def test_who_stands_in_for_whom_is_seen_where_that_person_works(self):
        handler = self.person("rules.handler", "group_dunning_user")
        theirs = self.env["dunning.substitute"].new({"user_id": handler.id})
        mine = self.env["dunning.substitute"].new({"user_id": self.stranger.id})
        for mode in MODES:
            with self.subTest(mode):
                domain = self.domain(theirs, mode, self.stranger)
                self.assertFalse(theirs.filtered_domain(domain))
                self.assertTrue(mine.filtered_domain(domain))
