import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const ICONS = {
    email: "fa-envelope-o",
    sms: "fa-mobile",
    letter: "fa-file-text-o",
    call: "fa-phone",
    list: "fa-list-ul",
};
const PHASES = ["courtesy", "reminder", "notice", "collection"];

/**
 * Draws the levels of a policy on a line around the due date, with hints below it.
 *
 * The value is what the server makes of the levels, also of unsaved ones: `levels` and
 * `warnings` (about what all levels share).
 */
export class LadderField extends Component {
    static template = "payt_dunning.LadderField";
    static props = { ...standardFieldProps };

    get levels() {
        return this.props.record.data[this.props.name]?.levels || [];
    }

    /** The stops of the line: the levels in order, and the due date between them. */
    get stops() {
        const stops = this.levels.map((level, index) => ({
            key: `level_${index}`,
            level,
            day: level.day,
            when: this.when(level.day),
            label: this.label(level),
            icons: level.channels.map((channel) => ({
                ...channel,
                icon: ICONS[channel.code] || "fa-paper-plane-o",
            })),
        }));
        const place = stops.filter((stop) => stop.day < 0).length;
        stops.splice(place, 0, { key: "due", day: 0, level: false });
        // Far apart in time is far apart on the line, within limits.
        stops.forEach((stop, index) => {
            const next = stops[index + 1];
            const gap = next ? Math.min(Math.max(next.day - stop.day, 1), 20) : 1;
            stop.style = `flex-grow: ${gap};`;
        });
        return stops;
    }

    /** The phases that occur, from friendly to formal. */
    get legend() {
        return PHASES.map((phase) => this.levels.find((level) => level.phase === phase)).filter(
            Boolean
        );
    }

    get hasUnused() {
        return this.levels.some((level) => !level.active);
    }

    get warnings() {
        const shared = this.props.record.data[this.props.name]?.warnings || [];
        return [
            ...this.levels.flatMap((level) =>
                level.warnings.map((text) => ({ owner: level.name, text }))
            ),
            ...shared.map((text) => ({ owner: "", text })),
        ];
    }

    when(day) {
        if (day === 0) {
            return _t("On the due date");
        }
        if (Math.abs(day) === 1) {
            return day < 0 ? _t("1 day before") : _t("1 day after");
        }
        return day < 0 ? _t("%s days before", -day) : _t("%s days after", day);
    }

    /** Everything about a level in words, for those who don't see the line. */
    label(level) {
        const parts = [level.name, this.when(level.day), level.phase_name];
        parts.push(level.channels.map((channel) => channel.name).join(", ") || _t("No channel"));
        if (!level.active) {
            parts.push(_t("Not in use"));
        }
        return [...parts, ...level.warnings].filter(Boolean).join(". ");
    }
}

export const ladderField = {
    component: LadderField,
    displayName: _t("Levels around the due date"),
    supportedTypes: ["json"],
};

registry.category("fields").add("dunning_ladder", ladderField);
