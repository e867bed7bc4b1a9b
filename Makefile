# Thin front of `python3 dev <command>`; dev/cli.py holds the list of commands.
PYTHON ?= python3
.DEFAULT_GOAL := help
COMMANDS := demo test stop shell lint bench law-check dossier-check fuzz chaos scale broken wheels store setup clean help

.PHONY: $(COMMANDS)
$(COMMANDS):
	@$(PYTHON) dev $@
