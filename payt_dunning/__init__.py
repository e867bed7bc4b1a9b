from . import controllers, demo, models, wizards
from .log_tokens import install

install()
