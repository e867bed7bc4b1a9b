import { registry } from "@web/core/registry";

/** A collector reads what would leave, sends it, asks why, then pauses and resumes an item. */
registry.category("web_tour.tours").add("dunning_collector_day", {
    steps: () => [
        {
            content: "read the message as it would leave",
            trigger: ".o_dunning_messages button:contains('Bakery Ltd')",
            run: "click",
        },
        { content: "it is rendered", trigger: "iframe.o_dunning_message" },
        { content: "ask to send", trigger: "button.o_dunning_send:enabled", run: "click" },
        {
            content: "confirm what is asked for",
            trigger: ".modal:contains('2 messages leave') .btn-primary",
            run: "click",
        },
        {
            content: "the run was asked for",
            trigger: ".o_list_view .o_data_row:contains('Ordered')",
        },
        {
            content: "go to the open items",
            trigger: ".o_menu_sections [data-menu-xmlid='payt_dunning.menu_dunning_item']",
            run: "click",
        },
        {
            content: "open the other debtor's item",
            trigger: ".o_data_row:contains('Quarrel Ltd') .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "ask why it is reminded of",
            trigger: ".o_form_view button:contains('Why?')",
            run: "click",
        },
        {
            content: "the rules answer, each with what it found",
            trigger: ".modal .o_dunning_answer section:contains('Quarrel Ltd') li",
        },
        { trigger: ".modal footer button:contains('Close')", run: "click" },
        {
            content: "pause it",
            trigger: "body:not(:has(.modal)) .o_form_view button:contains('Pause…')",
            run: "click",
        },
        {
            content: "until a day",
            trigger: ".modal .o_field_widget[name=date_until] input",
            run: "edit +7d",
        },
        {
            content: "with a reason",
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit They ask for a specification",
        },
        { trigger: ".modal footer button[name=action_apply]:visible", run: "click" },
        {
            content: "it is on hold, and can be resumed",
            trigger: "body:not(:has(.modal)) .o_form_view button:contains('Resume…')",
            run: "click",
        },
        {
            content: "say why",
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit Specification sent",
        },
        { trigger: ".modal footer button[name=action_apply]", run: "click" },
        {
            content: "nothing is left to resume",
            trigger: "body:not(:has(.modal)) .o_form_view:not(:has(button:contains('Resume…')))",
        },
    ],
});
