"""Forms of a briefing other than its page: data, plain text, TEI, citations, feeds, tables.

Each module takes values of the model and gives back bytes; none may read or write a file, or know a template.
"""
