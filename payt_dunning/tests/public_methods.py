"""Who may call which public method, and with what: read by test_public_methods.py."""

VIEWER, COLLECTOR, MANAGER = 1, 2, 3


class May:
    """Who may call a method.

    :param least: the lowest role that may
    :param args: arguments beside the record; ``item`` and the like stand for ids of records
    :param everywhere: what it is about is no company's, or the caller's own
    :param asked: whether the lowest role calls it here too; a record in another state, or
        rights on Odoo's own settings, would be needed otherwise
    :param empty: a dialog that leaves out another company's records, and then does nothing
    """

    def __init__(self, least, *args, everywhere=False, asked=True, empty=False):
        self.least, self.args, self.everywhere = least, args, everywhere
        self.asked, self.empty = asked, empty


EXPECTED = {
    "account.bank.statement.line": {
        "action_dunning_dismiss": May(COLLECTOR),
        "action_dunning_take_back": May(COLLECTOR),
    },
    "account.move": {
        "action_dunning_behaviour": May(COLLECTOR, asked=False),
        "action_dunning_timeline": May(COLLECTOR, asked=False),
    },
    "collection.agent": {
        "action_ask_now": May(COLLECTOR, asked=False),
        "action_confirm": May(MANAGER, asked=False),
        "action_go_on": May(MANAGER),
        "action_results": May(VIEWER),
    },
    "collection.handover.run": {"action_waiting": May(COLLECTOR, asked=False)},
    "collection.remittance": {
        "action_match": May(COLLECTOR),
        "action_settled": May(COLLECTOR),
        "action_take_back": May(COLLECTOR),
    },
    "collection.remittance.match": {"action_apply": May(COLLECTOR, asked=False)},
    "collection.transmission": {"action_again": May(COLLECTOR)},
    "collection.feedback": {
        "action_file": May(COLLECTOR),
        "action_read_again": May(COLLECTOR, asked=False),
        "action_rest": May(COLLECTOR),
        "action_seen": May(COLLECTOR, asked=False),
    },
    "collection.feedback.line": {
        "action_answer": May(COLLECTOR, asked=False),
        "action_keep": May(COLLECTOR),
        "action_take": May(COLLECTOR),
    },
    "collection.feedback.secret": {"action_apply": May(MANAGER)},
    "collection.feedback.upload": {"action_apply": May(COLLECTOR)},
    "collection.case": {
        "action_file": May(COLLECTOR),
        "action_ask_opinion": May(COLLECTOR, 0, "why", asked=False),
        "action_hand_over": May(COLLECTOR),
        "action_give_up": May(MANAGER, "stop_write_off", "because"),
        "action_join": May(COLLECTOR, [], asked=False),
        "action_leave": May(COLLECTOR, [], "because", asked=False),
        "action_messages": May(VIEWER),
        "action_offer": May(COLLECTOR, "2099-01-01", "because", asked=False),
        "action_pause": May(COLLECTOR),
        "action_plan": May(COLLECTOR),
        "action_recall": May(COLLECTOR, "because"),
        "action_resume": May(COLLECTOR),
    },
    "collection.case.decision": {"action_apply": May(COLLECTOR)},
    "collection.case.wizard": {"action_apply": May(COLLECTOR)},
    "collection.handover": {
        "action_accepted": May(COLLECTOR, "2026.1"),
        "action_add": May(COLLECTOR),
        "action_replace": May(COLLECTOR),
        "action_download": May(COLLECTOR),
        "action_recall": May(COLLECTOR, "because", asked=False),
        "action_rejected": May(COLLECTOR, "because", asked=False),
        "action_send_link": May(COLLECTOR, asked=False),
    },
    "collection.supplement.wizard": {"action_apply": May(COLLECTOR, asked=False)},
    "collection.handover.answer": {"action_apply": May(COLLECTOR, asked=False)},
    "collection.handover.batch": {"action_apply": May(COLLECTOR, asked=False)},
    "collection.handover.batch.line": {"action_open": May(COLLECTOR, asked=False)},
    "collection.handover.wizard": {
        "action_apply": May(COLLECTOR, asked=False),
        "action_preview": May(COLLECTOR, asked=False),
    },
    "collection.interruption": {"action_apply": May(COLLECTOR)},
    "collection.law.import": {"action_apply": May(MANAGER, everywhere=True)},
    "collection.law.rate": {"action_apply": May(MANAGER, everywhere=True)},
    "collection.law.withdraw": {"action_apply": May(MANAGER, everywhere=True)},
    "dunning.allocate.wizard": {"action_apply": May(COLLECTOR, asked=False)},
    "dunning.bank.account": {"action_confirm": May(MANAGER)},
    "dunning.behaviour": {
        "action_accept": May(COLLECTOR),
        "action_debtor": May(VIEWER),
        "action_disputes": May(VIEWER),
        "action_follow_figures": May(COLLECTOR),
        "action_invoices": May(VIEWER),
        "action_plans": May(VIEWER),
        "action_promises": May(VIEWER),
        "action_refresh": May(COLLECTOR),
    },
    "dunning.behaviour.wizard": {"action_apply": May(COLLECTOR)},
    "dunning.payment.class": {"action_behaviours": May(VIEWER)},
    "dunning.call.wizard": {"action_apply": May(COLLECTOR)},
    "dunning.debtor": {
        "action_access": May(MANAGER, asked=False),
        "action_behaviour": May(VIEWER),
        "action_cases": May(VIEWER),
        "action_file": May(COLLECTOR),
        "action_questions": May(VIEWER),
        "action_dunning_timeline": May(VIEWER),
        "action_make_letter": May(COLLECTOR, asked=False),
        "action_send_statement": May(COLLECTOR, asked=False),
        "action_replace_addresses": May(COLLECTOR),
        "presence": May(VIEWER, "items", empty=True),
        "action_try_again": May(COLLECTOR),
    },
    "dunning.failed.address": {"action_use_again": May(COLLECTOR)},
    "dunning.posted.wizard": {"action_apply": May(COLLECTOR)},
    "dunning.claim.wizard": {"action_apply": May(COLLECTOR)},
    "dunning.charge": {
        "action_book": May(COLLECTOR),
        "action_book_and_match": May(COLLECTOR),
        "action_paid": May(COLLECTOR, "2020-01-01", "because", asked=False),
    },
    # Without records these do nothing.
    "dunning.charge.booking": {
        "action_book": May(COLLECTOR, asked=False, everywhere=True),
        "action_book_and_match": May(COLLECTOR, asked=False, everywhere=True),
        "action_paid": May(COLLECTOR, "2020-01-01", "because", asked=False, everywhere=True),
    },
    "dunning.charge.paid": {"action_apply": May(COLLECTOR, asked=False)},
    "dunning.charge.remainder": {"action_apply": May(COLLECTOR)},
    "dunning.charge.waive": {"action_apply": May(COLLECTOR)},
    "dunning.change": {"action_undo": May(COLLECTOR)},
    "dunning.checklist": {
        "action_automatic": May(MANAGER),
        "action_apply": May(MANAGER),
        "action_dunning_go_live": May(MANAGER),
        "action_dunning_stop_live": May(MANAGER),
        "action_look_again": May(MANAGER),
        "action_manual": May(MANAGER),
        "action_test_message": May(MANAGER, asked=False),
        "action_test_mode": May(MANAGER),
    },
    "dunning.checklist.line": {
        "action_confirm": May(MANAGER),
        "action_open": May(MANAGER, asked=False),
        "action_take_back": May(MANAGER),
        "action_take_in": May(MANAGER),
        "action_take_over": May(MANAGER, asked=False),
        "action_test_message": May(MANAGER, asked=False),
    },
    "dunning.debtor.wizard": {"action_apply": May(COLLECTOR)},
    "dunning.dispute": {
        "action_credit_note": May(COLLECTOR, asked=False),
        "action_withdraw": May(COLLECTOR),
    },
    "dunning.dispute.change": {"action_apply": May(COLLECTOR)},
    "dunning.dispute.outcome.wizard": {"action_apply": May(COLLECTOR)},
    "dunning.dispute.wizard": {"action_apply": May(COLLECTOR)},
    "dunning.hold": {
        "action_accept": May(COLLECTOR),
        "action_release": May(COLLECTOR, "because"),
    },
    "dunning.item": {
        "action_collection_refused": May(COLLECTOR),
        "action_file": May(COLLECTOR),
        "action_interrupt": May(COLLECTOR, "2020-01-01", "reminder", "proof", asked=False),
        "action_write_interruption": May(COLLECTOR, asked=False),
        "action_dunning_timeline": May(VIEWER),
        "action_mark_invoice_sent": May(COLLECTOR),
        "action_set_policy": May(COLLECTOR, False),
        "action_skip_to": May(COLLECTOR, 3, "because"),
        "action_take_up_backlog": May(COLLECTOR),
        "action_try_again": May(COLLECTOR),
    },
    "dunning.delivery.wizard": {"action_apply": May(COLLECTOR)},
    "dunning.letter.batch": {
        "action_dissolve": May(COLLECTOR),
        # About the caller's own company; nothing waits there.
        "action_make": May(COLLECTOR, asked=False, everywhere=True),
        "action_print": May(COLLECTOR, asked=False),
    },
    "dunning.letters.posted": {"action_apply": May(COLLECTOR)},
    "dunning.returned.wizard": {"action_apply": May(COLLECTOR)},
    "dunning.workload": {"action_open_items": May(COLLECTOR, asked=False)},
    "dunning.work.wizard": {"action_apply": May(COLLECTOR, empty=True)},
    "dunning.notice": {
        "action_log_call": May(COLLECTOR),
        "action_approve": May(MANAGER),
        "action_letter_file": May(COLLECTOR, asked=False),
        "action_print_letter": May(COLLECTOR, asked=False),
        "action_not_posted": May(COLLECTOR),
        "action_open_page": May(COLLECTOR),
        "action_refuse": May(MANAGER),
        "action_resend": May(COLLECTOR, asked=False),
        "action_was_not_sent": May(COLLECTOR),
        "action_was_sent": May(COLLECTOR),
    },
    "dunning.pause.wizard": {"action_apply": May(VIEWER)},
    "dunning.payment.advice": {
        "action_look_again": May(COLLECTOR),
        "action_not_received": May(COLLECTOR),
    },
    "dunning.payment.plan": {
        "action_agreement": May(VIEWER),
        "action_approve": May(COLLECTOR),
        "action_end": May(COLLECTOR, "because"),
        "action_give_time": May(COLLECTOR, asked=False),
        "action_lapse": May(COLLECTOR, asked=False),
        "action_open_page": May(COLLECTOR),
        "action_refuse": May(COLLECTOR, "because"),
    },
    "dunning.payment.plan.version": {"action_agreement": May(VIEWER)},
    "dunning.plan.decision": {"action_apply": May(COLLECTOR)},
    "dunning.plan.wizard": {
        "action_apply": May(COLLECTOR),
        "action_offer": May(COLLECTOR),
    },
    "dunning.payment.candidate": {
        "action_dismiss": May(COLLECTOR),
        "action_take": May(COLLECTOR),
    },
    "dunning.promise": {"action_cancel": May(COLLECTOR)},
    "dunning.policy": {
        "action_move_items": May(MANAGER, everywhere=True),
        "action_publish": May(MANAGER, everywhere=True),
        "action_withdraw": May(MANAGER, everywhere=True, asked=False),
    },
    "dunning.access.wizard": {"action_apply": May(MANAGER, asked=False)},
    "dunning.move.message": {"action_open": May(MANAGER, asked=False, everywhere=True)},
    "dunning.move.wizard": {
        "action_apply": May(MANAGER, asked=False),
        "action_examples": May(MANAGER, asked=False),
    },
    "dunning.takeover.wizard": {
        "action_apply": May(MANAGER, asked=False),
        "action_look": May(MANAGER, asked=False),
    },
    "dunning.policy.wizard": {"action_apply": May(COLLECTOR, empty=True)},
    "dunning.preview.screen": {
        "look": May(COLLECTOR, False, "dunning.item", "items"),
        "message": May(COLLECTOR, "company", "debtor", "no such key"),
        "remind": May(COLLECTOR, "dunning.item", "items"),
        "send": May(COLLECTOR, "dunning.item", "items"),
    },
    # Of somebody else's, managers may.
    "dunning.job": {"action_cancel": May(MANAGER), "action_show": May(MANAGER)},
    "dunning.simulation.screen": {
        "cancel": May(MANAGER, "job"),
        "choices": May(MANAGER, everywhere=True),
        "look": May(MANAGER, "job"),
        "start": May(MANAGER, "company", 0),
    },
    "dunning.figures": {
        "look": May(COLLECTOR, False, "company"),
        "open": May(COLLECTOR, "overdue", False, "company"),
    },
    "dunning.release.wizard": {"action_apply": May(COLLECTOR, empty=True)},
    "dunning.resend.wizard": {"action_resend": May(COLLECTOR, asked=False)},
    "dunning.answer.wizard": {"action_apply": May(COLLECTOR)},
    "dunning.contact.wizard": {
        "action_apply": May(COLLECTOR),
        "action_refuse": May(COLLECTOR),
    },
    "dunning.copy.wizard": {"action_apply": May(COLLECTOR)},
    "dunning.nonpayment": {
        "action_confirm": May(MANAGER),
        "action_withdraw": May(COLLECTOR),
    },
    "dunning.reason.wizard": {"action_apply": May(COLLECTOR)},
    "dunning.question": {
        "action_answer": May(COLLECTOR),
        "action_no_answer": May(COLLECTOR),
        "action_not_sensitive": May(COLLECTOR),
        "action_sensitive_family": May(COLLECTOR),
        "action_sensitive_health": May(COLLECTOR),
    },
    "dunning.question.move": {"action_apply": May(COLLECTOR)},
    "dunning.run": {"action_approve": May(MANAGER)},
    "dunning.settings": {
        "action_apply": May(MANAGER),
        "action_dunning_go_live": May(MANAGER),
        "action_dunning_stop_live": May(MANAGER),
    },
    "dunning.timeline": {"action_open": May(VIEWER)},
    "dunning.today": {"look": May(VIEWER, everywhere=True)},
    "dunning.text.preview": {"render_draft": May(MANAGER, False, False, {}, everywhere=True)},
    # Without records these do nothing.
    "dunning.settings.mixin": {
        "action_dunning_go_live": May(MANAGER, everywhere=True),
        "action_dunning_stop_live": May(MANAGER, everywhere=True),
    },
    "dunning.skip.wizard": {"action_apply": May(COLLECTOR, empty=True)},
    "dunning.stop.wizard": {"action_apply": May(MANAGER)},
    "dunning.write.off.wizard": {"action_apply": May(COLLECTOR)},
    "res.config.settings": {
        "action_dunning_go_live": May(MANAGER, asked=False),
        "action_dunning_stop_live": May(MANAGER, asked=False),
        "set_values": May(MANAGER, asked=False),
    },
}
