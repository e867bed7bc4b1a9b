"""``make fuzz`` feeds the readers that need Odoo too; here with a few inputs."""

import re

from dev import fuzz_command


def test_readers_in_odoo_read_or_refuse_damaged_input(monkeypatch, capsys):
    monkeypatch.setenv("INPUTS", "200")
    monkeypatch.setenv("ONLY", "")
    monkeypatch.delenv("SECONDS", raising=False)
    assert fuzz_command.inside() == 0
    told = capsys.readouterr().out
    fed = re.findall(r"^(.+): 200 inputs", told, re.M)
    assert {"inbound mails", "uploads", "WhatsApp's webhook"} <= set(fed)
    assert f"0 of {len(fed)} readers crashed" in told
