from . import controllers, demo, models, wizards
from .hooks import uninstall_hook
from .log_tokens import install

install()
