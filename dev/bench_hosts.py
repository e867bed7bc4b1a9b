"""``HOSTS=300 make bench``: the same work by one program and by several, side by side."""

from concurrent.futures import ThreadPoolExecutor

from dev import databases, server, state
from dev.bench_inside import inside
from dev.lock_watch import LockWatch
from dev.steps import say, step

#: Of so many messages one is a letter; each batch of them is work of its own.
MESSAGES_EACH, BATCHES = 5, 12


def show_hosts(count):
    """Measure letters by one and two programs, and so many mails by one and three."""
    letters = max(count // MESSAGES_EACH, BATCHES)
    source = f"payt_bench_hosts_{count}"
    with step(f"{letters:,} letters in {BATCHES} batches"):
        databases.copy(databases.core(), source)
        inside(source, "letters", count=letters)
        inside(source, "hosts_batches", batches=BATCHES)
    _compare("letters", source, "hosts_letters", (1, 2))
    with step(f"{count:,} mails"):
        databases.copy(databases.core(), source)
        inside(source, "hosts_messages", count=count, smtp_port=server.start_smtp())
    _compare("mails", source, "hosts_mails", (1, 3))
    databases.drop(source)


def _compare(title, source, job, numbers):
    """Have the same work done by so many programs each time, and print how fast they were."""
    speeds = []
    for number in numbers:
        work = f"{source}_work"
        databases.copy(source, work)
        done, longest = _together(work, job, number)
        databases.drop(work)
        seconds = max(each["ended"] for each in done) - min(each["started"] for each in done)
        things = sum(each["done"] for each in done)
        speeds.append(things / seconds)
        shares = " + ".join(f"{each['done']:,}" for each in done)
        say(
            f"{title}, {number} programs: {things:,} ({shares}) in {seconds:.1f} s, "
            f"{speeds[-1]:.1f} each second, CPU {sum(each['cpu'] for each in done):.1f} s, "
            f"longest wait for a lock {longest:.2f} s"
        )
    say(f"{title}: {numbers[-1]} programs are {speeds[-1] / speeds[0]:.2f} times as fast as one")


def _together(database, job, number):
    """Start so many programs; each begins when all are there."""
    folder = state.path("run", f"{database}.there")
    state.remove(folder)
    folder.mkdir(parents=True)
    watch = LockWatch(database)
    watch.start()
    try:
        with ThreadPoolExecutor(number) as pool:
            jobs = [
                pool.submit(inside, database, job, there=str(folder), place=place, number=number)
                for place in range(number)
            ]
            return [each.result() for each in jobs], watch.stop()
    finally:
        watch.stop()
        state.remove(folder)
