"""Whether a package is what its manifests say (RFC 8493), told anew from its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .archive import ARCHIVES, Archive
from .package import BAG_INFO, BAGIT, BAGIT_TXT, MANIFEST, TAG_MANIFEST
from .problems import Problem, Refused, problem

_LINE = re.compile(r"([0-9a-fA-F]{64}) [ *](\S.*)")
PAYLOAD = "data/"
TAGS = (BAGIT_TXT, BAG_INFO, MANIFEST)


def check_bag(archive: Archive) -> tuple[list[Problem], dict[str, str]]:
    """What is wrong with manifests and tag files, and the SHA-256 of each file by name."""
    found, hashes = [], {}
    for name in archive.sizes:
        try:
            hashes[name], head = archive.sha256(name)
        except Refused as refused:
            found += refused.problems
            continue
        if head.startswith(ARCHIVES):
            found.append(problem("zip_nested", name))
    payload = {name for name in archive.sizes if name.startswith(PAYLOAD)}
    found += _manifest(archive, MANIFEST, payload, hashes)
    found += _manifest(archive, TAG_MANIFEST, set(TAGS) & set(archive.sizes), hashes)
    others = set(archive.sizes) - payload - {*TAGS, TAG_MANIFEST}
    found += [problem("not_listed", name, where="the layout of a bag") for name in sorted(others)]
    if BAGIT_TXT not in archive.sizes:
        found.append(problem("missing", BAGIT_TXT))
    elif BAGIT_TXT in hashes and archive.content(BAGIT_TXT) != BAGIT:
        found.append(problem("bagit_txt", BAGIT_TXT))
    return found + _oxum(archive, payload), hashes


def bag_info(archive: Archive) -> dict[str, str]:
    """The lines of ``bag-info.txt``; nothing where it is missing or can't be read."""
    try:
        text = archive.content(BAG_INFO).decode()
    except (KeyError, Refused, UnicodeDecodeError):
        return {}
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line)
    return {label.strip(): value.strip() for label, value in pairs}


def _lines(archive: Archive, name: str) -> Iterator[tuple[int, re.Match | None]]:
    text = archive.content(name).decode("utf-8", "replace")
    for number, line in enumerate(text.splitlines(), 1):
        yield number, _LINE.fullmatch(line)


def _manifest(
    archive: Archive, name: str, there: set[str], hashes: dict[str, str]
) -> list[Problem]:
    """Compare a manifest with the files that it is about.

    :param there: names that must all be in it, and no others
    :param hashes: of the files that could be read
    """
    if name not in archive.sizes:
        return [problem("missing", name)]
    found, listed = [], {}
    try:
        for number, match in _lines(archive, name):
            if not match or match[2] in listed:
                found.append(problem("manifest_line", name, line=number))
            else:
                listed[match[2]] = match[1].lower()
    except Refused:
        return []  # told already
    for file in sorted(listed.keys() | there):
        if file not in listed:
            found.append(problem("not_listed", file, where=name))
        elif file not in there:
            found.append(problem("listed_not_there", file, where=name))
        elif file in hashes and hashes[file] != listed[file]:
            found.append(problem("manifest_hash", file, where=name))
    return found


def _oxum(archive: Archive, payload: set[str]) -> list[Problem]:
    said = bag_info(archive).get("Payload-Oxum", "nothing")
    found = f"{sum(archive.sizes[name] for name in payload)}.{len(payload)}"
    if BAG_INFO not in archive.sizes:
        return [problem("missing", BAG_INFO)]
    return [problem("oxum", BAG_INFO, said=said, found=found)] if said != found else []
