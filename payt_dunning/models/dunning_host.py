import logging
import re
import socket
import time
from functools import cache

from odoo import SUPERUSER_ID, api, models, modules
from odoo.tools import SQL

from ..tools import content_of
from .dunning_dialogue import DISTURBED

_logger = logging.getLogger(__name__)

#: First keys of the locks that mean work of ours: messages, runs, long work.
SPACES = (0x70617974, 0x70617975, 0x7061747A)
#: Who holds one and asked the database nothing for so many seconds is taken for gone.
STALLED, STALLED_SECONDS = "payt_dunning.stalled_seconds", 600
#: What this program told managers about its host, by database: a code, empty where it is fit.
TOLD = {}
#: The clock of a host may differ by so many seconds from that of the database.
CLOCK_SECONDS = 120


@cache
def version_of_code(module):
    """The version of an add-on whose code this program runs; empty where it has none.

    Kept as it was first read: an upgrade on disk does not change what runs.
    """
    manifest = modules.Manifest.for_addon(module, display_warning=False)
    return manifest["version"] if manifest else ""


version_of_code("payt_dunning")


def seconds_of(env, name, default):
    """A system parameter in seconds; what is no number counts as if it were not there."""
    try:
        return max(float(env["ir.config_parameter"].sudo().get_param(name) or default), 1.0)
    except ValueError:
        _logger.error("The system parameter %s is no number of seconds", name)
        return float(default)


class DunningHost(models.AbstractModel):
    """Whether this host may send at all, beside others that work on the same database."""

    _name = "dunning.host"
    _description = "Host That Sends"

    def _register_hook(self):
        super()._register_hook()
        for module, _version in self._versions():
            version_of_code(module)

    @api.model
    def _versions(self):
        """Our add-ons that are installed, each with the version that the database has.

        One that is being updated has none: until that has ended no code fits.
        """
        return self.env.execute_query(
            SQL(
                """SELECT name, CASE WHEN state = 'installed' THEN latest_version END
                     FROM ir_module_module
                    WHERE state IN ('installed', 'to upgrade', 'to remove')
                      AND starts_with(name, 'payt_dunning')"""
            )
        )

    @api.model
    def _is_unfit(self):
        """Whether this host must leave all sending to others; managers are told why."""
        finding = self._finding()
        if not finding:
            self._take_back()
            return False
        words = self._words(self.env, finding)
        _logger.error("This host sends nothing: %s", words)
        if TOLD.get(self.env.cr.dbname) not in (None, finding[0]):
            self._separately("_done", finding[1]["host"])
        TOLD[self.env.cr.dbname] = finding[0]
        self._separately("_ask_managers", finding)
        return True

    @api.model
    def _take_back(self):
        """This host may send: what managers were told about it is over.

        Looked at by a program once, and whenever it was unfit before.
        """
        name, in_test = self.env.cr.dbname, modules.module.current_test
        if TOLD.get(name, "" if in_test else "not looked"):
            self._separately("_done", socket.gethostname())
        TOLD[name] = ""

    @api.model
    def _finding(self):
        """What is wrong with this host: a code and values; ``None`` where it may send."""
        name = socket.gethostname()
        for module, version in self._versions():
            own = version_of_code(module)
            if own != version:
                return "version", {"host": name, "module": module, "own": own, "other": version}
        apart = self._seconds_apart()
        if abs(apart) > CLOCK_SECONDS:
            return "clock", {"host": name, "minutes": round(abs(apart) / 60)}
        if not self._has_files():
            return "files", {"host": name}
        return None

    @api.model
    def _clock(self):
        """Seconds since 1970 by the clock of this host."""
        return time.clock_gettime(time.CLOCK_REALTIME)

    @api.model
    def _seconds_apart(self):
        """By how much the clock of this host is ahead of that of the database."""
        [[there]] = self.env.execute_query(SQL("SELECT extract(epoch FROM clock_timestamp())"))
        return self._clock() - float(there)

    @api.model
    def _has_files(self):
        """Whether the files of this database can be reached: a small one is always there."""
        mark = self.env.ref("payt_dunning.host_mark", raise_if_not_found=False)
        return not mark or bool(content_of(mark.sudo()))

    @api.model
    def _end_stalled(self):
        """Cut off programs that hold work of ours and don't move, as those that are stopped.

        Nothing is lost or sent twice by it: what one was sending is unclear, and the rest is free.
        Its other lines are cut too: one of them holds the scheduled action that it was at.
        """
        seconds = seconds_of(self.env, STALLED, STALLED_SECONDS)
        self.env.cr.execute(
            SQL(
                """WITH still AS (
                       SELECT pid, application_name, client_addr
                         FROM pg_stat_activity
                        WHERE datname = current_database() AND pid != pg_backend_pid()
                          AND state LIKE 'idle%%'
                          AND state_change < clock_timestamp() - %s * interval '1 second'),
                   stalled AS (
                       SELECT application_name, client_addr FROM still
                        WHERE pid IN (
                              SELECT pid FROM pg_locks
                               WHERE locktype = 'advisory' AND granted AND objsubid = 2
                                 AND classid::bigint = ANY(%s)))
                   SELECT pg_terminate_backend(pid), application_name FROM still
                    WHERE EXISTS (
                          SELECT FROM stalled
                           WHERE stalled.application_name = still.application_name
                             AND stalled.client_addr IS NOT DISTINCT FROM still.client_addr)""",
                seconds,
                list(SPACES),
            )
        )
        for _ended, name in self.env.cr.fetchall():
            _logger.error("A program that held messages and did not move was cut off: %s", name)

    @api.model
    def _words(self, env, finding):
        """What is wrong, for a person."""
        code, values = finding
        if code == "version":
            return env._(
                "Host %(host)s runs version %(own)s of %(module)s, and the database has "
                "%(other)s: it sends nothing until it runs the same",
                **{**values, "own": values["own"] or "?", "other": values["other"] or "?"},
            )
        if code == "clock":
            return env._(
                "The clock of host %(host)s is %(minutes)s minutes off that of the database: it "
                "sends nothing until it is set right",
                **values,
            )
        return env._(
            "Host %(host)s can't reach the files of the database: it sends nothing until its "
            "folder of files is there again",
            **values,
        )

    @api.model
    def _separately(self, method, *args):
        """Call a method of ours in a transaction of its own: kept whatever becomes of this work."""
        if modules.module.current_test:
            getattr(self, method)(*args)
            return
        try:
            with self.env.registry.cursor() as cr:
                getattr(api.Environment(cr, SUPERUSER_ID, {})["dunning.host"], method)(*args)
        except DISTURBED:
            # Another program of this host has just done the same.
            _logger.info("What managers are told about this host was changed by another program")

    @api.model
    def _ask_managers(self, finding):
        """Give a manager of each company that sends a task about this host, once for each host."""
        told = self._told(finding[1]["host"]).mapped("res_id")
        companies = self.env["res.company"].sudo().search([])
        for company in companies.filtered(lambda company: company._dunning_is_live()):
            if company.partner_id.id not in told:
                self.env["dunning.task"]._ask(
                    company.partner_id,
                    "host",
                    lambda env: self._words(env, finding),
                    company=company,
                    managers=True,
                    again=True,
                )

    @api.model
    def _done(self, host):
        """Take back what managers were told about a host."""
        self._told(host).unlink()

    @api.model
    def _told(self, host):
        """The open tasks about a host."""
        kind = self.env["dunning.task"]._type("host")
        tasks = self.env["mail.activity"].sudo().search([("activity_type_id", "=", kind.id)])
        whole_name = re.compile(rf"(?<![\w.-]){re.escape(host)}(?![\w.-])")
        return tasks.filtered(lambda task: task.automated and whole_name.search(task.summary or ""))
