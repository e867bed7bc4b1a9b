"""``make law-check``: worked cases through the product's own rules on its own tables.

Runs in the virtual environment. Prints one JSON object for each case and nothing else; see
``docs/law.md``.
"""

import json
import sys
from pathlib import Path


def main(file):
    """Answer the cases of a file; return 0 when it could be read."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "payt_dunning"))
    from rules.law.cases import answer
    from rules.law.errors import Refused
    from rules.law.read import read_folder

    try:
        text = Path(file).read_text(encoding="utf-8")
        # Amounts that were written as numbers must not become binary fractions.
        content = json.loads(text, parse_float=str)
        cases = content["vectors"] if isinstance(content, dict) else content
        tables = read_folder()
    except (OSError, ValueError, KeyError, Refused) as error:
        print(f"error: {file}: {error}", file=sys.stderr)
        return 1
    for case in cases:
        print(json.dumps(answer(tables, case), ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
