import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "dunning.preview.screen";
const PAGE = 50;
const ACTION_ORDER = ["wait", "blocked", "closed"];

/** What a run would do on a day: messages as they would leave, and why the rest does not. */
export class DunningPreview extends Component {
    static template = "payt_dunning.Preview";
    static components = { DateTimeInput, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        const params = this.props.action.params || {};
        this.model = params.model || null;
        this.ids = params.ids || [];
        this.display = { controlPanel: {} };
        this.message = useRef("message");
        this.state = useState({
            look: null,
            loading: true,
            page: 0,
            search: "",
            chosen: null,
            message: null,
            sending: false,
            asked: 0,
        });
        onWillStart(() => this.load());
        useEffect(
            () => this.showMessage(),
            () => [this.state.message]
        );
    }

    /** On a small screen the message is below the list: go there. */
    showMessage() {
        const place = this.message.el;
        if (this.state.message && place.getBoundingClientRect().top > window.innerHeight / 2) {
            place.scrollIntoView();
        }
    }

    async load(day = null) {
        this.state.loading = true;
        try {
            const look = await this.orm.call(MODEL, "look", [day, this.model, this.ids]);
            Object.assign(this.state, { look, page: 0, chosen: null, message: null });
        } finally {
            this.state.loading = false;
            // The date shown is the one that was looked at, also when another was refused.
            this.state.asked += 1;
        }
    }

    get day() {
        return deserializeDate(this.state.look.day);
    }

    onDay(day) {
        return this.load(day ? serializeDate(day) : null);
    }

    onSearch(ev) {
        this.state.search = ev.target.value.toLowerCase();
        this.state.page = 0;
    }

    get found() {
        const { look, search } = this.state;
        if (!search) {
            return look.messages;
        }
        return look.messages.filter((row) =>
            [row.debtor, row.recipient, row.level].some((text) =>
                (text || "").toLowerCase().includes(search)
            )
        );
    }

    get rows() {
        const first = this.state.page * PAGE;
        return this.found.slice(first, first + PAGE);
    }

    get lastPage() {
        return Math.max(0, Math.ceil(this.found.length / PAGE) - 1);
    }

    get pageText() {
        const first = this.state.page * PAGE;
        return _t("%(first)s-%(last)s of %(total)s", {
            first: this.found.length ? first + 1 : 0,
            last: Math.min(first + PAGE, this.found.length),
            total: this.found.length,
        });
    }

    turn(step) {
        this.state.page = Math.min(this.lastPage, Math.max(0, this.state.page + step));
    }

    get others() {
        return this.state.look.groups
            .filter((group) => group.action !== "send")
            .sort(
                (a, b) =>
                    ACTION_ORDER.indexOf(a.action) - ACTION_ORDER.indexOf(b.action) ||
                    b.count - a.count
            );
    }

    get waitsForApproval() {
        return this.state.look.messages.filter((row) => row.approval).length;
    }

    get maySend() {
        const { look } = this.state;
        return look.isToday && !look.notLive.length && look.messages.length > 0;
    }

    get whyNotSend() {
        const { look } = this.state;
        if (look.notLive.length) {
            return _t("Test mode: %s has not gone live, nothing leaves.", look.notLive.join(", "));
        }
        if (!look.isToday) {
            return _t("This is a look ahead. Only what is due today can be sent.");
        }
        return look.messages.length ? "" : _t("Nothing leaves today.");
    }

    async open(row) {
        this.state.chosen = row.key;
        this.state.message = null;
        const message = await this.orm.call(MODEL, "message", [
            row.companyId,
            row.debtorId,
            row.key,
            this.state.look.day,
        ]);
        if (this.state.chosen === row.key) {
            this.state.message = message;
        }
    }

    openDebtor(row) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "dunning.debtor",
            res_id: row.debtorId,
            views: [[false, "form"]],
        });
    }

    openItems(group) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: group.text,
            res_model: "dunning.item",
            domain: group.recorded
                ? [
                      ["action", "=", group.action],
                      ["reason", "=", group.code],
                      ["state", "=", "open"],
                  ]
                : [["id", "in", group.ids]],
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }

    askToSend() {
        const count = this.state.look.messages.length;
        const sums = this.state.look.sums.map((sum) => `${sum.company}: ${sum.amount}`).join(", ");
        this.dialog.add(ConfirmationDialog, {
            title: _t("Send these messages?"),
            body:
                count === 1
                    ? _t(
                          "1 message leaves, asking for %(sums)s. It is checked against the ledger once more before it leaves: what was paid meanwhile is not asked for.",
                          { sums }
                      )
                    : _t(
                          "%(count)s messages leave, asking for %(sums)s. Each is checked against the ledger once more before it leaves: what was paid meanwhile is not asked for.",
                          { count, sums }
                      ),
            confirmLabel: _t("Send"),
            confirm: () => this.send(),
            cancelLabel: _t("Not Now"),
            cancel: () => {},
        });
    }

    async send() {
        this.state.sending = true;
        try {
            const runs = await this.orm.call(MODEL, "send", [this.model, this.ids]);
            this.notification.add(
                _t("Asked for. The messages leave in a moment; Runs tells what became of them."),
                { type: "success" }
            );
            await this.action.doAction({
                type: "ir.actions.act_window",
                name: _t("Runs"),
                res_model: "dunning.run",
                domain: [["id", "in", runs]],
                views: [
                    [false, "list"],
                    [false, "form"],
                ],
            });
        } finally {
            this.state.sending = false;
        }
    }
}

registry.category("actions").add("payt_dunning.preview", DunningPreview);
