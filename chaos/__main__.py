"""Entry point of ``make chaos``; SEED, KILLS, ITEMS and PARTS come from the environment."""

import os
import sys

from chaos import checks, scene, scene_days, scene_offices, scene_texts, storm
from dev.steps import BenchError, say, say_error

#: What is played beside the mail storm, and the share of all kills that it gets.
SCENES = {
    "days": (0.45, scene_days.scene),
    "texts": (0.15, scene_texts.scene),
    "packages": (0.25, scene_offices.sending),
    "told": (0.15, scene_offices.telling),
}
#: In the mail storm so many kills; the scenes share the rest.
MAIL = "mail"
MAIL_KILLS = 30


def number(name, default):
    """Return a number that the environment names."""
    given = os.environ.get(name) or default
    try:
        return int(given)
    except ValueError:
        raise BenchError(f"{name}={given} is no number", f"give a whole number: {name}=3") from None


def mail_storm(kills, seed):
    """Let 5,000 due invoices be chased in a storm; return how many checks found something."""
    items = number("ITEMS", 5000)
    plan = storm.Plan(
        seed=seed,
        items=items,
        debtors=max(items * 3 // 10, 1),
        kills=kills,
        cuts=-(-kills // 3),
    )
    evidence = storm.run_on_copy(plan)
    results = checks.verify(evidence)
    say("\n".join(checks.table(results, evidence)))
    wrong = sum(bool(result.bad) for result in results)
    say(f"\nmail: {len(results) - wrong} checks passed, {wrong} failed\n")
    return wrong


def scenes(names, kills, seed):
    """Play scenes in calm and storm; return how much is not the same after both."""
    outcomes, shares = [], sum(SCENES[name][0] for name in names)
    for name in names:
        share, make = SCENES[name]
        blows = max(round(kills * share / shares), 1)
        say(f"chaos: {name}, seed {seed}, {blows} blows")
        database = f"payt_outside_{os.getpid()}_{name}"
        outcomes.append(scene.play(make(), blows, seed, database, crashes=True))
    say("\n".join(scene.told(outcomes)))
    return sum(len(one.wrong) for one in outcomes)


def main():
    """Let the storms blow, print what came of them; return 1 when anything is wrong."""
    names = os.environ.get("PARTS", "").split() or [MAIL, *SCENES]
    if unknown := set(names) - {MAIL, *SCENES}:
        raise BenchError(
            f"there is no part {', '.join(sorted(unknown))}",
            f"PARTS may name: {' '.join([MAIL, *SCENES])}",
        )
    kills, seed, wrong = number("KILLS", 1000), number("SEED", 1), 0
    if MAIL in names:
        wrong += mail_storm(min(kills, MAIL_KILLS), seed)
    if played := [name for name in names if name in SCENES]:
        wrong += scenes(played, kills, seed)
    say("nothing twice, nothing lost" if not wrong else f"{wrong} things are wrong")
    return 1 if wrong else 0


try:
    sys.exit(main())
except BenchError as error:
    say_error(error)
    sys.exit(1)
