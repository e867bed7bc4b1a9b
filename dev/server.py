"""The long-lived processes of the demo: Odoo and the mail server."""

import socket
import urllib.error
import urllib.request

from dev import odoo, processes, python_env, state
from dev.steps import say, step

DATABASE = "payt_demo"


def maildir():
    """Return the folder in which the demo's mail arrives."""
    return state.path("demo", "maildir")


def start_smtp():
    """Have the mail server run; return its port."""
    if processes.running("smtp"):
        return state.settings()["smtp_port"]
    with step("start the demo's mail server"):
        port = state.choose_port("smtp", 2525)
        maildir().mkdir(parents=True, exist_ok=True)
        log = state.path("logs", "smtp.log")
        script = state.CHECKOUT / "dev" / "smtp_sink.py"
        command = [python_env.python(), script, port, maildir()]
        process = processes.start("smtp", command, log)
        processes.wait_until(lambda: _listens(port), process, "the demo's mail server", log)
    return port


def _listens(port):
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def address():
    """Return the address at which Odoo answers, or will once it is started."""
    return f"http://127.0.0.1:{state.choose_port('http', 8069)}"


def start_odoo():
    """Start Odoo on the demo database; return its address once it answers."""
    with step("start Odoo"):
        url = address()
        port = url.rpartition(":")[2]
        log = state.path("logs", "odoo-demo.log")
        options = ["-d", DATABASE, "--db-filter", f"^{DATABASE}$", "--no-database-list"]
        options += ["--http-port", port, "--max-cron-threads", "1"]
        command = odoo.command("server", *options)
        process = processes.start("odoo", command, log, odoo.environment())
        patience = 120
        processes.wait_until(lambda: _answers(url), process, "Odoo", log, patience)
    return url


def _answers(url):
    try:
        with urllib.request.urlopen(f"{url}/web/login", timeout=30) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def stop_odoo():
    """Stop the demo's Odoo when it runs."""
    if processes.stop("odoo", patience=20):
        say("  stopped the Odoo that was running")
