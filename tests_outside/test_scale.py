"""The large measurement in small: it runs to its end, and more history takes no more statements."""

from dev import scale_command
from dev.bench_inside import inside

INVOICES = 600
FEW, MANY = 3_000, 15_000
#: Statements by which a screen may differ; one for each piece of history would be hundreds.
NOISE = 4


def test_history_takes_space_and_no_statements(odoo_db):
    made = inside(odoo_db, "ledger", size=INVOICES, shape="mixed")
    assert not any(made["checks"].values())
    inside(odoo_db, "prepare", smtp_port=1)
    found = scale_command.measure(odoo_db, FEW)
    assert found["rows"]["event"] == FEW
    assert found["rows"]["item"] > INVOICES * 0.9
    assert found["rows"]["notice"] > found["first"]["notices"]

    rows = inside(odoo_db, "scale_history", events=MANY)
    assert rows == {**found["rows"], "event": MANY}
    later = inside(odoo_db, "scale_screens")
    before = {title: count for title, _took, count in found["screens"]}
    # What Odoo itself looks up once more or once less depends on what it remembers.
    grown = {title: count - before[title] for title, _took, count in later}
    assert {title: more for title, more in grown.items() if more > NOISE} == {}
    assert len(later) == len(before) == 7
    assert inside(odoo_db, "scale_sync")["statements"] == found["sync"]["statements"]

    text = scale_command.report(INVOICES, found)
    for title in ("page of a message", "dunning_event", "first run", "Visits of the debtor's page"):
        assert title in text
