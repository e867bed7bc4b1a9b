"""What is done when the add-on goes."""


def uninstall_hook(env):
    """Cancel jobs that wait: their work waits in the outbox, and scheduled actions do it."""
    names = ("_deliver_job", "_work_job", "_send_job")
    jobs = env["queue.job"].search(
        [
            ("method_name", "in", names),
            ("model_name", "in", ("dunning.dispatch", "dunning.job", "collection.transmission")),
            ("state", "not in", ("done", "cancelled")),
        ]
    )
    jobs._change_job_state("cancelled", result="payt_dunning_queue_job was uninstalled.")
