import { Component, onPatched, onWillStart, useExternalListener, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "dunning.today";
const FIRST = 10;
const SHORT = 5;
const SCOPES = ["mine", "team", "all"];
const EDITABLE = "input, textarea, select, [contenteditable='true']";

/** Compares what the server gave to sort rows by, the most pressing first. */
function byOrder(left, right) {
    const place = left.order.findIndex((part, index) => part !== right.order[index]);
    return place === -1 ? 0 : left.order[place] - right.order[place];
}

/** What needs a person today, with the next action on the spot; works by keyboard alone. */
export class DunningToday extends Component {
    static template = "payt_dunning.Today";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.ui = useService("ui");
        this.root = useRef("root");
        this.display = { controlPanel: {} };
        this.asked = 0;
        this.state = useState({
            look: null,
            loading: true,
            scope: this.remembered,
            at: null,
            keys: false,
            long: {},
            told: "",
        });
        this.focusAt = false;
        onWillStart(() => this.load());
        onPatched(() => this.focusRow());
        useBus(this.ui.bus, "active-element-changed", () => this.focusRow());
        useExternalListener(window, "keydown", (ev) => this.onKey(ev));
    }

    // -- what is shown -------------------------------------------------------------------

    get memory() {
        return `payt_dunning.today.scope.${user.userId}`;
    }

    get remembered() {
        const scope = browser.localStorage.getItem(this.memory);
        return SCOPES.includes(scope) ? scope : "team";
    }

    get scopes() {
        return [
            {
                key: "mine",
                label: _t("Mine"),
                help: _t("What I handle, or somebody for whom I stand in today. Key: m"),
            },
            {
                key: "team",
                label: _t("Team"),
                help: _t(
                    "Mine, what nobody handles, and what colleagues handle with whom I stand in for each other. Key: t"
                ),
            },
            { key: "all", label: _t("All"), help: _t("Whoever handles it. Key: a") },
        ];
    }

    get keyWords() {
        return [
            ["j k ↓ ↑", _t("next and previous row")],
            ["Enter", _t("do the first thing of the row")],
            ["o", _t("open the record")],
            ["d", _t("open the debtor")],
            ["0", _t("go to what comes first")],
            ["1 … 9", _t("go to a section")],
            ["m t a", _t("mine, team, all")],
            ["r", _t("look again")],
            ["?", _t("show or hide these keys")],
        ];
    }

    get sections() {
        return this.state.look.sections.filter((section) => section.count);
    }

    get quiet() {
        return this.state.look.sections.filter((section) => !section.count);
    }

    get first() {
        return this.sections
            .flatMap((section) => section.rows)
            .sort(byOrder)
            .slice(0, FIRST);
    }

    get total() {
        return this.sections.reduce((sum, section) => sum + section.count, 0);
    }

    get notLive() {
        return this.state.look.companies.filter((company) => !company.live);
    }

    get nothingOpen() {
        return !this.state.look.companies.some((company) => company.open);
    }

    notLiveText(company) {
        if (company.silence) {
            return company.silence;
        }
        return _t("%s has not gone live: nothing leaves by itself yet.", company.name);
    }

    lateText(section) {
        return _t("%s late", section.late);
    }

    deadlineText(section) {
        return _t("first by %s", section.deadline);
    }

    moreText(section) {
        return this.state.long[section.key] ? _t("Fewer") : _t("More");
    }

    shown(section) {
        return this.state.long[section.key] ? section.rows : section.rows.slice(0, SHORT);
    }

    /** Every row on the screen, from above to below: first list and sections. */
    get places() {
        const first = this.first.map((row) => ({ key: `first/${row.key}`, row }));
        const rows = this.sections.flatMap((section) =>
            this.shown(section).map((row) => ({ key: `${section.key}/${row.key}`, row }))
        );
        return [...first, ...rows];
    }

    section(key) {
        return this.state.look.sections.find((section) => section.key === key);
    }

    daysText(row) {
        if (row.days === null) {
            return "";
        }
        if (row.days > 0) {
            return row.days === 1 ? _t("1 day late") : _t("%s days late", row.days);
        }
        return row.days === 0 ? _t("today") : _t("by %s", row.deadline);
    }

    /** What a screen reader says of a row. */
    words(row, section) {
        return [section, row.debtor, row.about, row.amount, this.daysText(row), row.why]
            .filter(Boolean)
            .join(", ");
    }

    // -- loading ---------------------------------------------------------------------------

    /** All of it: what is done about one row often ends another one, too. */
    async load() {
        const asked = ++this.asked;
        this.state.loading = true;
        try {
            const look = await this.orm.call(MODEL, "look", [this.state.scope]);
            if (asked === this.asked) {
                const before = this.state.look && this.places.findIndex((p) => p.key === this.state.at);
                this.state.look = look;
                this.keepPlace(before);
            }
        } finally {
            if (asked === this.asked) {
                this.state.loading = false;
            }
        }
    }

    /** After a row has gone the one that takes its place is chosen, and has the focus. */
    keepPlace(before) {
        const places = this.places;
        if (this.state.at && !places.some((place) => place.key === this.state.at)) {
            const next = places[Math.min(Math.max(before, 0), places.length - 1)];
            this.state.at = next ? next.key : null;
        }
        this.focusAt = Boolean(this.state.at);
    }

    async reload() {
        await this.load();
        this.state.told = _t("%s things wait", this.total);
    }

    choose(scope) {
        this.state.scope = scope;
        browser.localStorage.setItem(this.memory, scope);
        return this.reload();
    }

    // -- moving ----------------------------------------------------------------------------

    goTo(key) {
        this.state.at = key;
        this.focusAt = true;
        this.focusRow();
    }

    focusRow() {
        // While a dialog is open the focus is its own.
        if (!this.focusAt || !this.root.el || this.ui.activeElement !== document) {
            return;
        }
        const row = this.root.el.querySelector(`[data-place="${CSS.escape(this.state.at)}"]`);
        if (row) {
            this.focusAt = false;
            row.focus({ preventScroll: true });
            row.scrollIntoView({ block: "nearest" });
        }
    }

    move(step) {
        const places = this.places;
        if (!places.length) {
            return;
        }
        const at = places.findIndex((place) => place.key === this.state.at);
        const next = at === -1 ? 0 : Math.min(places.length - 1, Math.max(0, at + step));
        this.goTo(places[next].key);
    }

    jump(number) {
        const key = number === 0 ? "first" : this.sections[number - 1]?.key;
        const place = this.places.find((each) => each.key.startsWith(`${key}/`));
        if (place) {
            this.goTo(place.key);
            const heading = this.root.el.querySelector(`#dunning_today_${key}`);
            heading?.scrollIntoView({ block: "start" });
        }
    }

    onKey(ev) {
        const typing = ev.target instanceof Element && ev.target.closest(EDITABLE);
        if (typing || ev.ctrlKey || ev.metaKey || ev.altKey || (ev.repeat && ev.key === "Enter")) {
            return;
        }
        // A dialog or a menu has the keys while it is open.
        if (this.ui.activeElement !== document || !this.state.look) {
            return;
        }
        const onRow = ev.target instanceof Element && ev.target.matches("[data-place]");
        const done = this.keyDone(ev.key, onRow);
        if (done) {
            ev.preventDefault();
            ev.stopPropagation();
        }
    }

    /** Does what a key stands for. */
    keyDone(key, onRow) {
        const row = this.places.find((place) => place.key === this.state.at)?.row;
        const scopes = { m: "mine", t: "team", a: "all" };
        const does = {
            j: () => this.move(1),
            ArrowDown: () => this.move(1),
            k: () => this.move(-1),
            ArrowUp: () => this.move(-1),
            r: () => this.reload(),
            "?": () => (this.state.keys = !this.state.keys),
            o: row && (() => this.open(row)),
            d: row?.debtorId && (() => this.openDebtor(row)),
            Enter: row && onRow && (() => this.act(row, row.acts[0])),
        };
        if (key in scopes) {
            this.choose(scopes[key]);
        } else if (/^[0-9]$/.test(key)) {
            this.jump(Number(key));
        } else if (does[key]) {
            does[key]();
        } else {
            return false;
        }
        return true;
    }

    // -- doing -----------------------------------------------------------------------------

    openForm(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    open(row) {
        return this.openForm(row.model, row.id);
    }

    openDebtor(row) {
        return this.openForm("dunning.debtor", row.debtorId);
    }

    /** The existing list, of exactly what is counted here. */
    async showAll(section) {
        const action = await this.action.loadAction(section.all.action);
        return this.action.doAction({
            ...action,
            name: section.title,
            domain: section.all.domain,
            context: {},
        });
    }

    act(row, act) {
        if (!act || !act.do) {
            return this.open(row);
        }
        if (!act.confirm) {
            return this.do(row, act);
        }
        return this.dialog.add(ConfirmationDialog, {
            title: act.label,
            body: act.confirm,
            confirmLabel: act.label,
            confirm: () => this.do(row, act),
            cancel: () => {},
        });
    }

    /** Runs the method or opens the dialog of an action, then looks again. */
    async do(row, act) {
        const about = {
            row: [row.model, [row.id]],
            debtor: ["dunning.debtor", [row.debtorId]],
        };
        const [model, ids] = about[act.about];
        const options = { onClose: () => this.reload() };
        if (act.do.includes(".")) {
            const context = { active_model: model, active_id: ids[0], active_ids: ids, ...act.context };
            return this.action.doAction(act.do, { ...options, additionalContext: context });
        }
        const next = await this.orm.call(model, act.do, [ids], { context: act.context });
        if (next && typeof next === "object" && next.type) {
            await this.action.doAction(next, options);
            if (next.target === "new" || next.type === "ir.actions.act_window") {
                return;
            }
        }
        await this.reload();
    }

    openChecklist() {
        return this.action.doAction("payt_dunning.action_dunning_checklist");
    }
}

registry.category("actions").add("payt_dunning.today", DunningToday);
