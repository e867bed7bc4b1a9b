"""Let the rules be imported as ``rules``, without Odoo and without the add-on."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "payt_dunning"))
