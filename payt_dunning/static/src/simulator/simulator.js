import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "dunning.simulation.screen";
/** While a trial goes on, it is looked at after so many milliseconds. */
const AGAIN = 1500;
const PAGE = 50;

/** Levels tried on the company's own past: what they would have sent, beside what really left. */
export class DunningSimulator extends Component {
    static template = "payt_dunning.Simulator";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({
            choices: null,
            companyId: 0,
            policyId: 0,
            insteadOf: 0,
            revisionId: 0,
            months: 12,
            starting: false,
            job: null,
            page: 0,
        });
        const jobId = this.props.action.params?.job_id;
        onWillStart(async () => {
            await this.loadChoices();
            if (jobId) {
                await this.look(jobId);
            }
        });
        onWillUnmount(() => clearTimeout(this.timer));
    }

    async loadChoices() {
        const choices = await this.orm.call(MODEL, "choices", []);
        this.state.choices = choices;
        if (!this.state.companyId) {
            const [company] = choices.companies;
            this.state.companyId = company.id;
            this.choosePolicy(this.usual(company));
        }
    }

    /** The policy that is being edited, else the company's, else the first. */
    usual(company) {
        const edited = this.policies.find((each) => each.changed);
        return edited?.id || company.policyId || this.policies[0]?.id || 0;
    }

    // -- asking for one

    get policies() {
        const { choices, companyId } = this.state;
        return choices.policies.filter((each) => !each.companyId || each.companyId === companyId);
    }

    get policy() {
        return this.policies.find((each) => each.id === this.state.policyId);
    }

    chooseCompany(id) {
        this.state.companyId = id;
        const company = this.state.choices.companies.find((each) => each.id === id);
        this.choosePolicy(this.usual(company));
    }

    choosePolicy(id) {
        const known = this.policies.some((each) => each.id === id);
        this.state.policyId = known ? id : 0;
        this.state.insteadOf = this.state.policyId;
        this.state.revisionId = 0;
    }

    get what() {
        const { policy } = this;
        if (!policy) {
            return _t(
                "Everything is replayed as it was, with the levels of then: this shows how exact a replay is."
            );
        }
        if (this.state.revisionId) {
            return _t("The levels are those of a published revision.");
        }
        return policy.changed
            ? _t("The levels are those being edited; they are not published yet.")
            : _t("The levels are those that are published: nothing is being edited.");
    }

    async start() {
        this.state.starting = true;
        try {
            const { companyId, policyId, insteadOf, revisionId, months } = this.state;
            const jobId = await this.orm.call(MODEL, "start", [
                companyId,
                policyId,
                insteadOf,
                revisionId,
                months,
            ]);
            await this.look(jobId);
            await this.loadChoices();
        } finally {
            this.state.starting = false;
        }
    }

    // -- looking

    async look(jobId) {
        clearTimeout(this.timer);
        const job = await this.orm.call(MODEL, "look", [jobId]);
        this.state.job = job;
        this.state.page = 0;
        if (job.underWay) {
            this.timer = setTimeout(() => this.look(jobId), AGAIN);
        } else {
            await this.loadChoices();
        }
    }

    async cancel() {
        await this.orm.call(MODEL, "cancel", [this.state.job.id]);
        await this.look(this.state.job.id);
    }

    get result() {
        return this.state.job?.result;
    }

    get compared() {
        return _t(
            "The same: %(same)s. Earlier: %(earlier)s. Later: %(later)s. Only with these levels: %(more)s. Only as it was: %(fewer)s.",
            this.result.counts
        );
    }

    get first() {
        return this.lastPage
            ? _t("The largest differences come first, 500 at most.")
            : _t("The largest differences come first.");
    }

    get howFar() {
        const { done, total } = this.state.job;
        return _t(
            "%(done)s of %(total)s customers. You can leave this page: you are told when it is done.",
            { done, total }
        );
    }

    get edited() {
        return " " + _t("(being edited)");
    }

    revision(each) {
        return _t("in revision %s", each.number);
    }

    get most() {
        return Math.max(1, ...this.result.months.flatMap((each) => [each.was, each.would]));
    }

    width(count) {
        return `width: ${Math.round((100 * count) / this.most)}%`;
    }

    get byLaw() {
        return this.result.kept.filter((each) => each.law || each.day);
    }

    get otherwise() {
        return this.result.kept.filter((each) => !each.law && !each.day);
    }

    get rows() {
        const first = this.state.page * PAGE;
        return this.result.differences.slice(first, first + PAGE);
    }

    get lastPage() {
        return Math.max(0, Math.ceil(this.result.differences.length / PAGE) - 1);
    }

    turn(step) {
        this.state.page = Math.min(this.lastPage, Math.max(0, this.state.page + step));
    }

    how(row) {
        if (!row.was) {
            return _t("would have been sent");
        }
        if (!row.would) {
            return _t("would not have been sent");
        }
        return row.days < 0
            ? _t("%s days earlier", -row.days)
            : _t("%s days later", row.days);
    }

    openItem(row) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "dunning.item",
            res_id: row.itemId,
            views: [[false, "form"]],
        });
    }

    openPolicy() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "dunning.policy",
            res_id: this.state.policyId,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("payt_dunning.simulator", DunningSimulator);
