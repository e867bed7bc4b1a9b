"""What the store page of each add-on says."""

from typing import NamedTuple


class Page(NamedTuple):
    """The words of a page.

    :param lead: two short lines, also on the banner
    :param points: headings, each with its points
    :param shots: pictures of the guides, each with what it shows
    """

    title: str
    lead: tuple
    says: str
    points: tuple
    needs: str
    shots: tuple = ()


ASKS_NOTHING = (
    "It installs itself where both are there, and asks and refuses nothing until a manager says so."
)
PAGES = {
    "payt_dunning": Page(
        "Receivables Follow-up",
        ("In order, on time, never twice,", "on the live ledger"),
        "Every open receivable has a next step, a day and a reason you can read. What is paid, "
        "credited, disputed or on its way is never chased: that is looked at again at the moment "
        "a message leaves.",
        (
            (
                "Send with a quiet mind",
                (
                    "Policies with levels: e-mail, text message, letter or call, before and after the due date.",
                    "See every message of today or of any later day before it leaves, with every sum, and why the rest waits.",
                    "Try changed levels on your own past: what would have left, when, and what it would have cost.",
                    "Nothing leaves before you go live; a copy that Odoo makes of the database sends nothing.",
                    "Killed in the middle of a delivery, it sends nothing twice; what is unclear, a person decides.",
                ),
            ),
            (
                "Let debtors help themselves",
                (
                    "A page with each message, on any phone: pay in full or in part, promise a day, ask, disagree.",
                    "Payment plans within your bounds start by themselves and are guarded every day.",
                    "Plain words, in the debtor's language.",
                ),
            ),
            (
                "Claim what the law allows, and no more",
                (
                    "Costs and interest from dated law tables of ten jurisdictions, after the notice that each wants.",
                    "Each amount shows how it was calculated, with the article of law.",
                    "Cases for a bailiff, lawyer or agency, in a package that anybody can check.",
                ),
            ),
            (
                "Know what happens",
                (
                    "Today: what needs a person, the most pressing first, with the action on the spot.",
                    "Why?: which rule sent or held each message, on any day.",
                    "Figures as at any day from the ledger, and how each debtor pays.",
                    "How long personal data is kept, and an export for who asks for it.",
                ),
            ),
        ),
        "For Odoo 19 Community, without anything of Enterprise. LGPL-3. Screens in English and Dutch; "
        "texts for debtors also in German. Guides for collectors, managers and debtors come along in the repository.",
        (
            ("today", "Today: what needs a person, the most pressing first"),
            ("preview", "The messages of a day before they leave"),
            ("debtor", "All about one debtor"),
            ("why", "Why something happens, or does not"),
            ("policy", "A policy with its levels"),
            ("go-live", "The checklist before anything is sent"),
            ("claim", "What a debtor sees on a phone"),
        ),
    ),
    "payt_dunning_sale": Page(
        "Receivables Follow-up for Sales",
        ("Before chasing: prepayment and", "credit check on the order"),
        "How a customer pays decides what its next order asks: money up front, no new credit while "
        "something is overdue, and no start before the money is in.",
        (
            (
                "On the quotation and the order",
                (
                    "A class of how the customer pays, with every figure it comes from.",
                    "Prepayment proposed or asked by class, in Odoo's own fields: customers sign and pay as always.",
                    "Warn or refuse on confirming while something is overdue; customers on the portal get no error.",
                    "Override with a reason, kept for good.",
                ),
            ),
        ),
        "Needs Receivables Follow-up and Odoo's Sales. " + ASKS_NOTHING,
    ),
    "payt_dunning_sale_stock": Page(
        "Receivables Follow-up for Deliveries",
        ("No delivery before", "the prepayment is in"),
        "Deliveries of an order wait until what was asked up front is paid. The button says which "
        "order, which customer and what is missing.",
        (
            (
                "In the warehouse",
                (
                    "Only what goes to the customer waits: returns and moves within the warehouse go on.",
                    "When the money is in, the delivery can go at once; when it is taken back, it waits again.",
                    "Who may, overrides it with a reason.",
                ),
            ),
        ),
        "Needs Receivables Follow-up for Sales and Odoo's Inventory. " + ASKS_NOTHING,
    ),
    "payt_dunning_financing": Page(
        "Financing of Open Invoices",
        ("What a financier would advance,", "invoice by invoice, and why not"),
        "Check your open invoices against what a financier asks, draw money on those that qualify, and "
        "keep following them up yourself.",
        (
            (
                "From check to payment",
                (
                    "Each criterion and each invoice with its answer; what is not known never qualifies.",
                    "Draws and pledged invoices, with the right account in every message to the debtor.",
                    "Reports for the financier as spreadsheet, CSV or JSON.",
                ),
            ),
            (
                "Credit insurance",
                (
                    "Limits, with the invoice dates for which each is valid.",
                    "Somebody is asked in time to report who is late.",
                ),
            ),
        ),
        "Needs Receivables Follow-up. It decides nothing for a financier, and sends no money.",
    ),
    "payt_dunning_whatsapp": Page(
        "Receivables Follow-up by WhatsApp",
        ("Friendly reminders to contacts", "who agreed to that"),
        "Courtesy messages and first reminders in templates that were approved for your number, "
        "straight through the WhatsApp Business Cloud API.",
        (
            (
                "Within the rules of the platform",
                (
                    "Only contacts whose agreement is kept: when, how, in which words. STOP ends it.",
                    "Friendly levels only, without costs; the next channel takes what WhatsApp may not send.",
                    "Delivered, read or failed from signed reports.",
                ),
            ),
        ),
        "Needs Receivables Follow-up, and an account and number at Meta, which asks a price for each message.",
    ),
    "payt_dunning_snailmail": Page(
        "Receivables Follow-up by Post Service",
        ("Letters printed and posted", "by Odoo's post service"),
        "A level that sends a letter can have it printed and posted, and you see what became of it.",
        (
            (
                "Letters without a printer",
                (
                    "The same letter that you would print yourself, as a PDF made here.",
                    "Each is handed over once, in a call of its own: it is never posted twice.",
                    "A debtor without street, postcode, city and country is reached by the next channel.",
                ),
            ),
        ),
        "Needs Receivables Follow-up and Odoo's Snail Mail, which asks a price for each letter.",
    ),
    "payt_dunning_queue_job": Page(
        "Receivables Follow-up on Job Queue",
        ("Several hosts and workers", "on one database"),
        "Messages, letters, packages and trials as jobs of the Job Queue, spread over as many workers "
        "and hosts as you run.",
        (
            (
                "The same work, shared",
                (
                    "Each unit of work is done once, whichever host takes it.",
                    "A host that is killed or stands still loses nothing and sends nothing twice.",
                ),
            ),
        ),
        "Needs Receivables Follow-up and OCA's Job Queue. Without it Odoo's scheduled actions do the work.",
    ),
}
