import { registry } from "@web/core/registry";

/** The row of a check, by what it is called. */
const check = (name) => `.o_field_widget[name=line_ids] .o_data_row:contains('${name}')`;

/** Confirm a check, and see that it is confirmed. */
const confirm = (name) => [
    {
        content: `confirm: ${name}`,
        trigger: `${check(name)} button[name=action_confirm]`,
        run: "click",
    },
    { trigger: `${check(name)}:contains('Confirmed by') button[name=action_take_back]` },
];

/** An admin changes a text, publishes the policy, works through the checklist and goes live. */
registry.category("web_tour.tours").add("dunning_admin_goes_live", {
    steps: () => [
        {
            content: "open a policy",
            trigger: ".o_data_row .o_data_cell[name=name]:contains(/^Businesses$/)",
            run: "click",
        },
        {
            content: "open its first reminder",
            trigger: ".o_field_widget[name=level_ids] td:contains('First reminder')",
            run: "click",
        },
        {
            content: "change its text",
            trigger: ".modal .o_field_widget[name=text] textarea",
            run: "edit Our first word about {amount}.",
        },
        {
            content: "see it in the message",
            trigger: ".modal .o_dunning_message iframe[srcdoc*='Our first word about']",
        },
        {
            content: "and its day",
            trigger: ".modal .o_field_widget[name=days] input",
            run: "edit 5",
        },
        { trigger: ".modal .o_form_button_save, .modal footer .btn-primary", run: "click" },
        { content: "publish", trigger: "button[name=action_publish]", run: "click" },
        { trigger: ".o_form_view:not(:has(button[name=action_publish]))" },
        {
            content: "open the checklist from the menu",
            trigger: ".o_menu_sections [data-menu-xmlid='payt_dunning.menu_dunning_config']",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu [data-menu-xmlid='payt_dunning.menu_dunning_checklist']",
            run: "click",
        },
        {
            content: "send a test message to oneself",
            trigger: `${check("Test message and answer")} button[name=action_test_message]`,
            run: "click",
        },
        { trigger: check("A test message went to") },
        ...confirm("SPF, DKIM, DMARC"),
        ...confirm("Other reminders are off"),
        ...confirm("Consumers and businesses"),
        ...confirm("Agreed terms"),
        {
            content: "take in the opening balances",
            trigger: `${check("Opening balances")} button[name=action_take_in]`,
            run: "click",
        },
        { trigger: ".modal footer .btn-primary", run: "click" },
        { trigger: `${check("Opening balances")}:not(:has(button[name=action_take_in]))` },
        {
            content: "call first about what is late for two months",
            trigger: ".o_field_widget[name=dunning_backlog_call_days] input",
            run: "edit 60",
        },
        { trigger: "button[name=action_look_again]", run: "click" },
        { trigger: `${check("Old invoices")}:contains('more than 60 days late: call first')` },
        {
            content: "go live",
            trigger: ".o_statusbar_buttons button[name=action_automatic]",
            run: "click",
        },
        { trigger: ".modal:contains('Go live?') footer .btn-primary", run: "click" },
        {
            content: "it is live",
            trigger: ".o_form_view .alert-success:contains('Live: the daily run sends reminders.')",
        },
    ],
});
