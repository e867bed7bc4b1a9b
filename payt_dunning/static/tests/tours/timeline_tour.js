import { registry } from "@web/core/registry";

const row = (words) => `.o_field_widget[name=timeline_ids] .o_data_row:contains('${words}')`;

/** A collector reads on one list what became of each message, and opens one as it was sent. */
registry.category("web_tour.tours").add("dunning_timeline", {
    steps: () => [
        {
            content: "open what happened",
            trigger: ".o_form_view .nav-link[name=timeline]",
            run: "click",
        },
        { content: "the mail bounced", trigger: row("Not delivered: “") + ":contains('@')" },
        { content: "the text message was delivered", trigger: row("Delivered: “") + ":contains('+31612345678')" },
        { content: "the letter was posted", trigger: row("Posted: “") + ":contains('Ede')" },
        { content: "and came back", trigger: row("Came back: “") + ":contains('Moved')" },
        { content: "somebody is to call", trigger: row("Made: “") + ":contains('Telephone call')" },
        { content: "the page was opened", trigger: row("The page of “") },
        {
            content: "open the mail as it was sent",
            trigger: row("Not delivered: “") + ":contains('@') .o_data_cell[name=summary]",
            run: "click",
        },
        {
            content: "with what became of it in words",
            trigger: ".o_form_view:contains('Came Back'), .o_form_view:contains('came back')",
        },
    ],
});
