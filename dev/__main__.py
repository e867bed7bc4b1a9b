"""Entry point of ``python3 dev <command>``."""

import sys
from pathlib import Path

# Started as a folder, Python puts the folder itself on the path; the modules
# are imported as the package ``dev`` from the checkout instead.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from dev.cli import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
