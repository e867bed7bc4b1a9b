"""Every command that README names is run, in its order, in a fresh copy with a state of its own.

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
LINK = re.compile(r"\]\(([^)#\s]+)")

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


README = {
    "make demo": Run(r"\d+ messages arrived at the mail server(?s:.*)Odoo runs at http"),
    # The whole of it runs this test: that would have no end.
    "make test": Run(r"\n\d+ passed, 0 failed", "TESTS=pure FILES=test_amounts.py make test"),
    "make stop": Run("stopped: odoo, smtp, PostgreSQL"),
    "make shell": Run("LOGIN __system__", script=PACKAGE),
    "make law-check CASES=file.json": Run(
        '"result"', "make law-check CASES=payt_dunning/data/law/examples.json"
    ),
    "make dossier-check FILE=package.zip": Run("", "make dossier-check FILE=.state/package.zip"),
    "make fuzz": Run("inputs", "INPUTS=50 make fuzz"),
    "make wheels": Run(r"odoo_addon_payt_dunning-19\.0\.\S+\.whl"),
    "PAYT_STATE=/path make demo": Run("Nothing was sent", "PAYT_STATE=.state make demo"),
    "ODOO_HOME=/path/to/odoo make demo": Run("Nothing was sent", "ODOO_HOME=.state/odoo make demo"),
    "make help": Run("make demo"),
    "make clean": Run("removed"),
}


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


def test_no_command_of_the_readme_is_left_out():
    assert commands("README.md") == list(README)
    assert [each for each in README if not COMMAND.fullmatch(each)] == []


@pytest.mark.parametrize("command", README)
def test_a_command_of_the_readme_does_what_it_says(command, copy):
    how = README[command]
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
