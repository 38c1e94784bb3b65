"""The record of every address that an edition has published, and of its words; it must not know a page."""
