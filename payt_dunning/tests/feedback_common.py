from datetime import timedelta

from .handover_common import HandoverCommon

NAMESPACE = "urn:payt-dunning:collection-feedback:1"


class FeedbackCommon(HandoverCommon):
    """A case that an office has, and what it tells about it."""

    def make_once(self):
        super().make_once()
        self.handover = self.hand_over()

    def setUp(self):
        super().setUp()
        self.numbers = iter(range(1, 100))
        self.since = self.today - timedelta(days=1)

    def message(self, *parts, dossier=None, case=None, reference="R-1", test="false", number=None):
        number = number or f"M-{next(self.numbers)}"
        return (
            f'<CollectionFeedback xmlns="{NAMESPACE}" schemaVersion="1.0">'
            f'<Header feedbackId="{number}" sender="office" sentAt="2026-03-02T06:00:00Z"'
            f' test="{test}"/>'
            f'<Case dossierId="{dossier or self.handover.dossier_id}"'
            f' caseNumber="{case or self.case.name}" recipientReference="{reference}">'
            f"{''.join(parts)}</Case></CollectionFeedback>"
        ).encode()

    def together(self, *messages):
        """One message about the cases of several."""
        first, *others = messages
        cases = b"".join(
            other[other.index(b"<Case") : other.index(b"</CollectionFeedback>")] for other in others
        )
        return first.replace(b"</CollectionFeedback>", cases + b"</CollectionFeedback>")

    def status(self, code="demand", since=None, phase="amicable", **values):
        more = "".join(f' {key}="{value}"' for key, value in values.items())
        return f'<Status phase="{phase}" code="{code}" since="{since or self.since}"{more}/>'

    def event(self, number="E-1", text="Letter sent.", code="demand"):
        moment = f"{self.since}T10:00:00+01:00"
        return f'<Event id="{number}" at="{moment}" code="{code}">{text}</Event>'

    def booking(self, number="B-1", amount="500.00", kind="principal", charged="debtor"):
        return (
            f'<Booking id="{number}" date="{self.since}" type="{kind}" amount="{amount}"'
            f' chargedTo="{charged}"/>'
        )

    def balance(self, due, principal=None, day=None):
        principal = due if principal is None else principal
        return (
            f'<Balance asOf="{day or self.since}" principal="{principal}" interest="0.00"'
            f' costs="0.00" due="{due}"/>'
        )

    def take_in(self, content, agent=None):
        with self.on_day(self.today):
            message, self.was_known = self.env["collection.feedback"]._take_in(
                agent or self.agent, content, "upload", "feedback.xml"
            )
        return message

    def question(self, number="Q-1", kind="plan_proposal", text="May we agree?"):
        moment, until = f"{self.since}T10:00:00+01:00", self.after(5)
        return (
            f'<Question id="{number}" askedAt="{moment}" answerBy="{until}" type="{kind}">'
            f"{text}</Question>"
        )

    def remittance(
        self, number="P", reference="R 1", day=None, iban="NL91ABNA0417164300", **amounts
    ):
        """As in the specification: 1,000.00 collected, of which costs and VAT are kept."""
        said = {
            "collected": "1000.00",
            "withheld": "119.40",
            "withheldVat": "25.07",
            "paidOut": "855.53",
            **amounts,
        }
        told = "".join(f' {key}="{value}"' for key, value in said.items())
        return (
            f'<Remittance id="{number}" date="{day or self.since}"{told} iban="{iban}"'
            f' paymentReference="{reference}"/>'
        )
