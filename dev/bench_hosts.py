"""``HOSTS=2000 make bench``: the same work by one program and by several, side by side."""

from concurrent.futures import ThreadPoolExecutor

from dev import databases, server, state
from dev.bench_inside import inside, ledger_of, ready_of
from dev.bench_peer import log
from dev.lock_watch import LockWatch
from dev.steps import say, step

#: Of the letters, so many for each hundred invoices; each batch is work of its own.
LETTERS_EACH, BATCHES = 10, 12


def show_hosts(size):
    """Measure letters by one and two programs, and mails of a run by one and three."""
    count = max(size * LETTERS_EACH // 100, BATCHES)
    source = f"payt_bench_hosts_{count}"
    with step(f"{count:,} letters in {BATCHES} batches"):
        databases.copy(databases.TEMPLATE, source)
        databases.install(source, ("payt_dunning",), log())
        inside(source, "letters", count=count)
        inside(source, "hosts_batches", batches=BATCHES)
    _compare("letters", source, "hosts_letters", (1, 2))
    databases.drop(source)
    source = ready_of(ledger_of(size, "mixed"), server.start_smtp())
    ran = f"{source}_hosts"
    databases.copy(source, ran)
    inside(ran, "run")
    _compare("mails of a run", ran, "hosts_mails", (1, 3))
    databases.drop(ran)


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
