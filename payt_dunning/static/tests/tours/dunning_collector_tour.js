import { registry } from "@web/core/registry";

/** A collector looks at what would leave, reads a message, and sends it. */
registry.category("web_tour.tours").add("dunning_collector_sends", {
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
            trigger: ".modal:contains('1 messages leave') .btn-primary",
            run: "click",
        },
        {
            content: "the run was asked for",
            trigger: ".o_list_view .o_data_row:contains('Ordered')",
        },
    ],
});
