"""An add-on that answers at an address says in a test who gets what there."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
ROUTE = re.compile(r"^\s*@(http\.)?(route|reads|writes)\(", re.M)


def test_each_add_on_with_addresses_has_a_table_of_them():
    answering = {
        file.relative_to(CHECKOUT).parts[0]
        for file in CHECKOUT.glob("payt_dunning*/**/*.py")
        if "tests" not in file.parts and ROUTE.search(file.read_text(encoding="utf-8"))
    }
    tables = {
        name
        for file in CHECKOUT.glob("payt_dunning*/tests/*.py")
        for name in re.findall(r'routes_of\("(\w+)"\)', file.read_text(encoding="utf-8"))
    }
    assert answering == tables
    assert "payt_dunning" in tables
