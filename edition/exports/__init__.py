"""Forms of a briefing other than its page: data, plain text, TEI, citations, feeds, tables.

Each module takes values of the model and gives back bytes. It must not write a file or know a template.
"""
