"""Sheets of scenarios: a form to fill, and what becomes of a filled one.

A file is read into cells with their addresses (`reading`), cells into drafts of scenarios (`layout`), and drafts into
documents that are valid with what they change (`scenarios`); `upload` stores them all at once, or says of each cell
that cannot be used why not. `form` makes the empty form.
"""
