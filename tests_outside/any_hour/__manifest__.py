{
    "name": "Messages at Any Hour",
    "summary": "For tests that must pass at night, on Sundays and on holidays: loaded, not installed",
    "author": "Payt Dunning contributors",
    "license": "LGPL-3",
    "version": "19.0.1.0.0",
    "depends": ["payt_dunning"],
}
