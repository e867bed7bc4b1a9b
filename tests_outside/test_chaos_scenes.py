"""The scenes of ``make chaos`` in small, and that comparing calm and storm sees what it is there to see."""

import os
from collections import Counter

import pytest

from chaos import scene, scene_days, scene_offices, scene_texts
from chaos.nursery import Nursery
from dev import databases, outside

SMALL = {
    "days": lambda: scene_days.scene(runs=(0, 4, 10)),
    "texts": lambda: scene_texts.scene(runs=(0, 8), debtors=5),
    "packages": lambda: scene_offices.sending(cases=10),
    "told": lambda: scene_offices.telling(cases=3, days=2),
}


@pytest.mark.parametrize("name", SMALL)
def test_programs_that_are_killed_end_where_undisturbed_ones_do(name, installed_db):
    played = scene.play(SMALL[name](), 8, 11, f"payt_outside_{os.getpid()}_{name}")
    assert not played.wrong, "\n".join(scene.told([played]))
    assert sum(played.blows.values()) == 8, scene.told([played])


def compared(had=("a", "b"), has=("a", "b"), before=("x",), after=("x",)):
    """What a comparison finds wrong."""
    outcome = scene.Outcome("days")
    scene._compare(
        ({"items": Counter(before)}, Counter(had)),
        ({"items": Counter(after)}, Counter(has)),
        outcome,
    )
    return outcome


def test_where_both_end_the_same_nothing_is_wrong():
    assert compared().wrong == []
    assert compared().received == 2


def test_a_message_that_came_twice_is_seen():
    assert compared(has=("a", "b", "b")).wrong == ["days: received twice: b: 1 too many"]


def test_a_message_that_never_came_is_seen():
    assert compared(has=("a",)).wrong == ["days: lost: b: 1 too few"]


def test_a_level_that_is_another_after_the_storm_is_seen():
    assert compared(after=("y",)).wrong == [
        "days: items, 1 without a storm only: x",
        "days: items, 1 after the storm only: y",
    ]


@pytest.mark.parametrize(
    ("kind", "why", "is_struck"),
    [
        ("cut", "OperationalError('server closed the connection')", True),
        ("crash", "InterfaceError('connection already closed')", False),
        ("full", "OSError(27, 'File too large')", True),
        ("kill", "SerializationFailure", False),
        ("kill", "", False),
    ],
)
def test_what_a_blow_does_to_a_job_is_no_fault(kind, why, is_struck):
    assert scene.explained(kind, why, is_struck)


@pytest.mark.parametrize(
    ("kind", "why", "is_struck"),
    [
        ("cut", "OperationalError('server closed the connection')", False),
        ("cut", "KeyError('notice')", True),
        ("kill", "ValueError('no such item')", False),
        ("skew", "AttributeError('fold')", True),
        ("full", "OSError(27, 'File too large')", False),
    ],
)
def test_an_error_that_no_blow_explains_is_one(kind, why, is_struck):
    assert not scene.explained(kind, why, is_struck)
    outcome = scene.Outcome("days", unexpected=[f"{kind}: {why}"])
    assert outcome.wrong == [f"days: a job failed: {kind}: {why}"]


def test_the_lines_of_a_job_are_found_and_cut(installed_db):
    name = f"payt_outside_{os.getpid()}_cut"
    databases.copy(installed_db, name)
    nursery = Nursery(name)
    try:
        child = nursery.begin("import time\nenv.cr.execute('SELECT 1')\ntime.sleep(3)\n")
        outside.eventually(lambda: nursery.cut(child), 10, "a line of the job")
        nursery.wait(child)
        assert scene.explained("cut", child.why, True), child.why
        assert child.why
    finally:
        nursery.stop()
        databases.drop(name)
