import { registry } from "@web/core/registry";

/** Do what waits in the background now, as the scheduled action would. */
async function work() {
    const [cron] = await rpc("ir.cron", "search", [
        [["ir_actions_server_id.code", "=", "model._cron_work()"]],
    ]);
    await rpc("ir.cron", "method_direct_trigger", [[cron]]);
}

async function rpc(model, method, args) {
    const answer = await fetch(`/web/dataset/call_kw/${model}/${method}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
            jsonrpc: "2.0",
            method: "call",
            params: { model, method, args, kwargs: {} },
        }),
    });
    const told = await answer.json();
    if (told.error) {
        throw new Error(JSON.stringify(told.error));
    }
    return told.result;
}

registry.category("web_tour.tours").add("payt_dunning_simulator", {
    steps: () => [
        {
            content: "the policy that is being edited is chosen",
            trigger: ".o_dunning_simulator select#simulator_policy:has(option:checked:contains('being edited'))",
        },
        { trigger: "#simulator_months", run: "edit 6" },
        { trigger: ".o_dunning_try", run: "click" },
        { content: "it goes on in the background", trigger: ".o_dunning_going [role=progressbar]" },
        { trigger: ".o_dunning_stop", run: "click" },
        { trigger: ".o_dunning_simulator .alert:contains('Cancelled')" },
        { content: "again, and this time to its end", trigger: ".o_dunning_try:enabled", run: "click" },
        { trigger: ".o_dunning_going [role=progressbar]", run: work },
        { trigger: ".o_dunning_found .o_dunning_sums:contains('Messages and work made')" },
        { trigger: ".o_dunning_found:contains('What this can')" },
        {
            content: "an invoice whose reminder would have left on another day is opened",
            trigger: ".o_dunning_differences tbody tr:contains('First reminder') button",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name=debtor_id]" },
        { content: "what was found is found again", trigger: ".o_back_button, .breadcrumb-item a", run: "click" },
        { trigger: ".o_dunning_simulator li:contains('Done') button", run: "click" },
        { trigger: ".o_dunning_found .o_dunning_differences" },
    ],
});
