import { registry } from "@web/core/registry";

const button = (words) => `.o_form_statusbar button:contains('${words}')`;
const field = (name, words) => `.o_field_widget[name=${name}]:contains('${words}')`;

/** A collector hands a case over to an office that has a server. */
registry.category("web_tour.tours").add("dunning_office_handover", {
    steps: () => [
        { content: "hand it over", trigger: button("Hand Over…"), run: "click" },
        {
            content: "to the office that is proposed",
            trigger: ".modal .o_field_widget[name=agent_id] input:value(/Bailiff Office/)",
        },
        {
            content: "what was supplied",
            trigger: ".modal .o_field_widget[name=ground] textarea",
            run: "edit Work under order 12.",
        },
        {
            content: "no defence is known",
            trigger: ".modal .o_field_widget[name=no_defence] input",
            run: "click",
        },
        {
            content: "complete and true",
            trigger: ".modal .o_field_widget[name=declared] input",
            run: "click",
        },
        {
            content: "hand it over",
            trigger: ".modal footer button[name=action_apply]",
            run: "click",
        },
        {
            content: "yes",
            trigger: ".modal:contains('our own follow-up stops') footer .btn-primary",
            run: "click",
        },
        {
            content: "it waits to be sent by itself",
            trigger: ".nav-link[name=transmissions]",
            run: "click",
        },
        {
            content: "it is in the queue",
            trigger: ".o_field_widget[name=transmission_ids] .o_data_row:contains('Package')",
        },
    ],
});

/** What the office told stands on the handover: judgment, balance, payment out; an answer goes back. */
registry.category("web_tour.tours").add("dunning_office_told", {
    steps: () => [
        { content: "its number there", trigger: field("reference", "OFF-1") },
        { content: "there is a judgment", trigger: field("agent_status_name", "there is a judgment") },
        { content: "what is owed there", trigger: field("agent_due", "250.00") },
        { content: "what it told", trigger: ".nav-link[name=feedback]", run: "click" },
        {
            content: "what it paid out",
            trigger: ".o_field_widget[name=feedback_line_ids] .o_data_row:contains('Paid Out to Us')",
        },
        {
            content: "answer its question",
            trigger: ".o_field_widget[name=feedback_line_ids] button[name=action_answer]",
            run: "click",
        },
        {
            content: "it asks",
            trigger: ".modal .o_field_widget[name=question]:contains('May we agree')",
        },
        {
            content: "on other terms",
            trigger: ".modal .o_field_widget[name=answer] input[data-value=counter]",
            run: "click",
        },
        {
            content: "which",
            trigger: ".modal .o_field_widget[name=text] textarea",
            run: "edit In three parts at most.",
        },
        { content: "send it", trigger: ".modal footer button[name=action_apply]", run: "click" },
        {
            content: "it goes in a package of its own",
            trigger: field("added_text", "We agree on other terms: In three parts at most."),
        },
    ],
});

/** A case is taken back from the office: it was paid to us. */
registry.category("web_tour.tours").add("dunning_office_recall", {
    steps: () => [
        { content: "recall it", trigger: button("Recall…"), run: "click" },
        {
            content: "why",
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit Paid to us.",
        },
        {
            content: "recall it",
            trigger: ".modal footer button:contains('Recall the Case')",
            run: "click",
        },
        { content: "it is recalled", trigger: field("recall_reason", "Paid to us.") },
    ],
});

/** The office tells something else under a number that it used: a person decides. */
registry.category("web_tour.tours").add("dunning_office_conflict", {
    steps: () => [
        {
            content: "the message that waits",
            trigger: ".o_data_row:contains('A Person Has to Look') td[name=agent_id]",
            run: "click",
        },
        {
            content: "what was told before stands beside it",
            trigger: ".o_field_widget[name=line_ids] .o_data_row:contains('Contradicts'):contains('250.00'):contains('275.00')",
        },
        {
            content: "the new one is right",
            trigger: ".o_field_widget[name=line_ids] .o_data_row:contains('Contradicts') button[name=action_take]",
            run: "click",
        },
        {
            content: "nothing is left to decide",
            trigger: ".o_form_statusbar .o_arrow_button_current:contains('Applied')",
        },
    ],
});

/** What the office paid out is on the bank: a clerk sees the entry, then matches it. */
registry.category("web_tour.tours").add("dunning_office_paid", {
    steps: () => [
        { content: "match it", trigger: ".o_form_statusbar button[name=action_match]", run: "click" },
        {
            content: "what would be booked",
            trigger: ".modal:contains('250.00')",
        },
        { content: "match", trigger: ".modal footer button[name=action_apply]", run: "click" },
        {
            content: "it is matched",
            trigger: ".o_form_statusbar .o_arrow_button_current:contains('Matched')",
        },
    ],
});
