"""What the storm and the tests of hosts stand on: who is at a line to a server."""

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


def test_a_line_that_lingers_hides_nobody_who_has_its_port_now():
    """An earlier line from the same port, to another server, ended a moment ago."""
    me = SimpleNamespace(pid=os.getpid())
    with (
        socket.create_server(("127.0.0.1", 0)) as earlier,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        line = socket.create_connection(earlier.getsockname())
        end, _address = earlier.accept()
        port = line.getsockname()[1]
        line.close()
        end.close()
        with socket.socket() as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            line.bind(("127.0.0.1", port))
            line.connect(server.getsockname())
            assert programs.at_the_line(port, [me]) is me
