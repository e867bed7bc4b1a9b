"""What the storm and the tests of hosts stand on: who is at a line to a server."""

import contextlib
import os
import socket
from types import SimpleNamespace

from chaos import programs


def test_who_is_at_a_line_is_found_though_it_closes_files_meanwhile(monkeypatch):
    """A program of which a file is gone by the time that it is looked at is not passed over."""
    gone, real = [], os.readlink

    def closed_meanwhile(entry):
        if not gone:
            gone.append(entry)
            raise FileNotFoundError(entry)
        return real(entry)

    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as line,
    ):
        monkeypatch.setattr(programs.os, "readlink", closed_meanwhile)
        me, nobody = SimpleNamespace(pid=os.getpid()), SimpleNamespace(pid=2**22 + 1)
        port = line.getsockname()[1]
        assert programs.at_the_line(port, [nobody, me]) is me
        assert programs.at_the_line(port, [nobody]) is None
    assert gone


def test_lines_that_linger_hide_nobody_who_has_their_port_now():
    """Earlier lines from the same port, to other servers, ended a moment ago."""
    with contextlib.ExitStack() as servers:
        listening = [
            servers.enter_context(socket.create_server(("127.0.0.1", 0))) for _number in range(12)
        ]
        port = 0
        for server in listening[1:]:
            with _line(port, server) as line:
                port = line.getsockname()[1]
        with _line(port, listening[0]):
            assert programs.at_the_line(port, [SimpleNamespace(pid=os.getpid())])


def _line(port, server):
    """Return a line from a port of one's own, which others may have after it."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    line.bind(("127.0.0.1", port))
    line.connect(server.getsockname())
    return line
