from .models.res_company import SHIPPED


def post_init_hook(env):
    """Give the classes that are there what is shipped, and leave orders as they are.

    What a quotation asks now counts as somebody's choice: the add-on installs itself.
    """
    for payment_class in env["dunning.payment.class"].with_context(active_test=False).search([]):
        payment_class.write(SHIPPED.get(payment_class.code, {}))
    env.cr.execute(
        """UPDATE sale_order
              SET dunning_payment_basis = jsonb_build_object(
                      'base', NULL, 'own', COALESCE(require_payment, FALSE), 'put', FALSE),
                  dunning_percent_basis = jsonb_build_object(
                      'base', NULL, 'own', COALESCE(prepayment_percent, 0), 'put', 0)"""
    )
    env["sale.order"].invalidate_model(["dunning_payment_basis", "dunning_percent_basis"])
