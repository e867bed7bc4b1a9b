"""The half of the bench that runs in Odoo's shell: does one job, prints its result as JSON."""

import json
import os

from bench import (
    behaviour,
    cases,
    feedback,
    figures,
    hosts,
    ledger,
    letters,
    peer,
    plans,
    run,
    scale,
    today,
    trial,
)


def _without_name(job):
    return {key: value for key, value in job.items() if key != "job"}


JOBS = {
    "ledger": lambda env, job: ledger.make(env, job["size"], job["shape"]),
    "prepare": lambda env, job: run.prepare(env, job["smtp_port"]),
    "run": lambda env, job: run.run(env),
    "texts": lambda env, job: run.by_text(env),
    "hand_over": lambda env, job: run.hand_over(env),
    "chatter": lambda env, job: run.chatter(env),
    "preview": lambda env, job: run.preview(env),
    "preview_tomorrow": lambda env, job: run.preview_tomorrow(env),
    "select": lambda env, job: run.select(env),
    "undo": lambda env, job: run.undo(env),
    "behaviour": lambda env, job: behaviour.measure(env),
    "plans": lambda env, job: plans.make(env, job["count"]),
    "plans_ordinary": lambda env, job: plans.ordinary(env),
    "plans_worst": lambda env, job: plans.worst(env),
    "letters": lambda env, job: letters.make(env, job["count"]),
    "letters_print": lambda env, job: letters.measure(env),
    "hosts_messages": lambda env, job: hosts.messages(env, job["count"], job["smtp_port"]),
    "hosts_batches": lambda env, job: hosts.batches(env, job["batches"]),
    "hosts_letters": lambda env, job: hosts.letters(env, **_without_name(job)),
    "hosts_mails": lambda env, job: hosts.mails(env, **_without_name(job)),
    "cases": lambda env, job: cases.make(env, job["count"]),
    "cases_open": lambda env, job: cases.opening(env),
    "cases_pack": lambda env, job: cases.packaging(env),
    "feedback": lambda env, job: feedback.make(env, job["count"]),
    "feedback_read": lambda env, job: feedback.taking_in(env, job["number"]),
    "figures": lambda env, job: figures.measure(env),
    "today": lambda env, job: today.make(env, job["count"]),
    "today_look": lambda env, job: today.look(env, job["scope"]),
    "trial": lambda env, job: trial.measure(env, job["months"]),
    "scale_history": lambda env, job: scale.history(env, job["events"]),
    "scale_sync": lambda env, job: scale.sync(env),
    "scale_screens": lambda env, job: scale.screens(env),
    "scale_cleaning": lambda env, job: scale.cleaning(env),
    "scale_sizes": lambda env, job: scale.sizes(env),
    "peer": lambda env, job: peer.run(env),
}
RESULT = "PAYT_BENCH "


def main(env):
    """Do the job that the environment describes."""
    job = json.loads(os.environ["PAYT_BENCH"])
    result = JOBS[job["job"]](env, job)
    print(RESULT + json.dumps(result), flush=True)
