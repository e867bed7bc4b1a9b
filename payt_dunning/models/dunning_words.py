"""What a company calls the things it sends and the people it sends them to."""

#: What is sent: an invoice, a bill, a membership fee, a tuition fee.
BILLS = [
    ("invoice", "Invoice"),
    ("bill", "Bill"),
    ("membership", "Membership Fee"),
    ("tuition", "Tuition Fee"),
]
#: To whom.
PEOPLE = [("customer", "Customer"), ("member", "Member"), ("parent", "Parent")]


def languages(env):
    """Installed languages, each in its own words: ``[(code, name)]``.

    Odoo names one in English first, which nobody reads who has chosen another.
    """
    return [(code, name.split(" / ")[-1]) for code, name in env["res.lang"].get_installed()]


def words_for(env, bills, people):
    """The words of a company in the language of ``env``.

    :param bills: one of :data:`BILLS`
    :param people: one of :data:`PEOPLE`
    :return: the placeholders ``invoice``, ``invoices`` and ``customer``; ``header`` for a column,
        ``button`` for the link to the page about one and ``button_all`` for that about several
    """
    invoice, invoices, header, button, button_all = {
        "invoice": (
            env._("invoice"),
            env._("invoices"),
            env._("Invoice"),
            env._("See the invoice and pay"),
            env._("See the invoices and pay"),
        ),
        "bill": (
            env._("bill"),
            env._("bills"),
            env._("Bill"),
            env._("See the bill and pay"),
            env._("See the bills and pay"),
        ),
        "membership": (
            env._("membership fee"),
            env._("membership fees"),
            env._("Membership Fee"),
            env._("See the membership fee and pay"),
            env._("See the membership fees and pay"),
        ),
        "tuition": (
            env._("tuition fee"),
            env._("tuition fees"),
            env._("Tuition Fee"),
            env._("See the tuition fee and pay"),
            env._("See the tuition fees and pay"),
        ),
    }[bills]
    customer = {
        "customer": env._("customer"),
        "member": env._("member"),
        "parent": env._("parent"),
    }[people]
    return {
        "invoice": invoice,
        "invoices": invoices,
        "header": header,
        "button": button,
        "button_all": button_all,
        "customer": customer,
    }
