import pytest

import conformance

TABLES = conformance.tables()


@pytest.mark.parametrize("table", [table for _, table in TABLES], ids=[f"{file}: {t['title']}" for file, t in TABLES])
def test_table(table, shared_module, count_rows):
    ran, failures = conformance.run_table(shared_module, table)
    count_rows(ran)
    if failures:
        pytest.fail("\n".join(failures), pytrace=False)
