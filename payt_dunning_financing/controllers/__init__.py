from . import financing_files
