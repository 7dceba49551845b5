"""How a report on an evaluation looks: in the terminal, as a page, and beside an earlier one."""
