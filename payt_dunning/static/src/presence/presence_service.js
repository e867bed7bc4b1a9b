import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

/** Older than this a notice says nothing about now: a laptop that was asleep gets it late. */
const TOO_LATE = 10 * 60 * 1000;
/** A tab that nobody sees lets one that somebody sees go first. */
const PATIENCE = 800;
const SHOWN = 20000;

/** The companies of the tab, and the debtor's, which need not be among them. */
function withCompany(company) {
    return [...new Set([...user.activeCompanies.map((each) => each.id), company])];
}

/** Tells who handles a debtor that it is on its page: once, however many tabs are open. */
export const presenceService = {
    dependencies: ["action", "bus_service", "multi_tab", "notification", "orm"],
    start(env, { action, bus_service, multi_tab, notification, orm }) {
        /** Whether no other tab tells it: the first one holds a lock for a while. */
        function isFirst(name) {
            if (!navigator.locks) {
                return multi_tab.isOnMainTab();
            }
            return new Promise((resolve) => {
                navigator.locks.request(name, { ifAvailable: true }, (lock) => {
                    resolve(Boolean(lock));
                    return lock && new Promise((free) => browser.setTimeout(free, SHOWN));
                });
            });
        }
        async function tell({ debtor, items, moment }) {
            if (!(await isFirst(`payt_dunning.here.${debtor}.${moment}`))) {
                return;
            }
            // What it says is read with the rights of who reads it; the bus keeps numbers only.
            // Nobody asked for it: where it can't be read, nothing is said.
            const said = await orm.silent
                .call("dunning.debtor", "presence", [[debtor], items])
                .catch(() => false);
            if (!said) {
                return;
            }
            const close = notification.add(said.message, {
                title: said.title,
                type: "info",
                autocloseDelay: SHOWN,
                className: "o_dunning_here",
                buttons: [
                    {
                        name: _t("Open"),
                        primary: true,
                        onClick: () => {
                            close();
                            action.doAction({
                                type: "ir.actions.act_window",
                                res_model: "dunning.debtor",
                                res_id: debtor,
                                views: [[false, "form"]],
                                context: { allowed_company_ids: withCompany(said.company) },
                            });
                        },
                    },
                ],
            });
        }
        bus_service.subscribe("dunning_here", (told) => {
            const age = Date.now() - Date.parse(`${told.moment.replace(" ", "T")}Z`);
            if (Math.abs(age) > TOO_LATE) {
                return;
            }
            const patience = document.visibilityState === "visible" ? 0 : PATIENCE;
            browser.setTimeout(() => tell(told), patience);
        });
        bus_service.start();
    },
};

registry.category("services").add("dunning_presence", presenceService);
