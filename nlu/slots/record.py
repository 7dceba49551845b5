"""What of a member's record is to be changed: the phone, the name, the workplace, the union."""

from __future__ import annotations

import re

from nlu.slots.model import Change

_NOUNS = {
    "phone": r"手机号?码?|电话号?码?|联系方式|号码|(?:mobile|phone)(?: number)?|number",
    "name": r"名字|姓名|名儿|name",
    "workplace": (
        r"单位|公司|站点|平台|东家|工作地点?|上班的?地[方点]|干活的?地[方点]|厂子?"
        r"|company|employer|work ?place|platform|job"
    ),
}
_CHANGES = (
    r"改[了成到为一]?|换[了成到掉]?|变[了更动]?|更[新改正换]|修改|[写填登]?错|不对|不用了|停机|销号|丢了|新的|换个|跳到"
    r"|\b(?:chang\w*|new|updat\w*|wrong|misspel\w*|different|switch\w*|fix|correct)\b"
)
_SO = r"(?:我的?|那个|my |the )?(?:{noun})(?:应该|现在|该|should)? ?(?:是|叫|为|be |is )"
_ALONE = r"(?:我的?|改|换|修改|就|那个|的|my |the |change )*(?:{noun})(?:吧|了|的|也[改换变]了?)?"

_TRANSFER = re.compile(
    r"转[个下一]*会(?![计议])|转籍|[转迁挪]到?.{0,6}(?:工会|会籍)|(?:会籍|会员|关系|工会|档案).{0,8}(?:[转迁挪]|跟着我?走)"
    r"|[转迁挪](?:会员|关系|到|去|过去)|\btransfer\b|\bmove my (?:union )?membership\b"
)
_LEAVE = re.compile(
    r"退[了出掉]?(?:你们|这个|咱)*的?(?:工会|会(?![计议场客员所])|会员|会籍)|(?:会员|会籍|工会).{0,4}(?:退[了掉出]|注销|取消)"
    r"|(?:注销|取消)我?的?(?:会员|会籍)|不(?:想|要|愿意?)?再?(?:当|做|是|入)(?:了)?.{0,4}(?:会员|工会)"
    r"|\b(?:leave|quit|resign from|cancel|end)\b.{0,12}\b(?:union|membership)\b"
)


def change(folded: str) -> Change | None:
    """What a folded text wants changed; "other" where it is more than one thing."""
    if _LEAVE.search(folded):
        return "leave"
    found: list[Change] = ["transfer"] if _TRANSFER.search(folded) else []
    found += [what for what, noun in _NOUNS.items() if _is_changed(folded, noun)]  # type: ignore[misc]
    return found[0] if len(found) == 1 else "other" if found else None


def _is_changed(folded: str, noun: str) -> bool:
    near = rf"(?:{noun})[^,.!?]{{0,6}}?(?:{_CHANGES})|(?:{_CHANGES})[^,.!?]{{0,6}}?(?:{noun})"
    if re.search(near, folded) or re.match(_SO.format(noun=noun), folded):
        return True
    return re.fullmatch(_ALONE.format(noun=noun), folded.strip(" ,.!?")) is not None
