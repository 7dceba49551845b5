"""What an office of one region may write with a file: its own, and nothing that others share."""

from __future__ import annotations

import pytest

from knowledge.exchange.exchange import Exchange
from knowledge.exchange.yaml_form import write_zip

REGIONS = "code,parent,level,name,body\n"
SOURCE = """
- code: {code}
  paper: {{zh: 报, en: Paper}}
  published: '2026'
  title: {{zh: 题, en: T}}
"""


async def told(exchange: Exchange, name: str, raw: bytes) -> list[tuple[int, str]]:
    """The row and the reason of each problem, for the office of Yantai."""
    report = await exchange.import_file(name, raw, actor="staff:王敏", write=True, within="yantai")
    return [(one.line, one.reason) for one in report.problems]


@pytest.mark.parametrize("region", ["yantai", "weihai"])
async def test_the_own_export_comes_back_and_one_of_others_does_not(
    exchange: Exchange, region: str
) -> None:
    """The regions above, sources and topics come along; they are as they were."""
    raw = write_zip(await exchange.export_folder(region))
    problems = await told(exchange, "x.zip", raw)
    assert bool(problems) == (region == "weihai")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("new-town,yantai,district,新镇,新镇总工会", ""),
        ("new-town,weihai,district,新镇,新镇总工会", "'new-town' doesn't lie in 烟台"),
        ("weihai,shandong,city,我的,我的总工会", "'weihai' doesn't lie in 烟台"),
        ("yantai,cn,city,烟台,烟台市总工会", "'yantai' doesn't lie in 烟台"),
    ],
)
async def test_regions_are_made_below_the_own_one_only(
    exchange: Exchange, row: str, says: str
) -> None:
    """Nor is the own one hung up elsewhere."""
    problems = await told(exchange, "regions.csv", (REGIONS + row).encode())
    assert bool(problems) == bool(says)
    assert not says or any(reason.startswith(says) for _, reason in problems)


async def test_a_code_of_another_region_is_not_taken(exchange: Exchange) -> None:
    """The row would move that place, and its office would miss it."""
    rows = await exchange.export_table("stations", "x.csv", region="weihai", language="en")
    head, first, *_ = rows.decode("utf-8-sig").splitlines()
    code = first.split(",")[0]
    fields = head.split(",")
    mine = dict.fromkeys(fields, "") | {
        "code": code, "name": "我的驿站", "region": "yantai", "address": "某路1号",
        "kind": "rest room", "hours": "24/7",
    }  # fmt: skip
    raw = "\n".join([head, ",".join(mine[field] for field in fields)])
    problems = await told(exchange, "x.csv", raw.encode())
    assert [(line, code in reason) for line, reason in problems] == [(2, True)]


async def test_what_all_regions_share_is_added_to_and_not_changed(exchange: Exchange) -> None:
    """A new source may come; one that is there stays as it is."""
    new = write_zip({"sources.yaml": SOURCE.format(code="yantai-new").encode()})
    assert await told(exchange, "x.zip", new) == []
    known = write_zip({"sources.yaml": SOURCE.format(code="P1").encode()})
    ((_, reason),) = await told(exchange, "x.zip", known)
    assert "shared by all regions" in reason
