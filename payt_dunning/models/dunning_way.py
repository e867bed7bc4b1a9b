from typing import NamedTuple
from uuid import uuid4

from odoo import api, models

#: Statuses of HTTP that blame what was sent. Others below 500 let nobody in, and took nothing.
MESSAGE_AT_FAULT = (400, 413, 422)
TIMED_OUT, BUSY = 408, 503


class Contact(NamedTuple):
    """A person or address of a debtor, as channels look at it.

    :param role: of a contact of the debtor, see ``dunning_role`` of partners; empty: none
    :param email: as it was entered, as is ``phone``
    :param country: code of its country, else of the debtor's; empty: nobody knows
    :param name: of somebody whose e-mail, phone and address may all be missing
    """

    contact_id: int
    role: str
    email: str
    phone: str
    lang: str
    country: str
    name: str = ""


class Outcome(NamedTuple):
    """What became of a message that was handed over.

    :param kind: ``sent`` (the other side has it), ``address`` (it can't be reached there),
        ``later`` (nothing left, the channel does not work now), ``failed`` (the other side does
        not want this message) or ``ambiguous`` (nobody knows whether it left)
    :param reference: by which the other side calls it
    :param why: in words, for people
    """

    kind: str
    reference: str = ""
    why: str = ""


def kind_of_status(status):
    """The kind of outcome that a status of HTTP is, where an error says nothing else.

    :param status: other than success
    """
    if status in MESSAGE_AT_FAULT:
        return "failed"
    if status < 500 and status != TIMED_OUT or status == BUSY:
        return "later"
    return "ambiguous"


class DunningWay(models.AbstractModel):
    """What a channel can do: reach, hand over, take status back.

    A channel is a row of ``dunning.channel`` and a model ``dunning.channel.<code>`` that inherits
    this one. Deciding, spacing, validating again, claiming, committing around the hand-over and
    what happens after a failure are the outbox's, the same for all channels.
    """

    _name = "dunning.channel.base"
    _description = "Channel of Follow-up"

    #: Used without being switched on by a company.
    _always = False
    #: A person takes care of each message: it waits in the outbox until somebody says what came of it.
    _by_hand = False
    #: Work for one of our people: the debtor gets nothing by it, and no text is written for it.
    _work = False
    #: Why items wait whose message waits in the outbox, see :data:`~..rules.decide.REASONS`.
    _waits_for = "under_way"
    #: What a message looks like: ``html``, or ``text`` (short, without amounts).
    _format = "html"
    #: Messages handed over in one go at most.
    _batch = 200

    @api.model
    def _addresses(self, contacts):
        """Where contacts can be reached through this channel by the company of the environment.

        In bulk: statements don't grow with the number of contacts.

        :param contacts: list of :class:`Contact`
        :return: ``{contact id: address}``, normalised, without those that have none
        """
        raise NotImplementedError

    @api.model
    def _home(self):
        """The country of numbers that are entered without one where a contact has no country."""
        return self.env.company.sudo().country_id.code or ""

    @api.model
    def _own_text(self, planned, level, values):
        """What a short message says by a channel that does not take any text.

        :param planned: see :class:`~..rules.plan.PlannedNotice`
        :param level: see :class:`~.message_sources.LevelText`
        :param values: of the placeholders of short messages, as text
        :return: the text, canonical, and values of the notice that are kept for the hand-over;
            ``None`` where the level's own text is right
        """
        return None

    @api.model
    def _queue(self, notices, bodies=None, woken=None):
        """Let planned notices wait to be handed over.

        :param bodies: by id of the notice, where they were just made
        :param woken: see :meth:`~.dunning_notice.DunningNotice._queue`
        """
        notices._update_state("queued")
        if not self._by_hand:
            notices._wait_for_dispatch(woken)

    @api.model
    def _new_reference(self):
        """A reference that the other side will call a message by, kept before it is handed over."""
        return uuid4().hex

    @api.model
    def _prepare(self, notice):
        """What has to be there, committed, before a message leaves; nothing leaves here.

        Its code works once it is committed: before anybody can have it.

        :return: what it says, with links and codes
        :raises UserError: when it can't be made: it has failed then
        """
        return notice._words_to_send()

    @api.model
    def _hand_over(self, notice, text):
        """Hand one message over to the other side; nothing else is done in this transaction.

        :param notice: claimed, marked as being sent, committed
        :param text: what :meth:`_prepare` gave
        :return: :class:`Outcome`; what it raises is an outcome that nobody knows
        """
        raise NotImplementedError
