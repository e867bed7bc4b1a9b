"""The code lists of the format; the schema holds the same values, and a test compares them."""

FUNCTION = ("original", "replacement", "supplement", "recall")
RECIPIENT = ("bailiff", "lawyer", "collection_agency")
ACTION = ("demand", "court_action", "precautionary_attachment", "enforce_title", "advice")
#: Only for these may a known account of the debtor be told.
SEIZING = ("precautionary_attachment", "enforce_title")
ROLE = ("principal", "joint", "guarantor")
OWNERSHIP = ("own", "assigned", "pledged", "factored")
GROUND = (
    "sale",
    "services",
    "works",
    "subscription",
    "membership",
    "lease",
    "energy",
    "care",
    "loan",
    "other",
)
CONTRACT_CHANNEL = ("on_premises", "off_premises", "distance")
#: UNCL1001: 380 invoice, 381 credit note.
INVOICE, CREDIT_NOTE = "380", "381"
INVOICE_TYPE = (INVOICE, CREDIT_NOTE)
EXCLUDED = ("dispute", "payment_plan", "hold", "other")
CREDIT = ("credit_note", "write_off", "set_off", "other")
INTEREST = ("statutory_commercial", "statutory", "contractual", "none")
DAY_COUNT = ("actual/365", "actual/actual")
COMPOUNDING = ("none", "yearly")
COSTS = ("statutory_scale", "fixed_sum", "contractual", "waived", "not_due")
#: Bases of costs that are not asked for.
WITHOUT_COSTS = ("waived", "not_due")
COSTS_REASON = (
    "no_valid_notice",
    "notice_term_running",
    "no_law",
    "below_minimum",
    "goodwill",
    "already_paid",
    "other",
)
#: ``fixed`` and ``scale`` add up; each other one says what the costs are after it.
COST_STEP = ("fixed", "scale", "minimum", "maximum", "floor", "agreed")
CONSUMER_NOTICE = "fourteen_day_letter"
EVENT = (
    "agreement",
    "delivery",
    "invoice_sent",
    "statement",
    "reminder",
    "fourteen_day_letter",
    "demand",
    "summons",
    "default_notice",
    "pre_court_notice",
    "interruption",
    "phone_call",
    "message_in",
    "message_out",
    "portal_visit",
    "dispute",
    "dispute_answer",
    "promise",
    "payment_plan",
    "payment",
    "credit_note",
    "acknowledgement",
    "other",
)
CHANNEL = (
    "email",
    "letter",
    "registered_letter",
    "sms",
    "whatsapp",
    "phone",
    "portal",
    "bank",
    "in_person",
    "peppol",
    "other",
)
DELIVERY = ("sent", "delivered", "opened", "bounced", "returned", "refused")
#: Outcomes after which a message did not arrive.
NOT_ARRIVED = ("bounced", "returned", "refused")
DISPUTE = ("open", "accepted", "partly_accepted", "rejected", "resolved")
PLAN = ("active", "completed", "defaulted", "cancelled")
CHECK = ("pass", "warn", "overridden", "not_checked")
DOCUMENT = (
    "invoice",
    "credit_note",
    "contract",
    "order_confirmation",
    "checkout_evidence",
    "terms",
    "delivery_proof",
    "reminder",
    "fourteen_day_letter",
    "default_notice",
    "sending_proof",
    "correspondence",
    "dispute",
    "payment_plan",
    "payment_proof",
    "register_extract",
    "mandate",
    "other",
)
ANSWER = ("yes", "no", "counter")
RECALL = (
    "paid",
    "payment_plan",
    "dispute_upheld",
    "wrong_debtor",
    "too_early",
    "debtor_protected",
    "other",
)
