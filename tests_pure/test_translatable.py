import ast
from pathlib import Path

ADDON = Path(__file__).parent.parent / "payt_dunning"


def _is_translated(node):
    return isinstance(node, ast.Call) and (
        getattr(node.func, "attr", None) == "_" or getattr(node.func, "id", None) == "_"
    )


def test_no_text_to_translate_stands_within_an_f_string():
    """Whoever collects texts to translate does not look into f-strings: they would stay English."""
    found = []
    for path in sorted(ADDON.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr) and any(map(_is_translated, ast.walk(node))):
                found.append(f"{path.relative_to(ADDON)}:{node.lineno}")
    assert not found
