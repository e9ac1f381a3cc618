"""Renderings of plain data: Excel and CSV of a table, PDF of a document. Knows money, and no tables of the database.

Start with `table.py`, which says what a table is; `workbook.py` and `csvfile.py` write one. `pdf.py` sets a document.
"""
