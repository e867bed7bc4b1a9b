import { registry } from "@web/core/registry";

const first = (words) =>
    `.o_dunning_today_row[data-place^='first/']:contains('${words}')`;
const focused = (row) => `${row}:focus`;
const press = (key) => `press ${key}`;
const chip = (key, count) => `[data-chip=${key}] .badge:contains(/^${count}$/)`;

/** A clerk's morning without a mouse: read, answer, move, decide, look at colleagues' work. */
registry.category("web_tour.tours").add("dunning_today", {
    steps: () => [
        { content: "two messages wait", trigger: chip("question", 2) },
        { content: "what is late and largest comes first", trigger: `${first("Quarrel Ltd")}:first-child` },
        { content: "the keys are told", trigger: ".o_dunning_today", run: press("?") },
        { content: "there they are", trigger: ".o_dunning_today_keys:contains('next and previous row')" },
        { content: "to the first row", trigger: ".o_dunning_today", run: press("j") },
        { content: "it has the focus", trigger: focused(first("Quarrel Ltd")), run: press("j") },
        { content: "the next one, with the most money", trigger: focused(first("Bakery Ltd")), run: press("Enter") },
        {
            content: "its dialog is there; type the answer",
            trigger: ".modal .o_field_widget[name=body] textarea",
            run: "edit Thank you: just pay the rest.",
        },
        { content: "no key of ours is taken while typing", trigger: ".modal .o_field_widget[name=body]" },
        { content: "send it", trigger: ".modal footer button[name=action_apply]", run: "click" },
        { content: "one is left", trigger: chip("question", 1) },
        { content: "the answered one is gone", trigger: ".o_dunning_today:not(:has([data-section=question] .o_dunning_today_row:contains('Bakery Ltd')))" },
        { content: "what took its place has the focus", trigger: ".o_dunning_today_row:focus", run: press("1") },
        { content: "a digit goes to a section", trigger: "[data-section=question] .o_dunning_today_row:focus:contains('Florist Ltd')", run: press("m") },
        { content: "nothing of it is mine", trigger: "[data-scope=mine].active" },
        { content: "so no message waits here", trigger: ".o_dunning_today:not(:has([data-chip=question]))", run: press("a") },
        { content: "everybody's", trigger: "[data-scope=all].active" },
        { content: "it is there again", trigger: chip("question", 1) },
        { content: "say that a message needs no answer", trigger: "[data-section=question] button:contains('No Answer Needed')", run: "click" },
        { content: "its section is among those where nothing waits", trigger: ".o_dunning_today_quiet:contains('Messages to answer')" },
        { content: "the whole list", trigger: "[data-section=dispute] .o_dunning_today_all", run: "click" },
        { content: "of what was counted", trigger: ".o_list_view .o_data_row:contains('Quarrel Ltd')" },
    ],
});
