import { registry } from "@web/core/registry";

const tick = (name) => ({
    content: `tick ${name}`,
    trigger: `.modal .o_field_widget[name=${name}] input`,
    run: "click",
});

const button = (words) => `.o_form_statusbar button:contains('${words}')`;

/** A collector hands a case over: checks, exhibits, two ticks, and gets the package. */
registry.category("web_tour.tours").add("dunning_case_handover", {
    steps: () => [
        { content: "hand it over", trigger: button("Hand Over…"), run: "click" },
        {
            content: "the checks say what is in order",
            trigger: ".modal .o_field_widget[name=check_ids] .o_data_row:contains('Not time-barred')",
        },
        {
            content: "and what nobody looked at, first",
            trigger: ".modal .o_field_widget[name=check_ids] .o_data_row:first:contains('insolvency')",
        },
        {
            content: "what was supplied",
            trigger: ".modal .o_field_widget[name=ground] textarea",
            run: "edit Work under order 12.",
        },
        {
            content: "look at the exhibits",
            trigger: ".modal .nav-link[name=exhibits]",
            run: "click",
        },
        {
            content: "the invoice goes along",
            trigger: ".modal .o_field_widget[name=exhibit_ids] .o_data_row:contains('Invoice')",
        },
        tick("no_defence"),
        tick("declared"),
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
            content: "the package can be downloaded",
            trigger: ".o_form_statusbar button[name=action_download]",
        },
        {
            content: "it is noted what was handed over",
            trigger: ".o_field_widget[name=file_hash]:contains(/[0-9a-f]{64}/)",
        },
    ],
});

/** A collector lets costs lapse for quick payment, then recalls the case. */
registry.category("web_tour.tours").add("dunning_case_recall", {
    steps: () => [
        { content: "costs against quick payment", trigger: button("Let Costs Lapse…"), run: "click" },
        {
            content: "why",
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit They can pay now.",
        },
        {
            content: "offer it",
            trigger: ".modal footer button:contains('Offer It')",
            run: "click",
        },
        {
            content: "the case says what stands",
            trigger: ".o_form_view .alert:contains('Costs and interest lapse')",
        },
        { content: "it was wrong after all", trigger: button("Recall…"), run: "click" },
        {
            content: "why",
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit Not their invoice.",
        },
        {
            content: "recall it",
            trigger: ".modal footer button:contains('Recall the Case')",
            run: "click",
        },
        {
            content: "it is closed",
            trigger: ".o_field_widget[name=outcome]:contains('Recalled')",
        },
    ],
});
