"""The source layouts, one file each; `recognising.py` says which of them a document has.

This module must not import one: a build knows the words of speech that they share, and no layout.
"""
