import { registry } from "@web/core/registry";

/** A manager finds the run that waits, reads why, and lets it go on. */
registry.category("web_tour.tours").add("dunning_manager_approves_run", {
    steps: () => [
        {
            content: "open the run that waits",
            trigger: ".o_data_row:contains('Waits for Approval') .o_data_cell[name=day]",
            run: "click",
        },
        {
            content: "read why it waits",
            trigger: ".o_form_view .alert:contains('many more messages than usual')",
        },
        {
            content: "let it go on",
            trigger: ".o_form_view button[name=action_approve]",
            run: "click",
        },
        {
            content: "it is approved",
            trigger: ".o_form_view:not(:has(button[name=action_approve])) .o_statusbar_status:contains('Approved')",
        },
    ],
});
