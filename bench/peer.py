"""The same ledger with OCA's account_credit_control, used as a user uses it.

For each company: run, set the lines to ready, make the communications and their mails. Its mails
are queued and not sent, and carry no PDF: with it they cost over a second each.
"""

from odoo import Command, fields

from bench.meter import Meter

PHASES = ("levels", "ready", "communications", "mails")


def run(env):
    """Measure one run of both companies. Everybody with an overdue line gets the first level."""
    companies = env["res.company"].search([])
    _prepare(env, companies)
    user = _user(env, companies)
    env = env(user=user.id, context={**env.context, "mail_notify_force_send": False})
    meter = Meter(env)
    before = env["mail.mail"].search_count([])
    lines = 0
    with meter.block() as result:
        for company in companies:
            lines += _run_company(env, meter, company)
    result.update(items=lines, notices=env["mail.mail"].search_count([]) - before)
    return result


def _user(env, companies):
    """The administrator, as a manager of the peer."""
    user = env.ref("base.user_admin")
    user.company_ids |= companies
    user.group_ids |= env.ref("account_credit_control.group_account_credit_control_manager")
    user.group_ids |= env.ref("account.group_account_manager")
    env.cr.commit()
    return user


def _prepare(env, companies):
    """A policy for all receivable accounts, with the first level on the due date."""
    template = env.ref("account_credit_control.email_template_credit_control_base")
    template.report_template_ids = [Command.clear()]
    accounts = env["account.account"]
    for company in companies:
        accounts += accounts.search(
            [("account_type", "=", "asset_receivable"), ("company_ids", "in", company.ids)]
        )
    level = {
        "channel": "email",
        "email_template_id": template.id,
        "custom_text": "Please pay what is listed below.",
        "custom_mail_text": "<p>Please pay what is listed below.</p>",
        "mail_show_invoice_detail": True,
    }
    policy = env["credit.control.policy"].create(
        {
            "name": "Bench",
            "account_ids": [Command.set(accounts.ids)],
            "level_ids": [
                Command.create(
                    {
                        **level,
                        "name": name,
                        "level": number,
                        "computation_mode": mode,
                        "delay_days": days,
                    }
                )
                for number, (name, mode, days) in enumerate(
                    (("First", "net_days", 0), ("Second", "previous_date", 14)), start=1
                )
            ],
        }
    )
    companies.credit_policy_id = policy
    env.cr.commit()


def _run_company(env, meter, company):
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    with meter.phase(PHASES[0]):
        run = env["credit.control.run"].create(
            {
                "date": fields.Date.today(),
                "company_id": company.id,
                "policy_ids": [Command.set(env.company.credit_policy_id.ids)],
            }
        )
        run.generate_credit_lines()
        _end_request(env)
    with meter.phase(PHASES[1]):
        run.set_to_ready_lines()
        _end_request(env)
    # What `run_channel_action` does, without the letters: it can't print two in one call.
    by_email = run.line_ids.filtered(lambda line: line.channel == "email")
    with meter.phase(PHASES[2]):
        communications = env["credit.control.communication"]._generate_comm_from_credit_lines(
            by_email
        )
        env.flush_all()
    with meter.phase(PHASES[3]):
        communications._generate_emails()
        _end_request(env)
    return len(run.line_ids)


def _end_request(env):
    """Commit and forget, as between two clicks."""
    env.cr.commit()
    env.invalidate_all()
