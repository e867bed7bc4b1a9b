"""An environment as people have it: Odoo 19, what it needs, and our add-ons as wheels from pip.

Odoo and the packages that it needs are those of the bench; nothing of the checkout is on a path.
"""

import os
import subprocess
import sysconfig
from pathlib import Path

from dev import odoo, odoo_source, postgres, python_env, state

CONF = """[options]
db_host = 127.0.0.1
db_port = {port}
db_user = {user}
db_password = unused
addons_path = {addons}
data_dir = {data}
http_interface = 127.0.0.1
max_cron_threads = 0
workers = 0
"""


class FreshOdoo:
    """A virtual environment with Odoo, in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.python = folder / "venv" / "bin" / "python"
        self._run(python_env.python(), "-m", "venv", "--without-pip", folder / "venv")
        scheme = sysconfig.get_path("purelib", vars={"base": str(folder / "venv")})
        self.packages = Path(scheme)
        bench = self._run(python_env.python(), "-c", "import pypdf; print(pypdf.__path__[0])")
        places = [Path(bench.strip()).parent, state.settings()["odoo_path"]]
        (self.packages / "odoo.pth").write_text("".join(f"{place}\n" for place in places))
        # To pip Odoo is there. What Odoo needs is what the bench has pinned: asked for by name
        # alone, a PyPDF2 would come that Odoo can't use.
        told = self.packages / f"odoo-{odoo_source.VERSION}.dist-info"
        told.mkdir()
        (told / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: odoo\nVersion: {odoo_source.VERSION}\n"
        )

    def install(self, wheels):
        """Have pip install wheels, and what they need."""
        pip = ["-m", "pip", "--python", self.python, "install", "--quiet", "--no-input"]
        self._run(python_env.python(), *pip, *wheels)

    def configure(self):
        """Write a configuration file that names Odoo's own add-ons alone."""
        own = str(Path(os.environ.get("PAYT_ADDONS", state.CHECKOUT)).absolute())
        addons = [each for each in odoo.addons_path().split(",") if each != own]
        text = CONF.format(
            port=postgres.running_port(),
            user=postgres.ROLE,
            addons=",".join(addons),
            data=state.path("data"),
        )
        (self.folder / "odoo.conf").write_text(text, encoding="utf-8")

    def command(self, name, *arguments):
        """Return the command line of an Odoo command in this environment."""
        start = state.settings()["odoo_command"]
        parts = (self.python, *start, name, *arguments, "-c", self.folder / "odoo.conf")
        return [str(part) for part in parts]

    def environment(self, **extra):
        """Return the environment of its processes, in which Python is told no path."""
        kept = {key: value for key, value in odoo.environment().items() if key != "PYTHONPATH"}
        return {**kept, **extra}

    def odoo(self, name, *arguments, script="", **env):
        """Run an Odoo command to its end; return what it printed."""
        return self._run(*self.command(name, *arguments), script=script, **env)

    def _run(self, *command, script="", **env):
        done = subprocess.run(
            [str(part) for part in command],
            input=script,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=self.environment(**env),
            timeout=1200,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-6000:]}"
        return done.stdout
