"""What a bailiff tells about a case: it collected a part, kept its costs, and paid out the rest."""

from datetime import timedelta

from odoo.fields import Command

from ..rules.dossier.schema import FEEDBACK_NAMESPACE

#: So much the debtor paid there; of that is kept, with VAT.
COLLECTED, KEPT, VAT, PAID_OUT = "1200.00", "150.00", "31.50", "1018.50"
ACT = 119.40


def message(handover, today, iban):
    """The message of the office, as XML."""
    told, paid = today - timedelta(days=2), today - timedelta(days=9)
    served = today - timedelta(days=20)
    due = handover.total + ACT - float(COLLECTED)
    costs = handover.costs + ACT

    def booking(number, day, kind, amount, more=""):
        return (
            f'<Booking id="{handover.reference}-{number}" date="{day}" type="{kind}"'
            f' amount="{amount:.2f}" chargedTo="debtor"{more}/>'
        )

    left = handover.principal + handover.interest + costs - float(COLLECTED)
    principal = min(handover.principal, left)
    rest = left - principal
    parts = [
        f'<Status phase="judicial" code="payment_plan" since="{paid}"/>',
        f'<Event id="{handover.reference}-E1" at="{served}T10:20:00Z" code="summons_served">'
        "Dagvaarding betekend; rolzitting over twee weken.</Event>",
        f'<Event id="{handover.reference}-E2" at="{paid}T09:00:00Z" code="payment_plan">'
        "Regeling getroffen: 1.200 euro ineens, de rest in drie delen.</Event>",
        booking("B1", handover.day, "principal", handover.principal),
        booking("B2", handover.day, "interest", handover.interest),
        booking("B3", handover.day, "collection_costs", handover.costs),
        booking("B4", served, "official_act", ACT),
        booking("B5", paid, "payment", -float(COLLECTED)),
        f'<Balance asOf="{told}" principal="{principal:.2f}" interest="{0:.2f}"'
        f' costs="{rest:.2f}" due="{due:.2f}"/>',
        f'<Remittance id="{handover.reference}-R1" date="{told}" collected="{COLLECTED}"'
        f' withheld="{KEPT}" withheldVat="{VAT}" paidOut="{PAID_OUT}" iban="{iban}"'
        f' paymentReference="{reference(handover)}"/>',
    ]
    return (
        f'<CollectionFeedback xmlns="{FEEDBACK_NAMESPACE}" schemaVersion="1.0">'
        f'<Header feedbackId="{handover.reference}-1" sender="office"'
        f' sentAt="{told}T16:00:00Z" test="false"/>'
        f'<Case dossierId="{handover.dossier_id}" caseNumber="{handover.case_id.name}"'
        f' recipientReference="{handover.reference}">{"".join(parts)}</Case></CollectionFeedback>'
    ).encode()


def reference(handover):
    """What stands on the bank."""
    return f"AFDR {handover.reference}"


def pay_out(handover, company, today):
    """Read the message, and let the transfer come on the bank."""
    env = handover.env
    journal = env["account.journal"].search(
        [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
    )
    iban = journal.bank_account_id.sanitized_acc_number
    env["collection.feedback"].sudo()._take_in(
        handover.agent_id, message(handover, today, iban), "upload", "afrekening.xml"
    )
    env["account.bank.statement.line"].create(
        {
            "journal_id": journal.id,
            "date": today - timedelta(days=1),
            "payment_ref": f"{reference(handover)} uitbetaling",
            "amount": float(PAID_OUT),
        }
    )
    env["collection.remittance"].sudo().search([("agent_id", "=", handover.agent_id.id)])._look()


def settings(company):
    """Where the company books what offices keep."""
    env = company.env
    account = (
        env["account.account"]
        .with_company(company)
        .create(
            {
                "name": "Kosten deurwaarder en incasso",
                "code": "459100",
                "account_type": "expense",
                "company_ids": [Command.set(company.ids)],
            }
        )
    )
    taxes = env["account.tax"].search(
        [
            *env["account.tax"]._check_company_domain(company),
            ("type_tax_use", "=", "purchase"),
            ("amount", "=", 21),
            ("amount_type", "=", "percent"),
        ]
    )
    company.write(
        {
            "dunning_agent_expense_account_id": account.id,
            # What debtors pay for costs goes off what they cost us.
            "dunning_agent_income_account_id": account.id,
            "dunning_agent_tax_id": taxes[:1].id,
        }
    )
