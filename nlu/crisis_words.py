"""The words of the rules for a life in danger (`nlu/crisis.py`), and those that excuse them."""

from __future__ import annotations

import re

# Ways of saying "very", and things that are called dead: taken out before the rules read on.
HYPERBOLE = re.compile(
    r"[累饿热冻气烦困笑渴吓急忙晒堵卡疼痛臭闷挤丑贵冷晕撑愁坑]死[了我人个啦咯嘞掉]?(?!算|"
    r"好过)|恶心死|羡慕死|爱死|麻烦死|"
    r"得要死(?!要活)?|想死(?:你们?|妳|我了|老家|家里|妈妈)|得想死|死贵|死机|死火|"
    r"死循环|死活|死心|死板|死磕|死角|"
    r"死线|死党|死守|死撑|打死(?:我?[也都]|不)|死工资|死规定|累个半死|半死不活|半死|"
    r"该死|死定了|作死|找死|死单|"
    r"锁死|焊死|死锁|死皮赖脸|死胡同|生死攸关|死不了|死不|往死里(?!打)|拼死拼活|"
    r"拼死|九死一生|要死不活|死扛|"
    r"跳楼价|跳楼(?:大甩|甩卖|处理|促销)|跳楼机|自杀式|自杀(?:小队|突击队)|项羽.{0,6}自刎|死人不偿命|吊死鬼|"
    r"(?:多到|多得|忙得|忙到|压得|累得|挤得|爬坡)[我人]?喘不[过上]气|杀价|杀毒|秒杀|杀青|抹杀|"
    r"砍价|砍单|砍一刀|砍掉|"
    r"杀人游戏|剧本杀|杀熟|捧杀|绞杀|杀手|不想活动|不想活跃|想活动|救命(?:稻草|恩人|钱|药)"
)

WISH = (
    r"不(?:太|怎么|大)?想(?:再|继续)?活(?![成动跃])|不愿(?:意)?(?:再)?活(?!动)|不要活了|"
    r"唔想(?:再)?(?:活|生存|做人)|冇心机做人|"
    r"活不下去|活不成了|活不起了|冇法活|没法活|活够|活腻|活厌|活累了|没脸活|不配活|无法再活|"
    r"活着(?:还)?(?:没|没有|有|又有|也没|还有|干)(?:什么|啥|个|多少)?(?:么)?(?:意思|"
    r"意义|劲|盼头|奔头|用|价值|嘛)|"
    r"活下去(?:的)?(?:没|没有|还有|有)(?:什么|啥)?(?:意思|意义|勇气|动力|必要|理由)|"
    r"(?:没|没有)(?:了)?(?:再)?活下去|"
    r"不如(?:去)?死|生不如死|死了(?:就)?算|死了(?:一了百了|就解脱|反而|倒|才|"
    r"是不是就|就什么都|就不用|就没人|就好|更好|轻松)|"
    r"一了百了|(?:真|真的|好|很|就|只|我|都|又|还|总|老|天天|有点|特别|几次|突然|"
    r"经常|一直)想(?:去)?死|^想死|想死的?心|想死了(?!你|我)|"
    r"想去死|去死算|让我死|我(?:还是)?死(?:了)?吧|死给.{1,4}看|寻死|觅活|轻生|寻短|"
    r"短见|做傻事|干傻事|"
    r"(?:我|就|真|活|想|都)死咗|死咗(?:算|好过)|自杀|自尽|自刎|自缢|自残|自伤|自虐|"
    r"自焚|紫砂了|想紫砂|自鲨|自sha|自s杀|"
    r"结束(?:掉)?(?:我|自己|自个|自己的|我的|自个的|这条|这个|这)?(?:条)?(?:生命|"
    r"一生|性命|小命|命)|"
    r"(?:结束|解决|了断|弄死|弄没)(?:掉|了)?(?:我)?自己(?!的|来)|"
    r"(?:了结|了断)(?:了)?(?:自己|我|自个|这辈子|生命|余生|算了)|自我了(?:断|结)|"
    r"离开(?:这个|这|人)?(?:世界|人世|人间)|不想(?:再)?(?:留)?在(?:这个|这)?世(?:界|上)|"
    r"遗书|遗言|后事(?:都)?(?:安排|交代|写)|(?:安排|交代)(?:好)?(?:了)?后事|"
    r"下辈子(?:再|不)|来世再|来生再|"
    r"(?:再也|永远|永远地|就此)?不(?:想|要|用)(?:再)?醒(?:过)?来|睡(?:着|"
    r"过去)(?:了)?(?:就)?(?:别|不|再也不)(?:要|想|用)?(?:再)?醒|"
    r"(?:想|要|直接|彻底)解脱了?|(?:想|从世界上|彻底)消失(?:算|在这|掉|了就|就好)|"
    r"(?:我)?不在了(?:你们|他们|孩子|家里|就)|"
    r"没有我(?:你们|他们|家里|孩子)?(?:会)?(?:更好|过得更)|(?:我)?(?:这条|条|"
    r"这)命(?:不要|不想要|给你|给他|拼|豁)|不要命了算|"
    r"(?:不|没)(?:想|打算)活(?:到|过)|活不过(?:今|明|这)|(?:我|可能|怕)活不[到过]|"
    r"想sǐ|想si(?![a-z你妳我家老])|想4了|我想4|4了算了?|不想火了|想鼠(?!标)|鼠了(?:算|一了百)|"
    r"想重开(?:了|算了)?$|重开算了|(?:直接|不如)重开这辈子"
)
MEANS = (
    r"上吊|吊死|割(?:了)?(?:手)?腕(?![表带])|割脉|"
    r"(?:吃|喝|吞)(?:多少|几)[片颗粒板瓶].{0,8}(?:会死|能死|醒不|过去|致命|才够|走得)|(?:想|要|去|准备|敢|就|在|往|正|从|站|爬|"
    r"打算).{0,8}跳(?:楼|河|江|桥|海|轨|湖|井|水库|下去|天桥)|"
    r"跳(?:楼|河|江|海|轨|水库)(?:算|了|自|死|的心|吧|给)|^跳(?:楼|河|江|桥|海)|"
    r"从.{0,8}(?:楼|桥|顶|天台|阳台|塔)(?:上)?.{0,4}跳|"
    r"(?:站|坐|爬)(?:在|到|上)?(?:了)?.{0,6}(?:天台|楼顶|楼边|桥边|桥栏|栏杆外|窗台|"
    r"阳台边|塔吊).{0,10}(?:跳|不想|不下来|想|哭|轻|要|风)|"
    r"(?:我在|人在|就在|站在)(?:天台|楼顶|桥栏|桥边)|"
    r"喝(?:了|下|点|瓶|整瓶|一瓶)?(?:农药|百草枯|敌敌畏|老鼠药|毒药|除草剂)|(?:买|"
    r"找|有).{0,4}(?:百草枯|敌敌畏|安乐死)|"
    r"(?:吞|吃)(?:了|下)?(?:一把|一瓶|整瓶|好多|很多|半瓶|一整瓶|"
    r"一堆)(?:的)?(?:安眠药|药|安定)|安眠药.{0,6}(?:一把|一瓶|攒|全|吞|都吃)|"
    r"(?:攒|吞).{0,4}(?:安眠药|安定片)|烧炭(?!烤|火锅|机)|开(?:了)?煤气.{0,6}(?:死|算|关门|睡)|卧轨|"
    r"(?:撞|冲|骑)(?:进|向|上|到)?(?:大)?(?:货车|卡车|车流|护栏|墙|"
    r"大车).{0,4}(?:算了|死|一了|得了|解脱)|撞死算|让车撞死|"
    r"被车撞死(?:算|就|也|得)|(?:用|拿)(?:刀|刀片|烟头).{0,6}(?:划|割|烫)(?:了|"
    r"伤)?(?:自己|我自己|手|胳膊)"
)
OTHERS = (
    r"(?:砍|捅|弄|打|杀|整|搞|勒|掐|毒|烧)死(?:他|她|你|我|人|这|那|几|一|老板|站长|"
    r"全家|别人|谁|我自己|自己|同事)|"
    r"(?:想|要|去|会|就|非|敢|准备|真|来|说|说要|扬言|威胁)(?:去|把)?(?:砍|捅|杀|"
    r"宰)(?:了|掉|死)?(?:他|她|你|我|人|这|那|几|一|老板|站长|全家|队长|店家|商家|"
    r"顾客|客户|孩子|自己|谁)|"
    r"把(?:他|她|你|我|他们|老板|站长|人|全家|那.{1,4}|这.{1,4})(?:都|全|"
    r"也)?(?:给)?(?:砍|捅|杀|宰|弄死|做了|炸)|杀了(?:他|她|你|我|人|他们|她们|老板|"
    r"站长|全家|那)|"
    r"(?:我)?(?:想|要|会)杀人|杀人的心|同归于尽|拉(?:几个|个)?(?:人)?垫背|鱼死网破|"
    r"血债|(?:报复社会)|"
    r"(?:拿|提|持|掏|举|带|揣|拎|抄|掏出|亮)(?:着|了|出|起)?(?:一)?(?:把|"
    r"根)?(?:大)?(?:刀|砍刀|菜刀|水果刀|匕首|铁棍|棍子|钢管|斧头|锤子|刀子|"
    r"铁锹).{0,12}(?:追|砍|捅|打|威胁|堵|冲|来|找|架|指|拼|逼|要|对)|"
    r"(?:有|带|藏).{0,3}刀.{0,6}(?:砍|捅|威胁|追|要|冲)|(?:泼|浇|倒).{0,4}汽油|"
    r"(?:放火|点火|一把火)(?:烧|把|点)|放火|烧了(?:站点|公司|他们|你们|他家|这破)|"
    r"炸(?:了|掉|死)(?:站点|公司|他|你们|他们|这)|"
    r"家暴|(?:老公|丈夫|男人|男朋友|前夫|老婆|公公|他|她|他们|有人|几个人|一群人|"
    r"一伙人|保安|店家|老板|站长|顾客)(?:又|正|正在|在|要|一直|天天|往死里)+(?:打|"
    r"殴打|围着打|揍|踹|掐)(?:我|人|她|他|孩子|同事|骑手)|"
    r"(?:打|揍|掐|踹)(?:得)?我.{0,8}(?:血|起不来|骨折|脖子|救|不敢|怕)|往死里打|"
    r"掐(?:着|住)?我?(?:的)?脖子|(?:被|遭)(?:人|几个人|一群人|他们|老公|丈夫|他|"
    r".{1,5}人)?(?:围殴|殴打|砍|捅|追砍|绑架|强奸|性侵|非法拘禁|持刀)|"
    r"(?:被|把我|把他|把她)(?:关|锁|绑|困)(?:在|起来).{0,10}(?:不让|出不|救|打|走)|"
    r"绑架|强奸|性侵|堵(?:在|着|住).{0,8}(?:要打|打我|不让走|要砍)|"
    r"威胁.{0,6}(?:要?命|弄死|杀|我的?安全|全家)"
)
DANGER = (
    r"^救命[啊呀]*$|救命.{0,8}(?:打|砍|刀|血|快来|跳|有人(?!了|理|回|接)|追|不行|晕|撞)|(?:打|砍|"
    r"刀|血|跳|追|晕倒|撞).{0,12}救命|"
    r"没(?:有)?(?:了)?呼吸|没气了|(?:不|没)喘气|不省人事|失去意识|没有?(?:了)?意识|"
    r"昏迷不醒|叫不醒|喊不醒|怎么叫都|心脏骤停|没(?:了)?心跳|口吐白沫|"
    r"(?:人|他|她|同事|工友|师傅|骑手|大哥|我|阿姨|老人)(?:好像|感觉|真的|"
    r"都)?快(?:要)?不行了|(?:人|他|她|我|感觉)快死了|(?:他|她|人|我|"
    r"我们)(?:真的?)?要死了(?:救|快|怎么)|"
    r"(?:流|出)(?:了)?(?:好多|很多|好些|大量|一地|满地|一身|满头)(?:的)?血|"
    r"(?:大出血|血流不止|止不住血|血止不住)|(?:一地|满地|满头|满身|"
    r"浑身)(?:都)?是?血|"
    r"(?:晕|昏)(?:倒|过去|死过去)(?:了|在)(?!怎么|算|能|可以)|(?:昏迷|昏倒)(?:了|"
    r"在)|(?:喘|呼吸)不(?:上|过)(?:来)?气|呼吸困难|胸口(?:很|好|剧)?(?:疼|痛|"
    r"闷).{0,8}(?:不行|难受|喘|冒汗|晕|动不)|"
    r"(?:煤气|一氧化碳|农药|食物)中毒(?:了|快|怎么办|晕)|触电了|溺水|掉(?:进|"
    r"到)(?:了)?(?:河|江|海|湖|水库|井)|"
    r"(?:困|埋|压|卡)在.{0,10}(?:里面|下面|底下|废墟|洪水|水里|火里|电梯里|车里|"
    r"车底).{0,10}(?:出不|动不|救|快|人)|着火了.{0,8}(?:人|困|出不|救|快)|房子着火|"
    r"(?:电动车|电瓶车|出租屋|楼里|楼下|家里|充电).{0,6}着火|"
    r"(?:有人|人|他|她|同事|骑手|工友|外卖员).{0,8}(?:躺|倒)在?(?:地上|路上|路边|"
    r"血)(?:里)?.{0,8}(?:不动|没反应|没动|血|不起|晕|抽)"
)
THIRD = (
    r"(?:他|她|工友|同事|哥们|兄弟|朋友|老乡|徒弟|室友|媳妇|老婆|老公|孩子|儿子|"
    r"女儿|弟弟|妹妹|爸|妈|骑手|有人|师傅|对象|他们|一个人|有个).{0,16}"
    r"(?:想不开|不想活|要跳|想跳|跳楼|跳河|跳桥|跳江|跳下去|割腕|寻死|轻生|自杀|"
    r"上吊|说不活|活着没|活够|留遗|喝药|吞药|拿刀)|"
    r"(?:想不开)(?:了|要|怎么办|在|想)|(?:怕|担心).{0,6}(?:想不开|傻事)|"
    r"(?:怕|担心)(?:他|她|孩子|徒弟|室友|同事|工友).{0,6}出事|(?:有人|骑手|工友|同事|他|她).{0,10}(?:要|想)(?:往下)?跳"
)

CHINESE = {
    "wish": re.compile(WISH),
    "means": re.compile(MEANS),
    "violence": re.compile(OTHERS),
    "danger": re.compile(DANGER),
    "someone": re.compile(THIRD),
}

# A death or an injury as a matter of papers and money is a question of fact.
PAPERWORK = re.compile(
    r"算不算|算工伤|算是?工伤|工伤认定|工亡|赔(?:多少|偿|付|吗|不赔|钱)|抚恤|丧葬|"
    r"理赔|报销|报不报|能报|补助|补偿金|条款|受益人|"
    r"保险(?:公司)?(?:管|赔|报|能|给)|保不保|保障范围|包不包括|怎么申请|去年|前年|"
    r"上个月|上次|以前|之前|培训|课程|课|"
    r"急救(?:课|培训|知识|箱)|讲座|宣传|演练|预防|证"
)
OVER = re.compile(r"平安|脱离危险|没事了|(?:抢)?救(?:过来|回来)了|(?:已经|都|康复)出院")
# Words that may be about how one lives, not whether: with talk of money or work beside them the
# model decides, and is heard earlier (`leans`).
SOFT = re.compile(r"活不下去|活不成|活不起|[没冇]法活|生不如死|解脱|想?消失")
LIVELIHOOD = re.compile(
    r"钱|工资|补助|救助|困难|房租|贷|欠|债|看病|住院|药费|学费|单价|罚款|扣|收入|失业|没活|没单|"
    r"低保|申请|请个?假|疗休养|下班|收工|单|打工|报销"
)
# What somebody says with a laugh that another threatened them with.
LAUGH = re.compile(r"哈哈|hhh|笑死|笑不活|嘻嘻|😂|🤣")
GRAVE = re.compile(
    r"刀|血|救|捅|砍|在打|打我|追|掐|踹|绑|强|堵|我(?:真|就|也|非|一定)?(?:想|要|会|得)|今晚"
)
# Suicide as a matter of clauses, news or teaching, if nobody speaks of themselves.
MATTER = re.compile(
    r"条款|怎么(?:规|约)定|预防|干预|讲座|培训|宣传|新闻|报道|热搜|热线是|志愿|守门人"
)
MATTER_NOUN = re.compile(r"自杀|自残|自伤|轻生|自尽")
MYSELF = re.compile(
    r"我.{0,3}(?:自杀|自残|自伤|轻生|自尽)|我(?:自己|也|就|真|要|得了|有|又|已|快|控|一直|现在|不)|自己|撑不|不想|今晚|想死|活着|"
    r"(?:她|他|同事|朋友|孩子|儿子|女儿|室友|徒弟)(?:说|要|想|在|正|又)"
)
# What may be dying without a person being in danger.
THINGS = re.compile(
    r"(?:手机|电池|电瓶|电动车|车子?|电量|系统|app|平台|软件|后台|网络?|导航|耳机|"
    r"充电宝|单子|生意|公司|店|发动机|引擎)"
    r"(?:.{0,5})(?:快不行|不行了|死了|没气|着火|喘不)"
)

ENGLISH = {
    "wish": re.compile(
        r"\bkill(?:ing)? (?:my ?self|me ?self)|\bkms\b|\bunaliv|\bsuicid|"
        r"\bend(?:ing)? (?:my|this|her|his|their) (?:own )?life|"
        r"\bend it all|\bend it (?:tonight|now|today)|(?:want|wanna|wants?|wish|ready|"
        r"like|going|hope|just|rather|prefer) (?:to |i (?:could|would) |"
        r"i )?(?:just )?(?:die|be dead|not exist|stop existing)\b|"
        r"\bwant(?:s|ed)? (?:it|everything|my life) to (?:be over|end)|(?:take|taking|"
        r"took) (?:my|his|her|their) (?:own )?life|"
        r"(?:don'?t|do not|dont|doesn'?t|does not|no longer|didn'?t|never) (?:really |"
        r"even |actually )?(?:want|wanna|wish|feel like|care) (?:to |about )?(?:be |"
        r"keep |go on |carry on |continue )?(?:liv(?:e|ing)|alive|be here anymore|exist|"
        r"wake up)|"
        r"\bbetter (?:off )?(?:if i (?:was|were|am) )?dead\b|better off without me|"
        r"wish i (?:was|were|am) (?:dead|never born|gone)|"
        r"(?:no|not any|any) (?:reason|point|purpose|meaning)(?: left)? (?:to|in|of|"
        r"for) (?:keep |go on |carry on )?(?:liv(?:e|ing)|being alive|life|going on)|"
        r"(?:tired|sick|done) (?:of|with) (?:living|life|being alive)|life (?:is|isn'?t|"
        r"is not|has) (?:not |no |n'?t )?(?:worth (?:it|living)|point|meaning)|"
        r"(?:not|isn'?t|ain'?t) worth living|(?:hurt|harm|harming|hurting|"
        r"cutting) my ?self|self[- ]?harm|"
        r"\bhang(?:ing)? my ?self|\bshoot(?:ing)? my ?self|\b(?:cut|slit|slash|cutting|"
        r"slitting)(?:ting)? my (?:wrist|arm|throat|vein)|never wake up|not wake up|"
        r"(?:say|saying|this is) (?:my )?(?:goodbye|last message|final)(?: forever|"
        r" to everyone)?\b.{0,20}(?:world|everyone|forever|kids|family)|"
        r"goodbye (?:cruel )?world|suicide note|"
        r"(?:can'?t|cannot|cant) (?:go on|live|keep living|carry on) (?:like this |"
        r"anymore|any more|living|any longer|with this)|ready to go (?:for good|"
        r"forever)|want to disappear forever|"
        r"nobody (?:would|will) (?:miss|notice|care) (?:me|if i)"
    ),
    "means": re.compile(
        r"\bjump(?:ing|ed|s)? (?:off|from|out of|into|in front of) (?:the |a |this |"
        r"that |my )?(?:bridge|roof|rooftop|building|balcony|window|river|train|truck|"
        r"traffic|overpass|cliff|(?:\w+ )?floor)|"
        r"(?:going|about|trying|wants?|threatening|ready) to jump\b(?! (?:in|on|"
        r"into) (?:the )?(?:car|bike|call))|"
        r"\b(?:standing|sitting|up) (?:on|at|over) (?:the |a )?(?:roof|rooftop|edge|"
        r"ledge|bridge railing)|on (?:the |a )?(?:window )?ledge|on (?:the )?(?:roof|"
        r"bridge).{0,30}(?:jump|die|end)|"
        r"\boverdos|(?:took|take|taking|swallow\w*) (?:a |the |all |too many |"
        r"whole )+(?:bottle|box|pack|pills|sleeping)|drink (?:pesticide|bleach|poison)|"
        r"drank (?:pesticide|bleach|poison)|ride (?:my bike |straight )?into (?:a |the |"
        r"oncoming )?(?:truck|traffic|lorry)"
    ),
    "violence": re.compile(
        r"(?:going to|gonna|want to|wanna|will|i'?ll|about to|try(?:ing)? to|tried to|"
        r"threat\w* to|said he'?(?:ll| will)|says he'?(?:ll| will)|could) (?:kill|stab|"
        r"murder|shoot|strangle|attack) (?:him|her|them|me|us|my|the|that|this|some|"
        r"every|people|you|his|someone|somebody)(?! time)|"
        r"\b(?:has|have|got|holding|with|pulled|carrying|waving|took|bring\w*|"
        r"taking) (?:out )?(?:a |the |my )(?:knife|gun|machete|cleaver|bat|axe|"
        r"iron bar)|\b(?:stabbed|stabbing|kidnapp?\w*|raped?|raping)\b|strangl(?:ed?|es|"
        r"ing) (?:me|him|her)\b|"
        r"(?:is|are|was|he'?s|she'?s|keeps?|they'?re|started|been) (?:beat|hitt?|chok|"
        r"punch|kick|attack|assault|chas|threaten)(?:ing|s) (?:me|him|her|us|a rider|my|"
        r"people|someone|up)|"
        r"\b(?:husband|boyfriend|wife|partner|ex|father|boss|man|guy|men|he|"
        r"they) (?:just |always |often )?(?:beats?|hits?|chokes?|punche[sd]|kicks?|"
        r"attacks?|attacked|choked|beaten|beat) (?:me|us|my|her|the kids)|"
        r"being (?:attacked|beaten|assaulted|followed|held|strangled|threatened with)|"
        r"domestic violence|burn (?:it|the|this|down) .{0,20}(?:down|station|office|"
        r"place|everyone)|set (?:fire|myself on fire|it on fire)|locked me (?:in|up)|"
        r"holding me (?:here|hostage)"
    ),
    "danger": re.compile(
        r"not breathing|stopped breathing|can'?t breathe|cannot breathe|"
        r"isn'?t breathing|\bunconscious\b|passed out|(?:won'?t|not|doesn'?t) wak(?:e|"
        r"ing) up|bleed(?:ing)? (?:out|badly|heavily|a lot|so much|everywhere|to death|"
        r"from (?:the|his|her|my) head)|"
        r"(?:won'?t|doesn'?t|can'?t) stop (?:the )?bleeding|lots? of blood|"
        r"blood everywhere|having a (?:heart attack|stroke|seizure)|no pulse|"
        r"(?:he|she|someone|somebody|rider|colleague|friend|man|woman|i) (?:is|am|'s|"
        r"'m) (?:dying|drowning|trapped)(?! (?:of|from) (?:heat|thirst|hunger|boredom|"
        r"laugh))|"
        r"\b(?:he'?s|she'?s|i'?m) (?:really )?dying\b(?! (?:of|from|for|to|here|in this|"
        r"out here)\b)|trapped (?:in|under|inside)|\bsave (?:me|him|her) please|(?:call|"
        r"need|send) (?:an |the )?(?:ambulance|police)(?: now|!| please| quick| to)?"
    ),
    "someone": re.compile(
        r"(?:he|she|friend|colleague|coworker|mate|brother|sister|wife|husband|son|"
        r"daughter|roommate|rider|someone|somebody|guy)\b.{0,40}(?:suicid|wants? to die|"
        r"kill (?:him|her|them) ?sel|end (?:his|her|their) life|hurt (?:him|her|"
        r"them)sel|doesn'?t want to live|jump off|about to jump)"
    ),
}
ENGLISH_HYPERBOLE = re.compile(
    r"(?:phone|battery|bike|scooter|e-?bike|app|laptop|screen|car|engine|tablet|"
    r"signal|wifi) (?:just |has |is |'s |always |keeps |suddenly )*(?:died|dead|"
    r"dying|die|dies|kill\w*)|"
    r"(?:heat|cold|sun|weather|traffic|boss|app|back|feet|legs|knees?|work|job|"
    r"shift|hunger|it|this|these \w+|queue|rent|fees?) ?(?:is|are|'s|"
    r"'re)? killing me|dying (?:of|from|to|for|in this|out here)\b|"
    r"kill (?:some )?time|kill for (?:a|some)|dead(?:line|lock|line| tired| beat|"
    r" end| slow| zone)|die laughing|died laughing|to die for|over my dead body|"
    r"suicide lane|suicide squad|killer|jump(?:ing|ed)? ship|chok(?:ing|es) us with|"
    r"(?:is|are|'s) (?:just |plain |pure |sheer |absolute |total )+suicide\b(?! for me)|"
    r"(?:is|are) suicide (?:in|on|when)|"
    r"(?:coffee|caffeine|sugar|tea|bubble tea)s?,? (?:\w+ ){0,2}overdos\w+|"
    r"suicide prevention (?:course|class|training)|death benefit|in case of death"
)
ENGLISH_PAPERWORK = re.compile(
    r"\b(?:cover(?:ed|s|age)?|insurance|benefit|policy|compensat\w+|claim\w*|"
    r"reimburse\w*|pension|course|training|class|first aid|counts? as|last (?:year|"
    r"month|week)|certificate)\b"
)
PINYIN = re.compile(
    r"\b(?:bu xiang (?:zai )?huo|bu xiang huo le|(?:wo|hao|zhen|dou|jiu|"
    r"hen) xiang (?:qu )?si|xiang si le|huo bu xia qu|huo gou le|"
    r"zi sha|tiao lou|tiao he|tiao jiang|tiao qiao|ge wan|shang diao|"
    r"huo zhe mei(?: you)? yi si|he nong yao|sha le (?:ta|ni|wo)|"
    r"sha ren|jiu ming|bu ru si|si le suan|qing sheng|yi shu|zi can|kan si (?:ta|ni|wo))\b"
)
LEANING = re.compile(
    r"撑不(?:下去|住)|熬不(?:下去|住|出头)|扛不(?:下去|住)|坚持不(?:下去|住)|崩溃|"
    r"绝望|没(?:有)?活路|走投无路|活(?:着|得)(?:好|真|太|这么)?(?:累|难|苦)|"
    r"生无可恋|"
    r"想不开|要死了|心如死灰|没(?:有)?意思|没(?:有)?盼头|没(?:有)?希望|救命|"
    r"不想干了.{0,6}不想|一个人偷偷哭|天天哭|哭了一|想哭|抑郁|人间不值得|太痛苦|"
    r"没人在乎|没人管我|不配|废物|拖累|累赘|解脱|"
    r"活不下去|活不成|活不起|[没冇]法活|生不如死|"
    r"\bhopeless|can'?t take (?:it|this)|no way out|give up on|worthless|burden|"
    r"breaking down|so alone|nobody cares|depress|can'?t cope|help me\b"
)

# Asked about as a film, a song or a word, a death is somebody else's story.
STORY = re.compile(
    r"电影|影片|片子|外国片|电视剧|那部(?:剧|讲|老)|小说|歌词|那首歌|谁演|导演|叫啥名|叫什么名|"
    r"(?:英语|英文|[语文话])怎么(?:讲|说|写|拼)|用英[语文]|翻译成|什么梗|"
    r"主角|男主|女主|结局|剧情|情节|游戏里|打游戏|打排位|王者荣耀|"
    r"\b(?:film|movie|novel|song|lyrics|episode|series|translate|translation|in english"
    r"|how do you say|what does .{1,20} mean|who (?:plays|sang|wrote))\b"
)
OWN = re.compile(
    r"我(?:也|就|真|都|只|现在|自己|今)?.{0,4}(?:想|要|不想|活|死)|跟他一样|像他一样|"
    r"不想(?:再)?活|活[够腻厌不]|活着(?:没|没有|有)|没意思|不如死|遗[书言](?!这|[二俩两]|的意思)|"
    r"\b(?:me too|like (?:him|her|me)|i (?:also |really |just )*(?:want|feel|wanna|will|am))\b"
)
