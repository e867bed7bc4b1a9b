from odoo.addons.payt_dunning.hooks import forget

from .models.res_company import SHIPPED


def pre_init_hook(env):
    """Leave orders as they are: the add-on installs itself.

    What one asks now counts as somebody's choice. The columns are there, filled, before Odoo looks
    for them: those of a new computed field it would fill by computing what every order asks.
    """
    env.cr.execute(
        """ALTER TABLE sale_order
             ADD COLUMN IF NOT EXISTS dunning_payment_basis jsonb,
             ADD COLUMN IF NOT EXISTS dunning_percent_basis jsonb"""
    )
    keep_what_is_asked(env)


def keep_what_is_asked(env):
    """Have orders of which nothing is remembered remember what they ask, as somebody's choice."""
    env.cr.execute(
        """UPDATE sale_order
              SET dunning_payment_basis = jsonb_build_object(
                      'base', NULL, 'own', COALESCE(require_payment, FALSE), 'put', FALSE),
                  dunning_percent_basis = jsonb_build_object(
                      'base', NULL, 'own', COALESCE(prepayment_percent, 0), 'put', 0)
            WHERE dunning_payment_basis IS NULL OR dunning_percent_basis IS NULL"""
    )


def post_init_hook(env):
    """Give the classes that are there what is shipped."""
    for payment_class in env["dunning.payment.class"].with_context(active_test=False).search([]):
        payment_class.write(SHIPPED.get(payment_class.code, {}))


def uninstall_hook(env):
    """Its tasks on orders go with it."""
    forget(env, "payt\\_dunning\\_sale")
