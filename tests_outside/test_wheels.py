"""The add-ons as wheels: pip installs them beside an Odoo, and the demo runs from there."""

import ast
import json
import os
import re
import subprocess
import urllib.request
import zipfile
from email.parser import HeaderParser
from pathlib import Path
from typing import NamedTuple

import pytest

from dev import databases, state, wheels
from dev.demo import REPORT
from dev.smtp_double import SmtpServer
from tests_outside.fresh_odoo import FreshOdoo
from tests_outside.page_site import wait_for

ADDONS = {folder.name: folder for folder in state.addons()}
STORY = (state.CHECKOUT / "dev" / "demo_story.py").read_text(encoding="utf-8")
PLACES = """
import sys
import odoo.addons
from odoo.tools import config
ours = [each for name, each in sys.modules.items() if name.startswith("odoo.addons.payt_")]
print("PLACES", json.dumps({
    "paths": [*sys.path, *odoo.addons.__path__, *config["addons_path"]],
    "ours": [each.__file__ for each in ours if getattr(each, "__file__", None)],
    "pages": {
        each.name: each.description_html
        for each in env["ir.module.module"].search([("name", "=like", "payt_dunning%")])
    },
}))
"""


def manifest(name):
    """Return what the manifest of an add-on says."""
    return ast.literal_eval((ADDONS[name] / "__manifest__.py").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return the wheel of each add-on, by its name."""
    return dict(zip(ADDONS, wheels.build(tmp_path_factory.mktemp("wheels")), strict=True))


@pytest.fixture(scope="module")
def fresh(built, tmp_path_factory):
    """Return an Odoo of its own with the wheels."""
    fresh = FreshOdoo(tmp_path_factory.mktemp("fresh"))
    fresh.install(built.values())
    fresh.configure()
    return fresh


class Demo(NamedTuple):
    """What a demo left."""

    database: str
    report: dict
    places: dict
    arrived: list


@pytest.fixture(scope="module")
def demo(fresh):
    """Play the demo in the fresh Odoo, in a database with all add-ons."""
    name, smtp = f"payt_outside_{os.getpid()}_wheels", SmtpServer(state.any_free_port())
    databases.copy(databases.TEMPLATE, name)
    smtp.start()
    try:
        yield _played(fresh, name, smtp)
    finally:
        smtp.stop()
        databases.drop(name)


def _played(fresh, name, smtp):
    modules = ",".join([*databases.BESIDE, *ADDONS])
    fresh.odoo("server", "-d", name, "-i", modules, "--no-http", "--stop-after-init")
    addresses = {"PAYT_SMTP_PORT": str(smtp.port), "PAYT_URL": "http://127.0.0.1"}
    said = fresh.odoo("shell", "-d", name, "--no-http", script=STORY + PLACES, **addresses)
    told = dict(line.split(" ", 1) for line in said.splitlines() if line.startswith(("PA", "PL")))
    report = json.loads(told[REPORT.strip()])
    return Demo(name, report, json.loads(told["PLACES"]), list(smtp.messages))


@pytest.mark.parametrize("name", ADDONS)
def test_a_wheel_holds_what_git_keeps_of_its_add_on_and_nothing_else(name, built):
    kept = subprocess.check_output(["git", "ls-files"], cwd=ADDONS[name], text=True).split()
    assert wheels.contents(built[name]) == set(kept) - {wheels.RECIPE}
    assert {"LICENSE", "i18n/nl.po", f"i18n/{name}.pot", *manifest(name)["data"]} <= set(kept)


@pytest.mark.parametrize("name", ADDONS)
def test_a_wheel_tells_its_version_and_what_it_needs_as_the_manifest_does(name, built):
    with zipfile.ZipFile(built[name]) as archive:
        file = next(each for each in archive.namelist() if each.endswith("/METADATA"))
        told = HeaderParser().parsestr(archive.read(file).decode())
    needs = set(told.get_all("Requires-Dist"))
    said = manifest(name)
    assert (told["Name"], told["Version"]) == (f"odoo-addon-{name}", said["version"])
    ours = {f"odoo-addon-{each}==19.0.*" for each in said["depends"] if each in ADDONS}
    python = set(said.get("external_dependencies", {}).get("python", ()))
    assert {"odoo==19.0.*", *ours, *python} <= needs


def test_the_add_ons_stand_in_odoos_own_name_space_and_no_path_leads_to_the_checkout(demo, fresh):
    installed = fresh.packages / "odoo" / "addons"
    assert len(demo.places["ours"]) > 500
    assert [path for path in demo.places["ours"] if installed not in Path(path).parents] == []
    state_dir, checkout = state.state_dir(), state.CHECKOUT
    paths = [Path(path).resolve() for path in demo.places["paths"]]
    outside_state = [path for path in paths if not path.is_relative_to(state_dir)]
    assert [path for path in outside_state if path.is_relative_to(checkout)] == []


@pytest.mark.parametrize("name", ADDONS)
def test_the_list_of_apps_shows_the_page_and_its_pictures(name, demo):
    pictures = re.findall(
        r'src="/(\w+)/static/description/([\w-]+\.png)"', demo.places["pages"][name]
    )
    assert (name, "banner.png") == pictures[0]
    folder = ADDONS[name] / "static" / "description"
    assert {file for _addon, file in pictures} == {each.name for each in folder.glob("*.png")} - {
        "icon.png"
    }


def test_the_demo_sends_from_there_and_each_message_arrives_once(demo):
    wanted = demo.report["message_ids"]
    arrived = [" ".join(each.mail["Message-Id"].split()) for each in demo.arrived]
    assert len(wanted) > 20
    assert sorted(each for each in arrived if each in set(wanted)) == sorted(wanted)


def test_a_server_from_there_shows_a_debtor_the_page_of_a_message(demo, fresh):
    port = state.any_free_port()
    command = fresh.command("server", "-d", demo.database, "--http-port", port)
    url = f"http://127.0.0.1:{port}"
    with open(fresh.folder / "server.log", "wb") as log:
        server = subprocess.Popen(
            command, cwd=fresh.folder, env=fresh.environment(), stdout=log, stderr=log
        )
    try:
        wait_for(server, url)
        with urllib.request.urlopen(f"{url}{demo.report['debtor_link']}", timeout=60) as answer:
            page = answer.read().decode()
        with urllib.request.urlopen(f"{url}/payt_dunning/static/page/page.css") as answer:
            style = answer.read()
    finally:
        server.kill()
        server.wait()
    assert "/payt_dunning/static/page/page.css" in page
    assert style == (ADDONS["payt_dunning"] / "static/page/page.css").read_bytes()
