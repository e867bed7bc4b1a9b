from datetime import datetime, time

from .letter_common import LetterCommon


class ClockCommon(LetterCommon):
    """Tests in which the database itself has the time of the day that is played."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute(
            """CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
                   SELECT current_setting('payt.now')::timestamptz $$"""
        )
        cls.at(cls.today, 6)
        # What is looked up without a schema is ours before PostgreSQL's own.
        cls.env.cr.execute("SET LOCAL search_path TO public, pg_catalog")

    @classmethod
    def at(cls, day, hour, minute=0):
        """Let it be a moment (UTC) for whatever is written down from now on."""
        cls.env.flush_all()
        moment = datetime.combine(day, time(hour, minute))
        cls.env.cr.execute("SELECT set_config('payt.now', %s, true)", [f"{moment}+00"])
        cls.env.cr._now = None
