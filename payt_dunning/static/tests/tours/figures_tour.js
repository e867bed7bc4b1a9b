import { registry } from "@web/core/registry";

const figure = (key) => `.o_dunning_figure[data-figure=${key}]`;

/** A manager reads a figure, changes the buckets, and goes to the invoices behind a number. */
registry.category("web_tour.tours").add("dunning_figures", {
    steps: () => [
        { content: "what is overdue", trigger: `${figure("overdue")} .o_dunning_value:contains('100')` },
        {
            content: "its exact definition",
            trigger: `${figure("dso")} .fa-info-circle[aria-label*='Days Sales Outstanding']`,
        },
        {
            content: "nothing was sent that should not have been",
            trigger: `${figure("duplicates")}:not(.border-danger) .o_dunning_value:contains('0')`,
        },
        {
            content: "other buckets",
            trigger: "#dunning_figures_buckets",
            run: "edit 10, 20 && press Enter",
        },
        { content: "they are there", trigger: ".o_dunning_aging td:contains('11-20 days')" },
        {
            content: "a whole year",
            trigger: ".o_dunning_months",
            run: "select 12",
        },
        {
            content: "it is asked for",
            trigger: ".o_dunning_figures[aria-busy=false] .o_dunning_value",
        },
        { content: "the trend is drawn", trigger: ".o_dunning_trend canvas[height]" },
        {
            content: "which invoices are overdue",
            trigger: `${figure("overdue")} button:contains('Overdue')`,
            run: "click",
        },
        {
            content: "the very invoice, as it stood that day",
            trigger: ".o_list_view .o_data_row:contains('Bakery') .o_field_cell[name=amount]:contains('100')",
        },
    ],
});
