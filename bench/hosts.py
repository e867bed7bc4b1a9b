"""Work that several programs share: letters, which are all rendering, and mails of a run.

``HOSTS=300 make bench``.
"""

import time
from pathlib import Path

from bench import letters as made

UNDER_WAY = ("waiting", "running")


def messages(env, count, smtp_port):
    """Make so many messages that wait to be mailed to a server on this machine."""
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {
            "name": "bench",
            "smtp_host": "127.0.0.1",
            "smtp_port": smtp_port,
            "smtp_encryption": "none",
        }
    )
    made.messages(env, count)
    return env["mail.mail"].search_count([("dunning_notice_id", "!=", False)])


def batches(env, batches):
    """Divide letters that wait into batches, each printed in the background."""
    letters = env["dunning.notice"].search([("channel", "=", "letter")], order="id")
    size = -(-len(letters) // batches)
    for start in range(0, len(letters), size):
        batch = env["dunning.letter.batch"]._make(env.company, letters[start : start + size])
        env["dunning.job"]._begin(
            "letters", batch.name, env.company, len(batch.letter_ids), record=batch
        )
    env.cr.commit()
    return len(letters)


def letters(env, **place):
    """Print what no other program prints, until all is done."""
    works, done = env["dunning.job"], []
    real = type(works)._work

    def work(job):
        real(job)
        done.append(len(job.env["dunning.letter.batch"].browse(job.res_id).letter_ids))

    type(works)._work = work

    def step():
        works._cron_work()
        return works.search_count([("state", "in", UNDER_WAY)])

    return _share(env, step, lambda: sum(done), **place)


def mails(env, **place):
    """Hand over what no other program hands over, until all is done."""
    dispatch, done = env["dunning.dispatch"], []
    notices = type(env["dunning.notice"])
    real = notices._set_sent

    def set_sent(self, *args, **kwargs):
        done.extend(self.ids)
        return real(self, *args, **kwargs)

    notices._set_sent = set_sent

    def step():
        dispatch._share_mails()
        return env["mail.mail"].search_count(dispatch._mails_waiting())

    return _share(env, step, lambda: len(done), **place)


def _share(env, step, count, there, place, number):
    """Begin when all programs are there, and work until nothing is left."""
    folder = Path(there)
    folder.joinpath(str(place)).touch()
    while len(list(folder.iterdir())) < number:
        time.sleep(0.02)
    started, used = time.time(), time.process_time()
    env.cr.commit()
    while step():
        env.cr.commit()
        time.sleep(0.05)
    env.cr.commit()
    return {
        "started": started,
        "ended": time.time(),
        "cpu": time.process_time() - used,
        "done": count(),
    }
