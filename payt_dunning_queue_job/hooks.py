"""What is done when the add-on goes."""

from odoo.addons.payt_dunning.hooks import forget

MODELS = ("dunning.dispatch", "dunning.job", "collection.transmission")
METHODS = ("_deliver_job", "_work_job", "_send_job")


def uninstall_hook(env):
    """Remove its jobs, that nobody could do any more; what they were about waits in the outbox."""
    ours = [("model_name", "in", MODELS), ("method_name", "in", METHODS)]
    env["queue.job"].search(ours).unlink()
    forget(env, "payt\\_dunning\\_queue\\_job")
