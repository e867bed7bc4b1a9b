import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Tells what a dialog did, with a button that takes it back. */
function done(env, action) {
    const { message, changes } = action.params;
    const buttons = [];
    if (changes.length) {
        buttons.push({
            name: _t("Undo"),
            onClick: async () => {
                close();
                const told = await env.services.orm.call("dunning.change", "action_undo", [changes]);
                await env.services.action.doAction(told);
            },
        });
    }
    const close = env.services.notification.add(message, {
        type: "success",
        autocloseDelay: 10000,
        buttons,
    });
    return { type: "ir.actions.act_window_close" };
}

registry.category("actions").add("dunning_done", done);
