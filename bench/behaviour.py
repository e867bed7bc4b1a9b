"""How debtors pay, worked out for all of them: ``BEHAVIOUR=1000000 make bench``."""

import time


def measure(env):
    """Work it out twice, as in the night: rows are made first, and updated then.

    :return: seconds, statements and memory of each time, and how many rows there are
    """
    company = env["account.move"].search([("move_type", "=", "out_invoice")], limit=1).company_id
    behaviours = env["dunning.behaviour"]
    found = []
    for title in ("for the first time", "each night after"):
        env.invalidate_all()
        statements, started, cpu = env.cr.sql_log_count, time.monotonic(), time.process_time()
        behaviours._refresh(company)
        env.cr.commit()
        found.append(
            {
                "title": title,
                "seconds": time.monotonic() - started,
                "cpu": time.process_time() - cpu,
                "statements": env.cr.sql_log_count - statements,
            }
        )
    rows = behaviours.search([("company_id", "=", company.id)])
    one = rows[:1]
    started = time.monotonic()
    behaviours._standings(company, one.partner_id)
    return {
        "times": found,
        "rows": len(rows),
        "invoices": sum(rows.mapped("invoices")),
        "one": time.monotonic() - started,
    }
