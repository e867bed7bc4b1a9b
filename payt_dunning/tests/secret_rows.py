"""Which stored fields hold secrets, and why others that sound like it do not."""

import re

#: What a field is called that may hold a secret.
SOUNDS = re.compile(r"secret|token|password|certificate|digest|hash|(^|_)(key|pin|code)s?($|_)")
#: Fields that hold secrets, or what secrets are compared with: nobody reads them.
SECRETS = {
    ("collection.agent", "certificate"),
    ("collection.agent", "secret"),
    ("collection.agent", "webhook_former"),
    ("collection.agent", "webhook_secret"),
    ("collection.handover.link", "code_hash"),
    ("collection.handover.link", "token_hash"),
}
#: Of these models nobody has any right at all.
CLOSED = {
    ("dunning.page.code", "digest"): "of a code that was mailed; kept for a day",
    ("dunning.page.try", "digest"): "of what was typed, and of where it came from; kept for a day",
}
#: Fields of dialogs: seen by who opened them alone, and gone with them.
DIALOGS = {("collection.feedback.secret", "secret")}
#: Fields that sound like secrets, and are none.
HARMLESS = {
    ("collection.feedback", "file_hash"): "of a file",
    ("collection.feedback.line", "code"): "of a list of codes",
    ("collection.feedback.line", "content_hash"): "of what was told",
    ("collection.handover", "file_hash"): "of a file",
    ("collection.handover", "idempotency_key"): "tells two requests apart, opens nothing",
    ("collection.handover.check", "code"): "of what was looked at",
    ("collection.handover.exhibit", "key"): "tells two files apart",
    ("collection.jurisdiction", "code"): "of a country",
    ("collection.law.row", "key"): "what a row is about",
    ("collection.transmission", "idempotency_key"): "tells two requests apart, opens nothing",
    ("dunning.channel", "code"): "of a channel",
    ("dunning.nonpayment.reason", "code"): "of a reason",
    ("dunning.notice", "content_hash"): "seal of a message",
    ("dunning.notice", "letter_hash"): "seal of a letter",
    ("dunning.notice", "statutory_code"): "of a notice that a law asks for",
    ("dunning.page.key", "code"): "opens nothing without its PIN, which is not stored",
    ("dunning.payment.class", "code"): "of a class",
    ("dunning.payment.plan.version", "content_hash"): "seal of an agreement",
}
