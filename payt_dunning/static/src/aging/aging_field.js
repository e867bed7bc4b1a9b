import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How old what a debtor owes is: a bar for each currency, with the same in words. */
export class DunningAging extends Component {
    static template = "payt_dunning.Aging";
    static props = { ...standardFieldProps };

    get bars() {
        return this.props.record.data[this.props.name] || [];
    }

    tip(bucket) {
        return _t("%(label)s: %(amount)s, %(count)s items", bucket);
    }

    barLabel(bar) {
        const parts = bar.buckets.map((bucket) => this.tip(bucket));
        return _t("Owed in %(currency)s by age: %(parts)s", {
            currency: bar.currency,
            parts: parts.join("; "),
        });
    }
}

registry.category("fields").add("dunning_aging", {
    component: DunningAging,
    displayName: _t("Amounts by Age"),
    supportedTypes: ["json"],
});
