"""What it is about: the scheme, for whom, online or on site."""

from __future__ import annotations

import re

from nlu.slots.model import ForWhom, Scheme

_SCHEMES: tuple[tuple[Scheme, re.Pattern[str]], ...] = (
    (
        "supplementary_insurance",
        re.compile(
            r"补充(?:住院|医疗|医保|[保宝]?险)|补充的(?:那个)?(?:住院|医疗|保险)|住院补充|二次报(?!名)|再报一次(?![名课班])"
            r"|supplement\w{0,4}[ -](?:(?:medical|hospital|health) )?"
            r"(?:insurance|cover|scheme|plan|aid|one)"
            r"|top[- ]?up insurance|second reimburse"
        ),
    ),
    (
        "mutual_aid",
        re.compile(
            r"互助(?!县|友爱|小组)|五十块钱?的?(?:那个|保障)"
            r"|mutual[- ]?(?:aid|help|assistance|insurance|protection)"
        ),
    ),
)
# Kin and friends by their characters only: 老板娘, 朋友圈, "家人们谁懂啊", "兄弟，问一下".
_NOBODY = re.compile(
    r"家属[院楼区]|家人们|[国大专]家人|(?:老板|姑|新|厨)娘|娘家|(?:参保|服务|缴费|救助)对象|我的?妈呀|朋友圈|妈妈岗"
    r"|^(?:兄弟|哥们儿?|朋友|老乡|伙计)们?(?=[,!你]|$)"
    r"|\b(?:hey|hi|hello|thanks|cheers|ok|yes|no),? (?:my )?(?:mate|friend|buddy)s?\b"
)
_FAMILY = re.compile(
    r"老婆|媳妇|爱人(?!民)|妻子|老公(?!路)|丈夫|对象|我妈|我爸|妈妈|爸爸|母亲|父亲|老妈|老爸|爹|娘|孩子|娃|"
    r"儿子|女儿|闺女|崽|小孩|父母|家人|家属|家里人|家里?的?老人|岳母|岳父|丈母娘|婆婆|公公|爷爷|奶奶|外婆|"
    r"姥姥|我哥(?!们)|我弟|我姐|我妹|弟弟|妹妹|哥哥|姐姐|宝宝|囡囡|屋里人|那口子|孩儿|细路|阿妈|老豆|"
    r"\b(?:my|our) (?:\w+ )?(?:wife|husband|partner|(?:grand)?(?:mother|father)(?:-in-law)?|"
    r"mum|mom|dad|son|daughter|kids?|child|children|baby|parents|family|brother|sister|grandma|grandpa|"
    r"toddler|little one)"
)
_COLLEAGUE = re.compile(
    r"同事|工友|(?:站里|队里|一起跑的?)(?:的)?(?:兄弟|哥们|小哥|伙计|人)|兄弟(?!俩)|"
    r"哥们|老乡|徒弟|朋友|搭档|骑友|战友|伙计|帮别人|替别人|"
    r"\b(?:colleague|co-?worker|workmate|mate|friend|buddy|teammate|another rider|fellow rider)s?\b"
)
_SELF = re.compile(r"我自己|我本人|给自己|俺自己|本人|for myself|\bmyself\b|for me\b")

_LEARN = r"(?:learn|stud(?:y|ies)|class|course|lesson|watch|follow)\w{0,4}"
_ONLINE = re.compile(
    r"线上(?!申请|支付|提交|办|查|客服|平台)|网上(?:的|.{0,3}[学课听教])|网课|在线(?=课|学|上课|听|教|班|的课|培训)"
    r"|[直录]播课|远程(?=上课|课|学|教|听)|手机上(?:学|上课|听|看)|在家(?:里|就)?(?:能|可以)?(?:学|上课|听)"
    r"|(?<!pay )(?<!apply )\bonline\b(?! (?:appl|form|pay|bank|shop))"
    r"|(?<!far )(?<!away )(?<!work )\bfrom home\b"
    rf"|{_LEARN}.{{0,20}} on (?:my|the) phone|on (?:my|the) phone.{{0,12}} {_LEARN}"
    rf"|(?:remote|virtual) {_LEARN}|remotely|\bzoom\b|live ?stream"
)
_ON_SITE = re.compile(
    r"线下(?!支付|门店)|现场(?=的?(?:课|班|教|学|培训|上课|听))|面授|面对面|到场|教室(?=[上听学])|实体课"
    r"|offline|\bin[- ]person|face[- ]to[- ]face|on[- ]?site|classroom"
)
_NOT = re.compile(
    r"(?:(?<![要想是])不[要想是上用]|(?<![特分])别.{0,4}|非|\bnot?|rather than)[上去]? ?$"
)


def scheme(folded: str) -> Scheme | None:
    """The benefit scheme that a folded text names."""
    return next((name for name, sign in _SCHEMES if sign.search(folded)), None)


def for_whom(folded: str) -> ForWhom | None:
    """Whom it is for, if the text says: family, a colleague, the writer themself."""
    text = _NOBODY.sub(" ", folded)
    if _FAMILY.search(text):
        return "family"
    if _COLLEAGUE.search(text):
        return "colleague"
    return "self" if _SELF.search(text) else None


def online(folded: str) -> bool | None:
    """True for what can be followed from afar, False for what is on site, None for either."""
    said = {
        afar is not bool(_NOT.search(folded[max(0, match.start() - 12) : match.start()]))
        for afar, sign in ((True, _ONLINE), (False, _ON_SITE))
        for match in sign.finditer(folded)
    }
    return said.pop() if len(said) == 1 else None
