import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** A new quotation of one product for a customer. */
const quotation = (customer) => [
    {
        content: "the customer",
        trigger: ".o_field_widget[name=partner_id] input",
        run: `edit ${customer}`,
    },
    {
        content: "it is found",
        trigger: `.ui-menu-item > a:contains('${customer}')`,
        run: "click",
    },
    {
        content: "a line",
        trigger: ".o_field_x2many_list_row_add > button:contains('Add a product'), .o_field_x2many_list_row_add > a:contains('Add a product')",
        run: "click",
    },
    {
        content: "the product",
        trigger: ".o_field_widget[name=product_template_id] input, .o_field_widget[name=product_id] input",
        run: "edit Oven Repair",
    },
    {
        content: "it is found",
        trigger: ".ui-menu-item > a:contains('Oven Repair')",
        run: "click",
    },
    {
        content: "its price",
        trigger: ".o_field_widget[name=order_line] .o_data_row:contains('1,000.00')",
    },
];
const save = [
    { content: "save", trigger: ".o_form_button_save", run: "click" },
    { content: "it is saved", trigger: ".o_form_saved" },
];

/** The salesperson makes a quotation for a bad payer: it asks half of it up front. */
tours.add("prepayment_quotation", {
    steps: () => [
        ...quotation("Late Baker"),
        {
            content: "it says who this is and why",
            trigger: ".alert-info:contains('Bad Payer'):contains('days')",
        },
        {
            content: "and asks half up front",
            trigger: ".alert-info .o_field_widget[name=dunning_ask_says]:contains('500.00'):contains('asked up front')",
        },
        ...save,
    ],
});

/** The customer signs, and pays what is asked with the demo provider. */
tours.add("prepayment_customer", {
    steps: () => [
        {
            content: "what is asked",
            trigger: ".o_portal_sale_sidebar:contains('Down payment'):contains('500.00')",
        },
        {
            content: "sign and pay",
            trigger: "body[is-ready=true] .o_portal_sale_sidebar a:contains('Sign & Pay')",
            run: "click",
        },
        {
            content: "the name",
            trigger: ".modal .o_web_sign_name_and_signature input",
            run: "edit Bea Baker",
        },
        {
            content: "the signature is there",
            trigger: ".modal canvas.o_web_sign_signature",
            run: "canvasNotEmpty",
        },
        {
            content: "sign",
            trigger: ".modal .o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "it still has to be paid",
            trigger: "#quote_content:contains('needs to be paid')",
        },
        {
            content: "pay",
            trigger: ".modal.show:contains('500.00') button[name=o_payment_submit_button]:not(:disabled)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "it is paid and confirmed",
            trigger: "#quote_content:contains('S0'), .o_portal_sale_sidebar:contains('Amount paid')",
        },
    ],
});

/** A good payer is asked nothing, and the order is confirmed. */
tours.add("prepayment_good_payer", {
    steps: () => [
        ...quotation("Prompt Baker"),
        {
            content: "nothing is asked",
            trigger: ".o_form_view:not(:has(.o_field_widget[name=dunning_ask_says]))",
        },
        ...save,
        {
            content: "confirm",
            trigger: ".o_form_statusbar button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "it is an order",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Sales Order')",
        },
    ],
});

/** What is overdue keeps an order from being confirmed, until somebody with the right decides. */
tours.add("prepayment_credit_hold", {
    steps: () => [
        {
            content: "it says so beforehand",
            trigger: ".alert-info:contains('400.00'):contains('overdue')",
        },
        {
            content: "confirm",
            trigger: ".o_form_statusbar button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "it is refused and says why",
            trigger: ".modal .modal-body:contains('Late Baker'):contains('400.00'):contains('not confirmed')",
        },
        { content: "close", trigger: ".modal .btn-close, .modal footer .btn-primary", run: "click" },
        {
            content: "decide otherwise",
            trigger: "body:not(:has(.modal)) .o_form_statusbar button[name=action_dunning_override]",
            run: "click",
        },
        {
            content: "why",
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit Their bank confirmed the transfer",
        },
        {
            content: "override",
            trigger: ".modal footer button[name=action_apply]",
            run: "click",
        },
        {
            content: "confirm now",
            trigger: "body:not(:has(.modal)) .o_form_statusbar button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "it is an order",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Sales Order')",
        },
    ],
});

/** Where it is only warned, the button asks first. */
tours.add("prepayment_credit_warning", {
    steps: () => [
        {
            content: "confirm",
            trigger: ".o_form_statusbar button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "it asks, and says why",
            trigger: ".modal .modal-body:contains('Late Baker'):contains('400.00'):contains('Confirmed anyway')",
        },
        {
            content: "confirm anyway",
            trigger: ".modal footer button:contains('Confirm Anyway')",
            run: "click",
        },
        {
            content: "it is an order, and the screen shows it",
            trigger: "body:not(:has(.modal)) .o_statusbar_status .o_arrow_button_current:contains('Sales Order')",
        },
    ],
});
