"""Which public methods an add-on brings: whatever a client could call."""

#: What core lets clients call on any model; guarded by the rights on the records.
ORM = {"create", "write", "unlink", "copy", "copy_data", "default_get"}


def public_methods_of(env, module):
    """Methods of a module's classes that clients can call: ``{(model, name)}``."""
    return {
        (model, name)
        for model in env
        for kind in type(env[model]).mro()
        if kind.__module__.startswith(f"odoo.addons.{module}.")
        for name, value in vars(kind).items()
        if callable(value)
        and not name.startswith("_")
        and not getattr(value, "_api_private", False)
        and name not in ORM
    }
