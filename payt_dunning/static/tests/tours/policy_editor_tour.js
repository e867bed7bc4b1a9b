import { registry } from "@web/core/registry";

const TEXT = ".modal .o_field_widget[name='text'] textarea";

/** A manager mends a placeholder, sees the message while typing, and publishes. */
registry.category("web_tour.tours").add("payt_dunning_policy_editor", {
    steps: () => [
        {
            content: "The levels are drawn around the due date.",
            trigger: ".o_dunning_line .o_dunning_due:contains('Due date')",
        },
        {
            content: "Open the first reminder.",
            trigger: ".o_field_widget[name='level_ids'] td:contains('First reminder')",
            run: "click",
        },
        {
            content: "The message is shown before anything is typed.",
            trigger: ".modal .o_dunning_message iframe[sandbox='']",
        },
        {
            content: "Write a placeholder that does not exist.",
            trigger: TEXT,
            run: "edit Your {invocie} of {amount} is open.",
        },
        {
            content: "The mistake is told while typing.",
            trigger: ".modal .o_dunning_hints:contains('did you mean {invoice}')",
        },
        {
            trigger: ".modal .o_dunning_problem",
        },
        {
            content: "Mend it.",
            trigger: TEXT,
            run: "edit Mended in the tour: {amount} is open:",
        },
        {
            trigger: ".modal .o_dunning_side:not(:has(.o_dunning_hints)):not(:has(.o_dunning_problem))",
        },
        {
            content: "The message says what was typed.",
            trigger: ".modal .o_dunning_message iframe[srcdoc*='Mended in the tour']",
        },
        {
            content: "Put in a placeholder from the list.",
            trigger: ".modal .o_dunning_placeholders button:contains('{days_late}')",
            run: "click",
        },
        {
            content: "The message has it filled in.",
            trigger: ".modal .o_dunning_message iframe[srcdoc*='is open:4']",
        },
        {
            content: "Move the level by a day.",
            trigger: ".modal .o_field_widget[name='days'] input",
            run: "edit 4",
        },
        {
            trigger: ".modal .o_form_button_save, .modal footer .btn-primary",
            run: "click",
        },
        {
            content: "The line shows the new day.",
            trigger: ".o_dunning_line .o_dunning_when:contains('4 days after')",
        },
        {
            trigger: "button[name='action_publish']",
            run: "click",
        },
        {
            trigger: ".o_form_view:not(:has(button[name='action_publish']))",
        },
        {
            trigger: ".o_notebook_headers a[name='published']",
            run: "click",
        },
        {
            content: "The revision is listed with its levels.",
            trigger: ".o_field_widget[name='revision_ids'] td:contains('Day 4: First reminder')",
        },
    ],
});
