import ssl

import phonenumbers
import requests
import urllib3

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.urls import urljoin

from odoo.addons.iap.tools.iap_tools import InsufficientCreditError

from .dunning_way import Outcome, kind_of_status
from .dunning_way_call import number_of

#: Kinds of number at which a text message may arrive.
MOBILE = (
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
)
#: What a provider says about one message, see ``sms.tools.sms_api``.
TAKEN = ("success", "processing", "sent")
WRONG_NUMBER = ("wrong_number_format", "sms_number_missing", "country_not_supported")
#: It has no account, credit or sender that works: nothing of ours leaves.
NOT_NOW = (
    "insufficient_credit",
    "unregistered",
    "registration_needed",
    "twilio_acc_unverified",
    "twilio_authentication",
    "twilio_from_missing",
    "twilio_from_to",
    "twilio_callback",
)
#: What ends an encrypted line before anything was said over it.
NO_HANDSHAKE = (
    "NO_PROTOCOLS_AVAILABLE",
    "SSLV3_ALERT_HANDSHAKE_FAILURE",
    "TLSV1_ALERT_PROTOCOL_VERSION",
    "TLSV1_UNRECOGNIZED_NAME",
    "UNSUPPORTED_PROTOCOL",
    "WRONG_VERSION_NUMBER",
)
#: Errors after which it is certain that nothing left: there was no connection.
NO_CONNECTION = (
    requests.exceptions.ConnectTimeout,
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    ssl.SSLCertVerificationError,
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
)


class DunningWaySms(models.AbstractModel):
    """Text messages, through the provider that Odoo is set up with for the company.

    Not through Odoo's queue of text messages: it sends before it commits, and stops when
    messages of two companies are in it. One call for each message, so that of each is known what
    became of it.
    """

    _name = "dunning.channel.sms"
    _inherit = "dunning.channel.base"
    _description = "Follow-up by Text Message"

    _format = "text"

    @api.model
    def _addresses(self, contacts):
        """Mobile numbers (E.164) of contacts that didn't ask us to stop."""
        home = self._home()
        numbers = {each.contact_id: _mobile(each.phone, each.country or home) for each in contacts}
        stopped = self._stopped({number for number in numbers.values() if number})
        return {
            contact_id: number
            for contact_id, number in numbers.items()
            if number and number not in stopped
        }

    @api.model
    def _stopped(self, numbers):
        """Those of some numbers whose owner wants no text messages."""
        if not numbers:
            return set()
        rows = self.env.execute_query(
            SQL("SELECT number FROM phone_blacklist WHERE active AND number = ANY(%s)", [*numbers])
        )
        return {number for (number,) in rows}

    @api.model
    def _queue(self, notices, bodies=None, woken=None):
        """Let them wait; Odoo's own record of each is how its provider's reports find the company."""
        result = super()._queue(notices, bodies, woken)
        notices._expect_reports()
        return result

    @api.model
    def _hand_over(self, notice, text):
        company = notice.company_id
        api_class = company.sudo()._get_sms_api_class()
        provider = api_class(self.with_company(company).env)
        provider._set_company(company)
        message = {
            "content": text,
            "numbers": [{"uuid": notice.provider_reference, "number": notice.recipient}],
        }
        reports = urljoin(notice.get_base_url(), "/sms/status")
        try:
            results = provider._send_sms_batch([message], delivery_reports_url=reports)
        except (InsufficientCreditError, UserError, requests.exceptions.RequestException) as error:
            return _lost(error)
        return self._read_answer(results, notice.provider_reference)

    @api.model
    def _read_answer(self, results, reference):
        """What a provider answered about one message; nonsense tells nothing."""
        answers = [
            each
            for each in (results if isinstance(results, list) else [])
            if isinstance(each, dict) and each.get("uuid") == reference
        ]
        if len(answers) != 1:
            why = self.env._("The provider of text messages gave no answer about it.")
            return Outcome("ambiguous", reference, why)
        state = str(answers[0].get("state") or "")
        why = str(answers[0].get("failure_reason") or "") or self._in_words(state)
        if state in TAKEN:
            return Outcome("sent", reference)
        if state in WRONG_NUMBER:
            return Outcome("address", reference, why)
        if state in NOT_NOW:
            return Outcome("later", reference, why)
        if state in ("server_error", "duplicate_message", ""):
            # The provider, or what stands between us, lost it: it may have left.
            return Outcome("ambiguous", reference, why)
        return Outcome("failed", reference, why)

    @api.model
    def _in_words(self, state):
        """A state of a provider, for people."""
        words = {
            "wrong_number_format": self.env._("The number is not one for text messages."),
            "sms_number_missing": self.env._("There is no number."),
            "country_not_supported": self.env._(
                "The provider sends no text messages to this country."
            ),
            "insufficient_credit": self.env._("There is no credit left for text messages."),
            "unregistered": self.env._("There is no account for text messages."),
            "registration_needed": self.env._("The country wants the sender to be registered."),
            "server_error": self.env._("The provider of text messages had an error."),
        }
        return words.get(state) or self.env._("The provider of text messages says: %s", state)


def _mobile(phone, country):
    """A mobile number as ``+31612345678``; empty where it is none.

    :param phone: as somebody entered it
    :param country: code of the country for numbers without one
    """
    number = number_of(phone, country)
    is_mobile = number and phonenumbers.number_type(phonenumbers.parse(number)) in MOBILE
    return number if is_mobile else ""


def _lost(error):
    """What an error of the line means for the message.

    Core wraps it in an error for people; the line's own is below that.
    """
    why, cause, seen = str(error), error, set()
    by_itself = isinstance(error, UserError) and not (error.__cause__ or error.__context__)
    if by_itself or isinstance(error, InsufficientCreditError):
        return Outcome("later", "", why)  # nothing was sent: something is not set up
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        if isinstance(cause, requests.exceptions.HTTPError) and cause.response is not None:
            return Outcome(kind_of_status(cause.response.status_code), "", why)
        wrapped = _first(cause)
        inner = getattr(wrapped, "reason", None)
        if any(map(_no_connection, (cause, wrapped, inner, _first(inner)))):
            return Outcome("later", "", why)
        cause = cause.__cause__ or cause.__context__
    return Outcome("ambiguous", "", why)


def _first(error):
    """What an error was made of, in the first place."""
    return error.args[0] if isinstance(error, Exception) and error.args else None


def _no_connection(error):
    """Whether there was no connection: an encrypted one may also break after the content left."""
    early = isinstance(error, ssl.SSLError) and getattr(error, "reason", "") in NO_HANDSHAKE
    return early or isinstance(error, NO_CONNECTION)
