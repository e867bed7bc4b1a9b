"""Rows of the timeline that are documents of a debtor, see :mod:`.dunning_timeline_sources`."""

from .dunning_timeline_sources import NOON, Source


def _related(table):
    """Pairs of a document and its items, where these are a relation."""
    first, second = sorted((table, "dunning_item"))
    return f"SELECT {table}_id, dunning_item_id FROM {first}_{second}_rel"


def _of(number, kind, what, model, moment, **more):
    """A source whose rows are documents of one debtor, called ``doc`` in the query."""
    table = model.replace(".", "_")
    return Source(
        number,
        **{
            "kind": kind,
            "what": what,
            "model": model,
            "ref": "doc.id",
            "key": "doc.id",
            "tables": f"{table} doc",
            "moment": moment,
            "owner": "doc",
            "items": _related(table),
            **more,
        },
    )


_MONEY = {"amount": "doc.amount", "currency": "doc.currency_id"}

DOCUMENTS = (
    _of(
        12,
        "agreement",
        "made",
        "dunning.promise",
        "doc.create_date",
        user="doc.made_by_id",
        by_debtor="coalesce(doc.by_debtor, false)",
        words="doc.note",
        **_MONEY,
        reads=(("dunning.promise", ("state", "settled_on", "date", "note", "item_ids")),),
    ),
    _of(
        13,
        "agreement",
        "ended",
        "dunning.promise",
        "CASE WHEN doc.state = 'kept' AND doc.settled_on IS NOT NULL"
        f" THEN {NOON.format('doc.settled_on')} ELSE doc.write_date END",
        exact=False,
        where="doc.state <> 'open'",
        words="doc.ended_because",
        **_MONEY,
    ),
    _of(
        14,
        "agreement",
        "offered",
        "dunning.payment.plan",
        "doc.create_date",
        where="doc.origin <> 'clerk'",
        user="doc.made_by_id",
        by_debtor="doc.origin = 'debtor'",
        words="doc.reason",
        amount="doc.total",
        currency="doc.currency_id",
        reads=(
            ("dunning.payment.plan", ("state", "ended_on", "total", "item_ids", "origin")),
            ("dunning.payment.plan.version", ("plan_id", "made_on", "how", "why")),
        ),
    ),
    _of(
        15,
        "agreement",
        "CASE WHEN version.number > 1 THEN 'changed' ELSE 'agreed' END",
        "dunning.payment.plan",
        "version.made_on",
        key="version.id",
        tables="""dunning_payment_plan_version version
                 JOIN dunning_payment_plan doc ON doc.id = version.plan_id""",
        items="""SELECT version.id, pair.dunning_item_id FROM dunning_payment_plan_version version
             JOIN dunning_item_dunning_payment_plan_rel pair
               ON pair.dunning_payment_plan_id = version.plan_id""",
        user="version.made_by_id",
        words="version.why",
        amount="doc.total",
        currency="doc.currency_id",
    ),
    _of(
        16,
        "agreement",
        "ended",
        "dunning.payment.plan",
        f"coalesce({NOON.format('doc.ended_on')}, doc.write_date)",
        exact=False,
        where="doc.state NOT IN ('proposed', 'offered', 'running')",
        words="doc.ended_because",
        amount="doc.total",
        currency="doc.currency_id",
    ),
    _of(
        17,
        "dispute",
        "opened",
        "dunning.dispute",
        "doc.opened_on",
        user="doc.opened_by_id",
        by_debtor="coalesce(doc.by_debtor, false)",
        words="doc.text",
        **_MONEY,
        reads=(("dunning.dispute", ("state", "opened_on", "decided_on", "item_ids")),),
    ),
    _of(
        18,
        "dispute",
        "decided",
        "dunning.dispute",
        "doc.decided_on",
        where="doc.decided_on IS NOT NULL",
        user="doc.decided_by_id",
        words="concat_ws(E'\\n', doc.outcome, doc.note)",
        amount="doc.amount_accepted",
        currency="doc.currency_id",
    ),
    _of(
        19,
        "charge",
        "claimed",
        "dunning.charge",
        "doc.create_date",
        items="SELECT charge_id, item_id FROM dunning_charge_share WHERE item_id IS NOT NULL",
        user="doc.create_uid",
        words="doc.basis",
        **_MONEY,
        reads=(
            ("dunning.charge", ("amount", "debtor_id", "basis")),
            ("dunning.charge.share", ("charge_id", "item_id")),
        ),
    ),
    _of(
        20,
        "answer",
        "asked",
        "dunning.question",
        "doc.asked_on",
        by_debtor="true",
        words="doc.text",
        reads=(("dunning.question", ("state", "asked_on", "answered_on", "text", "item_ids")),),
    ),
    _of(
        21,
        "answer",
        "answered",
        "dunning.question",
        "doc.answered_on",
        where="doc.answered_on IS NOT NULL",
        user="doc.answered_by_id",
    ),
    _of(
        22,
        "call",
        "called",
        "dunning.call",
        "doc.moment",
        user="doc.user_id",
        words="doc.note",
        reads=(("dunning.call", ("moment", "outcome", "note", "contact_name", "item_ids")),),
    ),
    _of(
        23,
        "answer",
        "reason",
        "dunning.nonpayment",
        "doc.create_date",
        items="SELECT id, item_id FROM dunning_nonpayment",
        user="doc.given_by_id",
        by_debtor="coalesce(doc.by_debtor, false)",
        words="doc.note",
        **_MONEY,
        reads=(("dunning.nonpayment", ("item_id", "note", "reason_id", "amount")),),
    ),
    _of(
        24,
        "answer",
        "paid",
        "dunning.payment.advice",
        "doc.create_date",
        by_debtor="coalesce(doc.by_debtor, false)",
        words="doc.note",
        **_MONEY,
        reads=(("dunning.payment.advice", ("note", "amount", "paid_on", "item_ids")),),
    ),
    _of(
        25,
        "answer",
        "contact",
        "dunning.contact.change",
        "doc.asked_on",
        items="SELECT doc.id, item.id FROM dunning_contact_change doc"
        " JOIN dunning_item item ON item.debtor_id = doc.debtor_id",
        by_debtor="true",
        reads=(("dunning.contact.change", ("asked_on", "debtor_id", "state")),),
    ),
)
