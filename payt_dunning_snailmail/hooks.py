"""What is done when the add-on goes."""


def uninstall_hook(env):
    """Letters that carry a notice were never for the post service's own queue."""
    env["snailmail.letter"].search(
        [("dunning_notice_id", "!=", False), ("state", "in", ("pending", "error"))]
    ).write({"state": "canceled"})
