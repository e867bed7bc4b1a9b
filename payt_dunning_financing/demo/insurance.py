"""A credit insurance of the demo company, with one deadline that is near."""

from odoo import Command

#: The policy's number, by which it is found again.
POLICY = "KV-2026-0417"
#: The usual days in which to report, and how many are left for the first debtor.
USUAL, LEFT = 60, 6
#: So many days overdue makes a debtor a good example.
AGE = USUAL - LEFT


def insure(env):
    """Insure two late debtors of the demo company; once.

    The daily run must have been: debtors are chosen by their items.

    :return: the insurance, or none where nobody is late
    """
    Insurance = env["receivable.insurance"].sudo()
    company = env["dunning.demo"]._demo_companies()[:1]
    known = Insurance.search([("name", "=", POLICY), ("company_id", "=", company.id)])
    if known or not company:
        return known
    today = env["dunning.message"]._today(company)
    late = (
        env["dunning.item"]
        .sudo()
        ._read_group(
            [
                ("company_id", "=", company.id),
                ("state", "=", "open"),
                ("date_due", "<", today),
                ("amount_company", ">", 0),
                ("debtor_id.kind", "=", "business"),
            ],
            ["debtor_id"],
            ["date_due:min", "amount_company:sum"],
        )
    )
    late.sort(key=lambda row: (abs((today - row[1]).days - AGE), -row[2]))
    if not late:
        return Insurance
    # The second one has time left.
    late = [late[0], *sorted(late[1:], key=lambda row: row[1], reverse=True)]
    insurance = Insurance.create(
        {
            "name": POLICY,
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "partner_id": env["res.partner"]
            .sudo()
            .create({"name": "Rijnmond Kredietverzekering N.V.", "is_company": True})
            .id,
            # One that is late in another way would not show a deadline that is near.
            "report_days": max((today - late[0][1]).days + LEFT, USUAL // 2),
            "note": "Artikel 7.2: meld binnen de termijn in het portaal van de verzekeraar.",
            "limit_ids": [
                Command.create({"partner_id": debtor.partner_id.id, "amount": limit})
                for (debtor, _due, _amount), limit in zip(
                    late, (_rounded(late[0][2] * 0.8), 25000.0), strict=False
                )
            ],
        }
    )
    env["receivable.insurance.notice"].sudo()._look(company)
    return insurance


def _rounded(amount):
    """A limit as insurers give them: some hundreds, a bit less than what is owed."""
    return max(amount // 100 * 100, 100.0)
