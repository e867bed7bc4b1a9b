import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/**
 * Publishing says which revision was on the screen. It has to be noted before the changes are
 * saved: saving reads the newest one, which the user has not seen.
 */
export class PolicyFormController extends FormController {
    async beforeExecuteActionButton(clickParams) {
        if (clickParams.name === "action_publish") {
            const revision = this.model.root.data.revision_id;
            clickParams.buttonContext = {
                dunning_seen_revision_id: revision ? revision.id : false,
            };
        }
        return super.beforeExecuteActionButton(clickParams);
    }
}

registry.category("views").add("dunning_policy_form", {
    ...formView,
    Controller: PolicyFormController,
});
