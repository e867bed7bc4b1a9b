# Odoo's own `test_lint`, limited to this repository's add-ons. Fed to Odoo's
# shell on a database that has them installed. Limited, because most of these
# tests read every add-on on the path: Odoo's own six hundred take half a minute
# and are not ours to mend. Left out: eslint, the linters' tests of themselves, and
# pylint, which reads all of Odoo for minutes and whose checks pylint-odoo has too, and
# the search for merge conflicts, which walks the whole checkout.
import importlib
import logging
import os
import unittest
from unittest.mock import patch

from odoo.modules import Manifest
from odoo.tests.result import OdooTestResult
from odoo.tests.suite import OdooSuite

OWN = os.environ["PAYT_OWN_ADDONS"].split(",")
LINTERS = {
    "test_docstring": None,
    "test_dunderinit": None,
    "test_index": None,
    "test_jstranslate": "test_js_translations",
    "test_manifests": None,
    "test_naming": None,
    "test_onchange_domains": None,
    "test_orm_import": None,
    "test_override_signatures": None,
    "test_pofile": None,
    "test_routes": None,
    "test_test_holes": None,
}

#: Of others, installed because ours work with them: what is found in them is theirs to mend.
THEIRS = "queue_job"


def forgive(registry):
    """Leave out the models of an add-on of others, and what it says about its methods."""
    tests = "odoo.addons.test_lint.tests"
    signatures = importlib.import_module(f"{tests}.test_override_signatures")
    index = importlib.import_module(f"{tests}.test_index")
    for name, model in registry.items():
        if model._original_module == THEIRS:
            signatures.MODEL_METHODS_TO_IGNORE.update((name, method) for method in dir(model))
            index.BTREE_INDEX_IGNORE_FIELDS.update(map(str, model._fields.values()))
        for part in model.mro():
            if part.__module__.startswith(f"odoo.addons.{THEIRS}."):
                for method in vars(part).values():
                    if callable(method) and hasattr(method, "__code__"):
                        method.__doc__ = None


forgive(env.registry)
own = [Manifest.for_addon(name) for name in OWN]
suite = OdooSuite()
for linter, only in LINTERS.items():
    module = importlib.import_module(f"odoo.addons.test_lint.tests.{linter}")
    for case in vars(module).values():
        if (
            isinstance(case, type)
            and issubclass(case, unittest.TestCase)
            and case.__module__ == module.__name__
        ):
            names = unittest.defaultTestLoader.getTestCaseNames(case)
            suite.addTests(case(name) for name in names if only in (None, name))

result = OdooTestResult()
logging.getLogger("odoo.addons.test_lint").setLevel(logging.INFO)
with patch.object(Manifest, "all_addon_manifests", staticmethod(lambda: own)):
    suite.run(result)
print("PAYT_LINT", result)
