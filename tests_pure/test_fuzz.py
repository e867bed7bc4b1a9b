"""``make fuzz``, with a few inputs: each is read, or refused with words."""

from itertools import islice

import pytest

from dev import fuzz, fuzz_others
from dev.fuzz_mutants import Mutants

#: Of these one input takes milliseconds.
SLOW = {"packages": 60, "documents": 150}
FEW = 300


@pytest.mark.parametrize("name", fuzz.READERS)
def test_each_reader_reads_or_refuses_damaged_input(name):
    count = SLOW.get(name, FEW)
    assert fuzz.feed(name, count, number=7) >= count // 2


def test_a_reader_that_crashes_is_told_with_its_input(monkeypatch, capsys):
    def crash(content):
        raise KeyError(content)

    monkeypatch.setitem(fuzz.READERS, "crash", (crash, ["seed"]))
    monkeypatch.setenv("ONLY", "crash")
    monkeypatch.setenv("INPUTS", "10")
    assert fuzz.main() == 1
    told = capsys.readouterr().out
    assert "input 1 of seed 1: 'seed'" in told
    assert "1 of 1 readers crashed" in told


def test_a_number_of_seconds_feeds_in_rounds(monkeypatch):
    monkeypatch.setattr(fuzz, "ROUND", 5)
    seen = []
    monkeypatch.setitem(fuzz.READERS, "count", (seen.append, ["seed"]))
    times = iter([0, 0, 1, 3])
    monkeypatch.setattr(fuzz.time, "monotonic", lambda: next(times))
    assert fuzz.feed_for("count", 2, 1) == len(seen) == 10


def test_a_report_of_whatsapp_holds_nothing_that_can_not_be_kept():
    report = fuzz_others.API.read_json(rb'{"a\ud800": ["b\u0000c", {"d": "\udfff"}], "e": 1}')
    assert report == {"a?": ["bc", {"d": "?"}], "e": 1}


def test_the_same_seed_makes_the_same_inputs_and_another_one_others():
    first, again, other = (
        list(islice(Mutants(["one example", "another"], seed), 200)) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize("examples", [["a text"], [b"some bytes"]])
def test_a_mutant_is_of_the_kind_of_its_example(examples):
    kinds = {type(each) for each in islice(Mutants(examples, 1), 500)}
    assert kinds == {type(examples[0])}
