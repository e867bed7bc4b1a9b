import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const button = (words) => `.o_form_statusbar button:contains('${words}')`;
const row = (debtor) => `.o_list_view .o_data_row:contains('${debtor}')`;
const write = (name, words) => ({
    content: `fill in ${name}`,
    trigger: `.modal .o_field_widget[name=${name}] :is(textarea, input)`,
    run: `edit ${words}`,
});
const confirm = (words) => ({
    content: words,
    trigger: `.modal footer button:contains('${words}')`,
    run: "click",
});
/** From the list of cases to that of a debtor. */
const openCase = (debtor) => [
    { content: "the list of cases", trigger: `${row(debtor)} .o_data_cell[name=name]`, run: "click" },
    { content: "its case", trigger: `.o_form_view .o_field_widget[name=debtor_id]:contains('${debtor}')` },
];

/** The manager lets the formal notices leave. */
tours.add("dunning_story_approve", {
    steps: () => [
        { content: "a message waits", trigger: `${row("Story Consumer")}:contains('Planned')` },
        { content: "all of them", trigger: ".o_list_view thead .o_list_record_selector input", run: "click" },
        {
            content: "approve",
            trigger: ".o_control_panel button[name=action_approve]",
            run: "click",
        },
        confirm("Ok"),
        {
            content: "nothing waits for approval any more",
            trigger: ".o_list_view:not(:has(.o_data_row:contains('Planned')))",
        },
    ],
});

/** One who can't pay at once pays in parts: the plan is over the case. */
tours.add("dunning_story_plan", {
    steps: () => [
        ...openCase("Story Planner"),
        { content: "a plan", trigger: button("Payment Plan…"), run: "click" },
        {
            content: "it covers the invoice of the case and its costs",
            trigger: ".modal .o_field_widget[name=line_ids] .o_data_row:nth-child(2)",
        },
        write("count", "3"),
        {
            content: "three parts",
            trigger: ".modal .o_field_widget[name=row_ids] .o_data_row:nth-child(3)",
        },
        confirm("Start Plan"),
        { content: "its calendar", trigger: ".o_field_widget[name=installment_ids] .o_data_row" },
        { content: "back", trigger: ".o_breadcrumb a:contains('CASE/')", run: "click" },
        { content: "the case rests", trigger: ".o_form_view .alert:contains('Payment plan')" },
    ],
});

/** One who can pay now: the costs lapse for that. */
tours.add("dunning_story_offer", {
    steps: () => [
        ...openCase("Story Payer"),
        { content: "the costs", trigger: button("Let Costs Lapse…"), run: "click" },
        write("reason", "Pays today, without the costs."),
        confirm("Offer It"),
        { content: "it stands", trigger: ".o_form_view .alert:contains('Costs and interest lapse')" },
    ],
});

/** One who should not have been chased. */
tours.add("dunning_story_recall", {
    steps: () => [
        ...openCase("Story Wronged"),
        { content: "take it back", trigger: button("Recall…"), run: "click" },
        write("reason", "The invoice went to the wrong company."),
        confirm("Recall the Case"),
        {
            content: "it is closed",
            trigger: ".o_field_widget[name=outcome]:contains('Recalled')",
        },
    ],
});

/** What nothing helped is handed over, and the package comes. */
const handOver = (debtor, notice, more) => [
    ...openCase(debtor),
    { content: "it is to be decided", trigger: ".o_arrow_button_current:contains('Ready')" },
    { content: "hand it over", trigger: button("Hand Over…"), run: "click" },
    {
        content: "the checks were made",
        trigger: ".modal .o_field_widget[name=check_ids] .o_data_row:contains('Not time-barred')",
    },
    write("ground", "Work on the installation, done and delivered as ordered."),
    ...more,
    { content: "look at the exhibits", trigger: ".modal .nav-link[name=exhibits]", run: "click" },
    {
        content: "the invoice",
        trigger: ".modal .o_field_widget[name=exhibit_ids] .o_data_row:contains('Invoice')",
    },
    {
        content: "the formal notice as it left",
        trigger: `.modal .o_field_widget[name=exhibit_ids] .o_data_row:contains('${notice}')`,
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
    { content: "download it", trigger: ".o_form_statusbar button[name=action_download]", run: "click" },
    {
        content: "it is noted who did",
        trigger: ".o_form_view .o_field_widget[name=state]:contains('Delivered')",
    },
];

tours.add("dunning_story_consumer", {
    steps: () =>
        handOver("Story Consumer", "Fourteen-day Letter", [
            {
                content: "where the consumer agreed",
                trigger: ".modal .o_field_widget[name=contract_channel]",
            },
        ]),
});
tours.add("dunning_story_business", { steps: () => handOver("Story Business", "Notice of Default", []) });
