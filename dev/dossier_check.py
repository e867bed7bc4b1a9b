"""``make dossier-check``: looks at a package for a bailiff, as its receiver would.

Runs in the virtual environment, without Odoo. Prints a line for each thing that was looked at and
for each finding; see ``docs/dossier-format.md``.
"""

import sys
from pathlib import Path


def main(file):
    """Look at a package; return 0 when it is in order, 1 when it is not."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "payt_dunning"))
    from rules.dossier.checking import check_package
    from rules.dossier.sums_costs import statutory_most
    from rules.law.read import read_folder

    tables = read_folder()
    count = {"error": 0, "warning": 0}
    try:
        with open(file, "rb") as stream:
            for section in check_package(stream, lambda dossier: statutory_most(dossier, tables)):
                if not section.problems:
                    print(f"ok       {section.title}")
                for problem in section.problems:
                    count[problem.severity] += 1
                    print(f"{problem.severity:8} {_printable(str(problem))}")
    except OSError as error:
        print(f"error    {error}")
        count["error"] += 1
    print(f"{Path(file).name}: {count['error']} errors, {count['warning']} warnings")
    return 1 if count["error"] else 0


def _printable(text):
    """Text of somebody else's, without what could steer a terminal."""
    return "".join(each if each.isprintable() else "?" for each in text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
