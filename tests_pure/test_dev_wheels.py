"""What is made sure of before a wheel is given away."""

import ast
import re
import zipfile

import pytest

from dev import state, wheels
from dev.steps import BenchError

ADDONS = {folder.name: folder for folder in state.addons()}


@pytest.fixture
def addon(tmp_path):
    """Return an add-on of two files, beside what is not for its wheel."""
    folder = tmp_path / "an_addon"
    for name in ("__init__.py", "i18n/nl.po", wheels.RECIPE, "__pycache__/__init__.cpython.pyc"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def wheel_of(addon, *names):
    """Make a wheel that holds these files."""
    wheel = addon.parent / "an_addon.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in (*names, "odoo_addon_an_addon-19.0.1.0.0.dist-info/METADATA"):
            archive.writestr(name, "")
    return wheel


def test_what_builds_a_wheel_and_what_python_leaves_behind_are_not_for_it(addon):
    assert wheels.files(addon) == {"__init__.py", "i18n/nl.po"}


def test_a_wheel_with_the_files_of_its_add_on_is_good(addon):
    wheel = wheel_of(addon, "odoo/addons/an_addon/__init__.py", "odoo/addons/an_addon/i18n/nl.po")
    wheels._check(addon, wheel)


def test_a_file_that_git_does_not_know_is_named(addon):
    with pytest.raises(BenchError, match="the wheel of an_addon lacks i18n/nl.po"):
        wheels._check(addon, wheel_of(addon, "odoo/addons/an_addon/__init__.py"))


def test_a_file_too_many_is_named(addon):
    names = ("__init__.py", "i18n/nl.po", "__pycache__/x.pyc")
    wheel = wheel_of(addon, *(f"odoo/addons/an_addon/{name}" for name in names))
    with pytest.raises(BenchError, match="holds __pycache__/x.pyc, which is no part of it"):
        wheels._check(addon, wheel)


def test_a_file_outside_the_folder_of_the_add_on_is_named(addon):
    names = ("odoo/addons/an_addon/__init__.py", "odoo/addons/an_addon/i18n/nl.po", "strange.py")
    with pytest.raises(BenchError, match="holds strange.py"):
        wheels._check(addon, wheel_of(addon, *names))


@pytest.mark.parametrize("name", ADDONS)
def test_an_add_on_can_be_built_and_says_what_it_is(name):
    recipe = (ADDONS[name] / wheels.RECIPE).read_text(encoding="utf-8")
    assert 'build-backend = "whool.buildapi"' in recipe
    assert 'post_version_strategy_override = "none"' in recipe
    assert (ADDONS[name] / "README.md").is_file()


@pytest.mark.parametrize("name", ADDONS)
def test_the_licence_goes_along_in_each_wheel(name):
    licence = (state.CHECKOUT / "LICENSE").read_text(encoding="utf-8")
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in licence
    assert (ADDONS[name] / "LICENSE").read_text(encoding="utf-8") == licence
    assert "LICENSE" in wheels.files(ADDONS[name])


@pytest.mark.parametrize("name", ADDONS)
def test_the_version_of_an_add_on_stands_in_the_changelog(name):
    manifest = ast.literal_eval((ADDONS[name] / "__manifest__.py").read_text(encoding="utf-8"))
    changes = (state.CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    told = re.findall(rf"^### {name} (\S+)$", changes, re.MULTILINE)
    assert told[:1] == [manifest["version"]]
