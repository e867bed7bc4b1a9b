"""What is done when the add-on goes."""


def uninstall_hook(env):
    """Take back what waits to be sent: Odoo's queue would send it without looking at the ledger."""
    with_notice = [("dunning_notice_id", "!=", False)]
    waiting = [("state", "in", ("outgoing", "exception"))]
    env["mail.mail"].search(with_notice + waiting).unlink()
    # What Odoo would wait for reports about.
    env["sms.tracker"].search(with_notice).unlink()
    env["sms.sms"].search(with_notice).unlink()
    forget(env, "payt\\_dunning%")


def forget(env, modules):
    """Remove tasks and system parameters of add-ons.

    Odoo would make To-Dos of the tasks on what stays: contacts, invoices, orders.

    :param modules: their names, as a pattern
    """
    own = [("model", "=", "mail.activity.type"), ("module", "=like", modules)]
    types = env["ir.model.data"].search(own).mapped("res_id")
    tasks = env["mail.activity"].with_context(active_test=False)
    tasks.search([("activity_type_id", "in", types)]).unlink()
    env["ir.config_parameter"].search([("key", "=like", f"{modules}.%")]).unlink()
