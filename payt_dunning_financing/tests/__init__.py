"""Tests of the add-on."""
