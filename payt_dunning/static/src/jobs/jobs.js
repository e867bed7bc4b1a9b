import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Tells whoever asked for long work, wherever he is in Odoo, that it is over. */
export const dunningJobs = {
    dependencies: ["bus_service", "notification", "action", "orm"],
    start(env, { bus_service, notification, action, orm }) {
        bus_service.subscribe("payt_dunning.job", ({ id, model, title, text, ok }) => {
            const close = notification.add(text || title, {
                title: text ? title : "",
                type: ok ? "success" : "warning",
                sticky: true,
                buttons: [
                    {
                        name: _t("Show"),
                        primary: true,
                        onClick: async () => {
                            close();
                            if (model) {
                                action.doAction({
                                    type: "ir.actions.act_window",
                                    res_model: model,
                                    res_id: id,
                                    views: [[false, "form"]],
                                });
                            } else {
                                action.doAction(await orm.call("dunning.job", "action_show", [[id]]));
                            }
                        },
                    },
                ],
            });
        });
    },
};

registry.category("services").add("payt_dunning.jobs", dunningJobs);
