import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const call = (model, method, args, kwargs = {}) =>
    rpc(`/web/dataset/call_kw/${model}/${method}`, { model, method, args, kwargs });

/** Somebody else publishes while an admin has changes that are not saved yet. */
registry.category("web_tour.tours").add("dunning_two_admins_publish", {
    steps: () => [
        {
            content: "change a level, unsaved",
            trigger: ".o_field_widget[name=level_ids] td:contains('First reminder')",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=days] input", run: "edit 5" },
        { trigger: ".modal .o_form_button_save, .modal footer .btn-primary", run: "click" },
        {
            content: "meanwhile another level is changed and published",
            trigger: "body:not(:has(.modal)) button[name=action_publish]",
            run: async () => {
                const [level] = await call("dunning.level", "search_read", [
                    [
                        ["policy_id.name", "=", "Businesses"],
                        ["name", "=", "Second reminder"],
                    ],
                    ["policy_id"],
                ]);
                await call("dunning.level", "write", [[level.id], { days: 12 }]);
                await call("dunning.policy", "action_publish", [[level.policy_id[0]]]);
            },
        },
        { content: "publish over it", trigger: "button[name=action_publish]", run: "click" },
        {
            content: "it is refused, and says who did what",
            trigger: ".modal:contains('published revision 2'):contains('while you were looking at it')",
        },
        { trigger: ".modal footer .btn-primary", run: "click" },
        {
            content: "what the other changed is on the screen now",
            trigger: ".o_dunning_line .o_dunning_when:contains('12 days after')",
        },
    ],
});
