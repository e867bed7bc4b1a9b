import { Component, onMounted, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { SIZES } from "@web/core/ui/ui_service";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const WAIT = 200;
const LEVEL_FIELDS = [
    "name",
    "days",
    "spacing",
    "phase",
    "active",
    "subject",
    "text",
    "closing",
    "short_text",
    "subject_informal",
    "text_informal",
    "short_text_informal",
    "closing_informal",
    "statutory_code",
    "term_days",
    "announces_costs",
    "asks",
    "invites_plan",
];
const POLICY_FIELDS = [
    "greeting",
    "closing",
    "greeting_informal",
    "closing_informal",
    "bills",
    "people",
];
/** Texts that are followed while they are typed, in the form of a level and of a policy. */
const TEXTS = {
    "dunning.level": [
        "subject",
        "text",
        "closing",
        "short_text",
        "subject_informal",
        "text_informal",
        "short_text_informal",
        "closing_informal",
    ],
    "dunning.policy": ["greeting", "closing", "greeting_informal", "closing_informal"],
};
/** Nothing in the message may load or run anything, whatever it holds. */
const FRAME =
    `<!DOCTYPE html><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">` +
    `<base target="_blank"><body style="margin:0">`;

/**
 * Shows the message that a level makes while its texts are being typed, what is odd about it,
 * and the placeholders. The server renders it with the code that renders real messages.
 */
export class TextPreview extends Component {
    static template = "payt_dunning.TextPreview";
    static components = { RecordSelector };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.root = useRef("root");
        // On a small screen the list would push the message out of sight.
        this.placeholdersOpen = useService("ui").size >= SIZES.LG;
        this.keepLast = new KeepLast();
        this.typed = {};
        this.lastInput = null;
        this.itemId = false;
        this.lang = false;
        this.channel = "email";
        this.form = "formal";
        this.state = useState({
            subject: "",
            frame: "",
            problem: "",
            warnings: [],
            langs: [],
            lang: "",
            channels: [],
            channel: "email",
            form: "formal",
            notes: [],
            saved: false,
            item: { id: false, name: "" },
            placeholders: [],
        });
        this.refreshSoon = useDebounced(() => this.refresh(), WAIT);
        this.onInput = this.onInput.bind(this);
        this.onFocus = this.onFocus.bind(this);
        let form;
        onMounted(() => {
            form = this.root.el.closest(".o_form_renderer");
            form?.addEventListener("input", this.onInput);
            form?.addEventListener("focusin", this.onFocus);
            this.refresh();
        });
        onWillUnmount(() => {
            form?.removeEventListener("input", this.onInput);
            form?.removeEventListener("focusin", this.onFocus);
        });
        // What the record has taken over no longer counts as typed.
        useEffect(
            () => {
                this.typed = {};
                this.refreshSoon();
            },
            () => [JSON.stringify(this.values)]
        );
    }

    get ofPolicy() {
        return this.props.record.resModel === "dunning.policy";
    }

    /** What the record holds; of a policy only what its levels share. */
    get values() {
        const { data, evalContext } = this.props.record;
        const policy = this.ofPolicy ? data : evalContext.parent || {};
        const values = {};
        for (const name of POLICY_FIELDS) {
            values[`policy_${name}`] = policy[name] ?? false;
        }
        if (!this.ofPolicy) {
            values.channels = Boolean(data.channel_ids?.count);
            for (const name of LEVEL_FIELDS) {
                values[name] = data[name] ?? false;
            }
        }
        return values;
    }

    get itemDomain() {
        return [
            ["state", "=", "open"],
            ["amount_open", ">", 0],
        ];
    }

    fieldOf(target) {
        const field = target.closest(".o_field_widget[name]");
        const name = field?.getAttribute("name");
        return TEXTS[this.props.record.resModel].includes(name) ? name : "";
    }

    onFocus({ target }) {
        if (this.fieldOf(target) && target.setRangeText) {
            this.lastInput = target;
        }
    }

    onInput({ target }) {
        const name = this.fieldOf(target);
        if (name) {
            this.typed[this.ofPolicy ? `policy_${name}` : name] = target.value;
            this.refreshSoon();
        }
    }

    onItem(itemId) {
        this.itemId = itemId;
        this.refresh();
    }

    onLang({ target }) {
        this.lang = target.value;
        this.refresh();
    }

    onChannel({ target }) {
        this.channel = target.value;
        this.refresh();
    }

    onForm({ target }) {
        this.form = target.value;
        this.refresh();
    }

    /** Put a placeholder where the cursor was last; in the text where it was nowhere. */
    insert(name) {
        const form = this.root.el.closest(".o_form_renderer");
        const input = this.lastInput?.isConnected
            ? this.lastInput
            : form.querySelector(
                  `.o_field_widget[name='${this.ofPolicy ? "closing" : "text"}'] textarea`
              );
        if (!input) {
            return;
        }
        input.focus();
        input.setRangeText(`{${name}}`, input.selectionStart, input.selectionEnd, "end");
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
    }

    async refresh() {
        const { evalContext, resId } = this.props.record;
        const policyId = this.ofPolicy ? resId : evalContext.parent?.id;
        const shown = await this.keepLast.add(
            this.orm.silent.call("dunning.text.preview", "render_draft", [
                policyId || false,
                (!this.ofPolicy && resId) || false,
                { ...this.values, ...this.typed },
                this.itemId,
                this.lang,
                this.channel,
                this.form,
            ])
        );
        const { subject, html, ...others } = shown;
        Object.assign(this.state, { problem: "", notes: [] }, others);
        if (html !== undefined) {
            Object.assign(this.state, { subject, frame: FRAME + html });
        }
    }
}

export const textPreview = {
    component: TextPreview,
};

registry.category("view_widgets").add("dunning_text_preview", textPreview);
