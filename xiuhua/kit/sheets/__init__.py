"""Sheets as offices have them, and the wizard that brings them in.

`read_table` reads a plain sheet into rows under their headers. The wizard reads what cities really write: title lines,
double headers, merged cells, several sheets, tables inside Word. A room adds a table of its own with one `Sheet`:

    SHOPS = Sheet(
        code="shops", label="商户名册", verb="administer",
        columns=(Column("name", "店名", ("商户名称", "字号"), needed=True), Column("road", "所在道路", ("路段",))),
        check=check_shops,        # (rows, told): marks what is wrong on its cell, puts the parsed row into row.value
        bring_in=import_shops,    # an @action: (act, *, batch, rows, told): rows are the values of the good rows
        take_back=remove_shops,   # an @action: (act, *, batch): undoes the whole batch or refuses, naming what uses it
    )

and enters it in `programme/tables.py`; desk and command line take it from there. `check` runs again when the batch is
imported, so it looks at what is registered now. Lines and rows made by `bring_in` keep `batch`, a code, so that
`take_back` finds them. The steps of a batch are `begin_batch` → `match_columns` → `import_batch` → `undo_batch`
(`batches.py`); each may be repeated and changes nothing the second time.
"""

from xiuhua.kit.sheets.books import BOOKS
from xiuhua.kit.sheets.columns import Ask, Column, Mark, Row, Sheet
from xiuhua.kit.sheets.table import Table, read_table

__all__ = ["BOOKS", "Ask", "Column", "Mark", "Row", "Sheet", "Table", "read_table"]
