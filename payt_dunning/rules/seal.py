"""What proves a message: one SHA-256 over all that was sent, from what is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable


def seal(recipient: str, subject: str, body: str, file_hashes: Iterable[str] = ()) -> str:
    """SHA-256 over a JSON list of recipient, subject, canonical body and the files' SHA-256.

    A list, so that nothing can move from one part to another; the files in the order of their
    hashes, because a message knows no order of them. The plain text of a mail is made from its
    body when it leaves.
    """
    parts = [recipient, subject, body, sorted(file_hashes)]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
