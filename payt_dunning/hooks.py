"""What is done when the add-on goes."""


def uninstall_hook(env):
    """Take back what waits to be sent: Odoo's queue would send it without looking at the ledger."""
    with_notice = [("dunning_notice_id", "!=", False)]
    waiting = [("state", "in", ("outgoing", "exception"))]
    env["mail.mail"].search(with_notice + waiting).unlink()
    # What Odoo would wait for reports about.
    env["sms.tracker"].search(with_notice).unlink()
    env["sms.sms"].search(with_notice).unlink()
