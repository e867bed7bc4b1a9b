"""Style and safety: ruff, pylint-odoo, bandit and well-formed XML."""

import os
import subprocess
from xml.etree import ElementTree

from dev import python_env, state
from dev.steps import BenchError, say

#: Without the add-ons' tests, which hold passwords and faults on purpose.
BANDIT = (
    *("-m", "bandit", "--quiet", "--recursive", "--configfile", "pyproject.toml"),
    *("--exclude", "*/tests/*"),
)


def main():
    """Run all checks; return 0 when nothing is found."""
    names = [folder.name for folder in state.addons()]
    checks = [
        ("ruff check", ["-m", "ruff", "check", "--quiet", "."]),
        ("ruff format", ["-m", "ruff", "format", "--check", "."]),
    ]
    if names:
        checks.append(("pylint-odoo", ["-m", "pylint", "--rcfile", "pyproject.toml", *names]))
        checks.append(("bandit", [*BANDIT, *names]))
    failed = [title for title, arguments in checks if not _passes(title, arguments)]
    failed += ["XML"] if not _xml_is_well_formed() else []
    if failed:
        raise BenchError(
            f"lint found something: {', '.join(failed)}",
            "mend the lines above; 'ruff check --fix' and 'ruff format' mend many by themselves",
        )
    say("lint: ok")
    return 0


def _passes(title, arguments):
    done = subprocess.run(
        [python_env.python(), *arguments],
        cwd=state.CHECKOUT,
        env={**os.environ, "RUFF_CACHE_DIR": str(state.path("ruff"))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        say(f"--- {title}\n{done.stdout.rstrip()}")
    return done.returncode == 0


def _xml_is_well_formed():
    well = True
    for addon in state.addons():
        for file in sorted(addon.rglob("*.xml")):
            try:
                ElementTree.parse(file)
            except ElementTree.ParseError as error:
                say(f"--- XML\n{file.relative_to(state.CHECKOUT)}: {error}")
                well = False
    return well
