"""A fresh copy of the checkout, in which commands are run as a stranger runs them."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from dev import databases, odoo_source, postgres, python_env, state

#: What a command of the bench reads from the environment; a stranger has set none of it.
NOT_SET = ("MAKE", "PAYT_", "ODOO_HOME", "TESTS", "TAGS", "FILES", "EVERY", "PICTURES")


class FreshCheckout:
    """A copy with a state folder of its own, inside it as by default."""

    def __init__(self, folder):
        self.folder = folder
        self.state = folder / ".state"
        subprocess.run(["git", "clone", "--quiet", state.CHECKOUT, folder], check=True)
        asked = ["git", "ls-files", "--modified", "--others", "--exclude-standard", "-z"]
        changed = subprocess.check_output(asked, cwd=state.CHECKOUT, text=True)
        for name in filter(None, changed.split("\0")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if (state.CHECKOUT / name).exists():
                shutil.copy2(state.CHECKOUT / name, folder / name)
            else:
                (folder / name).unlink(missing_ok=True)
        subprocess.run(["git", "add", "--all"], cwd=folder, check=True)

    def environment(self, **extra):
        """Return the environment of a stranger."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(NOT_SET)}
        return {**kept, **extra}

    def run(self, command, script="", timeout=1800):
        """Run a command line in a shell; return how it ended."""
        log = state.path("logs", "fresh-checkout.log")
        done = subprocess.run(
            command,
            shell=True,
            cwd=self.folder,
            env=self.environment(),
            input=script,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
        )
        with open(log, "a", encoding="utf-8") as stream:
            stream.write(f"$ {command}\n{done.stdout}\n")
        return done

    @contextmanager
    def _inside(self):
        """Let the bench's own functions work on the state folder of the copy."""
        kept = {name: os.environ.pop(name, None) for name in ("PAYT_STATE", "ODOO_HOME")}
        os.environ["PAYT_STATE"] = str(self.state)
        try:
            yield
        finally:
            del os.environ["PAYT_STATE"]
            os.environ.update({name: value for name, value in kept.items() if value is not None})

    def take_over(self):
        """Take what takes long to fetch and make from the bench: Odoo, packages, the template."""
        home = os.environ.get("ODOO_HOME") or state.path("odoo")
        odoo, venv = Path(home).expanduser().resolve(), state.path("venv").resolve()
        files, dump = databases.filestore(databases.TEMPLATE), self.folder.parent / "template.dump"
        postgres.client("pg_dump", "-Fc", "-Z0", "-f", dump, databases.TEMPLATE)
        with self._inside():
            state.prepare()
            state.path("odoo").symlink_to(odoo)
            state.set_stamp("odoo", odoo_source.VERSION)
            state.path("venv").symlink_to(venv)
            state.set_stamp("venv", python_env.key())
            postgres.start()
            postgres.client("createdb", databases.TEMPLATE)
            postgres.client("pg_restore", "-j", "2", "-d", databases.TEMPLATE, dump)
            shutil.copytree(files, databases.filestore(databases.TEMPLATE))
            state.set_stamp("template", databases.template_key(odoo_source.find()))
        dump.unlink()
