"""Every address that was ever published still answers; this room must not know a template or a command line."""
