import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** A dialog's main button, and that the dialog is gone. */
const apply = (button) => [
    { content: button, trigger: `.modal-footer button:contains('${button}')`, run: "click" },
    { content: "the dialog is closed", trigger: "body:not(:has(.modal))" },
];

/** From a check to a draw that is paid out, and one invoice released from it. */
tours.add("financing_draw", {
    steps: () => [
        {
            content: "prepare a draw",
            trigger: ".o_form_view button[name=action_draw]",
            run: "click",
        },
        {
            content: "the draft says what can be asked",
            trigger: ".o_field_widget[name=says]:contains('Nothing is pledged yet')",
        },
        {
            content: "leave the small invoice out",
            trigger: ".o_data_row:contains('48.00') button[name=action_take_out]",
            run: "click",
        },
        {
            content: "it is not among them any more",
            trigger: ".o_field_widget[name=asked_ids]:not(:has(.o_data_row:contains('48.00')))",
        },
        { content: "what is left out", trigger: ".nav-link[name=left_out]", run: "click" },
        {
            content: "it could be taken in again",
            trigger: ".o_field_widget[name=left_ids] .o_data_row:contains('60.00') button[name=action_take_in]",
        },
        { content: "back to the others", trigger: ".nav-link[name=invoices]", run: "click" },
        {
            content: "they are there",
            trigger: ".o_field_widget[name=asked_ids] .o_data_row",
        },
        {
            content: "and asked for less",
            trigger: ".o_field_widget[name=advance]:contains('240.00')",
        },
        { content: "offer it", trigger: "button[name=action_offer]", run: "click" },
        {
            content: "it was looked at again",
            trigger: ".modal .alert-info:contains('still qualify')",
        },
        ...apply("Offer"),
        {
            content: "it is applied for",
            trigger: ".o_arrow_button_current:contains('Applied For')",
        },
        { content: "it is paid out", trigger: "button[name=action_paid]", run: "click" },
        {
            content: "less than was asked",
            trigger: ".modal .o_field_widget[name=amount] input",
            run: "edit 238.00",
        },
        {
            content: "leave the field",
            trigger: ".modal .o_field_widget[name=kept_count]",
            run: "click",
        },
        {
            content: "the reason",
            trigger: ".modal .o_field_widget[name=why] input",
            run: "edit Fee of 2",
        },
        ...apply("Pledge"),
        {
            content: "it is paid out",
            trigger: ".o_arrow_button_current:contains('Paid Out')",
        },
        {
            content: "release one",
            trigger: ".o_data_row:contains('100.00') button[name=action_release]",
            run: "click",
        },
        {
            content: "the reason",
            trigger: ".modal .o_field_widget[name=why] input",
            run: "edit Agreed by phone",
        },
        ...apply("Confirm"),
        {
            content: "it is released with the reason",
            trigger: ".o_data_row:contains('Agreed by phone'):contains('Released')",
        },
        {
            content: "the rest is still pledged",
            trigger: ".o_field_widget[name=says]:contains('160.00'):contains('still pledged')",
        },
    ],
});
