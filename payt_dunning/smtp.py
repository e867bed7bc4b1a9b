"""A mail server's session that knows what it can still tell for certain."""


class TrackedSession:
    """An SMTP session that knows whether the content of a message has begun to leave.

    Until then a failure is certain. After it, without an answer of the server, nobody
    knows whether the message was accepted.
    """

    def __init__(self, session):
        self._session = session
        self.content_left = False
        self.wants_reports = False
        #: Called before the content of a message begins to leave; what it raises keeps it here.
        self.before_content = lambda: None
        session_data, session_send = session.data, session.send

        def data(message):
            def send(chunk):
                if isinstance(chunk, bytes):
                    self.before_content()
                    self.content_left = True
                return session_send(chunk)

            session.send = send
            try:
                return session_data(message)
            finally:
                session.send = session_send

        session.data = data

    def __getattr__(self, name):
        return getattr(self._session, name)

    def send_message(self, message, sender=None, recipients=None, mail_options=(), rcpt_options=()):
        """As :meth:`smtplib.SMTP.send_message`; reports are asked for where the server can (RFC
        3461), without the message in them."""
        if self.wants_reports and self._session.has_extn("dsn"):
            mail_options = (*mail_options, "RET=HDRS")
            rcpt_options = (*rcpt_options, "NOTIFY=SUCCESS,FAILURE,DELAY")
        return self._session.send_message(message, sender, recipients, mail_options, rcpt_options)

    @property
    def is_open(self):
        return getattr(self._session, "sock", True) is not None
