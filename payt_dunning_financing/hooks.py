"""What is done when the add-on goes."""

from odoo.addons.payt_dunning.hooks import forget


def uninstall_hook(env):
    """Its tasks on what stays go with it."""
    forget(env, "payt\\_dunning\\_financing")
