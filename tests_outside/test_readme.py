"""Every command that README names is run, in its order, in a fresh copy with a state of its own.

`make test` is run there with TESTS and FILES: the whole of it would run this test again.

Odoo, Python packages and the template database are taken over from the bench. With ``EVERY=1``
nothing is, and the commands of CONTRIBUTING and bench/README are run as well.
"""

import os
import re
from typing import NamedTuple

import pytest

from dev import state
from tests_outside.fresh_checkout import FreshCheckout

EVERY = bool(os.environ.get("EVERY"))
OPTION = r"[A-Z_]+=(?:\"[^\"]*\"|\S+)"
COMMAND = re.compile(rf"(?:{OPTION} )*make [a-z-]+(?: {OPTION})*|\.ci/run")
FENCE = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"(?:\]\(|src=\")([^)#\s\"]+)")

PACKAGE = """
package = env["collection.handover"].sudo().search([("file_id", "!=", False)], limit=1)
open("package.zip", "wb").write(package.file_id.raw)
print("LOGIN", env.user.login)
"""


class Run(NamedTuple):
    """How a command is run.

    :param shows: what stands in its output
    :param so: the command with options that make it small, as written in ``make help``
    :param script: what is typed into it
    """

    shows: str
    so: str = ""
    script: str = ""


PASSED = r"\n\d+ passed, 0 failed"
FEW = "TESTS=pure FILES=test_amounts.py make test"
README = {
    "make demo": Run(r"\d+ messages arrived at the mail server(?s:.*)Odoo runs at http"),
    # The whole of it runs this test: that would have no end.
    "make test": Run(PASSED, FEW),
    "make stop": Run("stopped: odoo, smtp, PostgreSQL"),
    "make shell": Run("LOGIN __system__", script=PACKAGE),
    "make law-check CASES=file.json": Run(
        '"result"', "make law-check CASES=payt_dunning/data/law/examples.json"
    ),
    "make dossier-check FILE=package.zip": Run("package.zip: 0 errors"),
    "make fuzz": Run("inputs", "INPUTS=50 make fuzz"),
    "make wheels": Run(r"odoo_addon_payt_dunning-19\.0\.\S+\.whl"),
    "PAYT_STATE=/path make demo": Run("Nothing was sent", "PAYT_STATE=.state make demo"),
    "ODOO_HOME=/path/to/odoo make demo": Run("Nothing was sent", "ODOO_HOME=.state/odoo make demo"),
    "make help": Run("make demo"),
    "make clean": Run("removed"),
}
CONTRIBUTING = {
    "make setup": Run("set-up took"),
    "make lint": Run("lint: ok"),
    "make test": README["make test"],
    "TESTS=pure make test": Run(PASSED),
    "TESTS=pure FILES=test_amounts.py make test": Run(PASSED),
    "TESTS=odoo TAGS=/payt_dunning:TestHolds make test": Run(PASSED),
    "TESTS=lint make test": Run(PASSED),
    "PICTURES=1 TESTS=outside FILES=test_guides.py make test": Run(PASSED),
    "make store": Run("payt_dunning/static/description"),
    # This very test, and all of it: neither would end.
    "EVERY=1 TESTS=outside FILES=test_readme.py make test": Run(PASSED, FEW),
    'make broken FAULT="paid between"': Run("1 of 1 breaks made their test fail"),
    "make chaos PARTS=mail ITEMS=500 KILLS=5": Run("", "make chaos PARTS=mail ITEMS=60 KILLS=2"),
    "make bench SIZES=1000": Run("all figures"),
    ".ci/run": Run("", "bash -n .ci/run"),
    "make bench": Run("all figures", "make bench SIZES=1000"),
    "make wheels": README["make wheels"],
    "make law-check CASES=payt_dunning/data/law/examples.json": Run('"result"'),
    "make demo": Run("Odoo runs at http"),
}
BENCH = {
    "make bench": Run("all figures", "make bench SIZES=1000"),
    'make bench SIZES="10000 100000 300000"': Run("growth", 'make bench SIZES="1000 2000"'),
    "make bench SIZES=100000 REPEAT=3": Run("median of 3", "make bench SIZES=1000 REPEAT=3"),
    "make bench SHAPE=both": Run("statements with 1 and with 200 invoices"),
    "PAGE=1 make bench": Run("page"),
    "PLANS=10000 make bench": Run("plans", "PLANS=20 make bench"),
    "TEXTS=130000 make bench": Run("", "TEXTS=500 make bench"),
    "LETTERS=200 make bench": Run("", "LETTERS=4 make bench"),
    "HOSTS=300 make bench": Run("", "HOSTS=8 make bench"),
    "FIGURES=100000 make bench": Run("", "FIGURES=2000 make bench"),
    "CASES=100 make bench": Run("", "CASES=2 make bench"),
    "FEEDBACK=5000 make bench": Run("", "FEEDBACK=20 make bench"),
    "TODAY=100000 make bench": Run("", "TODAY=2000 make bench"),
    "BEHAVIOUR=1000000 make bench": Run("", "BEHAVIOUR=2000 make bench"),
    "INSTALL=300000 make bench": Run("", "INSTALL=1000 make bench"),
    "PEER=1 make bench": Run("account_credit_control", "PEER=1 SIZES=1000 make bench"),
    "make scale": Run("", "SIZE=1000 EVENTS=5000 make scale"),
    "SIZE=5000 EVENTS=50000 REPORT=report.md make scale": Run(
        "", "SIZE=1000 EVENTS=5000 REPORT=report.md make scale"
    ),
    "make setup": CONTRIBUTING["make setup"],
    "make clean": Run("removed", "make stop"),
}
PAGES = {"README.md": README, "CONTRIBUTING.md": CONTRIBUTING, "bench/README.md": BENCH}
LAST = "make clean"
TO_RUN = [("README.md", command) for command in README if command != LAST]
if EVERY:
    TO_RUN += [
        (page, each) for page in ("CONTRIBUTING.md", "bench/README.md") for each in PAGES[page]
    ]
TO_RUN.append(("README.md", LAST))


def commands(name):
    """Return the commands in a page, as written, in their order and each once."""
    text = (state.CHECKOUT / name).read_text(encoding="utf-8")
    lines = [
        line.split("  #")[0].strip() for part in FENCE.findall(text) for line in part.splitlines()
    ]
    spans = [each for each in SPAN.findall(FENCE.sub("", text)) if COMMAND.fullmatch(each)]
    return list(dict.fromkeys(line for line in [*lines, *spans] if line))


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Return a fresh copy, whose programs are ended afterwards."""
    copy = FreshCheckout(tmp_path_factory.mktemp("fresh") / "copy")
    try:
        if not EVERY:
            copy.take_over()
        yield copy
    finally:
        copy.run("make clean")


@pytest.mark.parametrize("page", PAGES)
def test_no_command_of_a_page_is_left_out(page):
    assert commands(page) == list(PAGES[page])
    assert [each for each in PAGES[page] if not COMMAND.fullmatch(each)] == []


@pytest.mark.parametrize(("page", "command"), TO_RUN, ids=[" ".join(each) for each in TO_RUN])
def test_a_command_of_a_page_does_what_it_says(page, command, copy):
    how = PAGES[page][command]
    done = copy.run(how.so or command, how.script)
    assert done.returncode == 0, done.stdout[-4000:]
    assert re.search(how.shows, done.stdout), done.stdout[-4000:]


def test_nothing_of_the_state_is_left_once_it_was_cleaned(copy):
    assert not copy.state.exists()


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md"]
)
def test_every_link_of_a_page_leads_somewhere(page):
    file = state.CHECKOUT / page
    links = [link for link in LINK.findall(file.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (file.parent / link).exists()] == []
