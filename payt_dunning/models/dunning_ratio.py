from odoo.tools import SQL


def ratio_sql(model, ratios, aggregate_spec, query, times=100):
    """How a share of a group is computed: of sums, not as the mean of shares; or ``None``.

    :param ratios: ``{field: (what is divided, by what)}``
    :param aggregate_spec: as ``_read_group`` has it: ``field:avg``
    """
    name, _colon, function = aggregate_spec.partition(":")
    if name not in ratios or function != "avg":
        return None
    above, below = (model._field_to_sql(model._table, each, query) for each in ratios[name])
    return SQL("coalesce(sum(%s)::numeric * %s / nullif(sum(%s), 0), 0)", above, times, below)
