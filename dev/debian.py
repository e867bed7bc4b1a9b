"""Packages of Debian without touching the system: fetched and unpacked privately.

apt runs with a state of its own, described by a configuration file (options on
the command line do not survive a path with a space). The mirror is the one
this machine already uses; only the suite may differ.
"""

import os
import re
from pathlib import Path

from dev import state
from dev.steps import BenchError, run

SOURCES = Path("/etc/apt")
NO_DEBIAN = "set ODOO_HOME=/path/to/odoo to a copy of Odoo 19.0 (git clone --depth 1 --branch 19.0)"


def own_stanza():
    """Return the machine's first Debian source in the deb822 format.

    Machines from before Debian 12 have one-line sources, which are converted.
    """
    for file in sorted(SOURCES.glob("sources.list.d/*.sources")):
        for block in re.split(r"\n\s*\n", file.read_text(encoding="utf-8")):
            lines = [line for line in block.splitlines() if not line.startswith("#")]
            stanza = "\n".join(lines).strip()
            if re.search(r"^Types:.*\bdeb\b", stanza, re.M) and _is_debian(stanza):
                return stanza
    files = [SOURCES / "sources.list", *sorted(SOURCES.glob("sources.list.d/*.list"))]
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
            match = re.match(
                r"deb\s+(?:\[(?P<options>[^]]*)\]\s*)?(?P<uri>\S+)\s+(?P<suite>\S+)", line
            )
            if match and _is_debian(line):
                return _converted(match)
    raise BenchError("apt on this machine knows no Debian source", NO_DEBIAN)


def _is_debian(text):
    return bool(re.search(r"debian", text, re.I)) and not re.search(r"security", text, re.I)


def _converted(match):
    stanza = f"Types: deb\nURIs: {match['uri']}\nSuites: {match['suite']}\nComponents: main"
    signed = re.search(r"signed-by=(\S+)", match["options"] or "")
    return f"{stanza}\nSigned-By: {signed[1]}" if signed else stanza


def with_suite(stanza, suite):
    """Return the stanza limited to ``main``, for ``suite`` (None keeps its own first one)."""
    own = re.search(r"^Suites:\s*(\S+)", stanza, re.M)[1]
    stanza = re.sub(r"^Suites:.*$", f"Suites: {suite or own}", stanza, flags=re.M)
    return re.sub(r"^Components:.*$", "Components: main", stanza, flags=re.M) + "\n"


def fetch(packages, suite, prefix):
    """Download packages of a suite (None: the machine's own) and unpack them in ``prefix``."""
    work = state.path(f"apt-{suite or 'own'}")
    state.remove(work)
    for folder in ("parts", "lists/partial", "cache/archives/partial", "debs"):
        (work / folder).mkdir(parents=True)
    source = with_suite(own_stanza(), suite)
    (work / "parts" / "debian.sources").write_text(source, encoding="utf-8")
    conf = work / "apt.conf"
    conf.write_text(
        'Dir::Etc::SourceList "/dev/null";\n'
        f'Dir::Etc::SourceParts "{work}/parts";\n'
        f'Dir::State::Lists "{work}/lists";\n'
        f'Dir::Cache "{work}/cache";\n'
        'APT::Sandbox::User "";\n'
        'APT::Update::Error-Mode "any";\n'
        'Acquire::Retries "2";\n'
        'Acquire::Languages "none";\n',
        encoding="utf-8",
    )
    options = {
        "log": state.path("logs", "setup.log"),
        "env": {**os.environ, "APT_CONFIG": str(conf)},
        "cwd": work / "debs",
    }
    name = f"Debian's suite {suite}" if suite else "this machine's Debian release"
    network = f"check the network and the proxy of apt, then run again; or {NO_DEBIAN}"
    run(["apt-get", "-q", "update"], f"{name} cannot be read", network, **options)
    command = ["apt-get", "-q", "download", *packages]
    run(command, f"a package of {name} cannot be fetched", network, **options)
    for package in sorted((work / "debs").glob("*.deb")):
        remedy = "free some disk space, then run again"
        run(["dpkg", "-x", package, prefix], f"{package.name} cannot be unpacked", remedy)
    state.remove(work)
