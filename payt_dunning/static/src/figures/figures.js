import { Component, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "dunning.figures";
const COLORS = { dso: "#017e84", overdue: "#b5651d", long: "#a4262c" };

/** Every figure of a company as at a day, with its definition and the way to its records. */
export class DunningFigures extends Component {
    static template = "payt_dunning.Figures";
    static components = { DateTimeInput, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.canvas = useRef("trend");
        this.asked = { day: null, company: null, months: 3, buckets: null, own: true };
        this.state = useState({ look: null, loading: true, count: 0 });
        onWillStart(() => Promise.all([loadBundle("web.chartjs_lib"), this.load()]));
        useEffect(
            () => this.draw(),
            () => [this.state.look]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    async load(changed = {}) {
        const before = this.asked;
        this.asked = { ...before, ...changed };
        this.state.loading = true;
        try {
            const { day, company, months, buckets, own } = this.asked;
            this.state.look = await this.orm.call(MODEL, "look", [
                day,
                company,
                months,
                buckets,
                own,
            ]);
        } catch (error) {
            // What is shown is what was looked at before.
            this.asked = before;
            throw error;
        } finally {
            this.state.loading = false;
            this.state.count += 1;
        }
    }

    get day() {
        return deserializeDate(this.state.look.day);
    }

    onDay(day) {
        return this.load({ day: day ? serializeDate(day) : null });
    }

    onCompany(ev) {
        return this.load({ company: Number(ev.target.value), buckets: null });
    }

    onMonths(ev) {
        return this.load({ months: Number(ev.target.value) });
    }

    onBuckets(ev) {
        return this.load({ buckets: ev.target.value || null });
    }

    onOwn(ev) {
        return this.load({ own: ev.target.checked });
    }

    async open(input) {
        const { look } = this.state;
        const action = await this.orm.call(MODEL, "open", [
            input.key,
            look.day,
            look.company.id,
            look.months,
            look.own,
        ]);
        return this.action.doAction(action);
    }

    fileUrl(kind) {
        const { look } = this.state;
        const asked = new URLSearchParams({
            day: look.day,
            company: look.company.id,
            months: look.months,
            own: look.own ? "1" : "0",
        });
        return `/payt_dunning/figures.${kind}?${asked}`;
    }

    draw() {
        this.chart?.destroy();
        this.chart = null;
        const { look } = this.state;
        if (!look || !this.canvas.el) {
            return;
        }
        const line = (key, label, axis) => ({
            label,
            data: look.trend.map((point) => point[key]),
            borderColor: COLORS[key],
            backgroundColor: COLORS[key],
            yAxisID: axis,
            tension: 0,
            spanGaps: false,
        });
        this.chart = new window.Chart(this.canvas.el, {
            type: "line",
            data: {
                labels: look.trend.map((point) => point.day),
                datasets: [
                    line("dso", _t("DSO, days"), "y"),
                    line("overdue", _t("Overdue, %"), "share"),
                    line("long", _t("More than 90 days late, %"), "share"),
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                scales: {
                    y: { beginAtZero: true, title: { display: true, text: _t("days") } },
                    share: {
                        beginAtZero: true,
                        max: 100,
                        position: "right",
                        grid: { drawOnChartArea: false },
                        title: { display: true, text: "%" },
                    },
                },
            },
        });
    }
}

registry.category("actions").add("payt_dunning.figures", DunningFigures);
