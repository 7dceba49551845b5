"""Bare questions after something was spoken of: "多少钱", "附近有吗", "and how long".

They hold no word of their own for a model to read, so a table says what each asks about a matter.
"""

from __future__ import annotations

import re

from nlu.follow import matters
from nlu.routes import FAQ
from nlu.slots.comparing import compared_by

_LEAD = (
    r"(?:那么?|这个?|它|一般|大概|大约|都|得|还|又|要|总共|一共|到底|and|so|ok|then|but|,|，|\s)*"
)
_TAIL = r"(?:呢|呀|啊|吗|嘛|不|没|哦|then|\?|？|。|!|\s)*"


def _bare(words: str) -> re.Pattern[str]:
    return re.compile(f"^{_LEAD}(?:{words}){_TAIL}$")


_COST = _bare(
    r"(?:一个月|每个?月|一年|一天|一次|一节)?(?:多少|几多|几个)钱|(?:收费|要钱|花钱|交钱|掏钱|免费|收钱)(?:吗|不|么|的)?|"
    r"(?:自己|自个儿?|个人|我)?(?:用不用|要不要|要|得|用|需要)?(?:再|另外)?(?:掏|出|花|交)(?:一分|多少|几个)?钱"
    r"(?:的)?(?:吗|不|么)?|几钱|不(?:收|要|花)钱(?:的)?吧?|(?:收不收|要不要)(?:钱|费)|"
    r"(?:收|交|花)(?:多少|几个)钱?|费用(?:多少|是多少|怎么算)?|"
    r"(?:what does|how much does|how much is) (?:it|that|this)(?: cost)?|"
    r"(?:what does it|does it|is it) (?:cost|free)(?: anything| me)?|"
    r"how much(?: is it)?(?: tho| though)?|"
    r"(?:what about |and )?(?:the|your) (?:cost|price|fees?)|"
    r"what(?:'s| does| is) (?:that|it|this) cost(?: me)?(?: (?:a|per) (?:month|year))?|"
    r"(?:do (?:i|we) )?(?:have to |need to |must )?(?:pay|need money)(?: for (?:it|that))?"
    r"(?: myself| ourselves)?"
)
_LONG = _bare(
    r"(?:审核|审批|批|审|受理|办)?(?:整套|全部|前后)?(?:走完|办完|弄完)?(?:得|要|等|用|耗|拖)*(?:多久|多咱|多长时间|多少天|几天|几个月|啥时候|什么时候|等到(?:啥|什么|几)时候)"
    r"(?:才)?(?:能?(?:到账|到手|拿到|发下来|下来|有结果|批|批下来|有信儿?|有消息|有回音))?|"
    r"how (?:long|much longer)"
    r"(?: does (?:it|that) take| (?:it|that) takes?| will (?:it|that) (?:take|be)| is (?:it|that))?"
)
_REPAIRED = _bare(
    r"(?:什么时候|啥时候|几时|多久|多长时间|哪天)(?:才)?(?:能|会)?(?:来)?(?:给)?(?:人)?(?:修|弄|处理|解决|清|补)(?:好|完|掉)?(?:了)?|"
    r"(?:修|弄|处理|解决|清)(?:好|完|掉)?了?(?:没有?|吗)|有人(?:来|去)?(?:修|看|处理|管)(?:没有?|吗|了)*|"
    r"when (?:will|do) (?:it|that|you|they) (?:be )?(?:fix(?:ed)?|repair(?:ed)?)(?: it)?|"
    r"is it fixed(?: yet)?"
)
_LACK = _bare(
    r"(?:第[一二三四五]个?)?(?:我|即系|仲|系)*(?:缺|差|少|欠|补)(?:的是|的)?(?:点|几|份)?"
    r"(?:啥|什么|咩|哪样|哪些|哪张|哪份|边张|边样|几样)(?:子|些)?(?:纸|材料|东西|单子?|资料)?(?:了|嘛|来着)?|"
    r"(?:what|which)(?: (?:papers?|documents?|ones?|things?))?(?:'s| is| are)?(?: it)?(?: that)?"
    r"(?: (?:you|they|u|i|still|need|want|lack|to|send|missing)){1,5}"
)
_PASSED = _bare(
    r"(?:(?:这张|那张|材料|照片|表)?(?:中不中|行不行)(?:,|，| )*)?"
    r"(?:批|审|审核|通过|过|办|受理|打款)(?:下来|完|好|过)?(?:了)?(?:没有?|吗|未)|"
    r"(?:下来|有信儿?|有消息|有结果|有回音|到账)(?:了)?(?:没有?|吗|未)|"
    r"(?:is it|has it been|did it get|was it|am i) "
    r"(?:approved|done|through|ready|in|accepted)(?: yet)?|"
    r"any (?:news|word|updates?)(?: (?:on|about) (?:it|that))?(?: yet)?|(?:approved|done) yet"
)
_PAPERS = _bare(
    r"(?:我)?(?:需要|要|得|该)?(?:准备|备|带|交|拿|提供)(?:上|齐|好)?(?:哪些|什么|啥|点啥|咩)"
    r"(?:材料|证据|证件|证明|东西|手续|资料)?(?:去|过去)?|"
    r"(?:what|which) (?:papers|documents|proof|evidence|sort of proof|kind of proof)"
    r" (?:do|should|must) (?:i|we) (?:have to |need to )?(?:bring|take|show|have|need|send)"
)
_CHANGE = _bare(
    r"(?:你)?(?:给|帮|替)我(?:也)?(?:转|改|换|迁|挪)(?:过来|过去|到这边|一下|了|掉)?(?:吧|呗|嘞)?|"
    r"(?:please )?(?:move|transfer|change|switch) (?:it|me|mine)(?: over| here)?(?: for me)?"
)
_DO = _bare(
    r"(?:行|好|好的|中|成|要得|可以)?(?:,|，| )*(?:就)?(?:你)?(?:给|帮|替)我(?:也)?"
    r"(?:报|弄|办|整|登记|申请|约|来)(?:上|一个|个|名|一下|一份)?(?:吧|呗|嘞|了)?|"
    r"(?:right|yes|yeah|okay)?(?:,|\s)*(?:let'?s|do|go ahead and|i want to) "
    r"(?:do|start|begin|file|book|get)(?: (?:it|that|one))?(?: then| please)?|"
    r"sign me up(?: then| please)?"
)
_WHO = _bare(
    r"(?:不是|唔系|没有?|冇|非)(?:会员|入会|会员证|工会卡|证)(?:的)?(?:也)?"
    r"(?:能|可以|让|俾|畀|给)?(?:不能|唔俾|不让|唔畀|不给)?(?:进|入|用|去|坐)(?:得)?(?:去|来|嘎|噶|㗎)?|"
    r"(?:有)?(?:啥|什么|哪些)(?:条件|要求|门槛)|谁(?:都)?能(?:去|进|用|申请|办)|"
    r"(?:who can|who may)(?: (?:go|use it|apply|get it|get in))?|what are the conditions"
)
_NEAR = _bare(
    r"(?:我)?(?:附近|旁边|边上|跟前|就近)有(?:没有)?|"
    r"(?:离我)?最近的?(?:一个|一家)?(?:是|在)?哪(?:儿|里|个|家)?|"
    r"(?:any|is there one) near(?:by| me| here)?|where(?:'s| is) the (?:nearest|closest)(?: one)?"
)
_HOW = _bare(
    r"(?:我|我们)?(?:该|能|可以|想)?(?:怎么?样?|咋样?|如何|在哪儿?|去哪儿?|上哪儿?|找谁)(?:里|去|才能|能|可以)?"
    r"(?:报名|报|申请|登记|投诉|告|约|预约|订|办理?|弄|参加)"
    r"(?:它|他们?|一下|一个|名)?(?:的)?|"
    r"how (?:do|can) (?:i|we) (?:apply|sign up|book(?: one| it)?|order(?: one| it)?|do (?:it|that)|"
    r"report (?:it|them)|complain(?: about (?:it|them))?|get one)|"
    r"where do (?:i|we) (?:apply|sign up)"
)
_STEPS = _bare(
    r"(?:流程|步骤|程序)(?:是)?(?:啥样?|咋样|怎么?样|什么样?|怎么走|如何|多不多|麻烦)?(?:的)?|"
    r"what(?:'s| is) the (?:process|procedure)|what are the steps"
)
_PROOF = _bare(
    r"(?:学完|上完|读完|完了|最后)?(?:能|会)?(?:发|给|有|拿)(?:个)?(?:证书?|结业证|毕业证|文凭)(?:没有)?|"
    r"(?:do (?:i|we|you) (?:get|give) |is there )(?:a |any )?certificates?(?: for it| at the end)?"
)
_SECRET = _bare(
    r"(?:你们|他们|老师|那|会)?(?:保密|(?:会不会|不会|会)?(?:告诉|跟|让|传到|被)"
    r"(?:我)?(?:们)?(?:老板|站长|公司|单位|家里?人?|平台|同事|别人|熟人)"
    r"(?:那|耳朵)?(?:里|说|知道|听见)?(?:去)?)|"
    r"(?:is it|will it be|is that) (?:private|confidential|anonymous)|"
    r"(?:will|does|can) (?:my|the) (?:boss|company|family|platform) "
    r"(?:know|find out|hear(?: of it)?)"
)
_OLD_ILLNESS = _bare(
    r"(?:我)?(?:以前|之前|原来|本来)?(?:就)?(?:有)?(?:的)?"
    r"(?:老毛病|老病|旧病|病史|慢性病|基础病|高血压|糖尿病)"
    r"(?:的)?(?:人)?(?:也)?(?:认不认|能?[买保报赔]|管不管|管|认|算不算|行不行|可以)?|"
    r"(?:what )?(?:about|with) (?:an? |my )?"
    r"(?:old|existing|pre-?existing|chronic) (?:illness|condition)s?"
)
_WHEN = _bare(
    r"(?:什么时候|什么时间|啥时候|啥时间|几时|几点|哪天|几号|星期几|周几|礼拜几)(?:去|能|要|来)?"
    r"(?:上课?|开课?|开始|开班|开场|上的|放|办|演)(?:到几点)?(?:的)?|"
    r"(?:when|what time|which day) (?:is|are|does|do) (?:it|that|this|they|these)"
    r"(?: one)?(?: start| begin| on)?|when|what time"
)
_US = _bare(
    r"(?:像)?(?:我|我们|咱|咱们|俺|俺们)?(?:这种|这些|这样)?(?:是)?(?:跑|送|干|开)?"
    r"(?:外卖|快递|网约车|货车|滴滴|美团|骑手|司机|灵活就业|零工|没合同|没社保)(?:的|员|小哥)?"
    r"(?:也|都)?(?:能|可以|行|算|有|给)?(?:参加|买|入|报|保)?|"
    r"(?:is|does|can|do) (?:that|it|we|they)?(?: go| apply| work| count)?(?: for| to)? "
    r"?(?:us |gig |delivery )?(?:riders?|drivers?|couriers?|workers?)"
    r"(?: like (?:me|us))?(?: too| join)?"
)

_FAMILY = _bare(
    r"(?:我|俺|咱)?(?:的)?(?:老婆|媳妇|老公|爱人|对象|家里?人|家属|孩子|小孩|娃|儿子|女儿|闺女|父母|爸妈|爹妈|"
    r"老妈|老爸|妈|爸|朋友|哥们|兄弟|同事|工友|老乡|室友)(?:也|都|可以|能|可唔可以|行|得|算|有|给|跟着|一起|一块)*"
    r"(?:去|用|来|入|办|报|参加|享受)?(?:行不行|可以不|能不能)?|"
    r"(?:(?:what|how) about |and |can |does )?(?:it )?(?:for )?(?:my |the )"
    r"(?:wife|husband|partner|family|kids?|child(?:ren)?|son|daughter|parents?|mother|father|friends?|"
    r"colleagues?)(?: too| also| as well| come| go| join| use it| get it)*"
)
_WHERE = _bare(
    r"(?:去|上|在|到|该去|要去|喺)?(?:哪|哪儿|哪里|哪个地方|什么地方|啥地方|边度|边)(?:里|儿)?"
    r"(?:去)?(?:办|弄|申请|报名|报|交|领|搞|问|登记|可以办|能办)?(?:理|的)?|"
    r"where(?: (?:do|can|should) (?:i|we) (?:go|apply|do (?:it|that)|ask|get (?:it|that)))?"
    r"(?: is (?:it|that))?"
)

_PUSH = _bare(
    r"(?:麻烦|能不能|能|可以|可唔可以|请)?(?:帮|替|给)?(?:我|俺)?(?:能)?(?:再)?催(?:一催|一下|催|下)?(?:他们|它)?(?:行不|可以不)?|"
    r"(?:我)?(?:要|想|来|去|在哪儿?|去哪儿?|怎么|咋)*(?:把)?(?:缺的)?(?:材料|资料|单子)?(?:补(?:上|交|齐|一下|材料|资料|单子)*)(?:吗|呢|了)?|"
    r"(?:can you |please )?(?:hurry|push|speed)(?: it| them| this)?(?: up| along)?(?: please)?"
)

_ASKED: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "join_union": (
        (_CHANGE, "update_membership"),
        (_COST, "faq:membership-dues"),
        (_WHO, "faq:membership-eligibility"),
        (_US, "faq:membership-eligibility"),
    ),
    "enroll_course": (
        (_PASSED, "my_courses"),
        (_COST, "faq:night-school-cost"),
        (_PROOF, "faq:night-school-certificates"),
        (_HOW, "enroll_course"),
    ),
    "book_counselling": (
        (_COST, "faq:counselling-cost"),
        (_SECRET, "faq:counselling-privacy"),
        (_HOW, "book_counselling"),
    ),
    "check_screening": (
        (_COST, "faq:screening-cost"),
        (_WHO, "faq:screening-eligibility"),
        (_HOW, "check_screening"),
    ),
    "apply_hardship": (
        (_WHO, "faq:hardship-criteria"),
        (_LONG, "faq:hardship-timeline"),
        (_STEPS, "faq:hardship-process"),
        (_PAPERS, "faq:hardship-process"),
        (_HOW, "apply_hardship"),
    ),
    "submit_claim": (
        (_OLD_ILLNESS, "faq:supplementary-insurance-preexisting"),
        (_US, "faq:mutual-aid-gig-workers"),
        (_PAPERS, "faq:claim-documents"),
        (_HOW, "submit_claim"),
    ),
    "report_dispute": (
        (_STEPS, "faq:dispute-process"),
        (_PAPERS, "faq:dispute-process"),
        (_LONG, "faq:dispute-process"),
        (_HOW, "report_dispute"),
    ),
    "report_problem": (
        (_HOW, "report_problem"),
        (_REPAIRED, "request_status"),
    ),
    "order_program": ((_HOW, "order_program"),),
    "find_station": ((_WHO, "faq:station-who-can-use"), (_NEAR, "find_station")),
    "find_childcare": (
        (_NEAR, "find_childcare"),
        (_COST, "faq:childcare-overview"),
        (_HOW, "find_childcare"),
    ),
}
"""By the service of a matter: what a bare question asks about it."""

_STATUS = {
    "join_union": "membership_status",
    "submit_claim": "claim_status",
    "apply_hardship": "request_status",
    "report_dispute": "request_status",
    "report_problem": "request_status",
    "order_program": "request_status",
    "book_counselling": "request_status",
}
"""By the service of a matter: where it is looked up how far that is."""

_UNDER_WAY = frozenset({"claim_status", "membership_status", "request_status"})
"""How long something takes that is on its way is looked up; for others it is explained."""

_HANDED_IN = frozenset({"join_union", "report_problem"})
"""What nothing explains how long it takes; who has just handed it in asks for their own."""

_ANY = (
    _COST, _LONG, _PAPERS, _WHO, _HOW, _STEPS, _PROOF, _WHEN, _US, _FAMILY, _WHERE,
)  # fmt: skip
"""What may be asked of any matter that was explained."""

UNLISTED = (_HOW, _PROOF)
"""What a list of places or courses doesn't say of its lines."""

COMPARING = ("find_course", "my_courses", "enroll_course", "find_station", "find_childcare")
"""Whose lists are compared ("哪个便宜")."""

LISTING = ("find_course", "my_courses")
"""Whose lines say when they are."""

LONGEST = 40
"""Characters of a question that can be bare; a longer one names what it asks about."""


def asked_on(folded: str, last: str | None, *, listed: bool = False) -> str | None:
    """The route that a bare question means after `last`; None if it is none, or asks elsewhere.

    With `listed` a list is shown, which itself answers what a service or an article would of it:
    only how to sign up, and what no line of a list says, is asked of others.
    """
    if last is None or len(folded) > LONGEST:
        return None
    if listed and last in LISTING and _WHEN.search(folded):
        return last
    if listed and last in COMPARING and compared_by(folded) is not None:
        return last
    if not listed and _LONG.search(folded):
        if last in _UNDER_WAY:
            return last
        if last in _HANDED_IN:
            return _STATUS[last]
        if last == "submit_claim" or last.startswith("faq:claim-"):
            return "faq:claim-duration"
    if last in _UNDER_WAY and (_LACK.search(folded) or _PUSH.search(folded)):
        return last
    for matter in matters([last]):
        if not listed and _PASSED.search(folded) and matter.does in _STATUS:
            return last if last in _UNDER_WAY else _STATUS[matter.does]
        if not listed and _DO.search(folded):
            return matter.does
        for pattern, route in _ASKED.get(matter.does, ()):
            if pattern.search(folded) and not (listed and pattern not in UNLISTED):
                return route
    # What nothing else is told of is asked of what was just explained.
    return last if not listed and last.startswith(FAQ) and is_bare(folded) else None


def is_bare(folded: str) -> bool:
    """Whether a line asks on after what was explained, and names nothing of its own."""
    return len(folded) <= LONGEST and any(pattern.search(folded) for pattern in _ANY)
